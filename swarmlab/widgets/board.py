"""The cluster board: hosts as columns, tasks as chips, live; and what is left of it where no page is.

The board reads one thing, a trace, and does one thing, typing command lines that the caller executes: a click on
``+`` types ``docker service scale web=4`` for the learner and shows that it did.  It holds no simulation, so it works
on a real swarm whose trace is polled.

It stands at the end of the trace, or somewhere before it: the time bar goes to any moment, plays the past again, and
branches off (`Stage`).  Without a page nothing runs in the background.
"""

from collections.abc import Callable
from typing import Any

from swarmlab import wording
from swarmlab.errors import InvalidArgument, SwarmlabError
from swarmlab.widgets import panels, picture
from swarmlab.widgets.commands import Typed, command
from swarmlab.widgets.feed import Message
from swarmlab.widgets.ports import Actions, Goal, Insight, Place, Simulated, Source
from swarmlab.widgets.shown import last_line, stored
from swarmlab.widgets.stage import MS, Stage
from swarmlab.widgets.telling import SPEEDS, Telling

__all__ = ["Actions", "Board", "Goal", "Insight", "Place", "Simulated", "Source"]


class Board(Telling):
    """A live picture of the swarm that `source` tells of; with `actions` also its controls.

    `goals` is asked for the goals of the present exercise whenever something changed.  `badge` says whether the swarm
    is simulated.  In Jupyter the board shows itself; `text` says the same in words.
    """

    # What a reader gets.

    def text(self) -> str:
        """Return the board in words, a line per service and node: of the moment and the branch it shows."""
        with self._mutex, self._source.lock:
            drawn, past = self._stage.model(), self._stage.moment
        when = "" if past is None else f" as it was at {panels.clock(past)}"
        branch = "" if self._stage is self._stages[0] else f', branch "{self._stage.name}"'
        return "\n".join([f"{self._title} ({self._badge}){branch}{when}", *wording.sentences(drawn)])

    def table(self) -> list[tuple[str, ...]]:
        """Return every task of the moment shown as a row, below one row of column names."""
        with self._mutex, self._source.lock:
            return panels.tasks_table(self._stage.model(), self._stage.at)

    def svg(self) -> str:
        """Return the still picture of the lab's own present, an SVG document."""
        self._catch_up()
        return picture.svg(self._stages[0].still.model, self._title, self._badge)

    def _stored(self) -> dict[str, str]:
        self._catch_up()
        words = "\n".join([f"{self._title} ({self._badge})", *wording.sentences(self._stages[0].still.model)])
        return stored(self.svg(), words)

    def refresh(self, _result: object = None) -> None:
        """Bring the stored picture up to date; the page too where nothing runs in the background."""
        moved = self._catch_up()
        if moved:
            self._store()
        if self._has_page and self._pump is None:
            self._tell(None)

    def close(self) -> None:
        """Stop looking.  ipywidgets calls this also when a board is garbage, perhaps while Python shuts down."""
        if self._pump is not None:
            self._pump.stop()
            self._pump = None
        super().close()

    # Turning the clock.

    def step(self, by: int = 1) -> None:
        """Go to the next moment at which something changed, or to the one before (-1).

        At the present, a step forward lets time pass until something changes, if the swarm is simulated.
        """
        stage = self._stage
        if by < 0:
            before = stage.past.moment_before(stage.at)
            if before is not None:
                self.seek(before)
        elif stage.moment is None:
            if stage.place.simulated is not None:
                stage.place.simulated.step()
            self.refresh()
        else:
            after = stage.past.next_moment(stage.moment)
            self.present() if after is None else self.seek(after)

    def play(self, speed: float | None = None) -> None:
        """Let time run: through the past, up to the present; at the present, if the swarm is simulated."""
        self._speed = speed or self._speed
        stage = self._stage
        if stage.moment is not None:
            stage.replay = self._speed
        elif stage.place.simulated is not None:
            stage.place.simulated.play(self._speed)
        self._say(None)

    def pause(self) -> None:
        """Let time stand."""
        stage = self._stage
        stage.replay = 0.0
        if stage.place.simulated is not None and stage.moment is None:
            stage.place.simulated.pause()
        self._say(None)

    # Branches.

    @property
    def branches(self) -> dict[str, Any]:
        """The labs of the board by name: "now", and one for each branch."""
        return {stage.name: stage.place.lab for stage in self._stages}

    def branch(self, name: str = "") -> Any:
        """Copy the swarm as it is at the moment shown, go on with the copy, and return its lab: "what if I had …".

        Raises InvalidArgument for a name that is taken, and where the swarm is not simulated.
        """
        with self._mutex:
            stage = self._stage
            name = name or f"what if {len(self._stages)}"
            if name in self.branches:
                raise InvalidArgument(f'there is a branch "{name}" already')
            if stage.place.simulated is None:
                raise InvalidArgument("Only a simulated swarm can be branched.")
            made = Stage(name, stage.place.simulated.fork(stage.at))
            self._stages.append(made)
        self.show(name)
        self._panels.other = stage.name
        return made.place.lab

    def show(self, name: str) -> None:
        """Show another branch.  Raises InvalidArgument."""
        found = next((stage for stage in self._stages if stage.name == name), None)
        if found is None:
            raise InvalidArgument(f'there is no branch "{name}"; there are: {", ".join(self.branches)}')
        with self._mutex:
            self._stage = found
            if self._panels.other == name:
                self._panels.other = ""
            with self._source.lock:
                found.live.follow()
                found.live.forget()
            self._say_all()

    def compare(self, name: str) -> list[tuple[str, str, str]]:
        """Return what differs between this branch and another, at the moment shown.  Raises InvalidArgument."""
        other = next((stage for stage in self._stages if stage.name == name), None)
        if other is None:
            raise InvalidArgument(f'there is no branch "{name}"; there are: {", ".join(self.branches)}')
        with self._mutex:
            return panels.compared(self._stage, other)

    # What the page says.

    def _hear(self, _widget: object, content: object, _buffers: object) -> None:
        """Answer one message of the page."""
        message = content if isinstance(content, dict) else {}
        kind, number = str(message.get("t")), message.get("at", message.get("by"))
        number = number if isinstance(number, int | float) and not isinstance(number, bool) else None
        if kind == "hello":
            self._greet()
            return
        if kind == "seek" and number is not None:
            self.seek(int(number) * MS + MS - 1)  # whatever happened in that millisecond has happened
        elif kind == "present":
            self.present()
        elif kind == "step" and number in (1, -1):
            self.step(int(number))
        elif kind == "play":
            speed = message.get("speed")
            self.play(float(speed) if speed in SPEEDS else None)
        elif kind == "pause":
            self.pause()
        elif kind == "branch":
            self._try(self.branch)
        elif kind == "show":
            self._try(lambda: self.show(str(message.get("name"))))
        elif kind in ("select", "chart", "compare"):
            self._panels.open(message)
        elif kind == "power":
            self._power(str(message.get("host")), message.get("on"))
        else:
            self._command(message)
        self._show_panels(now=True)

    def _try(self, change: Callable[[], object]) -> None:
        try:
            change()
        except SwarmlabError as error:
            self.send({"t": "c", "host": "", "line": "", "code": 1, "said": str(error)})

    def _command(self, message: dict[str, Any]) -> None:
        """Type what a control stands for, on the swarm as it is now."""
        self._catch_up()
        typed = command(message, self._still.model)
        actions = self._stage.place.actions
        if typed is not None and actions is not None and self._stage.moment is None:
            self._run(typed, lambda: actions.run(*typed))

    def _power(self, host: str, on: object) -> None:
        """Pull a machine's plug, or switch it on."""
        simulated = self._stage.place.simulated
        self._catch_up()
        if simulated is None or host not in self._still.model["hosts"] or self._stage.moment is not None:
            return
        verb = "start" if on else "stop"

        def switch() -> tuple[int, str]:
            simulated.power(host, bool(on))
            return 0, ""

        self._run(Typed("", f'lab.faults.{verb}("{host}")'), switch)

    def _run(self, typed: Typed, run: Callable[[], tuple[int, str]]) -> None:
        """Do what `typed` says and tell the page the line and what came of it."""
        said: Message = {"t": "c", "host": typed.host, "line": typed.line}
        self.send(said)
        try:
            code, printed = run()
        except SwarmlabError as error:
            code, printed = 1, str(error)
        self.send({**said, "code": code, "said": last_line(printed)})
        self.refresh()
