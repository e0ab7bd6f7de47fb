"""Where a packet for an address goes, seen from one place: to whom it belongs, or why to nobody.

The order is the kernel's: oneself, then the networks one is on, then the way out through the host, which hides
containers behind its own address.  Overlay networks exist in containers only: a host has no route into them.
"""

from typing import NamedTuple

from swarmlab.core.network.gossip import Known, Record
from swarmlab.core.network.links import Link, Links
from swarmlab.core.network.local import GWBRIDGE
from swarmlab.core.network.trace import Hop
from swarmlab.core.network.world import Place, Views

#: Kinds of destination.
SELF = "self"  # the place's own address, or 127.0.0.1
VIP = "vip"  # a service's virtual address: the local balancer has it
CONTAINER = "container"  # a container on an overlay that both are on
NEIGHBOUR = "neighbour"  # a container on a bridge of the same host
BALANCER = "balancer"  # a node's load balancer, or the gateway of an overlay: answers pings, nothing else
HOST = "host"  # a host of the lab
ISOLATED = "isolated"  # a container on a bridge that lets no neighbours through
NOBODY = "nobody"  # nobody has this address in a subnet where one could ask
OUTSIDE = "outside"  # beyond the lab
UNROUTED = "unrouted"  # there is no route


class Target(NamedTuple):
    """The owner of an address."""

    kind: str
    hop: Hop
    source: str = ""  # the address that the packet leaves with
    place: Place | None = None  # CONTAINER, NEIGHBOUR, HOST, SELF
    network_id: str = ""
    backends: tuple[Known, ...] = ()  # VIP
    via_host: bool = False  # the packet left a container through its host


class Router:
    """Finds the owner of an address."""

    def __init__(self, views: Views, links: Links) -> None:
        self._views = views
        self._links = links

    def target(self, place: Place, address: str) -> Target:
        """Return where a packet from `place` (a network of its own) to `address` goes."""
        host = place.host
        links = self._links.of(place)
        if address.startswith("127."):
            hop = Hop(host, "loopback", f"{address} is this very {_kind(place)}")
            return Target(SELF, hop, "127.0.0.1", place)
        for link in links:
            if link.address == address:
                return Target(SELF, Hop(host, "loopback", f"{address} is this {_kind(place)}'s own {link.name}"),
                              address, place)  # fmt: skip
        for link in links:
            if link.kind != "loopback" and link.reaches(address):
                if place.container_id is None:
                    return self._from_host(host, address, link, link.address)
                if link.driver == "overlay":
                    return self._on_overlay(host, address, link)
                return self._on_bridge(host, address, link, from_container=place)
        way_out = self._links.way_out(place)
        if way_out is None:
            return Target(UNROUTED, Hop(host, "routes", f"there is no route to {address}", False))
        if place.container_id is None:
            return Target(OUTSIDE, Hop(host, "routes", f"{address} is outside the lab", False))
        through = self._through_host(host, address, way_out)
        return through._replace(via_host=True)

    # --- on a network of one's own ----------------------------------------------------------------------

    def _on_overlay(self, host: str, address: str, link: Link) -> Target:
        names = self._views.world.names
        known = names.at_address(host, link.network_id, address)
        virtual = tuple(k for k in known if k.record.vip == address)
        if virtual:
            text = f"{address} is the virtual IP of {virtual[0].record.service} on {link.network}"
            return Target(VIP, Hop(host, "vip", text), link.address, network_id=link.network_id, backends=virtual)
        if known:
            record = known[0].record
            return self._to_record(host, record, link)
        owners = [name for name in (host, *self._views.peers(host)) if names.sees(host, name)]
        if address == self._gateway(host, link) or any(
            self._views.balancer_address(name, link.network_id) == address for name in owners
        ):
            hop = Hop(host, "balancer", f"{address} is a load balancer or gateway of {link.network}")
            return Target(BALANCER, hop, link.address)
        return Target(NOBODY, Hop(host, "overlay", f"nobody known here has {address} on {link.network}", False))

    def _to_record(self, host: str, record: Record, link: Link) -> Target:
        text = f"{record.address} is {record.container_name} on {record.host}"
        where = Place(record.host, record.container_id)
        return Target(CONTAINER, Hop(host, "overlay", text), link.address, where, link.network_id)

    def _gateway(self, host: str, link: Link) -> str:
        swarm = self._views.world.swarms.get(self._views.world.hosts[host].swarm_id)
        network = swarm.store.network(link.network_id) if swarm is not None else None
        return next((pool.gateway.partition("/")[0] for pool in network.ipam), "") if network is not None else ""

    def _on_bridge(self, host: str, address: str, link: Link, from_container: Place) -> Target:
        if address == link.gateway:
            hop = Hop(host, "bridge", f"{address} is the gateway of {link.network}: host {host} itself")
            return Target(HOST, hop, link.address, Place(host))
        owner = self._owner(host, link.network_id, address)
        if owner is None:
            return Target(NOBODY, Hop(host, "bridge", f"nobody has {address} on {link.network}", False))
        if link.network == GWBRIDGE:
            text = f"{GWBRIDGE} lets containers out, but not to each other"
            return Target(ISOLATED, Hop(host, "bridge", text, False))
        return Target(
            NEIGHBOUR, Hop(host, "bridge", f"{address} is a neighbour on {link.network}"), link.address, owner
        )

    def _owner(self, host: str, network_id: str, address: str) -> Place | None:
        """Return the container with an address on a bridge of `host`; the host itself for the mesh's sandbox."""
        engine = self._views.world.hosts[host].engine
        network = engine.networks.find(network_id)
        for endpoint, known in network.endpoints.items() if network is not None else ():
            if known == address:
                return Place(host, endpoint if endpoint in engine.containers else None)
        return None

    # --- beyond -----------------------------------------------------------------------------------------

    def _from_host(self, host: str, address: str, link: Link, source: str) -> Target:
        if link.kind == "bridge":
            owner = self._owner(host, link.network_id, address)
            if owner is None or owner.container_id is None:
                return Target(NOBODY, Hop(host, "bridge", f"nobody has {address} on {link.network}", False))
            return Target(NEIGHBOUR, Hop(host, "bridge", f"{address} is a container on {link.network}"), source, owner)
        other = self._views.world.fabric.host_at(address)
        if other is None:
            return Target(NOBODY, Hop(host, "network", f"no host has {address}", False))
        return Target(HOST, Hop(host, "network", f"{address} is host {other}"), source, Place(other))

    def _through_host(self, host: str, address: str, way_out: Link) -> Target:
        """A packet that leaves a container for its host: delivered there, or sent on with the host's address."""
        for link in self._links.of(Place(host)):
            if link.address == address:
                return Target(HOST, Hop(host, "bridge", f"{address} is host {host}"), way_out.address, Place(host))
        for link in self._links.of(Place(host)):
            if link.kind == "bridge" and link.reaches(address):
                text = f"{way_out.network} and {link.network} are isolated from each other"
                return Target(ISOLATED, Hop(host, "bridge", text, False))
            if link.kind == "ether" and link.reaches(address):
                return self._from_host(host, address, link, link.address)
        return Target(OUTSIDE, Hop(host, "routes", f"{address} is outside the lab", False))


def _kind(place: Place) -> str:
    return "container" if place.container_id else "host"
