"""What is attacked: a small assignment with all three kinds of check, and somebody who grades it."""

import random
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader import utils

from swarmlab.checks import Hint
from swarmlab.grade.engine import Engine, Limits
from swarmlab.grade.judging import Judge, Judged, Setting, Submission
from swarmlab.grade.kinds import CallCheck, Case, TextCheck, TextGoal, commands
from swarmlab.grade.plan import plan_of

#: Words that must never reach a learner.
SECRET = "the-hidden-check-says-seventeen"
HINT = Hint("look", "any", "Look again.", "…", "…", "…")


def draw(chance: random.Random) -> list[Case]:
    """Draw cases for `spread`: replicas over nodes, as evenly as Swarm does."""
    secret = SECRET  # in a frame of the judge's, for those who look into frames
    assert secret
    cases = []
    for _ in range(4):
        replicas, nodes = chance.randint(1, 40), chance.randint(1, 7)
        quotient, rest = divmod(replicas, nodes)
        cases.append(Case([replicas, nodes], [quotient + (k < rest) for k in range(nodes)]))
    return cases


CHECKS = {
    "check_spread": CallCheck("9.1", "Spread", "spread", draw, HINT, points=4),
    "check_drain": TextCheck(
        "9.2",
        "Drain",
        "solve_drain",
        commands,
        (
            TextGoal(
                "drains",
                "A command drains node1.",
                lambda lines: ["docker", "node", "update", "--availability", "drain", "node1"] in lines,
                lambda lines: f"there are {len(lines)} commands, and none does",
            ),
        ),
        HINT,
    ),
}
RIGHT = {
    "solve_1_1": "%%host swarm-manage\ndocker service create --name web-server httpd:2.4",
    "solve_spread": (
        "def spread(replicas, nodes):\n    q, r = divmod(replicas, nodes)\n"
        "    return [q + (k < r) for k in range(nodes)]"
    ),
    "solve_drain": "%%host swarm-manage\ndocker node update --availability \\\n    drain node1  # and so it is empty",
}
FULL = {"check_1_1": 2.0, "check_spread": 3.0, "check_drain": 1.0}
NOTHING = dict.fromkeys(FULL, 0.0)


def _cell(name: str, source: str, **marks: Any) -> NotebookNode:
    made = {"schema_version": 3, "grade_id": name, "grade": False, "solution": False, "locked": False, "task": False}
    cell = new_code_cell(source, id=name, metadata={"nbgrader": {**made, **marks}})
    cell.metadata["nbgrader"]["checksum"] = utils.compute_checksum(cell)
    return cell


def released() -> NotebookNode:
    """Return the released notebook."""
    notebook = new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    )
    stub = "# YOUR ANSWER HERE"
    notebook.cells = [
        _cell("make_lab", "from swarmlab import Lab\n\nlab = Lab(seed=1)", locked=True),
        _cell("begin_1_1", 'lab.exercise("1.1")', locked=True),
        _cell("solve_1_1", stub, solution=True),
        _cell("check_1_1", 'lab.check("1.1").grade()', grade=True, locked=True, points=2),
        _cell("solve_spread", stub, solution=True),
        _cell("check_spread", "# judged with inputs of its own", grade=True, locked=True, points=3),
        _cell("solve_drain", stub, solution=True),
        _cell("check_drain", "# read, not run", grade=True, locked=True, points=1),
    ]
    return notebook


def handed_in(cells: Mapping[str, str]) -> NotebookNode:
    """Return a submission with these sources."""
    notebook = released()
    for cell in notebook.cells:
        cell.source = cells.get(cell.id, cell.source)
    return notebook


class Grading(NamedTuple):
    """What came of a submission."""

    notebook: NotebookNode
    result: Judged

    @property
    def points(self) -> dict[str, float | None]:
        return {name: cell.score for name, cell in self.result.cells.items()}

    @property
    def everything(self) -> str:
        """All that a learner could get to see."""
        return nbformat.writes(self.notebook) + repr(self.result.cells) + repr(self.result.limits)


#: For the honest, on a machine that is busy; for attacks; for those of which it is known that they never end.
PATIENT = Limits(cell=20.0, notebook=60.0, grace=5.0)
STRICT = Limits(cell=4.0, notebook=30.0, grace=2.0)
ENDLESS = Limits(cell=1.0, notebook=10.0, grace=1.0)


class Grader:
    """Grades submissions one after the other, in one preloaded process."""

    def __init__(self, course: Path, *, engine: str = "fork") -> None:
        self.course = course
        self.engine = Engine(engine, hidden=[str(course)])
        self._released = released()
        self._plan = plan_of(self._released, CHECKS)

    def grade(
        self,
        submitted: NotebookNode | Mapping[str, str],
        learner: str = "mallory",
        files: Mapping[str, str] | None = None,
        *,
        evidence: str = "best",
        limits: Limits = PATIENT,
    ) -> Grading:
        notebook = handed_in(submitted) if not isinstance(submitted, NotebookNode) else submitted
        judge = Judge(self._released, self._plan, Setting(evidence, limits), self.engine)
        return Grading(*judge.judge(Submission(learner, "ps1", "lesson", notebook, files or {})))


Attack = Callable[[NotebookNode], NotebookNode]
