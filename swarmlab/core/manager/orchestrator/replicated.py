"""The replicated orchestrator: keep as many slots filled as the service wants replicas.

SwarmKit: ``manager/orchestrator/replicated/``.  Tasks that ended are handled before services are
reconciled, so that a slot whose task just failed counts as filled by its successor.
"""

from swarmlab.core.manager.loop import Context, Loop
from swarmlab.core.manager.orchestrator.restart import Supervisor
from swarmlab.core.manager.orchestrator.slots import by_slot, removal_order, updatable
from swarmlab.core.manager.orchestrator.tasks import is_usable, new_task
from swarmlab.core.manager.orchestrator.update import Updater
from swarmlab.core.objects import Service, Task
from swarmlab.core.states import TaskState
from swarmlab.core.store import Change, News

_RUNNING = TaskState.RUNNING  # asked for each task: looking it up takes time


class ReplicatedOrchestrator(Loop):
    """Reconciles services of mode replicated."""

    name = "replicated"
    watches = ("service", "task", "node")
    hears = (News.PLACED, News.TURN)

    def __init__(self, context: Context, supervisor: Supervisor, updater: Updater) -> None:
        super().__init__(context)
        self.supervisor = supervisor
        self.updater = updater
        self._services: dict[str, None] = {}  # to be reconciled
        self._ended: dict[str, None] = {}  # tasks to be restarted
        self._orphans: dict[str, None] = {}  # services that were removed

    def start(self) -> None:
        for service in self.store.services():
            self._services[service.id] = None
        for task in self.store.tasks():
            if task.service_id and self.store.service(task.service_id) is None:
                self._orphans[task.service_id] = None  # the service went while nobody led
            self._consider(task)
        self.ask()

    # --- noticing -------------------------------------------------------------------------------------

    def observe(self, change: Change) -> None:
        if change.table == "service":
            if _is_ours(change.new or change.old):
                (self._services if change.new else self._orphans)[change.id] = None
                self.ask()
        elif change.table == "task":
            if change.new is not None:
                self._consider(change.new)
            elif change.old.desired_state <= TaskState.RUNNING:
                self._services[change.old.service_id] = None
                self.ask()
        elif not is_usable(change.new) and (change.old is None or is_usable(change.old) or change.new is None):
            for task in self.store.tasks_on(change.id):
                self._consider(task)

    def _consider(self, task: Task) -> None:
        """Queue a task whose slot needs another: it ended, or its node may not keep it."""
        if task.desired_state > _RUNNING or not task.slot:
            return
        if task.status.state > _RUNNING or (task.node_id and not is_usable(self.store.node(task.node_id))):
            self._ended[task.id] = None
            self.ask()

    # --- acting ---------------------------------------------------------------------------------------

    def tick(self) -> None:
        ended, self._ended = self._ended, {}
        with self.store.transaction("orchestrator") as write:
            for task_id in ended:
                task = write.task(task_id)
                service = self.store.service(task.service_id) if task else None
                if task is None or service is None or not _is_ours(service):
                    continue
                if task.desired_state <= TaskState.RUNNING:
                    self.supervisor.restart(write, service, task)
        orphans, self._orphans = self._orphans, {}
        for service_id in orphans:
            self._remove_all(service_id)
        services, self._services = self._services, {}
        for service_id in services:
            found = self.store.service(service_id)
            if found is not None and _is_ours(found):
                self.reconcile(found)

    def _remove_all(self, service_id: str) -> None:
        self.updater.cancel(service_id)
        self.supervisor.forget(service_id)
        with self.store.transaction("orchestrator") as write:
            for task in self.store.tasks_of(service_id):
                write.update(task._replace(desired_state=TaskState.REMOVE))

    def reconcile(self, service: Service) -> None:
        """Compare wanted and present slots of one service, and create or remove tasks."""
        slots = by_slot(self.store, service)
        present = {number: updatable(tasks, service) for number, tasks in slots.items()}
        running = [slot for slot in present.values() if slot]
        dead = [number for number, slot in present.items() if not slot]
        wanted = service.spec.mode.replicas
        if len(running) < wanted:
            self._add(service, wanted - len(running), {number for number, slot in present.items() if slot}, dead)
        elif len(running) > wanted:
            ordered = removal_order(running)
            running, surplus = ordered[:wanted], ordered[wanted:]
            with self.store.transaction("orchestrator") as write:
                for slot in surplus:
                    for task in slot:
                        write.update(task._replace(desired_state=TaskState.REMOVE))
        self._bury(service, dead)
        self.updater.update(service, running)

    def _add(self, service: Service, count: int, taken: set[int], dead: list[int]) -> None:
        """Create `count` tasks in the lowest free slots; a dead slot that is used again keeps its history."""
        with self.store.transaction("orchestrator") as write:
            made = new_task(self.ids, self.queue, service, 0)
            number = 0
            for _ in range(count):
                number += 1
                while number in taken:
                    number += 1
                if number in dead:
                    dead.remove(number)
                write.create(made.another(self.ids.swarm(), number))

    def _bury(self, service: Service, dead: list[int]) -> None:
        """Forget the tasks of slots that nobody wants any more, also those that have yet to stop: their agents will."""
        if not dead:
            return
        with self.store.transaction("orchestrator") as write:
            for number in dead:
                for task in self.store.tasks_in(service.id, number):
                    write.delete(task)


def _is_ours(service: Service) -> bool:
    return service.spec.mode.kind == "replicated"
