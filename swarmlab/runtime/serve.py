"""What ``swarmlab serve`` does: hosts on sockets, time on the wall clock, until a signal says stop."""

import asyncio
import json
import os
import signal
import stat
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Protocol, TextIO

from swarmlab.errors import Forbidden, InvalidArgument
from swarmlab.runtime.connection import Handle
from swarmlab.runtime.driver import Driver, Session
from swarmlab.runtime.server import Server


class Closes(Protocol):
    """Something that is open until it is closed."""

    def close(self) -> None:
        """Close it."""
        ...


def serve(
    session: Session,
    handlers: Mapping[str, Handle],
    *,
    directory: Path | None = None,
    tcp: str = "",
    speed: float = 1.0,
    output: TextIO | None = None,
    beside: "Callable[[Driver, Path], Closes] | None" = None,
) -> int:
    """Serve each host's Engine API until SIGINT or SIGTERM, then return 0.

    `handlers` maps a host to what answers its requests.  `tcp` ("127.0.0.1:2375") puts the hosts on that port and
    the next ones; without it, or with a `directory` as well, they are at ``directory/<host>.sock``, by default in
    `default_directory`.  Time runs at `speed` from the session's present on.

    As soon as clients can connect, one line of JSON is written to `output` (standard output):
    ``{"ready": true, "hosts": {name: DOCKER_HOST}}``, and ``"tcp": {name: DOCKER_HOST}`` if there are both.

    `beside` opens something else that serves the same hosts in `directory`, and is closed at the end.

    Raises:
        SwarmlabError: an address cannot be served; one sentence for the user.
    """
    address = parse_address(tcp) if tcp else None
    if directory is None and address is None:
        directory = default_directory()
    made = directory is not None and not directory.exists()
    try:
        asyncio.run(_serve(session, handlers, directory, address, speed, output or sys.stdout, beside))
    finally:
        if made and directory is not None:
            with suppress(OSError):  # somebody has put something there
                directory.rmdir()
    return 0


async def _serve(
    session: Session,
    handlers: Mapping[str, Handle],
    directory: Path | None,
    address: tuple[str, int] | None,
    speed: float,
    output: TextIO,
    beside: "Callable[[Driver, Path], Closes] | None",
) -> None:
    stop = asyncio.Event()
    _on_signal(stop.set)
    driver = Driver(session, speed)
    server = Server({host: driver.gate(handle) for host, handle in handlers.items()})
    driver.happened = server.wake
    session.changed.append(server.wake)
    other: Closes | None = None
    try:
        ready: dict[str, object] = {"ready": True}
        if directory is not None:
            ready["hosts"] = await server.listen_unix(directory)
            other = beside(driver, directory) if beside is not None else None
        if address is not None:
            ready["hosts" if directory is None else "tcp"] = await server.listen_tcp(*address)
        print(json.dumps(ready), file=output, flush=True)
        driving = asyncio.create_task(driver.run())
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({driving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        driving.cancel()
        with suppress(asyncio.CancelledError):
            await driving  # raises what stopped the simulation, if anything did
    finally:
        if other is not None:
            other.close()
        session.changed.remove(server.wake)
        driver.stop()
        await server.close()


def _on_signal(stop: Callable[[], None]) -> None:
    """Call `stop` in the running loop on SIGINT and SIGTERM."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop))


def parse_address(text: str) -> tuple[str, int]:
    """Return address and port of "127.0.0.1:2375", "[::1]:2375" or "localhost:2375".

    Raises:
        InvalidArgument: it is none of these.
    """
    address, colon, port = text.rpartition(":")
    if not (colon and address and port.isascii() and port.isdigit() and int(port) <= 65535):
        raise InvalidArgument(f'"{text}" is not an address with a port: write it as 127.0.0.1:2375.')
    return address.strip("[]"), int(port)


def default_directory() -> Path:
    """Return where this user's sockets are if no directory is named: below XDG_RUNTIME_DIR, else a temporary one.

    Raises:
        Forbidden: somebody else has put something there.
    """
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    if runtime:
        return Path(runtime, "swarmlab")
    user = os.getuid() if hasattr(os, "getuid") else 0
    directory = Path(tempfile.gettempdir(), f"swarmlab-{user}")
    if os.path.lexists(directory):
        status = directory.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid != user or status.st_mode & 0o022:
            raise Forbidden(f"{directory} is not a directory of yours alone: choose another one with --dir.")
    return directory
