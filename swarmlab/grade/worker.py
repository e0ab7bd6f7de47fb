"""One of the processes that judge: takes a submission's name on a line, answers with a line when it is done.

Everything it finds out lies in files by then (`records`, the notebook in ``autograded/``), so nothing is lost with it.
It never touches the gradebook.
"""

import base64
import json
import os
import shutil
import sys
import traceback
from pathlib import Path
from typing import Any

import nbformat

from swarmlab.author.normalise import node
from swarmlab.errors import SwarmlabError
from swarmlab.grade.course import Course, read
from swarmlab.grade.engine import Engine, explain
from swarmlab.grade.judging import Judge, Judged, Submission, files_beside
from swarmlab.grade.records import write, write_record

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

#: A replay that needs more than this is not worth it: bytes.
MEMORY = 4 << 30


class Worker:
    """Judges submissions of one course."""

    def __init__(self, course: Course, *, engine: str, unsafe: bool, evidence: str = "") -> None:
        """`evidence`: overrules what the course says."""
        self.course = course
        course.settings.engine = engine or course.settings.engine
        if evidence:
            course.settings.evidence = {"*": evidence}
        self._unsafe = unsafe or course.settings.unsafe
        self._engine: Engine | None = None
        self._judges: dict[tuple[str, str], Judge] = {}

    def judge(self, assignment: str, learner: str) -> list[Judged]:
        """Judge all notebooks of a submission, and leave notebooks and records where they belong."""
        folder = self.course.folder("submitted", learner, assignment)
        into = self.course.folder("autograded", learner, assignment)
        files = files_beside(folder, folder, self.course.folder("release", ".", assignment))
        shutil.rmtree(into, ignore_errors=True)
        into.mkdir(parents=True)
        for name, data in files.items():
            target = into / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(base64.b64decode(data))
        return [
            self._notebook(assignment, learner, name, folder, into, files) for name in self.course.notebooks(assignment)
        ]

    def _notebook(
        self, assignment: str, learner: str, name: str, folder: Path, into: Path, files: dict[str, str]
    ) -> Judged:
        path = folder / f"{name}.ipynb"
        judge = self._judge(assignment, name)
        try:
            submitted = read(path) if path.exists() else node({"cells": []})
            trouble = "" if path.exists() else f"{path.name} was not handed in."
        except SwarmlabError as error:  # the learner's: judged as if nothing had been written
            submitted, trouble = node({"cells": []}), f"{error}."
        made, result = judge.judge(Submission(learner, assignment, name, submitted, files))
        if trouble:
            result.ignored.insert(0, trouble)
        write(into / path.name, nbformat.writes(made, version=4))  # type: ignore[no-untyped-call]
        (into / path.name).chmod(0o444)
        write_record(self.course, result, self.course.fingerprint(assignment, name, folder))
        return result

    def _judge(self, assignment: str, name: str) -> Judge:
        if (assignment, name) not in self._judges:
            setting = self.course.setting(assignment)
            if setting.evidence != "journal" and self._engine is None:
                engine = self.course.settings.engine
                self._engine = Engine(engine, hidden=self.course.hidden, unsafe=self._unsafe)
            released, plan = self.course.released(assignment, name), self.course.plan(assignment, name)
            engine_here = self._engine if setting.evidence != "journal" else None
            self._judges[assignment, name] = Judge(released, plan, setting, engine_here)
        return self._judges[assignment, name]

    def close(self) -> None:
        """End all processes."""
        if self._engine is not None:
            self._engine.close()


def serve(settings: dict[str, Any]) -> None:
    """Serve the pool on standard input and output, until the pool hangs up."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever else prints does not get between the lines
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    made = Worker(Course(Path(settings["root"])), **{k: v for k, v in settings.items() if k != "root"})
    try:
        for line in os.fdopen(0, encoding="utf-8"):
            answers.write(json.dumps(_answer(made, json.loads(line))) + "\n")
            answers.flush()
    finally:
        made.close()


def _answer(worker: Worker, job: dict[str, Any]) -> dict[str, Any]:
    try:
        results = worker.judge(job["assignment"], job["learner"])
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:
        if not isinstance(error, SwarmlabError):
            traceback.print_exc()
        return {**job, "fault": explain(error)}
    return {**job, "fault": next((result.fault for result in results if result.fault), "")}


def main() -> None:
    """Serve with the settings in the command line."""
    serve(json.loads(sys.argv[1]))
