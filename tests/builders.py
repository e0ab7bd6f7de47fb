"""Objects for tests: every default is valid, so a test names only what it is about."""

from typing import Any

from swarmlab.core.agent.container import Container
from swarmlab.core.ids import Ids
from swarmlab.core.manager.manager import Manager
from swarmlab.core.network.world import Place
from swarmlab.core.objects import (
    ContainerSpec,
    EndpointSpec,
    Healthcheck,
    Node,
    NodeDescription,
    NodeSpec,
    NodeStatus,
    PortConfig,
    Resources,
    Service,
    ServiceMode,
    ServiceSpec,
    Task,
    TaskSpec,
    TaskStatus,
)
from swarmlab.core.oracle import Oracle
from swarmlab.core.simulation import Simulation
from swarmlab.core.states import Availability, NodeState, Role, TaskState
from swarmlab.core.units import SECOND

HOSTS = {"swarm-manage": "192.168.1.11", "node1": "192.168.1.12", "node2": "192.168.1.13"}
_ids = Ids("builders")


def a_task(**fields: Any) -> Task:
    """A running task of service s1; `state` and `desired` are short for its states."""
    state = fields.pop("state", TaskState.RUNNING)
    desired = fields.pop("desired", TaskState.RUNNING)
    at = fields.pop("at", 0)
    defaults: dict[str, Any] = {
        "id": _ids.swarm(),
        "service_id": "s1",
        "slot": 1,
        "spec": TaskSpec(container=ContainerSpec(image="httpd:latest")),
        "status": TaskStatus(state, at),
        "desired_state": desired,
        "node_id": "n1",
        "service_name": "web",
    }
    return Task(**{**defaults, **fields})


def a_node(node_id: str = "n1", **fields: Any) -> Node:
    """A ready, active worker with 4 CPUs and 8 GB."""
    state = fields.pop("state", NodeState.READY)
    availability = fields.pop("availability", Availability.ACTIVE)
    labels = fields.pop("labels", {})
    role = fields.pop("role", Role.WORKER)
    resources = fields.pop("resources", Resources(4_000_000_000, 8_000_000_000))
    return Node(
        node_id,
        NodeSpec(labels=labels, role=role, availability=availability),
        role=role,
        description=NodeDescription(fields.pop("hostname", node_id), resources=resources),
        status=NodeStatus(state, addr=fields.pop("addr", "10.1.0.1")),
        **fields,
    )


def a_service(name: str = "web", replicas: int = 1, **fields: Any) -> Service:
    """A replicated service of httpd."""
    return Service(fields.pop("id", "s1"), spec=a_spec(name, replicas, **fields))


def a_spec(name: str = "web", replicas: int = 1, **fields: Any) -> ServiceSpec:
    """The spec of a replicated service; `image`, `args`, `ports`, `networks`, `restart` … reach their place."""
    container = ContainerSpec(
        image=fields.pop("image", "httpd:latest"),
        args=tuple(fields.pop("args", ())),
        healthcheck=fields.pop("healthcheck", None),
        stop_grace_period=fields.pop("grace", None),
    )
    ports = tuple(fields.pop("ports", ()))
    task = TaskSpec(
        container=container,
        networks=tuple(fields.pop("networks", ())),
        restart=fields.pop("restart", None),
        placement=fields.pop("placement", None),
        resources=fields.pop("resources", None),
    )
    endpoint = EndpointSpec(fields.pop("endpoint_mode", "vip"), ports)
    mode = fields.pop("mode", ServiceMode(replicas=replicas))
    return ServiceSpec(name, task=task, mode=mode, endpoint=endpoint, **fields)


def a_job(name: str = "job", completions: int = 1, concurrent: int = 1, **fields: Any) -> ServiceSpec:
    """The spec of a replicated job whose tasks sleep for two seconds."""
    mode = fields.pop("mode", ServiceMode("replicated-job", 0, concurrent, completions))
    return a_spec(name, **{"image": "busybox", "args": ("sleep", "2"), "mode": mode, **fields})


def a_check(command: str, **fields: Any) -> Healthcheck:
    """A health check by the container's shell, every second, unhealthy after two failures."""
    return Healthcheck(("CMD-SHELL", command), **{"interval": SECOND, "retries": 2, **fields})


def publish(published: int, target: int = 80, mode: str = "ingress") -> PortConfig:
    """A published port."""
    return PortConfig(target, published, mode=mode)


class World:
    """A simulation with a ready swarm of three hosts, and short ways to look at it.

    At every commit the oracle asks whether each task was moved by its owner; a mistake fails the test that made it.
    """

    def __init__(self, seed: int = 7, shuffle: int | None = None, hosts: dict[str, str] | None = None) -> None:
        self.hosts = hosts or HOSTS
        self.simulation = Simulation(self.hosts, seed=seed, shuffle=shuffle)
        self.simulation.recording = True
        first, *others = self.hosts
        self.simulation.init_swarm(first)
        self.manager.store.watch(("task",), Oracle().observe)
        token = self.manager.store.cluster.worker_token
        for host in others:
            self.simulation.join_swarm(host, (f"{self.hosts[first]}:2377",), token)
            self.run(SECOND)

    @property
    def manager(self) -> Manager:
        return next(iter(self.simulation.swarms.values()))

    @property
    def now(self) -> int:
        return self.simulation.now

    def run(self, ns: int) -> None:
        self.simulation.run_until(self.simulation.now + ns)

    def settle(self) -> "World":
        assert self.simulation.settle()
        return self

    def create(self, spec: ServiceSpec) -> Service:
        return self.manager.control.create_service(spec)

    def service(self, name: str = "web") -> Service:
        found: Service = self.manager.store.named("service", name)
        return found

    def update(self, name: str = "web", **fields: Any) -> None:
        service = self.service(name)
        self.manager.control.update_service(service.id, service.version, service.spec._replace(**fields))

    def scale(self, name: str, replicas: int) -> None:
        self.update(name, mode=ServiceMode(replicas=replicas))

    def node(self, hostname: str) -> Node:
        return next(
            node
            for node in self.manager.store.nodes()
            if node.description is not None and node.description.hostname == hostname
        )

    def set_availability(self, hostname: str, availability: Availability) -> None:
        node = self.node(hostname)
        self.manager.control.update_node(node.id, node.version, node.spec._replace(availability=availability))

    def set_role(self, hostname: str, role: Role) -> None:
        node = self.node(hostname)
        self.manager.control.update_node(node.id, node.version, node.spec._replace(role=role))

    def tasks(self, name: str = "web") -> list[Task]:
        return [task for task in self.manager.store.tasks() if task.service_name == name]

    def running(self, name: str = "web") -> list[Task]:
        return [
            task
            for task in self.tasks(name)
            if task.status.state is TaskState.RUNNING and task.desired_state is TaskState.RUNNING
        ]

    def container_of(self, task: Task) -> Container:
        """The container of a task, wherever it is; one that was not made or is gone fails the test."""
        engines = [host.engine for host in self.simulation.hosts.values()]
        return next(found for engine in engines if (found := engine.of_task(task.id)) is not None)

    def actions(self, task: Task) -> list[str]:
        """What ``docker events`` tells of a task's container, in order."""
        container = self.container_of(task)
        events = [event for host in self.simulation.hosts.values() for event in host.engine.events.kept]
        return [event.action for event in events if event.id == container.id]

    def write(self, task: Task, path: str, data: bytes | None) -> None:
        """Change a file in a task's container; None deletes it."""
        container = self.container_of(task)
        host = next(name for name, h in self.simulation.hosts.items() if container.id in h.engine.containers)
        self.simulation.net.write_files(Place(host, container.id), {path: data})

    def hosts_of(self, tasks: list[Task]) -> list[str]:
        names = {node.id: node.description.hostname for node in self.manager.store.nodes() if node.description}
        return sorted(names.get(task.node_id, "") for task in tasks)
