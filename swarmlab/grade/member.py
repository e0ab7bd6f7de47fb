"""A process that judges (`worker`), as whoever gives it work sees it: a job goes in on a line, an answer comes out."""

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from typing import IO, Any

Job = dict[str, Any]
Answer = dict[str, Any]
#: How often a submission is tried that takes its process down.
TRIES = 2


class Gone(Exception):
    """The process has ended, or had to be."""


class Member:
    """One process; with `fork` a copy of this one, which has loaded everything."""

    def __init__(self, settings: dict[str, Any], *, fork: bool) -> None:
        """`settings`: those of `worker.serve`.  Do not fork where there are threads."""
        self._process: subprocess.Popen[str] | None = None
        self._pid = 0
        if fork:
            self._input, self.output = self._fork(settings)
        else:
            code = "from swarmlab.grade import quick; quick.start(); from swarmlab.grade.worker import main; main()"
            command = [sys.executable, "-c", code, json.dumps(settings)]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._input, self.output = self._process.stdin, self._process.stdout
        self.job: Job = {}
        self.since = 0.0

    def _fork(self, settings: dict[str, Any]) -> tuple[IO[str], IO[str]]:
        from swarmlab.grade import confine, worker  # not needed, and not loaded, where others are started

        jobs, give = os.pipe()
        hear, answers = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            try:
                os.setsid()  # a Ctrl-C is for the command, which then ends its workers
                if sys.platform == "linux":
                    confine.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: nobody judges on beside the next command
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

    def answer(self) -> Answer:
        """Wait for the answer and return it.  Raises Gone if there will be none."""
        try:
            found: Answer = json.loads(self.output.readline())
        except ValueError:
            raise Gone("the process that judged it ended") from None
        return found

    def answer_within(self, seconds: float) -> Answer:
        """Wait so long for the answer and return it.  Raises Gone if there is none."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.output, selectors.EVENT_READ)
            if not selector.select(seconds):
                raise Gone(TOO_LONG)
        return self.answer()

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


TOO_LONG = "the judging took too long"
