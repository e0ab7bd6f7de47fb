"""A client's standard input, output and error, connected to a container's.  moby: ``daemon/attach.go``."""

from typing import TYPE_CHECKING

from swarmlab.api.call import Call
from swarmlab.api.errors import refusal
from swarmlab.api.frames import STDERR, STDOUT, content_type, joined
from swarmlab.api.programs import Chunk
from swarmlab.core.agent.container import Container, ContainerState
from swarmlab.errors import Conflict, InvalidArgument, SwarmlabError
from swarmlab.wire import Response

if TYPE_CHECKING:
    from swarmlab.api.app import App

DETACH_KEYS = b"\x10\x11"  # ctrl-p,ctrl-q


def attach(call: Call) -> Response:
    """``POST /containers/{id}/attach``.  The connection is taken over first, so refusals come as plain text."""
    try:
        return _attached(call)
    except SwarmlabError as error:
        head = content_type(call, tty=True)
        return Response(refusal(error).status, (head,), f"{error}\r\n".encode(), hijack=True)


def _attached(call: Call) -> Response:
    keys = detach_keys(call.param("detachKeys"))
    container = call.engine.find(call.args["id"])
    if container.state is ContainerState.PAUSED:
        raise Conflict(f"container {call.args['id']} is paused, unpause the container before attach")
    call.engine.emit("container", "attach", container.id, {
        **container.labels, "image": container.config.image, "name": container.name,
    })  # fmt: skip
    streams = {STDOUT: call.flag("stdout"), STDERR: call.flag("stderr")}
    stream = AttachStream(
        call.app,
        call.host.name,
        container,
        streams={number for number, wanted in streams.items() if wanted} if call.flag("stream") else set(),
        stdin=call.flag("stdin") and call.flag("stream"),
        logs=call.flag("logs"),
        keys=keys,
    )
    return Response(*hijacked(call, tty=container.config.tty), body=stream, hijack=True)


def hijacked(call: Call, *, tty: bool) -> tuple[int, tuple[tuple[str, str], ...]]:
    """Return status and headers with which a connection stops being HTTP."""
    if call.request.header("upgrade"):
        return 101, (content_type(call, tty=tty), ("Connection", "Upgrade"), ("Upgrade", "tcp"))
    return 200, (content_type(call, tty=tty),)


def detach_keys(text: str) -> bytes:
    """Return the bytes that end a session on a terminal.  Raises InvalidArgument (moby ``pkg/term``)."""
    if not text:
        return DETACH_KEYS
    keys = b""
    for key in text.split(","):
        name = key.strip().lower()
        if len(key) == 1 and key.isascii():
            keys += key.encode()
        elif len(name) == 6 and name.startswith("ctrl-") and "@" <= name[5].upper() <= "_":
            keys += bytes([ord(name[5].upper()) - 64])
        else:
            raise InvalidArgument(f"Invalid detach keys ({text}) provided")
    return keys


class Keyboard:
    """What a client types, watched for the keys that detach it (on a terminal only)."""

    def __init__(self, keys: bytes, *, tty: bool) -> None:
        self._keys = keys if tty else b""
        self._held = b""  # the beginning of the sequence, which may still become something else
        self.detached = False

    def take(self, data: bytes) -> bytes:
        """Return what is for the program."""
        if not self._keys:
            return data
        data = self._held + data
        place = data.find(self._keys)
        if place >= 0:
            self.detached = True
            return data[:place]
        held = next((n for n in range(len(self._keys) - 1, 0, -1) if data.endswith(self._keys[:n])), 0)
        self._held = data[len(data) - held :]
        return data[: len(data) - held]


class AttachStream:
    """The output of a container from now on, until it ends."""

    def __init__(
        self,
        app: "App",
        host: str,
        container: Container,
        *,
        streams: set[int],
        stdin: bool,
        logs: bool,
        keys: bytes,
    ) -> None:
        self._app = app
        self._container = container
        self._streams = streams
        self._at = 0 if logs else len(container.log)
        # The life to watch: the present one, or else the next (``docker run`` attaches before it starts).
        self._epoch = container.epoch if container.is_running else container.epoch + 1
        self._framed = not container.config.tty
        self._run = app.runs.main(host, container) if stdin else None
        self._keyboard = Keyboard(keys, tty=container.config.tty)
        self._once = bool(logs and not streams)

    def read(self) -> bytes | None:
        """Return new output."""
        if self._app.closed or self._keyboard.detached:
            return None
        self._app.poll()
        lines = self._container.log[self._at :]
        self._at += len(lines)
        chunks = [Chunk(line.stream, line.data) for line in lines if self._once or line.stream in self._streams]
        if chunks:
            return joined(chunks, framed=self._framed)
        if self._once or self._container.gone or self._container.epoch > self._epoch:
            return None
        return b""

    def write(self, data: bytes) -> None:
        """Pass on what the client types."""
        typed = self._keyboard.take(data)
        if typed and self._run is not None:
            self._run.write(typed)

    def close_write(self) -> None:
        """The client types no more."""
        if self._run is not None:
            self._run.close_write()

    def close(self) -> None:
        """The client has gone; the container goes on, but nobody types any more."""
        if self._run is not None and not self._container.config.tty:
            self._run.close_write()
