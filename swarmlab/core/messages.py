"""What agents and managers say to each other.  They share nothing else (SwarmKit ``api/dispatcher.proto``).

Every message travels over the fabric, so a pulled cable or a closed port 2377 simply loses it.
"""

from typing import NamedTuple

from swarmlab.core.objects import Config, Network, NodeDescription, Secret, Task, TaskStatus


class Register(NamedTuple):
    """Agent → dispatcher: here I am; tell me all my tasks."""

    node_id: str
    host: str
    address: str
    description: NodeDescription


class Heartbeat(NamedTuple):
    """Agent → dispatcher: still here."""

    node_id: str


class HeartbeatPeriod(NamedTuple):
    """Dispatcher → agent: you are registered; beat again after `period` nanoseconds."""

    period: int


class NodeAttachments(NamedTuple):
    """Dispatcher → agent: the networks on which the node has an address of its own, for its load balancer.

    In SwarmKit the session's messages carry the whole node (``api/dispatcher.proto``, ``SessionMessage``).
    """

    networks: tuple[str, ...]


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
    statuses: tuple[tuple[str, TaskStatus], ...]
