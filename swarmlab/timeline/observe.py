"""From changes in the store to rows of the trace: plain dicts that outlive the objects they tell of."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from swarmlab.core.agent.images import familiar, find
from swarmlab.core.manager.manager import Manager
from swarmlab.core.network.fabric import Rule
from swarmlab.core.objects import ContainerSpec, Network, Node, Resources, Service, Task
from swarmlab.core.simulation import Simulation
from swarmlab.core.states import TaskState
from swarmlab.core.store import Change
from swarmlab.timeline.trace import THINGS, Row, State

#: What the state of a task with a health check says of its container: it is running from when it is healthy on.
_HEALTH = {TaskState.STARTING: "starting", TaskState.RUNNING: "healthy"}


def rows(changes: list[Change], manager: Manager | None) -> list[Row]:
    """Return the rows that `changes` make.  Secrets, configs and the cluster object have none."""
    made = []
    for change in changes:
        thing = change.new or change.old
        if change.table not in THINGS or (change.table == "network" and thing.is_predefined):
            continue
        if change.table == "task" and not thing.service_id:  # a plain container's place on a network: no list has it
            continue
        state = None if change.new is None else _STATES[change.table](change.new, manager)
        made.append(Row(change.at, change.table, change.id, state, change.actor))
    return made


def host_rows(simulation: Simulation, before: dict[str, State]) -> list[Row]:
    """Return a row for each machine that no longer looks as in `before` (by name), which is brought up to date."""
    made = []
    for name in simulation.hosts:
        state = _host(simulation, name)
        if before.get(name) != state:
            before[name] = state
            made.append(Row(simulation.now, "host", name, state, "user"))
    return made


def _host(simulation: Simulation, name: str) -> State:
    machine, fabric = simulation.hosts[name], simulation.fabric
    apart = any(name in island for island in fabric.islands)
    return {
        "id": name,
        "address": machine.address,
        "powered": machine.powered,
        "engine": machine.is_up,
        "wire": "cut" if name in fabric.cut else "partitioned" if apart else "plugged",
        "firewall": simulation.net.firewalls.of(name).running,
        "closed": _closed(fabric.blocked[name]),
    }


def _closed(rules: Iterable[Rule]) -> list[str]:
    ports = sorted({(rule.port, rule.protocol) for rule in rules})
    return [f"{port}/{protocol}" for port, protocol in ports]


def _node(node: Node, manager: Manager | None) -> State:
    status = manager.manager_status(node) if manager else None
    description = node.description
    return {
        "id": node.id,
        "hostname": description.hostname if description else "",
        "role": node.role.word,
        "leader": bool(status and status.leader),
        "reachability": status.reachability if status else "",
        "availability": node.spec.availability.word,
        "state": node.status.state.word,
        "message": node.status.message,
        "addr": node.status.addr,
        "engine": description.engine_version if description else "",
        "nano_cpus": description.resources.nano_cpus if description else 0,
        "memory": description.resources.memory_bytes if description else 0,
    }


def _service(service: Service, manager: Manager | None) -> State:
    spec, endpoint = service.spec, service.endpoint
    container = spec.task.container
    return {
        "id": service.id,
        "name": spec.name,
        "mode": spec.mode.kind,
        "replicas": spec.mode.replicas if spec.mode.kind == "replicated" else spec.mode.max_concurrent,
        "image": image_name(container.image) if container else "",
        "args": list(container.args) if container else [],
        "ports": [
            {"published": port.published, "target": port.target, "protocol": port.protocol, "mode": port.mode}
            for port in (endpoint.ports if endpoint else ())
        ],
        "networks": [_network_name(config.target, manager) for config in spec.task.networks],
        "vips": {
            _network_name(vip.network_id, manager): vip.address.partition("/")[0]
            for vip in (endpoint.virtual_ips if endpoint else ())
        },
        "endpoint_mode": spec.endpoint.mode if spec.endpoint else "vip",
        "update": service.update_status.state.word if service.update_status else "",
        "labels": spec.labels,
        "total": spec.mode.total_completions,
    }


def _task(task: Task, manager: Manager | None) -> State:
    node = manager.store.node(task.node_id) if manager and task.node_id else None
    container, status = task.spec.container, task.status
    reserved = (task.spec.resources and task.spec.resources.reservations) or Resources()
    ended = status.container is not None and status.state > TaskState.RUNNING
    return {
        "id": task.id,
        "name": task.name,
        "service": task.service_name,
        "service_id": task.service_id,
        "slot": task.slot,
        "node": node.description.hostname if node and node.description else "",
        "node_id": task.node_id,
        "state": status.state.word,
        "desired": task.desired_state.word,
        "message": status.message,
        "err": status.err,
        "image": image_name(container.image) if container else "",
        "args": list(container.args) if container else [],
        "container": status.container.container_id if status.container else "",
        "exit_code": status.container.exit_code if ended and status.container else None,
        "addresses": {
            _network_name(attachment.network_id, manager): attachment.address.partition("/")[0]
            for attachment in task.networks
        },
        "created": task.created_at,
        "at": status.timestamp,
        "nano_cpus": reserved.nano_cpus,
        "memory": reserved.memory_bytes,
        "health": _health(task),
    }


def _health(task: Task) -> str:
    """Return what is known of a task's health: swarmkit agent/exec/controller.go, Start and Wait wait for it."""
    container = task.spec.container
    if container is None or not _is_checked(container):
        return ""
    failed = task.status.state is TaskState.FAILED and task.status.err.endswith("unhealthy container")
    return "unhealthy" if failed else _HEALTH.get(task.status.state, "")


def _is_checked(container: ContainerSpec) -> bool:
    test = container.healthcheck.test if container.healthcheck else ()
    return (test or _own_test(container.image))[:1] in (("CMD",), ("CMD-SHELL",))


@lru_cache(maxsize=256)
def _own_test(reference: str) -> tuple[str, ...]:
    image = find(reference)
    return image.healthcheck.test if image and image.healthcheck else ()


def _network(network: Network, manager: Manager | None) -> State:
    return {
        "id": network.id,
        "name": network.spec.name,
        "driver": network.driver_state.name if network.driver_state else "",
        "scope": network.spec.scope,
        "subnet": network.ipam[0].subnet if network.ipam else "",
        "attachable": network.spec.attachable,
        "internal": network.spec.internal,
        "ingress": network.spec.ingress,
    }


_STATES: dict[str, Any] = {"node": _node, "service": _service, "task": _task, "network": _network}


def _network_name(network_id: str, manager: Manager | None) -> str:
    network = manager.store.network(network_id) if manager else None
    return network.spec.name if network else network_id


def image_name(reference: str) -> str:
    """Return an image reference as people write it: no Docker Hub prefix, and no digest if there is a tag."""
    short = familiar(reference)
    name = short.partition("@")[0]
    return name if ":" in name.rpartition("/")[2] else short
