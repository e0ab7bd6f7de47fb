"""One line of ``docker events``, as engines and managers both keep them."""

from collections import deque
from collections.abc import Mapping
from typing import NamedTuple

#: moby daemon/events: the ring buffer behind ``docker events --since``.
EVENTS_KEPT = 256


class Event(NamedTuple):
    """Something happened to an object at a time."""

    at: int
    type: str
    action: str
    id: str
    attributes: Mapping[str, str]
    scope: str = "local"


class EventLog:
    """The newest events of an engine or a swarm, oldest first."""

    def __init__(self) -> None:
        self.kept: deque[Event] = deque(maxlen=EVENTS_KEPT)
        self.seen = 0  # how many there ever were

    def add(
        self, at: int, kind: str, action: str, actor: str, attributes: Mapping[str, str], scope: str = "local"
    ) -> None:
        """Add one; the oldest is forgotten when there are too many."""
        # What `Event(…)` does, in a third of the time.
        self.kept.append(tuple.__new__(Event, (at, kind, action, actor, attributes, scope)))
        self.seen += 1
