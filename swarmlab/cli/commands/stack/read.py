"""``stack ls``, ``stack ps``, ``stack services``.  docker/cli: cli/command/stack/list.go, ps.go, services.go."""

from collections import Counter

from swarmlab.cli.command import Call, Command, exact_args, no_args
from swarmlab.cli.commands.common import FORMAT, LIST_FILTER, NO_TRUNC, QUIET_IDS
from swarmlab.cli.commands.service.read import add_status
from swarmlab.cli.commands.stack.common import check_name, stack_filter
from swarmlab.cli.compose.mounts import NAMESPACE
from swarmlab.cli.errors import CommandError
from swarmlab.cli.flags import switch
from swarmlab.cli.formatter.context import Row, write
from swarmlab.cli.formatter.service import ServiceRow, list_format
from swarmlab.cli.formatter.task import Names, show_tasks
from swarmlab.cli.formatter.text import NaturalKey

_TABLE = "table {{.Name}}\t{{.Services}}"


class _StackRow(Row):
    """One stack."""

    go_type = "*formatter.stackContext"
    headers = {"Name": "NAME", "Services": "SERVICES"}

    def __init__(self, name: str, services: int) -> None:
        self._name, self._services = name, services

    def Name(self) -> str:  # noqa: N802
        return self._name

    def Services(self) -> str:  # noqa: N802
        return str(self._services)


def _list(call: Call) -> None:
    services = call.engine.get("/services", filters={"label": {NAMESPACE: True}})
    counts = Counter(service["Spec"]["Labels"][NAMESPACE] for service in services)
    rows = [_StackRow(name, counts[name]) for name in sorted(counts, key=NaturalKey)]
    form = call["format"]
    call.env.stdout.write(write(_TABLE if form in ("", "table") else form, _StackRow, rows))


def _ps(call: Call) -> None:
    name = check_name(call.args[0])
    tasks = call.engine.get("/tasks", filters=stack_filter(name, call["filter"]))
    if not tasks:
        raise CommandError(f"nothing found in stack: {name}")
    names = Names(call.engine, resolve=not call["no-resolve"])
    cut = not call["no-trunc"]  # unlike `service ps`, also when only ids are shown
    text = show_tasks(tasks, names, call["format"] or "table", now=call.env.clock.now(), cut=cut, quiet=call["quiet"])
    call.env.stdout.write(text)


def _services(call: Call) -> None:
    name = check_name(call.args[0])
    quiet = call["quiet"]
    services = call.engine.get(
        "/services", filters=stack_filter(name, call["filter"]), status=None if quiet else "true"
    )
    if not quiet:
        add_status(call, services)
    if not services:
        call.err(f"Nothing found in stack: {name}")
        return
    services.sort(key=lambda service: NaturalKey(service["Spec"].get("Name", "")))
    form = list_format(call["format"] or "table", quiet)
    call.env.stdout.write(write(form, ServiceRow, [ServiceRow(service) for service in services]))


LIST = Command("ls [OPTIONS]", "List stacks", _list, no_args, (FORMAT,), aliases=("list",))
PS = Command(
    "ps [OPTIONS] STACK",
    "List the tasks in the stack",
    _ps,
    exact_args(1),
    (
        NO_TRUNC,
        switch("no-resolve", "Do not map IDs to Names"),
        LIST_FILTER,
        switch("quiet", "Only display task IDs", short="q"),
        FORMAT,
    ),
)
SERVICES = Command(
    "services [OPTIONS] STACK",
    "List the services in the stack",
    _services,
    exact_args(1),
    (QUIET_IDS, FORMAT, LIST_FILTER),
)
