"""Which networks a host shows, and what it knows of each.

A manager lists all networks of the swarm; a worker only those that its own containers use.  Where a swarm
network is in use, its *inspect* is the local instance: who is plugged in here, and which other hosts take
part.  moby: ``daemon/network.go``, ``daemon/server/router/network/network_routes.go``.
"""

import hashlib
from collections.abc import Iterator

from swarmlab.api.call import Call
from swarmlab.api.convert.basics import Json
from swarmlab.api.convert.networks import endpoint_json, local_network_json, swarm_network_json
from swarmlab.core.agent.container import Container, Interface
from swarmlab.core.host import Host
from swarmlab.core.network.gossip import Record
from swarmlab.core.network.local import GWBRIDGE, LocalNetwork
from swarmlab.core.objects import Network


class NetworkView:
    """The networks of one host, as the client of this call sees them."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._ipv4 = call.at_least(1, 48)  # EnableIPv4 came with that version
        self._swarm = call.swarm if call.host.swarm_state == "active" else None

    def of_swarm(self) -> list[Network]:
        """Return the networks that the swarm's manager would list, in order of id; none if this is no manager."""
        if not self._call.is_manager or self._swarm is None:
            return []
        return sorted((n for n in self._swarm.store.networks() if not n.is_predefined), key=lambda n: n.id)

    def in_use(self) -> list[Network]:
        """Return the swarm networks that exist on this host: those in use, and the routing mesh."""
        if self._swarm is None:
            return []
        return [network for network in self._swarm.store.networks() if self._has(self._call.host, network)]

    def _has(self, host: Host, network: Network) -> bool:
        """Return whether a swarm network exists on a host; that of the mesh does wherever its balancer has a place."""
        if network.id in host.engine.overlays:
            return True
        return network.spec.ingress and self._call.simulation.net.views.is_on(host.name, network)

    def local(self) -> list[LocalNetwork]:
        """Return the engine's own networks."""
        return self._call.engine.networks.all()

    # --- JSON -----------------------------------------------------------------------------------------

    def swarm_json(self, network: Network) -> Json:
        """Return a network as the manager knows it."""
        return swarm_network_json(network, ipv4=self._ipv4)

    def local_json(self, network: LocalNetwork, *, listed: bool = False) -> Json:
        """Return a network of this engine; in a list without the containers on it."""
        containers = {} if listed else dict(self._on_local(network))
        return local_network_json(network, containers, ipv4=self._ipv4, modern=self._call.is_modern)

    def instance_json(self, network: Network, *, verbose: bool = False, listed: bool = False) -> Json:
        """Return a swarm network as it exists on this host; `verbose` adds the services on it."""
        json = swarm_network_json(network, ipv4=self._ipv4)
        json["Containers"] = {} if listed else dict(self._on_overlay(network))
        json["Labels"] = json["Labels"] or {}
        if not listed:
            json["Peers"] = self._peers(network)
            if verbose:
                json["Services"] = self._services(network)
        return json

    def endpoints(self, network: LocalNetwork) -> list[str]:
        """Return who is on a network of this engine, as the refusal to remove it tells."""
        ends = dict(self._on_local(network)).values()
        return [f'name:"{end["Name"]}" id:"{end["EndpointID"][:12]}"' for end in ends]

    def _on_local(self, network: LocalNetwork) -> Iterator[tuple[str, Json]]:
        engine = self._call.engine
        prefix = network.pool.prefix if network.pool else 0
        for container_id, address in sorted(network.endpoints.items()):
            container = engine.containers.get(container_id)
            interface = _interface(container, network.id)
            endpoint = interface.endpoint_id if interface else digest(f"{network.id}/{container_id}")
            mac = interface.mac if interface else _mac(address)
            name = container.name if container is not None else container_id
            if network.name == GWBRIDGE:
                name = f"gateway_{container_id if container is None else endpoint[:12]}"
            ipv6 = interface.ipv6 if interface else None
            address6 = f"{ipv6.address}/{ipv6.prefix}" if ipv6 else ""
            yield container_id, endpoint_json(name, endpoint, mac, f"{address}/{prefix}" if address else "", address6)

    def _on_overlay(self, network: Network) -> Iterator[tuple[str, Json]]:
        engine = self._call.engine
        for container_id in sorted(engine.overlays.get(network.id, ())):
            container = engine.containers.get(container_id)
            interface = _interface(container, network.id)
            if container is not None and interface is not None:
                address = f"{interface.address}/{interface.prefix}"
                yield container_id, endpoint_json(container.name, interface.endpoint_id, interface.mac, address)
        node = self._swarm.store.node(self._call.host.node_id) if self._swarm else None
        address = node.attachments.get(network.id, "") if node is not None else ""
        if address:
            name = network.spec.name
            key = "ingress-sbox" if network.spec.ingress else f"lb-{name}"
            endpoint = digest(f"{network.id}/{self._call.host.node_id}")
            yield key, endpoint_json(f"{name}-endpoint", endpoint, _mac(address), address)

    def _peers(self, network: Network) -> list[Json]:
        """Return the hosts that have this network; the name is the one that gossip gives to an engine."""
        return [
            {"Name": digest(host.engine.id)[:12], "IP": host.address}
            for host in self._call.simulation.hosts.values()
            if host.swarm_id == self._call.host.swarm_id
            and (host.is_up or not host.powered)  # an engine that is stopped says so; one without power is missed
            and self._call.simulation.names.sees(self._call.host.name, host.name)
            and self._has(host, network)
        ]

    def _services(self, network: Network) -> Json:
        """Return the services on a network with their tasks, as gossip tells them here."""
        services: dict[str, list[Record]] = {}
        for known in self._call.simulation.names.on_network(self._call.host.name, network.id):
            if known.record.service_id:
                services.setdefault(known.record.service, []).append(known.record)
        return {
            name: {
                "VIP": records[0].vip or "<nil>",
                "Ports": [f"Target: {target}, Publish: {published}" for published, target, _ in records[0].ports],
                "LocalLBIndex": 256 + number if records[0].vip else 0,
                "Tasks": [self._task(record) for record in records],
            }
            for number, (name, records) in enumerate(sorted(services.items()))
        }

    def _task(self, record: Record) -> Json:
        host = self._call.simulation.hosts[record.host]
        interface = _interface(host.engine.containers.get(record.container_id), record.network_id)
        return {
            "Name": record.container_name,
            "EndpointID": interface.endpoint_id if interface is not None else "",
            "EndpointIP": record.address,
            "Info": {"Host IP": host.address},
        }


def _interface(container: Container | None, network_id: str) -> Interface | None:
    if container is None:
        return None
    return next((interface for interface in container.interfaces if interface.network_id == network_id), None)


def _mac(address: str) -> str:
    parts = address.partition("/")[0].split(".")
    return "02:42:" + ":".join(f"{int(part):02x}" for part in parts) if len(parts) == 4 else ""


def digest(text: str) -> str:
    """Return 64 hexadecimal digits that always belong to `text`: ids of things the core does not number."""
    return hashlib.sha256(text.encode()).hexdigest()
