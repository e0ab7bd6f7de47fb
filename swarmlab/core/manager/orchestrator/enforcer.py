"""The constraint enforcer: a running task whose node no longer fits it is rejected, and so replaced elsewhere.

SwarmKit: ``manager/orchestrator/constraintenforcer/constraint_enforcer.go``.  Looks at one node whenever that
node changes: its labels and role against the constraints, its resources against the reservations.
"""

from swarmlab.core.constraints import matches_all, parse_all
from swarmlab.core.manager.loop import Context, Loop
from swarmlab.core.objects import GenericResource, Node, Task
from swarmlab.core.states import Availability, TaskState
from swarmlab.core.store import Change


class Enforcer(Loop):
    """Rejects tasks whose node has changed under them."""

    name = "enforcer"
    watches = ("node",)

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._nodes: dict[str, None] = {}

    def start(self) -> None:
        for node in self.store.nodes():
            self._nodes[node.id] = None
        self.ask()

    def observe(self, change: Change) -> None:
        if change.new is None or change.old is None:
            return
        old: Node = change.old
        new: Node = change.new
        if (old.spec, old.role, old.description, old.status.addr) != (
            new.spec,
            new.role,
            new.description,
            new.status.addr,
        ):
            self._nodes[change.id] = None
            self.ask()

    def tick(self) -> None:
        nodes, self._nodes = self._nodes, {}
        for node_id in nodes:
            node = self.store.node(node_id)
            if node is not None and node.spec.availability is Availability.ACTIVE:
                self._enforce(node)

    def _enforce(self, node: Node) -> None:
        left = node.description.resources if node.description else None
        cpus = left.nano_cpus if left else 0
        memory = left.memory_bytes if left else 0
        now = self.queue.now
        with self.store.transaction("enforcer") as write:
            for task in sorted(self.store.tasks_on(node.id), key=lambda task: task.id):
                if not TaskState.ASSIGNED <= task.desired_state <= TaskState.COMPLETE:
                    continue
                if task.status.state >= TaskState.COMPLETE:
                    continue
                fits = matches_all(parse_all(self._constraints(task)), node)
                reserved = task.spec.resources.reservations if task.spec.resources else None
                held = False
                if fits and reserved is not None and left is not None:
                    fits = reserved.memory_bytes <= memory and reserved.nano_cpus <= cpus
                    held = fits and any(_has(left.generic, own) for own in task.generic_resources)
                    if fits:
                        cpus -= reserved.nano_cpus
                        memory -= reserved.memory_bytes
                if not fits or held:
                    status = task.status._replace(
                        state=TaskState.REJECTED,
                        message="task rejected by constraint enforcer",
                        err="assigned node no longer meets constraints",
                        timestamp=now,
                    )
                    write.update(task._replace(status=status, reported_at=0))
                if held:
                    return  # and looks at no task behind it

    def _constraints(self, task: Task) -> tuple[str, ...]:
        """The service's present constraints count; the task's own only if the service is gone."""
        service = self.store.service(task.service_id)
        placement = (service.spec.task if service else task.spec).placement
        return placement.constraints if placement else ()


def _has(resources: tuple[GenericResource, ...], wanted: GenericResource) -> bool:
    """Return whether a node (still) has an invented resource that a task holds.

    One would expect a task to be rejected if it has *not*.  SwarmKit has it the other way round (all versions up
    to 2026), so a change of a node costs it the first of its tasks that holds such a resource.
    """
    return any(own.kind == wanted.kind and own.name == wanted.name and wanted.value <= own.value for own in resources)
