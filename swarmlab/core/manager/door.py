"""A manager as agents meet it: one that leads answers, the others pass on what they hear.

SwarmKit: ``protobuf/plugin/raftproxy``; the dispatcher's service is registered behind it on every manager.
"""

from typing import TYPE_CHECKING

from swarmlab.core.messages import AttachNetwork, DetachNetwork, Heartbeat, SessionInvalid, StatusReport, agent
from swarmlab.core.network.fabric import LATENCY

if TYPE_CHECKING:
    from swarmlab.core.manager.manager import Manager


#: What is not the dispatcher's.
_FOR_RESOURCES = (AttachNetwork, DetachNetwork)


class Door:
    """The services for agents, the dispatcher's and the resource allocator's, on the host of one manager."""

    def __init__(self, manager: "Manager", node_id: str) -> None:
        self.manager = manager
        self.node_id = node_id

    def receive(self, payload: object) -> None:
        """Pass a message on to the leader's dispatcher.  Without a leader nobody answers it.

        Who reports something must know that it is lost, to report it again when there is a leader.
        """
        swarm = self.manager
        member = swarm.raft.members.get(self.node_id)
        leader = swarm.raft.leader_for(member) if member is not None else None
        service = swarm.resources if isinstance(payload, _FOR_RESOURCES) else swarm.dispatcher
        if leader is None or service is None:
            if isinstance(payload, StatusReport):
                swarm.queue.after(LATENCY, agent(payload.host), SessionInvalid(), background=True)
            return
        if leader is member:
            service.receive(payload)
        else:
            late = isinstance(payload, Heartbeat)
            swarm.queue.after(LATENCY, service.address, payload, background=late)
