"""The interfaces and routes of hosts and containers, as ``ip address`` and ``ip route`` show them."""

from typing import NamedTuple

from swarmlab.core.network.local import GWBRIDGE
from swarmlab.core.network.world import InterfaceLike, Place, Views

LAN_PREFIX = 24  # the lab's hosts share one network of this size


class Link(NamedTuple):
    """One interface."""

    name: str
    number: int  # as `ip` counts interfaces
    peer: int  # number of its other end, in another network namespace; 0 if it has none
    kind: str  # loopback, ether, veth, bridge
    mac: str
    mtu: int
    address: str  # without prefix; "" if it has none
    prefix: int
    network: str = ""  # Docker's name of the network
    network_id: str = ""
    gateway: str = ""
    driver: str = ""  # of the network: bridge, overlay
    up: bool = True  # a bridge without a running container is down

    @property
    def subnet(self) -> str:
        """The addresses that are reached directly through it: ``10.0.1.0/24``."""
        return f"{address_text(_base(self.address, self.prefix))}/{self.prefix}"

    @property
    def broadcast(self) -> str:
        """The last address of its subnet."""
        return address_text(_base(self.address, self.prefix) | (2 ** (32 - self.prefix) - 1))

    def reaches(self, address: str) -> bool:
        """Return whether `address` is in its subnet."""
        return bool(self.address) and _base(address, self.prefix) == _base(self.address, self.prefix)


class Route(NamedTuple):
    """One line of the routing table; `destination` is "default" or a subnet."""

    destination: str
    link: str
    via: str = ""
    source: str = ""


LOOPBACK = Link("lo", 1, 0, "loopback", "00:00:00:00:00:00", 65536, "127.0.0.1", 8)


class Links:
    """Works out interfaces and routes."""

    def __init__(self, views: Views) -> None:
        self._views = views

    def of(self, place: Place) -> list[Link]:
        """Return the interfaces of a place, in the order in which the kernel lists them: by number."""
        place = self._views.network_place(place)
        container = self._views.container(place)
        if container is None:
            return [] if place.container_id else self._of_host(place.host)
        return [LOOPBACK, *(_link(one) for one in sorted(container.interfaces, key=lambda one: one.index))]

    def _of_host(self, host: str) -> list[Link]:
        machine = self._views.world.hosts[host]
        address = machine.address
        links = [LOOPBACK, Link("eth0", 2, 0, "ether", _mac("52:54", address), 1500, address, LAN_PREFIX)]
        for network in machine.engine.networks.all():
            if network.driver == "bridge" and network.subnet:
                name = network.options.get("com.docker.network.bridge.name") or f"br-{network.id[:12]}"
                prefix = int(network.subnet.partition("/")[2])
                links.append(
                    Link(
                        name, len(links) + 1, 0, "bridge", _mac("02:42", network.gateway), 1500, network.gateway,
                        prefix, network.name, network.id, up=bool(network.endpoints),
                    )
                )  # fmt: skip
        return links

    def routes(self, place: Place) -> list[Route]:
        """Return the routing table of a place: the way out, then subnets in order of address."""
        links = [link for link in self.of(place) if link.kind != "loopback" and link.address]
        links.sort(key=lambda link: _base(link.address, link.prefix))
        routes = [Route(link.subnet, link.name, source=link.address) for link in links]
        way_out = self.way_out(place)
        if way_out is not None:
            routes.insert(0, Route("default", way_out.name, via=way_out.gateway))
        return routes

    def way_out(self, place: Place) -> Link | None:
        """Return the interface to everywhere else, with its gateway set; None where there is none."""
        place = self._views.network_place(place)
        links = self.of(place)
        if place.container_id is None:
            lan = next((link for link in links if link.kind == "ether"), None)
            return lan._replace(gateway=address_text(_base(lan.address, lan.prefix) + 1)) if lan else None
        networks = self._views.world.hosts[place.host].engine.networks
        # Of several networks that lead out the first by name does; the gateway bridge is for who has none of these.
        for link in sorted(links, key=lambda link: (link.network == GWBRIDGE, link.network)):
            local = networks.find(link.network_id)
            if link.gateway and local is not None and not local.internal:
                return link
        return None


def address_number(address: str) -> int:
    """Return an IPv4 address as a number.  Raises ValueError if it is none."""
    parts = address.split(".")
    if len(parts) != 4:
        raise ValueError(f"{address} is not an IPv4 address")
    number = 0
    for part in parts:
        value = int(part)
        if not 0 <= value <= 255:
            raise ValueError(f"{address} is not an IPv4 address")
        number = number << 8 | value
    return number


def address_text(number: int) -> str:
    """Return an IPv4 address as people write it."""
    return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))


def is_address(text: str) -> bool:
    """Return whether `text` is an IPv4 address."""
    parts = text.split(".")
    return len(parts) == 4 and all(
        part.isascii() and part.isdigit() and len(part) < 4 and int(part) < 256 for part in parts
    )


def _base(address: str, prefix: int) -> int:
    return address_number(address) >> (32 - prefix) << (32 - prefix)


def _link(interface: InterfaceLike) -> Link:
    return Link(
        interface.name, interface.index, interface.peer, "veth", interface.mac, interface.mtu, interface.address,
        interface.prefix, interface.network, interface.network_id, interface.gateway, interface.driver,
    )  # fmt: skip


def _mac(first: str, address: str) -> str:
    return first + ":" + ":".join(f"{int(part):02x}" for part in address.split("."))
