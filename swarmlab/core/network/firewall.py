"""The hosts' own firewalls, as ``firewall-cmd`` shows them: firewalld with one public zone.

The lab's hosts have the ports of a swarm open, so that lessons may close them.  Closing a port blocks it in the
fabric; that is all a firewall does here.  Ports that nobody listens on have no rule of their own: there a closed
firewall and a closed port differ by the error alone.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from swarmlab.core.network.fabric import CLUSTER_PORT, GOSSIP_PORT, VXLAN_PORT, Fabric, Rule


class Opening(NamedTuple):
    """One open port."""

    port: int
    protocol: str

    def __str__(self) -> str:
        return f"{self.port}/{self.protocol}"


#: What a host needs open to be in a swarm.
SWARM_PORTS = (
    Opening(CLUSTER_PORT, "tcp"),
    Opening(GOSSIP_PORT, "tcp"),
    Opening(VXLAN_PORT, "udp"),
    Opening(GOSSIP_PORT, "udp"),
)


@dataclass
class Firewall:
    """The firewall of one host: what is open now, and what will be after a reload."""

    now: dict[Opening, None] = field(default_factory=lambda: dict.fromkeys(SWARM_PORTS))
    permanent: dict[Opening, None] = field(default_factory=lambda: dict.fromkeys(SWARM_PORTS))
    rich: dict[str, tuple[Opening, str]] = field(default_factory=dict)  # a rule's text -> port, and reject or drop
    running: bool = True


class Firewalls:
    """The firewalls of all hosts."""

    def __init__(self, fabric: Fabric) -> None:
        self._fabric = fabric
        self._of: dict[str, Firewall] = {}

    def of(self, host: str) -> Firewall:
        """Return the firewall of a host."""
        return self._of.get(host) or Firewall()

    def open_ports(self, host: str, *, permanent: bool = False) -> list[Opening]:
        """Return the open ports of a host in firewalld's order: by number, then protocol."""
        firewall = self.of(host)
        if permanent:
            return sorted(firewall.permanent)
        shut = {(rule.port, rule.protocol) for rule in self._fabric.blocked[host]}
        return sorted(opening for opening in firewall.now if opening not in shut)

    def is_open(self, host: str, opening: Opening, *, permanent: bool = False) -> bool:
        """Return whether a port is among the open ones."""
        return opening in self.open_ports(host, permanent=permanent)

    def add_rule(self, host: str, text: str, opening: Opening, verdict: str) -> None:
        """Add a rich rule that accepts, rejects or drops what comes to one port."""
        firewall = self._of.setdefault(host, Firewall())
        firewall.rich[text] = opening, verdict
        self._enforce(host, firewall)

    def remove_rule(self, host: str, text: str) -> None:
        """Take a rich rule away."""
        firewall = self._of.setdefault(host, Firewall())
        opening, _ = firewall.rich.pop(text, (None, ""))
        with self._fabric.change():
            rules = self._fabric.blocked[host]
            for rule in [rule for rule in rules if (rule.port, rule.protocol) == opening]:
                del rules[rule]
        self._enforce(host, firewall)

    def change(self, host: str, action: str, opening: Opening | None = None, *, permanent: bool = False) -> bool:
        """Do one action (open, close, reload, save, start, stop); return whether it changed anything."""
        firewall = self._of.setdefault(host, Firewall())
        if action in ("start", "stop"):
            changed = firewall.running != (action == "start")
            firewall.running = action == "start"
            if firewall.running and changed:
                firewall.now = dict(firewall.permanent)
        elif action == "reload":
            changed = firewall.now.keys() != firewall.permanent.keys()
            firewall.now = dict(firewall.permanent)
        elif action == "save":
            changed = firewall.now.keys() != firewall.permanent.keys()
            firewall.permanent = dict(firewall.now)
        elif opening is not None:
            ports = firewall.permanent if permanent else firewall.now
            changed = self.is_open(host, opening, permanent=permanent) != (action == "open")
            if action == "open":
                ports[opening] = None
            else:
                ports.pop(opening, None)
            if permanent:
                return changed
        else:
            raise ValueError(f"{action} is no action of a firewall")
        self._enforce(host, firewall)
        return changed

    def _enforce(self, host: str, firewall: Firewall) -> None:
        """Block in the fabric what is closed; leave alone what others have put there for other ports."""
        closed = {opening: False for opening in SWARM_PORTS if opening not in firewall.now}  # -> whether in silence
        closed |= {opening: verdict == "drop" for opening, verdict in firewall.rich.values() if verdict != "accept"}
        if not firewall.running:
            closed = {}
        ours = dict.fromkeys((*SWARM_PORTS, *(opening for opening, _ in firewall.rich.values())))
        with self._fabric.change():
            rules = self._fabric.blocked[host]
            for opening in ours:
                for rule in [rule for rule in rules if (rule.port, rule.protocol) == opening and opening not in closed]:
                    del rules[rule]
                if opening in closed and not any((rule.port, rule.protocol) == opening for rule in rules):
                    rules[Rule(opening.port, opening.protocol, closed[opening])] = None
