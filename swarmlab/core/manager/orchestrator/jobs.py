"""The jobs orchestrator: tasks that are meant to end, so many in all (replicated-job) or one a node (global-job).

A job runs in *iterations*: each update of the service begins the next one, and only tasks of the present iteration
count.  What is wanted of a task is COMPLETE.  One that failed is handed to the restart supervisor; one that completed
stays as it is, and so do its siblings: nothing of a job is ever updated in place.

SwarmKit: ``manager/orchestrator/jobs/``.  As there, only a change of the service or the end of one of its tasks makes
this loop look: a node that joins meanwhile gets no task of a global job.
"""

from swarmlab.core.constraints import matches_all, parse_all
from swarmlab.core.manager.loop import Context, Loop
from swarmlab.core.manager.orchestrator.restart import Supervisor
from swarmlab.core.manager.orchestrator.tasks import is_usable, new_task
from swarmlab.core.objects import Service, Task
from swarmlab.core.profile import Profile
from swarmlab.core.states import Availability, NodeState, TaskState
from swarmlab.core.store import Change, Transaction


class JobsOrchestrator(Loop):
    """Reconciles services of the modes replicated-job and global-job."""

    name = "jobs"
    watches = ("service", "task")

    def __init__(self, context: Context, supervisor: Supervisor, profile: Profile) -> None:
        super().__init__(context)
        self.supervisor = supervisor
        self._buries = profile.removes_job_tasks
        self._services: dict[str, int] = {}  # to be reconciled -> for how many reasons
        self._gone: dict[str, None] = {}  # services that were removed

    def start(self) -> None:
        for service in self.store.services():
            if service.job_status is not None:
                self._services[service.id] = 1
        self.ask()

    # --- noticing -------------------------------------------------------------------------------------

    def observe(self, change: Change) -> None:
        if change.table == "service":
            if (change.new or change.old).job_status is None:
                return
            if change.new is not None:
                self._dirty(change.id)
            else:
                self._gone[change.id] = None
        elif change.new is not None and change.new.job_iteration is not None and _has_ended(change.new):
            self._dirty(change.new.service_id)
        else:
            return
        self.ask()

    def _dirty(self, service_id: str) -> None:
        self._services[service_id] = self._services.get(service_id, 0) + 1

    # --- acting ---------------------------------------------------------------------------------------

    def tick(self) -> None:
        gone, self._gone = self._gone, {}
        services, self._services = self._services, {}
        with self.store.transaction("orchestrator") as write:
            for service_id in gone:
                self.supervisor.forget(service_id)
                if self._buries:
                    for task in self.store.tasks_of(service_id):
                        _remove(write, task)
        for service_id, reasons in services.items():
            # SwarmKit looks once for each event.  Twice is as good as often: where the first look gives up a task
            # that has used up its attempts, the second finds its slot free.
            for _ in range(min(reasons, 2)):
                self._reconcile(service_id)

    def _reconcile(self, service_id: str) -> None:
        service = self.store.service(service_id)
        if service is None or service.job_status is None:
            return
        with self.store.transaction("orchestrator") as write:
            if service.spec.mode.kind == "replicated-job":
                self._reconcile_replicated(write, service, service.job_status.iteration)
            else:
                self._reconcile_global(write, service, service.job_status.iteration)

    def _reconcile_replicated(self, write: Transaction, service: Service, iteration: int) -> None:
        """Let as many tasks run at once as are allowed, until as many have completed as are wanted.

        Each of them has a slot of its own, from 0 on, so a successor of one that failed is told apart from the
        next one.
        """
        mode = service.spec.mode
        slots: set[int] = set()
        complete = running = 0
        for task in self.store.tasks_of(service.id):
            if task.job_iteration != iteration:
                if task.status.state <= TaskState.RUNNING:
                    _remove(write, task)
            elif task.status.state is TaskState.COMPLETE:
                complete += 1
                slots.add(task.slot)
            elif task.desired_state <= TaskState.COMPLETE:
                running += 1  # also one that failed: it will be replaced
                slots.add(task.slot)
                if task.status.state > TaskState.COMPLETE:
                    self.supervisor.restart(write, service, task)
        slot = 0
        for _ in range(min(mode.max_concurrent - running, mode.total_completions - complete - running)):
            while slot in slots:
                slot += 1
            slots.add(slot)
            write.create(new_task(self.ids, self.queue, service, slot, desired=TaskState.COMPLETE))

    def _reconcile_global(self, write: Transaction, service: Service, iteration: int) -> None:
        """Make one task on each node that is ready for it, and stop those on nodes that may keep none."""
        on_node: dict[str, Task] = {}
        for task in self.store.tasks_of(service.id):
            if task.job_iteration != iteration:
                _remove(write, task)
            elif task.desired_state <= TaskState.COMPLETE:
                on_node[task.node_id] = task
        placement = service.spec.task.placement
        constraints = parse_all(placement.constraints if placement else ())
        for node in self.store.nodes():
            if not matches_all(constraints, node):
                continue
            found = on_node.get(node.id)
            ready = node.spec.availability is Availability.ACTIVE and node.status.state is NodeState.READY
            if not is_usable(node):
                if found is not None and found.status.state <= TaskState.RUNNING:
                    write.update(found._replace(desired_state=TaskState.SHUTDOWN))
            elif found is None and ready:
                made = new_task(self.ids, self.queue, service, 0, node_id=node.id, desired=TaskState.COMPLETE)
                write.create(made)
        for task in on_node.values():
            latest = write.task(task.id)
            if latest is not None and latest.desired_state <= TaskState.COMPLETE < latest.status.state:
                self.supervisor.restart(write, service, latest)


def _has_ended(task: Task) -> bool:
    return task.status.state.is_terminal and task.desired_state <= TaskState.COMPLETE


def _remove(write: Transaction, task: Task) -> None:
    if task.desired_state is not TaskState.REMOVE:
        write.update(task._replace(desired_state=TaskState.REMOVE))
