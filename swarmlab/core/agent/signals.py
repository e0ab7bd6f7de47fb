"""Signals by name and number.  moby: ``github.com/moby/sys/signal``."""

import re

from swarmlab.errors import InvalidArgument

_NAMES = (
    "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG"
    " XCPU XFSZ VTALRM PROF WINCH IO PWR SYS"
)
_FIRST, _LAST = 34, 64  # of the real-time signals, which go by RTMIN+1 and RTMAX-1
_REAL_TIME = {
    **{"RTMIN": _FIRST, "RTMAX": _LAST},
    **{f"RTMIN+{more}": _FIRST + more for more in range(1, 16)},
    **{f"RTMAX-{less}": _LAST - less for less in range(1, 15)},
}
SIGNALS = {
    **{name: number for number, name in enumerate(_NAMES.split(), start=1)},
    **{"IOT": 6, "CLD": 17, "POLL": 29},  # other names of three of them
    **_REAL_TIME,
}


def signal_number(name: str) -> int:
    """Return the number of a signal given as ``TERM``, ``SIGTERM`` or ``15``.  Raises InvalidArgument.

    A number need not be that of a signal: only sending it tells (see `is_supported`).
    """
    if re.fullmatch(r"[+-]?0*[1-9]\d{0,8}", name, re.ASCII):
        return int(name)
    number = SIGNALS.get(name.upper().removeprefix("SIG"))
    if number is None:
        raise InvalidArgument(f"invalid signal: {name}")
    return number


def is_supported(number: int) -> bool:
    """Return whether Linux has a signal with this number."""
    return number in SIGNALS.values()
