"""What the page of a board is told, and when: following the trace, step by step where much happens at once.

A tick of the pump tells a part of what is new, then waits while a picture stands.  In the past the page is told the
difference from moment to moment, and how late it is in the present.
"""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import traitlets

from swarmlab import views
from swarmlab.widgets import pump
from swarmlab.widgets.feed import Feed, Message
from swarmlab.widgets.panels import Panels
from swarmlab.widgets.ports import Actions, Goal, Insight, Place, Simulated, Source
from swarmlab.widgets.shown import ASSETS, Shown, module
from swarmlab.widgets.stage import MS, Stage

#: The page's half: plain scripts, one idea each, put together as one module.  The last one exports.
SCRIPTS = (
    "store.js",
    "dom.js",
    "motion.js",
    "services.js",
    "columns.js",
    "chips.js",
    "timebar.js",
    "panels.js",
    "keys.js",
    "board.js",
)

#: A burst of changes is shown in at most about so many pictures …
STEPS = 14
#: … within about so many ticks of the pump, each picture for at most so many: slow enough to see a task start.
TICKS, LONGEST = 24, 4
#: Seconds between two looks at the goals of an exercise: a look reads the whole history since it began.
GOALS_EVERY = 0.5
#: How fast time can run, lab seconds a second.
SPEEDS = (1, 2, 5, 10, 60)


class Telling(Shown):
    """The half of a board that looks and tells; `swarmlab.widgets.board.Board` is the half that is read and obeys."""

    _esm = module(SCRIPTS)
    _css = (ASSETS / "board.css").read_text(encoding="utf-8")
    _pump: pump.Pump | None = None
    snapshot = traitlets.Dict().tag(sync=True)  # the first paint, before the page has asked for more

    def __init__(
        self,
        source: Source,
        actions: Actions | None = None,
        *,
        title: str = "Swarm",
        badge: str = "simulated swarm",
        goals: Callable[[], Sequence[Goal]] | None = None,
        insight: Insight | None = None,
        simulated: Simulated | None = None,
        lab: object = None,
    ) -> None:
        self._stages = [Stage("now", Place(source, actions, insight, simulated, lab))]
        self._stage = self._stages[0]
        self._title = title
        self._badge = badge
        self._goals = goals
        self._goals_read: tuple[float, int, list[list[Any]]] = (0.0, -1, [])
        self._speed = float(SPEEDS[0])
        self._panels = Panels()
        self._mutex = threading.RLock()  # taken before the source's lock, never after it
        self._has_page = False
        self._step = 1
        self._rest = 0  # ticks for which the last picture still stands
        self._told: Message = {}  # clock, time bar and goals as the page knows them
        super().__init__()
        self._catch_up()
        self.snapshot = self._full(self._still)
        self.on_msg(self._hear)

    @property
    def _still(self) -> Feed:
        return self._stage.still

    @property
    def _live(self) -> Feed:
        return self._stage.live

    @property
    def _source(self) -> Source:
        return self._stage.place.source

    # Where in time the board stands.

    @property
    def moment(self) -> int | None:
        """The moment shown, in nanoseconds since 1970; None: the present."""
        return self._stage.moment

    def seek(self, at: int) -> None:
        """Show the swarm as it was at `at` (nanoseconds since 1970); what lies after the present shows the present."""
        with self._mutex:
            if at >= self._stage.now:
                return self.present()
            with self._source.lock:
                message = self._stage.go_to(max(at, self._stage.begin))
            self._say(message)
        return None

    def present(self) -> None:
        """Return to the present."""
        with self._mutex:
            if self._stage.moment is None:
                return
            with self._source.lock:
                message = self._stage.return_to_present()
            if message is not None and message["t"] == "f":
                self._say_all()
            else:
                self._say(message)

    # Following the trace.

    def _catch_up(self) -> bool:
        """Move the still feeds to the end of their traces; return whether the lab's own picture changed since last."""
        with self._mutex:
            for stage in dict.fromkeys((self._stages[0], self._stage)):
                with stage.place.source.lock:
                    stage.still.follow()
            return self._stages[0].still.delta() is not None

    def _full(self, feed: Feed) -> Message:
        """Return everything a page needs that knows nothing."""
        drawn = (
            self._stage.full() if feed is self._live else {**feed.full(), "start": self._stage.begin // MS, "marks": []}
        )
        place = self._stage.place
        self._told = self._clock(self._stage.at)
        return {
            **drawn,
            **self._told,
            "title": self._title,
            "badge": self._badge,
            "host": views.manager(feed.model),
            "controls": place.actions is not None,
            "simulated": place.simulated is not None,
            "stages": [stage.name for stage in self._stages],
            "stage": self._stage.name,
            "charts": list(place.insight.charts) if place.insight else [],
            "insight": place.insight is not None,
            "speeds": list(SPEEDS),
            "looks": {state: look._asdict() for state, look in views.LOOKS.items()},
            "nodeLooks": {state: look._asdict() for state, look in views.NODE_LOOKS.items()},
        }

    def _clock(self, at: int) -> Message:
        """Return what the time bar and the goals show; `at` is the moment that the picture shows."""
        stage, simulated = self._stage, self._stage.place.simulated
        past = stage.moment is not None
        return {
            "at": at // views.SECOND,
            "moment": None if stage.moment is None else stage.moment // MS,
            "end": stage.now // views.SECOND if past else 0,
            "playing": stage.replay > 0 if past else bool(simulated and simulated.speed),
            "speed": self._speed,
            "goals": self._goals_now(),
        }

    def _goals_now(self) -> list[list[Any]]:
        """Return the goals as they stand; a look at them costs a pass over the history, so it is kept a while."""
        if self._goals is None:
            return []
        looked, rows, goals = self._goals_read
        length = len(self._stages[0].place.source.trace)
        if rows != length or time.monotonic() - looked > GOALS_EVERY:
            goals = [[g.text, g.done, *([g.of] if g.of else [])] for g in self._goals()]
            self._goals_read = time.monotonic(), length, goals
        return goals

    def _tick(self) -> None:
        """Tell the page a part of what is new, unless it has just been told something."""
        stage = self._stage
        if stage.was_cut:
            self.present()
        elif stage.moment is not None:
            self._tick_past(stage, stage.moment)
        else:
            self._tick_present()
        self._show_panels()

    def _tick_past(self, stage: Stage, moment: int) -> None:
        if stage.replay:
            self.seek(moment + int(stage.replay * pump.EVERY * views.SECOND))
        elif stage.now // views.SECOND != self._told.get("end"):
            self._say(None)

    def _tick_present(self) -> None:
        backlog = self._live.backlog
        if backlog and self._rest > 0:
            self._rest -= 1
        elif backlog:
            self._step = max(self._step, -(-backlog // STEPS))
            self._rest = min(LONGEST, TICKS // min(backlog, STEPS)) - 1
            self._tell(self._step)
        else:
            self._step, self._rest = 1, 0
            if self._source.now // views.SECOND != self._told["at"]:
                self._tell(None)

    def _tell(self, rows: int | None) -> None:
        """Send what about `rows` more rows changed; None: all of them."""
        with self._mutex:
            if self._stage.moment is not None:
                return
            with self._source.lock:
                self._live.follow(rows)
                behind = self._live.backlog
                now = self._live.world.at if behind else self._source.now
            message = self._live.delta()
            if message is not None and message["t"] == "f":  # after a rewind
                self.send(self._full(self._live))
                return
            self._say(message, now, behind=bool(behind))

    def _say(self, message: Message | None, now: int | None = None, *, behind: bool = False) -> None:
        """Send `message`, a delta or nothing, with what is new on the time bar and among the goals."""
        if not self._has_page:
            return
        with self._mutex:
            news = self._clock(self._stage.at if now is None else now)
            if behind:
                del news["goals"]
            news = {key: value for key, value in news.items() if self._told.get(key) != value}
            marks = self._stage.new_marks()
            if message is None and not news and not marks:
                return
            self._told |= news
            here = self._live.revision
            self.send({**(message or {"t": "d", "base": here, "rev": here}), **news, **({"m": marks} if marks else {})})

    def _say_all(self) -> None:
        """Send everything anew."""
        if self._has_page:
            self.send(self._full(self._live))

    def _show_panels(self, *, now: bool = False) -> None:
        """Send the open panels whose contents changed."""
        for message in self._panels.news(self._stage, self._stages, at_once=now):
            self.send(message)

    def _greet(self) -> None:
        """A page is there, or lost its place: tell it everything, and from now on what changes."""
        with self._mutex:
            if self._stage.moment is None:
                with self._source.lock:
                    self._live.follow()
                self._live.forget()
            self.send(self._full(self._live))
            self._has_page = True
            if self._pump is None:
                self._pump = pump.start(self._tick)

    def _hear(self, _widget: object, content: object, _buffers: object) -> None:
        """Answer one message of the page: here only that it is there."""
        if isinstance(content, dict) and content.get("t") == "hello":
            self._greet()
