"""What every lab offers, simulated or real: hosts to type on, pictures, exercises.

A lab brings its hosts, its time and its history; everything here is made of these, so that a lesson runs on both.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import docker

from swarmlab import checks, exercises
from swarmlab.shell.machine import Machine
from swarmlab.timeline.trace import Trace

if TYPE_CHECKING:
    from swarmlab.widgets.board import Board, Source


class Surface(ABC):
    """A lab, as notebooks, exercises and the board know it."""

    #: what the board says about the swarm
    badge = "simulated swarm"

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

    def board(self, **options: Any) -> "Board":
        """Return the live board of this lab."""
        from swarmlab.widgets.board import Board

        return Board(self._source(), Commands(self), **{"badge": self.badge, **options})

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
        return checks.begin(exercises.find(exercise_id), self)

    def check(self, exercise_id: str, **answers: Any) -> checks.Report:
        """Judge an exercise by what the swarm did.  Raises NotFound for an unknown one."""
        return checks.judge(exercises.find(exercise_id), self, answers)


class Charts:
    """The charts of a lab, drawn from its history."""

    def __init__(self, lab: Surface) -> None:
        self._lab = lab

    def placement(self) -> Any:
        """Where the running tasks are: nodes by services."""
        from swarmlab.charts.placement import placement

        return placement(self._lab.history.world())

    def replicas(self, service: str) -> Any:
        """How many tasks were wanted and how many ran, over time."""
        from swarmlab.charts.replicas import replicas

        return replicas(self._lab.history, service, until=self._lab.now)

    def timeline(self, service: str | None = None) -> Any:
        """Every task's states, over time."""
        from swarmlab.charts.timeline import timeline

        return timeline(self._lab.history, service, until=self._lab.now)

    def reachability(self, clients: Sequence[str] | None = None, targets: Sequence[str] | None = None) -> Any:
        """Who reaches whom: clients by targets."""
        from swarmlab.charts.reachability import reachability

        return reachability(self._lab.reachability(clients, targets).rows)


class Commands:
    """What the board's controls do: type a docker command on a host."""

    def __init__(self, lab: Surface) -> None:
        self._lab = lab

    def run(self, host: str, command_line: str) -> tuple[int, str]:
        """Run a command line on `host`; return its exit code and all it printed."""
        result = self._lab.host(host).sh(command_line)
        self._lab._clicked()
        return result.exit_code, result.stdout + result.stderr
