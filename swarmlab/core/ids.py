"""Identifiers that look like Docker's and come from a seeded stream.

SwarmKit ``identity/randomid.go``: 25 characters of base 36.  Containers, local networks and execs have
64 hexadecimal digits (moby ``stringid``).
"""

import random

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_PAIRS = tuple(one + other for other in _DIGITS for one in _DIGITS)  # two digits of base 36, the lower one first
_TWELVE = 36**12


class Ids:
    """A stream of identifiers.  The same seed gives the same ones in the same order."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)

    def swarm(self) -> str:
        """Return an id of a swarm object: 25 characters ``[0-9a-z]``."""
        # The first of 26 digits is dropped, as the top bit of SwarmKit's 17 bytes is always set.
        number = self._random.getrandbits(129)
        digits = ""
        for _ in range(2):
            number, part = divmod(number, _TWELVE)  # small numbers are divided faster
            for _ in range(6):
                part, pair = divmod(part, 1296)
                digits += _PAIRS[pair]
        return digits + _DIGITS[number % 36]

    def hex(self, digits: int = 64) -> str:
        """Return an id of something local to an engine: `digits` hexadecimal digits."""
        return f"{self._random.getrandbits(4 * digits):0{digits}x}"

    def secret(self, characters: int) -> str:
        """Return random base-36 text, as in join tokens."""
        return "".join(self._random.choice(_DIGITS) for _ in range(characters))
