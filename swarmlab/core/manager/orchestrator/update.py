"""Rolling updates and rollbacks: replace the dirty tasks of a service, a few at a time, watching for failures.

One `Update` record per service holds all there is to know, and each of its workers is in one phase:

    idle ──take a slot──► starting ──new task runs, or has failed──► pausing ──delay over──► idle
                             │ (start-first: if it runs, the old one is stopped)
    no slots left, all idle: monitoring ──monitor period over──► completed

Failures are looked at while slots wait for a worker and while monitoring, not between the two: whoever hands out
slots waits for the workers then.

SwarmKit (``manager/orchestrator/update/updater.go``) runs a goroutine for each worker; a record can be
copied, rewound and shown.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from swarmlab.core.defaults import update_config
from swarmlab.core.manager.loop import Context, Loop
from swarmlab.core.manager.orchestrator.restart import Supervisor
from swarmlab.core.manager.orchestrator.slots import Slot, updatable
from swarmlab.core.manager.orchestrator.tasks import is_dirty, new_task
from swarmlab.core.objects import Service, Task, UpdateConfig, UpdateStatus
from swarmlab.core.states import TaskState, UpdateState
from swarmlab.core.store import Change, News, Transaction
from swarmlab.core.units import SECOND

#: While one of these holds, nothing is replaced: an operator (or nobody) must act first.
HALTED = (UpdateState.PAUSED, UpdateState.ROLLBACK_PAUSED)


class SlotKey(NamedTuple):
    """A slot by number, or a global service's place by node."""

    slot: int
    node_id: str = ""


@dataclass
class Worker:
    """One of the `parallelism` workers of an update."""

    phase: str = "idle"  # idle, starting, pausing
    key: SlotKey = SlotKey(0)
    new_task: str = ""


@dataclass
class Update:
    """One running update."""

    service_id: str
    number: int  # tells it from an earlier update of the same service
    config: UpdateConfig
    rollback: bool
    queue: list[SlotKey]
    total: int
    watch: int  # for how long after its start a task's end is a failure, and how long all is watched at the end
    workers: list[Worker] = field(default_factory=list)
    monitoring: bool = False
    halted: bool = False  # paused: the workers finish what they have begun, and that is all
    #: tasks made by this update -> when a worker saw them run or end (0: not yet)
    made: dict[str, int] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)  # of these, those that have ended: to be looked at
    failed: dict[str, None] = field(default_factory=dict)  # and those that count as failures


class WorkerResumes(NamedTuple):
    """The delay between two slots has run."""

    service_id: str
    number: int
    worker: int


class MonitorEnds(NamedTuple):
    """Nothing failed while we watched."""

    service_id: str
    number: int


class Updater(Loop):
    """Runs the updates of all services."""

    name = "updater"
    watches = ("task", "service")
    waits_for = (News.PROGRESS,)  # heard while there are updates: the next slot waits until a task runs

    def __init__(self, context: Context, supervisor: Supervisor) -> None:
        super().__init__(context)
        self.supervisor = supervisor
        self.updates: dict[str, Update] = {}
        self._numbers = 0
        self._touched: dict[str, None] = {}  # services whose update has something to do
        self._by_task: dict[str, str] = {}  # task made by an update -> service

    def update(self, service: Service, slots: list[Slot]) -> None:
        """See to it that all of `slots` are replaced that are dirty.  Called by the orchestrators.

        A running update goes on if the spec is still the same; a new spec begins anew.
        """
        status = service.update_status
        if status is not None and status.state in HALTED:
            return
        running = self.updates.get(service.id)
        if running is not None:
            return
        dirty = [
            slot for slot in slots if len(slot) > 1 or is_dirty(service, slot[0], self.store.node(slot[0].node_id))
        ]
        rollback = status is not None and status.state is UpdateState.ROLLBACK_STARTED
        if not dirty:
            if status is not None and status.state in (UpdateState.UPDATING, UpdateState.ROLLBACK_STARTED):
                self._complete(service.id)
            return
        config = update_config(service.spec, rollback=rollback)
        keys = [SlotKey(slot[0].slot, "" if slot[0].slot else slot[0].node_id) for slot in dirty]
        self.random.shuffle(keys)  # SwarmKit walks a Go map here
        self._numbers += 1
        assert config.monitor is not None
        update = Update(service.id, self._numbers, config, rollback, keys, len(keys), config.monitor)
        update.workers = [Worker() for _ in range(min(config.parallelism or len(keys), len(keys)))]
        if not self.updates:
            self.store.watch(("task",), self.observe, hears=self.waits_for)
        self.updates[service.id] = update
        if status is None:
            self._set_status(service.id, UpdateStatus(UpdateState.UPDATING, "update in progress", self.queue.now))
        self._touch(service.id)

    def cancel(self, service_id: str) -> None:
        """Stop working on a service: its spec has changed, or it is gone."""
        update = self.updates.pop(service_id, None)
        if update:
            for task_id in update.made:
                self._by_task.pop(task_id, None)
            if not self.updates:
                self.store.unhear(self.observe, self.waits_for)

    # --- noticing -------------------------------------------------------------------------------------

    def observe(self, change: Change) -> None:
        if change.table == "service":
            if change.id in self.updates and (change.new is None or change.new.spec != change.old.spec):
                self.cancel(change.id)
        elif self._by_task and change.id in self._by_task:
            self._watch(self.updates[self._by_task[change.id]], change.id, change.new)

    def _watch(self, update: Update, task_id: str, task: Task | None) -> None:
        """Something has happened to a task of this update."""
        if task is not None and task.status.state.is_terminal:
            update.ended.append(task_id)
        self._touch(update.service_id)

    def _touch(self, service_id: str) -> None:
        self._touched[service_id] = None
        self.ask()

    def handle(self, payload: object) -> None:
        update = self.updates.get(getattr(payload, "service_id", ""))
        if update is None or update.number != getattr(payload, "number", 0):
            return
        if isinstance(payload, WorkerResumes):
            update.workers[payload.worker].phase = "idle"
            self._touch(update.service_id)
        elif isinstance(payload, MonitorEnds):
            self.cancel(update.service_id)
            self._complete(update.service_id)

    # --- acting ---------------------------------------------------------------------------------------

    def tick(self) -> None:
        touched, self._touched = self._touched, {}
        for service_id in touched:
            update = self.updates.get(service_id)
            service = self.store.service(service_id)
            if update is None or service is None:
                continue
            if update.config.failure_action != "continue":
                self._look_at_failures(update)
            if self.updates.get(service_id) is not update:
                continue  # it was rolled back
            for number, worker in enumerate(update.workers):
                self._work(service, update, number, worker)
            if not update.queue and not update.monitoring and all(w.phase == "idle" for w in update.workers):
                self._monitor(update)

    def _monitor(self, update: Update) -> None:
        """All slots are done: watch for a while before calling it a success."""
        if update.halted:
            self.cancel(update.service_id)
            return
        update.monitoring = True
        if update.config.delay >= update.watch:
            update.watch = update.config.delay + SECOND  # from now on for failures, too: those of the last delay count
        self.queue.after(update.watch, self.address, MonitorEnds(update.service_id, update.number))
        if update.ended:
            self._touch(update.service_id)

    def _look_at_failures(self, update: Update) -> None:
        """Act on tasks that ended early, if somebody listens (see the top of this module)."""
        while update.ended and (update.queue or update.monitoring):
            task_id = update.ended.pop(0)
            seen = update.made[task_id]
            if task_id in update.failed or (seen and self.queue.now - seen > update.watch):
                continue
            update.failed[task_id] = None
            if len(update.failed) / update.total > update.config.max_failure_ratio:
                self._fail(update, task_id)
                return

    def _work(self, service: Service, update: Update, number: int, worker: Worker) -> None:
        if worker.phase == "starting":
            if worker.new_task in self.supervisor.waiting:
                return  # the old one has yet to stop, even if the new one has failed already
            task = self.store.task(worker.new_task)
            if task is not None and task.status.state < TaskState.RUNNING:
                return
            update.made[worker.new_task] = self.queue.now
            if update.config.order == "start-first" and task is not None and task.status.state is TaskState.RUNNING:
                self._stop_old(task, worker.key)
            self._pause(update, number, worker)
        while worker.phase == "idle" and update.queue:
            worker.key = update.queue.pop(0)
            self._replace(service, update, number, worker)

    def _pause(self, update: Update, number: int, worker: Worker) -> None:
        """A slot is done: wait for the update's delay, even after the last one."""
        worker.phase = "idle"
        if update.config.delay:
            worker.phase = "pausing"
            payload = WorkerResumes(update.service_id, update.number, number)
            self.queue.after(update.config.delay, self.address, payload)

    def _slot(self, service: Service, key: SlotKey) -> Slot:
        return updatable(self.store.tasks_in(service.id, key.slot, key.node_id), service)

    def _replace(self, service: Service, update: Update, number: int, worker: Worker) -> None:
        """Begin to replace one slot."""
        slot = self._slot(service, worker.key)
        clean = [
            task
            for task in slot
            if task.desired_state <= TaskState.RUNNING and not is_dirty(service, task, self.store.node(task.node_id))
        ]
        if clean:
            self._keep(slot, max(clean, key=lambda task: task.desired_state))
        if clean or not slot:  # without a task it has gone meanwhile
            self._pause(update, number, worker)
            return
        made = new_task(
            self.ids,
            self.queue,
            service,
            worker.key.slot,
            node_id=worker.key.node_id,
            desired=TaskState.READY,
        )
        update.made[made.id] = 0
        self._by_task[made.id] = service.id
        worker.phase, worker.new_task = "starting", made.id
        with self.store.transaction("orchestrator") as write:
            write.create(made)
            old = _shut_down(write, slot) if update.config.order != "start-first" else ()
        self.supervisor.delay_start(made.id, 0, old)

    def _keep(self, slot: Slot, keep: Task) -> None:
        """A task of the new revision is there already: stop the others, and let it start if it may not yet."""
        with self.store.transaction("orchestrator") as write:
            old = _shut_down(write, [task for task in slot if task.id != keep.id])
        if keep.desired_state < TaskState.RUNNING:
            self.supervisor.delay_start(keep.id, 0, old)

    def _stop_old(self, made: Task, key: SlotKey) -> None:
        """Start-first: the new task runs, so the old ones may go.  Had it failed, they would stay."""
        with self.store.transaction("orchestrator") as write:
            slot = self.store.tasks_in(made.service_id, key.slot, key.node_id)
            _shut_down(write, [task for task in slot if task.id != made.id])

    def _fail(self, update: Update, task_id: str) -> None:
        """Too many tasks have failed: pause or roll back, as configured."""
        service = self.store.service(update.service_id)
        status = service.update_status if service is not None else None
        if service is None or status is None:
            return
        reason = f"due to failure or early termination of task {task_id}"
        if update.config.failure_action == "rollback" and not update.rollback:
            self.cancel(service.id)
            if service.previous_spec is not None:
                self._roll_back(service, status, f"update rolled back {reason}")
            return
        state = UpdateState.ROLLBACK_PAUSED if update.rollback else UpdateState.PAUSED
        verb = "rollback" if update.config.failure_action == "rollback" else "update"
        self._set_status(service.id, status._replace(state=state, message=f"{verb} paused {reason}"))
        update.queue.clear()
        # A rollback that was to be rolled back says that it is paused and goes on to its end all the same, as in
        # updater.go, where only the other branches set `stopped`.
        update.halted = verb == "update"
        if update.monitoring:
            self.cancel(service.id)
            if not update.halted:
                self._complete(service.id)

    def _roll_back(self, service: Service, status: UpdateStatus, message: str) -> None:
        assert service.previous_spec is not None
        with self.store.transaction("orchestrator") as write:
            write.update(
                service._replace(
                    spec=service.previous_spec,
                    spec_version=service.previous_spec_version,
                    previous_spec=None,
                    previous_spec_version=0,
                    update_status=status._replace(state=UpdateState.ROLLBACK_STARTED, message=message),
                )
            )

    def _complete(self, service_id: str) -> None:
        service = self.store.service(service_id)
        if service is None or service.update_status is None:
            return
        rollback = service.update_status.state is UpdateState.ROLLBACK_STARTED
        state = UpdateState.ROLLBACK_COMPLETED if rollback else UpdateState.COMPLETED
        message = "rollback completed" if rollback else "update completed"
        status = service.update_status._replace(state=state, message=message, completed_at=self.queue.now)
        self._set_status(service_id, status)

    def _set_status(self, service_id: str, status: UpdateStatus) -> None:
        with self.store.transaction("orchestrator") as write:
            service = write.get("service", service_id)
            if service is not None:
                write.update(service._replace(update_status=status))


def _shut_down(write: Transaction, tasks: list[Task]) -> tuple[str, ...]:
    """Stop those of `tasks` that are wanted; return the one whose end is to be waited for, if any."""
    stopped = [task for task in tasks if task.desired_state <= TaskState.RUNNING]
    for task in stopped:
        write.update(task._replace(desired_state=TaskState.SHUTDOWN))
    return tuple(task.id for task in stopped[-1:] if not task.status.state.is_terminal)
