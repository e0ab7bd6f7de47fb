"""Things that go wrong, as inputs like any other: power, cables, engines, processes, firewalls, registry, resources.

A fault changes the world once and nothing else; what follows (a node found down, tasks replaced, requests
that hang) is the swarm's own doing.
"""

from typing import NamedTuple

from swarmlab.core.agent.connection import DESCRIBES, DescribeAgain
from swarmlab.core.agent.container import Container
from swarmlab.core.messages import agent
from swarmlab.core.network.fabric import DOCKER_USER, ESP, INPUT, OUTPUT, Path, Rule
from swarmlab.core.simulation import Simulation
from swarmlab.core.units import MIB, SECOND
from swarmlab.errors import InvalidArgument, NotFound

NOTICED_AFTER = 17 * SECOND  # three heartbeat periods of 5 s, and the last beat's jitter
NOTICED_AFTER_ELECTION = 40 * SECOND  # with several managers another may have to be elected first


class Noticed(NamedTuple):
    """By now the dispatcher has noticed: until then a lab that settles has something to wait for."""


def _will_be_noticed(simulation: Simulation) -> None:
    """A fault shows only when heartbeats are missed, and heartbeats alone keep no lab from being settled."""
    elects = any(len(swarm.raft.members) > 1 for swarm in simulation.swarms.values())
    simulation.queue.after(NOTICED_AFTER_ELECTION if elects else NOTICED_AFTER, "lab", Noticed())


def _host(simulation: Simulation, name: str) -> str:
    if name not in simulation.hosts:
        raise NotFound(f'there is no host "{name}"; the hosts are {", ".join(simulation.hosts)}')
    return name


def stop(simulation: Simulation, host: str) -> None:
    """Cut a host's power: its engine and all its containers end at once."""
    machine = simulation.hosts[_host(simulation, host)]
    if not machine.powered:
        raise InvalidArgument(f"{host} is off already; start it with start({host!r})")
    with simulation.fabric.change():
        simulation.fabric.off[host] = None
    machine.powered = False
    simulation.engine_stops(host)
    for container in machine.engine.containers.values():
        simulation.names.remove(container.id)
    machine.engine.power_off()
    _will_be_noticed(simulation)


def start(simulation: Simulation, host: str) -> None:
    """Switch a host on again: its engine starts and looks for its manager."""
    machine = simulation.hosts[_host(simulation, host)]
    if machine.is_up:
        raise InvalidArgument(f"{host} is running already")
    with simulation.fabric.change():
        simulation.fabric.off.pop(host, None)
    machine.powered = machine.engine_running = True
    simulation.engine_starts(host)


def stop_engine(simulation: Simulation, host: str) -> None:
    """Stop a host's engine, as ``systemctl stop docker`` does: its containers are stopped, those of tasks removed.

    The agent stops before them, so the swarm is told nothing (swarmkit ``agent/worker.go``, ``Close``).
    """
    machine = simulation.hosts[_host(simulation, host)]
    if not machine.is_up:
        raise InvalidArgument(f"the engine of {host} does not run")
    simulation.engine_stops(host)
    for container in list(machine.engine.containers.values()):
        if container.is_running:
            simulation.names.remove(container.id)
            machine.engine.stop(container)
            machine.engine.ended(container, container.plan.on_stop if container.plan.on_stop is not None else 137)
        if container.task_id:
            machine.engine.remove(container)
    machine.engine_running = False
    _will_be_noticed(simulation)


def start_engine(simulation: Simulation, host: str) -> None:
    """Start a host's engine again."""
    machine = simulation.hosts[_host(simulation, host)]
    if not machine.powered:
        raise InvalidArgument(f"{host} is off; start it with start({host!r})")
    if machine.engine_running:
        raise InvalidArgument(f"the engine of {host} runs already")
    machine.engine_running = True
    simulation.engine_starts(host)


def cut(simulation: Simulation, host: str) -> None:
    """Pull a host's network cable: its containers go on, nobody hears it."""
    with simulation.fabric.change():
        simulation.fabric.cut[_host(simulation, host)] = None
    _will_be_noticed(simulation)


def mend(simulation: Simulation, host: str) -> None:
    """Put the cable back, and end every partition."""
    with simulation.fabric.change():
        simulation.fabric.cut.pop(_host(simulation, host), None)
        simulation.fabric.islands.clear()


def partition(simulation: Simulation, hosts: list[str]) -> None:
    """Separate `hosts` from all others."""
    with simulation.fabric.change():
        simulation.fabric.islands.append(frozenset(_host(simulation, host) for host in hosts))
    _will_be_noticed(simulation)


#: Which packets a closed port keeps back: those for the host, those of the host, those for its containers.
_CHAINS = {"in": INPUT, "out": OUTPUT, "published": DOCKER_USER}


def block(
    simulation: Simulation, host: str, port: int, protocol: str = "tcp", *, drop: bool = False, direction: str = "in"
) -> None:
    """Close a port in a host's firewall, with `drop` without a word to who knocks.

    `protocol` may be tcp, udp, or esp, which has no ports: then `port` is its number, 50.  `direction`: "in" or
    "out", or "published" for a port that is passed on to containers and that the host's own rules do not see.

    Raises InvalidArgument for what is no port, protocol or direction.
    """
    if protocol not in ("tcp", "udp", ESP) or direction not in _CHAINS or not 0 <= port < 65536:
        raise InvalidArgument(
            f"{port}/{protocol} {direction} is nothing that a firewall can block: give a port from 1 to 65535, tcp, udp"
            ' or esp (port 50), and the direction "in", "out" or "published"'
        )
    verdict = Path.LOST if drop else Path.PROHIBITED
    rule = Rule(0 if protocol == ESP else port, protocol, verdict, _CHAINS[direction])
    rules = simulation.fabric.blocked[_host(simulation, host)]
    with simulation.fabric.change():
        rules.pop(rule._replace(verdict=Path.PROHIBITED if drop else Path.LOST), None)  # the last word counts
        rules[rule] = None
    _will_be_noticed(simulation)


def unblock(simulation: Simulation, host: str, port: int, protocol: str = "tcp") -> None:
    """Open a port in a host's firewall, in all directions."""
    rules = simulation.fabric.blocked[_host(simulation, host)]
    opened = (0 if protocol == ESP else port, protocol)
    with simulation.fabric.change():
        for rule in [rule for rule in rules if (rule.port, rule.protocol) == opened]:
            del rules[rule]


def kill(simulation: Simulation, reference: str) -> None:
    """Kill the process of a container, given by task id, container name or id, or a unique beginning."""
    host, container = find_container(simulation, reference)
    simulation.hosts[host].engine.signal(container, "KILL")


def hang(simulation: Simulation, reference: str) -> None:
    """Let the process of a container hang: it takes connections and answers none of them, and heeds only KILL."""
    host, container = find_container(simulation, reference)
    container.hung = True
    simulation.hosts[host].engine.touch(container)


def fail_check(simulation: Simulation, reference: str) -> None:
    """Let the health check of a container fail from now on.  Raises InvalidArgument when it has none."""
    host, container = find_container(simulation, reference)
    if not container.health.status:
        raise InvalidArgument(
            f"{container.name} has no health check that could fail; give its service one with --health-cmd"
        )
    container.check_fails = True
    simulation.hosts[host].engine.touch(container)


def recover(simulation: Simulation, reference: str) -> None:
    """Let a container that hangs, or whose health check was made to fail, be itself again."""
    host, container = find_container(simulation, reference)
    container.hung = container.check_fails = False
    simulation.hosts[host].engine.touch(container)


def out_of_memory(simulation: Simulation, reference: str) -> None:
    """Let the kernel kill the process of a container because the memory is used up: it ends with 137, OOMKilled."""
    host, container = find_container(simulation, reference)
    simulation.hosts[host].engine.out_of_memory(container)


def resize(simulation: Simulation, host: str, *, cpus: float | None = None, memory_mib: int | None = None) -> None:
    """Give a machine other resources.  The swarm hears of them when the node next looks at itself, within 20 s.

    Raises InvalidArgument for what is no amount.
    """
    machine = simulation.hosts[_host(simulation, host)]
    for amount in (cpus, memory_mib):
        if amount is not None and (isinstance(amount, bool) or not isinstance(amount, int | float) or not amount > 0):
            raise InvalidArgument(f"{amount!r} is no amount; give cpus=1.5, memory_mib=512, or both")
    if cpus is None and memory_mib is None:
        raise InvalidArgument("give cpus=1.5, memory_mib=512, or both")
    if cpus is not None:
        machine.nano_cpus = int(cpus * 10**9)
    if memory_mib is not None:
        machine.memory_bytes = int(memory_mib * MIB)
    simulation.queue.after(DESCRIBES, agent(host), DescribeAgain())


def fill_disk(simulation: Simulation, host: str) -> None:
    """Fill a host's disk: there is no room for another image; what is there goes on."""
    engine = simulation.hosts[_host(simulation, host)].engine
    if engine.images.disk_full:
        raise InvalidArgument(f"the disk of {host} is full already; make room with free_disk({host!r})")
    engine.images.disk_full = True


def free_disk(simulation: Simulation, host: str) -> None:
    """Make room on a host's disk again."""
    engine = simulation.hosts[_host(simulation, host)].engine
    if not engine.images.disk_full:
        raise InvalidArgument(f"the disk of {host} is not full")
    engine.images.disk_full = False


def slow_registry(simulation: Simulation, factor: int = 10) -> None:
    """Let every pull that begins from now on take `factor` times as long.  Raises InvalidArgument."""
    if isinstance(factor, bool) or not isinstance(factor, int) or not 2 <= factor <= 1000:
        raise InvalidArgument(f"a registry is 2 to 1000 times as slow as usual, not {factor!r}")
    simulation.registry.slowness = factor


def fail_registry(simulation: Simulation) -> None:
    """Let the registry refuse every pull; images that are on a host already are used as before."""
    if simulation.registry.fails:
        raise InvalidArgument("the registry fails already; mend it with mend_registry()")
    simulation.registry.fails = True


def mend_registry(simulation: Simulation) -> None:
    """Let the registry be quick and well again."""
    simulation.registry.slowness, simulation.registry.fails = 1, False


def find_container(simulation: Simulation, reference: str) -> tuple[str, Container]:
    """Return the running container that `reference` means, and its host.

    Raises NotFound or InvalidArgument with one sentence.
    """
    found = [
        (name, container)
        for name, host in simulation.hosts.items()
        for container in host.engine.containers.values()
        if container.is_running
        and any(
            text.startswith(reference)
            for text in (container.id, container.task_id, container.name)
            if text and reference
        )
    ]
    exact = [pair for pair in found if reference in (pair[1].id, pair[1].task_id, pair[1].name)]
    found = exact or found
    if not found:
        raise NotFound(f'no running container belongs to "{reference}"; `docker ps` on each host shows what runs')
    if len(found) > 1:
        names = ", ".join(container.name for _, container in found)
        raise InvalidArgument(f'"{reference}" may mean {names}; give more of the name')
    return found[0]
