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
