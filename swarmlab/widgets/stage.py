"""One swarm on a board, and where in its time the board stands: at its end, or somewhere in its past.

A board has one stage for the lab it was made of and one more for each branch ("what if …").  Two feeds follow the
stage's trace.  The *live* one says what the page was told; after a burst it takes its time, so that a learner sees
tasks prepare and start although the cell took no time at all.  The *still* one is always at the end of the trace, for
the stored picture and the text.  In the past neither moves: the page is told the difference from moment to moment.
"""

from typing import Any

from swarmlab import views
from swarmlab.history import History, Mark
from swarmlab.widgets.feed import Feed, Message
from swarmlab.widgets.ports import Place

#: A page that knows nothing is told so many of the latest marks of the time bar.
MARKS = 300
MS = 10**6


class Stage:
    """A swarm that a board looks at.  Its methods are called under the board's mutex and the source's lock."""

    def __init__(self, name: str, place: Place) -> None:
        self.name = name
        self.place = place
        self.still = Feed(place.source.trace)
        self.live = Feed(place.source.trace)
        self.past = History(place.source.trace)
        self.moment: int | None = None  # ns since 1970; None: the present
        self.replay = 0.0  # lab seconds a second, while the past is played
        self._shown: views.Model | None = None  # what the page shows while it is in the past
        self._cuts = 0
        self._marks = 0  # of the marks, so many were told

    @property
    def now(self) -> int:
        """The present of this swarm."""
        return self.place.source.now

    @property
    def begin(self) -> int:
        """When its history begins."""
        rows = self.place.source.trace.rows
        return rows[0].at if rows else self.now

    @property
    def at(self) -> int:
        """The moment shown."""
        return self.now if self.moment is None else self.moment

    @property
    def was_cut(self) -> bool:
        """Whether somebody rewound the swarm while the board was in its past."""
        return self.moment is not None and self._cuts != self.place.source.trace.cuts

    def model(self) -> views.Model:
        """Return what is to be drawn of the moment shown."""
        if self.moment is None:
            self.still.follow()
            return self.still.model
        return views.model(self.past.world(self.moment))

    def go_to(self, at: int) -> Message | None:
        """Go to `at` in the past; return what the page has to be told, None if it sees no difference."""
        if self.moment is None:
            self._shown = _copy(self.live.model)
            self._cuts = self.place.source.trace.cuts
        self.moment = at
        assert self._shown is not None
        before, self._shown = self._shown, views.model(self.past.world(at))
        return self.live.jump(before, self._shown)

    def return_to_present(self) -> Message | None:
        """Leave the past; return what the page has to be told."""
        before, self._shown, self.moment, self.replay = self._shown, None, None, 0.0
        self.live.follow()
        if before is None or self.live.restarted:
            return self.live.delta()
        self.live.forget()
        return self.live.jump(before, self.live.model)

    def full(self) -> Message:
        """Return everything that a page needs to draw the moment shown."""
        message = self.live.full()
        if self.moment is not None:
            self._shown = views.model(self.past.world(self.moment))
            message |= self.live.parts(self._shown)
        self.past.follow()
        self._marks = len(self.past.marks)
        return message | {"start": self.begin // MS, "marks": [_mark(m) for m in self.past.marks[-MARKS:]]}

    def new_marks(self) -> list[list[Any]]:
        """Return the marks that the page was not told of."""
        self.past.follow()
        new = self.past.marks[self._marks :]
        self._marks = len(self.past.marks)
        return [_mark(m) for m in new[-MARKS:]]


def _mark(mark: Mark) -> list[Any]:
    return [-(-mark.at // MS), mark.kind, mark.words]


def _copy(model: views.Model) -> views.Model:
    """Things of a model are replaced, never changed: copying its tables is enough."""
    return {
        "nodes": dict(model["nodes"]),
        "tasks": dict(model["tasks"]),
        "services": dict(model["services"]),
        "hosts": dict(model["hosts"]),
    }
