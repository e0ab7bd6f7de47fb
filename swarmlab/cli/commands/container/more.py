"""What else is done to containers that exist: ``restart``, ``pause``, ``unpause``, ``rename``, ``wait``, ``top``,
``port`` and ``container prune``.

docker/cli: cli/command/container/restart.go, pause.go, unpause.go, rename.go, wait.go, top.go, port.go, prune.go.
"""

from typing import Any

from swarmlab.cli.command import Call, Command, exact_args, min_args, no_args, range_args
from swarmlab.cli.commands.common import confirmed
from swarmlab.cli.commands.container.lifecycle import aliases, each, stop_flags, stop_timeout
from swarmlab.cli.errors import CommandError, EngineError, join_errors
from swarmlab.cli.flags import flag, switch
from swarmlab.cli.formatter.text import NaturalKey, align
from swarmlab.cli.units import human_size
from swarmlab.cli.values import Filter
from swarmlab.gostrings import parse_uint

_PRUNE = "WARNING! This will remove all stopped containers.\nAre you sure you want to continue?"


def _restart(call: Call) -> None:
    timeout = stop_timeout(call)
    each(call, lambda name: call.engine.post(f"/containers/{name}/restart", signal=call["signal"] or None, t=timeout))


def _pause(call: Call) -> None:
    each(call, lambda name: call.engine.post(f"/containers/{name}/pause"))


def _unpause(call: Call) -> None:
    each(call, lambda name: call.engine.post(f"/containers/{name}/unpause"))


def _rename(call: Call) -> None:
    old, new = (word.strip() for word in call.args)
    if not old or not new:
        raise CommandError("Error: Neither old nor new names may be empty")
    try:
        call.engine.post(f"/containers/{old}/rename", name=new)
    except EngineError as error:
        call.err(error.text)
        raise CommandError(f"Error: failed to rename container named {old}") from None


def _wait(call: Call) -> None:
    errors: list[CommandError] = []
    for name in call.args:
        try:
            call.out(str(call.engine.start(f"/containers/{name}/wait").result()["StatusCode"]))
        except CommandError as error:
            errors.append(error)
    join_errors(errors)


def _top(call: Call) -> None:
    told = call.engine.get(f"/containers/{call.args[0]}/top", ps_args=" ".join(call.args[1:]) or None)
    rows = [told["Titles"], *told["Processes"]]
    call.env.stdout.write(align("".join("\t".join(row) + "\n" for row in rows), 20, 3))


def _port(call: Call) -> None:
    found = call.engine.get(f"/containers/{call.args[0]}/json")["NetworkSettings"]["Ports"] or {}
    if len(call.args) == 1:
        lines = [f"{port} -> {_address(one)}" for port, bound in found.items() for one in bound or ()]
        call.env.stdout.write("".join(line + "\n" for line in sorted(lines, key=NaturalKey)))
        return
    port, _, protocol = call.args[1].partition("/")
    try:
        parse_uint(port, bits=16)
    except ValueError as error:
        raise CommandError(f"Error: invalid port ({port}): {error}") from None
    bound = found.get(f"{port}/{protocol or 'tcp'}") or []
    if not bound:
        raise CommandError(f"Error: No public port '{call.args[1]}' published for {call.args[0]}")
    for line in sorted((_address(one) for one in bound), key=NaturalKey):
        call.out(line)


def _address(bound: dict[str, Any]) -> str:
    address = bound["HostIp"]
    return f"[{address}]:{bound['HostPort']}" if ":" in address else f"{address}:{bound['HostPort']}"


def _prune(call: Call) -> None:
    if not call["force"] and not confirmed(call, _PRUNE):
        return
    done = call.engine.post("/containers/prune", filters=call["filter"])
    if removed := done.get("ContainersDeleted"):
        call.out("Deleted Containers:\n" + "\n".join(removed) + "\n")
    call.out(f"Total reclaimed space: {human_size(done.get('SpaceReclaimed') or 0)}")


def restart() -> Command:
    """Return ``docker restart``."""
    return Command(
        "restart [OPTIONS] CONTAINER [CONTAINER...]", "Restart one or more containers", _restart, min_args(1),
        stop_flags(), shown_aliases=aliases("restart"),
    )  # fmt: skip


def pause() -> Command:
    """Return ``docker pause``."""
    return Command("pause CONTAINER [CONTAINER...]", "Pause all processes within one or more containers", _pause,
                   min_args(1), shown_aliases=aliases("pause"))  # fmt: skip


def unpause() -> Command:
    """Return ``docker unpause``."""
    return Command("unpause CONTAINER [CONTAINER...]", "Unpause all processes within one or more containers", _unpause,
                   min_args(1), shown_aliases=aliases("unpause"))  # fmt: skip


def rename() -> Command:
    """Return ``docker rename``."""
    return Command("rename CONTAINER NEW_NAME", "Rename a container", _rename, exact_args(2),
                   shown_aliases=aliases("rename"))  # fmt: skip


def wait() -> Command:
    """Return ``docker wait``."""
    return Command(
        "wait CONTAINER [CONTAINER...]", "Block until one or more containers stop, then print their exit codes", _wait,
        min_args(1), shown_aliases=aliases("wait"),
    )  # fmt: skip


def top() -> Command:
    """Return ``docker top``."""
    return Command("top CONTAINER [ps OPTIONS]", "Display the running processes of a container", _top, min_args(1),
                   interspersed=False, shown_aliases=aliases("top"))  # fmt: skip


def port() -> Command:
    """Return ``docker port``."""
    return Command("port CONTAINER [PRIVATE_PORT[/PROTO]]",
                   "List port mappings or a specific mapping for the container", _port, range_args(1, 2),
                   shown_aliases=aliases("port"))  # fmt: skip


def prune() -> Command:
    """Return ``docker container prune``."""
    return Command("prune [OPTIONS]", "Remove all stopped containers", _prune, no_args, (
        switch("force", "Do not prompt for confirmation", short="f"),
        flag("filter", 'Provide filter values (e.g. "until=<timestamp>")', Filter),
    ))  # fmt: skip
