"""Times in queries: ``since`` and ``until``.  moby: ``api/types/time/timestamp.go``."""

import re

from swarmlab.api.call import Call
from swarmlab.core.units import SECOND, parse_rfc3339
from swarmlab.errors import InvalidArgument

_UNIX = re.compile(r"(-?\d{1,18})(?:\.(\d{1,9})\d*)?")


def moment(call: Call, name: str) -> int | None:
    """Return a time in nanoseconds since 1970, given as Unix seconds or as RFC 3339; None if it is not given.

    Raises InvalidArgument for anything else.
    """
    text = call.param(name)
    if not text:
        return None
    match = _UNIX.fullmatch(text)
    if match:
        return int(match[1]) * SECOND + int((match[2] or "0").ljust(9, "0"))
    try:
        return parse_rfc3339(text)
    except (ValueError, OverflowError):
        raise InvalidArgument(f'invalid value for "{name}": failed to parse value as time: "{text}"') from None
