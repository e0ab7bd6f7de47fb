"""Which nodes may run a task: a pipeline of filters, each with its words for "why not".

A filter answers three questions: does it apply to this task, does this node pass, and, for a task that
fits nowhere, what to tell the user.  A node is charged to the first filter it fails.

SwarmKit: ``manager/scheduler/filter.go``, ``pipeline.go``.
"""

from swarmlab.core.constraints import matches_all, parse_all
from swarmlab.core.manager.scheduler.nodeinfo import NodeInfo, host_ports, reservations
from swarmlab.core.objects import Platform, Task
from swarmlab.core.states import Availability, NodeState

_READY, _ACTIVE = NodeState.READY, Availability.ACTIVE  # asked for each task: looking them up takes time


class Filter:
    """One reason why a task may not run on a node."""

    fills = False  # whether a node that passes may not pass any more once another task like this one is on it

    def applies(self, task: Task) -> bool:
        """Whether the filter has anything to say about `task`."""
        return True

    def passes(self, task: Task, info: NodeInfo) -> bool:
        """Whether `task` may run on that node."""
        raise NotImplementedError

    def explain(self, nodes: int) -> str:
        """Say why `nodes` nodes were refused."""
        raise NotImplementedError


def _on(nodes: int) -> str:
    return "on 1 node" if nodes == 1 else f"on {nodes} nodes"


class Ready(Filter):
    """The node is up and takes new tasks."""

    def passes(self, task: Task, info: NodeInfo) -> bool:
        node = info.node
        return node.status.state is _READY and node.spec.availability is _ACTIVE

    def explain(self, nodes: int) -> str:
        return "1 node not available for new tasks" if nodes == 1 else f"{nodes} nodes not available for new tasks"


class Resource(Filter):
    """What the task reserves is still free.  Limits count nothing."""

    fills = True

    def applies(self, task: Task) -> bool:
        wanted = reservations(task)
        return wanted is not None and bool(wanted.nano_cpus or wanted.memory_bytes or wanted.generic)

    def passes(self, task: Task, info: NodeInfo) -> bool:
        wanted = reservations(task)
        description = info.node.description
        if wanted is None or description is None:
            return wanted is None
        has = description.resources
        if wanted.nano_cpus > has.nano_cpus - info.reserved_cpus:
            return False
        if wanted.memory_bytes > has.memory_bytes - info.reserved_memory:
            return False
        return all(info.has_generic(generic) for generic in wanted.generic)

    def explain(self, nodes: int) -> str:
        return f"insufficient resources {_on(nodes)}"


class Plugin(Filter):
    """The node has the volume, network and log plugins that the task needs."""

    def applies(self, task: Task) -> bool:
        return bool(self._wanted(task))

    def _wanted(self, task: Task) -> list[tuple[str, str]]:
        wanted = []
        for mount in task.spec.container.mounts if task.spec.container else ():
            driver = (mount.volume_options or {}).get("DriverConfig")
            name = driver.get("Name") if isinstance(driver, dict) else None
            if mount.type == "volume" and name and name != "local":
                wanted.append(("Volume", str(name)))
        log_driver = task.spec.log_driver  # its own; the swarm's default is not looked at
        if log_driver and log_driver.name not in ("", "none"):
            wanted.append(("Log", log_driver.name))
        if any(attachment.address for attachment in task.networks):
            wanted.append(("Network", "overlay"))
        return wanted

    def passes(self, task: Task, info: NodeInfo) -> bool:
        return info.node.description is None or not self.missing(task, info)

    def missing(self, task: Task, info: NodeInfo) -> list[tuple[str, str]]:
        """Return the plugins that the task needs and the node does not have, as (type, name)."""
        has = info.node.description.plugins if info.node.description else ()
        tells_logs = any(kind == "Log" for kind, _ in has)
        return [
            (kind, name)
            for kind, name in self._wanted(task)
            if (kind, name) not in has and (kind, f"{name}:latest") not in has and (kind != "Log" or tells_logs)
        ]

    def explain(self, nodes: int) -> str:
        return f"missing plugin {_on(nodes)}"


class Constraint(Filter):
    """All ``--constraint`` expressions hold."""

    def applies(self, task: Task) -> bool:
        return bool(task.spec.placement and task.spec.placement.constraints)

    def passes(self, task: Task, info: NodeInfo) -> bool:
        return matches_all(parse_all(task.spec.placement.constraints if task.spec.placement else ()), info.node)

    def explain(self, nodes: int) -> str:
        return f"scheduling constraints not satisfied {_on(nodes)}"


#: Two names of one architecture.
_SAME = {"x86_64": "amd64", "aarch64": "arm64"}


class PlatformFilter(Filter):
    """The image exists for the node's operating system and architecture."""

    def applies(self, task: Task) -> bool:
        return bool(task.spec.placement and task.spec.placement.platforms)

    def passes(self, task: Task, info: NodeInfo) -> bool:
        has = info.node.description.platform if info.node.description else None
        wanted = task.spec.placement.platforms if task.spec.placement else ()
        return has is not None and any(self._equal(want, has) for want in wanted)

    def _equal(self, want: Platform, has: Platform) -> bool:
        if want.os and want.os != has.os:
            return False
        wish = _SAME.get(want.architecture, want.architecture)
        return not wish or wish == _SAME.get(has.architecture, has.architecture)

    def explain(self, nodes: int) -> str:
        return f"unsupported platform {_on(nodes)}"


class HostPort(Filter):
    """The ports that the task publishes on its own node are free there."""

    fills = True

    def applies(self, task: Task) -> bool:
        return bool(host_ports(task))

    def passes(self, task: Task, info: NodeInfo) -> bool:
        return not any(port in info.host_ports for port in host_ports(task))

    def explain(self, nodes: int) -> str:
        return f"host-mode port already in use {_on(nodes)}"


class MaxReplicas(Filter):
    """Not too many tasks of the service are on the node already."""

    fills = True

    def applies(self, task: Task) -> bool:
        return bool(task.spec.placement and task.spec.placement.max_replicas)

    def passes(self, task: Task, info: NodeInfo) -> bool:
        return info.count(task.service_id) < (task.spec.placement.max_replicas if task.spec.placement else 0)

    def explain(self, nodes: int) -> str:
        return "max replicas per node limit exceed"


class Volumes(Filter):
    """The cluster volumes that the task mounts can be there.  Here is no CSI driver, so none ever can."""

    def applies(self, task: Task) -> bool:
        return any(mount.type == "cluster" for mount in (task.spec.container.mounts if task.spec.container else ()))

    def passes(self, task: Task, info: NodeInfo) -> bool:
        return False

    def explain(self, nodes: int) -> str:
        return f"cannot fulfill requested CSI volume mounts {_on(nodes)}"


#: In SwarmKit's order.
FILTERS: tuple[Filter, ...] = (
    Ready(),
    Resource(),
    Plugin(),
    Constraint(),
    PlatformFilter(),
    HostPort(),
    MaxReplicas(),
    Volumes(),
)


class Pipeline:
    """The filters that apply to one task, counting the nodes each has refused."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self._filters = [one for one in FILTERS if one.applies(task)]
        self.fills = any(one.fills for one in self._filters)
        self.refused = [0] * len(self._filters)
        self._charged = False

    def passes(self, info: NodeInfo) -> bool:
        """Return whether a node may run the task.  A node that may forgets all refusals before it."""
        for index, one in enumerate(self._filters):
            if not one.passes(self.task, info):
                self.refused[index] += 1
                self._charged = True
                return False
        if self._charged:
            self.refused = [0] * len(self._filters)
            self._charged = False
        return True

    def refusing(self, info: NodeInfo) -> list[Filter]:
        """Return all filters that refuse a node.  Charges nobody; `passes` would charge it to the first."""
        return [one for one in self._filters if not one.passes(self.task, info)]

    def explain(self) -> str:
        """Say why nothing fits, most frequent reason first: what stands in brackets after "no suitable node"."""
        charged = [(count, -index) for index, count in enumerate(self.refused) if count]
        return "; ".join(self._filters[-index].explain(count) for count, index in sorted(charged, reverse=True))
