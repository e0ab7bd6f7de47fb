"""What every lab offers, simulated or real: hosts to type on, pictures, exercises.

A lab brings its hosts, its time and its history; everything here is made of these, so that a lesson runs on both.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import docker

from swarmlab import checks, exercises, progress
from swarmlab.errors import FailedPrecondition
from swarmlab.shell.machine import Machine
from swarmlab.timeline.trace import Trace

if TYPE_CHECKING:
    from swarmlab.charts.picture import Chart
    from swarmlab.widgets.board import Board, Source
    from swarmlab.widgets.ports import Place


class Surface(ABC):
    """A lab, as notebooks, exercises and the board know it."""

    #: what the board says about the swarm
    badge = "simulated swarm"
    #: whose lab it is; "" if nobody's in particular
    learner = ""

    @property
    @abstractmethod
    def hosts(self) -> list[str]:
        """The names of the hosts."""

    @property
    @abstractmethod
    def manager(self) -> str:
        """The name of a host that manages the swarm; the first host if there is no swarm."""

    @abstractmethod
    def host(self, name: str) -> Machine:
        """Return a host, to type commands on: ``lab.host("node1").sh("docker ps")``.

        Raises NotFound if there is no such host.
        """

    @abstractmethod
    def docker(self, host: str | None = None) -> docker.DockerClient:
        """Return a docker SDK client of a host's engine; by default of a manager's.

        Raises NotFound if there is no such host.
        """

    @abstractmethod
    def complete(self, host: str, line: str) -> tuple[list[str], str]:
        """Return the words that may follow at the end of `line` on `host`, and the fragment they begin with."""

    # --- time -----------------------------------------------------------------------------------------

    @property
    @abstractmethod
    def now(self) -> int:
        """The time in the lab, nanoseconds since 1970."""

    @abstractmethod
    def advance(self, by: str | int) -> None:
        """Let time pass: ``lab.advance("30s")``, or a number of nanoseconds.

        Raises InvalidArgument for what is no duration, or goes backwards.
        """

    @abstractmethod
    def settle(self) -> bool:
        """Let time pass until nothing more is due to change; False if things still change after a long time."""

    # --- what happened --------------------------------------------------------------------------------

    @property
    @abstractmethod
    def history(self) -> Trace:
        """The rows of all that happened: what boards, charts and checks read."""

    @property
    @abstractmethod
    def faults(self) -> Any:
        """What can be broken and mended.  Raises OnlySimulated for a lab of real engines."""

    @property
    @abstractmethod
    def notes(self) -> Sequence[checks.Note]:
        """What was noted, oldest first."""

    @abstractmethod
    def note(self, kind: str, data: Mapping[str, Any], /) -> None:
        """Keep a note, with the time."""

    # --- seeing ---------------------------------------------------------------------------------------

    @abstractmethod
    def _source(self) -> "Source":
        """Return what a board follows."""

    def _clicked(self) -> None:
        """A command of the board has ended: let whoever clicked see what comes of it.  Here nothing: time runs."""
        return

    def _place(self) -> "Place":
        """Return what a board needs of this lab."""
        from swarmlab.desk import place

        return place(self)

    @abstractmethod
    def why(self, task: str, /) -> object:
        """Say why a task is where it is, or why it waits.  Raises OnlySimulated, NotFound, InvalidArgument."""

    def board(self, **options: Any) -> "Board":
        """Return the live board of this lab."""
        from swarmlab.desk import current_goals
        from swarmlab.widgets.board import Board

        here = self._place()
        given = {"badge": self.badge, "goals": current_goals(self, here.source), **options}
        return Board(here.source, here.actions, insight=here.insight, simulated=here.simulated, lab=here.lab, **given)

    @property
    def charts(self) -> "Charts":
        """Charts of this lab: ``lab.charts.placement()``."""
        return Charts(self)

    @abstractmethod
    def reachability(
        self, clients: Sequence[str] | None = None, targets: Sequence[str] | None = None, *, patience: str | int = "5s"
    ) -> Any:
        """Return who reaches whom (see `swarmlab.reachability`).  Raises OnlySimulated for a lab of real engines."""

    # --- exercises ------------------------------------------------------------------------------------

    def exercise(self, exercise_id: str) -> checks.Card:
        """Set the stage of an exercise and return its card.  Raises NotFound."""
        return checks.begin(self.dealt(exercise_id), self)

    def check(self, exercise_id: str = "", **answers: Any) -> checks.Report:
        """Judge an exercise, by default the one begun last, by what the swarm did.

        Raises NotFound for an unknown exercise, FailedPrecondition where none has been begun.
        """
        wanted = exercise_id or checks.begun_last(self)
        if not wanted:
            raise FailedPrecondition('Nothing has been begun here: begin with lab.exercise("1.1") or lab.practice().')
        report = checks.judge(self.dealt(wanted), self, answers)
        progress.keep(report)
        return report

    def progress(self) -> progress.Progress:
        """Return how far you are, lesson by lesson; in a notebook it shows itself as bars."""
        return progress.Progress()

    def dealt(self, exercise_id: str) -> checks.Exercise:
        """Return an exercise as the learner of this lab gets it.  Raises NotFound."""
        return exercises.find(exercise_id).dealt_to(self.learner)


class Charts:
    """The charts of a lab, drawn from its history."""

    def __init__(self, lab: Surface) -> None:
        self._lab = lab

    def _trace(self, at: int | None) -> Trace:
        """Return the history up to `at` (ns since 1970); None: all of it."""
        from swarmlab.history import History

        history = self._lab.history
        return history if at is None else History(history).until(at)

    def _draw(self, name: str, service: str, at: int | None) -> "Chart":
        from swarmlab.charts import draw

        return draw(name, self._trace(at), service=service, until=self._lab.now if at is None else at)

    def placement(self, *, at: int | None = None) -> "Chart":
        """Where the running tasks are: nodes by services.  `at`: of an earlier moment (ns since 1970)."""
        return self._draw("placement", "", at)

    def replicas(self, service: str, *, at: int | None = None) -> "Chart":
        """How many tasks were wanted and how many ran, over time."""
        return self._draw("replicas", service, at)

    def timeline(self, service: str | None = None, *, at: int | None = None) -> "Chart":
        """Every task's states, over time."""
        return self._draw("timeline", service or "", at)

    def rollout(self, service: str, *, at: int | None = None) -> "Chart":
        """How an update went: running tasks by revision, over time."""
        return self._draw("rollout", service, at)

    def reachability(self, clients: Sequence[str] | None = None, targets: Sequence[str] | None = None) -> "Chart":
        """Who reaches whom: clients by targets."""
        from swarmlab.charts.reachability import reachability

        return reachability(self._lab.reachability(clients, targets).rows)

    def balance(self, service: str = "", *, at: int | None = None) -> "Chart":
        """How many requests each task answered."""
        return self._draw("balance", service, at)

    def heatmap(self, *, at: int | None = None) -> "Chart":
        """How many tasks ran on each node, over time."""
        return self._draw("heatmap", "", at)
