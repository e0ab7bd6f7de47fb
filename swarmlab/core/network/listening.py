"""Who listens where: what ``ss -ltn`` and ``netstat -ltn`` show on a host and in a container.

On each node of a swarm the engine itself holds a socket for every port of the routing mesh, only to keep others from
taking it: traffic is led away before it gets there (moby ``libnetwork/service_linux.go``, ``programIngress``).
"""

import hashlib
from typing import NamedTuple

from swarmlab.core.network.dataplane import DataPlane
from swarmlab.core.network.fabric import CLUSTER_PORT, GOSSIP_PORT, VXLAN_PORT
from swarmlab.core.network.resolvconf import EMBEDDED
from swarmlab.core.network.world import Place


class Socket(NamedTuple):
    """One listening socket."""

    protocol: str  # tcp, udp
    address: str  # "" for all addresses
    port: int
    program: str


def listening(plane: DataPlane, place: Place) -> list[Socket]:
    """Return the listening sockets in the network of a place, in order of protocol and port."""
    home = plane.views.network_place(place)
    found = _of_host(plane, home.host) if home.container_id is None else _of_container(plane, home)
    return sorted(dict.fromkeys(found), key=lambda socket: (socket.protocol, socket.port))


def _of_container(plane: DataPlane, home: Place) -> list[Socket]:
    found = []
    for container in plane.running_containers(home.host):
        if plane.views.network_place(Place(home.host, container.id)) == home:
            found += [Socket("tcp", "", port, application) for port, application in container.listening.items()]
    if plane.names.server(home) == EMBEDDED:
        for protocol in ("tcp", "udp"):  # the engine's resolver, inside the container's network
            digest = hashlib.sha256(f"{protocol} {home.container_id}".encode()).digest()
            found.append(Socket(protocol, EMBEDDED, 32768 + int.from_bytes(digest[:2], "big") % 28232, ""))
    return found


def _of_host(plane: DataPlane, host: str) -> list[Socket]:
    world = plane.views.world
    machine = world.hosts[host]
    found = [Socket("tcp", "", 22, "sshd")]
    if not machine.is_up:
        return found
    for container in plane.running_containers(host):
        found += [Socket(port.protocol, "", port.published, "docker-proxy") for port in container.ports]
    swarm = world.swarms.get(machine.swarm_id)
    if swarm is None:
        return found
    found += [Socket(protocol, "", GOSSIP_PORT, "dockerd") for protocol in ("tcp", "udp")]
    found.append(Socket("udp", "", VXLAN_PORT, ""))
    if swarm.manages(host):
        found.append(Socket("tcp", "", CLUSTER_PORT, "dockerd"))
    for service in swarm.store.services():
        for port in service.endpoint.ports if service.endpoint is not None else ():
            if port.mode == "ingress" and plane.ports.mesh(host, port.published, port.protocol).backends:
                found.append(Socket(port.protocol, "", port.published, "dockerd"))
    return found
