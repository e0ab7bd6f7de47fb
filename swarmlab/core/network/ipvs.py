"""Spreading connections over the containers of a service: the kernel's IPVS with its round-robin scheduler.

Each host balances for itself, from what it has heard by gossip.  One service on one network has one pointer per
host; it moves by one with each *connection*, whatever happens on that connection.  A container that stops has
weight 0: it gets nothing new, but it is not gone, so that its service still has an address.

Linux ``net/netfilter/ipvs/ip_vs_rr.c``; moby ``libnetwork/service_linux.go``.  Simplified: the order of the cycle
is the order in which containers came up; the kernel's depends on the order in which gossip arrived.
"""

from collections.abc import Sequence

from swarmlab.core.network.gossip import Known, Record


class Balancer:
    """The round-robin pointers of all hosts."""

    def __init__(self) -> None:
        #: (host, network id, service id) -> serial number of the record chosen last
        self._pointers: dict[tuple[str, str, str], int] = {}

    def give(self, host: str, chosen: Record) -> None:
        """Give a connection made on `host` to a container: the pointer of its service moves to it."""
        self._pointers[host, chosen.network_id, chosen.service_id] = chosen.serial

    def next(self, host: str, backends: Sequence[Known]) -> list[Record]:
        """Return all containers that get new connections, the next one first; none if all are stopping.

        `backends` are those of one service on one network.  Moves nothing: see `give`.
        """
        ready = sorted((known.record for known in backends if known.enabled), key=lambda record: record.serial)
        if not ready:
            return []
        last = self._pointers.get((host, ready[0].network_id, ready[0].service_id), 0)
        turn = next((place for place, record in enumerate(ready) if record.serial > last), 0)
        return ready[turn:] + ready[:turn]
