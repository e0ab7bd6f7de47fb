"""Messages between the grader and a learner's process: JSON objects with their length before them, on one socket.

Whoever holds a learner's end may write anything.  So the grader's end bounds what it takes, and takes JSON only.
"""

import json
import select
import socket
import struct
import time
from typing import Any

Frame = dict[str, Any]
#: The longest message, bytes.  A journal may be long, pictures are; beyond this the line is cut.
LONGEST = 8 << 20
_HEAD = struct.Struct(">I")


class Broken(Exception):
    """The other side has gone, sent what is no message, or sent too much."""


class TooLate(Exception):
    """The other side sent nothing complete in time."""


class Line:
    """One end of the socket."""

    def __init__(self, sock: socket.socket, *, most: int | None = None) -> None:
        self.sock = sock
        self.most = most  # bytes that may still come in; None: any number
        self._buffer = bytearray()

    def send(self, frame: Frame) -> None:
        """Send a message.  Raises Broken if nobody is there, TooLate if nobody takes it for a minute."""
        data = json.dumps(frame).encode()
        try:
            self.sock.sendall(_HEAD.pack(len(data)) + data)
        except TimeoutError as error:
            raise TooLate from error
        except OSError as error:
            raise Broken(str(error)) from error

    def receive(self, deadline: float | None = None) -> Frame:
        """Return the next message.  `deadline`: by time.monotonic().  Raises Broken, TooLate."""
        head = self._take(_HEAD.size, deadline)
        (length,) = _HEAD.unpack(head)
        if length > LONGEST:
            raise Broken("a message was too long")
        try:
            frame = json.loads(self._take(length, deadline))
        except (ValueError, RecursionError) as error:
            raise Broken("a message was no JSON") from error
        if not isinstance(frame, dict):
            raise Broken("a message was no object")
        return frame

    def _take(self, count: int, deadline: float | None) -> bytes:
        while len(self._buffer) < count:
            if deadline is not None:
                left = deadline - time.monotonic()
                if left <= 0 or not select.select([self.sock], [], [], left)[0]:
                    raise TooLate
            try:
                data = self.sock.recv(
                    min(1 << 16, count - len(self._buffer))
                )  # no further: what follows may be no message
            except OSError as error:
                raise Broken(str(error)) from error
            if not data:
                raise Broken("the process has ended")
            self._buffer += data
            if self.most is not None:
                self.most -= len(data)
                if self.most < 0:
                    raise Broken("the process wrote too much")
        taken = bytes(self._buffer[:count])
        del self._buffer[:count]
        return taken

    def close(self) -> None:
        """Hang up."""
        self.sock.close()
