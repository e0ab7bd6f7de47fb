"""From the Engine API's JSON to the states of a history (see `swarmlab.timeline.trace`), as the simulation writes them.

Each function takes one object as the API lists it.  `Names` knows the names behind the ids, also of what has gone.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from swarmlab.core.agent.images import familiar
from swarmlab.core.units import parse_rfc3339
from swarmlab.timeline.trace import State

Json = dict[str, Any]

_MODES = {
    "Replicated": "replicated",
    "Global": "global",
    "ReplicatedJob": "replicated-job",
    "GlobalJob": "global-job",
}
#: States in which a container has ended.
_ENDED = ("complete", "shutdown", "failed", "rejected", "remove", "orphaned")


@dataclass
class Names:
    """Names by id."""

    nodes: dict[str, str] = field(default_factory=dict)
    services: dict[str, str] = field(default_factory=dict)
    networks: dict[str, str] = field(default_factory=dict)


def moment(text: str | None) -> int:
    """Return a time of the API in nanoseconds since 1970; 0 for none."""
    return parse_rfc3339(text) if text else 0


def node(it: Json, names: Names) -> State:
    """Return the state of a node."""
    description = it.get("Description") or {}
    return {
        "id": it["ID"],
        "hostname": description.get("Hostname", ""),
        "role": it["Spec"]["Role"],
        "leader": bool((it.get("ManagerStatus") or {}).get("Leader")),
        "reachability": (it.get("ManagerStatus") or {}).get("Reachability", ""),
        "availability": it["Spec"]["Availability"],
        "state": it["Status"]["State"],
        "message": it["Status"].get("Message", ""),
        "addr": it["Status"].get("Addr", ""),
        "engine": (description.get("Engine") or {}).get("EngineVersion", ""),
        "nano_cpus": (description.get("Resources") or {}).get("NanoCPUs", 0),
        "memory": (description.get("Resources") or {}).get("MemoryBytes", 0),
    }


def service(it: Json, names: Names) -> State:
    """Return the state of a service."""
    spec = it["Spec"]
    template = spec["TaskTemplate"]
    container = template.get("ContainerSpec") or {}
    endpoint = it.get("Endpoint") or {}
    key = next((key for key in _MODES if key in spec["Mode"]), "Replicated")
    mode = spec["Mode"].get(key) or {}
    wanted = mode.get("Replicas", 1) if key == "Replicated" else mode.get("MaxConcurrent", 0)
    return {
        "id": it["ID"],
        "name": spec["Name"],
        "mode": _MODES[key],
        "replicas": wanted,
        "image": image_name(container.get("Image", "")),
        "args": list(container.get("Args") or []),
        "ports": [
            {
                "published": port.get("PublishedPort", 0),
                "target": port.get("TargetPort", 0),
                "protocol": port.get("Protocol", "tcp"),
                "mode": port.get("PublishMode", "ingress"),
            }
            for port in endpoint.get("Ports") or []
        ],
        "networks": [
            names.networks.get(to["Target"], to["Target"])
            for to in template.get("Networks") or spec.get("Networks") or []
        ],
        "vips": {
            names.networks.get(vip["NetworkID"], vip["NetworkID"]): vip.get("Addr", "").partition("/")[0]
            for vip in endpoint.get("VirtualIPs") or []
        },
        "endpoint_mode": (spec.get("EndpointSpec") or {}).get("Mode") or "vip",
        "update": (it.get("UpdateStatus") or {}).get("State", ""),
        "labels": spec.get("Labels") or {},
        "total": mode.get("TotalCompletions", 0),
    }


def task(it: Json, names: Names) -> State:
    """Return the state of a task."""
    status, container = it["Status"], it["Spec"].get("ContainerSpec") or {}
    run = status.get("ContainerStatus") or {}
    slot, node_id, service_id = it.get("Slot", 0), it.get("NodeID", ""), it.get("ServiceID", "")
    owner = names.services.get(service_id, service_id)
    has_ended = bool(run) and status["State"] in _ENDED
    reserved = (it["Spec"].get("Resources") or {}).get("Reservations") or {}
    return {
        "id": it["ID"],
        "name": f"{owner}.{slot or node_id}.{it['ID']}",
        "service": owner,
        "service_id": service_id,
        "slot": slot,
        "node": names.nodes.get(node_id, ""),
        "node_id": node_id,
        "state": status["State"],
        "desired": it["DesiredState"],
        "message": status.get("Message", ""),
        "err": status.get("Err", ""),
        "image": image_name(container.get("Image", "")),
        "args": list(container.get("Args") or []),
        "container": run.get("ContainerID", ""),
        "exit_code": run.get("ExitCode", 0) if has_ended else None,
        "addresses": {
            to["Network"]["Spec"]["Name"]: to["Addresses"][0].partition("/")[0]
            for to in it.get("NetworksAttachments") or []
            if to.get("Addresses")
        },
        "created": moment(it["CreatedAt"]),
        "at": moment(status["Timestamp"]),
        "nano_cpus": reserved.get("NanoCPUs", 0),
        "memory": reserved.get("MemoryBytes", 0),
        "health": "",
    }


def network(it: Json, names: Names) -> State:
    """Return the state of a network of the swarm."""
    config = (it.get("IPAM") or {}).get("Config") or [{}]
    return {
        "id": it["Id"],
        "name": it["Name"],
        "driver": it["Driver"],
        "scope": it["Scope"],
        "subnet": config[0].get("Subnet", ""),
        "attachable": it.get("Attachable", False),
        "internal": it.get("Internal", False),
        "ingress": it.get("Ingress", False),
    }


#: Kind of row → function.  Order matters at one moment: what others refer to comes first.
STATES: dict[str, Callable[[Json, Names], State]] = {
    "node": node,
    "network": network,
    "service": service,
    "task": task,
}


def since(kind: str, it: Json, before: State | None) -> int:
    """Return since when an object looks as it does, by the clock of its engine; ns since 1970."""
    if kind == "network":
        return moment(it.get("Created"))
    if kind == "task" and (before is None or before["at"] != moment(it["Status"]["Timestamp"])):
        return moment(it["Status"]["Timestamp"])
    return moment(it.get("UpdatedAt"))


def image_name(reference: str) -> str:
    """Return an image reference as people write it: no digest, no Docker Hub prefix."""
    return familiar(reference).partition("@")[0] or reference
