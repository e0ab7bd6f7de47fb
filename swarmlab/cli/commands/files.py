"""``docker secret`` and ``docker config``: named data that containers get as files.

docker/cli: cli/command/secret, cli/command/config.
"""

import base64
import json
from typing import Any, NamedTuple

from swarmlab.cli.command import ArgsRule, Call, Command, exact_args, min_args, no_args, range_args
from swarmlab.cli.commands.common import FORMAT, INSPECT_FORMAT, LIST_FILTER, PRETTY, QUIET_IDS, remove_each
from swarmlab.cli.errors import CommandError
from swarmlab.cli.flags import flag
from swarmlab.cli.formatter.context import write
from swarmlab.cli.formatter.files import (
    CONFIG_PRETTY,
    SECRET_PRETTY,
    ConfigRow,
    FileRow,
    SecretRow,
    list_format,
    pretty,
)
from swarmlab.cli.formatter.inspect import Found, inspect
from swarmlab.cli.formatter.text import NaturalKey
from swarmlab.cli.options import checks
from swarmlab.cli.values import List
from swarmlab.gostrings import quote


class Kind(NamedTuple):
    """One of the two."""

    noun: str
    row: type[FileRow]
    pretty: str
    limit: int  # bytes; twice as many are read at most
    create: str  # the use line
    short: str
    args: ArgsRule
    go_type: str


SECRET = Kind(
    "secret", SecretRow, SECRET_PRETTY, 500 * 1024, "create [OPTIONS] SECRET [file|-]",
    "Create a secret from a file or STDIN as content", range_args(1, 2), "swarm.Secret",
)  # fmt: skip
CONFIG = Kind(
    "config", ConfigRow, CONFIG_PRETTY, 1000 * 1024, "create [OPTIONS] CONFIG file|-",
    "Create a config from a file or STDIN", exact_args(2), "swarm.Config",
)  # fmt: skip


def read_data(call: Call, kind: Kind, name: str) -> bytes:
    """Return what is in a file, or for "-" on standard input; raises CommandError when that is nothing."""
    if not name:
        raise CommandError(f"{kind.noun} file is required")
    source = "STDIN" if name == "-" else name
    if name == "-":
        data = call.env.stdin.read(2 * kind.limit) if call.env.stdin else b""
    else:
        try:
            data = call.env.read_file(name)[: 2 * kind.limit]
        except OSError as error:
            raise CommandError(f"error reading from {name}: open {name}: {(error.strerror or '').lower()}") from None
    if not data:
        raise CommandError(f"error reading from {source}: data is empty")
    return data


def _create(call: Call, kind: Kind) -> None:
    name, file = call.args[0], call.args[1] if len(call.args) > 1 else ""
    spec: dict[str, Any] = {"Name": name, "Labels": checks.pairs(call["label"])}
    driver = call["driver"] if kind is SECRET else ""
    if driver and file:
        raise CommandError("When using secret driver secret data must be empty")
    if driver:
        spec["Driver"] = {"Name": driver}
    else:
        try:
            data = read_data(call, kind, file)
        except CommandError as error:
            if kind is CONFIG:
                raise CommandError(f"Error reading content from {quote(file)}: {error.text}") from None
            raise
        spec["Data"] = base64.b64encode(data).decode()
    if call["template-driver"]:
        spec["Templating"] = {"Name": call["template-driver"]}
    call.out(call.engine.post(f"/{kind.noun}s/create", spec)["ID"])


def _list(call: Call, kind: Kind) -> None:
    found = call.engine.get(f"/{kind.noun}s", filters=call["filter"])
    found.sort(key=lambda thing: NaturalKey(thing["Spec"].get("Name", "")))
    form = list_format(kind.row, call["format"] or "table", call["quiet"])
    now = call.env.clock.now()
    call.env.stdout.write(write(form, kind.row, [kind.row(thing, now) for thing in found]))


def _inspect(call: Call, kind: Kind) -> None:
    form = "pretty" if call["pretty"] else call["format"]
    if form.startswith("pretty") and form != "pretty":
        raise CommandError("cannot supply extra formatting options to the pretty template")

    def find(reference: str) -> Found:
        return Found(kind.go_type, call.engine.raw(f"/{kind.noun}s/{reference}"))

    if form == "pretty":
        call.env.stdout.write("".join(pretty(json.loads(find(reference).json), kind.pretty) for reference in call.args))
        return
    try:
        inspect(call.args, form, find, call.env.stdout)
    except CommandError as error:  # docker wraps whatever went wrong in an error of status 1
        raise CommandError(error.text) from None


def _command(kind: Kind) -> Command:
    noun, upper = kind.noun, kind.noun.upper()
    driver = (flag("driver", "Secret driver", short="d", version="1.31"),) if kind is SECRET else ()
    many = f"{upper} [{upper}...]"
    return Command(noun, f"Manage Swarm {noun}s", None, no_args, swarm="manager").add(
        Command(
            kind.create,
            kind.short,
            lambda call: _create(call, kind),
            kind.args,
            (
                flag("label", f"{noun.capitalize()} labels", lambda: List(checks.label), short="l"),
                *driver,
                flag("template-driver", "Template driver", version="1.37"),
            ),
        ),
        Command(
            f"inspect [OPTIONS] {many}",
            f"Display detailed information on one or more {noun}s",
            lambda call: _inspect(call, kind),
            min_args(1),
            (INSPECT_FORMAT, PRETTY),
        ),
        Command(
            "ls [OPTIONS]",
            f"List {noun}s",
            lambda call: _list(call, kind),
            no_args,
            (QUIET_IDS, FORMAT, LIST_FILTER),
            aliases=("list",),
        ),
        Command(
            f"rm {many}",
            f"Remove one or more {noun}s",
            lambda call: remove_each(call, f"/{noun}s/"),
            min_args(1),
            aliases=("remove",),
        ),
    )


def secret() -> Command:
    """Return ``docker secret``."""
    return _command(SECRET)


def config() -> Command:
    """Return ``docker config``."""
    return _command(CONFIG)
