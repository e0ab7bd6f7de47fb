"""Values of PHP: how they are printed and counted with, and exceptions on their way."""

import re
from typing import Any


class Thrown(Exception):
    """A PHP exception or error on its way."""

    def __init__(self, kind: str, text: str, line: int = 0) -> None:
        super().__init__(text)
        self.kind = kind
        self.line = line


def text(value: Any) -> str:
    """Return a value as PHP prints it."""
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "Array" if isinstance(value, dict) else str(value)


def number(value: Any) -> int | float:
    """Return a value as PHP counts with it."""
    if isinstance(value, int | float):
        return value
    match = re.match(r"\s*-?\d+(\.\d+)?", text(value))
    if match is None:
        return 0
    return float(match[0]) if match[1] else int(match[0])


def whole(value: Any) -> int:
    """Return a value as a whole number."""
    found = number(value)
    return int(found) if abs(found) < 2**63 else 0
