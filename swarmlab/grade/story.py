"""What a learner did, for their feedback page: the tasks over time as a picture, what was typed and checked as a list.

It is told from the record of the judging.  The journals that counted are replayed once more on the judge's own swarm;
nothing of the learner's runs.  The picture is an SVG inside the page, kept from acting by standing in an ``<img>``.
"""

from base64 import b64encode
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from swarmlab.author.normalise import node
from swarmlab.charts import Chart, timeline
from swarmlab.checks import Report
from swarmlab.checks.html import inline
from swarmlab.checks.report import Outcome
from swarmlab.core.units import SECOND
from swarmlab.errors import SwarmlabError
from swarmlab.grade.course import Course
from swarmlab.grade.evidence import Evidence
from swarmlab.grade.kinds import StateCheck
from swarmlab.grade.plan import Plan
from swarmlab.grade.records import Record, read_record
from swarmlab.grade.replay import Attempt, Replay, Stages
from swarmlab.lab import Lab
from swarmlab.timeline.journal import Op

#: Sessions that are told, and lines of one that are.
MOST_SESSIONS, MOST_LINES = 3, 200
CELL, WORD = '<td style="padding:0 8px">', '<td style="padding:0 8px;white-space:nowrap;vertical-align:top">'
HEADINGS = {"journal": "Your recorded session", "execution": "The run of your cells"}


class Event(NamedTuple):
    """Something that was done, or looked at."""

    seconds: float  # since the session began, of the lab
    where: str  # a host, or what was checked
    what: str
    is_typed: bool = False


class AddSession(NbGraderPreprocessor):  # type: ignore[misc]
    """Put what was judged of the learner's session at the end of a feedback page."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Return the notebook with a cell more, if anything was recorded."""
        where = resources["nbgrader"]
        course = Course(Path(self.parent.parent.coursedir.root), self.parent.parent.config)
        assignment, name = where["assignment"], where["notebook"]
        record = read_record(course.judged_file(where["student"], assignment, name))
        try:
            told = list(stories(course.plan(assignment, name), record)) if record else []
        except SwarmlabError as error:  # another version of the lesson or of the kit: the rest of the page stands
            self.log.warning("%s: the session cannot be told: %s", where["student"], error)
            told = []
        if told:
            outputs = [{"output_type": "display_data", "metadata": {}, "data": {"text/html": html}} for html in told]
            nb.cells.append(node({
                "cell_type": "code", "id": "swarmlab_session", "metadata": {}, "execution_count": None,
                "outputs": outputs,
                "source": "# How your session went, as the judge saw it. Times are the lab's own, in seconds.",
            }))  # fmt: skip
        return nb, resources


def stories(plan: Plan, record: Record) -> Iterator[str]:
    """Yield what there is to tell of each session in a record, as HTML.

    Raises InvalidArgument if a journal does not fit any more.
    """
    checks = {check.exercise.id: check for check in plan.checks.values() if isinstance(check, StateCheck)}
    for journal in record["journals"][:MOST_SESSIONS]:
        header = {key: value for key, value in journal.items() if key not in ("source", "ops")}
        replay = Replay(plan.lab, Evidence(header, journal["ops"], journal["source"]), checks, Stages())
        attempts = replay.run()
        yield shown(HEADINGS[journal["source"]], replay.lab, journal["ops"], attempts)


def shown(heading: str, lab: Lab, ops: list[Op], attempts: list[Attempt]) -> str:
    """Return the story of one session as HTML."""
    trace = lab.history
    zero = trace.rows[0].at
    told = events(ops, attempts, zero)
    chart = timeline(trace, until=lab.now)
    mark(chart, [((each.at - zero) / SECOND, each.exercise) for each in attempts])
    words = escape(chart.text())
    picture = b64encode(chart.image("svg")).decode()
    rows = "".join(
        f"<tr>{WORD}{each.seconds:.1f}</td>{WORD}{escape(each.where)}</td>{CELL}{_what(each)}</td></tr>"
        for each in told[:MOST_LINES]
    )
    more = f"<p>{len(told) - MOST_LINES} more are left out.</p>" if len(told) > MOST_LINES else ""
    return (
        f"<h3>{heading}</h3><p>{escape(chart.summary)} Dotted lines are checks.</p>"
        f'<img alt="Tasks over time; the same in words is below" src="data:image/svg+xml;base64,{picture}">'
        f"<details><summary>The picture in words</summary><pre>{words}</pre></details>"
        '<table><thead><tr><th scope="col">at, s</th><th scope="col">where</th><th scope="col">what</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>{more}"
    )


def events(ops: list[Op], attempts: list[Attempt], zero: int) -> list[Event]:
    """Return what happened, in order: lines that were typed, faults, exercises, checks with their reasons.

    `zero`: when the session began, ns since 1970.  What a stage was set with is left out.
    """
    found: list[Event] = []
    judged = iter(attempts)
    staging = False
    for op in ops:
        seconds = (op["at"] - zero) / SECOND
        match op:
            case {"op": "note", "kind": "stage"}:
                staging = True
            case {"op": "note", "kind": "exercise", "data": {"id": exercise}}:
                found.append(Event(seconds, f"exercise {exercise}", "begins"))
                staging = False
            case {"op": "note", "kind": "check"}:
                attempt = next(judged)
                found.append(Event(seconds, f"check {attempt.exercise}", reasons(attempt.report)))
                staging = False
            case {"op": "command", "host": host, "line": line, "exit_code": code} if not staging:
                found.append(Event(seconds, host, f"{line}  [exit code {code}]" if code else line, is_typed=True))
            case {"op": "fault", "name": name} if not staging:
                found.append(Event(seconds, "fault", " ".join([name, *map(str, op.get("args", ()))])))
    return found


def _what(event: Event) -> str:
    return f"<code>{escape(event.what)}</code>" if event.is_typed else inline(event.what)


def reasons(report: Report) -> str:
    """Return how a check ended, and why."""
    missing = [v for v in report.verdicts if v.outcome is Outcome.NOT_MET]
    return "; ".join([report.headline, *(f"not met: {v.expected} Found: {v.found}" for v in missing)])


def mark(chart: Chart, checks: list[tuple[float, str]]) -> None:
    """Draw a dotted line where a check was, with its number."""
    for seconds, name in checks:
        chart.axes.axvline(seconds, color="black", linestyle=":", linewidth=1)
        chart.axes.text(seconds, 0.02, name, transform=chart.axes.get_xaxis_transform(), ha="right", fontsize=8)
