"""The scheduler: finds a node for each task that waits for one.  Takes tasks from PENDING to ASSIGNED.

Equal tasks (one service, one revision) are placed as a group: filter the nodes once, sort them once, deal
the tasks out.  What fits nowhere stays PENDING with the reasons, and is tried again whenever a node or a
task changes; but not if its service was updated meanwhile: such a task is for the update to replace, and one
that the update leaves alone (after a scale, say) waits until the service is forced.

SwarmKit: ``manager/scheduler/scheduler.go``.
"""

from swarmlab.core.manager.loop import Context, Loop
from swarmlab.core.manager.scheduler.filters import Pipeline
from swarmlab.core.manager.scheduler.nodeset import NodeSet
from swarmlab.core.manager.scheduler.tree import Placer
from swarmlab.core.objects import Task, TaskStatus
from swarmlab.core.states import TaskState
from swarmlab.core.store import Change, News, Transaction
from swarmlab.core.units import MILLISECOND, SECOND

DEBOUNCE = 50 * MILLISECOND  # scheduler.go: commitDebounceGap
MAX_DEBOUNCE = SECOND  # scheduler.go: maxLatency
_PENDING, _RUNNING = TaskState.PENDING, TaskState.RUNNING  # asked for each task: looking them up takes time


class Scheduler(Loop):
    """Places tasks."""

    name = "scheduler"
    watches = ("task", "node")
    hears = (News.WAITING, News.TURN)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.nodes = NodeSet()
        self._pending: dict[str, None] = {}  # tasks without a node
        self._preassigned: dict[str, None] = {}  # tasks of global services, waiting for their node's nod
        self._bound: dict[str, None] = {}  # tasks that came with their node: their failures count for none
        self._first = 0  # the first and the last change since the last tick
        self._last = 0

    def start(self) -> None:
        for node in self.store.nodes():
            self.nodes.put(node)
        for task in self.store.tasks():
            self._note(task)

    # --- noticing -------------------------------------------------------------------------------------

    def observe(self, change: Change) -> None:
        if change.table == "node":
            self._observe_node(change)
        elif change.new is None:
            self._forget(change.old)
        else:
            self._note(change.new)

    def _observe_node(self, change: Change) -> None:
        if change.new is None:
            self.nodes.drop(change.id)
        else:
            self.nodes.put(change.new)
            self._soon()

    def _note(self, task: Task) -> None:
        state = task.status.state
        if state < _PENDING:
            return
        if state > _RUNNING:
            info = self.nodes.by_id.get(task.node_id)
            if info is not None and task.id in info.tasks:
                if state in (TaskState.FAILED, TaskState.REJECTED) and task.id not in self._bound:
                    info.failed(task, self.queue.now)
                self.nodes.remove(info, task)
                self._soon()
            self._forget_waiting(task.id)
        elif state is _PENDING:
            if task.node_id:
                self._preassigned[task.id] = self._bound[task.id] = None
            else:
                self._pending[task.id] = None
            self._soon()
        elif task.node_id in self.nodes.by_id:
            self.nodes.add(self.nodes.by_id[task.node_id], task)

    def _forget(self, task: Task) -> None:
        self._forget_waiting(task.id)
        self._bound.pop(task.id, None)
        info = self.nodes.by_id.get(task.node_id)
        if info is not None and task.id in info.tasks:
            self.nodes.remove(info, task)
            self._soon()

    def _forget_waiting(self, task_id: str) -> None:
        self._pending.pop(task_id, None)
        self._preassigned.pop(task_id, None)

    def _soon(self) -> None:
        """Ask for a tick once things have been quiet for a moment, or have gone on for a second."""
        if not self._pending and not self._preassigned:
            return
        self._last = self.queue.now
        if not self._asked:
            self._first = self.queue.now
        self.ask(DEBOUNCE)

    def has_given_up(self, task: Task) -> bool:
        """Whether a task waits for a node and is not looked at any more."""
        waits = task.status.state is TaskState.PENDING and not task.node_id
        return waits and task.id not in self._pending

    # --- placing --------------------------------------------------------------------------------------

    def tick(self) -> None:
        quiet_at = min(self._last + DEBOUNCE, self._first + MAX_DEBOUNCE)
        if self.queue.now < quiet_at:
            self.ask(quiet_at - self.queue.now)
            return
        with self.store.transaction("scheduler") as write:
            for task_id in list(self._preassigned):
                self._confirm(write, task_id)
            for group in self._groups():
                self._place(write, group)

    def _groups(self) -> list[list[Task]]:
        groups: dict[tuple[str, int], list[Task]] = {}
        for task_id in self._pending:
            task = self.store.task(task_id)
            if task is not None:
                groups.setdefault((task.service_id, task.spec_version), []).append(task)
        return list(groups.values())

    def _confirm(self, write: Transaction, task_id: str) -> None:
        """A task bound to its node: may it run there?"""
        task = self.store.task(task_id)
        if task is None:
            del self._preassigned[task_id]
            return
        pipeline = Pipeline(task)
        info = self.nodes.by_id.get(task.node_id)
        if info is not None and pipeline.passes(info):
            del self._preassigned[task_id]
            task = task._replace(generic_resources=info.claim(task))
            self.nodes.add(info, task)
            status = self._assigned("scheduler confirmed task can run on preassigned node")
            write.update(task.placed(task.node_id, status))
        else:
            self._explain(write, task, pipeline.explain())

    def _place(self, write: Transaction, group: list[Task]) -> None:
        pipeline = Pipeline(group[0])
        placer = Placer(group, pipeline, self.nodes, self.random, self.queue.now)
        placer.place()
        status = self._assigned("scheduler assigned task to node")
        for task, info in placer.placed:
            del self._pending[task.id]
            write.update(task.placed(info.node.id, status))
        reasons = pipeline.explain()
        for task in placer.waiting:
            service = self.store.service(task.service_id)
            if service is not None and service.spec_version > task.spec_version:
                del self._pending[task.id]  # noSuitableNode: what is of an old revision is not put back
                if task.desired_state >= TaskState.SHUTDOWN:
                    self._shut_down(write, task)
            else:
                self._explain(write, task, f"no suitable node ({reasons})" if reasons else "no suitable node")

    def _assigned(self, message: str) -> TaskStatus:
        return TaskStatus(TaskState.ASSIGNED, self.queue.now, message)

    def _shut_down(self, write: Transaction, task: Task) -> None:
        """A task of an old revision that nobody wants and nothing fits: let the update go on."""
        status = task.status._replace(state=TaskState.SHUTDOWN, err="", timestamp=self.queue.now)
        write.update(task._replace(status=status))

    def _explain(self, write: Transaction, task: Task, reasons: str) -> None:
        if task.status.err != reasons:
            write.update(task._replace(status=task.status._replace(err=reasons, timestamp=self.queue.now)))
