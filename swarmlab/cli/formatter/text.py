"""Words and widths of tables: cutting, capitals, natural order, aligned columns.

docker/cli: cli/command/formatter/displayutils.go; fvbommel/sortorder; Go: text/tabwriter.
"""

import re
import unicodedata
from functools import total_ordering

_MIN_WIDTH, _PADDING = 10, 3  # docker/cli: tabwriter.NewWriter(out, 10, 1, 3, ' ', 0)


def display_width(text: str) -> int:
    """Return how many columns `text` takes: wide East Asian characters take two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def ellipsis(text: str, width: int) -> str:
    """Cut `text` to `width` columns, the last of them an "…"."""
    if width <= 0:
        return ""
    if width == 1:
        return text[:1]
    if display_width(text) <= width:
        return text
    used = 0
    for index, char in enumerate(text):
        used += display_width(char)
        if used > width - 1:
            return text[:index] + "…"
    return text


def pretty_print(text: str) -> str:
    """Return "running" as "Running": first letter large, the rest small."""
    if len(text) <= 1:
        return text.lower()
    return text[0].upper() + text[1:].lower()


def short_id(identifier: str) -> str:
    """Return the twelve characters by which docker shows an ID."""
    identifier = identifier.partition(":")[2] or identifier
    return identifier[:12]


@total_ordering
class NaturalKey:
    """Sort key under which "web.2" comes before "web.10"; digits come before other characters."""

    def __init__(self, text: str) -> None:
        self._parts = [
            (0, len(part.lstrip("0")), part.lstrip("0"), len(part)) if part[0] in "0123456789" else (1, 0, part, 0)
            for part in re.findall(r"[0-9]+|[^0-9]", text)
        ]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NaturalKey) and self._parts == other._parts

    def __lt__(self, other: "NaturalKey") -> bool:
        return self._parts < other._parts


def align(text: str, min_width: int = _MIN_WIDTH, padding: int = _PADDING) -> str:
    """Return `text` with its tab-ended cells padded to columns, as a tab writer does.

    A column is as wide as its widest cell + padding in a run of consecutive lines that have the cell; the
    last cell of a line belongs to no column.
    """
    lines = [line.split("\t") for line in text.split("\n")]
    widths: list[list[int]] = [[] for _ in lines]

    def block(start: int, stop: int, column: int) -> None:
        row = start
        while row < stop:
            if column >= len(lines[row]) - 1:
                row += 1
                continue
            end = row
            while end < stop and column < len(lines[end]) - 1:
                end += 1
            width = max(min_width, *(display_width(lines[r][column]) + padding for r in range(row, end)))
            for r in range(row, end):
                widths[r].append(width)
            block(row, end, column + 1)
            row = end

    block(0, len(lines), 0)
    return "\n".join(
        "".join(cell + " " * (width - display_width(cell)) for cell, width in zip(line, columns, strict=False))
        + line[-1]
        for line, columns in zip(lines, widths, strict=True)
    )
