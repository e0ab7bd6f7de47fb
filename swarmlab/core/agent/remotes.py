"""The managers that a node knows of, and which to talk to next.

SwarmKit: ``remotes/remotes.go``, ``connectionbroker``.  There managers that answered well are chosen more often; here
all are alike, but the one that has just not answered waits its turn.
"""

import random

from swarmlab.core.host import Host
from swarmlab.core.network.fabric import Fabric


class Remotes:
    """The managers of one node's swarm, as its host keeps them."""

    def __init__(self, host: Host, fabric: Fabric, seed: str) -> None:
        self.host = host
        self.fabric = fabric
        self.random = random.Random(f"{seed}/agent/{host.name}")

    def hosts(self) -> list[str]:
        """Return the hosts of all managers known."""
        addresses = [address.partition(":")[0] for _, address in self.host.remote_managers]
        return [host for address in addresses if (host := self.fabric.host_at(address)) is not None]

    def another(self, last: str) -> str:
        """Return the manager to try after `last` has not answered: the node's own, else any but that."""
        hosts = self.hosts()
        others = [host for host in hosts if host != last] or hosts or [last]
        if self.host.name in others:
            return self.host.name
        return others[0] if len(others) == 1 else self.random.choice(others)
