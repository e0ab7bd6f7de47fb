"""What a Dask worker does for `cluster`: keep a copy of the course and processes that judge, and hand them submissions.

The judging itself is done by processes of its own (`member`): a judge needs limits, and may take its process down.  So
nothing big is loaded here.
"""

import base64
import json
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from distributed import Worker, WorkerPlugin, get_worker

from swarmlab.errors import InvalidArgument
from swarmlab.grade.member import TRIES, Answer, Gone, Job, Member

Files = dict[str, str]  # path below the course's folder → base64


class Judging(WorkerPlugin):
    """What a Dask worker holds for one run: the course, and a process that judges for each of the worker's threads."""

    def __init__(self, settings: dict[str, Any], parts: Files, patience: float) -> None:
        """`settings`, `patience`: as for a `Pool`.  `parts`: of the course, what a judging needs."""
        self._settings, self._parts, self._patience = settings, parts, patience

    def setup(self, worker: Worker) -> None:
        """Lay out the course, and start the processes."""
        self._root = Path(tempfile.mkdtemp(prefix="swarmlab-course-", dir=worker.local_directory))
        self._idle: SimpleQueue[Member] = SimpleQueue()
        self._ended = False
        unpack(self._parts, self._root)
        for _ in range(worker.state.nthreads):
            self._idle.put(self._member())

    def teardown(self, worker: Worker) -> None:
        """End the processes, and leave nothing."""
        self._ended = True
        while not self._idle.empty():
            self._idle.get().kill()
        shutil.rmtree(self._root, ignore_errors=True)

    def _member(self) -> Member:
        return Member({**self._settings, "root": str(self._root)}, fork=False)

    def judge(self, job: Job, files: Files, made: Sequence[str]) -> Answer:
        """Judge one submission, which is `files`; return the answer, with the files in the folders `made`."""
        folders = [self._root / name for name in made]
        unpack(files, self._root)
        try:
            answer = self._answer(job)
            return {**answer, "files": packed(self._root, folders)}
        except Gone as gone:
            return {**job, "fault": f"{gone}, {TRIES} times"}
        finally:
            for path in (*folders, *(self._root / name for name in files)):
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)

    def _answer(self, job: Job) -> Answer:
        """Return what a process answers; if it dies, what another one does.  Raises Gone."""
        member = self._idle.get()
        try:
            for last in (False, True):
                member.take(job)
                try:
                    return member.answer_within(self._patience)
                except Gone:
                    member.kill()
                    member = self._member()
                    if last:
                        raise
            raise AssertionError
        finally:
            if self._ended:
                member.kill()
            else:
                self._idle.put(member)


def judge(name: str, job: str, files: str, made: str) -> str:
    """Judge a submission on a Dask worker, with what the plugin called `name` holds there.  All texts are JSON."""
    judging = get_worker().plugins[name]
    assert isinstance(judging, Judging)
    return json.dumps(judging.judge(json.loads(job), json.loads(files), json.loads(made)))


def packed(root: Path, paths: Sequence[Path]) -> Files:
    """Return the files at and below `paths`, by their place below `root`; no links."""
    found = [each for path in paths for each in (sorted(path.rglob("*")) if path.is_dir() else [path])]
    plain = [path for path in found if path.is_file() and not path.is_symlink()]
    return {path.relative_to(root).as_posix(): base64.b64encode(path.read_bytes()).decode() for path in plain}


def unpack(files: Files, root: Path) -> None:
    """Write files to their places below `root`.  Raises InvalidArgument for a place elsewhere."""
    for name, data in files.items():
        target = root / name
        if not target.resolve().is_relative_to(root.resolve()):
            raise InvalidArgument(f"{name} lies outside the course's folder")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)  # an older one may be closed to writing
        target.write_bytes(base64.b64decode(data))
