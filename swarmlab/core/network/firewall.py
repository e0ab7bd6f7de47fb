"""The hosts' own firewalls, as ``firewall-cmd`` shows them: firewalld with one public zone.

The lab's hosts have the ports of a swarm open, so that lessons may close them.  Closing a port blocks it in the
fabric; that is all a firewall does here.  Ports that nobody listens on have no rule of their own: there a closed
firewall and a closed port differ by the error alone.

firewalld: ``src/firewall/core/nftables.py``.  Rules are looked at in this order: direct ones, rich ones (those that
deny first), then the zone, which prohibits what is not open.  A rich rule's ``reject`` is answered "refused".
"""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from swarmlab.core.network.fabric import CLUSTER_PORT, ESP, GOSSIP_PORT, INPUT, VXLAN_PORT, Fabric, Path, Rule


class Opening(NamedTuple):
    """One open port, or one protocol that has none (port 0)."""

    port: int
    protocol: str

    def __str__(self) -> str:
        return f"{self.port}/{self.protocol}" if self.port else self.protocol


#: What a host needs open to be in a swarm.
SWARM_PORTS = (
    Opening(CLUSTER_PORT, "tcp"),
    Opening(GOSSIP_PORT, "tcp"),
    Opening(VXLAN_PORT, "udp"),
    Opening(GOSSIP_PORT, "udp"),
    Opening(0, ESP),
)
#: firewalld's own name for all of them (``config/services/docker-swarm.xml``), and what a zone has to begin with.
SWARM_SERVICE = "docker-swarm"
FIRST_SERVICES = ("dhcpv6-client", "ssh")
_VERDICTS = {"drop": Path.LOST, "reject": Path.REFUSED, "accept": Path.OPEN}


class RichRule(NamedTuple):
    """A rule in firewalld's own language."""

    opening: Opening
    verdict: str  # accept, reject, drop
    source: str = ""  # address or subnet; "" for all

    @property
    def rule(self) -> Rule:
        """The rule for the fabric."""
        return Rule(*self.opening, _VERDICTS[self.verdict], INPUT, self.source)


@dataclass
class Settings:
    """All that is set in a firewall."""

    open: dict[Opening, None] = field(default_factory=lambda: dict.fromkeys(SWARM_PORTS))
    services: dict[str, None] = field(default_factory=lambda: dict.fromkeys(FIRST_SERVICES))
    rich: dict[str, RichRule] = field(default_factory=dict)  # by its text
    direct: dict[str, Rule] = field(default_factory=dict)  # by its text

    def copy(self) -> "Settings":
        """Return the same settings, to be changed apart from these."""
        return replace(
            self, open=dict(self.open), services=dict(self.services), rich=dict(self.rich), direct=dict(self.direct)
        )

    def lets_in(self, opening: Opening) -> bool:
        """Return whether the zone has this port open, by itself or with a service."""
        return opening in self.open or (SWARM_SERVICE in self.services and opening in SWARM_PORTS)

    def rules(self) -> list[Rule]:
        """Return what the fabric is to do, in order."""
        rich = sorted(self.rich.values(), key=lambda rule: rule.verdict == "accept")
        closed = [Rule(*opening) for opening in SWARM_PORTS if not self.lets_in(opening)]
        return [*self.direct.values(), *(rule.rule for rule in rich), *closed]


@dataclass
class Firewall:
    """The firewall of one host: what holds now, and what will after a reload."""

    now: Settings = field(default_factory=Settings)
    permanent: Settings = field(default_factory=Settings)
    running: bool = True
    enforced: tuple[Rule, ...] = ()  # its own rules in the fabric; others are faults

    def settings(self, permanent: bool) -> Settings:
        """Return the settings that are meant."""
        return self.permanent if permanent else self.now


class Firewalls:
    """The firewalls of all hosts."""

    def __init__(self, fabric: Fabric) -> None:
        self._fabric = fabric
        self._of: dict[str, Firewall] = {}

    def of(self, host: str) -> Firewall:
        """Return the firewall of a host."""
        return self._of.get(host) or Firewall()

    def open_ports(self, host: str, *, permanent: bool = False) -> list[Opening]:
        """Return the open ports and protocols of a host in firewalld's order: by number, then protocol."""
        firewall = self.of(host)
        if permanent:
            return sorted(firewall.permanent.open)
        shut = {(rule.port, rule.protocol) for rule in self._faults(host, firewall)}
        return sorted(opening for opening in firewall.now.open if opening not in shut)

    def is_open(self, host: str, opening: Opening, *, permanent: bool = False) -> bool:
        """Return whether a port is among the open ones."""
        return opening in self.open_ports(host, permanent=permanent)

    def _faults(self, host: str, firewall: Firewall) -> list[Rule]:
        """Return the rules for packets coming in that somebody else than the firewall has made."""
        return [r for r in self._fabric.blocked[host] if r.chain == INPUT and r not in firewall.enforced]

    # --- changes ----------------------------------------------------------------------------------------

    def add_rule(self, host: str, text: str, rule: RichRule, *, permanent: bool = False) -> bool:
        """Add a rich rule; return whether it is new."""
        firewall = self._of.setdefault(host, Firewall())
        rich = firewall.settings(permanent).rich
        if text in rich:
            return False
        rich[text] = rule
        self._enforce(host, firewall)
        return True

    def remove_rule(self, host: str, text: str, *, permanent: bool = False) -> bool:
        """Take a rich rule away; return whether there was one."""
        firewall = self._of.setdefault(host, Firewall())
        rule = firewall.settings(permanent).rich.pop(text, None)
        self._enforce(host, firewall)
        return rule is not None

    def add_direct(self, host: str, text: str, rule: Rule, *, permanent: bool = False) -> bool:
        """Add a rule to a chain of iptables; return whether it is new."""
        firewall = self._of.setdefault(host, Firewall())
        direct = firewall.settings(permanent).direct
        if text in direct:
            return False
        direct[text] = rule
        self._enforce(host, firewall)
        return True

    def remove_direct(self, host: str, text: str, *, permanent: bool = False) -> bool:
        """Take such a rule away; return whether there was one."""
        firewall = self._of.setdefault(host, Firewall())
        rule = firewall.settings(permanent).direct.pop(text, None)
        self._enforce(host, firewall)
        return rule is not None

    def set_service(self, host: str, name: str, *, wanted: bool, permanent: bool = False) -> bool:
        """Allow a service by its name, or no longer; return whether that changed anything."""
        firewall = self._of.setdefault(host, Firewall())
        services = firewall.settings(permanent).services
        if (name in services) == wanted:
            return False
        if wanted:
            services[name] = None
            if name == SWARM_SERVICE and not permanent:
                self._mend(host, firewall, SWARM_PORTS)
        else:
            del services[name]
        self._enforce(host, firewall)
        return True

    def change(self, host: str, action: str, opening: Opening | None = None, *, permanent: bool = False) -> bool:
        """Do one action (open, close, reload, save, start, stop); return whether it changed anything."""
        firewall = self._of.setdefault(host, Firewall())
        if action in ("start", "stop"):
            changed = firewall.running != (action == "start")
            firewall.running = action == "start"
            if changed:
                firewall.now = firewall.permanent.copy()
            self._mend(host, firewall)
        elif action == "reload":
            changed = firewall.now != firewall.permanent
            firewall.now = firewall.permanent.copy()
            self._mend(host, firewall, tuple(firewall.now.open))
        elif action == "save":
            changed = firewall.now != firewall.permanent
            firewall.permanent = firewall.now.copy()
        elif opening is not None:
            openings = firewall.settings(permanent).open
            changed = self.is_open(host, opening, permanent=permanent) != (action == "open")
            if action == "open":
                openings[opening] = None
                if not permanent:
                    self._mend(host, firewall, (opening,))
            else:
                openings.pop(opening, None)
        else:
            raise ValueError(f"{action} is no action of a firewall")
        self._enforce(host, firewall)
        return changed

    def _mend(self, host: str, firewall: Firewall, openings: tuple[Opening, ...] | None = None) -> None:
        """Take faults away that keep these ports closed (None: all): whoever opens a port has it open."""
        with self._fabric.change():
            blocked = self._fabric.blocked[host]
            for rule in [rule for rule in blocked if rule not in firewall.enforced]:
                if openings is None or (rule.chain == INPUT and (rule.port, rule.protocol) in openings):
                    del blocked[rule]

    def _enforce(self, host: str, firewall: Firewall) -> None:
        """Put the firewall's rules into the fabric; leave alone what others have put there."""
        with self._fabric.change():
            blocked = self._fabric.blocked[host]
            for rule in firewall.enforced:
                blocked.pop(rule, None)
            kept = [rule for rule in (firewall.now.rules() if firewall.running else []) if rule not in blocked]
            firewall.enforced = tuple(dict.fromkeys(kept))
            blocked.update(dict.fromkeys(firewall.enforced))
