"""The networks that belong to one engine: bridge, docker_gwbridge, host, none, and the user's own bridges.

They are on one host only.  Every task gets out through one of them: a task without swarm networks sits on
``bridge``; a task on an overlay gets a second leg on ``docker_gwbridge`` (moby ``libnetwork/drivers/bridge``).
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from swarmlab.core.network.ipam import AddressPool, SubnetPool, gateway_of
from swarmlab.errors import Forbidden, InvalidArgument, SwarmlabError, Unknown

BRIDGE, GWBRIDGE, HOST, NONE = "bridge", "docker_gwbridge", "host", "none"
PREDEFINED = (BRIDGE, HOST, NONE)
MTU = "com.docker.network.driver.mtu"

_BRIDGE_OPTIONS = {
    "com.docker.network.bridge.default_bridge": "true",
    "com.docker.network.bridge.enable_icc": "true",
    "com.docker.network.bridge.enable_ip_masquerade": "true",
    "com.docker.network.bridge.host_binding_ipv4": "0.0.0.0",
    "com.docker.network.bridge.name": "docker0",
    "com.docker.network.driver.mtu": "1500",
}
_GWBRIDGE_OPTIONS = {
    "com.docker.network.bridge.enable_icc": "false",
    "com.docker.network.bridge.enable_ip_masquerade": "true",
    "com.docker.network.bridge.name": "docker_gwbridge",
}


@dataclass
class LocalNetwork:
    """One network of one engine."""

    id: str  # 64 hexadecimal digits
    name: str
    driver: str  # bridge, host, null
    created_at: int
    subnet: str = ""
    gateway: str = ""
    pool: AddressPool | None = field(default=None, repr=False)
    options: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    internal: bool = False
    attachable: bool = False
    range: str = ""  # the part of the subnet that is handed out, "" for all of it
    reserved: dict[str, str] = field(default_factory=dict)  # addresses that are somebody's already, by name
    ipv6: bool = False
    subnet6: str = ""
    gateway6: str = ""
    range6: str = ""
    pool6: AddressPool | None = field(default=None, repr=False)
    static: tuple[str, ...] = ()  # the subnets that its user named
    #: container id -> its address there; also "ingress-sbox" on docker_gwbridge
    endpoints: dict[str, str] = field(default_factory=dict)
    endpoints6: dict[str, str] = field(default_factory=dict)

    @cached_property
    def mtu(self) -> int:
        """The largest packet, in bytes."""
        return mtu_of(self.options, 1500)


def mtu_of(options: Mapping[str, str] | None, default: int) -> int:
    """Return the size of the largest packet that a network's options ask for, else `default`."""
    text = (options or {}).get(MTU, "")
    return int(text) if text.isascii() and text.isdigit() and 68 <= int(text) <= 65535 else default


class LocalNetworks:
    """All networks of one engine, by id."""

    def __init__(self, ids: tuple[str, str, str], now: int, *, reuse_subnets: bool) -> None:
        # Pools as in libnetwork/ipamutils: 172.17.0.0/16 … 172.31.0.0/16, then 192.168.0.0/20 ….
        pools = tuple((f"172.{n}.0.0/16", 16) for n in range(17, 32)) + (("192.168.0.0/16", 20),)
        self._subnets = SubnetPool(pools, reuse=reuse_subnets)
        self._subnets6: dict[str, None] = {}
        self._site = ids[0][:10]  # every engine has unique local addresses of its own (RFC 4193)
        self._by_id: dict[str, LocalNetwork] = {}
        self.add(ids[0], BRIDGE, "bridge", now, options=dict(_BRIDGE_OPTIONS))
        self._by_id[ids[1]] = LocalNetwork(ids[1], HOST, "host", now)
        self._by_id[ids[2]] = LocalNetwork(ids[2], NONE, "null", now)

    def add(
        self,
        network_id: str,
        name: str,
        driver: str,
        now: int,
        *,
        subnet: str = "",
        gateway: str = "",
        options: dict[str, str] | None = None,
        labels: dict[str, str] | None = None,
        internal: bool = False,
        attachable: bool = False,
        range_: str = "",
        reserved: dict[str, str] | None = None,
    ) -> LocalNetwork:
        """Make a bridge network.  Raises Unknown when no subnet is left, Forbidden when the one given overlaps."""
        chosen = bool(subnet)
        if subnet:
            if not self._subnets.reserve(subnet):
                raise Forbidden("Pool overlaps with other one on this address space")
        else:
            subnet = self._subnets.take()
        pool = AddressPool(subnet, range_=range_, serial=False)
        gateway = gateway or gateway_of(subnet, range_)
        for address in (gateway, *(reserved or {}).values()):
            pool.reserve(address)
        network = LocalNetwork(
            network_id, name, driver, now, subnet, gateway, pool, options or {}, labels or {}, internal, attachable,
            range_, reserved or {},
        )  # fmt: skip
        self._by_id[network_id] = network
        network.static = (subnet,) if chosen else ()
        return network

    def add_ipv6(self, network: LocalNetwork, subnet: str = "", gateway: str = "", range_: str = "") -> None:
        """Give a network IPv6 as well.  Raises Forbidden when the subnet given overlaps another one."""
        if subnet:
            wanted = ipaddress.IPv6Network(subnet, strict=False)
            if any(wanted.overlaps(ipaddress.IPv6Network(used)) for used in self._subnets6):
                raise Forbidden("Pool overlaps with other one on this address space")
            network.static += (subnet,)
        else:
            subnet = self._take6()
        self._subnets6[subnet] = None
        network.ipv6, network.subnet6, network.range6 = True, subnet, range_
        network.pool6 = AddressPool(subnet, range_=range_, serial=False)
        network.gateway6 = gateway or gateway_of(subnet, range_)
        network.pool6.reserve(network.gateway6)

    def _take6(self) -> str:
        """Return a free subnet of the engine's own site (moby ``daemon/libnetwork/ipams/defaultipam``)."""
        site = f"fd{self._site[:2]}:{self._site[2:6]}:{self._site[6:10]}"
        for number in range(1 << 16):
            subnet = str(ipaddress.IPv6Network(f"{site}:{number:x}::/64"))
            if subnet not in self._subnets6:
                return subnet
        raise Unknown("could not find an available, non-overlapping IPv6 address pool among the defaults to assign")

    def add_gwbridge(self, network_id: str, now: int) -> LocalNetwork:
        """Make docker_gwbridge, with the leg of the routing mesh's own sandbox on it."""
        network = self.add(network_id, GWBRIDGE, "bridge", now, options=dict(_GWBRIDGE_OPTIONS))
        self.connect(network, "ingress-sbox")
        return network

    def remove(self, network: LocalNetwork) -> None:
        """Take a network away."""
        del self._by_id[network.id]
        if network.subnet:
            self._subnets.free(network.subnet)
        self._subnets6.pop(network.subnet6, None)

    def connect(self, network: LocalNetwork, endpoint: str, wanted: str = "", wanted6: str = "") -> tuple[str, str]:
        """Give `endpoint` (a container id) its addresses, IPv4 and IPv6, those it wants if any; "" for what it has not.

        Raises Forbidden when one that it wants is somebody's, InvalidArgument when it is not of this network, Unknown
        when none is left.
        """
        address = _taken(network, network.pool, wanted)
        try:
            address6 = _taken(network, network.pool6, wanted6)
        except SwarmlabError:
            if network.pool is not None:
                network.pool.free(address)
            raise
        network.endpoints[endpoint] = address
        if address6:
            network.endpoints6[endpoint] = address6
        return address, address6

    def disconnect(self, network: LocalNetwork, endpoint: str) -> None:
        """Take the endpoint's address back."""
        address = network.endpoints.pop(endpoint, "")
        if address and network.pool:
            network.pool.free(address)
        address6 = network.endpoints6.pop(endpoint, "")
        if address6 and network.pool6:
            network.pool6.free(address6)

    def all(self) -> list[LocalNetwork]:
        """Return all networks, oldest first."""
        return list(self._by_id.values())

    def find(self, reference: str) -> LocalNetwork | None:
        """Return the network with this id, name, or unique beginning of an id; None if there is none."""
        if reference in self._by_id:
            return self._by_id[reference]
        for network in self._by_id.values():
            if network.name == reference:
                return network
        begun = [n for n in self._by_id.values() if reference and n.id.startswith(reference)]
        return begun[0] if len(begun) == 1 else None


def _taken(network: LocalNetwork, pool: AddressPool | None, wanted: str) -> str:
    """Return the address that is wanted, or any free one; "" without a pool."""
    if pool is None:
        return ""
    if not wanted:
        address = pool.take()
        if address is None:
            raise Unknown(f"no available IPv4 addresses on this network's address pools: {network.name} ({network.id})")
        return address
    if wanted not in pool:
        raise InvalidArgument(f"Invalid address {wanted}: It does not belong to any of this network's subnets")
    if pool.take_this(wanted) is None:
        raise Forbidden("Address already in use")
    return wanted
