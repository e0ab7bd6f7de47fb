"""What agents and managers say to each other.  They share nothing else (SwarmKit ``api/dispatcher.proto``).

Every message travels over the fabric, so a pulled cable or a closed port 2377 simply loses it.
"""

from typing import NamedTuple

from swarmlab.core.objects import Config, Network, NodeDescription, Secret, Task, TaskStatus

#: (node id, address:port) of each manager.
Managers = tuple[tuple[str, str], ...]


def door(host: str) -> str:
    """Return the address on the queue of the manager on `host`, for agents."""
    return f"manager/{host}"


def agent(host: str) -> str:
    """Return the address on the queue of the agent on `host`."""
    return f"agent/{host}"


class Register(NamedTuple):
    """Agent → dispatcher: here I am; tell me all my tasks."""

    node_id: str
    host: str
    address: str
    description: NodeDescription
    via: str  # the host of the manager that it talks to


class Heartbeat(NamedTuple):
    """Agent → dispatcher: still here."""

    node_id: str
    host: str
    via: str


class HeartbeatPeriod(NamedTuple):
    """Dispatcher → agent: you are registered; beat again after `period` nanoseconds."""

    period: int
    managers: Managers = ()


class SessionInvalid(NamedTuple):
    """Manager → agent: we are strangers, or the line is broken; register."""


class ManagersChanged(NamedTuple):
    """Manager → agent: these are the managers now."""

    managers: Managers


class Promoted(NamedTuple):
    """Dispatcher → agent: your node is to be a manager."""


class NodeAttachments(NamedTuple):
    """Dispatcher → agent: the networks on which the node has an address of its own, for its load balancer.

    In SwarmKit the session's messages carry the whole node (``api/dispatcher.proto``, ``SessionMessage``).
    """

    networks: tuple[str, ...]
    ingress: str = ""  # which of them is the routing mesh's, "" if none is
    ingress_name: str = ""


class AttachNetwork(NamedTuple):
    """Agent → resource allocator: a plain container here is to be on this network (its id or name)."""

    node_id: str
    container_id: str
    network: str
    address: str = ""  # one that was asked for


class Attached(NamedTuple):
    """Resource allocator → agent: the task that gets the container its address, or why there is none."""

    container_id: str
    network: str
    task_id: str = ""
    error: str = ""


class DetachNetwork(NamedTuple):
    """Agent → resource allocator: the container has left the network."""

    node_id: str
    task_id: str


class Assignments(NamedTuple):
    """Dispatcher → agent: tasks to run or to change, and tasks to forget.

    `complete`: these are all; whatever else the agent has is to go.
    """

    tasks: tuple[Task, ...]
    removed: tuple[str, ...] = ()
    networks: tuple[Network, ...] = ()  # those the tasks are on
    complete: bool = False
    secrets: tuple[Secret, ...] = ()  # those the tasks name; one that has been removed is not there
    configs: tuple[Config, ...] = ()


class StatusReport(NamedTuple):
    """Agent → dispatcher: what became of tasks."""

    node_id: str
    statuses: dict[str, TaskStatus]  # by task
    host: str
