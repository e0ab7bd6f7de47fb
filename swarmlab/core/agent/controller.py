"""Which move may a task make next?

From ASSIGNED on, a task belongs to the agent of its node.  Every time the agent looks at a task it asks
`next_step` this one question, so each line that ``docker service ps`` shows is one row of the tables below.

SwarmKit: ``agent/exec/controller.go``, function ``Do``.
"""

from functools import cache
from typing import NamedTuple

from swarmlab.core.states import TaskState as S


class Step(NamedTuple):
    """One move of one task."""

    to: S
    work: str  # what the engine does before it can report `to`; "" takes no time
    message: str  # becomes TaskStatus.message word for word: learners read it


#: Work under way.  It ends even when `desired` is reached while it runs.
WORKING = {
    S.PREPARING: Step(S.READY, "prepare", "prepared"),
    S.STARTING: Step(S.RUNNING, "start", "started"),
    S.RUNNING: Step(S.COMPLETE, "wait", "finished"),
}

#: Resting places.  A task leaves one only while the orchestrator desires more, which is how a rolling
#: update keeps a new task at READY until the old one has stopped.
RESTING = {
    S.ASSIGNED: Step(S.ACCEPTED, "", "accepted"),
    S.ACCEPTED: Step(S.PREPARING, "", "preparing"),
    S.READY: Step(S.STARTING, "", "starting"),
}
STOP = Step(S.SHUTDOWN, "stop", "shutdown")


def next_step(observed: S, desired: S) -> Step | None:
    """Return the move to make from `observed` towards `desired`; None means rest.

    A task never moves backwards: ``step.to > observed`` for every step returned.  `desired` of SHUTDOWN or
    later stops the container whatever it was doing; removing the task object is the task reaper's job, so
    REMOVE is no different here.
    """
    if desired >= S.SHUTDOWN:
        return STOP if observed < S.COMPLETE else None
    if observed > desired:
        return None
    if observed in WORKING:
        return WORKING[observed]
    return RESTING.get(observed) if observed < desired else None


class Way(NamedTuple):
    """How far a task gets without waiting, the last message on that way, and the work that is next ("": none)."""

    to: S
    message: str
    work: str


@cache  # there are as many ways as pairs of states
def way(observed: S, desired: S) -> Way:
    """Return how far a task gets from `observed` at once: as many steps as take no time."""
    message = ""
    step = next_step(observed, desired)
    while step is not None and not step.work:
        observed, message = step.to, step.message
        step = next_step(observed, desired)
    return Way(observed, message, step.work if step is not None else "")
