"""The physical network between hosts: who reaches whom, on which port, and what a blocked packet feels like.

Everything that crosses from one host to another asks `path` here, be it a heartbeat, gossip, a VXLAN frame
or somebody's ``curl``.  So a partition, a pulled cable and a firewall are each one rule in one place.
"""

import ipaddress
from enum import StrEnum
from typing import NamedTuple

from swarmlab.core.queue import Queue
from swarmlab.core.units import MICROSECOND

CLUSTER_PORT = 2377  # tcp: join, agents to managers, raft
GOSSIP_PORT = 7946  # tcp and udp
VXLAN_PORT = 4789  # udp
LATENCY = 300 * MICROSECOND


class Path(StrEnum):
    """What happens to a packet that is sent."""

    OPEN = "open"
    REFUSED = "refused"  # the firewall answers "no"; also a host whose port is closed
    PROHIBITED = "no route to host"  # firewalld's REJECT: icmp-host-prohibited
    LOST = "lost"  # dropped, or nobody there: only a timeout tells


_OPEN = Path.OPEN  # every message asks: looking a member up in its class takes time
INPUT = "INPUT"  # packets for the host itself: its processes, gossip, VXLAN
OUTPUT = "OUTPUT"  # packets of the host itself
DOCKER_USER = "DOCKER-USER"  # packets passed on to containers: published ports, the routing mesh
CHAINS = (INPUT, OUTPUT, DOCKER_USER)
ESP = "esp"  # encrypted packets between hosts: a protocol of its own, without ports


class Rule(NamedTuple):
    """What a host's firewall does with packets to one port.  The first rule that fits decides.

    Published ports never reach the chain INPUT, because they are passed on to a container; only a rule in
    DOCKER-USER stops them.
    """

    port: int  # 0 for a protocol without ports
    protocol: str  # tcp, udp, esp
    verdict: Path = Path.PROHIBITED  # OPEN: let it through, whatever later rules say
    chain: str = INPUT
    other: str = ""  # address or subnet of the other end; "" for all


class Fabric:
    """All cables and firewalls of a lab."""

    def __init__(self, queue: Queue) -> None:
        self.queue = queue
        self.addresses: dict[str, str] = {}  # host -> address
        self.off: dict[str, None] = {}  # hosts without power
        self.cut: dict[str, None] = {}  # hosts whose cable is pulled
        self.islands: list[frozenset[str]] = []  # a partition: groups of hosts that hear only each other
        self.blocked: dict[str, dict[Rule, None]] = {}  # host -> what its firewall keeps out
        self.revision = 0  # grows with each change: caches of reachability compare it
        #: (host, host) in order of name -> since when they cannot gossip, or when they could again
        self.silent_since: dict[tuple[str, str], int] = {}
        self.heard_since: dict[tuple[str, str], int] = {}
        self.silence: dict[tuple[str, str], int] = {}  # how long the last one had lasted when they heard again
        self._names: dict[str, str] = {}  # address -> host

    def add_host(self, name: str, address: str) -> None:
        """Plug a host in."""
        if self.revision:  # before the first change all hear each other
            for other in self.addresses:
                if not self.gossips(name, other):  # the other's firewall is closed already
                    self.silent_since[min(name, other), max(name, other)] = self.queue.now
        self.addresses[name] = address
        self.blocked[name] = {}
        self._names[address] = name

    def host_at(self, address: str) -> str | None:
        """Return the host with this address, None if nobody has it."""
        return self._names.get(address)

    def wire(self, source: str, target: str) -> Path:
        """Return whether any packet gets from host `source` to host `target`: OPEN or LOST."""
        if target in self.off or source in self.off:
            return Path.LOST
        if source == target or not (self.cut or self.islands):
            return _OPEN
        if source in self.cut or target in self.cut:
            return Path.LOST
        for island in self.islands:
            if (source in island) != (target in island):
                return Path.LOST
        return Path.OPEN

    def path(self, source: str, target: str, port: int, protocol: str = "tcp", chain: str = INPUT) -> Path:
        """Return what happens to a packet from host `source` to `port` of host `target`.

        `chain` says which part of the target's firewall it meets; at its source it meets OUTPUT.
        """
        if not self.revision:  # before the first change all hear each other
            return _OPEN
        wire = self.wire(source, target)
        if wire is not _OPEN or source == target:
            return wire
        if self.blocked.get(source):  # a member that has gone has no host
            verdict = self._verdict(source, OUTPUT, target, port, protocol)
            if verdict is not _OPEN:
                return verdict
        if self.blocked.get(target):
            return self._verdict(target, chain, source, port, protocol)
        return _OPEN

    def _verdict(self, host: str, chain: str, other: str, port: int, protocol: str) -> Path:
        for rule in self.blocked[host]:
            fits = rule.port == port and rule.protocol == protocol and rule.chain == chain
            if fits and (not rule.other or _is_in(self.addresses.get(other, "0.0.0.0"), rule.other)):
                return rule.verdict
        return _OPEN

    def gossips(self, one: str, other: str) -> bool:
        """Return whether two hosts can exchange gossip now: both ports 7946, both ways."""
        return all(
            self.path(a, b, GOSSIP_PORT, protocol) is Path.OPEN
            for a, b in ((one, other), (other, one))
            for protocol in ("tcp", "udp")
        )

    def change(self) -> "Changing":
        """Wrap every change of who reaches whom: ``with fabric.change(): fabric.cut[host] = None``.

        Notes when pairs of hosts fall silent and when they hear each other again, so that gossip can work
        out, at any later time, what each of them has noticed.
        """
        return Changing(self)

    def send(
        self, source: str, target: str, port: int, address: str, payload: object, *, background: bool = False
    ) -> bool:
        """Send a message between components of two hosts; return whether the way is open: else it is lost."""
        if self.path(source, target, port) is not _OPEN:
            return False
        self.queue.after(LATENCY, address, payload, background=background)
        return True


def _is_in(address: str, subnet: str) -> bool:
    return ipaddress.ip_address(address) in ipaddress.ip_network(subnet, strict=False)


class Changing:
    """The work of `Fabric.change`."""

    def __init__(self, fabric: Fabric) -> None:
        self.fabric = fabric

    def _apart(self) -> dict[tuple[str, str], None]:
        """Return the pairs that cannot gossip; one of each is a host with something in the way."""
        fabric = self.fabric
        islanders = {host for island in fabric.islands for host in island}
        marked = {*fabric.off, *fabric.cut, *islanders, *(host for host, rules in fabric.blocked.items() if rules)}
        return {
            (min(one, other), max(one, other)): None
            for one in sorted(marked)
            for other in fabric.addresses
            if other != one and not fabric.gossips(one, other)
        }

    def __enter__(self) -> None:
        self._before = self._apart()

    def __exit__(self, *_: object) -> None:
        fabric = self.fabric
        fabric.revision += 1
        now = fabric.queue.now
        after = self._apart()
        for pair in after:
            if pair not in self._before:
                fabric.silent_since[pair] = now
                fabric.heard_since.pop(pair, None)
        for pair in self._before:
            if pair not in after:
                fabric.heard_since[pair] = now
                fabric.silence[pair] = now - fabric.silent_since.pop(pair, now)
