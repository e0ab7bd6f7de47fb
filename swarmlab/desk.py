"""The lab as a board uses it: typing commands, asking about a thing, turning the clock, branching off.

Each class fills one of the board's ports (`swarmlab.widgets.ports`) with a lab.
"""

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import docker
import requests

from swarmlab import charts, checks
from swarmlab.checks.judge import started
from swarmlab.core.units import SECOND
from swarmlab.errors import SwarmlabError, Unavailable
from swarmlab.surface import Surface
from swarmlab.timeline.trace import Trace
from swarmlab.widgets.ports import Goal, Picture, Place, Source

if TYPE_CHECKING:
    from swarmlab.lab import Lab

#: A step of the clock looks no further than so far ahead: where nothing changes, that much time has passed.
STEP_AT_MOST = 30 * SECOND


def place(lab: Surface, simulated: "Clock | None" = None) -> Place:
    """Return what a board needs of `lab`."""
    return Place(lab._source(), Commands(lab), Insight(lab), simulated, lab)


class Commands:
    """What the board's controls do: type a command on a host, as anybody could."""

    def __init__(self, lab: Surface) -> None:
        self._lab = lab

    def run(self, host: str, command_line: str) -> tuple[int, str]:
        """Run a command line on `host`; return its exit code and all it printed."""
        result = self._lab.host(host).sh(command_line)
        self._lab._clicked()
        return result.exit_code, result.stdout + result.stderr


class Insight:
    """What a lab knows about a thing."""

    def __init__(self, lab: Surface) -> None:
        self._lab = lab

    def inspect(self, kind: str, i: str) -> str:
        """Return the JSON of ``docker inspect``: reading it changes nothing, so nobody need type it."""
        api: Any = self._lab.docker().api
        try:
            found = {"task": api.inspect_task, "node": api.inspect_node, "service": api.inspect_service}[kind](i)
        except docker.errors.NotFound:
            raise Unavailable(f"That {kind} is gone: its story remains.") from None
        except (docker.errors.APIError, requests.RequestException) as error:
            raise Unavailable(str(getattr(error, "explanation", None) or error)) from None
        return json.dumps([found], indent=4, ensure_ascii=False)

    def why(self, task: str) -> str:
        """Return ``lab.why(task)`` in words."""
        return repr(self._lab.why(task))

    @property
    def charts(self) -> Sequence[str]:
        """The names of the charts."""
        return charts.NAMES

    def chart(self, name: str, service: str, trace: Trace, until: int) -> Picture:
        """Return a chart of `trace`."""
        return charts.draw(name, trace, service=service, until=until)


class Clock:
    """The clock of a simulated lab, its machines' plugs, and its copies."""

    def __init__(self, lab: "Lab") -> None:
        self._lab = lab

    @property
    def speed(self) -> float:
        """Lab seconds a second, 0 while time stands."""
        driver = self._lab._driver
        return driver.speed if driver is not None and driver.playing else 0.0

    def play(self, speed: float) -> None:
        """Let time run by itself."""
        self._lab.play(speed)

    def pause(self) -> None:
        """Let time stand."""
        self._lab.pause()

    def step(self) -> None:
        """Let time pass until the history has another moment, or `STEP_AT_MOST`."""
        session = self._lab.session
        rows, end = len(session.trace), session.now + STEP_AT_MOST
        while len(session.trace) == rows and session.now < end:
            due = session.next_due()
            if due is None or due > end:
                session.advance_to(end)
                break
            session.step()
        session.mark()

    def power(self, host: str, on: bool) -> str:
        """Switch a machine on or off."""
        (self._lab.faults.start if on else self._lab.faults.stop)(host)
        self._lab._clicked()
        return f'lab.faults.{"start" if on else "stop"}("{host}")'

    def fork(self, at: int) -> Place:
        """Return a copy of the lab as it was at `at`; if that was before the lab began, as it was then."""
        copy = self._lab.fork(max(at, self._lab.session.began))
        return place(copy, Clock(copy))


def current_goals(lab: Surface, source: Source) -> Callable[[], list[Goal]]:
    """Return a function that tells how the goals of the exercise begun last stand; none while there is no exercise."""

    def goals() -> list[Goal]:
        begun = checks.begun_last(lab)
        if not begun:
            return []
        try:
            exercise = lab.dealt(begun)
            report = checks.evaluate(exercise, source.trace, {}, started(exercise, lab), lab.now)
        except SwarmlabError:  # a note of a lesson that is not installed here
            return []
        title = f"{checks.called(exercise.id)}: {exercise.title}"
        return [Goal(v.expected, v.outcome is checks.Outcome.MET, title) for v in report.verdicts]

    return goals
