"""Many processes that judge, and one that writes grades: this one.

A worker that dies, or takes far too long, is replaced and its submission given to another one, once.  What was done
before the whole command died is found in the records, so the next run goes on from there.
"""

import os
import selectors
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from swarmlab.grade.member import TOO_LONG, TRIES, Gone, Job, Member


class Outcome(NamedTuple):
    """What became of one submission."""

    learner: str
    fault: str  # "" if it was judged


class Pool:
    """Runs the judging of submissions in `size` processes of this machine."""

    def __init__(self, settings: dict[str, Any], size: int, *, patience: float) -> None:
        """`settings`: the workers'.  `patience`: seconds after which a worker that has not answered is killed."""
        self._settings, self._size, self._patience = settings, size, patience
        self._selector = selectors.DefaultSelector()
        self._jobs: deque[Job] = deque()
        self._tried: dict[str, int] = {}

    def run(self, assignment: str, learners: Sequence[str], done: Callable[[Outcome], None]) -> None:
        """Judge the submissions of these learners; `done` is told of each, one at a time, in this process."""
        self._jobs.extend({"assignment": assignment, "learner": learner} for learner in learners)
        try:
            for _ in range(min(self._size, len(self._jobs))):
                self._give(self._member())
            while self._selector.get_map():
                for key, _ in self._selector.select(timeout=1.0):
                    self._hear(key.data, done)
                for key in list(self._selector.get_map().values()):
                    if time.monotonic() - key.data.since > self._patience:
                        self._lost(key.data, TOO_LONG, done)
        finally:
            for key in list(self._selector.get_map().values()):
                self._dismiss(key.data)
            self._selector.close()

    def _member(self) -> Member:
        return Member(self._settings, fork=hasattr(os, "fork"))

    def _give(self, member: Member) -> None:
        """Give a worker its next job, or send it home."""
        if not self._jobs:
            member.stop()
            return
        job = self._jobs.popleft()
        self._tried[job["learner"]] = self._tried.get(job["learner"], 0) + 1
        member.take(job)
        self._selector.register(member.output, selectors.EVENT_READ, member)

    def _hear(self, member: Member, done: Callable[[Outcome], None]) -> None:
        try:
            answer = member.answer()
        except Gone as gone:
            self._lost(member, str(gone), done)
            return
        self._selector.unregister(member.output)
        self._give(member)  # it goes on while the grades are written
        done(Outcome(answer["learner"], answer["fault"]))

    def _lost(self, member: Member, why: str, done: Callable[[Outcome], None]) -> None:
        """A worker is gone, or has to go: have its job done again, or give it up."""
        job = member.job
        self._dismiss(member)
        if self._tried[job["learner"]] < TRIES:
            self._jobs.append(job)
        else:
            done(Outcome(job["learner"], f"{why}, {TRIES} times"))
        if self._jobs:
            self._give(self._member())

    def _dismiss(self, member: Member) -> None:
        self._selector.unregister(member.output)
        member.kill()
