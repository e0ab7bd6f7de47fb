"""Containers as lists show them, and what an inspect of one has in common with that.

moby: ``daemon/list.go``, ``api/types/container``.
"""

import hashlib

from swarmlab.api.convert.basics import Json, present, sorted_labels
from swarmlab.core.agent.container import Attachment, Container, Interface
from swarmlab.core.agent.images import Image
from swarmlab.core.network.endpoints import EndpointSettings
from swarmlab.core.network.local import LocalNetwork, LocalNetworks
from swarmlab.core.objects import Mount
from swarmlab.core.units import HOUR, MINUTE, SECOND


def duration_words(ns: int) -> str:
    """Return a duration as people say it: ``4 minutes``, ``About an hour`` (go-units ``HumanDuration``)."""
    seconds, minutes, hours = ns // SECOND, ns // MINUTE, (ns + HOUR // 2) // HOUR
    if seconds < 1:
        return "Less than a second"
    if seconds < 60:
        return "1 second" if seconds == 1 else f"{seconds} seconds"
    if minutes < 60:
        return "About a minute" if minutes == 1 else f"{minutes} minutes"
    if hours < 48:
        return "About an hour" if hours == 1 else f"{hours} hours"
    for unit, size, most in (("days", 24, 24 * 14), ("weeks", 24 * 7, 24 * 60), ("months", 24 * 30, 24 * 365 * 2)):
        if hours < most:
            return f"{hours // size} {unit}"
    return f"{ns // HOUR // 24 // 365} years"


def status_words(container: Container, now: int) -> str:
    """Return the STATUS of ``docker ps``: ``Up 4 minutes (healthy)``."""
    if container.is_running:
        up = f"Up {duration_words(now - container.started_at)}"
        if container.state == "paused":
            return f"{up} (Paused)"
        status = container.health.status
        health = f"health: {status}" if status == "starting" else status
        return f"{up} ({health})" if health else up
    if not container.started_at:
        return "Created"
    return f"Exited ({container.exit_code}) {duration_words(now - container.finished_at)} ago"


def command_words(container: Container) -> str:
    """Return the COMMAND of ``docker ps``; arguments with a blank are quoted."""
    first, *rest = container.argv or ("",)
    return " ".join([first, *(f"'{word}'" if " " in word else word for word in rest)])


def exposed(container: Container, image: Image | None) -> list[str]:
    """Return the ports that the container says it listens on, as ``80/tcp``."""
    ports = dict.fromkeys((*(image.exposed if image else ()), *container.config.exposed))
    ports |= dict.fromkeys(f"{port.target}/{port.protocol}" for port in container.config.ports)
    return sorted(ports)


def ports_json(container: Container, image: Image | None) -> list[Json]:
    """Return the ports as a list of containers shows them: bound ones for IPv4 and IPv6."""
    bound = {f"{port.target}/{port.protocol}" for port in container.ports}
    ports: list[Json] = []
    if container.is_running or container.lost_power:
        for name in exposed(container, image):
            number, _, protocol = name.partition("/")
            if name not in bound:
                ports.append({"PrivatePort": int(number), "Type": protocol})
    for port in container.ports:
        ports += [
            {"IP": ip, "PrivatePort": port.target, "PublicPort": port.published, "Type": port.protocol}
            for ip in ("0.0.0.0", "::")
        ]
    return ports


def listed_json(container: Container, image: Image | None, now: int, *, modern: bool, networks: LocalNetworks) -> Json:
    """Return a container as a list shows it; `networks` are its engine's own."""
    return {
        "Id": container.id,
        "Names": [f"/{container.name}"],
        "Image": container.config.image,
        "ImageID": container.image_id,
        "Command": command_words(container),
        "Created": container.created_at // SECOND,
        "Ports": ports_json(container, image),
        "Labels": sorted_labels(container.labels),
        "State": str(container.state),
        "Status": status_words(container, now),
        "HostConfig": {"NetworkMode": network_mode(container, modern)},
        "NetworkSettings": {"Networks": networks_json(container, networks, modern=modern, listed=True)},
        "Mounts": [mount_point_json(mount) for mount in container.config.mounts],
    }


def network_mode(container: Container, modern: bool) -> str:
    """Return the network that was asked for; engines since 23.0 call the default one by its name."""
    mode = container.config.network_mode
    return "bridge" if modern and mode in ("default", "") else mode or "default"


# --- networks -----------------------------------------------------------------------------------------


def networks_json(container: Container, networks: LocalNetworks, *, modern: bool, listed: bool = False) -> Json:
    """Return the networks that a container is on, by name; docker_gwbridge is nobody's wish and not shown.

    One that does not run shows, with empty places, the networks that it is to be on: those of its task, or else
    its own wishes.  `networks`: its engine's own.
    """
    shown = [i for i in container.interfaces if i.network != "docker_gwbridge"]
    mode = network_mode(container, modern)
    if not container.is_running and container.places and container.task_id:
        places = sorted(container.places, key=lambda place: place.network)
        return {place.network: _empty_place(container, place, modern, listed) for place in places}
    if not container.is_running and not mode.startswith("container:"):
        alone = (EndpointSettings(mode),) if mode in ("host", "none") else ()
        shown = [_planned(container, wish, networks.find(wish.network)) for wish in container.wishes or alone]
    if container.is_running and mode in ("host", "none"):  # no interface of its own, but it is on that network
        endpoint, own = digest_of(f"{container.id}/{container.epoch}", "endpoint"), networks.find(mode)
        shown = [Interface("", 0, 0, own.id if own is not None else "", mode, mode, "", 0, "", "", 0, endpoint)]
    return {i.network: _endpoint_json(container, i, modern, listed) for i in sorted(shown, key=lambda i: i.network)}


def _planned(container: Container, wishes: EndpointSettings, network: LocalNetwork | None) -> Interface:
    """Return a place that the container will have when it runs; nobody may know that network yet."""
    started = bool(container.started_at)
    alone = network.id if network is not None and started and not container.wishes else ""  # host, none
    known = wishes.network_id or alone
    name = network.name if network is not None else wishes.network
    mac = "" if started else wishes.mac
    return Interface("", 0, 0, known, name, "", "", 0, "", mac, 0, "", wishes.aliases, wishes=wishes)


def _empty_place(container: Container, place: Attachment, modern: bool, listed: bool) -> Json:
    """Return a swarm's network that a container is not on now: only the address it is given remains."""
    empty = Interface("", 0, 0, place.network_id, place.network, "overlay", "", 0, "", "", 0, "", place.aliases)
    address = {"IPv4Address": place.address.partition("/")[0]}
    return _endpoint_json(container, empty, modern, listed) | {"IPAMConfig": address}


def _endpoint_json(container: Container, interface: Interface, modern: bool, listed: bool) -> Json:
    wishes, ipv6 = interface.wishes, interface.ipv6
    if not wishes.network:
        names_of = (interface.network, interface.network_id)
        wishes = next((wish for wish in container.wishes if wish.network in names_of), wishes)
    config = _addresses_json(wishes) or ({} if wishes.connected else None)
    if interface.driver == "overlay" and interface.address:
        config = {"IPv4Address": interface.address}
    where: Json = {
        "NetworkID": interface.network_id,
        "EndpointID": interface.endpoint_id,
        "Gateway": interface.gateway,
        "IPAddress": interface.address,
        "IPPrefixLen": interface.prefix if interface.address else 0,
        "IPv6Gateway": ipv6.gateway if ipv6 else "",
        "GlobalIPv6Address": ipv6.address if ipv6 else "",
        "GlobalIPv6PrefixLen": ipv6.prefix if ipv6 else 0,
    }
    links = list(wishes.links) or None
    named = interface.network not in ("bridge", "host", "none")
    empty: list[str] | None = [] if wishes.connected else None
    aliases = list(interface.aliases) or empty
    options: Json | None = wishes.driver_opts
    if options is None and wishes.connected:
        options = {}
    if modern:
        known = [container.name, *interface.aliases, container.short_id, container.hostname]
        names = known if named and not listed else None
        return {
            "IPAMConfig": config,
            "Links": links,
            "Aliases": None if listed else aliases,
            "MacAddress": interface.mac,
            "DriverOpts": options,
            "GwPriority": wishes.priority,
            **where,
            "DNSNames": list(dict.fromkeys(names)) if names else None,
        }
    if named and not listed:
        aliases = list(dict.fromkeys((*interface.aliases, container.short_id, container.hostname)))
    return {
        "IPAMConfig": config,
        "Links": links,
        "Aliases": None if listed else aliases,
        **where,
        "MacAddress": interface.mac,
        "DriverOpts": options,
    }


def _addresses_json(wishes: EndpointSettings) -> Json | None:
    """Return the addresses that were asked for, None if there are none."""
    return present(IPv4Address=wishes.ipv4, IPv6Address=wishes.ipv6, LinkLocalIPs=list(wishes.link_local)) or None


# --- mounts -------------------------------------------------------------------------------------------


def mount_point_json(mount: Mount) -> Json:
    """Return what is mounted where."""
    if mount.type == "volume":
        name = mount.source or digest_of(mount.target, "volume")
        return {
            "Type": "volume",
            "Name": name,
            "Source": f"/var/lib/docker/volumes/{name}/_data",
            "Destination": mount.target,
            "Driver": "local",
            "Mode": "z",
            "RW": not mount.read_only,
            "Propagation": "",
        }
    return {
        "Type": mount.type,
        "Source": mount.source,
        "Destination": mount.target,
        "Mode": "",
        "RW": not mount.read_only,
        "Propagation": "rprivate" if mount.type == "bind" else "",
    }


def digest_of(text: str, purpose: str) -> str:
    """Return 64 hexadecimal digits for something that the core does not number."""
    return hashlib.sha256(f"{purpose}/{text}".encode()).hexdigest()
