"""The discrete-event queue: what will happen, when, to whom.

An event is data, never a callback, so the whole future can be copied, rewound and read.  Events at one
time are delivered in the order in which they were put in.  With `shuffle` it is drawn at random which
component comes first, because in a real swarm it is, and nothing taught here may depend on it; what is sent
to one component keeps its order, as on a real connection.
"""

import random
from collections.abc import Iterator
from heapq import heappop, heappush
from typing import NamedTuple

from swarmlab.core.units import MILLISECOND


class Event(NamedTuple):
    """`payload` reaches the component called `address` at time `at`."""

    at: int
    rank: float  # breaks ties: the order of putting in, or a random number when shuffled
    sequence: int
    address: str
    payload: object
    background: bool  # would go on for ever (heartbeats): waiting for quiet ignores it


class Queue:
    """Events in order of time: a heap for each millisecond that has any.

    In one heap for all, an event that is taken out is compared with all the more others the more there are.
    """

    def __init__(self, now: int, shuffle: str | None = None) -> None:
        self.now = now
        self._heaps: dict[int, list[Event]] = {}  # by millisecond
        self._milliseconds: list[int] = []  # those with a heap: a heap itself
        self._sequence = 0
        self._shuffle = random.Random(shuffle) if shuffle is not None else None
        self._drawn: dict[str, tuple[int, float]] = {}  # address -> the time last put in for it, and its rank there
        self.foreground = 0  # events that are not background

    def at(self, when: int, address: str, payload: object, *, background: bool = False) -> None:
        """Put an event in.  A time that has passed means "now"."""
        self._sequence += 1
        if when < self.now:
            when = self.now
        if not background:
            self.foreground += 1
        rank = 0.0 if self._shuffle is None else self._rank(self._shuffle, when, address)
        # What `Event(…)` does, in a third of the time: nothing is made as often.
        event = tuple.__new__(Event, (when, rank, self._sequence, address, payload, background))
        millisecond = when // MILLISECOND
        heap = self._heaps.get(millisecond)
        if heap is None:
            self._heaps[millisecond] = [event]
            heappush(self._milliseconds, millisecond)
        else:
            heappush(heap, event)

    def _rank(self, chance: random.Random, when: int, address: str) -> float:
        at, rank = self._drawn.get(address, (-1, 0.0))
        if at != when:
            rank = chance.random()
            self._drawn[address] = (when, rank)
        return rank

    def after(self, delay: int, address: str, payload: object, *, background: bool = False) -> None:
        """Put an event in, `delay` nanoseconds from now."""
        self.at(self.now + delay, address, payload, background=background)

    def next_at(self) -> int | None:
        """Return when the next event is due, None if there is none."""
        event = self.peek()
        return event.at if event is not None else None

    def peek(self) -> Event | None:
        """Return the next event, None if there is none."""
        return self._heaps[self._milliseconds[0]][0] if self._milliseconds else None

    def due(self, until: int) -> Iterator[Event]:
        """Take out what there is up to `until`, event by event, and what comes in meanwhile; each moves the clock."""
        heaps, milliseconds = self._heaps, self._milliseconds
        while milliseconds:
            heap = heaps[milliseconds[0]]
            if heap[0].at > until:
                return
            event = heappop(heap)
            if not heap:
                del heaps[heappop(milliseconds)]
            self.now = event.at
            if not event.background:
                self.foreground -= 1
            yield event

    def __len__(self) -> int:
        return sum(map(len, self._heaps.values()))

    def pending(self) -> list[Event]:
        """Return all events in order of delivery (for the digest and for curious readers)."""
        return sorted(event for heap in self._heaps.values() for event in heap)
