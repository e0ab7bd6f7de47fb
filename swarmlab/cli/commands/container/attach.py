"""Speaking with a container: input in, output out, exit status at the end.

docker/cli: cli/command/container/hijack.go, utils.go (waitExitOrRemoved).
"""

from swarmlab.cli.api import Connection, Waiting, feed
from swarmlab.cli.command import Call
from swarmlab.cli.environment import Environment, Keyboard
from swarmlab.cli.errors import CommandError
from swarmlab.cli.streams import copy_out


class Conversation:
    """A hijacked connection and how to use it."""

    def __init__(self, env: Environment, connection: Connection, *, stdin: bool, tty: bool) -> None:
        self._env, self._connection, self._stdin, self._tty = env, connection, stdin, tty

    def run(self) -> None:
        """Send all input, say that it has ended, then copy the output until it ends; from a keyboard, both at once."""
        try:
            if self._stdin and isinstance(self._env.stdin, Keyboard):
                with self._env.stdin.typing_into(self._connection.send, self._connection.close_write, raw=self._tty):
                    copy_out(self._env, self._connection.read, self._tty)
                return
            if self._stdin:
                feed(self._connection, self._env.stdin, tty=self._tty)
            copy_out(self._env, self._connection.read, self._tty)
        finally:
            self._connection.close()


def check_tty(call: Call, *, stdin: bool, tty: bool) -> None:
    """Refuse ``-it`` where there is no terminal."""
    if stdin and tty and not call.env.tty:
        raise CommandError("the input device is not a TTY")


def attach(call: Call, container_id: str, *, stdin: bool, tty: bool) -> Conversation:
    """Attach to a container that will be started next."""
    connection = call.engine.hijack(
        f"/containers/{container_id}/attach", stream=True, stdin=stdin, stdout=True, stderr=True
    )
    return Conversation(call.env, connection, stdin=stdin, tty=tty)


def watch(call: Call, container_id: str, *, removed: bool) -> Waiting:
    """Begin to wait for the end of a container, before it is started so that no end is missed."""
    return call.engine.start(f"/containers/{container_id}/wait", condition="removed" if removed else "next-exit")


def exit_status(waiting: Waiting) -> int:
    """Wait for the end and return the exit status."""
    result = waiting.result()
    if (result.get("Error") or {}).get("Message"):
        return 125
    return int(result.get("StatusCode", 0))
