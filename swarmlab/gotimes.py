"""Times as Docker's clients and engines read them: a date, seconds since 1970, or a span before now.

moby: ``api/types/time/timestamp.go``, ``GetTimestamp``.
"""

import calendar
import re
import time
from contextlib import suppress

from swarmlab.gostrings import parse_duration

_FORMS = (
    (r"\d{4}-\d\d-\d\d", "%Y-%m-%d"),
    (r"\d{4}-\d\d-\d\dT\d\d", "%Y-%m-%dT%H"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d", "%Y-%m-%dT%H:%M"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", "%Y-%m-%dT%H:%M:%S"),
)


def timestamp(text: str, now: int) -> str:
    """Return what the API wants for `text`; raises ValueError with docker's text."""
    with suppress(ValueError):
        if text != "0":
            return str((now - parse_duration(text)) // 10**9)
    found = re.fullmatch(r"(\d{4}-\d\d-\d\d(?:T[\d:]+)?)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?", text)
    if found is not None:
        for pattern, form in _FORMS:
            if re.fullmatch(pattern, found[1]):
                try:
                    seconds = calendar.timegm(time.strptime(found[1], form))
                except ValueError:
                    break
                zone = found[3] or "Z"
                if zone != "Z":
                    offset = int(zone[1:3]) * 3600 + int(zone[4:6]) * 60
                    seconds += offset if zone[0] == "-" else -offset
                return f"{seconds}.{(found[2] or '').ljust(9, '0')}"
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        return text
    raise ValueError(f'failed to parse value as time or duration: "{text}"')
