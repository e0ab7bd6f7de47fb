"""Names inside containers: the engine's own resolver at 127.0.0.11.

Every container on a user-defined network asks it.  What it knows itself it answers with all addresses in random
order and a time to live of 600 seconds; everything else it passes on to the host's name server.  Neither the
default bridge nor ingress nor docker_gwbridge has names.

moby: ``libnetwork/resolver.go``, ``libnetwork/sandbox.go`` (ResolveName), ``libnetwork/service_common.go``.
"""

import random

from swarmlab.core.network import resolvconf
from swarmlab.core.network.links import Links, is_address
from swarmlab.core.network.local import BRIDGE, GWBRIDGE
from swarmlab.core.network.resolvconf import EMBEDDED
from swarmlab.core.network.trace import Answer
from swarmlab.core.network.world import InterfaceLike, Place, Views
from swarmlab.core.objects import DNSConfig, Network

NOERROR, NXDOMAIN, SERVFAIL = "NOERROR", "NXDOMAIN", "SERVFAIL"
TIMEOUT = "TIMEOUT"  # no answer at all
_REVERSE = ".in-addr.arpa"


class Names:
    """Answers questions about names.

    `look_up` answers in a fixed order and changes nothing.  `resolve` shuffles, as the engine does, which draws
    from a random stream of its own and so counts as an input.
    """

    def __init__(self, views: Views, links: Links) -> None:
        self._views = views
        self._links = links
        self._random = random.Random(f"{views.world.seed}/dns")

    def resolve(self, place: Place, name: str, qtype: str = "A", server: str = "") -> Answer:
        """Return the answer to one query, its addresses in random order; `server`: whom to ask instead of its own."""
        answer = self.look_up(place, name, qtype, server)
        if len(answer.values) < 2:
            return answer
        values = list(answer.values)
        self._random.shuffle(values)
        return answer._replace(values=tuple(values))

    def look_up(self, place: Place, name: str, qtype: str = "A", server: str = "") -> Answer:
        """Return the answer to one query, its addresses in order of arrival."""
        own = self.server(place)
        settings = self._settings(place)
        place = self._views.network_place(place)
        server = server or own
        asked, qtype = name.rstrip("."), qtype.upper()
        if server == EMBEDDED == own:
            found = self._pointer(place, asked) if qtype == "PTR" else self._forward(place, asked)
            if found is not None:
                values = found if qtype in ("A", "PTR") else ()
                return Answer(NOERROR, server, asked, qtype, values, local=True)
            # Passed on.  From an internal network nothing gets out, and what is outside the lab does not answer.
            upstream = settings.nameservers or (self.upstream(place.host),)
            answers = self.upstream(place.host) in upstream and self._links.way_out(place) is not None
            return Answer(NXDOMAIN if answers else SERVFAIL, server, asked, qtype)
        # The lab's name server knows nobody; there is no other one.
        answers = server == self.upstream(place.host) and self._links.way_out(place) is not None
        return Answer(NXDOMAIN if answers else TIMEOUT, server, asked, qtype)

    def _settings(self, place: Place) -> DNSConfig:
        """Return what the user has set for a place; a container that shares another's network shares its settings."""
        owner = self._views.container(self._views.network_place(place)) or self._views.container(place)
        return owner.config.dns if owner is not None else DNSConfig()

    def search(self, place: Place) -> tuple[str, ...]:
        """Return the domains in which a place looks for names that are none by themselves."""
        return self._settings(place).search

    def server(self, place: Place) -> str:
        """Return the name server that a place asks: the engine's own, the user's, or that of the hosts' network."""
        container = self._views.container(self._views.network_place(place))
        if container is not None and any(i.network not in (BRIDGE, GWBRIDGE) for i in container.interfaces):
            return EMBEDDED
        return next(iter(self._settings(place).nameservers), self.upstream(place.host))

    def upstream(self, host: str) -> str:
        """Return the name server of a host's own network."""
        lan = self._links.way_out(Place(host))
        return lan.gateway if lan is not None else ""

    # --- names to addresses -----------------------------------------------------------------------------

    def _endpoints(self, place: Place) -> list[InterfaceLike]:
        """The container's places on networks with names: swarm networks by name, then user bridges."""
        container = self._views.container(place)
        if container is None:
            return []
        ingress = self._views.ingress(place.host)
        without = (ingress.id if ingress else "",)
        named = [i for i in container.interfaces if i.network not in (BRIDGE, GWBRIDGE) and i.network_id not in without]
        return sorted(named, key=lambda i: (i.driver != "overlay", i.network))

    def _forward(self, place: Place, name: str) -> tuple[str, ...] | None:
        endpoints = self._endpoints(place)
        labels = name.split(".")
        for count in range(len(labels), 0, -1):
            wanted, network = ".".join(labels[:count]), ".".join(labels[count:])
            for endpoint in endpoints:
                if network and endpoint.network.lower() != network.lower():
                    continue
                found = self._on(place.host, endpoint, wanted.lower())
                if found:
                    return found
        return None

    def _on(self, host: str, endpoint: InterfaceLike, name: str) -> tuple[str, ...]:
        """Return the addresses of `name` (lower case) on the network of `endpoint`."""
        if endpoint.driver != "overlay":
            linked = (link.rpartition(":") for link in endpoint.wishes.links)
            meant = next((other for other, _, known in linked if known.lower() == name), name)
            return self._on_bridge(host, endpoint.network_id, meant.lower())
        names = self._views.world.names
        addresses: dict[str, None] = {}
        for record, enabled in names.named(host, endpoint.network_id, name):
            if enabled and name in record.own_names:
                addresses[record.address] = None
            elif name in record.service_names:
                # A virtual address stands as long as any container is left, be it a stopping one.
                if record.vip:
                    addresses[record.vip] = None
                elif enabled:
                    addresses[record.address] = None
        if name.startswith("tasks."):
            service = name.removeprefix("tasks.")
            for record, enabled in names.named(host, endpoint.network_id, service):
                if enabled and service in record.service_names:
                    addresses[record.address] = None
        return tuple(addresses)

    def _on_bridge(self, host: str, network_id: str, name: str) -> tuple[str, ...]:
        engine = self._views.world.hosts[host].engine
        network = engine.networks.find(network_id)
        addresses: dict[str, None] = {}
        for container_id, address in network.endpoints.items() if network is not None else ():
            container = engine.containers.get(container_id)
            if container is None or not container.is_running:
                continue
            aliases = next((i.aliases for i in container.interfaces if i.network_id == network_id), ())
            if name in [known.lower() for known in (container.name, container.short_id, container.hostname, *aliases)]:
                addresses[address] = None
        return tuple(addresses)

    # --- addresses to names -----------------------------------------------------------------------------

    def _pointer(self, place: Place, name: str) -> tuple[str, ...] | None:
        """Return ``<container>.<network>`` of a reversed address (or plain one); None if it is nobody's."""
        address = name
        if name.lower().endswith(_REVERSE):
            address = ".".join(reversed(name[: -len(_REVERSE)].split(".")))
        if not is_address(address):
            return None
        for endpoint in self._endpoints(place):
            if endpoint.driver == "overlay":
                for record, enabled in self._views.world.names.at_address(place.host, endpoint.network_id, address):
                    if enabled and record.address == address:
                        return (f"{record.container_name}.{endpoint.network}",)
                continue
            engine = self._views.world.hosts[place.host].engine
            network = engine.networks.find(endpoint.network_id)
            for container_id, known in network.endpoints.items() if network is not None else ():
                if known == address and container_id in engine.containers:
                    return (f"{engine.containers[container_id].name}.{endpoint.network}",)
        return None

    # --- files ------------------------------------------------------------------------------------------

    def hosts_file(self, place: Place) -> str:
        """Return ``/etc/hosts`` as the engine writes it; on a host, with the lab's host names."""
        network_place = self._views.network_place(place)
        engine = self._views.world.hosts[place.host].engine
        container = self._views.container(network_place)
        extra = self._extra_hosts(place)
        if container is None and not extra:
            known = "".join(f"{host.address} {host.name}\n" for host in self._views.world.hosts.values())
            return "127.0.0.1   localhost localhost.localdomain\n::1         localhost localhost.localdomain\n" + known
        ingress: Network | None = self._views.ingress(place.host)
        without = ("", ingress.id if ingress is not None else "")
        addresses = [
            interface.address
            for interface in (container.interfaces if container is not None else ())
            if interface.network != GWBRIDGE and interface.network_id not in without
        ]
        hostname = container.hostname if container is not None else ""
        return resolvconf.hosts_file(extra, addresses, hostname, short=engine.profile.comments_resolv_conf)

    def _extra_hosts(self, place: Place) -> list[tuple[str, str]]:
        """Return the names that the user has given addresses; host-gateway is the host, on the default bridge."""
        owner = self._views.container(place)
        bridge = self._views.world.hosts[place.host].engine.networks.find(BRIDGE)
        gateway = bridge.gateway if bridge is not None else ""
        pairs = owner.config.extra_hosts if owner is not None else ()
        return [(name, gateway if address == "host-gateway" else address) for name, address in pairs]

    def resolv_conf(self, place: Place) -> str:
        """Return ``/etc/resolv.conf`` as the engine writes it; on a host, as it is."""
        upstream = self.upstream(place.host)
        if place.container_id is None:
            return f"nameserver {upstream}\n"
        engine = self._views.world.hosts[place.host].engine
        network_place = self._views.network_place(place)
        kind = "legacy" if network_place.container_id else ""
        if self.server(place) == EMBEDDED:
            kind = "internal resolver"
        comments = engine.profile.comments_resolv_conf
        return resolvconf.resolv_conf(upstream, self._settings(place), kind, comments=comments)
