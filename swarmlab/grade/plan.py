"""What each graded cell of an assignment asks for, looked up by its ``grade_id``; never in the submission.

A cell that holds ``lab.check("1.2", answer=container_name).grade()`` in the *released* notebook asks for the state
check of exercise 1.2.  Whatever cannot be said in such a line stands in the course's own ``checks/<assignment>.py``,
which learners never get: ``CHECKS = {"check_spread": CallCheck(…)}``.
"""

import ast
import runpy
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from nbformat import NotebookNode

from swarmlab import exercises
from swarmlab.errors import InvalidArgument, NotFound
from swarmlab.grade.kinds import CallCheck, Check, StateCheck, TextCheck


class Plan(NamedTuple):
    """What a notebook of the course is judged by."""

    checks: dict[str, Check]  # grade id → check
    worth: dict[str, float]  # grade id → points of the cell
    lab: dict[str, Any]  # how the lesson makes its lab: arguments of Lab


def plan_of(released: NotebookNode, own: Mapping[str, Check]) -> Plan:
    """Return the plan of a released notebook.  Raises InvalidArgument, NotFound for a cell that nobody could judge."""
    checks: dict[str, Check] = {}
    worth: dict[str, float] = {}
    lab: dict[str, Any] | None = None
    for cell in released.cells:
        if cell.cell_type != "code":
            continue
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("grade") and not marks.get("solution"):
            name = marks["grade_id"]
            checks[name] = own[name] if name in own else from_source(name, cell.source)
            worth[name] = float(marks["points"])
        elif lab is None:
            lab = lab_of(cell.source)
    return Plan(checks, worth, lab or {})


def load_checks(path: Path) -> dict[str, Check]:
    """Return the checks in a course's own file; none if there is no such file.

    Raises InvalidArgument if it holds something else.
    """
    if not path.exists():
        return {}
    found = runpy.run_path(str(path)).get("CHECKS")
    if not isinstance(found, dict) or not all(
        isinstance(c, StateCheck | CallCheck | TextCheck) for c in found.values()
    ):
        raise InvalidArgument(f"{path} must define CHECKS, a dict from grade ids to StateCheck, CallCheck or TextCheck")
    return found


def from_source(name: str, source: str) -> StateCheck:
    """Return the check that a graded cell's last line asks for."""
    call = _check_call(source)
    if call is None:
        raise InvalidArgument(
            f'graded cell {name} must end in lab.check("…", answer=variable).grade(), or have a check in checks/'
        )
    lab, exercise_id, answers = call
    exercise = exercises.find(exercise_id)
    if unknown := set(answers) - set(exercise.asks):
        raise NotFound(
            f"graded cell {name} hands in {sorted(unknown)[0]}, which exercise {exercise_id} does not ask for"
        )
    return StateCheck(exercise, answers, lab)


def _check_call(source: str) -> tuple[str, str, dict[str, str]] | None:
    """Return lab variable, exercise and answers (name → variable) of a checking line; None if it is none."""
    try:
        last = ast.parse(source).body[-1]
    except (SyntaxError, IndexError):
        return None
    match last:
        case ast.Expr(
            ast.Call(
                func=ast.Attribute(
                    value=ast.Call(
                        func=ast.Attribute(value=ast.Name(id=lab), attr="check"),
                        args=[ast.Constant(value=str(exercise_id))],
                        keywords=keywords,
                    ),
                    attr="grade",
                )
            )
        ):
            answers = {k.arg: k.value.id for k in keywords if k.arg and isinstance(k.value, ast.Name)}
            return (lab, exercise_id, answers) if len(answers) == len(keywords) else None
    return None


def lab_of(source: str) -> dict[str, Any] | None:
    """Return the arguments of ``lab = Lab(…)`` in a cell; None if the cell makes no lab."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return None
    for statement in body:
        match statement:
            case ast.Assign(
                targets=[ast.Name(id="lab")], value=ast.Call(func=ast.Name(id="Lab"), args=[], keywords=given)
            ):
                try:
                    return {each.arg: ast.literal_eval(each.value) for each in given if each.arg not in (None, "name")}
                except ValueError:
                    raise InvalidArgument("the lesson's lab must be made with plain values: Lab(seed=1)") from None
    return None
