"""A small engine for the tests of the transport: a clock, things that happen, and an application that tells of them.

It speaks the wire protocol of `swarmlab.wire` and as much of Docker's API as docker-py needs to be driven through
every kind of body: plain, chunked stream, hijacked stream.
"""

import heapq
import json
import struct
from collections.abc import Callable

from swarmlab.wire import Answer, Later, Request, Response

SECOND = 10**9
JSON = (("Api-Version", "1.51"), ("Content-Type", "application/json"))


class World:
    """Virtual time with a queue of things to come."""

    def __init__(self, now: int = 0) -> None:
        self.now = now
        self.changed: list[Callable[[], None]] = []
        self.moves: list[int] = []  # every time that `advance_to` was asked for
        self._queue: list[tuple[int, int, Callable[[], None]]] = []
        self._count = 0

    def at(self, seconds: float, action: Callable[[], None]) -> None:
        """Let `action` happen `seconds` from now."""
        self._count += 1
        heapq.heappush(self._queue, (self.now + int(seconds * SECOND), self._count, action))

    def next_due(self) -> int | None:
        return self._queue[0][0] if self._queue else None

    def step(self) -> bool:
        """Let the next thing happen; False if there is none."""
        if not self._queue:
            return False
        self.now, _, action = heapq.heappop(self._queue)
        action()
        return True

    def advance_to(self, at: int) -> None:
        self.moves.append(at)
        while self._queue and self._queue[0][0] <= at:
            self.step()
        self.now = max(self.now, at)

    def input(self) -> None:
        """Somebody has changed something."""
        for callback in self.changed:
            callback()


class Pipe:
    """A `Stream` filled by hand; keeps what the client did to it."""

    def __init__(self, *pieces: bytes | None) -> None:
        self.pieces: list[bytes | None] = list(pieces)  # None at the end: it ends
        self.written: list[bytes] = []
        self.write_closed = False
        self.closed = False
        self.reads = 0

    def read(self) -> bytes | None:
        self.reads += 1
        if not self.pieces:
            return b""
        return self.pieces[0] if self.pieces[0] is None else self.pieces.pop(0)

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def close_write(self) -> None:
        self.write_closed = True

    def close(self) -> None:
        self.closed = True


class Shell(Pipe):
    """A hijacked stream that says back, in capitals, what it is told, and ends when its input does."""

    def __init__(self, tty: bool, greeting: bytes = b"") -> None:
        super().__init__()
        self.tty = tty
        if greeting:
            self.say(greeting)

    def say(self, text: bytes, stream: int = 1) -> None:
        self.pieces.append(text if self.tty else struct.pack(">BxxxL", stream, len(text)) + text)

    def write(self, data: bytes) -> None:
        super().write(data)
        self.say(data.upper())

    def close_write(self) -> None:
        super().close_write()
        self.pieces.append(None)


class Flood(Pipe):
    """A stream that always has more."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.left = size

    def read(self) -> bytes | None:
        self.reads += 1
        if not self.left:
            return None
        size = min(self.left, 8192)
        self.left -= size
        return b"x" * size


class Engine:
    """The application.  `handle` is what a `Connection` calls."""

    def __init__(self, world: World | None = None) -> None:
        self.world = world or World()
        self.requests: list[Request] = []
        self.streams: list[Pipe] = []
        self.execs: dict[str, dict[str, object]] = {}

    def handle(self, request: Request) -> Answer:
        self.requests.append(request)
        parts = request.path.strip("/").split("/")
        if parts[0].startswith("v1."):
            parts = parts[1:]
        route = getattr(self, f"_{parts[0].lstrip('_')}", None)
        if route is None:
            return self._json({"message": "page not found"}, 404)
        response = route(request, parts[1:])
        assert isinstance(response, Response | Later)
        return response

    def tell(self, data: bytes | None) -> None:
        """Give `data` to every open stream."""
        for stream in self.streams:
            stream.pieces.append(data)

    def _json(self, value: object, status: int = 200) -> Response:
        return Response(status, JSON, json.dumps(value).encode() + b"\n")

    def _open(self, stream: Pipe, type_: str = "application/json") -> Response:
        self.streams.append(stream)
        return Response(200, (("Api-Version", "1.51"), ("Content-Type", type_)), stream)

    def _hijack(self, request: Request, stream: Pipe) -> Response:
        self.streams.append(stream)
        type_ = ("Content-Type", "application/vnd.docker.multiplexed-stream")
        if request.header("upgrade"):
            return Response(101, (type_, ("Connection", "Upgrade"), ("Upgrade", "tcp")), stream, hijack=True)
        return Response(200, (type_,), stream, hijack=True)

    def _ping(self, request: Request, _: list[str]) -> Response:
        headers = (("Api-Version", "1.51"), ("Ostype", "linux"), ("Server", "Docker/28.5.2 (linux)"))
        return Response(200, (*headers, ("Content-Type", "text/plain; charset=utf-8")), b"OK")

    def _version(self, request: Request, _: list[str]) -> Response:
        return self._json({"Version": "28.5.2", "ApiVersion": "1.51", "MinAPIVersion": "1.24", "Os": "linux"})

    def _echo(self, request: Request, _: list[str]) -> Response:
        return self._json([request.method, request.path, request.query, request.headers, request.body.hex()])

    def _nothing(self, request: Request, parts: list[str]) -> Response:
        return Response(int(parts[0]))

    def _broken(self, request: Request, _: list[str]) -> Response:
        raise KeyError("spec")

    def _bytes(self, request: Request, parts: list[str]) -> Response:
        return Response(200, (), b"y" * int(parts[0]))

    def _flood(self, request: Request, parts: list[str]) -> Response:
        return self._open(Flood(int(parts[0])))

    def _counted(self, request: Request, parts: list[str]) -> Response:
        """A finished stream: the numbers up to n, one per chunk."""
        return self._open(Pipe(*(b"%d\n" % n for n in range(int(parts[0]))), None))

    def _events(self, request: Request, _: list[str]) -> Response:
        return self._open(Pipe())

    def _images(self, request: Request, _: list[str]) -> Response:
        """POST /images/create, and the inspect that follows it."""
        if request.method == "GET":
            return self._json({"Id": "sha256:1", "RepoTags": ["busybox:latest"]})
        pipe = Pipe()
        for n, status in enumerate(("Pulling from library/busybox", "Download complete", "Pull complete")):
            line = json.dumps({"status": status, "id": "latest"}).encode() + b"\r\n"
            self.world.at(n + 1, lambda line=line: pipe.pieces.append(line))  # type: ignore[misc]
        self.world.at(4, lambda: pipe.pieces.append(None))
        return self._open(pipe)

    def _containers(self, request: Request, parts: list[str]) -> Answer:
        name, verb = (parts[0], parts[1]) if len(parts) > 1 else ("", parts[0])
        tty = name == "tty"
        if verb == "json":
            return self._json({"Id": name, "Name": f"/{name}", "Config": {"Tty": tty}} if name else [])
        if verb == "logs":
            shell = Shell(tty)
            for n in (1, 2, 3):
                self.world.at(n, lambda n=n: shell.say(b"line %d\n" % n))  # type: ignore[misc]
            self.world.at(4, lambda: shell.pieces.append(None))
            return self._open(shell, "application/vnd.docker.multiplexed-stream")
        if verb == "wait":
            pipe = Pipe()
            self.world.at(600, lambda: pipe.pieces.extend([b'{"StatusCode":3}\n', None]))
            return self._open(pipe)
        if verb == "stop":
            answers: list[Response] = []
            self.world.at(10, lambda: answers.append(Response(204)))
            return Later(lambda: answers[0] if answers else None)
        if verb == "attach":
            return self._hijack(request, Shell(tty, b"attached\n"))
        if verb == "exec":
            number = f"e{len(self.execs)}"
            self.execs[number] = json.loads(request.body) | {"container": name}
            return self._json({"Id": number}, 201)
        return self._json({"message": f"No such container: {name}"}, 404)

    def _exec(self, request: Request, parts: list[str]) -> Response:
        number, verb = parts
        if number not in self.execs:
            return self._json({"message": f"No such exec instance: {number}"}, 404)
        if verb == "json":
            return self._json({"ID": number, "Running": False, "ExitCode": 5})
        exec_ = self.execs[number]
        shell = Shell(bool(exec_["Tty"]))
        if not exec_["AttachStdin"]:
            self.world.at(1, lambda: shell.say(b"out"))
            self.world.at(2, lambda: shell.say(b"err", 2))
            self.world.at(3, lambda: shell.pieces.append(None))
        return self._hijack(request, shell)
