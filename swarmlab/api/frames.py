"""The bytes of attach, exec and logs: frames that keep standard output and error apart, or a terminal's raw bytes.

moby: ``api/types/versions``, ``pkg/stdcopy``.
"""

import struct
from collections.abc import Iterable

from swarmlab.api.call import Call
from swarmlab.api.programs import Chunk

STDOUT, STDERR, SYSTEM_ERROR = 1, 2, 3
RAW_STREAM = "application/vnd.docker.raw-stream"
MULTIPLEXED_STREAM = "application/vnd.docker.multiplexed-stream"


def frame(stream: int, data: bytes) -> bytes:
    """Return one frame: stream, length, payload."""
    return struct.pack(">BxxxL", stream, len(data)) + data


def joined(chunks: Iterable[Chunk], *, framed: bool) -> bytes:
    """Return chunks one after the other."""
    if framed:
        return b"".join(frame(chunk.stream, chunk.data) for chunk in chunks if chunk.data)
    return b"".join(chunk.data for chunk in chunks)


def content_type(call: Call, *, tty: bool) -> tuple[str, str]:
    """Return the header that says which of the two it is; before API 1.42 there was one name for both."""
    return ("Content-Type", MULTIPLEXED_STREAM if call.at_least(1, 42) and not tty else RAW_STREAM)
