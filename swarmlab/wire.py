"""What travels between a Docker client and an engine, and nothing else.

`Request` and `Response` are the only types that api, client and runtime share.  They know no sockets:
the same two values cross a function call in a notebook and a unix socket under ``swarmlab serve``.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol


class Request(NamedTuple):
    """One HTTP request, as the engine of one host receives it."""

    method: str
    path: str  # percent-decoded, without the query: "/v1.51/services/create"
    query: tuple[tuple[str, str], ...] = ()  # decoded pairs in the order sent
    headers: tuple[tuple[str, str], ...] = ()  # names in lower case
    body: bytes = b""

    def header(self, name: str, default: str = "") -> str:
        """Return the first header called `name` (lower case), else `default`."""
        return next((value for key, value in self.headers if key == name), default)

    def param(self, name: str, default: str = "") -> str:
        """Return the first query parameter called `name`, else `default`."""
        return next((value for key, value in self.query if key == name), default)


class Stream(Protocol):
    """A body that is still being made: events, logs, an exec's terminal, a pull's progress.

    A stream is polled, never pushed: whoever drives time reads after each step.  So a stream needs no
    thread, and the same one serves a notebook (time moves while somebody reads) and a server.
    """

    def read(self) -> bytes | None:
        """Return what has come since the last read: ``b""`` for nothing yet, None once it has ended."""
        ...

    def write(self, data: bytes) -> None:
        """Take bytes from the client: the standard input of a hijacked connection."""
        ...

    def close_write(self) -> None:
        """The client will send no more."""
        ...

    def close(self) -> None:
        """The client has gone."""
        ...


class Response(NamedTuple):
    """One HTTP response.  With a `Stream` as body it is chunked, or raw bytes if `hijack` is set."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: "bytes | Stream" = b""
    hijack: bool = False  # after the headers the connection belongs to the stream (exec, attach)

    def header(self, name: str, default: str = "") -> str:
        """Return the first header called `name` (any case), else `default`."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), default)


class Later(NamedTuple):
    """A response that is not ready: the container still stops, the node still joins.

    Whoever drives time polls it after each step, as it would a `Stream`, and sends nothing until then.
    """

    poll: Callable[[], Response | None]  # None: not yet.  Asking changes nothing


Answer = Response | Later
Headers = Sequence[tuple[str, str]]
