"""Time, text and bytes: every conversion between what people write and what the core counts.

Inside the core a time is an ``int`` of nanoseconds since 1970 and a duration an ``int`` of nanoseconds:
Docker's own unit on the wire, exact, and equal on every machine.  Text is parsed once, at the edge.
"""

import re
from datetime import UTC, datetime

NANOSECOND = 1
MICROSECOND = 1_000
MILLISECOND = 1_000_000
SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB

_UNITS = {
    "ns": NANOSECOND,
    "us": MICROSECOND,
    "µs": MICROSECOND,
    "ms": MILLISECOND,
    "s": SECOND,
    "m": MINUTE,
    "h": HOUR,
}
_TERM = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)")


def duration(text: str) -> int:
    """Return the nanoseconds of a Go duration such as ``1m30s``, ``1.5h`` or ``-2s``.

    Raises ValueError with one sentence if `text` is not one (Go: ``time.ParseDuration``).
    """
    body = text.lstrip("+-")
    total, end = 0, 0
    for term in _TERM.finditer(body):
        if term.start() != end:
            break
        end = term.end()
        number, unit = term.groups()
        whole, _, fraction = number.partition(".")
        total += int(whole or 0) * _UNITS[unit]
        if fraction:
            total += int(fraction) * _UNITS[unit] // 10 ** len(fraction)
    if body == "0":
        return 0
    if not body or end != len(body):
        raise ValueError(f'"{text}" is not a duration; write for example 30s, 5m or 1h30m')
    return -total if text.startswith("-") else total


def duration_text(ns: int) -> str:
    """Return a duration the way Go prints one: ``1m30s``, ``1.5s``, ``250ms``, ``0s``."""
    if ns < 0:
        return "-" + duration_text(-ns)
    if ns < SECOND:
        for unit, size in (("ms", MILLISECOND), ("µs", MICROSECOND), ("ns", NANOSECOND)):
            if ns >= size:
                return _decimal(ns, size) + unit
        return "0s"
    hours, rest = divmod(ns, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    text = f"{hours}h" if hours else ""
    if hours or minutes:
        text += f"{minutes}m"
    return text + _decimal(rest, SECOND) + "s"


def _decimal(ns: int, unit: int) -> str:
    whole, rest = divmod(ns, unit)
    fraction = f"{rest:0{len(str(unit)) - 1}d}".rstrip("0") if rest else ""
    return f"{whole}.{fraction}" if fraction else str(whole)


def rfc3339(ns: int) -> str:
    """Return a time as Go writes it in JSON: UTC, up to nine digits, trailing zeros dropped.

    0 is Go's zero time, ``0001-01-01T00:00:00Z``: "never".
    """
    if ns == 0:
        return "0001-01-01T00:00:00Z"
    seconds, rest = divmod(ns, SECOND)
    text = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    fraction = f"{rest:09d}".rstrip("0")
    return f"{text}.{fraction}Z" if fraction else f"{text}Z"


def parse_rfc3339(text: str) -> int:
    """Return the nanoseconds since 1970 of an RFC 3339 time.  Raises ValueError if it is not one."""
    match = re.fullmatch(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)", text)
    if not match:
        raise ValueError(f'"{text}" is not an RFC 3339 time; write for example 2026-03-02T09:00:00Z')
    day, clock, fraction, zone = match.groups()
    if text.startswith("0001-01-01"):
        return 0
    moment = datetime.fromisoformat(f"{day}T{clock}{'+00:00' if zone in 'Zz' else zone}")
    return int(moment.timestamp()) * SECOND + int((fraction or "0").ljust(9, "0"))
