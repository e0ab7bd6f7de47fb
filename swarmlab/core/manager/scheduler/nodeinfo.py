"""What the scheduler knows of a node: its tasks, what is left of it, which ports are taken, what failed there.

SwarmKit: ``manager/scheduler/nodeinfo.go``.
"""

from dataclasses import dataclass, field

from swarmlab.core.objects import GenericResource, Node, Resources, Task
from swarmlab.core.states import TaskState
from swarmlab.core.units import MINUTE

FAILURE_WINDOW = 5 * MINUTE  # scheduler.go: monitorFailures
_COMPLETE = TaskState.COMPLETE  # asked for each task: looking it up takes time
MAX_FAILURES = 5  # scheduler.go: maxFailures; so many in the window and a node comes last


@dataclass
class NodeInfo:
    """One node, with everything that placing a task asks about."""

    node: Node
    tasks: dict[str, Task] = field(default_factory=dict)
    active: int = 0  # tasks wanted running
    active_by_service: dict[str, int] = field(default_factory=dict)
    reserved_cpus: int = 0
    reserved_memory: int = 0
    #: what tasks here hold: (kind, "") -> how many, or (kind, name) -> 1
    reserved_generic: dict[tuple[str, str], int] = field(default_factory=dict)
    host_ports: dict[tuple[str, int], int] = field(default_factory=dict)
    failures: dict[tuple[str, int], list[int]] = field(default_factory=dict)  # (service, spec version) -> times

    def add(self, task: Task) -> None:
        """Count a task that is (or is to be) on this node."""
        self.tasks[task.id] = task
        self._count(task, 1)

    def remove(self, task: Task) -> None:
        """Count a task no longer."""
        known = self.tasks.pop(task.id, None)
        if known is not None:
            self._count(known, -1)

    def _count(self, task: Task, sign: int) -> None:
        if task.desired_state <= _COMPLETE:
            self.active += sign
            self.active_by_service[task.service_id] = self.active_by_service.get(task.service_id, 0) + sign
            if not self.active_by_service[task.service_id]:
                del self.active_by_service[task.service_id]
        reserved = reservations(task)
        if reserved is not None:
            self.reserved_cpus += sign * reserved.nano_cpus
            self.reserved_memory += sign * reserved.memory_bytes
            for held in task.generic_resources:
                key = (held.kind, held.name)
                self.reserved_generic[key] = self.reserved_generic.get(key, 0) + sign * (held.value or 1)
        for port in host_ports(task):
            self.host_ports[port] = self.host_ports.get(port, 0) + sign
            if not self.host_ports[port]:
                del self.host_ports[port]

    def free_generic(self, kind: str) -> list[GenericResource]:
        """Return what is left of an invented kind: one entry with an amount, or one for each free name."""
        resources = self.node.description.resources.generic if self.node.description else ()
        left = []
        for own in resources:
            used = self.reserved_generic.get((kind, own.name), 0)
            if own.kind == kind and not (own.name and used):
                left.append(own if own.name else own._replace(value=own.value - used))
        return left

    def has_generic(self, wanted: GenericResource) -> bool:
        """Return whether so much of an invented kind is left.  A task asks for an amount, never for a name."""
        left = self.free_generic(wanted.kind)
        if wanted.name or not left:
            return False
        return wanted.value <= (len(left) if left[0].name else left[0].value)

    def claim(self, task: Task) -> tuple[GenericResource, ...]:
        """Return the invented resources that `task` would get here: amounts, or the first free names.

        SwarmKit: ``api/genericresource/resource_management.go``.
        """
        reserved = reservations(task)
        claimed: list[GenericResource] = []
        for wanted in reserved.generic if reserved else ():
            left = self.free_generic(wanted.kind)
            claimed += left[: wanted.value] if left and left[0].name else [wanted]
        return tuple(claimed)

    def failed(self, task: Task, now: int) -> None:
        """Note that a task failed here."""
        times = self.failures.setdefault((task.service_id, task.spec_version), [])
        times[:] = [time for time in times if time >= now - FAILURE_WINDOW]
        times.append(now)

    def recent_failures(self, task: Task, now: int) -> int:
        """Return how many tasks like this one failed here in the last five minutes."""
        times = self.failures.get((task.service_id, task.spec_version))
        return sum(1 for time in times if time >= now - FAILURE_WINDOW) if times else 0

    def count(self, service_id: str) -> int:
        """Return how many tasks of a service are wanted running here."""
        return self.active_by_service.get(service_id, 0)

    def rank(self, task: Task, now: int) -> tuple[int, int, int]:
        """Return what placement compares, less is better: failures, tasks of the service, all tasks.

        Failures count only from the fifth on.  How busy a node is counts nothing.
        """
        failures = self.recent_failures(task, now) if self.failures else 0
        return (failures if failures >= MAX_FAILURES else 0, self.count(task.service_id), self.active)


def reservations(task: Task) -> Resources | None:
    """Return what a task reserves, None if nothing."""
    return task.spec.resources.reservations if task.spec.resources else None


def host_ports(task: Task) -> list[tuple[str, int]]:
    """Return the (protocol, port) that a task takes on its node."""
    ports = task.endpoint.spec.ports if task.endpoint and task.endpoint.spec else ()
    return [(port.protocol, port.published) for port in ports if port.mode == "host" and port.published]
