"""``docker`` on a host: our command line over the SDK client of that host's engine."""

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from swarmlab.core.units import SECOND
from swarmlab.shell.call import Call, Tool
from swarmlab.shell.ports import Access, Cancelled

if TYPE_CHECKING:
    import docker as sdk


_SOCKET = "unix:///var/run/docker.sock"


#: Virtual time after which somebody at a real terminal would press Ctrl-C: in a lab nobody has to sit and wait.
PATIENCE = 120 * SECOND


class Clock:
    """The lab's time, as the command line wants it.

    Raises KeyboardInterrupt when one command has waited for that long, exactly as Ctrl-C would: a service that
    cannot converge keeps the docker command waiting for ever.
    """

    def __init__(self, access: Access, patience: int | None) -> None:
        self._access = access
        self._until = access.now + patience if patience is not None else None

    def now(self) -> int:
        """Return virtual nanoseconds since 1970."""
        return self._access.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        if self._until is not None and self._access.now >= self._until:
            raise KeyboardInterrupt
        try:
            self._access.sleep(round(seconds * SECOND))
        except Cancelled:  # docker hears of Ctrl-C itself, and has something to say
            raise KeyboardInterrupt from None


class Stream(io.TextIOBase):
    """A text stream that hands on what is written at once."""

    def __init__(self, write: Callable[[str], None], *, is_terminal: bool) -> None:
        self._write = write
        self._is_terminal = is_terminal

    def write(self, text: str) -> int:
        """Hand on `text`."""
        if text:
            self._write(text)
        return len(text)

    def writable(self) -> bool:
        """Yes."""
        return True

    def isatty(self) -> bool:
        """Return whether it is shown to somebody."""
        return self._is_terminal


def _is_up(call: Call) -> bool:
    return call.access.ask(lambda net: net.is_up(call.place.host))


def tool(
    client: "Callable[[], sdk.DockerClient]",
    screen: Callable[[], tuple[str, int]],
    is_up: Callable[[Call], bool] = _is_up,
    patience: int | None = PATIENCE,
    state: Callable[[str], object] | None = None,
) -> Tool:
    """Return the docker command of a host.

    `client` connects; `screen` says how waiting is shown on a terminal, and how many columns that has; `is_up` whether
    the host's engine answers; `state`, if anybody knows it, stays equal while no manager has anything new to tell of a
    kind of object.  After
    `patience` nanoseconds of virtual time Ctrl-C is pressed; with None never.
    """

    def docker(call: Call) -> int:
        from swarmlab.cli.app import run
        from swarmlab.cli.environment import Environment, always_new

        def read_file(path: str) -> bytes:
            name = call.path(path)
            if not call.files.exists(name):
                raise FileNotFoundError(2, "no such file or directory", path)
            if call.files.stat(name)["file_type"] == "directory":
                raise IsADirectoryError(21, "is a directory", path)
            return bytes(call.files.read_file(name))

        needs_engine = call.argv[:1] not in ([], ["--help"], ["help"], ["--version"], ["-v"])
        if needs_engine and not is_up(call):
            call.err(f"Cannot connect to the Docker daemon at {_SOCKET}. Is the docker daemon running?\n")
            return 1
        typed: Any = call.terminal if call.stdin is None else io.BytesIO(call.stdin.encode())
        progress, columns = screen() if call.is_terminal else ("lines", 80)
        environment = Environment(
            api=client().api,
            clock=Clock(call.access, patience),
            stdout=Stream(call.out, is_terminal=call.is_terminal),  # type: ignore[arg-type]
            stderr=Stream(call.err, is_terminal=call.is_terminal),  # type: ignore[arg-type]
            stdin=typed or io.BytesIO(),
            tty=call.is_terminal,
            columns=columns,
            progress=progress,  # type: ignore[arg-type]
            read_file=read_file,
            environ=dict(call.env),
            cwd=call.cwd,
            state=state or always_new,
        )
        return run(call.argv, environment)

    return docker
