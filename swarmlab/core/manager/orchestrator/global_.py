"""The global orchestrator: one task on every node that may have one.

SwarmKit: ``manager/orchestrator/global/global.go``.  A global service has no slots: its tasks carry slot 0 and
are bound to their node when they are made; the scheduler only confirms that they may run there.
"""

from swarmlab.core.constraints import matches_all, parse_all
from swarmlab.core.manager.loop import Context, Loop
from swarmlab.core.manager.orchestrator.restart import Supervisor
from swarmlab.core.manager.orchestrator.slots import Slot, updatable
from swarmlab.core.manager.orchestrator.tasks import is_dirty, is_usable, new_task
from swarmlab.core.manager.orchestrator.update import Updater
from swarmlab.core.objects import Node, Service, Task
from swarmlab.core.states import Availability, TaskState
from swarmlab.core.store import Change, Transaction


class GlobalOrchestrator(Loop):
    """Reconciles services of mode global."""

    name = "global"
    watches = ("service", "task", "node")

    def __init__(self, context: Context, supervisor: Supervisor, updater: Updater) -> None:
        super().__init__(context)
        self.supervisor = supervisor
        self.updater = updater
        self._services: dict[str, None] = {}  # to be reconciled on all nodes
        self._nodes: dict[str, None] = {}  # on which all global services are to be reconciled
        self._ended: dict[str, None] = {}  # tasks that ended
        self._gone: dict[str, None] = {}  # services that were removed
        self._lost: dict[str, None] = {}  # nodes that were removed

    def start(self) -> None:
        for service in self.store.services():
            if _is_ours(service):
                self._services[service.id] = None
        for task in self.store.tasks():
            if not task.slot and _has_ended(task):
                self._ended[task.id] = None
        self.ask()

    # --- noticing -------------------------------------------------------------------------------------

    def observe(self, change: Change) -> None:
        if change.table == "service":
            if not _is_ours(change.new or change.old):
                return
            (self._services if change.new else self._gone)[change.id] = None
        elif change.table == "node":
            (self._nodes if change.new else self._lost)[change.id] = None
        elif change.new is not None and not change.new.slot and _has_ended(change.new):
            self._ended[change.id] = None
        else:
            return
        self.ask()

    # --- acting ---------------------------------------------------------------------------------------

    def tick(self) -> None:
        ended, self._ended = self._ended, {}
        gone, self._gone = self._gone, {}
        lost, self._lost = self._lost, {}
        with self.store.transaction("orchestrator") as write:
            for task_id in ended:
                self._replace(write, task_id)
            for service_id in gone:
                self.updater.cancel(service_id)
                self.supervisor.forget(service_id)
                for task in self.store.tasks_of(service_id):
                    write.update(task._replace(desired_state=TaskState.REMOVE))
            for node_id in lost:
                for task in self.store.tasks_on(node_id):
                    if self._service_of(task) is not None:
                        write.delete(task)
        nodes, self._nodes = self._nodes, {}
        for node_id in nodes:
            node = self.store.node(node_id)
            if node is not None:
                self._reconcile_node(node)
        services, self._services = self._services, {}
        for service_id in services:
            service = self.store.service(service_id)
            if service is not None and _is_ours(service):
                self._reconcile(service)

    def _service_of(self, task: Task) -> Service | None:
        service = self.store.service(task.service_id)
        return service if service is not None and _is_ours(service) else None

    def _replace(self, write: Transaction, task_id: str) -> None:
        """A task has ended: another one follows it on its node, unless the node takes no tasks any more."""
        task = write.task(task_id)
        service = self._service_of(task) if task else None
        if task is None or service is None or not _has_ended(task):
            return
        node = self.store.node(task.node_id)
        if node is None or not is_usable(node) or not _takes(service, node):
            write.update(task._replace(desired_state=TaskState.SHUTDOWN))
        else:
            self.supervisor.restart(write, service, task)

    def _reconcile(self, service: Service) -> None:
        """Compare the nodes with the tasks on them: make, update or stop tasks of one service."""
        slots: list[Slot] = []
        with self.store.transaction("orchestrator") as write:
            for node in self.store.nodes():
                slot = updatable(self.store.tasks_in(service.id, 0, node.id), service)
                if not is_usable(node) or not _matches(service, node):
                    _stop(write, slot)
                elif node.spec.availability is Availability.PAUSE:
                    continue  # what runs there goes on as it is
                elif slot:
                    slots.append(slot)
                else:
                    write.create(new_task(self.ids, self.queue, service, 0, node_id=node.id))
        if slots:
            self.updater.update(service, slots)

    def _reconcile_node(self, node: Node) -> None:
        """A node has come, gone or changed: look at all global services there, at once and without an update."""
        with self.store.transaction("orchestrator") as write:
            for service in self.store.services():
                if not _is_ours(service):
                    continue
                slot = updatable(self.store.tasks_in(service.id, 0, node.id), service)
                if not is_usable(node):
                    _stop(write, slot)
                elif _takes(service, node):
                    clean = [task for task in slot if not is_dirty(service, task, node)]
                    _stop(write, [task for task in slot if task not in clean[:1]])
                    if not clean:
                        write.create(new_task(self.ids, self.queue, service, 0, node_id=node.id))


def _is_ours(service: Service) -> bool:
    return service.spec.mode.kind == "global"


def _has_ended(task: Task) -> bool:
    return task.desired_state <= TaskState.RUNNING and task.status.state.is_terminal


def _matches(service: Service, node: Node) -> bool:
    placement = service.spec.task.placement
    return matches_all(parse_all(placement.constraints if placement else ()), node)


def _takes(service: Service, node: Node) -> bool:
    """Whether a new task of `service` may be put on `node`."""
    return node.spec.availability is Availability.ACTIVE and _matches(service, node)


def _stop(write: Transaction, tasks: list[Task]) -> None:
    for task in tasks:
        if task.desired_state < TaskState.SHUTDOWN:
            write.update(task._replace(desired_state=TaskState.SHUTDOWN))
