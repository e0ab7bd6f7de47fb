"""The one door to an engine: docker SDK clients, in process for a simulated host or over the network for a real one.

In process there is no socket, no thread and no waiting.  `requests`, `urllib3` and `http.client` run unchanged
over an object that behaves like a socket and has a `swarmlab.runtime.connection.Connection` behind it, so the
client sees byte for byte what it would read from a unix socket.  When it waits for bytes, time moves.
The same trick as docker-py's own ``transport/unixconn.py``.
"""

import errno
import io
import os
import socket
import time
from collections.abc import Callable
from functools import cache
from typing import Any, Protocol

import docker
import urllib3
from docker.auth import AuthConfig
from docker.transport.basehttpadapter import BaseHTTPAdapter
from docker.utils.proxy import ProxyConfig

from swarmlab.errors import Unavailable
from swarmlab.runtime.connection import Connection
from swarmlab.wire import Answer, Request

Handle = Callable[[Request], Answer]
Step = Callable[[], bool]


class NothingMore(Unavailable):
    """A client waits for bytes, but nothing is due to happen any more: real Docker would wait for ever."""


def in_process(request: Handle, step: Step, *, version: str | None = None) -> docker.DockerClient:
    """Return a docker SDK client of the engine that answers `request`.

    `step` lets virtual time move by one event and returns False if no event is left.  It is called while the
    client waits for bytes, so reading ``logs(follow=True)`` or ``wait()`` moves time just as far as needed.
    `version` is the API version to speak; by default the engine's own, which costs one request.

    Reading a stream raises `NothingMore` when it is silent, has not ended, and nothing is left to happen.
    """
    return _InProcessClient(_InProcessAPI(request, step, version))


def connect(
    docker_host: str, *, version: str | None = None, timeout: int = 60, tls: docker.tls.TLSConfig | bool = False
) -> docker.DockerClient:
    """Return a docker SDK client of the engine at `docker_host` (unix://, tcp://, npipe:// or ssh://).

    `timeout` is in seconds, for each read.  ssh:// needs docker-py's extra ``docker[ssh]``.

    Raises:
        Unavailable: no engine answers there; one sentence with the reason.
    """
    try:
        client = docker.DockerClient(base_url=docker_host, version=version or "auto", timeout=timeout, tls=tls)
        if version:
            client.ping()
    except (docker.errors.DockerException, OSError) as error:
        reason = _reason(error)
        raise Unavailable(
            f"No Docker engine answers at {docker_host} ({reason}): check that it runs and that you may use it."
        ) from None
    return client


def _reason(error: BaseException) -> str:
    """Return the operating system's words for what lies behind `error`, else its own."""
    found, cause = str(error), error.__cause__ or error.__context__
    while cause is not None:
        if isinstance(cause, OSError) and cause.strerror:
            found = cause.strerror
        cause = cause.__cause__ or cause.__context__
    return found.rstrip(".")


class Session(Protocol):
    """What a `SimulatedClock` needs of a session (``swarmlab.timeline.session``)."""

    @property
    def now(self) -> int:
        """Virtual time, nanoseconds since 1970."""
        ...

    def advance_to(self, at: int) -> None:
        """Let everything happen that is due up to `at`."""
        ...


class SimulatedClock:
    """The time of a simulated swarm.  Sleeping costs nothing: it is what makes time pass."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def now(self) -> int:
        """Return virtual nanoseconds since 1970."""
        return self._session.now

    def sleep(self, seconds: float) -> None:
        """Let `seconds` of virtual time pass."""
        self._session.advance_to(self._session.now + round(seconds * 10**9))


class RealClock:
    """The time of real engines: this machine's."""

    def now(self) -> int:
        """Return nanoseconds since 1970."""
        return time.time_ns()

    def sleep(self, seconds: float) -> None:
        """Sleep for `seconds`."""
        time.sleep(seconds)


# -- the way through docker-py, requests and urllib3 ---------------------------------------------------------


class _InProcessClient(docker.DockerClient):
    def __init__(self, api: docker.APIClient) -> None:
        self.api = api


class _NoLogins(AuthConfig):
    is_empty = False  # docker-py reads the user's file again whenever it has no login


class _InProcessAPI(docker.APIClient):
    """docker-py's client with another way to connect, and without the settings of this machine's user.

    Proxies and registry logins in ``~/.docker/config.json`` belong to the user, not to a simulated host: with
    them a lab would differ from machine to machine, and passwords would get into its journal.
    """

    def __init__(self, request: Handle, step: Step, version: str | None) -> None:
        super().__init__(base_url="tcp://swarmlab:2375", version=version or "1.24")
        self._general_configs: dict[str, Any] = {}
        self._proxy_configs = ProxyConfig()
        self._auth_configs = _NoLogins({"auths": {}})
        self.trust_env = False  # no proxies, no ~/.netrc; looking for them takes longer than the request
        self.base_url = "http+docker://swarmlab"
        self._custom_adapter = _Adapter(request, step)
        self.adapters.clear()
        self.mount("http+docker://", self._custom_adapter)
        if version is None:
            self._version = self._retrieve_server_version()  # type: ignore[attr-defined]


class _Adapter(BaseHTTPAdapter):
    def __init__(self, request: Handle, step: Step) -> None:
        self._pool = _Pool(request, step)
        super().__init__()

    def get_connection(self, url: Any, proxies: Any = None) -> urllib3.HTTPConnectionPool:
        return self._pool

    def request_url(self, request: Any, proxies: Any) -> str:
        path: str = request.path_url
        return path

    def close(self) -> None:
        super().close()
        self._pool.close()


class _Pool(urllib3.HTTPConnectionPool):
    def __init__(self, request: Handle, step: Step) -> None:
        super().__init__("swarmlab", maxsize=0)  # any number: each open stream (logs, events) takes a connection
        # urllib3 sees to it that the connections of a forgotten pool are closed, and for that holds on to its queue for
        # ever.  Ours lead to a whole lab, which would never go, and need no closing: they wait in another queue.
        self.pool = self.QueueCls(0)
        self._request = request
        self._step = step

    def _new_conn(self) -> "_HTTPConnection":
        return _HTTPConnection(self._request, self._step)


class _HTTPConnection(urllib3.connection.HTTPConnection):
    def __init__(self, request: Handle, step: Step) -> None:
        super().__init__("swarmlab")
        self._request = request
        self._step = step

    def connect(self) -> None:
        self.sock: Any = InProcessSocket(self._request, self._step)

    @property
    def is_connected(self) -> bool:
        return self.sock is not None and self.sock.is_open


class InProcessSocket:
    """The client's end of a connection to an engine in this process; has what users of a `socket.socket` call.

    A socket made non-blocking (timeout 0) never moves time: it raises BlockingIOError when nothing is there.
    Other timeouts are kept and ignored, because waiting takes no real time.
    """

    def __init__(self, request: Handle, step: Step) -> None:
        self._engine = Connection(request)
        self._step = step
        self._incoming = memoryview(b"")
        self._timeout: float | None = None
        self._files = 0  # open files made by makefile: they outlive close(), as with sockets
        self._closed = False
        self._shut = False

    @property
    def is_open(self) -> bool:
        """Whether another request can be sent."""
        return not (self._closed or self._shut or self._engine.closed)

    def sendall(self, data: Any) -> None:
        """Send all of `data`."""
        if not self.is_open:
            raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))
        data = bytes(data)
        if data:
            self._engine.receive(data)

    def send(self, data: Any) -> int:
        """Send all of `data` and return its length."""
        self.sendall(data)
        return len(data)

    def recv(self, size: int) -> bytes:
        """Return at most `size` bytes, moving time until there are some; ``b""`` at the end."""
        buffer = bytearray(size)
        return bytes(buffer[: self.recv_into(buffer)])

    def recv_into(self, buffer: Any, size: int = 0) -> int:
        """Read into `buffer` and return how many bytes; 0 at the end.

        Raises:
            NothingMore: nothing is there, and nothing will ever come.
        """
        target = memoryview(buffer).cast("B")
        wanted = min(size or len(target), len(target))
        if not wanted:
            return 0
        while not self._incoming:
            self._incoming = memoryview(self._engine.pump())
            if self._incoming:
                break
            if self._engine.closed:
                return 0
            if self._timeout == 0:
                raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
            if not self._engine.waiting or not self._step():
                raise NothingMore(
                    "Nothing more is due to happen on the simulated swarm, so this stream would stay silent for ever: "
                    "read it without follow, or cause something first."
                )
        count = min(wanted, len(self._incoming))
        target[:count] = self._incoming[:count]
        self._incoming = self._incoming[count:]
        return count

    def makefile(self, mode: str = "r", buffering: int | None = None, **_: Any) -> Any:
        """Return a binary file of this socket, of the very types that `socket.socket.makefile` returns."""
        raw = socket.SocketIO(self, mode.replace("b", ""))  # type: ignore[arg-type]
        self._files += 1
        if buffering == 0:
            return raw
        return io.BufferedReader(raw) if "r" in mode else io.BufferedWriter(raw)

    def fileno(self) -> int:
        """Return a descriptor that is always readable, for clients that poll before they read (docker-py)."""
        return _always_readable()[0]

    def settimeout(self, timeout: float | None) -> None:
        """Set the timeout in seconds; only 0 matters."""
        self._timeout = timeout

    def gettimeout(self) -> float | None:
        """Return the timeout in seconds."""
        return self._timeout

    def setblocking(self, flag: bool) -> None:
        """Let reading wait for bytes or not."""
        self._timeout = None if flag else 0

    def shutdown(self, how: int) -> None:
        """Send no more (SHUT_WR), or end both directions."""
        if how == socket.SHUT_WR:
            self._engine.receive(b"")
        elif how == socket.SHUT_RDWR:
            self._engine.disconnect()
        self._shut = True

    def close(self) -> None:
        """Let the connection go, once every file made of it is closed."""
        self._closed = True
        if self._files <= 0:
            self._engine.disconnect()

    def _decref_socketios(self) -> None:  # what socket.SocketIO.close calls
        self._files -= 1
        if self._closed:
            self.close()


@cache
def _always_readable() -> tuple[int, Any]:
    """Return a descriptor with a byte that nobody reads, and what keeps it open.  One serves the whole process."""
    if os.name == "nt":  # select() there takes nothing but sockets
        reader, writer = socket.socketpair()
        writer.send(b"\0")
        return reader.fileno(), (reader, writer)
    read, write = os.pipe()
    os.write(write, b"\0")
    return read, write
