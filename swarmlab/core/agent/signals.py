"""Signals by name and number."""

from swarmlab.errors import InvalidArgument

SIGNALS = {
    "HUP": 1,
    "INT": 2,
    "QUIT": 3,
    "KILL": 9,
    "USR1": 10,
    "USR2": 12,
    "TERM": 15,
    "WINCH": 28,
    "CONT": 18,
    "STOP": 19,
}


def signal_number(name: str) -> int:
    """Return the number of a signal given as ``TERM``, ``SIGTERM`` or ``15``.  Raises InvalidArgument."""
    if name.isascii() and name.isdigit() and len(name) < 4 and 0 < int(name) < 65:
        return int(name)
    number = SIGNALS.get(name.upper().removeprefix("SIG"))
    if number is None:
        raise InvalidArgument(f"Invalid signal: {name}")
    return number
