"""Things that go wrong, as inputs like any other: power, cables, engines, processes, firewalls.

A fault changes the world once and nothing else; what follows (a node found down, tasks replaced, requests
that hang) is the swarm's own doing.
"""

from typing import NamedTuple

from swarmlab.core.agent.container import Container
from swarmlab.core.network.fabric import Rule
from swarmlab.core.simulation import Simulation
from swarmlab.core.units import SECOND
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


def block(simulation: Simulation, host: str, port: int, protocol: str = "tcp", *, drop: bool = False) -> None:
    """Close a port in a host's firewall for packets coming in."""
    with simulation.fabric.change():
        simulation.fabric.blocked[_host(simulation, host)][Rule(port, protocol, drop)] = None
    _will_be_noticed(simulation)


def unblock(simulation: Simulation, host: str, port: int, protocol: str = "tcp") -> None:
    """Open a port in a host's firewall."""
    rules = simulation.fabric.blocked[_host(simulation, host)]
    with simulation.fabric.change():
        for rule in [rule for rule in rules if (rule.port, rule.protocol) == (port, protocol)]:
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
