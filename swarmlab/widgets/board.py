"""The cluster board: hosts as columns, tasks as chips, live; and what is left of it where no page is.

The board reads one thing, a trace, and does one thing, running docker command lines that the caller executes: a
click on ``+`` types ``docker service scale web=4`` for the learner and shows that it did.  It holds no simulation, so
it works on a real swarm whose trace is polled.

Two feeds follow the trace.  The *live* one says what the page was told; after a burst it takes its time (`STEPS`
pictures), so that a learner sees tasks prepare and start although the cell took no time at all.  The *still* one is
always at the end of the trace, for the stored picture and the text.  Without a page nothing runs in the background.
"""

import os
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from importlib.resources import files
from typing import Any, NamedTuple, Protocol

import anywidget
import traitlets
from IPython import get_ipython
from IPython.display import DisplayHandle, display

from swarmlab import views, wording
from swarmlab.errors import SwarmlabError
from swarmlab.timeline.trace import Trace
from swarmlab.widgets import picture, pump
from swarmlab.widgets.feed import Feed, Message

ASSETS = files("swarmlab.widgets") / "static"
VIEW = "application/vnd.jupyter.widget-view+json"

#: A burst of changes is shown in at most about so many pictures …
STEPS = 14
#: … within about so many ticks of the pump, each picture for at most so many: slow enough to see a task start.
TICKS, LONGEST = 24, 4

#: While the live board is there, its stored picture is hidden; where the model is lost, so is the widget's apology.
STYLE = (
    "<style>.jp-OutputArea:has(.swb) .swb-static{display:none}"
    ".jp-OutputArea-child:has(.swb-static)+.jp-OutputArea-child:not(:has(.swb)){display:none}</style>"
)


class Source(Protocol):
    """Where a board looks."""

    @property
    def trace(self) -> Trace:
        """The rows, which grow and are cut while the board looks on."""

    @property
    def now(self) -> int:
        """Virtual time in nanoseconds since 1970."""

    @property
    def lock(self) -> AbstractContextManager[Any]:
        """Held for as long as one operation changes the trace."""


class Actions(Protocol):
    """What a board may do."""

    def run(self, host: str, command_line: str) -> tuple[int, str]:
        """Run a docker command line on `host`; return its exit code and everything it printed."""


class Goal(NamedTuple):
    """One claim of an exercise and whether it holds now."""

    text: str
    done: bool


class Board(anywidget.AnyWidget):
    """A live picture of the swarm that `source` tells of; with `actions` also its controls.

    `goals` is asked for the goals of the present exercise whenever something changed.  `badge` says whether the swarm
    is simulated.  In Jupyter the board shows itself; `text` says the same in words.
    """

    _esm = (ASSETS / "board.js").read_text(encoding="utf-8")
    _css = (ASSETS / "board.css").read_text(encoding="utf-8")
    _pump: pump.Pump | None = None
    _handle: DisplayHandle | None = None
    snapshot = traitlets.Dict().tag(sync=True)  # the first paint, before the page has asked for more

    def __init__(
        self,
        source: Source,
        actions: Actions | None = None,
        *,
        title: str = "Swarm",
        badge: str = "simulated swarm",
        goals: Callable[[], Sequence[Goal]] | None = None,
    ) -> None:
        self._source = source
        self._actions = actions
        self._title = title
        self._badge = badge
        self._goals = goals
        self._still = Feed(source.trace)
        self._live = Feed(source.trace)
        self._mutex = threading.RLock()  # taken before the source's lock, never after it
        self._has_page = False
        self._step = 1
        self._rest = 0  # ticks for which the last picture still stands
        self._told: Message = {}  # clock and goals as the page knows them
        super().__init__()
        self._catch_up()
        self.snapshot = self._full(self._still)
        self.on_msg(self._hear)

    # What a reader gets.

    def text(self) -> str:
        """Return the board in words, a line per service and node."""
        self._catch_up()
        return "\n".join([f"{self._title} ({self._badge})", *wording.sentences(self._still.model)])

    def svg(self) -> str:
        """Return the still picture of the present state, an SVG document."""
        self._catch_up()
        return picture.svg(self._still.model, self._title, self._badge)

    def _stored(self) -> dict[str, str]:
        words = self.text()
        return {
            "text/html": f'{STYLE}<div class="swb-static">{picture.as_image(self.svg(), words)}</div>',
            "text/plain": words,
        }

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the live view and, for readers without a kernel, the picture and the words."""
        live, metadata = self._live_bundle
        return {**self._stored(), **live}, metadata

    @cached_property
    def _live_bundle(self) -> tuple[dict[str, Any], dict[str, Any]]:
        bundle: Any = super()._repr_mimebundle_() or {}
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        return {VIEW: data[VIEW]} if VIEW in data else {}, metadata

    def _ipython_display_(self) -> None:
        """Show the stored picture and, as an output of its own, the live board that hides it."""
        shell = get_ipython()
        if shell is None:
            print(self.text())
            return
        first = self._handle is None
        self._handle = display(self._stored(), raw=True, display_id=True)  # type: ignore[no-untyped-call]
        live, metadata = self._live_bundle
        if live and "NBGRADER_EXECUTION" not in os.environ:
            display({**live, "text/html": "", "text/plain": ""}, raw=True, metadata=metadata)  # type: ignore[no-untyped-call]
        if first:
            shell.events.register("post_run_cell", self.refresh)

    def refresh(self, _result: object = None) -> None:
        """Bring the stored picture up to date; the page too where nothing runs in the background."""
        moved = self._catch_up()
        if moved and self._handle is not None:
            self._handle.update(self._stored(), raw=True)  # type: ignore[no-untyped-call]
        if self._has_page and self._pump is None:
            self._tell(None)

    def close(self) -> None:
        """Stop looking.  ipywidgets calls this also when a board is garbage, perhaps while Python shuts down."""
        if self._pump is not None:
            self._pump.stop()
            self._pump = None
        if self._handle is not None:
            self._handle = None
            get_ipython().events.unregister("post_run_cell", self.refresh)
        super().close()

    # Following the trace.

    def _catch_up(self) -> bool:
        """Move the still feed to the end of the trace; return whether the picture changed since the last call."""
        with self._mutex:
            with self._source.lock:
                self._still.follow()
            return self._still.delta() is not None

    def _full(self, feed: Feed) -> Message:
        """Return everything a page needs that knows nothing."""
        self._told = {"at": self._source.now // views.SECOND, "goals": self._goals_now()}
        return {
            **feed.full(),
            **self._told,
            "title": self._title,
            "badge": self._badge,
            "host": views.manager(feed.model),
            "controls": self._actions is not None,
            "looks": {state: look._asdict() for state, look in views.LOOKS.items()},
            "nodeLooks": {state: look._asdict() for state, look in views.NODE_LOOKS.items()},
        }

    def _goals_now(self) -> list[list[Any]]:
        return [[goal.text, goal.done] for goal in self._goals()] if self._goals is not None else []

    def _tick(self) -> None:
        """Tell the page a part of what is new, unless it has just been told something."""
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
            with self._source.lock:
                self._live.follow(rows)
                behind = self._live.backlog
                now = self._live.world.at if behind else self._source.now
            message = self._live.delta()
            if message is not None and message["t"] == "f":  # after a rewind
                self.send(self._full(self._live))
                return
            news: Message = {"at": now // views.SECOND}
            if not behind:
                news["goals"] = self._goals_now()
            news = {key: value for key, value in news.items() if self._told.get(key) != value}
            if message is None and not news:
                return
            self._told |= news
            here = self._live.revision
            self.send({**(message or {"t": "d", "base": here, "rev": here}), **news})

    # What the page says.

    def _hear(self, _widget: object, content: object, _buffers: object) -> None:
        """Answer one message of the page."""
        message = content if isinstance(content, dict) else {}
        kind = message.get("t")
        if kind == "hello":
            self._greet()
        elif kind == "scale":
            self._scale(message.get("service"), message.get("by"))
        elif kind == "availability":
            self._set_availability(message.get("node"), message.get("to"))

    def _greet(self) -> None:
        """A page is there, or lost its place: tell it everything, and from now on what changes."""
        with self._mutex:
            with self._source.lock:
                self._live.follow()
            self._live.delta()
            self.send(self._full(self._live))
            self._has_page = True
            if self._pump is None:
                self._pump = pump.start(self._tick)

    def _scale(self, service_id: object, by: object) -> None:
        self._catch_up()
        row = self._still.model["services"].get(str(service_id))
        if row is not None and by in (1, -1):
            self._run(f"docker service scale {row['name']}={max(0, row['wanted'] + int(by))}")

    def _set_availability(self, node_id: object, to: object) -> None:
        self._catch_up()
        node = self._still.model["nodes"].get(str(node_id))
        if node is not None and to in ("active", "pause", "drain"):
            self._run(f"docker node update --availability {to} {node['name']}")

    def _run(self, line: str) -> None:
        """Run a docker command line on a manager and tell the page the line and what came of it."""
        if self._actions is None:
            return
        host = views.manager(self._still.model)
        self.send({"t": "c", "host": host, "line": line})
        try:
            code, printed = self._actions.run(host, line)
        except SwarmlabError as error:
            code, printed = 1, str(error)
        self.send({"t": "c", "host": host, "line": line, "code": code, "said": last_line(printed)})
        self.refresh()


def last_line(printed: str) -> str:
    """Return the last line that says something, as a terminal would show it after all its progress."""
    lines = [line.strip() for line in printed.replace("\r", "\n").split("\n")]
    return next((line for line in reversed(lines) if line), "")
