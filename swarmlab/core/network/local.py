"""The networks that belong to one engine: bridge, docker_gwbridge, host, none, and the user's own bridges.

They are on one host only.  Every task gets out through one of them: a task without swarm networks sits on
``bridge``; a task on an overlay gets a second leg on ``docker_gwbridge`` (moby ``libnetwork/drivers/bridge``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from swarmlab.core.network.ipam import AddressPool, SubnetPool, gateway_of
from swarmlab.errors import Forbidden, InvalidArgument, Unknown

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
    pool: AddressPool | None = None
    options: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    internal: bool = False
    attachable: bool = False
    range: str = ""  # the part of the subnet that is handed out, "" for all of it
    chosen: bool = False  # the user has chosen the subnet
    reserved: dict[str, str] = field(default_factory=dict)  # addresses that are somebody's already, by name
    #: container id -> its address there; also "ingress-sbox" on docker_gwbridge
    endpoints: dict[str, str] = field(default_factory=dict)

    @property
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
            range_, chosen, reserved or {},
        )  # fmt: skip
        self._by_id[network_id] = network
        return network

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

    def connect(self, network: LocalNetwork, endpoint: str, wanted: str = "") -> str:
        """Give `endpoint` (a container id) an address, the one it wants if any, and return it; "" on host and none.

        Raises Forbidden when the address that it wants is somebody's, InvalidArgument when it is not of this
        network, Unknown when none is left.
        """
        if network.pool is None:
            address = ""
        elif wanted:
            if wanted not in network.pool:
                raise InvalidArgument(f"Invalid address {wanted}: It does not belong to any of this network's subnets")
            if network.pool.take_this(wanted) is None:
                raise Forbidden("Address already in use")
            address = wanted
        else:
            address = network.pool.take() or ""
            if not address:
                raise Unknown("no available IPv4 addresses on this network's address pools: "
                              f"{network.name} ({network.id})")  # fmt: skip
        network.endpoints[endpoint] = address
        return address

    def disconnect(self, network: LocalNetwork, endpoint: str) -> None:
        """Take the endpoint's address back."""
        address = network.endpoints.pop(endpoint, "")
        if address and network.pool:
            network.pool.free(address)

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
