"""What the scheduler sees of each node when it looks for a place for one task, in words for a person.

`Filter.explain` says what Swarm says: how many nodes, and in short.  A learner wants to know of *this* node why
it was refused, and what would change that.  Nothing here decides anything: the filters and the ranks are asked.
"""

from collections.abc import Callable
from typing import NamedTuple

from swarmlab.core.constraints import matches, parse_all
from swarmlab.core.manager.scheduler import filters
from swarmlab.core.manager.scheduler.nodeinfo import MAX_FAILURES, NodeInfo, host_ports, reservations
from swarmlab.core.manager.scheduler.nodeset import NodeSet
from swarmlab.core.manager.scheduler.tree import label_of
from swarmlab.core.objects import Placement, Resources, Task
from swarmlab.core.states import Availability, NodeState
from swarmlab.core.units import MIB


class Look(NamedTuple):
    """One node, as the scheduler sees it for one task."""

    node_id: str
    node: str  # its host name
    refused: str  # why it may not run the task; "" if it may
    helps: str  # what would change that, all of it together
    failures: int  # tasks of this revision that failed there lately; fewer than five count as none
    of_service: int  # tasks of the service that are wanted running there
    in_all: int
    branch: tuple[str, ...]  # its value for each placement preference

    @property
    def rank(self) -> tuple[int, int, int]:
        """What decides between nodes that fit: less is better."""
        return (self.failures, self.of_service, self.in_all)


def looks(nodes: NodeSet, task: Task, now: int) -> list[Look]:
    """Return what the scheduler sees of every node, oldest first."""
    placement = task.spec.placement or Placement()
    pipeline = filters.Pipeline(task)
    seen = []
    for info in nodes.by_id.values():
        words = [_WORDS[type(refusing)](task, info) for refusing in pipeline.refusing(info)]
        refused, helps = "; ".join(why for why, _ in words), " and ".join(help for _, help in words)
        failures, of_service, in_all = info.rank(task, now)
        values = (label_of(descriptor, info) for descriptor in placement.preferences)
        branch = tuple(value for value in values if value is not None)
        seen.append(Look(info.node.id, _name(info), refused, helps, failures, of_service, in_all, branch))
    return seen


def _name(info: NodeInfo) -> str:
    return info.node.description.hostname if info.node.description else info.node.id


_Words = tuple[str, str]


def _ready(task: Task, info: NodeInfo) -> _Words:
    node = info.node
    if node.status.state is not NodeState.READY:
        return f"it is {node.status.state.word}", f"bring {_name(info)} back"
    asked = {Availability.DRAIN: "it is drained", Availability.PAUSE: "it is paused"}[node.spec.availability]
    return asked, f"docker node update --availability active {_name(info)}"


def _resource(task: Task, info: NodeInfo) -> _Words:
    wanted = reservations(task) or Resources()
    has = info.node.description.resources if info.node.description else Resources()
    short = []
    free = has.nano_cpus - info.reserved_cpus
    if wanted.nano_cpus > free:
        short.append(f"{wanted.nano_cpus / 1e9:g} CPUs are reserved for the task, {free / 1e9:g} are not reserved yet")
    left = has.memory_bytes - info.reserved_memory
    if wanted.memory_bytes > left:
        short.append(
            f"{wanted.memory_bytes / MIB:g} MiB are reserved for the task, {left / MIB:g} MiB are not reserved yet"
        )
    for generic in wanted.generic:
        if not info.has_generic(generic):
            free_of_kind = info.free_generic(generic.kind)
            count = len(free_of_kind) if free_of_kind and free_of_kind[0].name else sum(g.value for g in free_of_kind)
            short.append(f"{generic.value} of {generic.kind} are wanted, {count} are free")
    return "; ".join(short), "reserve less (--reserve-cpu, --reserve-memory), or free what other tasks reserve there"


def _plugin(task: Task, info: NodeInfo) -> _Words:
    missing = filters.Plugin().missing(task, info)
    kind, name = missing[0]
    return f"it has no {kind.lower()} plugin {name}", f"install the plugin {name} on {_name(info)}"


def _constraint(task: Task, info: NodeInfo) -> _Words:
    texts = task.spec.placement.constraints if task.spec.placement else ()
    broken = [
        text for text, constraint in zip(texts, parse_all(texts), strict=True) if not matches(constraint, info.node)
    ]
    held = " and ".join(broken)
    verb = "does" if len(broken) == 1 else "do"
    return f"{held} {verb} not hold", f"change {_name(info)} so that {held}, or drop the constraint"


def _platform(task: Task, info: NodeInfo) -> _Words:
    has = info.node.description.platform if info.node.description else None
    platform = f"{has.os}/{has.architecture}" if has else "unknown"
    return f"its platform is {platform}, and the image has none for it", "use an image that is built for this platform"


def _host_port(task: Task, info: NodeInfo) -> _Words:
    taken = ", ".join(
        f"{port}/{protocol}" for protocol, port in host_ports(task) if (protocol, port) in info.host_ports
    )
    return f"port {taken} is taken there (mode=host)", "publish another port, or run no more tasks than nodes"


def _max_replicas(task: Task, info: NodeInfo) -> _Words:
    most = task.spec.placement.max_replicas if task.spec.placement else 0
    return (
        f"it has {info.count(task.service_id)} tasks of the service, and {most} is the most a node may have",
        "add a node, or raise --replicas-max-per-node",
    )


def _volumes(task: Task, info: NodeInfo) -> _Words:
    return "it cannot have the cluster volume", "use a volume of type volume, bind or tmpfs"


_WORDS: dict[type[filters.Filter], Callable[[Task, NodeInfo], _Words]] = {
    filters.Ready: _ready,
    filters.Resource: _resource,
    filters.Plugin: _plugin,
    filters.Constraint: _constraint,
    filters.PlatformFilter: _platform,
    filters.HostPort: _host_port,
    filters.MaxReplicas: _max_replicas,
    filters.Volumes: _volumes,
}


def deciding(chosen: Look, fitting: list[Look]) -> str:
    """Say what set `chosen` apart from the other nodes that fit; "" if others were better when it was taken."""
    others = [look for look in fitting if look.node_id != chosen.node_id]
    if not others:
        return "No other node fitted."
    best = min(look.rank for look in others)
    if chosen.rank > best:
        return ""
    if chosen.failures < best[0]:
        return f"On the others {MAX_FAILURES} or more tasks like this one have failed within five minutes."
    if chosen.of_service < best[1]:
        return "It had the fewest tasks of this service."
    if chosen.in_all < best[2]:
        return "No other node had fewer tasks of this service, and of those with as few it had the fewest tasks in all."
    equals = ", ".join(look.node for look in others if look.rank == chosen.rank)
    return f"{equals} would have done as well: as many tasks of this service, as many in all.  Chance decided."
