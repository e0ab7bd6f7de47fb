"""A name server that knows no name, for the network of a real lab: every question gets the answer "no such name".

Without it, containers and engines wait for seconds until they give up on a name that is not the swarm's own.  It is
started as a script, in the network namespace of the lab: ``python nameserver.py ADDRESS``.
"""

import socket
import sys

_HEADER = 12
_RESPONSE, _AVAILABLE, _NO_SUCH_NAME = 0x80, 0x80, 3


def answer(query: bytes) -> bytes:
    """Return the answer to a DNS query (RFC 1035, 4.1): its own question, with NXDOMAIN.

    Raises ValueError for what is no query.
    """
    end = _HEADER
    while end < len(query) and query[end]:  # the name: labels, each behind its length, up to an empty one
        end += query[end] + 1
    end += 5  # the empty label, type and class
    if len(query) < end:
        raise ValueError("not a DNS query")
    flags = bytes([_RESPONSE | query[2] & 0x79, _AVAILABLE | _NO_SUCH_NAME])  # opcode and "recursion desired" stay
    return query[:2] + flags + b"\0\1" + bytes(6) + query[_HEADER:end]


def serve(sock: socket.socket) -> None:
    """Answer for ever."""
    while True:
        query, peer = sock.recvfrom(4096)
        try:
            sock.sendto(answer(query), peer)
        except (ValueError, OSError):
            continue  # no question, or nobody there who waits for the answer


if __name__ == "__main__":
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((sys.argv[1], 53))
        serve(server)
