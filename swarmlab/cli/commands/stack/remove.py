"""``stack rm``.  docker/cli: cli/command/stack/swarm/remove.go."""

from typing import Any

from swarmlab.cli.command import Call, Command, min_args
from swarmlab.cli.commands.stack.common import check_name, of_stack, stack_filter
from swarmlab.cli.errors import CommandError, join_errors
from swarmlab.cli.flags import flag
from swarmlab.cli.values import Bool

_POLL = 0.2  # seconds; docker asks without a pause
_ENDED = ("complete", "shutdown", "failed", "rejected")


def remove_all(call: Call, noun: str, things: list[dict[str, Any]]) -> bool:
    """Remove services, secrets, configs or networks (`noun` in the singular); return whether one refused."""
    failed = False
    for thing in things:
        spec = thing.get("Spec") or thing
        object_id = thing.get("ID") or thing["Id"]
        call.out(f"Removing {noun} {spec['Name']}")
        try:
            call.engine.delete(f"/{noun}s/{object_id}")
        except CommandError as error:
            failed = True
            call.env.stderr.write(f"Failed to remove {noun} {object_id}: {error.text}")
    return failed


def _remove(call: Call) -> None:
    for name in call.args:
        check_name(name)
    errors: list[CommandError] = []
    for name in call.args:
        found = {noun: of_stack(call.engine, f"{noun}s", name) for noun in ("service", "network", "secret", "config")}
        if not any(found.values()):
            call.err(f"Nothing found in stack: {name}")
            continue
        found["service"].sort(key=lambda service: str(service["Spec"]["Name"]))
        failed = [remove_all(call, noun, found[noun]) for noun in ("service", "secret", "config", "network")]
        if any(failed):
            errors.append(CommandError(f"failed to remove some resources from stack: {name}"))
        elif not call["detach"]:
            _wait(call, name)
    join_errors(errors)


def _wait(call: Call, name: str) -> None:
    """Wait until no task of the stack runs any more."""
    while any(
        task["Status"]["State"] not in _ENDED for task in call.engine.get("/tasks", filters=stack_filter(name)) or []
    ):
        call.env.clock.sleep(_POLL)


REMOVE = Command(
    "rm [OPTIONS] STACK [STACK...]",
    "Remove one or more stacks",
    _remove,
    min_args(1),
    (flag("detach", "Do not wait for stack removal", lambda: Bool(True), short="d"),),
    aliases=("remove", "down"),
)
