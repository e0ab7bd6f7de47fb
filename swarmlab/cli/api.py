"""The Engine API as the commands use it: one small layer over docker-py's `APIClient`.

The only module that knows docker-py.  It asks for paths instead of calling docker-py's methods because those
decode, default and rename: `docker inspect` prints the server's bytes, and a service spec must travel as it is.
docker/cli: vendor/github.com/docker/docker/client.
"""

import json
import re
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, BinaryIO

from swarmlab.cli.errors import CommandError, EngineError, NoEngine
from swarmlab.cli.version import API_VERSION, older

if TYPE_CHECKING:
    import docker

Json = Any
Filters = Mapping[str, Mapping[str, bool]]
_SYSTEM_ERROR = 3
_NAMELESS = re.compile(r"/(service|node|task|network|secret|config|container|volume)s/\s*(?:/|$)")


def named(reference: str, kind: str) -> None:
    """Refuse to ask for an object without a name.  moby: client/utils.go, trimID."""
    if not reference.strip():
        raise CommandError(f"invalid {kind} name or ID: value is empty")


def _query(params: Mapping[str, Any]) -> dict[str, str]:
    """Return the query as docker writes it: booleans as 1, filters as JSON, None left out."""
    query = {}
    for key, value in params.items():
        if value is None or value is False or (key == "filters" and not value):
            continue
        query[key] = "1" if value is True else json.dumps(value) if isinstance(value, dict) else str(value)
    return query


class Engine:
    """One engine.  Every method raises `EngineError` for a refusal and `NoEngine` when nobody answers."""

    def __init__(self, api: "docker.APIClient", host: str) -> None:
        self._api: Any = api
        self._host = host
        self.version: str = api.api_version if older(api.api_version, API_VERSION) else API_VERSION

    def _send(self, method: str, path: str, params: Mapping[str, Any], **kwargs: Any) -> Any:
        import requests
        from docker.errors import APIError

        if nameless := _NAMELESS.match(path):
            named("", "contig" if (nameless[1], method) == ("config", "get") else nameless[1])  # docker's own slip
        url = self._api._url(
            path if path == "/_ping" else f"/v{self.version}" + path.replace("{", "%7B"), versioned_api=False
        )
        try:
            response = getattr(self._api, f"_{method}")(url, params=_query(params), **kwargs)
            self._api._raise_for_status(response)
        except APIError as error:
            status = error.response.status_code if error.response is not None else 0
            raise EngineError(str(error.explanation).strip(), status) from None
        except (requests.exceptions.ConnectionError, ConnectionError, FileNotFoundError):
            raise NoEngine(self._host) from None
        return response

    def raw(self, path: str, **params: Any) -> bytes:
        """Return the bytes of a GET."""
        content: bytes = self._send("get", path, params).content
        return content

    def get(self, path: str, **params: Any) -> Json:
        """Return the decoded JSON of a GET."""
        return json.loads(self.raw(path, **params))

    def post(self, path: str, body: Json = None, *, headers: Mapping[str, str] | None = None, **params: Any) -> Json:
        """Send a POST with a JSON body; return the decoded answer, None when it is empty."""
        sent = {"Content-Type": "application/json", **(headers or {})} if body is not None else dict(headers or {})
        data = json.dumps(body, ensure_ascii=False).encode() if body is not None else None
        # No time limit: stopping a container or joining a swarm takes as long as it takes.
        response = self._send("post", path, params, data=data, headers=sent, timeout=None)
        return json.loads(response.content) if response.content.strip() else None

    def delete(self, path: str, **params: Any) -> None:
        """Send a DELETE."""
        self._send("delete", path, params)

    def delete_told(self, path: str, **params: Any) -> Json:
        """Send a DELETE; return the decoded answer."""
        return json.loads(self._send("delete", path, params).content)

    def ping(self) -> Mapping[str, str]:
        """Return the headers of the engine's ping (`Swarm`, `Ostype` …)."""
        headers: Mapping[str, str] = self._send("get", "/_ping", {}).headers
        return headers

    def stream(self, path: str, *, method: str = "get", **params: Any) -> Iterator[bytes]:
        """Yield a body piece by piece as it comes."""
        response = self._send(method, path, params, stream=True, timeout=None)
        try:
            yield from _pieces(response)
        finally:
            response.close()

    def messages(self, path: str, *, method: str = "get", **params: Any) -> Iterator[Json]:
        """Yield the JSON values of a streaming body (events, the progress of a pull)."""
        decoder, text = json.JSONDecoder(), ""
        for piece in self.stream(path, method=method, **params):
            text += piece.decode("utf-8", "replace")
            while text := text.lstrip():
                try:
                    value, end = decoder.raw_decode(text)
                except ValueError:
                    break
                yield value
                text = text[end:]

    def start(self, path: str, **params: Any) -> "Waiting":
        """Send a POST whose answer comes later (``/wait``) and go on once it has been accepted."""
        return Waiting(self._send("post", path, params, stream=True, timeout=None))

    def hijack(self, path: str, body: Json = None, **params: Any) -> "Connection":
        """Send a POST that turns the connection into a stream both ways."""
        headers = {"Connection": "Upgrade", "Upgrade": "tcp", "Content-Type": "application/json"}
        data = json.dumps(body).encode() if body is not None else None
        response = self._send("post", path, params, data=data, headers=headers, stream=True, timeout=None)
        return Connection(response)


def _pieces(response: Any) -> Iterator[bytes]:
    """Yield what has arrived, never waiting for more than there is."""
    raw = response.raw
    if getattr(raw, "chunked", False) and hasattr(raw, "read_chunked"):
        yield from raw.read_chunked(decode_content=False)
        return
    reader = getattr(raw._fp, "fp", None) or raw._fp
    read = getattr(reader, "read1", None) or reader.read
    while piece := read(65536):
        yield piece


class Waiting:
    """An answer that has been asked for and will be read later."""

    def __init__(self, response: Any) -> None:
        self._response = response

    def result(self) -> Json:
        """Wait for the answer and return it."""
        return json.loads(self._response.content)


class Connection:
    """The raw connection of an exec or attach: bytes both ways."""

    def __init__(self, response: Any) -> None:
        self._response = response
        # What came right behind the headers sits in this buffered reader; its raw socket would miss it.
        self._reader = getattr(response.raw._fp, "fp", None) or response.raw._fp

    def send(self, data: bytes) -> None:
        """Send `data` to the other side's standard input."""
        sock = self._socket()
        send = getattr(sock, "sendall", None) or sock.write
        send(data)

    def close_write(self) -> None:
        """Say that no more input will come."""
        import socket

        with suppress(OSError, AttributeError):
            self._socket().shutdown(socket.SHUT_WR)

    def _socket(self) -> Any:
        raw = getattr(self._reader, "raw", self._reader)
        return getattr(raw, "_sock", raw)

    def read(self) -> bytes:
        """Return the next bytes; empty at the end."""
        read = getattr(self._reader, "read1", None) or self._reader.read
        data: bytes = read(65536)
        return data

    def close(self) -> None:
        """Let the connection go."""
        self._response.close()


def feed(connection: Connection, stdin: BinaryIO | None, *, tty: bool = False) -> None:
    """Send all of `stdin`, then say that no more will come: half-close, or on a terminal type Ctrl-D.

    An engine that sees a terminal's input half-closed ends the output as well (moby: container/stream/attach.go).
    """
    last = b"\n"
    with suppress(OSError):  # it has ended and listens no more
        while stdin is not None and (data := stdin.read(65536)):
            connection.send(data)
            last = data
        if tty:
            connection.send(b"\x04" if last.endswith(b"\n") else b"\n\x04")
            return
    connection.close_write()


def frames(read: Callable[[], bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield (stream, payload) of a multiplexed stream; stream 1 is stdout, 2 stderr.

    Raises CommandError for what the engine has to say for itself, on stream 3.
    moby: pkg/stdcopy.  Eight bytes of header (stream, three zeros, length) before each payload.
    """
    buffer = b""
    while True:
        while len(buffer) >= 8:
            stream, length = struct.unpack(">BxxxL", buffer[:8])
            if len(buffer) < 8 + length:
                break
            payload = buffer[8 : 8 + length]
            if stream == _SYSTEM_ERROR:
                raise CommandError(f"error from daemon in stream: {payload.decode('utf-8', 'replace')}")
            yield stream, payload
            buffer = buffer[8 + length :]
        data = read()
        if not data:
            return
        buffer += data
