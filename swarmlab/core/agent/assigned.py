"""A task that a node was given: what is wanted, what was seen, and what is being done for it now."""

from dataclasses import dataclass
from typing import NamedTuple

from swarmlab.core.agent.container import Container
from swarmlab.core.objects import ContainerSpec, ContainerStatus, Network, Task, TaskStatus
from swarmlab.core.states import TaskState
from swarmlab.core.templates import Dependencies

_STARTING, _RUNNING = TaskState.STARTING, TaskState.RUNNING


@dataclass(slots=True)
class Assigned:
    """One task of a node, as its agent sees it."""

    task: Task
    status: TaskStatus
    networks: dict[str, Network]  # those that it needs; shared with others, so never changed
    working: str = ""  # what the engine does for it now
    waits_for_network: bool = False  # "prepare" has not begun: the node has no address of its own there
    serial: int = 0  # grows with each piece of work, so that work cancelled is not taken for done
    container: Container | None = None
    unhealthy: bool = False  # its container is being stopped for failing its health check
    dependencies: Dependencies = Dependencies({}, {})
    spec: ContainerSpec = ContainerSpec()  # the task's, its templates filled in

    def see(self, now: int, state: TaskState, message: str, err: str, exit_code: int | None) -> TaskStatus:
        """Note what has become of the task, and return it as the manager is told.

        `exit_code`: if it is another than its container's.
        """
        container, ports = self.container, self.status.ports
        if state < _STARTING:
            told = None  # the container may be there, but the manager is not told of it yet
        elif container is not None:
            code = container.exit_code if exit_code is None else exit_code
            told = tuple.__new__(ContainerStatus, (container.id, container.pid, code))
        else:
            told = self.status.container or ContainerStatus()
        if state is _RUNNING and container is not None:
            # Once for all IPv4 addresses of the host, once for all of IPv6 (moby: controller.go, parsePortMap).
            ports = tuple(port for port in container.ports for _ in ("0.0.0.0", "::")) if container.ports else ()
        # What `TaskStatus(…)` does, and faster: nothing is reported as often.
        self.status = tuple.__new__(TaskStatus, (state, now, message, err, told, ports))
        return self.status

    def failure(self, container: Container) -> str:
        """Return why a container that has ended by itself counts as failed."""
        reason = f"task: non-zero exit ({container.exit_code})"
        if self.unhealthy:
            return f"{reason}: dockerexec: unhealthy container"
        return f"{reason}: {container.error}" if container.error else reason

    def lacks_network(self, attached: tuple[str, ...]) -> bool:
        """Return whether the task must wait until its node has an address of its own on one more network."""
        places = self.task.networks
        return bool(places) and any(place.address and place.network_id not in attached for place in places)

    def overlays(self) -> list[Network]:
        """Return the networks that a node has only while a task there wants them: not the routing mesh's."""
        return [
            network
            for place in self.task.networks
            if place.address
            and (network := self.networks.get(place.network_id)) is not None
            and not network.spec.ingress
        ]


class Work(NamedTuple):
    """Something done for a task: prepare, start, stop, ended (taken down), unhealthy (balancers have let go of it).

    Or waited for: retry (what was under way has been called off), remove.
    """

    assigned: Assigned
    name: str
    serial: int


class WorkDone(NamedTuple):
    """All work that is done at this moment, in the order in which it began."""

    work: list[Work]
