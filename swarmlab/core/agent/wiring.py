"""Where an engine's containers stand on networks: interfaces, addresses, MACs, and ports bound on the host.

moby: ``daemon/libnetwork`` (sandbox, endpoint, drivers/bridge), ``portallocator``.
"""

import random
from collections.abc import Iterable

from swarmlab.core.agent.container import AddressV6, Attachment, Container, ContainerConfig, Interface
from swarmlab.core.ids import Ids
from swarmlab.core.network.endpoints import EndpointSettings
from swarmlab.core.network.local import BRIDGE, GWBRIDGE, LocalNetwork, LocalNetworks
from swarmlab.core.objects import PortConfig
from swarmlab.core.profile import Profile
from swarmlab.errors import Conflict

FIRST_DYNAMIC_PORT = 32768  # moby libnetwork/portallocator


#: A network and what to plug into it: one of the engine's own, or a place the allocator has chosen.
Socket = LocalNetwork | Attachment
Wishes = tuple[EndpointSettings, ...]


class Wiring:
    """All interfaces and bound ports of one engine."""

    def __init__(self, ids: Ids, chance: random.Random, profile: Profile, now: int) -> None:
        self.ids = ids
        self.random = chance
        self.profile = profile
        self.networks = LocalNetworks((ids.hex(), ids.hex(), ids.hex()), now, reuse_subnets=profile.reuses_subnets)
        self.overlays: dict[str, dict[str, None]] = {}  # swarm networks that are here -> container ids
        self._next_index = 4  # of interfaces; each pair takes two
        self._next_port = FIRST_DYNAMIC_PORT
        self._fulfilled: tuple[Wishes, str, Wishes] = ((), "", ())  # the last wishes, and what became of them

    def bind(self, container: Container, others: Iterable[Container]) -> tuple[PortConfig, ...]:
        """Return a container's host ports, numbers chosen where none are given.  Raises Conflict if one is taken."""
        if not container.config.ports:
            return ()
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
                    f"{self.profile.networking}driver failed programming external connectivity on"
                    f" endpoint {container.name} ({self.ids.hex()}): Bind for 0.0.0.0:{published} failed: port is"
                    " already allocated"
                )
            bound.append(port._replace(published=published, mode="host"))
        return tuple(bound)

    def foreign(self, container: Container) -> list[EndpointSettings]:
        """Return the networks that a plain container is to be on and that are not this engine's: the swarm's."""
        return [wish for wish in container.wishes if self.networks.find(wish.network) is None]

    def sockets(self, container: Container) -> list[tuple[str, Socket]]:
        """Return where a container is to be plugged in, eth0 first: its networks, and the way out."""
        if not container.places and len(container.wishes) == 1:  # as for most
            own = self.networks.find(container.wishes[0].network)
            return [(own.id, own)] if own is not None else []
        found: list[tuple[str, Socket]] = [(place.network_id, place) for place in container.places]
        for wish in container.wishes:
            local = self.networks.find(wish.network)
            if local is not None:
                found.append((local.id, local))
        if len(found) > 1:
            found.sort(key=lambda socket: _name(socket[1]))
            if self.profile.gwbridge_second and container.task_id:
                # In order of joining: by network id, ingress last, begun at a random place.
                found.sort(key=lambda socket: (_name(socket[1]) == "ingress", socket[0]))
                turn = self.random.randrange(len(found))
                found = found[turn:] + found[:turn]
        gateway = self.networks.find(GWBRIDGE) if container.places else None  # nobody else needs it
        if gateway is not None and _needs_gateway([where for _, where in found]):
            found.insert(1 if self.profile.gwbridge_second else len(found), (gateway.id, gateway))
        return found

    def balance_gateway(self, container: Container) -> tuple[list[Interface], Socket | None]:
        """Return what a container's networks have made superfluous or necessary: docker_gwbridge, or nothing.

        It is the way out of who has no other (moby: ``libnetwork/default_gateway.go``, needDefaultGW).
        """
        gateway = self.networks.find(GWBRIDGE)
        present = [i for i in container.interfaces if i.network == GWBRIDGE]
        places = {place.network_id: place for place in container.places}
        rest = [
            places.get(i.network_id) or self.networks.find(i.network_id)
            for i in container.interfaces
            if i.network != GWBRIDGE
        ]
        if gateway is None or _needs_gateway([where for where in rest if where is not None]):
            return [], gateway if not present else None
        return present, None

    def next_name(self, container: Container) -> str:
        """Return the name of the next interface: engines before 28 never give one out twice."""
        if not self.profile.reuses_interface_names:
            return f"eth{container.plugged}"
        if not container.interfaces:
            return "eth0"
        taken = [interface.name for interface in container.interfaces]
        return next(name for number in range(len(taken) + 1) if (name := f"eth{number}") not in taken)

    def plug(self, container: Container, network_id: str, where: Socket) -> Interface:
        """Put one more interface into a container.

        Raises Forbidden, InvalidArgument or Unknown when the address it is to have is not to be had.
        """
        name = self.next_name(container)
        if isinstance(where, Attachment):
            address, _, prefix = where.address.partition("/")
            interface = Interface(
                name, *self._numbers(), network_id, where.network, "overlay", address, int(prefix), "",
                _mac_of(address), where.mtu, self.ids.hex(), where.aliases,
            )  # fmt: skip
            self.overlays.setdefault(network_id, {})[container.id] = None
        else:
            wish = _wish(container, where)
            address, address6 = self.networks.connect(where, container.id, wish.ipv4, wish.ipv6)
            endpoint_id = self.ids.hex()
            mac = _random_mac(endpoint_id) if self.profile.random_bridge_macs else _mac_of(address)
            inside = self.profile.makes_bridged_inside and where.name != GWBRIDGE
            interface = Interface(
                name, *self._numbers(container if inside else None), network_id, where.name, where.driver, address,
                where.pool.prefix if where.pool else 16, where.gateway, wish.mac or mac, where.mtu, endpoint_id,
                wish.aliases, wishes=wish,
                ipv6=AddressV6(address6, where.pool6.prefix, where.gateway6) if where.pool6 else None,
            )  # fmt: skip
            if wish.network_id != network_id:
                container.wishes = self._fulfil(container.wishes, wish, network_id)
        container.plugged += 1
        container.interfaces.append(interface)
        return interface

    def _numbers(self, inside: Container | None = None) -> tuple[int, int]:
        """Return the numbers of an interface's two ends, as the kernel counts: for each network namespace.

        It is made on the host, and one end then moved into the container; or made `inside`.
        """
        first = self._next_index
        if inside is None:
            self._next_index += 2
            return first, first + 1
        self._next_index += 1
        inside.made_inside += 1
        return inside.made_inside + 1, first  # 1 is the loopback

    def _fulfil(self, wishes: Wishes, wish: EndpointSettings, network_id: str) -> Wishes:
        """Return the wishes of a container that has been on the network it wished for: the same for equal tasks."""
        before, known, after = self._fulfilled
        if before is not wishes or known != network_id:
            after = tuple([one._replace(network_id=network_id) if one is wish else one for one in wishes])
            self._fulfilled = (wishes, network_id, after)
        return after

    def unplug(self, container: Container, interface: Interface) -> None:
        """Take an interface out of a container."""
        container.interfaces.remove(interface)
        users = self.overlays.get(interface.network_id)
        if users is not None:
            users.pop(container.id, None)
        local = self.networks.find(interface.network_id)
        if local is not None:
            self.networks.disconnect(local, container.id)


def first_wishes(config: ContainerConfig) -> tuple[EndpointSettings, ...]:
    """Return the networks that a plain container is to be on to begin with."""
    mode = config.network_mode
    if mode.startswith("container:"):
        return ()  # it lives in the other container's network
    if mode in ("none", "host"):
        return ()
    return config.endpoints or (EndpointSettings(BRIDGE if mode in ("default", "") else mode),)


def _wish(container: Container, network: LocalNetwork) -> EndpointSettings:
    for wish in container.wishes:
        if wish.network in (network.name, network.id) or network.id.startswith(wish.network):
            return wish
    return EndpointSettings(network.name)


def _name(where: Socket) -> str:
    return where.network if isinstance(where, Attachment) else where.name


def _needs_gateway(places: list[Socket]) -> bool:
    """Return whether who is on these networks has no way out yet, and is meant to have one."""
    leads_out = any(isinstance(where, LocalNetwork) and where.gateway and not where.internal for where in places)
    return not leads_out and any(isinstance(where, Attachment) and not where.internal for where in places)


def _random_mac(endpoint_id: str) -> str:
    """Return a MAC address as random as the id of its endpoint, whose last digits it has."""
    number = (int(endpoint_id[-12:], 16) | 0x02 << 40) & ~(0x01 << 40)  # locally administered, not multicast
    return number.to_bytes(6).hex(":")


def _mac_of(address: str) -> str:
    """Return the MAC address that overlay endpoints get: 02:42 and the four bytes of the address."""
    return "02:42:" + bytes(map(int, address.split("."))).hex(":")
