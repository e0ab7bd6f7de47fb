"""One request, byte by byte, at a unix socket: no client library stands between."""

import contextlib
import re
import socket
from typing import NamedTuple

from tests.contract.wrong import Ask

#: Seconds to wait for an answer.
PATIENCE = 15


class Told(NamedTuple):
    """An answer."""

    status: int
    text: str


def exchange(docker_host: str, ask: Ask, *extra: str) -> Told:
    """Send a request to ``unix://…`` and return the answer.  `extra`: more header lines."""
    head = [f"{ask.method} {ask.target} HTTP/1.1", "Host: docker", "Connection: close", *extra]
    if ask.content_type is not None:
        head.append(f"Content-Type: {ask.content_type}")
    if ask.body is not None:
        head.append(f"Content-Length: {len(ask.body)}")
    return send(docker_host, "\r\n".join(head).encode() + b"\r\n\r\n" + (ask.body or b""))


def send(docker_host: str, data: bytes) -> Told:
    """Send bytes and return the answer to them."""
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(PATIENCE)
        sock.connect(docker_host.removeprefix("unix://"))
        # Refused before everything was sent: the answer is there all the same.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            sock.sendall(data)
        return _told(sock)


def _told(sock: socket.socket) -> Told:
    received = b""
    try:
        while piece := sock.recv(1 << 16):
            received += piece
    except ConnectionResetError:
        pass  # it did not read all we sent
    head, _, body = received.partition(b"\r\n\r\n")
    if b"transfer-encoding: chunked" in head.lower():
        body = _joined(body)
    return Told(int(head.split()[1]), body.decode("utf-8", "replace"))


def _joined(chunks: bytes) -> bytes:
    body = b""
    while chunks:
        size, _, chunks = chunks.partition(b"\r\n")
        body += chunks[: int(size, 16)]
        chunks = chunks[int(size, 16) + 2 :]
    return body


def without_ids(text: str) -> str:
    """Replace what differs from swarm to swarm: ids, short ones too."""
    text = re.sub(r"\b[0-9a-f]{64}\b", "<64 digits>", text)
    text = re.sub(r"\b(?=[a-z]*[0-9])[0-9a-z]{25}\b", "<id>", text)
    return re.sub(r"\b(?=[a-z]*[0-9])[0-9a-z]{12}\b", "<short id>", text)
