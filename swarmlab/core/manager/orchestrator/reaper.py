"""The task reaper: takes tasks out of the store.

A slot keeps its last few tasks, the live one included, as a history to learn from; older ones go.  Tasks
that nobody wants (desired state REMOVE) go as soon as their containers have stopped.

SwarmKit: ``manager/orchestrator/taskreaper/task_reaper.go``.
"""

from swarmlab.core.defaults import max_attempts
from swarmlab.core.manager.loop import Context, Loop
from swarmlab.core.objects import Task
from swarmlab.core.states import TaskState
from swarmlab.core.store import Change, News
from swarmlab.core.units import MILLISECOND

BATCH = 250 * MILLISECOND  # task_reaper.go: reaperBatchingInterval
MAX_DIRTY = 1000  # task_reaper.go: maxDirty
_REMOVE = TaskState.REMOVE


class Reaper(Loop):
    """Deletes tasks whose time has come."""

    name = "reaper"
    watches = ("task",)
    hears = (News.MADE, News.TURN)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._slots: dict[tuple[str, int, str], None] = {}  # service, slot, node: got a new task
        self._unwanted: dict[str, None] = {}

    def start(self) -> None:
        for task in self.store.tasks():
            self._slots[_slot(task)] = None
            if task.desired_state is TaskState.REMOVE:
                self._unwanted[task.id] = None
        self.ask(BATCH)

    def observe(self, change: Change) -> None:
        task = change.new
        if task is None:
            return
        if change.old is None:
            # A task alone may stay, unless there is no history at all.
            if not self.store.is_alone(task) or not self.store.cluster.spec.task_history_limit:
                self._slots[_slot(task)] = None
        elif _may_go(task) or (not task.service_id and task.status.state is TaskState.ORPHANED):
            self._unwanted[task.id] = None
        if self._slots or self._unwanted:
            self.ask(BATCH if len(self._slots) + len(self._unwanted) <= MAX_DIRTY else 0)

    def tick(self) -> None:
        slots, self._slots = self._slots, {}
        unwanted, self._unwanted = self._unwanted, {}
        with self.store.transaction("reaper") as write:
            for task_id in unwanted:
                task = self.store.task(task_id)
                if task is not None and (_may_go(task) or not task.service_id):
                    write.delete(task)
            for slot in slots:
                for task in self._too_many(slot):
                    write.delete(task)

    def _too_many(self, slot: tuple[str, int, str]) -> list[Task]:
        """Return the oldest finished tasks of a slot, as many as exceed the limit."""
        service_id, number, node_id = slot
        limit = self.store.cluster.spec.task_history_limit
        tasks = self.store.tasks_in(service_id, number, node_id)
        service = self.store.service(service_id)
        if service is None or service.spec.mode.kind.endswith("-job"):
            return []  # the tasks of a job stay
        attempts = max_attempts(service.spec.task)
        if attempts:
            limit = attempts + 1
        if limit < 0 or len(tasks) <= limit:
            return []
        excess: list[Task] = []
        unfinished = 0
        for task in sorted(tasks, key=lambda task: task.noted_at):
            if len(excess) == len(tasks) - limit:
                break
            never_ran = task.status.state < TaskState.ASSIGNED and task.desired_state > TaskState.RUNNING
            if task.status.state.is_terminal or never_ran:
                excess.append(task)
            else:
                unfinished += 1
        if unfinished > 1:
            self._slots[slot] = None  # a task is being replaced: look again when one has ended
        return excess


def _slot(task: Task) -> tuple[str, int, str]:
    return (task.service_id, task.slot, "" if task.slot else task.node_id)


def _may_go(task: Task) -> bool:
    return task.desired_state is _REMOVE and (
        task.status.state < TaskState.ASSIGNED or task.status.state >= TaskState.COMPLETE
    )
