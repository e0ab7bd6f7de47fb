"""``docker run``: create (pulling what is missing), attach, start, copy, report the exit status.

docker/cli: cli/command/container/run.go, create.go.
"""

from typing import Any

from swarmlab.cli.command import Call, Command, min_args
from swarmlab.cli.commands.container.attach import attach, check_tty, exit_status, watch
from swarmlab.cli.commands.container.run_config import container_config
from swarmlab.cli.commands.container.run_flags import FLAGS
from swarmlab.cli.commands.pulling import pull
from swarmlab.cli.errors import CommandError, EngineError
from swarmlab.cli.reference import parse_reference, with_default_tag
from swarmlab.gostrings import quote


def _failed(error: CommandError, code: int = 125) -> CommandError:
    return CommandError(f"docker: {error.text}\n\nRun 'docker run --help' for more information", code)


def _status_of(error: CommandError) -> CommandError:
    """Return `error` as run reports a container that could not be made or started."""
    if any(
        part in error.text
        for part in ("executable file not found", "no such file or directory", "system cannot find the file specified")
    ):
        return _failed(error, 127)
    return _failed(error, 126 if "permission denied" in error.text or "is a directory" in error.text else 125)


def _run(call: Call) -> int:
    if call["pull"] not in ("always", "missing", "never", ""):
        names = ", ".join(quote(name) for name in ("always", "missing"))
        raise _failed(CommandError(f"invalid pull option: '{call['pull']}': must be one of {names} or \"never\""))
    try:
        config = container_config(call)
    except CommandError as error:
        raise _failed(error) from None
    detach = call["detach"]
    if not detach:
        check_tty(call, stdin=config["AttachStdin"], tty=config["Tty"])
    else:
        if call["attach"]:
            raise CommandError("conflicting options: cannot specify both --attach and --detach")
        config.update(AttachStdin=False, AttachStdout=False, AttachStderr=False, StdinOnce=False)
    try:
        container_id = _create(call, config)
    except CommandError as error:
        raise _status_of(error) from None
    if detach:
        call.out(container_id)
        _start(call, container_id)
        return 0
    conversation = attach(call, container_id, stdin=config["AttachStdin"], tty=config["Tty"])
    waiting = watch(call, container_id, removed=call["rm"])
    _start(call, container_id)
    conversation.run()
    return exit_status(waiting)


def _start(call: Call, container_id: str) -> None:
    try:
        call.engine.post(f"/containers/{container_id}/start")
    except CommandError as error:
        raise _status_of(error) from None


def _create(call: Call, config: dict[str, Any]) -> str:
    image = config["Image"]
    try:
        reference = parse_reference(image)
    except ValueError as error:
        raise CommandError(str(error)) from None
    if call["pull"] == "always":
        pull(call, image, out=call.env.stderr, quiet=call["quiet"])
    name = call["name"] or None
    platform = call["platform"] or None
    try:
        created = call.engine.post("/containers/create", config, name=name, platform=platform)
    except EngineError as error:
        if error.status != 404 or call["pull"] != "missing" or "No such image" not in error.message:
            raise
        if not call["quiet"]:
            call.err(f"Unable to find image '{with_default_tag(reference.shown())}' locally")
        pull(call, image, out=call.env.stderr, quiet=call["quiet"])
        created = call.engine.post("/containers/create", config, name=name, platform=platform)
    for warning in created.get("Warnings") or []:
        call.err(f"WARNING: {warning}")
    return str(created["Id"])


def command() -> Command:
    """Return ``docker run``."""
    return Command(
        "run [OPTIONS] IMAGE [COMMAND] [ARG...]",
        "Create and run a new container from an image",
        _run,
        min_args(1),
        FLAGS,
        interspersed=False,
        top=1,
        shown_aliases="docker container run, docker run",
    )
