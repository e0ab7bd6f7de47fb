"""Rolling updates and rollbacks: replace the dirty tasks of a service, a few at a time, watching for failures.

One `Update` record per service holds all there is to know, and each of its workers is in one phase:

    idle ──take a slot──► starting ──new task runs──► pausing ──delay over──► idle
                             │ (start-first: now the old one is stopped)
    no slots left, all idle: monitoring ──monitor period over──► completed

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
from swarmlab.core.store import Change
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
    workers: list[Worker] = field(default_factory=list)
    monitoring: bool = False
    failures: int = 0
    #: tasks made by this update -> when first seen running (0: not yet); failed ones leave
    made: dict[str, int] = field(default_factory=dict)


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
                self._finish(service.id, rollback)
            return
        config = update_config(service.spec, rollback=rollback)
        keys = [SlotKey(slot[0].slot, "" if slot[0].slot else slot[0].node_id) for slot in dirty]
        self.random.shuffle(keys)  # SwarmKit walks a Go map here
        self._numbers += 1
        update = Update(service.id, self._numbers, config, rollback, keys, len(keys))
        update.workers = [Worker() for _ in range(min(config.parallelism or len(keys), len(keys)))]
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

    # --- noticing -------------------------------------------------------------------------------------

    def observe(self, change: Change) -> None:
        if change.table == "service":
            if change.id in self.updates and (change.new is None or change.new.spec != change.old.spec):
                self.cancel(change.id)
        elif self._by_task and change.id in self._by_task:
            self._watch(self.updates[self._by_task[change.id]], change.id, change.new)

    def _watch(self, update: Update, task_id: str, task: Task | None) -> None:
        """Note what became of a task that this update made."""
        state = task.status.state if task else TaskState.REMOVE
        if state.is_terminal:
            seen = update.made.pop(task_id, 0)
            self._by_task.pop(task_id, None)
            assert update.config.monitor is not None
            if not seen or self.queue.now - seen <= update.config.monitor:
                update.failures += 1
                if update.failures / update.total > update.config.max_failure_ratio:
                    update.made[task_id] = -1  # marks the one to blame
            self._touch(update.service_id)
        elif state is TaskState.RUNNING and not update.made[task_id]:
            update.made[task_id] = self.queue.now
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
            self._finish(update.service_id, update.rollback)

    # --- acting ---------------------------------------------------------------------------------------

    def tick(self) -> None:
        touched, self._touched = self._touched, {}
        for service_id in touched:
            update = self.updates.get(service_id)
            service = self.store.service(service_id)
            if update is None or service is None:
                continue
            blamed = next((task_id for task_id, seen in update.made.items() if seen < 0), None)
            if blamed is not None and update.config.failure_action != "continue":
                self._fail(service, update, blamed)
                continue
            update.made.pop(blamed or "", None)
            for number, worker in enumerate(update.workers):
                self._work(service, update, number, worker)
            if not update.queue and not update.monitoring and all(w.phase == "idle" for w in update.workers):
                update.monitoring = True
                assert update.config.monitor is not None
                watch = update.config.monitor
                if update.config.delay >= watch:
                    watch = update.config.delay + SECOND
                self.queue.after(watch, self.address, MonitorEnds(service_id, update.number))

    def _work(self, service: Service, update: Update, number: int, worker: Worker) -> None:
        if worker.phase == "starting":
            task = self.store.task(worker.new_task)
            if task is not None and task.status.state < TaskState.RUNNING:
                return
            if update.config.order == "start-first":
                self._stop_old(worker, keep_if_failed=task is None or task.status.state is not TaskState.RUNNING)
            worker.phase = "pausing"
            if update.config.delay:
                payload = WorkerResumes(update.service_id, update.number, number)
                self.queue.after(update.config.delay, self.address, payload)
            else:
                worker.phase = "idle"
        while worker.phase == "idle" and update.queue:
            worker.key = update.queue.pop(0)
            self._replace(service, update, worker)

    def _slot(self, service: Service, key: SlotKey) -> Slot:
        return updatable(self.store.tasks_in(service.id, key.slot, key.node_id), service)

    def _replace(self, service: Service, update: Update, worker: Worker) -> None:
        """Begin to replace one slot: the worker is `starting` afterwards, or still idle if nothing was to do."""
        slot = self._slot(service, worker.key)
        if not slot:
            return  # it has gone meanwhile: scaled down, or its last task must not be restarted
        clean = [task for task in slot if not is_dirty(service, task, self.store.node(task.node_id))]
        if clean:
            keep = max(clean, key=lambda task: task.desired_state)
            with self.store.transaction("orchestrator") as write:
                for task in slot:
                    if task.id != keep.id:
                        write.update(task._replace(desired_state=TaskState.SHUTDOWN))
                if keep.desired_state < TaskState.RUNNING and keep.id not in self.supervisor.waiting:
                    write.update(keep._replace(desired_state=TaskState.RUNNING))
            worker.phase, worker.new_task = "starting", keep.id
            return
        made = new_task(
            self.ids, self.queue, service, worker.key.slot, node_id=worker.key.node_id, desired=TaskState.READY
        )
        stop_first = update.config.order != "start-first"
        update.made[made.id] = 0
        self._by_task[made.id] = service.id
        worker.phase, worker.new_task = "starting", made.id
        with self.store.transaction("orchestrator") as write:
            write.create(made)
            if stop_first:
                for task in slot:
                    write.update(task._replace(desired_state=TaskState.SHUTDOWN))
        alive = tuple(task.id for task in slot if not task.status.state.is_terminal) if stop_first else ()
        self.supervisor.delay_start(made.id, 0, alive)

    def _stop_old(self, worker: Worker, *, keep_if_failed: bool) -> None:
        """Start-first: the new task runs, so the old ones may go.  Had it failed, they would stay."""
        made = self.store.task(worker.new_task)
        if made is None or keep_if_failed:
            return
        with self.store.transaction("orchestrator") as write:
            for task in self.store.tasks_in(made.service_id, worker.key.slot, worker.key.node_id):
                if task.id != made.id and task.desired_state <= TaskState.RUNNING:
                    write.update(task._replace(desired_state=TaskState.SHUTDOWN))

    def _fail(self, service: Service, update: Update, task_id: str) -> None:
        """Too many tasks have failed: pause or roll back, as configured."""
        self.cancel(service.id)
        status = service.update_status or UpdateStatus(UpdateState.UPDATING, "", self.queue.now)
        reason = f"due to failure or early termination of task {task_id}"
        if update.rollback:
            # A rollback is never rolled back.
            self._set_status(
                service.id, status._replace(state=UpdateState.ROLLBACK_PAUSED, message=f"rollback paused {reason}")
            )
        elif update.config.failure_action == "rollback" and service.previous_spec is not None:
            with self.store.transaction("orchestrator") as write:
                write.update(
                    service._replace(
                        spec=service.previous_spec,
                        spec_version=service.previous_spec_version,
                        previous_spec=None,
                        previous_spec_version=0,
                        update_status=status._replace(
                            state=UpdateState.ROLLBACK_STARTED, message=f"update rolled back {reason}"
                        ),
                    )
                )
        else:
            self._set_status(service.id, status._replace(state=UpdateState.PAUSED, message=f"update paused {reason}"))

    def _finish(self, service_id: str, rollback: bool) -> None:
        service = self.store.service(service_id)
        if service is None or service.update_status is None:
            return
        done = UpdateState.ROLLBACK_COMPLETED if rollback else UpdateState.COMPLETED
        message = "rollback completed" if rollback else "update completed"
        self._set_status(
            service_id, service.update_status._replace(state=done, message=message, completed_at=self.queue.now)
        )

    def _set_status(self, service_id: str, status: UpdateStatus) -> None:
        with self.store.transaction("orchestrator") as write:
            service = write.get("service", service_id)
            if service is not None:
                write.update(service._replace(update_status=status))
