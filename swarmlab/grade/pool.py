"""Many processes that judge, and one that writes grades: this one.

A worker that dies, or takes far too long, is replaced and its submission given to another one, once.  What was done
before the whole command died is found in the records, so the next run goes on from there.
"""

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

from swarmlab.grade import worker

Job = dict[str, Any]
#: How often a submission is tried that takes its worker down.
TRIES = 2


class Outcome(NamedTuple):
    """What became of one submission."""

    learner: str
    fault: str  # "" if it was judged


class Pool:
    """Runs the judging of submissions in `size` processes."""

    def __init__(self, root: Path, size: int, *, engine: str, unsafe: bool, evidence: str, patience: float) -> None:
        """`patience`: seconds after which a worker that has not answered is killed."""
        self._settings = {"root": str(root), "engine": engine, "unsafe": unsafe, "evidence": evidence}
        self._size, self._patience = size, patience
        self._selector = selectors.DefaultSelector()
        self._jobs: deque[Job] = deque()
        self._tried: dict[str, int] = {}

    def run(self, assignment: str, learners: Sequence[str], done: Callable[[Outcome], None]) -> None:
        """Judge the submissions of these learners; `done` is told of each, one at a time, in this process."""
        self._jobs.extend({"assignment": assignment, "learner": learner} for learner in learners)
        try:
            for _ in range(min(self._size, len(self._jobs))):
                self._give(_Member(self._settings))
            while self._selector.get_map():
                for key, _ in self._selector.select(timeout=1.0):
                    self._hear(key.data, done)
                for key in list(self._selector.get_map().values()):
                    if time.monotonic() - key.data.since > self._patience:
                        self._lost(key.data, "the judging took too long", done)
        finally:
            for key in list(self._selector.get_map().values()):
                self._dismiss(key.data)
            self._selector.close()

    def _give(self, member: "_Member") -> None:
        """Give a worker its next job, or send it home."""
        if not self._jobs:
            member.stop()
            return
        job = self._jobs.popleft()
        self._tried[job["learner"]] = self._tried.get(job["learner"], 0) + 1
        member.take(job)
        self._selector.register(member.output, selectors.EVENT_READ, member)

    def _hear(self, member: "_Member", done: Callable[[Outcome], None]) -> None:
        line = member.output.readline()
        try:
            answer = json.loads(line)
        except ValueError:
            self._lost(member, "the process that judged it ended", done)
            return
        self._selector.unregister(member.output)
        self._give(member)  # it goes on while the grades are written
        done(Outcome(answer["learner"], answer["fault"]))

    def _lost(self, member: "_Member", why: str, done: Callable[[Outcome], None]) -> None:
        """A worker is gone, or has to go: have its job done again, or give it up."""
        job = member.job
        self._dismiss(member)
        if self._tried[job["learner"]] < TRIES:
            self._jobs.append(job)
        else:
            done(Outcome(job["learner"], f"{why}, {TRIES} times"))
        if self._jobs:
            self._give(_Member(self._settings))

    def _dismiss(self, member: "_Member") -> None:
        self._selector.unregister(member.output)
        member.kill()


class _Member:
    """One worker process: a fork of this one, which has loaded everything, where the system can fork."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._pid = 0
        if hasattr(os, "fork"):
            self._input, self.output = self._fork(settings)
        else:
            command = [sys.executable, "-m", "swarmlab.grade.worker", json.dumps(settings)]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._input, self.output = self._process.stdin, self._process.stdout
        self.job: Job = {}
        self.since = 0.0

    def _fork(self, settings: dict[str, Any]) -> tuple[IO[str], IO[str]]:
        jobs, give = os.pipe()
        hear, answers = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            try:
                os.setsid()  # a Ctrl-C is for the command, which then ends its workers
                os.dup2(jobs, 0)
                os.dup2(answers, 1)
                os.closerange(3, 65_536)  # the gradebook's connection, and the ends of other workers' pipes
                worker.serve(settings)
            finally:
                os._exit(1)
        os.close(jobs)
        os.close(answers)
        return os.fdopen(give, "w", encoding="utf-8"), os.fdopen(hear, encoding="utf-8")

    def take(self, job: Job) -> None:
        """Send it a job.  If it is dead already, its silence will be heard."""
        self.job, self.since = job, time.monotonic()
        try:
            self._input.write(json.dumps(job) + "\n")
            self._input.flush()
        except OSError:
            pass

    def stop(self) -> None:
        """Let it end: it has nothing more to do."""
        with contextlib.suppress(OSError):
            self._input.close()
        self._wait()

    def kill(self) -> None:
        """End it; the sandboxes of a dead grader end by themselves."""
        if self._process is not None:
            self._process.kill()
        else:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
        self._wait()

    def _wait(self) -> None:
        if self._process is not None:
            self._process.wait()
        else:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(self._pid, 0)
