"""The restart supervisor: a task that ended gets a successor, after a delay, within the limits of its policy.

The successor is made at once, wanting only to be READY: it is placed, its image pulled, its container
created while the delay runs.  Then it is released.  If the old task is still alive (its node is being
drained), the successor also waits until that one has stopped, but no longer than a minute.

SwarmKit: ``manager/orchestrator/restart/restart.go``.  There each wait is a goroutine; here it is a record.
"""

from typing import NamedTuple

from swarmlab.core.defaults import max_attempts, restart_condition, restart_delay
from swarmlab.core.manager.loop import Context, Loop
from swarmlab.core.manager.orchestrator.tasks import new_task
from swarmlab.core.objects import Node, Service, Task
from swarmlab.core.states import Availability, NodeState, TaskState
from swarmlab.core.store import Change, Transaction
from swarmlab.core.units import MINUTE

OLD_TASK_TIMEOUT = MINUTE  # restart.go: defaultOldTaskTimeout


class Waiting(NamedTuple):
    """A task held at READY.  It is released when both `delayed` and `old` are gone, or at the time limit."""

    delayed: bool
    old: frozenset[str]  # tasks that must stop first
    restart_again: bool = False  # it has failed meanwhile


class DelayOver(NamedTuple):
    """The restart delay of a task has run."""

    task_id: str


class OldTaskTimeout(NamedTuple):
    """The old task has had its minute."""

    task_id: str


class Supervisor(Loop):
    """Owns all delayed starts, and the count of restarts per slot."""

    name = "restart"
    watches = ("task", "node")

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.waiting: dict[str, Waiting] = {}
        self._waits_for: dict[str, dict[str, None]] = {}  # old task -> those that wait for it
        #: (service, slot or node) -> (spec version, times of restarts)
        self._history: dict[tuple[str, int | str], tuple[int, list[int]]] = {}
        self._release: dict[str, None] = {}

    def start(self) -> None:
        """Let go of what earlier leaders held, when its delay is over, and count their restarts.

        As in SwarmKit's ``orchestrator/taskinit/init.go``, such a task no longer waits for the one before it.
        """
        slots: dict[tuple[str, int | str], list[Task]] = {}
        for task in self.store.tasks():
            service = self.store.service(task.service_id)
            if service is not None:
                slots.setdefault(_place(service, task), []).append(task)
            if task.desired_state is TaskState.READY and task.status.state <= TaskState.COMPLETE:
                due = task.noted_at + restart_delay(task)
                self.delay_start(task.id, max(0, due - self.queue.now))
        for place, tasks in slots.items():
            newest = max(task.spec_version for task in tasks)
            made = sorted(task.created_at for task in tasks if task.spec_version == newest)
            if made[1:]:
                self._history[place] = (newest, made[1:])

    # --- restarting -----------------------------------------------------------------------------------

    def restart(self, write: Transaction, service: Service, task: Task) -> None:
        """End `task` for good and, if its policy says so, make its successor."""
        waiting = self.waiting.get(task.id)
        if waiting is not None:
            # It failed before it was allowed to start: its successor must not come sooner than it would have.
            self.waiting[task.id] = waiting._replace(restart_again=True)
            return
        node = self.store.node(task.node_id) if task.node_id else None
        write.update(task._replace(desired_state=max(task.desired_state, TaskState.SHUTDOWN)))
        if not self.should_restart(service, task):
            return
        bound = _is_bound_to_nodes(service)
        successor = new_task(
            self.ids,
            self.queue,
            service,
            0 if bound else task.slot,
            node_id=task.node_id if bound else "",
            desired=TaskState.READY,
        )
        write.create(successor)
        place = _place(service, task)
        version, times = self._history.get(place, (task.spec_version, []))
        if version != successor.spec_version:
            version, times = successor.spec_version, []
        self._history[place] = (version, [*times, self.queue.now])
        drained = node is not None and node.spec.availability is Availability.DRAIN
        is_down = node is None or node.status.state is NodeState.DOWN
        self.delay_start(
            successor.id,
            0 if drained else restart_delay(task),
            () if is_down or task.status.state.is_terminal else (task.id,),
        )

    def should_restart(self, service: Service, task: Task) -> bool:
        """Return whether the policy of `task` wants a successor for it.  (Jobs do not ask for a completed one.)"""
        condition = restart_condition(task)
        if condition == "none" or (condition == "on-failure" and task.status.state is TaskState.COMPLETE):
            return False
        attempts = max_attempts(task.spec)
        if not attempts:
            return True
        # SwarmKit looks for the history of a global job where it never put it: there is no limit to its attempts.
        place = (service.id, task.node_id if service.spec.mode.kind == "global" else task.slot)
        version, times = self._history.get(place, (task.spec_version, []))
        if version != task.spec_version:
            return True
        window = (task.spec.restart.window or 0) if task.spec.restart else 0
        if window:
            ended = task.noted_at
            times = [time for time in times if ended - window < time < ended]
        return len(times) < attempts

    def forget(self, service_id: str) -> None:
        """The service is gone: so is its history."""
        for place in [place for place in self._history if place[0] == service_id]:
            del self._history[place]

    # --- delayed starts -------------------------------------------------------------------------------

    def delay_start(self, task_id: str, delay: int, old: tuple[str, ...] = ()) -> None:
        """Hold a new task at READY for `delay`, and until the tasks `old` have stopped (at most a minute)."""
        self.waiting[task_id] = Waiting(True, frozenset(old))
        self.queue.after(delay, self.address, DelayOver(task_id))
        for old_id in sorted(old):
            self._waits_for.setdefault(old_id, {})[task_id] = None
        if old:
            self.queue.after(max(delay, OLD_TASK_TIMEOUT), self.address, OldTaskTimeout(task_id), background=True)

    def cancel(self, task_id: str) -> None:
        """Do not release this task."""
        waiting = self.waiting.pop(task_id, None)
        if waiting:
            for old_id in waiting.old:
                self._waits_for.get(old_id, {}).pop(task_id, None)

    def observe(self, change: Change) -> None:
        if change.table == "task":
            old, new = change.old, change.new
            if old is None:
                return
            if (new is None or new.status.state.is_terminal) and change.id in self._waits_for:
                self._stopped(change.id)
            if new is None or new.desired_state > TaskState.COMPLETE:
                self.cancel(change.id)
        elif _lost(change.new) and self._waits_for:
            for task in self.store.tasks_on(change.id):
                if task.id in self._waits_for:
                    self._stopped(task.id)

    def _stopped(self, old_id: str) -> None:
        for task_id in self._waits_for.pop(old_id, {}):
            waiting = self.waiting.get(task_id)
            if waiting:
                self._keep(task_id, waiting._replace(old=waiting.old - {old_id}))

    def handle(self, payload: object) -> None:
        if isinstance(payload, DelayOver | OldTaskTimeout):
            waiting = self.waiting.get(payload.task_id)
            if waiting:
                over = isinstance(payload, OldTaskTimeout)
                self._keep(payload.task_id, waiting._replace(delayed=False, old=frozenset() if over else waiting.old))

    def _keep(self, task_id: str, waiting: Waiting) -> None:
        self.waiting[task_id] = waiting
        if not waiting.delayed and not waiting.old:
            self._release[task_id] = None
            self.ask(0)

    def tick(self) -> None:
        """Let go of the tasks whose waiting is over."""
        released, self._release = self._release, {}
        with self.store.transaction("orchestrator") as write:
            for task_id in released:
                waiting = self.waiting.pop(task_id, None)
                task = write.task(task_id)
                if waiting is None or task is None:
                    continue
                is_of_job = task.job_iteration is not None
                if waiting.restart_again and not is_of_job:
                    service = self.store.service(task.service_id)
                    if service is not None:
                        self.restart(write, service, task)
                elif task.desired_state < TaskState.RUNNING:
                    # Of a job also one that has failed: its orchestrator sees that, and whether it still matters.
                    wanted = TaskState.COMPLETE if is_of_job else TaskState.RUNNING
                    write.update(task._replace(desired_state=wanted))


def _place(service: Service, task: Task) -> tuple[str, int | str]:
    """Return what the restarts of `task` are counted for: its slot, or its node where there are none."""
    return (service.id, task.node_id if _is_bound_to_nodes(service) else task.slot)


def _is_bound_to_nodes(service: Service) -> bool:
    return service.spec.mode.kind in ("global", "global-job")


def _lost(node: Node | None) -> bool:
    return node is None or node.status.state is NodeState.DOWN
