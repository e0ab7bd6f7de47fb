"""What a prune takes and what it leaves: the filters ``label``, ``label!`` and ``until``, and what it tells of itself.

moby: ``daemon/prune.go``, ``daemon/images/image_prune.go``.
"""

from collections.abc import Iterable, Mapping

from swarmlab.api import filters
from swarmlab.api.call import Call
from swarmlab.core.units import SECOND
from swarmlab.errors import InvalidArgument
from swarmlab.gotimes import timestamp


class Pruning:
    """One request to prune, of things that have labels and were made at a time."""

    def __init__(self, call: Call, kind: str, allowed: Iterable[str] = ("label", "label!", "until")) -> None:
        """Read what is asked.  Raises InvalidArgument for filters that there are not, and times that are none."""
        self.wanted = filters.read(call, allowed)
        self._call = call
        self._kind = kind
        self._until = _until(call, self.wanted.get("until"))

    def takes(self, labels: Mapping[str, str], created_at: int) -> bool:
        """Return whether something with these labels, made then, is asked to go."""
        if self._until is not None and created_at > self._until:
            return False
        spared = "label!" in self.wanted and self.wanted.labels("label!", labels)
        return self.wanted.labels("label", labels) and not spared

    def tell(self, freed: int = 0) -> None:
        """Add the prune to ``docker events``."""
        self._call.engine.emit(self._kind, "prune", "", {"reclaimed": str(freed)})


def _until(call: Call, values: Iterable[str]) -> int | None:
    given = list(values)
    if not given:
        return None
    if len(given) > 1:
        raise InvalidArgument("more than one until filter specified")
    try:
        text = timestamp(given[0], call.now)
    except ValueError as error:
        raise InvalidArgument(str(error)) from None
    seconds, _, fraction = text.partition(".")
    return int(seconds) * SECOND + int((fraction or "0")[:9].ljust(9, "0"))
