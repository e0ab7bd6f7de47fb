"""Times in queries: ``since`` and ``until``.  moby: ``api/types/time/timestamp.go``, ``ParseTimestamps``."""

import re

from swarmlab.api.call import Call, quote
from swarmlab.core.units import SECOND
from swarmlab.errors import Unknown

_NUMBER = re.compile(r"[+-]?\d{1,18}", re.ASCII)


def moment(call: Call, name: str) -> int | None:
    """Return a time in nanoseconds since 1970, given as ``seconds[.nanoseconds]``; None if it is not given.

    Raises Unknown for anything else: clients turn what people write into this.
    """
    text = call.param(name)
    if not text:
        return None
    seconds, dot, rest = text.partition(".")
    for part in (seconds, rest) if dot else (seconds,):
        if not _NUMBER.fullmatch(part):
            raise Unknown(f"strconv.ParseInt: parsing {quote(part)}: invalid syntax")
    return int(seconds) * SECOND + (int(rest) * 10 ** (9 - len(rest)) if dot and len(rest) < 10 else int(rest[:9] or 0))
