"""Progress messages as docker prints them: plain lines, terminal control bytes, or what such a terminal shows.

moby: pkg/jsonmessage/jsonmessage.go (DisplayJSONMessagesStream, JSONProgress.String).
"""

from typing import Protocol, TextIO, cast

from swarmlab.cli.environment import Environment
from swarmlab.cli.progress.screen import Screen
from swarmlab.cli.units import human_size

_BAR_NEEDS = 110  # columns; narrower terminals show no bar
_UNKNOWN_WIDTH = 200  # what docker assumes of a stream that is no terminal


class Display(Protocol):
    """Where progress goes."""

    def progress(self, key: str, action: str, current: int = 0, total: int = 0, *, counts: bool = False) -> None:
        """Show `action` on the line of `key`, with a bar when there is a `total`."""
        ...

    def message(self, key: str, text: str) -> None:
        """Show a line that stays."""
        ...

    def close(self) -> None:
        """No more will come."""
        ...


def bar(current: int, total: int, columns: int, counts: bool) -> str:
    """Return the bar and the numbers behind an action; empty when there is nothing to count."""
    if current <= 0 and total <= 0:
        return ""
    if total <= 0:
        return f"{human_size(current):>8}"
    half = min(int(current / total * 100) // 2, 50)
    box = f"[{'=' * half}>{' ' * (50 - half)}] " if columns > _BAR_NEEDS else ""
    if not counts:
        return box
    numbers = f"{human_size(current):>8}" + (f"/{human_size(total)}" if current <= total else "")
    return box + numbers


class Quiet:
    """``-q``: nothing is shown."""

    def progress(self, key: str, action: str, current: int = 0, total: int = 0, *, counts: bool = False) -> None:
        """Show nothing."""

    def message(self, key: str, text: str) -> None:
        """Show nothing."""

    def close(self) -> None:
        """Nothing to finish."""


class Lines:
    """No terminal: each message is a line, bars are left out."""

    def __init__(self, out: TextIO) -> None:
        self._out = out

    def progress(self, key: str, action: str, current: int = 0, total: int = 0, *, counts: bool = False) -> None:
        """Print the action unless it has a bar."""
        if not bar(current, total, _UNKNOWN_WIDTH, counts):
            self.message(key, action)

    def message(self, key: str, text: str) -> None:
        """Print a line."""
        self._out.write(f"{key}: {text}\n" if key else f"{text}\n")

    def close(self) -> None:
        """Nothing to finish."""


class Terminal:
    """A terminal: each key keeps its line, which is written over."""

    def __init__(self, out: TextIO, columns: int) -> None:
        self._out = out
        self._columns = columns
        self._lines: dict[str, int] = {}

    def progress(self, key: str, action: str, current: int = 0, total: int = 0, *, counts: bool = False) -> None:
        """Write over the line of `key`."""
        up = 0
        if key:
            if key not in self._lines:
                self._lines[key] = len(self._lines)
                self._out.write("\n")
            up = len(self._lines) - self._lines[key]
            self._out.write(f"\x1b[{up}A")
        else:
            self._lines.clear()
        start = f"{key}: " if key else ""
        self._out.write(f"\x1b[2K\r{start}{action} {bar(current, total, self._columns, counts)}\r")
        if key:
            self._out.write(f"\x1b[{up}B")

    def message(self, key: str, text: str) -> None:
        """Print a line below all others, and start anew below it."""
        self._lines.clear()
        self._out.write(f"{key}: {text}\n\x1b[0B" if key else f"{text}\n")

    def close(self) -> None:
        """Nothing to finish."""


class Final(Terminal):
    """What is left on a terminal's screen when the command has ended, for notebooks and transcripts."""

    def __init__(self, out: TextIO) -> None:
        self._screen = Screen()
        self._target = out
        super().__init__(cast(TextIO, self._screen), columns=80)

    def close(self) -> None:
        """Write the screen."""
        self._target.write(self._screen.text())


def display(env: Environment) -> Display:
    """Return the display that `env` asks for."""
    if env.progress == "tty":
        return Terminal(env.stdout, env.columns)
    return Final(env.stdout) if env.progress == "final" else Lines(env.stdout)
