"""``docker exec``.  docker/cli: cli/command/container/exec.go."""

from typing import Any

from swarmlab.cli.command import Call, Command, min_args
from swarmlab.cli.commands.container.attach import Conversation, check_tty
from swarmlab.cli.commands.environment import read_environment
from swarmlab.cli.flags import flag, switch
from swarmlab.cli.options import checks
from swarmlab.cli.values import List


def _exec(call: Call) -> int:
    name, tty, detach = call.args[0], call["tty"], call["detach"]
    stdin = call["interactive"] and not detach
    body: dict[str, Any] = {
        "User": call["user"],
        "Privileged": call["privileged"],
        "Tty": tty,
        "AttachStdin": stdin,
        "AttachStderr": not detach,
        "AttachStdout": not detach,
        "Detach": detach,
        "DetachKeys": call["detach-keys"],
        "Env": read_environment(call),
        "WorkingDir": call["workdir"],
        "Cmd": call.args[1:],
    }
    call.engine.get(f"/containers/{name}/json")
    if not detach:
        check_tty(call, stdin=stdin, tty=tty)
    exec_id = call.engine.post(f"/containers/{name}/exec", body)["Id"]
    if detach:
        call.engine.post(f"/exec/{exec_id}/start", {"Detach": True, "Tty": tty})
        return 0
    connection = call.engine.hijack(f"/exec/{exec_id}/start", {"Detach": False, "Tty": tty})
    Conversation(call.env, connection, stdin=stdin, tty=tty).run()
    return int(call.engine.get(f"/exec/{exec_id}/json").get("ExitCode") or 0)


def command() -> Command:
    """Return ``docker exec``."""
    return Command(
        "exec [OPTIONS] CONTAINER COMMAND [ARG...]", "Execute a command in a running container", _exec, min_args(2), (
            flag("detach-keys", "Override the key sequence for detaching a container"),
            switch("interactive", "Keep STDIN open even if not attached", short="i"),
            switch("tty", "Allocate a pseudo-TTY", short="t"),
            switch("detach", "Detached mode: run command in the background", short="d"),
            flag("user", 'Username or UID (format: "<name|uid>[:<group|gid>]")', short="u"),
            switch("privileged", "Give extended privileges to the command"),
            flag("env", "Set environment variables", lambda: List(checks.environment), short="e", version="1.25"),
            flag("env-file", "Read in a file of environment variables", List, version="1.25"),
            flag("workdir", "Working directory inside the container", short="w", version="1.35"),
        ), interspersed=False, top=2, shown_aliases="docker container exec, docker exec",
    )  # fmt: skip
