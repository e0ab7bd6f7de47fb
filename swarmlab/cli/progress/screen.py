"""A terminal just large enough for docker's progress: carriage return, cursor up and down, erase line."""

import io
import re

_CONTROL = re.compile(r"\x1b\[(\d*)([ABK])|([\r\n])")


class Screen(io.TextIOBase):
    """Takes what a program writes to a terminal; `text` is what one would see afterwards."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[list[str]] = [[]]
        self._row = 0
        self._column = 0

    def write(self, text: str) -> int:
        """Take characters and control sequences."""
        position = 0
        for found in _CONTROL.finditer(text):
            self._print(text[position : found.start()])
            position = found.end()
            self._obey(found)
        self._print(text[position:])
        return len(text)

    def _obey(self, found: "re.Match[str]") -> None:
        count, command, control = found.groups()
        steps = max(int(count or 0), 1)
        if control == "\r":
            self._column = 0
        elif control == "\n":
            self._move(1)
            self._column = 0
        elif command == "A":
            self._move(-steps)
        elif command == "B":
            self._move(steps)
        else:
            self._rows[self._row] = []

    def _move(self, by: int) -> None:
        self._row = max(self._row + by, 0)
        while len(self._rows) <= self._row:
            self._rows.append([])

    def _print(self, text: str) -> None:
        row = self._rows[self._row]
        row.extend(" " * (self._column - len(row)))
        row[self._column : self._column + len(text)] = list(text)
        self._column += len(text)

    def text(self) -> str:
        """Return the rows without the blanks at their ends and without empty rows at the end."""
        rows = ["".join(row).rstrip() for row in self._rows]
        while rows and not rows[-1]:
            rows.pop()
        return "".join(row + "\n" for row in rows)
