"""API times to nanoseconds and to the words of lists."""

import calendar
import re
import time

from swarmlab.cli.units import human_duration

_RFC3339 = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)")
#: What Go's zero time is in nanoseconds since 1970.
ZERO_TIME = -62135596800 * 10**9


def nanoseconds(text: str) -> int:
    """Return an RFC 3339 time as nanoseconds since 1970; Go's zero time when there is none."""
    found = _RFC3339.match(text or "")
    if found is None:
        return ZERO_TIME
    year, month, day, hour, minute, second = map(int, found.groups()[:6])
    seconds = calendar.timegm((year, month, day, hour, minute, second))
    if found[8] != "Z":
        sign = -1 if found[8][0] == "+" else 1
        seconds += sign * (int(found[8][1:3]) * 3600 + int(found[8][4:6]) * 60)
    return seconds * 10**9 + int((found[7] or "").ljust(9, "0")[:9] or 0)


def ago(text: str, now: int) -> str:
    """Return "5 minutes ago" for the RFC 3339 time `text`, seen at `now`."""
    return human_duration(now - nanoseconds(text)) + " ago"


def rfc3339(ns: int) -> str:
    """Return nanoseconds since 1970 as RFC 3339 in UTC with all nine digits."""
    seconds, fraction = divmod(ns, 10**9)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{fraction:09d}Z"
