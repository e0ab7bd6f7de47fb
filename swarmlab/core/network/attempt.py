"""One attempt to connect, from the first hop to the last.

The station that ends it is the reason for what the client sees: no rule for a port is "connection refused", a
balancer that chose a container on the far side of a closed VXLAN port is a hang.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from swarmlab.core.network import routing
from swarmlab.core.network.fabric import DOCKER_USER, ESP, INPUT, Path
from swarmlab.core.network.gossip import Known, Record
from swarmlab.core.network.ingress import Published, target_port
from swarmlab.core.network.routing import Target
from swarmlab.core.network.trace import AFTER, NO_ROUTE, OK, REFUSED, TIMEOUT, UNREACHABLE, Connection, Hop
from swarmlab.core.network.world import ContainerLike, Place, Views

if TYPE_CHECKING:
    from swarmlab.core.network.dataplane import DataPlane

#: What becomes of a packet that reaches nobody.
DEAD_ENDS = {
    routing.NOBODY: NO_ROUTE,
    routing.ISOLATED: TIMEOUT,
    routing.OUTSIDE: TIMEOUT,
    routing.UNROUTED: UNREACHABLE,
}


def vxlan(views: Views, source: str, target: str, network_id: str, hops: list[Hop]) -> str:
    """Return what becomes of an overlay's packet on its way between two hosts, and of the answer: OK or TIMEOUT.

    An encrypted packet meets a firewall twice: as ESP, and when it has been decrypted as VXLAN.
    """
    if source == target:
        return OK
    port, encrypted = views.tunnel(source, network_id)
    layers = [("ESP", 0, ESP)] if encrypted else []
    layers.append((f"VXLAN ({port}/udp)", port, "udp"))
    for sender, receiver in ((source, target), (target, source)):
        for name, number, protocol in layers:
            if views.world.fabric.path(sender, receiver, number, protocol) is not Path.OPEN:
                text = f"{name} from {sender} does not get through to {receiver}"
                hops.append(Hop(receiver, "vxlan", text, False))
                return TIMEOUT
    how = " in ESP" if encrypted else ""
    hops.append(Hop(target, "vxlan", f"VXLAN ({port}/udp){how} from {source} to {target}"))
    return OK


class Attempt:
    """One attempt to connect, from the first hop to the last."""

    def __init__(self, plane: "DataPlane", place: Place, address: str, port: int, protocol: str) -> None:
        self.plane = plane
        self.views = plane.views
        self.fabric = plane.views.world.fabric
        self.place = place
        self.address = address
        self.port = port
        self.protocol = protocol
        self.hops: list[Hop] = []

    def end(self, result: str, after: int | None = None) -> Connection:
        """Return an attempt that failed."""
        return Connection(
            result, AFTER[result] if after is None else after, self.address, self.port, self.protocol,
            hops=tuple(self.hops),
        )  # fmt: skip

    def run(self, target: Target) -> Connection:
        """Follow the packet to its target."""
        kind, place = target.kind, target.place
        if kind == routing.VIP:
            return self._balance(target)
        if kind in (routing.SELF, routing.HOST) and place is not None and place.container_id is None:
            return self._to_host(place.host, target.source)
        if kind in (routing.SELF, routing.NEIGHBOUR) and place is not None:
            return self._deliver(place, self.port, target.source)
        if kind == routing.CONTAINER and place is not None:
            passed = vxlan(self.views, self.place.host, place.host, target.network_id, self.hops)
            return self.end(passed) if passed != OK else self._deliver(place, self.port, target.source)
        if kind == routing.BALANCER:
            self.hops.append(Hop(self.place.host, "balancer", "no program listens there", False))
            return self.end(REFUSED)
        return self.end(DEAD_ENDS[kind])

    def _balance(self, target: Target) -> Connection:
        """To a virtual address: the balancer of the client's host chooses."""
        host = self.place.host
        chosen = self._choose(host, target.backends)
        if chosen is None:
            return self.end(REFUSED)
        source = self.views.balancer_address(host, target.network_id) or target.source
        return self._to_backend(host, chosen, self.port, source)

    def _choose(self, host: str, backends: tuple[Known, ...]) -> Record | None:
        turns = self.plane.balancer.next(host, backends)
        service = backends[0].record.service
        if not turns:
            self.hops.append(
                Hop(host, "ipvs", f"all containers of {service} are stopping: nobody to give it to", False)
            )
            return None
        chosen = turns[0]
        self.plane.balancer.give(host, chosen)
        text = f"round robin over {len(turns)} of {service}: it is {chosen.container_name}'s turn"
        names = tuple(record.container_name for record in turns)
        self.hops.append(Hop(host, "ipvs", text, candidates=names))
        return chosen

    def _to_backend(self, host: str, record: Record, port: int, source: str) -> Connection:
        passed = vxlan(self.views, host, record.host, record.network_id, self.hops)
        if passed != OK:
            return self.end(passed)
        return self._deliver(Place(record.host, record.container_id), port, source, record.service)

    def _deliver(self, place: Place, port: int, source: str, service: str = "") -> Connection:
        """At a container: does anything listen?"""
        container = self.views.container(place)
        if container is None or not container.is_running:
            self.hops.append(Hop(place.host, "container", "the container has ended", False))
            return self.end(REFUSED)
        application = self._listener(place, port)
        name = container.name
        if not application:
            text = f"nothing in {name} listens on port {port}"
            self.hops.append(Hop(place.host, "container", text, False, name))
            return self.end(REFUSED)
        text = f"{application} in {name} takes the connection on port {port}"
        self.hops.append(Hop(place.host, "container", text, container=name))
        return Connection(
            OK, AFTER[OK], self.address, self.port, self.protocol, source, place, port, application, service,
            tuple(self.hops),
        )  # fmt: skip

    def _listener(self, place: Place, port: int) -> str:
        """Return the application that listens in the network of a container: its own, or one that shares it."""
        container = self.views.container(place)
        if container is None:
            return ""
        if container.is_frozen:
            return "a frozen process"  # the kernel still takes the connection
        if port in self._ports_of(container):
            return self._ports_of(container)[port]
        for other in self.views.world.hosts[place.host].engine.containers.values():
            shares = other.config.network_mode.startswith("container:") and port in self._ports_of(other)
            if shares and self.views.network_place(Place(place.host, other.id)) == place:
                return self._ports_of(other)[port]
        return ""

    def _ports_of(self, container: ContainerLike) -> Mapping[int, str]:
        return container.listening if self.protocol == "tcp" else container.datagrams

    def _to_host(self, host: str, source: str) -> Connection:
        """At a port of a host: published, or one of the host's own."""
        if self.fabric.wire(self.place.host, host) is not Path.OPEN:
            self.hops.append(Hop(host, "network", f"no packet gets from {self.place.host} to {host}", False))
            return self.end(TIMEOUT)
        published = self.plane.ports.of(host, self.port, self.protocol)
        passed_on = bool(published.backends or published.container)
        chain = DOCKER_USER if passed_on else INPUT
        # What is led to a container of this host itself has the container's port from then on.
        port = published.target if published.container else self.port
        path = self.fabric.path(self.place.host, host, port, self.protocol, chain)
        if path is not Path.OPEN:
            self.hops.append(Hop(host, "firewall", f"the firewall of {host} blocks {port}/{self.protocol}", False))
            if path is Path.LOST:
                return self.end(TIMEOUT)
            return self.end(REFUSED) if path is Path.REFUSED else self.end(NO_ROUTE, AFTER[REFUSED])
        if self.place.host != host:
            text = f"the firewall of {host} lets {port}/{self.protocol} through (chain {chain})"
            self.hops.append(Hop(host, "firewall", text))
        if published.backends:
            return self._through_mesh(host, published)
        if published.container is not None:
            text = f"port {self.port} of {host} belongs to one container there"
            self.hops.append(Hop(host, "published port", text))
            source = self._seen_by(published.container, source)
            return self._deliver(published.container, published.target, source)
        if published.process:
            self.hops.append(Hop(host, "host", f"{published.process} answers on port {self.port}"))
            return Connection(
                OK, AFTER[OK], self.address, self.port, self.protocol, source, Place(host), self.port,
                published.process, hops=tuple(self.hops),
            )  # fmt: skip
        self.hops.append(Hop(host, "host", f"nothing listens on port {self.port} of {host}", False))
        return self.end(REFUSED)

    def _through_mesh(self, host: str, published: Published) -> Connection:
        """Through the routing mesh: the entry node chooses among all containers that serve this port."""
        service = published.backends[0].record.service
        text = f"port {self.port} is published by {service}: a rule of iptables leads it into the routing mesh"
        self.hops.append(Hop(host, "published port", text))
        sandbox = self.views.balancer_address(host, published.network_id)
        text = f"the sandbox ingress-sbox of {host} ({sandbox}) balances for all nodes' containers of {service}"
        self.hops.append(Hop(host, "ingress sandbox", text))
        chosen = self._choose(host, published.backends)
        if chosen is None:
            return self.end(REFUSED)
        target = target_port(Known(chosen, True), self.port, self.protocol)
        return self._to_backend(host, chosen, target, sandbox)

    def _seen_by(self, server: Place, source: str) -> str:
        """Return a host-mode client's address as the container sees it: hidden only on the container's own host."""
        if self.place == Place(server.host):
            way_out = self.plane.links.way_out(server)
            return way_out.gateway if way_out is not None else source
        return source
