"""One submission, from the file that was handed in to points with reasons.

`judge` puts the learner's work into the released notebook, gathers evidence (recorded sessions, and a run of the cells
in a sandbox where that can still change something), has each graded cell judged, and writes what a reader of the
notebook should see into its outputs.

Three kinds of trouble are told apart.  The *learner's* (a process that ended, a journal that does not fit) gives a
judged zero with its reason.  *Ours* (a `Fault`, an error in a check) gives no score at all.  *Nobody's* (a warning, an
ignored cell) costs nothing and is noted.
"""

import base64
import contextlib
import hashlib
import random
import signal
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from nbformat import NotebookNode
from nbgrader import utils

from swarmlab.author.normalise import node
from swarmlab.checks import Report
from swarmlab.checks.judge import CHECK
from swarmlab.errors import InvalidArgument
from swarmlab.grade import outputs
from swarmlab.grade.engine import Engine, Learner, Limits, explain
from swarmlab.grade.evidence import Evidence, belongs, examine, from_notebook
from swarmlab.grade.kinds import CallCheck, StateCheck, TextCheck
from swarmlab.grade.plan import Plan
from swarmlab.grade.replay import Attempt, Stages, header_of, replay
from swarmlab.grade.transplant import transplant
from swarmlab.timeline.journal import Op

EVIDENCE = ("best", "journal", "execute")
#: CPU seconds the judge spends on one journal.
PATIENCE = 20.0
#: What a submission may bring beside its notebook, bytes in all.
MOST_FILES = 5_000_000


class Setting(NamedTuple):
    """How an assignment is judged."""

    evidence: str = "best"  # "journal": recorded sessions only; "execute": a run only; "best": whatever gives more
    limits: Limits = Limits()


class Submission(NamedTuple):
    """What was handed in."""

    learner: str
    assignment: str
    notebook: str  # its name, without ".ipynb"
    submitted: NotebookNode
    files: Mapping[str, str]  # the other files that belong in the learner's folder, base64


@dataclass
class Cell:
    """How one graded cell came out."""

    points: float
    score: float | None = None  # None: no score, because of a fault of ours
    source: str = ""  # "journal", "execution", "call", "text"; "" for a zero without evidence
    report: dict[str, Any] | None = None
    reason: str = ""  # a sentence, where there is no report
    attempts: int = 0
    seconds: float = 0.0  # virtual seconds from the beginning of the exercise to the attempt that counts


@dataclass
class Judged:
    """Everything that is kept of one submission's judging, beside the notebook itself."""

    learner: str
    assignment: str
    notebook: str
    engine: str = "none"
    cells: dict[str, Cell] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)  # sentences about recorded sessions that do not count
    limits: list[str] = field(default_factory=list)
    fault: str = ""  # what of ours did not work, a sentence; then some cells have no score
    lab: dict[str, Any] = field(default_factory=dict)  # how the judge's lab is made: seed and all
    journals: list[dict[str, Any]] = field(default_factory=list)  # what was replayed
    manual: dict[str, float | None] = field(default_factory=dict)  # cells for a person: 0 if untouched, else no score
    comments: dict[str, str | None] = field(default_factory=dict)  # nbgrader's remark on each solution cell
    sources: dict[str, str] = field(default_factory=dict)  # what the learner wrote into each solution cell

    @property
    def score(self) -> float | None:
        """All points; None if one cell has no score."""
        scores = [cell.score for cell in self.cells.values()]
        return None if None in scores else float(sum(score or 0.0 for score in scores))


class Judge:
    """Judges the submissions of one assignment's notebook, one after the other."""

    def __init__(self, released: NotebookNode, plan: Plan, setting: Setting, engine: Engine | None) -> None:
        """`engine`: None where nothing may be run.  Raises InvalidArgument for an unknown kind of evidence."""
        if setting.evidence not in EVIDENCE:
            raise InvalidArgument(f'evidence is one of {", ".join(EVIDENCE)}, not "{setting.evidence}"')
        self._released, self._plan, self._setting, self._engine = released, plan, setting, engine
        self._stages = Stages()
        self._lab = header_of(plan.lab)
        self._states = {n: c for n, c in plan.checks.items() if isinstance(c, StateCheck)}
        self._by_exercise = {check.exercise.id: check for check in self._states.values()}

    def judge(self, submission: Submission) -> tuple[NotebookNode, Judged]:
        """Return the notebook with all outputs, and what came out."""
        made, ignored = transplant(self._released, submission.submitted)
        result = Judged(submission.learner, submission.assignment, submission.notebook, ignored=ignored)
        result.lab = {**self._lab}
        for name, worth in self._plan.worth.items():
            result.cells[name] = Cell(worth)
        _for_people(made, result)
        recorded = self._recorded(submission, result)
        ran: dict[str, Report | str] = {}
        if self._has_to_run(recorded):
            bound = any(journal.get("learner") == submission.learner for journal in result.journals)
            with self._faults(result):
                ran = self._run(made, submission, result, bound)
        self._conclude(made, result, recorded, ran)
        return made, result

    # --- recorded sessions ----------------------------------------------------------------------------

    def _recorded(self, submission: Submission, result: Judged) -> dict[str, tuple[Attempt, int]]:
        """Return, by exercise, the best attempt in the journals of the notebook, and how many there were."""
        best: dict[str, tuple[Attempt, int]] = {}
        if self._setting.evidence == "execute":
            return best
        journals, result.refused = from_notebook(submission.submitted)
        for evidence in journals:
            with self._faults(result):
                reason = belongs(evidence, submission.learner, self._lab)
                if not reason:
                    reason = self._replay(evidence, best)
                if reason:
                    result.refused.append(f"A recorded session does not count: {reason}.")
                else:
                    result.journals.append({**evidence.header, "source": "journal", "ops": evidence.ops})
        return best

    def _replay(self, evidence: Evidence, best: dict[str, tuple[Attempt, int]]) -> str:
        """Replay one journal into `best`; return why it does not count, a clause."""
        try:
            with bounded(PATIENCE):
                attempts = replay(self._plan.lab, evidence, self._by_exercise, self._stages)
        except InvalidArgument as error:
            return str(error).rstrip(".")
        for attempt in attempts:
            old, count = best.get(attempt.exercise, (attempt, 0))
            better = attempt if attempt.report.score > old.report.score else old
            best[attempt.exercise] = (better, count + 1)
        return ""

    def _has_to_run(self, recorded: Mapping[str, tuple[Attempt, int]]) -> bool:
        """Whether a run of the cells can still change a score."""
        if self._engine is None or self._setting.evidence == "journal":
            return False
        for check in self._plan.checks.values():
            if isinstance(check, CallCheck) or self._setting.evidence == "execute":
                return True
            if isinstance(check, StateCheck):
                found = recorded.get(check.exercise.id)
                if found is None or not found[0].report.passed:
                    return True
        return False

    # --- a run of the cells ---------------------------------------------------------------------------

    def _run(self, made: NotebookNode, submission: Submission, result: Judged, bound: bool) -> dict[str, Report | str]:
        """Run the learner's cells; return by grade id a report, or why there is none.  Raises Fault."""
        assert self._engine is not None
        result.engine = self._engine.description
        environment = {"SWARMLAB_LEARNER": submission.learner} if bound else {}
        found: dict[str, Report | str] = {}
        snapshots: list[tuple[str, Any]] = []
        with self._engine.start(self._setting.limits, submission.files, environment) as learner:
            for number, cell in enumerate(made.cells):
                if cell.cell_type != "code":
                    continue
                name = cell.metadata.get("nbgrader", {}).get("grade_id") or f"cell {number + 1}"
                check = self._plan.checks.get(name)
                if check is None:
                    cell.outputs = nodes(learner.run(cell.source, name))
                elif isinstance(check, StateCheck):
                    snapshots.append((name, learner.ask(check.lab, list(check.answers.values()), name)))
                elif isinstance(check, CallCheck):
                    found[name] = self._call(check, learner, submission, name)
            result.limits += learner.limits_hit
        found.update(self._judge_snapshots(snapshots, result))
        return found

    def _call(self, check: CallCheck, learner: Learner, submission: Submission, name: str) -> Report:
        cases = check.draw(random.Random(seed_of(submission.learner, submission.assignment, name)))
        answers: list[dict[str, Any]] = []
        for case in cases:
            answers.append(learner.call(check.function, case.arguments, name))
        return check.report(cases, [a if "value" in a else {"error": str(a.get("error", ""))[:300]} for a in answers])

    def _judge_snapshots(self, snapshots: list[tuple[str, Any]], result: Judged) -> dict[str, Report | str]:
        """Judge the journals taken at graded cells.  One that goes on from the one before is replayed with it."""
        found: dict[str, Report | str] = {}
        chain: list[Op] = []  # with the checks in it
        taken: list[Op] = []  # without: what the last snapshot said
        names: list[str] = []
        header: dict[str, Any] = {}
        for name, claimed in snapshots:
            check = self._states[name]
            try:
                if not isinstance(claimed.get("journal"), dict):
                    raise InvalidArgument(str(claimed.get("error") or f"there is no lab in `{check.lab}`")[:300])
                evidence = examine(claimed["journal"], "execution")
                if reason := belongs(evidence, result.learner, self._lab):
                    raise InvalidArgument(reason)
            except InvalidArgument as error:
                found[name] = f"This could not be judged: {str(error).rstrip('.')}."
                continue
            ops = [op for op in evidence.ops if not (op["op"] == "note" and op["kind"] == CHECK)]
            if header != evidence.header or ops[: len(taken)] != taken:
                found.update(self._judge_chain(header, chain, names, result))
                chain, taken, names, header = [], [], [], evidence.header
            chain += ops[len(taken) :]
            values = claimed.get("values") if isinstance(claimed.get("values"), dict) else {}
            answers = {answer: values[variable] for answer, variable in check.answers.items() if variable in values}
            at = evidence.ops[-1]["at"] if evidence.ops else evidence.header["now"]
            data = {"id": check.exercise.id, "answers": answers}
            chain.append({"at": max(at, chain[-1]["at"] if chain else 0), "op": "note", "kind": CHECK, "data": data})
            taken = ops
            names.append(name)
        found.update(self._judge_chain(header, chain, names, result))
        return found

    def _judge_chain(self, header: Op, ops: list[Op], names: list[str], result: Judged) -> dict[str, Report | str]:
        if not names:
            return {}
        result.journals.append({**header, "source": "execution", "ops": ops})
        try:
            with bounded(PATIENCE):
                attempts = replay(self._plan.lab, Evidence(header, ops, "execution"), self._by_exercise, self._stages)
        except InvalidArgument as error:
            return dict.fromkeys(names, f"This could not be judged: {str(error).rstrip('.')}.")
        return {name: attempt.report for name, attempt in zip(names, attempts, strict=True)}

    # --- what it comes to -----------------------------------------------------------------------------

    def _conclude(
        self,
        made: NotebookNode,
        result: Judged,
        recorded: Mapping[str, tuple[Attempt, int]],
        ran: Mapping[str, Report | str],
    ) -> None:
        """Decide on every graded cell, and write its outputs."""
        sources = {cell.metadata.get("nbgrader", {}).get("grade_id", ""): cell.source for cell in made.cells}
        for cell in made.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            check = self._plan.checks.get(name)
            if cell.cell_type != "code" or check is None:
                continue
            into = result.cells[name]
            candidates: list[tuple[str, Report]] = []
            if isinstance(check, TextCheck):
                with self._faults(result):
                    candidates.append(("text", check.report(sources.get(check.cell, ""))))
            elif isinstance(check, StateCheck) and check.exercise.id in recorded:
                attempt, into.attempts = recorded[check.exercise.id]
                candidates.append(("journal", attempt.report))
                into.seconds = max(0, attempt.at - attempt.began) / 1e9 if attempt.began else 0.0
            if isinstance(outcome := ran.get(name), Report):
                candidates.append(("call" if isinstance(check, CallCheck) else "execution", outcome))
            self._settle(into, candidates, outcome if isinstance(outcome, str) else "", result)
            cell.outputs = nodes(_shown(into, candidates))

    def _settle(self, into: Cell, candidates: list[tuple[str, Report]], reason: str, result: Judged) -> None:
        """Take the best of the candidates; where there is none, the reason, or nothing if the fault is ours."""
        # max takes the first of equals, so a recorded session goes before a run.
        best = max(candidates, key=lambda each: each[1].score, default=None)
        if best is not None:
            into.source, report = best
            into.score = into.points * report.score / report.points
            into.report = report.as_dict()
        if result.fault and (into.score or 0.0) < into.points:
            into.score = None
            into.reason = "Not judged: something in the grading did not work. Your instructor knows."
        elif best is None:
            into.score = 0.0
            into.reason = reason or next(iter(result.refused), "There is no recorded session, and no run, to judge.")

    @contextlib.contextmanager
    def _faults(self, result: Judged) -> Iterator[None]:
        """Whatever goes wrong in the block is ours, and is noted."""
        try:
            yield
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:
            result.fault = result.fault or explain(error)


def _shown(cell: Cell, candidates: list[tuple[str, Report]]) -> list[dict[str, Any]]:
    report = next((report for source, report in candidates if source == cell.source), None)
    if report is None or cell.score is None:
        return outputs.of_sentence(cell.reason, cell.score)
    note = "Judged from your recorded session." if cell.source == "journal" else ""
    return outputs.of_report(report, cell.score, note)


def nodes(made: list[dict[str, Any]]) -> list[NotebookNode]:
    """Return outputs as a notebook holds them."""
    return [node(each) for each in made]


def seed_of(learner: str, assignment: str, cell: str) -> int:
    """Return the seed that a learner's inputs are drawn from: the same each time, another for everybody."""
    return int.from_bytes(hashlib.sha256(f"{learner}/{assignment}/{cell}".encode()).digest()[:8], "big")


@contextlib.contextmanager
def bounded(seconds: float) -> Iterator[None]:
    """Give the block so many CPU seconds.  Raises InvalidArgument when they are over, or memory is."""

    def over(*_: object) -> None:
        raise InvalidArgument(f"to replay it takes more than {seconds:g} seconds of computing")

    can = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGVTALRM, over) if can else None
    if can:
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    except MemoryError:
        raise InvalidArgument("to replay it takes more memory than there is") from None
    finally:
        if can:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.signal(signal.SIGVTALRM, before)


def files_beside(notebook: Path, *folders: Path) -> dict[str, str]:
    """Return the files in `folders` that a learner's process finds in its own: name → base64; later folders win.

    No notebooks, nothing hidden, nothing that is a link, no more than `MOST_FILES` bytes.
    """
    found: dict[str, str] = {}
    left = MOST_FILES
    for folder in folders:
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            name = path.relative_to(folder)
            plain = path.is_file() and not path.is_symlink() and path.suffix != ".ipynb"
            if not plain or any(part.startswith(".") for part in name.parts) or path == notebook:
                continue
            if path.resolve().is_relative_to(folder.resolve()) and path.stat().st_size <= left:
                data = path.read_bytes()
                left -= len(data)
                found[name.as_posix()] = base64.b64encode(data).decode()
    return found


def _for_people(made: NotebookNode, result: Judged) -> None:
    """Note which cells a person has to look at, by nbgrader's own rules (`determine_grade`, `SaveAutoGrades`)."""
    for cell in made.cells:
        marks = cell.metadata.get("nbgrader", {})
        if not (utils.is_solution(cell) or utils.is_task(cell)):
            continue
        untouched = marks.get("checksum") == utils.compute_checksum(cell)
        if utils.is_grade(cell):
            result.manual[marks["grade_id"]] = 0.0 if untouched else None
        if not untouched:
            result.sources[marks["grade_id"]] = cell.source[:20_000]
        result.comments[marks["grade_id"]] = "No response." if untouched and not utils.is_task(cell) else None
