"""Sizes and spans of time in words, as docker prints and reads them.

docker/go-units: duration.go, size.go.
"""

import math

from swarmlab.gostrings import format_float, parse_float

_DECIMAL = ("B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB")
_BINARY = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB")
_SECOND = 10**9


def human_duration(ns: int) -> str:
    """Return `ns` nanoseconds in words: "Less than a second", "5 minutes", "About an hour", "3 days"."""
    seconds = int(ns / _SECOND)
    if seconds < 1:
        return "Less than a second"
    if seconds == 1:
        return "1 second"
    if seconds < 60:
        return f"{seconds} seconds"
    minutes = seconds // 60
    if minutes == 1:
        return "About a minute"
    if minutes < 60:
        return f"{minutes} minutes"
    hours = int(ns / (3600 * _SECOND) + 0.5)
    if hours == 1:
        return "About an hour"
    for limit, size, unit in (
        (48, 1, "hours"),
        (24 * 14, 24, "days"),
        (24 * 60, 168, "weeks"),
        (24 * 730, 720, "months"),
    ):
        if hours < limit:
            return f"{hours // size} {unit}"
    return f"{seconds // 3600 // 24 // 365} years"


def _scaled(size: float, base: float, names: tuple[str, ...], precision: int) -> str:
    step = 0
    while size >= base and step < len(names) - 1:
        size /= base
        step += 1
    return _general(size, precision) + names[step]


def _general(value: float, precision: int) -> str:
    """Return C's and Go's ``%.<precision>g``."""
    text = f"{value:.{precision}g}"
    if "e" in text and abs(math.log10(abs(value) or 1)) < 21:
        mantissa, _, exponent = text.partition("e")
        return f"{mantissa}e{exponent}"
    return text


def bytes_size(size: float) -> str:
    """Return a 1024-based size: "64MiB"."""
    return _scaled(size, 1024.0, _BINARY, 4)


def human_size(size: float, precision: int = 4) -> str:
    """Return a 1000-based size: "1.98MB"."""
    return _scaled(size, 1000.0, _DECIMAL, precision)


def ram_in_bytes(text: str) -> int:
    """Return the bytes that "64m" means; raises ValueError with go-units' text."""
    last = max(text.rfind(char) for char in "01234567890. ")
    if last < 0:
        raise ValueError(f"invalid size: '{text}'")
    number, suffix = (text[: last + 1], text[last + 1 :]) if text[last] != " " else (text[:last], text[last + 1 :])
    size = parse_float(number)
    if size < 0:
        raise ValueError(f"invalid size: '{text}'")
    if not suffix:
        return int(size)
    if len(suffix) > 3:
        raise ValueError(f"invalid suffix: '{suffix}'")
    suffix = suffix.lower()
    if suffix == "b":
        return int(size)
    power = "bkmgtp".find(suffix[0])
    if power < 1 or suffix[1:] not in ("", "b", "ib"):
        raise ValueError(f"invalid suffix: '{suffix}'")
    return int(size * 1024**power)


__all__ = ["bytes_size", "format_float", "human_duration", "human_size", "ram_in_bytes"]
