"""Bytes from an engine to the caller's streams.

moby: pkg/stdcopy; docker/cli: cli/command/container/hijack.go.
"""

import codecs
from collections.abc import Callable
from typing import TextIO

from swarmlab.cli.api import frames
from swarmlab.cli.environment import Environment

_STDERR = 2


class _Sink:
    """Decodes bytes that may stop in the middle of a character."""

    def __init__(self, out: TextIO, plain_lines: bool) -> None:
        self._out = out
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._plain_lines = plain_lines
        self._held = ""  # a carriage return whose line feed may be in the next piece

    def write(self, data: bytes, final: bool = False) -> None:
        text = self._decoder.decode(data, final)
        if self._plain_lines:
            text = self._held + text
            self._held = ""
            if text.endswith("\r") and not final:
                text, self._held = text[:-1], "\r"
            text = text.replace("\r\n", "\n")
        if text:
            self._out.write(text)
            self._out.flush()


def copy_out(env: Environment, read: Callable[[], bytes], tty: bool) -> None:
    """Copy an engine's stream until it ends.

    Without a TTY it is two streams in one, which go to standard output and standard error.  With one it is raw
    bytes; in a notebook (`progress` "final") their line ends become plain.
    """
    stdout = _Sink(env.stdout, plain_lines=tty and env.progress == "final")
    if tty:
        while data := read():
            stdout.write(data)
        stdout.write(b"", final=True)
        return
    stderr = _Sink(env.stderr, plain_lines=False)
    for stream, data in frames(read):
        (stderr if stream == _STDERR else stdout).write(data)
    stdout.write(b"", final=True)
    stderr.write(b"", final=True)
