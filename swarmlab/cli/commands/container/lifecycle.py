"""``docker start``, ``stop``, ``kill``, ``rm``, ``logs`` and ``container inspect``.

docker/cli: cli/command/container/start.go, stop.go, kill.go, rm.go, logs.go, inspect.go.
"""

from collections.abc import Callable
from typing import Any

from swarmlab.cli.command import Call, Command, exact_args, min_args
from swarmlab.cli.commands.common import INSPECT_FORMAT
from swarmlab.cli.commands.container.attach import attach, exit_status, watch
from swarmlab.cli.commands.timestamps import log_time
from swarmlab.cli.errors import CommandError, EngineError, join_errors
from swarmlab.cli.flags import Decl, flag, switch
from swarmlab.cli.formatter.inspect import Found, inspect
from swarmlab.cli.streams import copy_out
from swarmlab.cli.values import Int, String


def each(call: Call, act: Callable[[str], Any]) -> None:
    """Do `act` for each container named and print those that worked; say at the end what failed."""
    errors: list[CommandError] = []
    for name in call.args:
        try:
            act(name)
            call.out(name)
        except CommandError as error:
            errors.append(error)
    join_errors(errors)


def stop_timeout(call: Call) -> int | None:
    """Return the seconds to wait for a container to stop; None: as long as it wants to be given."""
    if call.flags.changed("timeout") and call.flags.changed("time"):
        raise CommandError("conflicting options: cannot specify both --timeout and --time")
    return next((call[name] for name in ("timeout", "time") if call.flags.changed(name)), None)


def _stop(call: Call) -> None:
    timeout = stop_timeout(call)
    each(call, lambda name: call.engine.post(f"/containers/{name}/stop", signal=call["signal"] or None, t=timeout))


def _kill(call: Call) -> None:
    each(call, lambda name: call.engine.post(f"/containers/{name}/kill", signal=call["signal"] or None))


def _remove(call: Call) -> None:
    errors: list[CommandError] = []
    for name in call.args:
        try:
            if not name.strip("/"):
                raise CommandError("container name cannot be empty")
            call.engine.delete(
                f"/containers/{name.strip('/')}", v=call["volumes"], link=call["link"], force=call["force"]
            )
            call.out(name)
        except EngineError as error:
            if call["force"] and error.status == 404:
                call.err(error.text)
            else:
                errors.append(error)
        except CommandError as error:
            errors.append(error)
    join_errors(errors)


def _start(call: Call) -> int | None:
    if call["attach"] or call["interactive"]:
        return _start_attached(call)
    failed = []
    for name in call.args:
        try:
            call.engine.post(f"/containers/{name}/start")
            call.out(name)
        except CommandError as error:
            call.err(error.text)
            failed.append(name)
    if failed:
        raise CommandError(f"Error: failed to start containers: {', '.join(failed)}")
    return None


def _start_attached(call: Call) -> int:
    if len(call.args) > 1:
        raise CommandError("you cannot start and attach multiple containers at once")
    container = call.engine.get(f"/containers/{call.args[0]}/json")
    stdin = call["interactive"] and container["Config"].get("OpenStdin")
    stream = attach(call, container["Id"], stdin=bool(stdin), tty=bool(container["Config"].get("Tty")))
    waiting = watch(call, container["Id"], removed=bool(container["HostConfig"].get("AutoRemove")))
    call.engine.post(f"/containers/{container['Id']}/start")
    stream.run()
    return exit_status(waiting)


def _logs(call: Call) -> None:
    container = call.engine.get(f"/containers/{call.args[0]}/json")
    stream = call.engine.stream(
        f"/containers/{container['Id']}/logs",
        stdout=True,
        stderr=True,
        since=log_time(call, "since"),
        until=log_time(call, "until"),
        timestamps=call["timestamps"],
        details=call["details"],
        follow=call["follow"],
        tail=call["tail"],
    )
    copy_out(call.env, lambda: next(stream, b""), bool(container["Config"].get("Tty")))


def _inspect(call: Call) -> None:
    def find(reference: str) -> Found:
        size = "1" if call["size"] else None
        return Found("container.InspectResponse", call.engine.raw(f"/containers/{reference}/json", size=size))

    inspect(call.args, call["format"], find, call.env.stdout)


_SIGNAL = flag("signal", "Signal to send to the container", short="s")


def stop_flags() -> tuple[Decl, ...]:
    """Return the flags of ``stop`` and ``restart``."""
    wait = "Seconds to wait before killing the container"
    return _SIGNAL, flag("timeout", wait, Int, short="t"), flag("time", wait, Int, deprecated="use --timeout instead")


def aliases(verb: str, *more: str) -> str:
    """Return the full names of a container's command that is also one of ``docker`` itself."""
    return ", ".join([f"docker container {verb}", *more, f"docker {verb}"])


def start() -> Command:
    """Return ``docker start``."""
    return Command(
        "start [OPTIONS] CONTAINER [CONTAINER...]",
        "Start one or more stopped containers",
        _start,
        min_args(1),
        (
            switch("attach", "Attach STDOUT/STDERR and forward signals", short="a"),
            switch("interactive", "Attach container's STDIN", short="i"),
            flag("detach-keys", "Override the key sequence for detaching a container"),
        ),
        shown_aliases=aliases("start"),
    )


def stop() -> Command:
    """Return ``docker stop``."""
    return Command(
        "stop [OPTIONS] CONTAINER [CONTAINER...]",
        "Stop one or more running containers",
        _stop,
        min_args(1),
        stop_flags(),
        shown_aliases=aliases("stop"),
    )


def kill() -> Command:
    """Return ``docker kill``."""
    return Command(
        "kill [OPTIONS] CONTAINER [CONTAINER...]",
        "Kill one or more running containers",
        _kill,
        min_args(1),
        (_SIGNAL,),
        shown_aliases=aliases("kill"),
    )


def remove() -> Command:
    """Return ``docker container rm``."""
    return Command(
        "rm [OPTIONS] CONTAINER [CONTAINER...]",
        "Remove one or more containers",
        _remove,
        min_args(1),
        (
            switch("volumes", "Remove anonymous volumes associated with the container", short="v"),
            switch("link", "Remove the specified link", short="l"),
            switch("force", "Force the removal of a running container (uses SIGKILL)", short="f"),
        ),
        aliases=("remove",),
        shown_aliases=aliases("rm", "docker container remove"),
    )


def top_level_remove() -> Command:
    """Return ``docker rm``, which has no second name."""
    command = remove()
    command.aliases = ()
    return command


def logs() -> Command:
    """Return ``docker logs``."""
    when = '(e.g. "2013-01-02T13:23:37Z") or relative (e.g. "42m" for 42 minutes)'
    return Command(
        "logs [OPTIONS] CONTAINER",
        "Fetch the logs of a container",
        _logs,
        exact_args(1),
        (
            switch("follow", "Follow log output", short="f"),
            flag("since", f"Show logs since timestamp {when}"),
            flag("until", f"Show logs before a timestamp {when}", version="1.35"),
            switch("timestamps", "Show timestamps", short="t"),
            switch("details", "Show extra details provided to logs"),
            flag("tail", "Number of lines to show from the end of the logs", lambda: String("all"), short="n"),
        ),
        shown_aliases=aliases("logs"),
    )


def container_inspect() -> Command:
    """Return ``docker container inspect``."""
    return Command(
        "inspect [OPTIONS] CONTAINER [CONTAINER...]",
        "Display detailed information on one or more containers",
        _inspect,
        min_args(1),
        (INSPECT_FORMAT, switch("size", "Display total file sizes", short="s")),
    )
