"""Bytes of a connection in, Requests out.

The parsing is h11's.  What is refused, and with which words, follows Go's net/http (``server.go``, functions
``readRequest`` and ``serve``), because that is what a client of a real engine would read.
"""

import re
from urllib.parse import parse_qsl, unquote, urlsplit

import h11

from swarmlab.wire import Request

#: Request line and headers together, as in Go (``DefaultMaxHeaderBytes`` and its slop).
MAX_HEAD = (1 << 20) + 4096

#: Largest request body.  Go has no such limit; here a body is held in memory as a whole.
MAX_BODY = 64 << 20

_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


class Fault(Exception):
    """The client does not speak HTTP as it should; ``str(fault)`` is both status line and body of the answer."""


class RequestReader:
    """Take bytes as they come and return requests in order, each with its whole body."""

    def __init__(self) -> None:
        self._parser = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEAD)
        self._head: h11.Request | None = None
        self._body: list[bytes] = []
        self._size = 0
        self.keep_alive = True  # whether the client wants another answer after that to the last request
        self.http11 = True  # whether the last request was HTTP/1.1 (and so its client understands chunks)
        self.ended = False  # the client has said all it will say, and every request of it was returned
        #: The client may wait for "100 Continue" before it sends the body.  Whoever says so sets this back.
        self.expects_continue = False

    def feed(self, data: bytes) -> None:
        """Take the next bytes; ``b""``, once more after each request, means that the client will send no more."""
        self._parser.receive_data(data)

    def rest(self) -> bytes:
        """Return the bytes that came after the last request."""
        return self._parser.trailing_data[0]

    def next(self) -> Request | None:
        """Return the next complete request, or None until more bytes have come.

        Raises:
            Fault: nothing sensible can follow on this connection.
        """
        while True:
            try:
                event = self._parser.next_event()
            except h11.RemoteProtocolError as error:
                raise _fault(error) from None
            if event is h11.NEED_DATA:
                return None
            if type(event) is h11.Data:
                self._take(bytes(event.data))
            elif type(event) is h11.Request:
                self._begin(event)
            elif type(event) is h11.EndOfMessage:
                return self._finish()
            else:  # ConnectionClosed
                self.ended = True
                return None

    def _begin(self, head: h11.Request) -> None:
        if not head.http_version.startswith(b"1."):
            raise Fault("505 HTTP Version Not Supported: unsupported protocol version")
        size = len(head.target)
        length = 0
        for name, value in head.headers:
            size += len(name) + len(value) + 4
            if name == b"content-length":
                length = int(value)
            elif name == b"transfer-encoding":
                length = -1  # nobody knows yet
        if size > MAX_HEAD:
            raise Fault("431 Request Header Fields Too Large")
        if length > MAX_BODY:
            raise Fault("413 Request Entity Too Large")
        self._head = head
        self.expects_continue = self._parser.they_are_waiting_for_100_continue and length != 0

    def _take(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > MAX_BODY:
            raise Fault("413 Request Entity Too Large")
        self._body.append(data)

    def _finish(self) -> Request:
        """Make the Request and get ready for the next one."""
        head = self._head
        assert head is not None
        body = b"".join(self._body)
        rest, _ = self._parser.trailing_data
        self._parser = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEAD)
        if rest:
            self._parser.receive_data(rest)
        self._head, self._body, self._size = None, [], 0
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers)
        self.http11 = head.http_version != b"1.0"
        self.keep_alive = self.http11 and not any(n == "connection" and "close" in v.lower() for n, v in headers)
        path, query = _target(head.target.decode("latin-1"))
        return Request(head.method.decode("latin-1"), path, query, headers, body)


def _target(target: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Split a request target into decoded path and query, as Go's ``url.ParseRequestURI`` does."""
    if not target.startswith("/") and target != "*":
        parts = urlsplit(target)  # the absolute form, "http://host/path", as sent to proxies
        if not parts.scheme or not parts.netloc:
            raise Fault("400 Bad Request")
        target = (parts.path or "/") + ("?" + parts.query if parts.query else "")
    path, _, query = target.partition("?")
    if "%" in path:
        if _BAD_ESCAPE.search(path):
            raise Fault("400 Bad Request")
        path = unquote(path)
    return path, tuple(parse_qsl(query, keep_blank_values=True)) if query else ()


def _fault(error: h11.RemoteProtocolError) -> Fault:
    """Say what h11 found in the words of Go's net/http."""
    if error.error_status_hint == 431:
        return Fault("431 Request Header Fields Too Large")
    if error.error_status_hint == 501:
        return Fault("501 Not Implemented: Unsupported transfer encoding")
    if "Host" in str(error):
        return Fault("400 Bad Request: missing required Host header")
    return Fault("400 Bad Request")
