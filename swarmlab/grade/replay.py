"""The judge's own swarm: does again what a journal says, sets every stage itself, judges where a check was asked for.

Nothing of the learner's runs here.  A journal is only a list of inputs; what they lead to, ids, states, times, is what
this swarm makes of them.  What a journal claims about results (a score, an exercise that has begun) is not believed:
the judge sets the stage with commands of his own, and counts the rows himself.
"""

import gc
import json
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any, NamedTuple

from swarmlab import exercises
from swarmlab.checks import Exercise, Report, begin, evaluate
from swarmlab.checks.judge import CHECK, EXERCISE, STAGE, Start, started
from swarmlab.errors import InvalidArgument, NotFound, SwarmlabError
from swarmlab.grade.evidence import Evidence
from swarmlab.grade.kinds import StateCheck
from swarmlab.lab import Lab
from swarmlab.timeline.journal import Op


class Attempt(NamedTuple):
    """One time that a check was asked for, as the judge sees it."""

    exercise: str
    report: Report
    at: int  # virtual time, ns since 1970
    began: int  # when the exercise began, the same; 0: it did not


class Stages:
    """How stages have come out when the judge set them: steps, and the time between them.

    Setting one takes a docker command line and its waiting, ten times as long as the rest of a journal.  Where the
    journal says step by step, and nanosecond by nanosecond, what the judge has seen before, doing the steps again is
    the same as setting the stage.
    """

    def __init__(self) -> None:
        self.seen: set[str] = set()

    @staticmethod
    def look(began: int, steps: list[Op], ended: int) -> str:
        """Return what a stage looks like: `steps` between the notes at `began` and `ended`."""
        times = [began, *(op["at"] for op in steps), ended]
        gaps = [later - earlier for earlier, later in pairwise(times)]
        bare = [{key: value for key, value in op.items() if key != "at"} for op in steps]
        return json.dumps([gaps, bare], sort_keys=True)


#: Inputs that say over which connection they were made.
OVER_CONNECTIONS = ("request", "send", "talk")


def _line(connection: Any) -> Any:
    """Return a connection without the way it took, which requests do not repeat."""
    return {key: value for key, value in connection.items() if key != "hops"} if isinstance(connection, dict) else None


class Replay:
    """The judge's swarm, in the course of one journal."""

    def __init__(
        self, settings: Mapping[str, Any], evidence: Evidence, checks: Mapping[str, StateCheck], stages: Stages
    ) -> None:
        """`settings`: how the lesson makes its lab.  `checks`: by exercise id, what is judged when it is asked for."""
        self._stages = stages
        learner = evidence.learner
        self.lab = Lab(**{**settings, "learner": learner})
        self._evidence = evidence
        self._checks = checks
        self._learner = learner
        self._own = {check.exercise.id: check.exercise.dealt_to(learner) for check in checks.values()}
        self._connections: list[Any] = []  # what connecting gave here
        self.attempts: list[Attempt] = []

    def run(self) -> list[Attempt]:
        """Do everything and return all attempts, in order.  Raises InvalidArgument if the journal does not fit."""
        ops = self._evidence.ops
        number = 0
        batch: list[Op] = []
        while number < len(ops):
            op = ops[number]
            number += 1
            kind = op["op"]
            if kind not in ("note", "connect", *OVER_CONNECTIONS):
                if kind != "checkpoint":  # only for going back, which is over
                    batch.append(op)
                continue
            self._redo(batch, op["at"])
            batch = []
            if kind == "note" and op["kind"] == STAGE:
                number = self._stage(op, ops, number)
            elif kind == "note" and op["kind"] == CHECK:
                self._check(op["data"])
            elif kind == "connect":
                self._connections.append(_line(_do(self.lab, op)))
            elif kind in OVER_CONNECTIONS:
                if _line(op["connection"]) not in self._connections:
                    raise InvalidArgument("a request was made over a connection that there never was")
                _do(self.lab, op)
        self._redo(batch, batch[-1]["at"] if batch else self.lab.now)
        return self.attempts

    def _redo(self, ops: list[Op], at: int) -> None:
        try:
            self.lab.session.redo([*ops, {"op": "advance", "at": at}])
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise InvalidArgument(f"a step cannot be done: {error!r}") from error

    def _stage(self, op: Op, ops: list[Op], number: int) -> int:
        """Set a stage, in place of what the journal says was done for it; return where the journal goes on."""
        exercise = self._find(op["data"].get("id"))
        end = next((k for k in range(number, len(ops)) if _is_begin(ops[k], exercise)), None)
        if end is None:
            return number  # it could not be set then, or was interrupted: no exercise began
        steps, ended = ops[number:end], ops[end]["at"]
        if Stages.look(op["at"], steps, ended) in self._stages.seen:
            self._redo(steps, ended)
            self.lab.note(EXERCISE, {"id": exercise.id, "rows": len(self.lab.history)})
        else:
            done = self.lab.session.journal.ops
            before, began = len(done), self.lab.now
            begin(exercise, self.lab)
            self._stages.seen.add(Stages.look(began, done[before + 1 : -1], done[-1]["at"]))
        return end + 1

    def _check(self, data: Mapping[str, Any]) -> None:
        exercise = self._find(data.get("id"))
        answers = data.get("answers")
        answers = {k: v for k, v in answers.items() if k in exercise.asks} if isinstance(answers, dict) else {}
        check = replace(self._checks.get(exercise.id) or StateCheck(exercise), exercise=exercise)
        start = started(self._find(check.begun_by or exercise.id), self.lab)
        report = judged(check, self.lab, answers, start)
        self.attempts.append(Attempt(exercise.id, report, self.lab.now, start.at if start else 0))

    def _find(self, exercise_id: Any) -> Exercise:
        own = self._own.get(exercise_id) if isinstance(exercise_id, str) else None
        try:
            return own or exercises.find(str(exercise_id)[:40]).dealt_to(self._learner)
        except NotFound as error:
            raise InvalidArgument(f"it names an unknown exercise: {error}") from error


def judged(check: StateCheck, lab: Lab, answers: Mapping[str, Any], start: Start | None) -> Report:
    """Return the report on `lab` as it is now; provocations are tried on a copy."""
    if not check.provoke or start is None:
        return evaluate(check.exercise, lab.history, answers, start, lab.now)
    copy = lab.fork()
    start = Start(copy.now, len(copy.history))
    for name, arguments, wait in check.provoke:
        if name == "sh":
            copy.host(arguments[0]).sh(arguments[1])
        else:
            getattr(copy.faults, name)(*arguments)
        copy.advance(wait)
    return evaluate(check.exercise, copy.history, answers, start, copy.now)


def header_of(settings: Mapping[str, Any]) -> Op:
    """Return the header that a journal of the lesson's lab has, whoever made it."""
    return {**Lab(**{**settings, "learner": ""}).session.journal.header}


def replay(
    settings: Mapping[str, Any], evidence: Evidence, checks: Mapping[str, StateCheck], stages: Stages
) -> list[Attempt]:
    """Return all attempts in a journal.  Raises InvalidArgument if it does not count, with the reason."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return Replay(settings, evidence, checks, stages).run()
    except SwarmlabError as error:
        raise InvalidArgument(str(error)) from error
    finally:
        if was_enabled:
            gc.enable()


def _is_begin(op: Op, exercise: Exercise) -> bool:
    return bool(op["op"] == "note" and op["kind"] == EXERCISE and op["data"].get("id") == exercise.id)


def _do(lab: Lab, op: Op) -> Op:
    try:
        return lab.apply({key: value for key, value in op.items() if key != "at"})
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise InvalidArgument(f"a step cannot be done: {error!r}") from error
