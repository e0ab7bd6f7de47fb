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
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from distributed import Client, Future, KilledWorker, as_completed

from swarmlab.errors import Unavailable
from swarmlab.grade.clusterside import Files, Judging, judge, packed, unpack
from swarmlab.grade.course import Course
from swarmlab.grade.member import Answer
from swarmlab.grade.pool import Outcome

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
                    words = map(json.dumps, (job, files, self._made(assignment, learner)))
                    future = client.submit(judge, name, *words, pure=False)
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
        files: Files = answer.get("files", {})
        if not all(self._fits(files, assignment, learner, name) for name in self._course.notebooks(assignment)):
            fault = "the worker that judged it has another version of swarmlab than this command"
            return Outcome(learner, answer["fault"] or fault)
        shutil.rmtree(self._course.folder("autograded", learner, assignment), ignore_errors=True)
        unpack(files, self._course.root)
        return Outcome(learner, answer["fault"])

    def _made(self, assignment: str, learner: str) -> list[str]:
        """Return the folders, below the course's, that a judging fills."""
        judged = self._course.judged_file(learner, assignment, "").parent
        folders = (self._course.folder("autograded", learner, assignment), judged)
        return [folder.relative_to(self._course.root).as_posix() for folder in folders]

    def _fits(self, files: Files, assignment: str, learner: str, name: str) -> bool:
        """Whether a record came back that is made from what is here."""
        course = self._course
        place = course.judged_file(learner, assignment, name).relative_to(course.root).as_posix()
        record = json.loads(base64.b64decode(files.get(place, "bnVsbA==")))  # null
        wanted = course.fingerprint(assignment, name, course.folder("submitted", learner, assignment))
        return isinstance(record, dict) and record.get("fingerprint") == wanted

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
        plugin = Judging(self._settings, parts, self._patience)
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
