"""One call of a tool: its words, its streams, and the place it runs in.

A tool is a function of a `Call` that returns an exit status.  It knows neither bashkit nor whether it runs on a host
or in a container; it prints with `out` and `err`, and looks at the world through `access`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Protocol

from swarmlab.core.network.trace import Answer, Connection, HttpResult, Login, Talk
from swarmlab.core.network.world import Place
from swarmlab.core.units import SECOND
from swarmlab.shell import wire
from swarmlab.shell.ports import Access


class Files(Protocol):
    """The file system that a shell sees."""

    def read_file(self, path: str) -> bytes: ...

    def write_file(self, path: str, content: bytes) -> None: ...

    def exists(self, path: str) -> bool: ...

    def stat(self, path: str) -> dict[str, Any]: ...

    def read_dir(self, path: str) -> list[dict[str, Any]]: ...


#: How tools speak: those of a full Linux distribution, of busybox, of a small Debian image.
HOST, BUSYBOX, DEBIAN = "host", "busybox", "debian"


@dataclass
class Call:
    """What a tool is given."""

    name: str
    argv: list[str]  # without the name
    place: Place
    hostname: str
    dialect: str  # HOST, BUSYBOX or DEBIAN
    access: Access
    out: Callable[[str], None]
    err: Callable[[str], None]
    files: Files
    cwd: str = "/"
    env: Mapping[str, str] = field(default_factory=dict)
    stdin: str | None = None  # from a pipe or file; None: from the terminal
    terminal: BinaryIO | None = None  # what is typed meanwhile, if anybody can
    is_terminal: bool = False  # whether its output goes straight to the terminal
    written_at: Callable[[float], int] = lambda wall: 0  # virtual time of a file's time stamp
    owners: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # user and group of files that are not root's
    flush_files: Callable[[], None] = lambda: None  # let the world see what was written to files so far

    # --- paths ------------------------------------------------------------------------------------------

    def path(self, name: str) -> str:
        """Return an absolute path."""
        parts: list[str] = []
        for part in (name if name.startswith("/") else f"{self.cwd}/{name}").split("/"):
            if part == "..":
                del parts[-1:]
            elif part not in ("", "."):
                parts.append(part)
        return "/" + "/".join(parts)

    def fail(self, text: str, status: int = 1) -> int:
        """Print ``name: text`` to standard error and return `status`."""
        self.err(f"{self.name}: {text}\n")
        return status

    # --- the network ------------------------------------------------------------------------------------

    @property
    def _where(self) -> dict[str, str | None]:
        return {"host": self.place.host, "container": self.place.container_id}

    def addresses_of(self, name: str) -> list[str]:
        """Return the addresses of a name as the C library finds them: files, then DNS."""
        self.flush_files()
        return list(self.access.apply({"op": "addresses", **self._where, "name": name})["addresses"])

    def name_of(self, address: str) -> str:
        """Return the name of an address as the C library finds it: files, then DNS; "" if it has none."""
        text = self.files.read_file("/etc/hosts") if self.files.exists("/etc/hosts") else b""
        for line in text.decode("utf-8", "replace").splitlines():
            words = line.partition("#")[0].split()
            if words[:1] == [address] and len(words) > 1:
                return words[1]
        reverse = ".".join(reversed(address.split("."))) + ".in-addr.arpa"
        return next(iter(self.resolve(reverse, "PTR").values), "")

    def resolve(self, name: str, qtype: str, server: str = "") -> Answer:
        """Ask a name server, by default the one in resolv.conf."""
        op = {"op": "resolve", **self._where, "name": name, "type": qtype, **({"server": server} if server else {})}
        return wire.answer(self.access.apply(op))

    def connect(self, address: str, port: int, protocol: str = "tcp") -> Connection:
        """Try to connect.  The time it takes has not passed yet: `sleep` for `Connection.after`."""
        self.flush_files()
        op = {"op": "connect", **self._where, "address": address, "port": port, "protocol": protocol}
        return Connection.from_json(self.access.apply(op))

    def request(self, connection: Connection, method: str, path: str, headers: list[tuple[str, str]]) -> HttpResult:
        """Send an HTTP request over an open connection."""
        data = connection._replace(hops=()).as_json()
        pairs = [list(pair) for pair in headers]
        op = {"op": "request", "connection": data, "method": method, "path": path, "headers": pairs}
        return wire.http_result(self.access.apply(op))

    def talk(self, connection: Connection, login: Login, words: Sequence[str]) -> Talk:
        """Say something to the database behind an open connection."""
        data = connection._replace(hops=()).as_json()
        return wire.talk(self.access.apply({"op": "talk", "connection": data, "login": list(login), "words": [*words]}))

    def send(self, connection: Connection, text: str) -> str:
        """Send a datagram over a UDP flow and return what comes back."""
        data = connection._replace(hops=()).as_json()
        return str(self.access.apply({"op": "send", "connection": data, "text": text})["text"])

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.access.sleep(round(seconds * SECOND))


Tool = Callable[[Call], int]


class UsageError(Exception):
    """A tool was called with words that it does not take; the text is for standard error."""

    def __init__(self, text: str, status: int = 1) -> None:
        super().__init__(text)
        self.status = status
