"""What helps when a request fails: for each station at which one can end, the command that repairs or shows it.

Asked only by whoever follows a request (`lab.trace`), so that requests themselves cost nothing more.
"""

from typing import NamedTuple

from swarmlab.core.network.dataplane import DataPlane
from swarmlab.core.network.fabric import GOSSIP_PORT, VXLAN_PORT, Path
from swarmlab.core.network.firewall import SWARM_PORTS, Opening
from swarmlab.core.network.gossip import Record
from swarmlab.core.network.trace import Answer, Connection, Hop, Lookup
from swarmlab.core.network.world import Place, SwarmLike
from swarmlab.core.objects import Service


class Remedy(NamedTuple):
    """One command, and what it is good for."""

    host: str  # where to type it
    command: str
    text: str  # one sentence, which has both


def remedy(plane: DataPlane, place: Place, hop: Hop, what: object) -> Remedy | None:
    """Return what helps against the failure at `hop` of something that `place` tried; None if nothing is known."""
    doctor = _Doctor(plane, place, hop)
    if isinstance(what, Lookup | Answer):
        return doctor.unknown_name(what.name)
    if hop.station in ("vxlan", "network"):
        return doctor.blocked_way()
    if hop.station == "firewall" and isinstance(what, Connection):
        return doctor.firewall(what.port, what.protocol)
    if hop.station == "host" and isinstance(what, Connection):
        return doctor.closed_port(what.port, what.protocol)
    if hop.station in ("container", "answer") and isinstance(what, Connection):
        return doctor.container(what)
    if hop.station == "ipvs" and isinstance(what, Connection):
        return doctor.shows("docker service ls", "shows how many of its tasks run")
    if hop.station == "overlay":
        return doctor.unknown_neighbour()
    if hop.station in ("bridge", "balancer"):
        return doctor.local(hop.host, "docker network ls", "shows the networks there: both must be on one of them")
    if hop.station == "routes":
        return doctor.local(place.host, "ip route", "shows where a packet can go from there")
    return None


class _Doctor:
    def __init__(self, plane: DataPlane, place: Place, hop: Hop) -> None:
        self._plane = plane
        self._world = plane.views.world
        self._place = place
        self._hop = hop

    @property
    def _swarm(self) -> SwarmLike | None:
        return self._world.swarms.get(self._world.hosts[self._place.host].swarm_id)

    @property
    def _manager(self) -> str:
        """A host that manages the swarm and answers; the place's own if there is none."""
        swarm = self._swarm
        managers = [name for name, host in self._world.hosts.items() if swarm and host.is_up and swarm.manages(name)]
        return managers[0] if managers else self._place.host

    # --- kinds of help ----------------------------------------------------------------------------------

    def local(self, host: str, command: str, good_for: str) -> Remedy:
        return Remedy(host, command, f"`{command}` on {host} {good_for}.")

    def shows(self, command: str, good_for: str) -> Remedy:
        return self.local(self._manager, command, good_for)

    def repairs(self, host: str, command: str) -> Remedy:
        return Remedy(host, command, f"`{command}` on {host} repairs it.")

    # --- stations ---------------------------------------------------------------------------------------

    def blocked_way(self) -> Remedy:
        """No packet gets through: a firewall that keeps VXLAN out, a pulled cable, a machine without power."""
        receiver = self._hop.host
        shut = any(
            (rule.port, rule.protocol) == (VXLAN_PORT, "udp") and rule.verdict is not Path.OPEN
            for rule in self._world.fabric.blocked[receiver]
        )
        if self._hop.station == "vxlan" and shut:
            return self.repairs(receiver, f"firewall-cmd --add-port={VXLAN_PORT}/udp")
        return self.shows("docker node ls", "shows which nodes answer")

    def firewall(self, port: int, protocol: str) -> Remedy:
        """A port of a host that its firewall keeps closed."""
        host, opening = self._hop.host, Opening(port, protocol)
        now = self._plane.firewalls.of(host).now
        for text, rich in now.rich.items():
            if rich.opening == opening and rich.verdict != "accept":
                return self.repairs(host, f"firewall-cmd --remove-rich-rule='{text}'")
        for text, rule in now.direct.items():
            if (rule.port, rule.protocol) == opening and rule.verdict is not Path.OPEN:
                return self.repairs(host, f"firewall-cmd --direct --remove-rule {text}")
        if opening in SWARM_PORTS:
            return self.repairs(host, f"firewall-cmd --add-port={opening}")
        return self.local(host, "firewall-cmd --list-all", "shows what its firewall lets through")

    def closed_port(self, port: int, protocol: str) -> Remedy:
        """Nothing answers on a port of a host: not published, published but not known there, in host mode elsewhere."""
        host = self._hop.host
        service, mode = self._publisher(port, protocol)
        if service is None:
            return self.shows("docker service ls", f"shows the published ports: none is {port}")
        name = service.spec.name
        if mode == "host":
            text = f"shows the nodes where a task has the port: {name} publishes it in host mode, only on those"
            return self.shows(f"docker service ps {name}", text)
        deaf = self._deaf(host)
        if deaf:
            return deaf
        return self.shows(f"docker service ps {name}", f"shows why no task of {name} takes part")

    def _publisher(self, port: int, protocol: str) -> tuple[Service | None, str]:
        for service in self._swarm.store.services() if self._swarm is not None else ():
            for config in service.endpoint.ports if service.endpoint is not None else ():
                if (config.published, config.protocol) == (port, protocol):
                    return service, config.mode
        return None, ""

    def _deaf(self, host: str) -> Remedy | None:
        """Say what to do if `host` hears nothing of another host that the swarm has."""
        fabric, peers = self._world.fabric, self._plane.views.peers(host)
        for other in [name for name in peers if not self._world.names.sees(host, name)]:
            if fabric.wire(host, other) is not Path.OPEN:
                continue
            for sender, receiver in ((other, host), (host, other)):
                for protocol in ("tcp", "udp"):
                    if fabric.path(sender, receiver, GOSSIP_PORT, protocol) is not Path.OPEN:
                        return self.repairs(receiver, f"firewall-cmd --add-port={GOSSIP_PORT}/{protocol}")
        return None

    def container(self, connection: Connection) -> Remedy | None:
        """Nothing listens in a container, or it is frozen, or it speaks something else."""
        host, name = self._hop.host, self._hop.container
        server = connection.server
        container = self._plane.views.container(server) if server is not None else None
        if container is None:
            found = [c for c in self._plane.running_containers(host) if c.name == name]
            container = found[0] if found else None
        if container is None:
            return self.local(host, "docker ps -a", "shows which containers have ended")
        if container.is_frozen:
            if container.state == "paused":
                return self.repairs(host, f"docker unpause {name}")
            service = self._service_of(container.id)
            if service:
                return self.repairs(self._manager, f"docker service update --force {service}")
            return self.repairs(host, f"docker restart {name}")
        ports = ", ".join(str(port) for port in container.listening) or "none"
        text = f"shows what it has to say; the ports that it listens on: {ports}"
        return self.local(host, f"docker logs {name}", text)

    def _service_of(self, container_id: str) -> str:
        for record in self._records(container_id):
            return record.service
        swarm = self._swarm
        for task in swarm.store.tasks() if swarm is not None else ():
            if task.status.container is not None and task.status.container.container_id == container_id:
                return task.service_name
        return ""

    def _records(self, container_id: str) -> list[Record]:
        container = self._plane.views.container(Place(self._hop.host, container_id))
        known = [
            each.record
            for interface in (container.interfaces if container is not None else ())
            for each in self._world.names.on_network(self._hop.host, interface.network_id)
        ]
        return [record for record in known if record.container_id == container_id and record.service]

    def unknown_neighbour(self) -> Remedy:
        """An address on an overlay that this host has heard of from nobody."""
        return self._deaf(self._place.host) or self.shows(
            "docker service ls", "shows which services have running tasks: addresses of ended tasks belong to nobody"
        )

    def unknown_name(self, name: str) -> Remedy | None:
        """A name that cannot be resolved here."""
        swarm = self._swarm
        bare = name.removeprefix("tasks.").partition(".")[0].lower()
        services = list(swarm.store.services()) if swarm is not None else []
        service = next((each for each in services if each.spec.name.lower() == bare), None)
        if service is None:
            return self.shows("docker service ls", f"shows the names of all services: {name} is none of them")
        if self._place.container_id is None:
            text = f"shows the ports of {service.spec.name}: hosts do not know names of services"
            return self.shows("docker service ls", text)
        wanted = {config.target for config in service.spec.task.networks}
        container = self._plane.views.container(self._plane.views.network_place(self._place))
        own = {interface.network_id for interface in (container.interfaces if container is not None else ())}
        if wanted & own:
            deaf = self._deaf(self._place.host)
            return deaf or self.shows(
                f"docker service ps {service.spec.name}", "shows its tasks: a name needs one that runs and is healthy"
            )
        asking = self._service_of(container.id) if container is not None else ""
        network = swarm.store.network(sorted(wanted)[0]) if swarm is not None and wanted else None
        if asking and network is not None:
            return self.repairs(self._manager, f"docker service update --network-add {network.spec.name} {asking}")
        return self.shows(
            f"docker service inspect --pretty {service.spec.name}",
            "shows its networks: a name is known only to containers that share a network of one's own with it",
        )
