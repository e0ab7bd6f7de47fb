# ruff: noqa: E501 (one line for each learner)
"""A course of three lessons and twelve learners, with the points that each of them deserves.

Lesson 01 is the course's own (state checks).  ``calls`` has a function to write, commands that are read, and a question
for a person; ``drains`` a service that has to survive what the judge does to it.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from swarmlab import Lab
from swarmlab.checks.report import EVIDENCE

from .course import LESSON, ROOT, solutions, solved

CALLS, DRAINS = "calls", "drains"
LESSONS = (LESSON, CALLS, DRAINS)

CHECKS_OF_CALLS = """
from swarmlab.checks import Hint
from swarmlab.grade.kinds import CallCheck, Case, TextCheck, TextGoal, commands

def draw(chance):
    managers = [chance.randint(1, 9) for _ in range(4)]
    return [Case([count], count // 2 + 1) for count in managers]

def read(text):
    return commands(text)

HINT = Hint("more-than-half", "any", "More than half.", "A quorum is a majority.", "managers // 2 + ???", "3 // 2 + 1")
CHECKS = {
    "check_quorum": CallCheck("calls.1", "Quorum", "quorum", draw, HINT, points=4),
    "check_drain": TextCheck(
        "calls.2", "Drain", "solve_drain", read,
        (
            TextGoal("drains", "A command drains node2.",
                     lambda lines: ["docker", "node", "update", "--availability", "drain", "node2"] in lines,
                     lambda lines: f"{len(lines)} commands do not"),
            TextGoal("only", "No other node is touched.",
                     lambda lines: bool(lines) and not any("node1" in line for line in lines),
                     lambda lines: "node1 is named, or nothing is written"),
        ),
        HINT,
    ),
}
"""

CHECKS_OF_DRAINS = """
from swarmlab.checks import Exercise, Hint, now, service
from swarmlab.grade.kinds import Provocation, StateCheck

WEB = service("web-server")
HINT = Hint("replicas", "survives", "How many tasks were left?", "More replicas, more nodes.", "???", "???")
SURVIVES = Exercise(
    id="drains.1",
    title="Survive a node",
    task="Make the service survive the loss of a node.",
    goals=(now(WEB.shows(3)).named("survives").worth(3),),
    hints=(HINT,),
)
CHECKS = {
    "check_survives": StateCheck(
        SURVIVES, begun_by="1.1", provoke=(Provocation("stop", ("node1",), "60s"), Provocation("stop", ("node2",), "60s"))
    ),
}
"""


def _marked(source: str, name: str, *, text: bool = False, **marks: Any) -> NotebookNode:
    made = {"schema_version": 3, "grade_id": name, "grade": False, "solution": False, "locked": False, "task": False}
    cell = new_markdown_cell if text else new_code_cell
    return cell(source, id=name.replace("_", "-"), metadata={"nbgrader": {**made, **marks}})


def _source(*cells: NotebookNode) -> NotebookNode:
    spec = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    return new_notebook(cells=list(cells), metadata={"kernelspec": spec})


def make_origin(folder: Path) -> Path:
    """Write the course that `swarmlab grade init` begins with."""
    shutil.copytree(ROOT / "grading" / "source" / LESSON, folder / "source" / LESSON)
    shutil.copy(ROOT / "grading" / "nbgrader_config.py", folder)
    solution = "### BEGIN SOLUTION\n{}\n### END SOLUTION"
    calls = _source(
        _marked(f"def quorum(managers):\n    {solution.format('    return managers // 2 + 1')}".replace("\n###", "\n    ###"),
                "solve_quorum", solution=True),
        _marked("# judged with numbers of its own", "check_quorum", grade=True, locked=True, points=4),
        _marked(f"%%host swarm-manage\n{solution.format('docker node update --availability drain node2')}", "solve_drain",
                solution=True),
        _marked("# read, not run", "check_drain", grade=True, locked=True, points=2),
        _marked(solution.format("Because half is no majority."), "why", text=True, grade=True, solution=True, points=2),
    )  # fmt: skip
    drains = _source(
        _marked("from swarmlab import Lab\n\nlab = Lab(seed=4)", "make_lab", locked=True),
        _marked('lab.exercise("1.1")', "begin", locked=True),
        _marked(solution.format('lab.host("swarm-manage").sh("docker service create --name web-server --replicas 3 httpd:2.4")'),
                "solve_survives", solution=True),
        _marked("# judged after two nodes are lost", "check_survives", grade=True, locked=True, points=3),
    )  # fmt: skip
    for name, notebook, checks in ((CALLS, calls, CHECKS_OF_CALLS), (DRAINS, drains, CHECKS_OF_DRAINS)):
        (folder / "source" / name).mkdir()
        nbformat.write(notebook, folder / "source" / name / f"{name}.ipynb")
        (folder / "checks").mkdir(exist_ok=True)
        (folder / "checks" / f"{name}.py").write_text(checks)
    return folder


def recorded(released: NotebookNode, learner: str, *, of: str = "") -> NotebookNode:
    """Return a submission of lesson 01 with empty cells, solved on the board: only the journal tells.

    `of`: whose journal it is, if not the learner's.
    """
    lab = Lab(seed=1, learner=of or learner)
    namespace: dict[str, Any] = {"lab": lab}
    notebook = nbformat.from_dict(released)
    cells = {cell.id: cell for cell in notebook.cells}
    lab.exercise("1.1")
    lab.host("swarm-manage").sh("docker service create --name web-server httpd:2.4")
    reports = {"check_1_1": lab.check("1.1")}
    lab.exercise("1.2")
    exec(solutions()["solve_1_2"], namespace)
    reports["check_1_2"] = lab.check("1.2", answer=namespace["container_name"])
    lab.exercise("1.3")
    exec(solutions()["solve_1_3"], namespace)
    reports["check_1_3"] = lab.check("1.3", old=namespace["old_task"], new=namespace["new_task"])
    lab.exercise("1.4")
    exec(solutions()["solve_1_4"], namespace)
    reports["check_1_4"] = lab.check("1.4", replaced=namespace["replaced"])
    for name, report in reports.items():
        data = {"text/plain": repr(report), EVIDENCE: json.loads(json.dumps(report.evidence))}
        cells[name].outputs = [new_output("display_data", data=data)]
    return notebook


def written(released: NotebookNode, **cells: str) -> NotebookNode:
    """Return a submission of ``calls`` or ``drains`` with these sources, by grade id."""
    return solved(released, **{name.replace("_", "-"): source for name, source in cells.items()})


QUORUM = "def quorum(managers):\n    return managers // 2 + 1"
SERVICE = 'lab.host("swarm-manage").sh("docker service create --name web-server --replicas {} httpd:2.4")'
DRAIN = "%%host swarm-manage\ndocker node update --availability drain node{}"
WHY = "Half is no majority."


def submissions(released: dict[str, NotebookNode]) -> dict[str, dict[str, NotebookNode | str]]:
    """Return by learner and lesson what is handed in; text is a file that is no notebook."""
    one, calls, drains = (released[name] for name in LESSONS)
    right = solved(one, **solutions())
    half = solved(one, **{**solutions(), "solve_1_3": "del lab"})
    return {
        "ada": {LESSON: right, CALLS: written(calls, solve_quorum=QUORUM, solve_drain=DRAIN.format(2)), DRAINS: written(drains, solve_survives=SERVICE.format(3))},
        "ben": {LESSON: recorded(one, "ben"), CALLS: written(calls, solve_quorum=QUORUM, why=WHY), DRAINS: drains},
        "cleo": {LESSON: recorded(one, "cleo", of="ben"), CALLS: calls, DRAINS: written(drains, solve_survives=SERVICE.format(1))},
        "dan": {LESSON: half, CALLS: written(calls, solve_quorum="def quorum(m):\n    return m // 2", solve_drain=DRAIN.format(1))},
        "eve": {LESSON: solved(one, solve_1_1="import os; os._exit(1)"), CALLS: written(calls, solve_quorum="raise SystemExit"), DRAINS: written(drains, solve_survives="1/0")},
        "finn": {LESSON: "this is no notebook", CALLS: "{}", DRAINS: "[" * 99},
        "gil": {LESSON: recorded(one, "gil")},
        "hana": {LESSON: solved(one, solve_1_1=solutions()["solve_1_1"]), CALLS: written(calls, solve_quorum="quorum = {1: 1}.get", solve_drain="%%host swarm-manage\necho 'open")},
        "ida": {LESSON: solved(one, solve_1_2=solutions()["solve_1_2"])},
        "jo": {LESSON: one, CALLS: written(calls, why=WHY), DRAINS: written(drains, solve_survives=SERVICE.format(3))},
        "kim": {CALLS: written(calls, solve_quorum="import warnings\nwarnings.warn('x')\n" + QUORUM, solve_drain=DRAIN.format(2))},
        "lea": {LESSON: solved(one, **{**solutions(), "predict_where": 'guess_where = "C"'}), CALLS: written(calls, solve_drain=DRAIN.format(2))},
    }  # fmt: skip


ALL, NONE = [2, 2, 5, 4], [0, 0, 0, 0]
#: Points of the cells in order; None: a person has to look.  ``why`` is 0 for who left it alone.
EXPECTED: dict[str, dict[str, list[float | None]]] = {
    LESSON: {
        "ada": ALL, "ben": ALL, "cleo": NONE, "dan": [2, 2, 0, 0], "eve": NONE, "finn": NONE, "gil": ALL,
        "hana": [2, 0, 0, 0], "ida": [0, 2, 0, 0], "jo": NONE, "lea": ALL,
    },
    CALLS: {
        "ada": [4, 2, 0], "ben": [4, 0, None], "cleo": [0, 0, 0], "dan": [0, 0, 0], "eve": [0, 0, 0], "finn": [0, 0, 0],
        "hana": [0, 0, 0], "jo": [0, 0, None], "kim": [4, 2, 0], "lea": [0, 2, 0],
    },
    DRAINS: {"ada": [3], "ben": [0], "cleo": [0], "eve": [0], "finn": [0], "jo": [3]},
}  # fmt: skip
CELLS = {
    LESSON: ["check_1_1", "check_1_2", "check_1_3", "check_1_4"],
    CALLS: ["check_quorum", "check_drain", "why"],
    DRAINS: ["check_survives"],
}
