"""Identifiers that look like Docker's and come from a seeded stream.

SwarmKit ``identity/randomid.go``: 25 characters of base 36.  Containers, local networks and execs have
64 hexadecimal digits (moby ``stringid``).
"""

import random

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
#: Bytes to digits.  (The first four come up 8 times in 256, the others 7 times: nobody will count.)
_TO_DIGITS = bytes(ord(_DIGITS[byte % 36]) for byte in range(256))


class Ids:
    """A stream of identifiers.  The same seed gives the same ones in the same order."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)

    def swarm(self) -> str:
        """Return an id of a swarm object: 25 characters ``[0-9a-z]``."""
        return self._random.randbytes(25).translate(_TO_DIGITS).decode()

    def hex(self, digits: int = 64) -> str:
        """Return an id of something local to an engine: an even number of hexadecimal digits."""
        return self._random.getrandbits(4 * digits).to_bytes(digits // 2).hex()

    def secret(self, characters: int) -> str:
        """Return random base-36 text, as in join tokens."""
        return "".join(self._random.choice(_DIGITS) for _ in range(characters))
