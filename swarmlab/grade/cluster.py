"""Judging on other machines: by the workers of a Dask scheduler, wherever they run.

They need this package and a way to the scheduler, but no folder in common.  What a judging needs goes out as files
(the released lesson, its checks, one submission after the other), and what came of it comes back as files.  Grades,
and everything in the course's folder, are written by the command alone.

A worker that is lost has its submissions judged by others: Dask sees to that.  If the scheduler is lost the command
ends; what was judged is in the records by then, so the next run goes on from there.
"""

# mypy: allow-untyped-calls
# (much of distributed has no types)

import base64
import json
import logging
import shutil
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from distributed import Client, Future, KilledWorker, Worker, WorkerPlugin, as_completed, get_worker

from swarmlab.errors import InvalidArgument, Unavailable
from swarmlab.grade.course import Course
from swarmlab.grade.member import TRIES, Answer, Gone, Job, Member
from swarmlab.grade.pool import Outcome

Files = dict[str, str]  # path below the course's folder → base64
#: Submissions that are with the cluster at one time: each may be some megabytes.
AHEAD = 64
#: Seconds for a scheduler to answer, and for its first worker to be there.
PATIENCE = 15.0


class Cluster:
    """Runs the judging of submissions on the workers of the scheduler at `address`."""

    def __init__(self, address: str, course: Course, settings: dict[str, Any], *, patience: float) -> None:
        """`settings`, `patience`: as for a `Pool`."""
        self._address, self._course, self._settings, self._patience = address, course, settings, patience

    def run(self, assignment: str, learners: Sequence[str], done: Callable[[Outcome], None]) -> None:
        """Judge the submissions of these learners; `done` is told of each, one at a time, in this process.

        Raises Unavailable if there is no such scheduler, if none of its workers can judge, or if it is lost.
        """
        course = self._course
        parts = packed(course.root, [course.root / "nbgrader_config.py", course.checks_file(assignment),
                                     course.folder("release", ".", assignment)])  # fmt: skip
        name = f"swarmlab {course.root} {assignment}"
        waiting, with_whom = deque(learners), dict[object, str]()
        with self._client() as client, self._judging(client, name, parts):
            finished = as_completed(loop=client.loop)

            def hand_out() -> None:
                while waiting and len(with_whom) < AHEAD:
                    learner = waiting.popleft()
                    files = packed(course.root, [course.folder("submitted", learner, assignment)])
                    job = {"assignment": assignment, "learner": learner}
                    future = client.submit(judge, name, json.dumps(job), json.dumps(files), pure=False)
                    with_whom[future.key] = learner
                    finished.add(future)

            hand_out()
            for future in finished:
                done(self._taken_in(future, assignment, with_whom.pop(future.key)))
                future.release()
                hand_out()

    def _taken_in(self, future: "Future[str]", assignment: str, learner: str) -> Outcome:
        """Write down what came back for a submission."""
        if future.status in ("cancelled", "lost"):
            raise Unavailable(
                f"the connection to the scheduler at {self._address} was lost; what was judged until then is kept, "
                "and the same command goes on from there"
            )
        try:
            answer: Answer = json.loads(future.result())
        except KilledWorker:
            return Outcome(learner, "the workers that judged it ended, several times")
        except Exception as error:
            return Outcome(learner, f"the cluster could not judge it: {type(error).__name__}: {error}")
        shutil.rmtree(self._course.folder("autograded", learner, assignment), ignore_errors=True)
        unpack(answer.get("files", {}), self._course.root)
        return Outcome(learner, answer["fault"])

    @contextmanager
    def _client(self) -> Iterator[Client]:
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is said in a sentence
        try:
            client = Client(self._address, timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError) as error:
            raise Unavailable(
                f"no Dask scheduler answers at {self._address}: start one with `dask scheduler`, or check the address"
            ) from error
        try:
            self._wait_for_a_worker(client)
            yield client
        finally:
            client.close(timeout=2)

    def _wait_for_a_worker(self, client: Client) -> None:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise Unavailable(
                f"the scheduler at {self._address} has no workers: start some with `dask worker {self._address}`"
            ) from None

    @contextmanager
    def _judging(self, client: Client, name: str, parts: Files) -> Iterator[None]:
        """Have processes that judge on every worker, also on those that come later."""
        plugin = Judging(self._settings, parts, self._patience, self._course.code)
        try:
            client.register_plugin(plugin, name=name)
        except Exception as error:
            raise Unavailable(
                f"the workers of {self._address} cannot judge ({error}): they need docker-swarmlab[cluster] as well"
            ) from error
        try:
            yield
        finally:
            if client.status == "running":
                client.unregister_worker_plugin(name)


class Judging(WorkerPlugin):
    """What a Dask worker holds for one run: a copy of the course, and a process that judges for each of its threads.

    Processes, because a judge needs limits of its own, and may take its process down.
    """

    def __init__(self, settings: dict[str, Any], parts: Files, patience: float, code: str) -> None:
        """`parts`: the course.  `code`: the digest of the exercises and checks that it is to be judged by."""
        self._settings, self._parts, self._patience, self._code = settings, parts, patience, code

    def setup(self, worker: Worker) -> None:
        """Lay out the course, and start the processes."""
        self._root = Path(tempfile.mkdtemp(prefix="swarmlab-course-", dir=worker.local_directory))
        self._idle: SimpleQueue[Member] = SimpleQueue()
        self._ended = False
        unpack(self._parts, self._root)
        self._same = Course(self._root).code == self._code
        for _ in range(worker.state.nthreads if self._same else 0):
            self._idle.put(self._member())

    def teardown(self, worker: Worker) -> None:
        """End the processes, and leave nothing."""
        self._ended = True
        while not self._idle.empty():
            self._idle.get().kill()
        shutil.rmtree(self._root, ignore_errors=True)

    def _member(self) -> Member:
        return Member({**self._settings, "root": str(self._root)}, fork=False)

    def judge(self, job: Job, files: Files) -> Answer:
        """Judge one submission and return the answer, with the files that were made."""
        if not self._same:
            return {**job, "fault": "the worker that had it has another version of swarmlab than the command"}
        unpack(files, self._root)
        course = Course(self._root)
        folders = [course.folder("submitted", job["learner"], job["assignment"]),
                   course.folder("autograded", job["learner"], job["assignment"]),
                   course.judged_file(job["learner"], job["assignment"], "").parent]  # fmt: skip
        try:
            answer = self._answer(job)
            return {**answer, "files": packed(self._root, folders[1:])}
        except Gone as gone:
            return {**job, "fault": f"{gone}, {TRIES} times"}
        finally:
            for folder in folders:
                shutil.rmtree(folder, ignore_errors=True)

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


def judge(name: str, job: str, files: str) -> str:
    """Judge a submission on a Dask worker, with what the plugin called `name` holds there.  All texts are JSON."""
    judging = get_worker().plugins[name]
    assert isinstance(judging, Judging)
    return json.dumps(judging.judge(json.loads(job), json.loads(files)))


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
