"""Where an engine's containers stand on networks: interfaces, addresses, MACs, and ports bound on the host.

moby: ``daemon/libnetwork`` (sandbox, endpoint, drivers/bridge), ``portallocator``.
"""

import random
from collections.abc import Iterable

from swarmlab.core.agent.container import AddressV6, Attachment, Container, Interface
from swarmlab.core.ids import Ids
from swarmlab.core.network.endpoints import NO_WISHES, EndpointSettings
from swarmlab.core.network.local import GWBRIDGE, LocalNetwork, LocalNetworks
from swarmlab.core.objects import PortConfig
from swarmlab.core.profile import Profile
from swarmlab.errors import Conflict, Forbidden

FIRST_DYNAMIC_PORT = 32768  # moby libnetwork/portallocator


#: A network and what to plug into it: one of the engine's own, or a place the allocator has chosen.
Socket = LocalNetwork | Attachment


class Wiring:
    """All interfaces and bound ports of one engine."""

    def __init__(self, ids: Ids, chance: random.Random, profile: Profile, now: int) -> None:
        self.ids = ids
        self.random = chance
        self.profile = profile
        self.networks = LocalNetworks((ids.hex(), ids.hex(), ids.hex()), now, reuse_subnets=profile.reuses_subnets)
        self.overlays: dict[str, dict[str, None]] = {}  # swarm networks in use here -> container ids
        self._next_index = 4  # of interfaces; each pair takes two
        self._next_port = FIRST_DYNAMIC_PORT

    def bind(self, container: Container, others: Iterable[Container]) -> list[PortConfig]:
        """Return a container's host ports, numbers chosen where none are given.  Raises Conflict if one is taken."""
        if not container.config.ports:
            return []
        bound: list[PortConfig] = []
        used = {(p.published, p.protocol) for c in others if c.is_running for p in c.ports}
        for port in container.config.ports:
            published = port.published
            if not published:
                while (self._next_port, port.protocol) in used:
                    self._next_port += 1
                published = self._next_port
                self._next_port += 1
            elif (published, port.protocol) in used:
                raise Conflict(
                    f"failed to set up container networking: driver failed programming external connectivity on"
                    f" endpoint {container.name} ({self.ids.hex()}): Bind for 0.0.0.0:{published} failed: port is"
                    " already allocated"
                )
            bound.append(port._replace(published=published, mode="host"))
        return bound

    def check(self, container: Container) -> None:
        """Refuse addresses of the engine's own networks that somebody else has.  Raises Forbidden."""
        for settings in container.endpoints:
            network = self.networks.find(settings.network)
            if network is not None and self.networks.is_taken(network, settings.ipv4, settings.ipv6):
                raise Forbidden("failed to set up container networking: Address already in use")

    def sockets(self, container: Container, attachments: list[Attachment]) -> list[tuple[str, Socket]]:
        """Return where a container is to be plugged in, eth0 first: swarm networks, and the way out."""
        names: list[tuple[str, Socket]] = []
        if attachments:
            ordered = sorted(attachments, key=lambda a: a.network)
            if self.profile.gwbridge_second and len(ordered) > 1:
                # In order of joining: by network id, ingress last, begun at a random place.
                ordered.sort(key=lambda a: (a.network == "ingress", a.network_id))
                turn = self.random.randrange(len(ordered))
                ordered = ordered[turn:] + ordered[:turn]
            names = [(a.network_id, a) for a in ordered]
            gateway = self.networks.find(GWBRIDGE)
            if gateway is not None and not all(a.internal for a in ordered):
                names.insert(1 if self.profile.gwbridge_second else len(names), (gateway.id, gateway))
        else:
            for settings in container.endpoints:
                local = self.networks.find(settings.network)
                if local is not None and local.subnet:
                    names.append((local.id, local))
        return names

    def wishes(self, container: Container, network: LocalNetwork) -> EndpointSettings:
        """Return what was asked of a container's place on a network of the engine's own."""
        return next((e for e in container.endpoints if self.networks.find(e.network) is network), NO_WISHES)

    def plug(self, container: Container, name: str, network_id: str, where: Socket) -> Interface:
        """Put one more interface into a container."""
        if isinstance(where, Attachment):
            address, _, prefix = where.address.partition("/")
            interface = Interface(
                name, self._next_index, network_id, where.network, "overlay", address, int(prefix), "",
                _mac_of(address), where.mtu, self.ids.hex(), where.aliases,
            )  # fmt: skip
            self.overlays.setdefault(network_id, {})[container.id] = None
        else:
            wishes = self.wishes(container, where)
            address, address6 = self.networks.connect(where, container.id, wishes.ipv4, wishes.ipv6)
            endpoint_id = self.ids.hex()
            mac = _random_mac(endpoint_id) if self.profile.random_bridge_macs else _mac_of(address)
            prefix_length = where.pool.prefix if where.pool else 16
            interface = Interface(
                name, self._next_index, network_id, where.name, where.driver, address, prefix_length, where.gateway,
                wishes.mac or mac, 1500, endpoint_id, wishes.aliases,
                AddressV6(address6, where.pool6.prefix, where.gateway6) if where.pool6 else None, wishes,
            )  # fmt: skip
        self._next_index += 2
        container.interfaces.append(interface)
        return interface

    def unplug(self, container: Container, interface: Interface) -> None:
        """Take an interface out of a container."""
        container.interfaces.remove(interface)
        users = self.overlays.get(interface.network_id)
        if users is not None:
            users.pop(container.id, None)
            if not users:
                del self.overlays[interface.network_id]
        local = self.networks.find(interface.network_id)
        if local is not None:
            self.networks.disconnect(local, container.id)


def _random_mac(endpoint_id: str) -> str:
    """Return a MAC address as random as the id of its endpoint, whose last digits it has."""
    digits = endpoint_id[-12:]
    first = f"{(int(digits[:2], 16) | 0x02) & 0xFE:02x}"  # locally administered, not multicast
    return ":".join((first, digits[2:4], digits[4:6], digits[6:8], digits[8:10], digits[10:]))


def _mac_of(address: str) -> str:
    """Return the MAC address that overlay endpoints get: 02:42 and the four bytes of the address."""
    return "02:42:" + ":".join(f"{int(part):02x}" for part in address.split("."))
