"""Plain pictures of a world: what boards, charts and their text twins all show.

A learner may look at a board, read its text twin or print a chart; all three must tell the same story in the
same words and colours.  So there is one place that says how a state looks (`LOOKS`), one that turns a
`World` into read models (`Model`: plain dicts, ready for JSON) and one that turns a read model into
sentences.  Nothing here draws, waits or remembers.

The counts follow SwarmKit's ``manager/controlapi/service.go``, function ``ListServiceStatuses``, so that a board
says what ``docker service ls`` says: *running* is what was observed, even on a node that is no longer heard from.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypedDict
from zlib import crc32

from swarmlab.timeline.trace import State, World

SECOND = 10**9
MIB = 2**20
WIRES = {"cut": "cable pulled", "partitioned": "cut off from others"}


class Look(NamedTuple):
    """How a state looks wherever it is drawn: never by colour alone."""

    glyph: str
    colour: str  # Okabe and Ito's palette; "" is hollow.  Text on it is black (5.4:1 or better)
    ended: bool = False  # the task will do nothing any more
    hatch: str = ""  # matplotlib's, for prints without colour


#: In the order of a task's life.  A task only ever moves down this table.
LOOKS: dict[str, Look] = {
    "new": Look("·", ""),
    "pending": Look("?", ""),
    "assigned": Look("◔", "#F0E442"),
    "accepted": Look("◑", "#F0E442"),
    "preparing": Look("…", "#E69F00", hatch=".."),
    "ready": Look("◕", "#E69F00", hatch=".."),
    "starting": Look("▹", "#E69F00", hatch=".."),
    "running": Look("▶", "#009E73"),
    "complete": Look("✓", "#56B4E9", True, "--"),
    "shutdown": Look("□", "", True),
    "failed": Look("✕", "#D55E00", True, "xx"),
    "rejected": Look("⊘", "#CC79A7", True, "//"),
    "remove": Look("□", "", True),
    "orphaned": Look("∅", "", True, "\\\\"),
}
UNKNOWN = Look("?", "")

#: How the state of a node looks: what the dispatcher observes.
NODE_LOOKS: dict[str, Look] = {
    "ready": Look("✓", "#009E73"),
    "down": Look("✕", "#D55E00"),
    "disconnected": Look("✕", "#CC79A7"),
    "unknown": Look("?", ""),
}

#: How it looks whether a client reaches a target, and what that means.
REACHED: dict[str, tuple[Look, str]] = {
    "ok": (Look("✓", "#009E73"), "answers"),
    "empty": (Look("○", "#56B4E9"), "is open, but speaks no HTTP"),
    "partly": (Look("◐", "#E69F00"), "some of its containers answer"),
    "refused": (Look("✕", "#D55E00"), "connection refused"),
    "reset": (Look("↯", "#D55E00"), "connection reset"),
    "timeout": (Look("…", "#CC79A7"), "no answer in time"),
    "no route": (Look("⊘", "#F0E442"), "no route to host"),
    "unreachable": (Look("∅", "#F0E442"), "network is unreachable"),
    "unknown name": (Look("?", ""), "the name is not known there"),
}

#: Services are told apart by Paul Tol's muted tones, so that no service is mistaken for a state.
HUES = ("#4477AA", "#AA4499", "#44AA99", "#DDAA33", "#882255", "#88CCEE", "#999933", "#CC6677")


class Chip(TypedDict):
    """A task as it is drawn."""

    label: str  # web.3
    service: str
    slot: int  # 0 for global services
    node: str  # node id, "" while it waits for one
    state: str
    desired: str
    made: int  # milliseconds since 1970, when the orchestrator made the task
    since: int  # seconds since 1970, when the state was reported
    note: str  # the error, or else the message of the status
    container: str  # id, "" if there is none
    health: str  # starting, healthy, unhealthy; "" if nothing is checked
    old: int  # 0: wanted; 1: the newest that is no longer wanted in its slot; 2, 3 …: older ones


class Column(TypedDict):
    """A node as it is drawn."""

    name: str
    role: str
    leader: bool
    reachability: str  # of a manager, as the leader sees it: reachable, unreachable; "" of a worker
    availability: str
    state: str
    addr: str
    engine: str
    cpus: float
    memory: int  # MiB
    used_cpus: float  # what its tasks reserve
    used_memory: int  # MiB


class Box(TypedDict):
    """A machine as it is drawn, whether or not it is a node."""

    name: str
    address: str
    trouble: str  # what keeps it from working: "machine off", "engine stopped", "cable pulled" …; "" if nothing
    firewall: str  # "open for the swarm", "off", or what is closed: "closed: 2377/tcp"


class ServiceRow(TypedDict):
    """A service as it is drawn."""

    name: str
    mode: str
    image: str
    ports: str
    wanted: int
    running: int
    completed: int
    total: int  # how often a replicated job is to complete, 0 for others
    update: str
    hue: str


class Model(TypedDict):
    """Everything a board draws, by id."""

    nodes: dict[str, Column]
    tasks: dict[str, Chip]
    services: dict[str, ServiceRow]
    hosts: dict[str, Box]


class Used(NamedTuple):
    """What tasks reserve: billionths of a CPU, and bytes."""

    nano_cpus: int = 0
    memory: int = 0

    def plus(self, task: State, times: int = 1) -> "Used":
        """Return this and `times` what `task` holds: a task that has ended holds nothing."""
        if look(task["state"]).ended:
            return self
        return Used(self.nano_cpus + times * task["nano_cpus"], self.memory + times * task["memory"])


class Counts(NamedTuple):
    """How many tasks of a service were seen running, were seen complete, and are desired to run or complete."""

    running: int = 0
    completed: int = 0
    desired: int = 0

    def plus(self, other: "Counts", times: int = 1) -> "Counts":
        """Return the sum of these and `times` the others (-1 takes them away)."""
        return Counts(*(a + times * b for a, b in zip(self, other, strict=True)))


def look(state: str) -> Look:
    """Return how `state` looks; a state nobody knows looks unknown."""
    return LOOKS.get(state, UNKNOWN)


def label(task: State) -> str:
    """Return the short name of a task: ``web.3``, or for a global service the node's id, shortened."""
    place = task["slot"] or (task["node_id"][:5] + "…" if task["node_id"] else "?")
    return f"{task['service'] or task['service_id']}.{place}"


def slot_key(task: State) -> tuple[str, str]:
    """Return what successive tasks of one slot have in common."""
    return task["service_id"], str(task["slot"] or task["node_id"])


def is_wanted(task: State) -> bool:
    """Return whether the orchestrator still wants this task."""
    return task["desired"] not in ("shutdown", "remove")


def counts(task: State) -> Counts:
    """Return what one task adds to the counts of its service."""
    return Counts(
        int(task["state"] == "running"),
        int(task["state"] == "complete"),
        int(task["desired"] in ("running", "complete")),
    )


def ages(slot: Iterable[State]) -> dict[str, int]:
    """Return `Chip.old` for every task of one slot, by task id."""
    order = sorted(slot, key=lambda t: (-t["created"], t["id"]))
    past = [t["id"] for t in order if not is_wanted(t)]
    return {t["id"]: 0 for t in order} | {task_id: rank for rank, task_id in enumerate(past, start=1)}


def chip(task: State, old: int) -> Chip:
    """Return how a task is drawn; `old` is its place in the history of its slot."""
    return {
        "label": label(task),
        "service": task["service"],
        "slot": task["slot"],
        "node": task["node_id"],
        "state": task["state"],
        "desired": task["desired"],
        "made": task["created"] // 10**6,
        "since": task["at"] // SECOND,
        "note": task["err"] or task["message"],
        "container": task["container"],
        "health": task["health"],
        "old": old,
    }


def column(node: State, used: Used) -> Column:
    """Return how a node is drawn, given what its tasks reserve."""
    return {
        "name": node["hostname"],
        "role": node["role"],
        "leader": node["leader"],
        "reachability": node["reachability"],
        "availability": node["availability"],
        "state": node["state"],
        "addr": node["addr"],
        "engine": node["engine"],
        "cpus": node["nano_cpus"] / 10**9,
        "memory": node["memory"] // MIB,
        "used_cpus": used.nano_cpus / 10**9,
        "used_memory": used.memory // MIB,
    }


def box(host: State) -> Box:
    """Return how a machine is drawn."""
    trouble = "machine off" if not host["powered"] else "" if host["engine"] else "engine stopped"
    if host["powered"] and host["wire"] != "plugged":
        trouble = ", ".join(filter(None, (trouble, WIRES[host["wire"]])))
    firewall = f"closed: {', '.join(host['closed'])}" if host["closed"] else "open for the swarm"
    return {
        "name": host["id"],
        "address": host["address"],
        "trouble": trouble,
        "firewall": firewall if host["firewall"] or host["closed"] else "off",
    }


def ports(service: State) -> str:
    """Return published ports as ``docker service ls`` prints them: ``*:8080->80/tcp``."""
    return ", ".join(
        f"*:{p['published']}->{p['target']}/{p['protocol']}" for p in service["ports"] if p["mode"] == "ingress"
    )


def hues(services: Mapping[str, State]) -> dict[str, str]:
    """Return a colour for each service, by id: its name's own, or the next free one if that is taken.

    The name decides, so that `web` keeps its colour from chart to chart and when other services go.
    """
    chosen: dict[str, str] = {}
    taken: set[str] = set()
    for service_id, service in services.items():
        start = crc32(service["name"].encode()) % len(HUES)
        turn = HUES[start:] + HUES[:start]
        chosen[service_id] = next((hue for hue in turn if hue not in taken), turn[0])
        taken.add(chosen[service_id])
    return chosen


def service_row(service: State, count: Counts, hue: str) -> ServiceRow:
    """Return how a service is drawn, given the counts of its tasks."""
    return {
        "name": service["name"],
        "mode": service["mode"],
        "image": service["image"],
        "ports": ports(service),
        "wanted": service["replicas"] if service["mode"].startswith("replicated") else count.desired,
        "running": count.running,
        "completed": count.completed,
        "total": service["total"],
        "update": service["update"],
        "hue": hue,
    }


def model(world: World) -> Model:
    """Return everything a board draws of `world`.  One pass over its tasks."""
    slots: defaultdict[tuple[str, str], list[State]] = defaultdict(list)
    count: defaultdict[str, Counts] = defaultdict(Counts)
    used: defaultdict[str, Used] = defaultdict(Used)
    for task in world.tasks.values():
        used[task["node_id"]] = used[task["node_id"]].plus(task)
        slots[slot_key(task)].append(task)
        count[task["service_id"]] = count[task["service_id"]].plus(counts(task))
    old = {task_id: rank for slot in slots.values() for task_id, rank in ages(slot).items()}
    colour = hues(world.services)
    return {
        "nodes": {i: column(node, used[i]) for i, node in world.nodes.items()},
        "tasks": {i: chip(task, old[i]) for i, task in world.tasks.items()},
        "services": {i: service_row(s, count[i], colour[i]) for i, s in world.services.items()},
        "hosts": {i: box(host) for i, host in world.hosts.items()},
    }


def natural(name: str) -> list[tuple[int, str]]:
    """Return a key that sorts names as people count: node2 before node10."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"([0-9]+)", name)]


def node_order(drawn: Model) -> list[tuple[str, Column]]:
    """Return (id, node) from left to right: managers first, then by name."""
    return sorted(drawn["nodes"].items(), key=lambda n: (n[1]["role"] != "manager", natural(n[1]["name"]), n[0]))


def service_order(drawn: Model) -> list[ServiceRow]:
    """Return services from top to bottom: by name."""
    return sorted(drawn["services"].values(), key=lambda row: natural(row["name"]))


def manager(drawn: Model) -> str:
    """Return the name of the node to send commands to: the leader, or else a manager that is ready; "" if none."""
    managers = [n for n in drawn["nodes"].values() if n["role"] == "manager"]
    managers.sort(key=lambda n: (not n["leader"], n["state"] != "ready", n["name"]))
    return managers[0]["name"] if managers else ""


def in_order(chips: Iterable[tuple[str, Chip]]) -> list[Chip]:
    """Return (id, chip) pairs as a column shows them: by service and slot, wanted before old, newest first."""

    def key(pair: tuple[str, Chip]) -> tuple[object, ...]:
        task_id, one = pair
        return natural(one["service"]), one["slot"], one["label"], one["old"], -one["made"], task_id

    return [one for _, one in sorted(chips, key=key)]


def by_node(drawn: Model) -> defaultdict[str, list[tuple[str, Chip]]]:
    """Return the (id, chip) pairs of each node id; under "" those on no node that is known."""
    columns: defaultdict[str, list[tuple[str, Chip]]] = defaultdict(list)
    for task_id, one in drawn["tasks"].items():
        columns[one["node"] if one["node"] in drawn["nodes"] else ""].append((task_id, one))
    return columns


def loose(drawn: Model) -> list[Box]:
    """Return the machines that are not in a swarm."""
    nodes = {node["name"] for node in drawn["nodes"].values()}
    return [host for host in drawn["hosts"].values() if host["name"] not in nodes]


class Placement(NamedTuple):
    """How many wanted tasks of each service (columns) were seen running on each node (rows)."""

    nodes: list[str]
    services: list[str]
    counts: list[list[int]]
    closed: list[str]  # for each node why it takes no new tasks: "drain", "pause", "down", or ""


def placement(world: World) -> Placement:
    """Return the placement of all services on all nodes; tasks on their way in or out are not counted."""
    services = sorted(world.services.values(), key=lambda s: natural(s["name"]))
    nodes = sorted(world.nodes.values(), key=lambda n: (n["role"] != "manager", natural(n["hostname"]), n["id"]))
    at = {service["id"]: i for i, service in enumerate(services)}
    rows = {node["id"]: [0] * len(services) for node in nodes}
    for task in world.tasks.values():
        if is_wanted(task) and task["state"] == "running" and task["node_id"] in rows and task["service_id"] in at:
            rows[task["node_id"]][at[task["service_id"]]] += 1
    closed = [n["state"] if n["state"] != "ready" else n["availability"].replace("active", "") for n in nodes]
    return Placement([n["hostname"] for n in nodes], [s["name"] for s in services], list(rows.values()), closed)
