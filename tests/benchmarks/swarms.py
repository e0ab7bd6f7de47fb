"""Swarms of any size, and the work that benchmarks and budgets give them."""

from swarmlab.core.manager.manager import Manager
from swarmlab.core.simulation import Simulation
from swarmlab.core.states import Availability, NodeState, TaskState
from swarmlab.core.units import MINUTE, SECOND
from tests.builders import a_spec

#: By then a new node has joined and is ready.
JOINED = 3 * SECOND


def a_swarm(nodes: int) -> Simulation:
    """A simulation with a ready swarm of so many nodes, the first of them its manager."""
    hosts = {f"node{n}": f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}" for n in range(nodes)}
    simulation = Simulation(hosts)
    first, *others = hosts
    simulation.init_swarm(first)
    token = manager_of(simulation).store.cluster.worker_token
    for host in others:
        simulation.join_swarm(host, (f"{hosts[first]}:2377",), token)
    simulation.run_until(simulation.now + JOINED)
    assert sum(node.status.state is NodeState.READY for node in manager_of(simulation).store.nodes()) == nodes
    return simulation


def manager_of(simulation: Simulation) -> Manager:
    """The manager of the one swarm."""
    return next(iter(simulation.swarms.values()))


def run_services(simulation: Simulation, services: int, replicas: int) -> Simulation:
    """Create services and let time pass until all their tasks run."""
    manager = manager_of(simulation)
    for number in range(services):
        manager.control.create_service(a_spec(f"web{number}", replicas))
    assert simulation.settle(MINUTE)
    return simulation


def check_running(simulation: Simulation, services: int, replicas: int) -> None:
    """See that so many tasks are there, and that all of them run."""
    tasks = manager_of(simulation).store.table("task").values()
    assert len(tasks) == services * replicas
    assert {task.status.state for task in tasks} == {TaskState.RUNNING}


def set_availability(simulation: Simulation, host: str, availability: Availability) -> None:
    """What ``docker node update --availability`` does."""
    manager = manager_of(simulation)
    node = manager.store.node(simulation.hosts[host].node_id)
    assert node is not None
    manager.control.update_node(node.id, node.version, node.spec._replace(availability=availability))


def crowded(simulation: Simulation, host: str, replicas: int) -> Simulation:
    """Have `host` alone run a service of so many tasks, while all nodes may take tasks."""
    for other in simulation.hosts:
        if other != host:
            set_availability(simulation, other, Availability.PAUSE)
    run_services(simulation, 1, replicas)
    check_running(simulation, 1, replicas)
    for other in simulation.hosts:
        if other != host:
            set_availability(simulation, other, Availability.ACTIVE)
    assert simulation.settle(MINUTE)
    return simulation


def drain(simulation: Simulation, host: str) -> Simulation:
    """Drain a node and let time pass until its tasks run elsewhere."""
    set_availability(simulation, host, Availability.DRAIN)
    assert simulation.settle(10 * MINUTE)
    return simulation
