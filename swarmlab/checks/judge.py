"""Begin an exercise, and judge it.

`evaluate` is the heart: a pure function of exercise, history, start and answers.  `begin` and `judge` connect it to
a lab; a grader that replays a recorded session calls `evaluate` with the same values and gets the same report.

**Why failing is not an exception.**  A graded cell ends in ``lab.check("1.1").grade()``, which shows the report and
returns a float.  nbgrader reads a cell's outputs so: an error or any text on stderr is 0 points; a returned number
is that many points; *anything else, silence included, is full points*.  So the last expression must be the plain
number, and for a report nothing may be written to stderr.  A returned ``0.0`` grades as 0 and yet lets the notebook
run on to the next exercise, with an explanation where a traceback would have been.  If the cell cannot get that far
(the learner deleted ``lab``), the exception that follows is 0 points as well.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from swarmlab.checks.claims import Scene
from swarmlab.checks.exercise import Exercise, Fault, Hint, Step, called
from swarmlab.checks.goals import Goal, Watch
from swarmlab.checks.lablike import LabLike
from swarmlab.checks.report import Card, Outcome, Report, Verdict
from swarmlab.errors import FailedPrecondition, InvalidArgument, SwarmlabError
from swarmlab.timeline.trace import Trace, World

STAGE = "stage"  # kinds of notes: the stage is about to be set; it is set; a check was asked for
EXERCISE = "exercise"
CHECK = "check"


class Start(NamedTuple):
    """Where in a history an exercise begins."""

    at: int  # nanoseconds since 1970
    rows: int  # how many rows there were: more may follow at the same instant, and they belong to the learner


def begin(exercise: Exercise, lab: LabLike) -> Card:
    """Set the stage of `exercise` on `lab` and note when it began.  Doing it again begins anew.

    Raises FailedPrecondition if the stage cannot be set.
    """
    lab.note(STAGE, {"id": exercise.id})
    for step in exercise.stage:
        problem = play(step, lab)
        if problem and not step.may_fail:
            raise FailedPrecondition(f"{called(exercise.id)} cannot begin: {problem}")
    lab.note(EXERCISE, {"id": exercise.id, "rows": len(lab.history)})
    return Card(exercise)


def play(step: Step | Fault, lab: LabLike) -> str:
    """Do one step on `lab`, as a learner would; return what went wrong, "" if nothing did."""
    if isinstance(step, Fault):
        try:
            getattr(lab.faults, step.name)(*step.args)
        except SwarmlabError as error:
            return str(error)
        return ""
    result = lab.host(step.host).sh(step.line)
    said = (result.stderr or result.stdout).strip().splitlines()
    return f"`{step.line}` on {step.host} said: {said[-1] if said else ''}" if result.exit_code else ""


def judge(exercise: Exercise, lab: LabLike, answers: Mapping[str, Any]) -> Report:
    """Judge what happened on `lab` since `exercise` began, and note that it was asked for.

    Raises InvalidArgument for an answer that the exercise does not ask for.
    """
    unknown = sorted(set(answers) - set(exercise.asks))
    if unknown:
        wanted = ", ".join(exercise.asks) or "nothing"
        raise InvalidArgument(f"{called(exercise.id)} has no answer called {unknown[0]}; it asks for: {wanted}.")
    start = started(exercise, lab)
    report = evaluate(exercise, lab.history, answers, start, lab.now)
    kept = {name: value for name, value in answers.items() if _is_json(value)}
    lab.note(CHECK, {"id": exercise.id, "answers": kept, "score": report.score})
    return report


def begun_last(lab: LabLike) -> str:
    """Return the id of the exercise that was begun last; "" if none was."""
    return next((str(note.data.get("id")) for note in reversed(lab.notes) if note.kind == EXERCISE), "")


def started(exercise: Exercise, lab: LabLike) -> Start | None:
    """Return where `exercise` was begun last; None if it was not."""
    for note in reversed(lab.notes):
        if note.kind == EXERCISE and note.data.get("id") == exercise.id:
            return Start(note.at, int(note.data["rows"]))
    return None


def evaluate(exercise: Exercise, trace: Trace, answers: Mapping[str, Any], start: Start | None, end: int) -> Report:
    """Judge the part of `trace` from `start` to `end` (ns since 1970; start None: never begun)."""
    if start is None:
        return _not_begun(exercise)
    goals = [Watch(goal) for goal in exercise.goals]
    signs = {hint.id: Watch(hint.when) for hint in exercise.hints if hint.when is not None}
    scene = None
    for scene in scenes(trace, answers, start, end):
        for watch in (*goals, *signs.values()):
            watch.see(scene)
    assert scene is not None  # there is always the scene of the start
    verdicts = tuple(_verdict(watch, scene, _has_progressed(goals)) for watch in goals)
    return Report(exercise.id, exercise.title, verdicts, _ladder(exercise, verdicts, signs))


def scenes(trace: Trace, answers: Mapping[str, Any], start: Start, end: int) -> Iterator[Scene]:
    """Yield the start, then every moment at which something changed, then the end.

    The world is the same object each time, moved on: look at a scene before asking for the next.
    """
    origin, world = World(), World()
    for row in trace.rows[: start.rows]:
        origin.apply(row)
        world.apply(row)
    at = start.at
    yield Scene(at, world, origin, answers, start.at)
    later = [row for row in trace.rows[start.rows :] if row.at <= end]
    for at, rows in groupby(later, key=lambda row: row.at):
        for row in rows:
            world.apply(row)
        yield Scene(at, world, origin, answers, start.at)
    if at < end:
        yield Scene(end, world, origin, answers, start.at)


def _has_progressed(goals: Sequence[Watch]) -> bool:
    """Whether the learner has got anywhere, so that goals of safety count.

    What was done on the swarm decides; answers do so only where an exercise asks for nothing else.
    """
    reachable = [watch for watch in goals if not watch.goal.is_safety]
    done = [watch for watch in reachable if not watch.goal.claim.is_answer]
    return any(watch.is_met for watch in done or reachable)


def _verdict(watch: Watch, scene: Scene, progress: bool) -> Verdict:
    goal = watch.goal
    if watch.is_met and goal.is_safety and not progress:
        return _made(goal, Outcome.WAITING)
    if watch.is_met:
        return _made(goal, Outcome.MET)
    return _made(goal, Outcome.NOT_MET, watch.found(scene), goal.claim.show)


def _made(goal: Goal, outcome: Outcome, found: str = "", show: str = "") -> Verdict:
    return Verdict(goal.id, goal.text, outcome, goal.points, found, show)


def _not_begun(exercise: Exercise) -> Report:
    """Return the report of an exercise whose stage was never set."""
    found = "this exercise has not been begun"
    show = exercise.begun_by
    verdicts = tuple(_made(goal, Outcome.NOT_MET, found, show) for goal in exercise.goals)
    hint = Hint(
        "not-begun",
        exercise.goals[0].id,
        f"Run the cell with `{show}` first: it sets the stage.",
        "A check looks at what happened since the exercise began. Without a beginning there is nothing to look at.",
        f"`{show}`",
        f"`{show}`, then your commands, then the check.",
    )
    return Report(exercise.id, exercise.title, verdicts, hint)


def _ladder(exercise: Exercise, verdicts: tuple[Verdict, ...], signs: Mapping[str, Watch]) -> Hint | None:
    """Choose the hint: for the first goal not met, the first whose sign was seen, else the one that always fits."""
    for verdict in verdicts:
        if verdict.outcome is not Outcome.NOT_MET:
            continue
        for hint in exercise.hints:
            if hint.goal == verdict.goal and (hint.when is None or signs[hint.id].is_met):
                return hint
    return None


def _is_json(value: Any) -> bool:
    """Whether `value` is plain JSON all the way down."""
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_json(item) for key, item in value.items())
    if isinstance(value, list):
        return all(map(_is_json, value))
    return value is None or type(value) in (str, int, float, bool)
