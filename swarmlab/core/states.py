"""The states of tasks and nodes, and which component may move a task where.

    The state of a task only ever grows.  Of two observations the greater one is the newer one.

That rule (SwarmKit ``api/types.proto``) is why states are numbers, why a late report can do no harm, and
why nothing is ever "restarted": a finished task stays finished, a new task takes its slot.

`OWNERS` is SwarmKit's TLA+ model (``design/tla/Tasks.tla``) as a table: each legal move with the one
component that makes it.  Tests assert it at every commit (`oracle.py`).
"""

from enum import IntEnum


class TaskState(IntEnum):
    """Where a task stands.  Numbers are SwarmKit's; `REMOVE` is a wish and is never observed."""

    NEW = 0
    PENDING = 64
    ASSIGNED = 192
    ACCEPTED = 256
    PREPARING = 320
    READY = 384
    STARTING = 448
    RUNNING = 512
    COMPLETE = 576
    SHUTDOWN = 640
    FAILED = 704
    REJECTED = 768
    REMOVE = 800
    ORPHANED = 832

    @property
    def word(self) -> str:
        """The state as the API writes it: ``running``."""
        return self.name.lower()

    @property
    def is_terminal(self) -> bool:
        """Whether the task has ended for good."""
        return self > _RUNNING


_RUNNING = TaskState.RUNNING  # asked for each task: looking it up in the class takes ten times as long


class NodeState(IntEnum):
    """What the dispatcher observes of a node."""

    UNKNOWN = 0
    DOWN = 1
    READY = 2
    DISCONNECTED = 3

    @property
    def word(self) -> str:
        """The state as the API writes it."""
        return self.name.lower()


class Availability(IntEnum):
    """What the operator allows on a node."""

    ACTIVE = 0
    PAUSE = 1
    DRAIN = 2

    @property
    def word(self) -> str:
        """The availability as the API writes it."""
        return self.name.lower()


class Role(IntEnum):
    """What a node is in the swarm."""

    WORKER = 0
    MANAGER = 1

    @property
    def word(self) -> str:
        """The role as the API writes it."""
        return self.name.lower()


class UpdateState(IntEnum):
    """How far a rolling update or rollback is.  The API writes the names in lower case."""

    UPDATING = 1
    PAUSED = 2
    COMPLETED = 3
    ROLLBACK_STARTED = 4
    ROLLBACK_PAUSED = 5
    ROLLBACK_COMPLETED = 6

    @property
    def word(self) -> str:
        """The state as the API writes it."""
        return self.name.lower()


S = TaskState
#: States in which a container may exist and the agent is in charge.
_WITH_AGENT = (S.ASSIGNED, S.ACCEPTED, S.PREPARING, S.READY, S.STARTING, S.RUNNING)

#: (from, to) -> the component that makes the move.  None stands for "not there".
#: Reports are folded (only the last of a batch is written), so the agent may appear to skip states.
OWNERS: dict[tuple[TaskState | None, TaskState | None], tuple[str, ...]] = {
    (None, S.NEW): ("orchestrator", "resources"),
    (S.NEW, S.PENDING): ("allocator",),
    (S.PENDING, S.ASSIGNED): ("scheduler",),
    (S.PENDING, S.SHUTDOWN): ("scheduler",),
    **{
        (old, new): ("agent",)
        for old in _WITH_AGENT
        for new in (S.ACCEPTED, S.PREPARING, S.READY, S.STARTING, S.RUNNING, S.COMPLETE, S.SHUTDOWN, S.FAILED)
        if new > old
    },
    **{(old, S.REJECTED): ("agent", "enforcer") for old in _WITH_AGENT},
    **{(old, S.ORPHANED): ("dispatcher", "control") for old in _WITH_AGENT},
    (S.NEW, S.ORPHANED): ("control",),
    (S.PENDING, S.ORPHANED): ("control",),
}

#: Components that may take a task out of the store; control only when the last manager leaves, with all else.
REMOVERS = ("reaper", "orchestrator", "resources", "control")


def may_move(old: TaskState | None, new: TaskState | None, actor: str) -> bool:
    """Return whether `actor` may take a task from `old` to `new` (None: no such task)."""
    if new is None:
        return actor in REMOVERS
    return old == new or actor in OWNERS.get((old, new), ())
