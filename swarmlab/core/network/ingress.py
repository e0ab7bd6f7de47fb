"""The routing mesh: a published port answers on every node, wherever the containers are.

On each node of a swarm the ports of all services that have a container *somewhere* are led into one sandbox
(``ingress-sbox``), which balances over all of their containers on the ingress network.  It does so whether or not
the node runs a container itself, and on drained nodes too.  Ports published in host mode, or by ``docker run -p``,
belong to one container on one host and never leave it.

moby: ``libnetwork/service_linux.go`` (programIngress), chain DOCKER-INGRESS of the nat table.
"""

from typing import NamedTuple

from swarmlab.core.network.fabric import CLUSTER_PORT, GOSSIP_PORT
from swarmlab.core.network.gossip import Known
from swarmlab.core.network.world import Place, Views

#: Who listens on the hosts themselves.  Published ports come before these, because they are led away earlier.
ENGINE = "dockerd"


class Published(NamedTuple):
    """What stands behind a port of a host."""

    backends: tuple[Known, ...] = ()  # the routing mesh: containers of one service
    network_id: str = ""  # the ingress network
    container: Place | None = None  # host mode
    target: int = 0  # the container's port, in host mode
    process: str = ""  # a program of the host itself

    @property
    def is_closed(self) -> bool:
        """Whether nothing stands behind it."""
        return not (self.backends or self.container or self.process)


class Ports:
    """Finds what answers on a port of a host."""

    def __init__(self, views: Views) -> None:
        self._views = views

    def of(self, host: str, port: int, protocol: str = "tcp") -> Published:
        """Return what stands behind `port` of `host`, from what that host itself knows."""
        machine = self._views.world.hosts[host]
        if machine.is_up:
            mesh = self.mesh(host, port, protocol)
            if mesh.backends:
                return mesh
            for container in machine.engine.containers.values():
                for bound in container.ports:
                    if bound.published == port and bound.protocol == protocol:
                        return Published(container=Place(host, container.id), target=bound.target)
        return Published(process=self._process(host, port, protocol))

    def mesh(self, host: str, port: int, protocol: str) -> Published:
        """Return the containers that the routing mesh of `host` has behind a port."""
        ingress = self._views.ingress(host)
        if ingress is None or not self._views.is_on(host, ingress):
            return Published()
        known = self._views.world.names.publishing(host, ingress.id, port, protocol)
        if not known:
            return Published()
        # Two services cannot publish one port; while one follows another, the newer one has it.
        service = known[-1].record.service_id
        return Published(tuple(k for k in known if k.record.service_id == service), ingress.id)

    def _process(self, host: str, port: int, protocol: str) -> str:
        machine = self._views.world.hosts[host]
        swarm = self._views.world.swarms.get(machine.swarm_id)
        if swarm is None or not machine.is_up:
            return ""
        if port == GOSSIP_PORT or (port == CLUSTER_PORT and protocol == "tcp" and swarm.manages(host)):
            return ENGINE
        return ""


def target_port(known: Known, published: int, protocol: str) -> int:
    """Return the port inside the container that a published port leads to; 0 if it does not lead there."""
    return next((inner for outer, inner, proto in known.record.ports if (outer, proto) == (published, protocol)), 0)
