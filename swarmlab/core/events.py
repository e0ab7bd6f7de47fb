"""One line of ``docker events``, as engines and managers both keep them."""

from typing import NamedTuple

#: moby daemon/events: the ring buffer behind ``docker events --since``.
EVENTS_KEPT = 256


class Event(NamedTuple):
    """Something happened to an object at a time."""

    at: int
    type: str
    action: str
    id: str
    attributes: dict[str, str]
    scope: str = "local"


class EventLog:
    """The newest events of an engine or a swarm, oldest first."""

    def __init__(self) -> None:
        self.kept: list[Event] = []
        self.seen = 0  # how many there ever were

    def add(self, event: Event) -> None:
        """Add one, and forget the oldest when there are too many."""
        self.kept.append(event)
        self.seen += 1
        if len(self.kept) > EVENTS_KEPT:
            del self.kept[: len(self.kept) - EVENTS_KEPT]
