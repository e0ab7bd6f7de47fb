"""The engine's side of one HTTP/1.1 connection, without any input or output.

Bytes of the client go in by `Connection.receive`, bytes for the client come out of `Connection.pump`.  Who moves
them is somebody else's business: a socket in ``runtime/server.py``, a function call in ``client.py``.  Both get
the same bytes, and those of a real engine: framing and faults as in Go's net/http (``server.go``), hijacked
connections as in moby (``daemon/server/router/container/container_routes.go``, ``postContainersAttach``).
"""

import json
import logging
import time
from collections.abc import Callable
from email.utils import formatdate
from functools import lru_cache
from http.client import responses

from swarmlab.runtime.reader import Fault, RequestReader
from swarmlab.wire import Answer, Later, Request, Response, Stream

Handle = Callable[[Request], Answer]

#: One `Connection.pump` returns about this many bytes at most, so a slow reader holds up the stream it reads.
PORTION = 64 << 10

#: Bytes that may wait behind an unfinished answer; beyond this the caller should stop reading (`Connection.full`).
BACKLOG = 64 << 10

#: Go's words (``net/http/status.go``), where they are not those of every Python.
_REASONS = {
    **responses,
    413: "Request Entity Too Large",
    414: "Request URI Too Long",
    416: "Requested Range Not Satisfiable",
    418: "I'm a teapot",
    422: "Unprocessable Entity",
}

_log = logging.getLogger(__name__)


class Connection:
    """Answer the requests of one client, in order, with `handle`.

    After each `receive`, and after each step of time while `waiting`, call `pump` until it returns ``b""``.
    `handle` is called from within `pump`.  Nothing here blocks, and nothing a client sends raises.
    """

    def __init__(self, handle: Handle, clock: Callable[[], float] = time.time) -> None:
        self.closed = False  # close the transport as soon as everything that `pump` returned is sent
        self.hijacked = False  # the connection belongs to a stream now and will not carry HTTP again
        self._handle = handle
        self._clock = clock  # seconds since 1970, for the Date header
        self._reader = RequestReader()
        self._inbox = bytearray()  # came in, not looked at yet
        self._half_closed = False  # the client will send no more
        self._request = Request("", "")  # the one being answered
        self._later: Later | None = None  # the answer being made
        self._stream: Stream | None = None  # the body being made
        self._chunked = False  # how it is framed; if not, it ends with the connection
        self._last = False  # close after the answer being made
        self._out: list[bytes] = []
        self._size = 0

    @property
    def waiting(self) -> bool:
        """Whether an answer or its body is still being made: bytes may come without input, once time has moved."""
        return self._stream is not None or self._later is not None

    @property
    def full(self) -> bool:
        """Whether the client has sent so much ahead that reading more should wait for `pump`."""
        return len(self._inbox) >= BACKLOG

    def receive(self, data: bytes) -> None:
        """Take bytes from the client; ``b""`` means that it will send no more but still reads."""
        if self.closed or self._half_closed:
            return
        if not data:
            self._half_closed = True
        if self.hijacked:
            self._forward(data)
        else:
            self._inbox += data

    def disconnect(self) -> None:
        """The client has gone, in both directions."""
        self._out, self._size = [], 0
        self._break_off()

    def pump(self) -> bytes:
        """Do what can be done now and return the bytes to send; ``b""`` if there are none for the moment.

        The headers of a hijacked connection are returned alone.  docker-py reads them through a buffer and the
        stream past it, so what came together with them would be lost to it (``_get_raw_response_socket``).
        """
        while self._size < PORTION and not self.closed:
            if self._stream is not None:
                if not self._poll(self._stream):
                    break
            elif self._later is not None:
                if not self._answer(self._later.poll) or self.hijacked:
                    break
            elif not self._answer_next() or self.hijacked:
                break
        if not self._out:
            return b""
        out = self._out[0] if len(self._out) == 1 else b"".join(self._out)
        self._out, self._size = [], 0
        return out

    # -- requests and their answers --------------------------------------------------------------------------

    def _answer_next(self) -> bool:
        """Answer the next request; return False if none is complete."""
        reader = self._reader
        if self._inbox:
            reader.feed(bytes(self._inbox))
            self._inbox.clear()
        if self._half_closed:
            reader.feed(b"")
        request, refusal = None, ""
        try:
            request = reader.next()
        except Fault as fault:
            refusal = str(fault)
        if reader.expects_continue:
            reader.expects_continue = False
            self._send(b"HTTP/1.1 100 Continue\r\n\r\n")
        if refusal:
            type_ = "text/plain; charset=utf-8"
            self._send(f"HTTP/1.1 {refusal}\r\nContent-Type: {type_}\r\nConnection: close\r\n\r\n{refusal}".encode())
            self.closed = True
            return False
        if request is None:
            self.closed = reader.ended
            return False
        self._request = request
        return self._answer(lambda: self._handle(request))

    def _answer(self, make: Callable[[], Answer | None]) -> bool:
        """Send what `make` returns; return False if it is not ready."""
        request = self._request
        try:
            answer = make()
        except Exception as error:
            _log.exception("no answer to %s %s", request.method, request.path)
            text = f"swarmlab could not answer {request.method} {request.path}: {type(error).__name__}: {error}"
            body = json.dumps({"message": text}).encode() + b"\n"
            answer = Response(500, (("Content-Type", "application/json"),), body)
        if isinstance(answer, Response):
            self._later = None
            if answer.hijack:
                self._hijack(answer)
            else:
                self._respond(request.method, answer)
            return True
        if answer is not None:
            self._later = answer
        return answer is not None

    def _respond(self, method: str, response: Response) -> None:
        """Send the head, and the body or the beginning of its stream; headers in the order of net/http."""
        status, headers, body, _ = response
        http11, last = self._reader.http11, not self._reader.keep_alive
        lines = [f"HTTP/1.{1 if http11 else 0} {status} {_reason(status)}"]
        has_length = False
        for name, value in headers:
            key = name.lower()
            if key == "connection" and value.lower() == "close":
                last = True
            else:
                has_length = has_length or key == "content-length"
                lines.append(f"{name}: {_one_line(value)}")
        lines.append(_date_line(int(self._clock())))
        has_body = method != "HEAD" and status not in (204, 304)
        content = b""
        framing = ""
        if isinstance(body, bytes):
            if has_body:
                content = body
            if not has_length and status not in (204, 304):
                lines.append(f"Content-Length: {len(body)}")
        elif not has_body:
            body.close()
        elif http11:
            self._stream, self._chunked, framing = body, True, "Transfer-Encoding: chunked"
        else:
            self._stream, self._chunked, last = body, False, True
        if last and http11:
            lines.append("Connection: close")
        if framing:
            lines.append(framing)
        self._send("\r\n".join(lines).encode() + b"\r\n\r\n" + content)
        self._last = last
        if self._stream is None:
            self.closed = last

    def _hijack(self, response: Response) -> None:
        """Send the headers exactly as given and leave the connection to the stream."""
        status, headers, body, _ = response
        lines = [f"HTTP/1.1 {status} {'UPGRADED' if status == 101 else _reason(status)}"]
        lines += [f"{name}: {_one_line(value)}" for name, value in headers]
        self._send("\r\n".join(lines).encode() + b"\r\n\r\n")
        self.hijacked, self._last = True, True
        if isinstance(body, bytes):
            self._send(body)
            self.closed = True
            return
        self._stream, self._chunked = body, False
        ahead = self._reader.rest()
        if ahead or self._inbox:
            self._forward(ahead + self._inbox)
            self._inbox.clear()
        if self._half_closed:
            self._forward(b"")

    # -- streams ---------------------------------------------------------------------------------------------

    def _poll(self, stream: Stream) -> bool:
        """Send what the stream has; return False if that is nothing."""
        try:
            data = stream.read()
        except Exception:
            _log.exception("a stream broke")
            self._break_off()  # without the last chunk, so that the client sees that something is missing
            return False
        if data:
            self._send(b"%x\r\n%b\r\n" % (len(data), data) if self._chunked else data)
            return True
        if data is None:
            self._stream = None
        elif self._half_closed and not self.hijacked:
            self._drop()  # as net/http cancels the request of a client that half-closes
        else:
            return False
        if self._chunked:
            self._send(b"0\r\n\r\n")
        self.closed = self._last
        return True

    def _forward(self, data: bytes) -> None:
        """Give the stream what a hijacking client sent."""
        if self._stream is None:
            return
        try:
            if data:
                self._stream.write(data)
            else:
                self._stream.close_write()
        except Exception:
            _log.exception("a stream broke")
            self._break_off()

    def _break_off(self) -> None:
        self.closed = True
        self._later = None
        self._drop()

    def _drop(self) -> None:
        """Tell the stream that nobody reads it."""
        stream, self._stream = self._stream, None
        if stream is not None:
            try:
                stream.close()
            except Exception:
                _log.exception("a stream broke")

    def _send(self, data: bytes) -> None:
        self._out.append(data)
        self._size += len(data)


def _reason(status: int) -> str:
    return _REASONS.get(status) or f"status code {status}"


def _one_line(value: str) -> str:
    """Keep a header value from becoming two headers, as net/http does."""
    return value.replace("\r", " ").replace("\n", " ") if "\n" in value or "\r" in value else value


@lru_cache(maxsize=8)
def _date_line(seconds: int) -> str:
    return "Date: " + formatdate(seconds, usegmt=True)
