"""Containers as lists show them, and what an inspect of one has in common with that.

moby: ``daemon/list.go``, ``api/types/container``.
"""

import hashlib
from collections.abc import Mapping

from swarmlab.api.convert.basics import Json, sorted_labels
from swarmlab.core.agent.container import Attachment, Container, Interface, Wish
from swarmlab.core.agent.images import Image
from swarmlab.core.objects import Mount
from swarmlab.core.units import HOUR, MINUTE, SECOND

_EMPTY_ADDRESS: Json = {"IPv6Gateway": "", "GlobalIPv6Address": "", "GlobalIPv6PrefixLen": 0}


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


def listed_json(container: Container, image: Image | None, now: int, *, modern: bool, ids: Mapping[str, str]) -> Json:
    """Return a container as a list shows it; for `ids` see `networks_json`."""
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
        "NetworkSettings": {"Networks": networks_json(container, ids, modern=modern, listed=True)},
        "Mounts": [mount_point_json(mount) for mount in container.config.mounts],
    }


def network_mode(container: Container, modern: bool) -> str:
    """Return the network that was asked for; engines since 23.0 call the default one by its name."""
    mode = container.config.network_mode
    return "bridge" if modern and mode in ("default", "") else mode or "default"


# --- networks -----------------------------------------------------------------------------------------


def networks_json(container: Container, ids: Mapping[str, str], *, modern: bool, listed: bool = False) -> Json:
    """Return the networks that a container is on, by name; docker_gwbridge is nobody's wish and not shown.

    One that does not run shows, with empty places, the networks that it is to be on: those of its task, or else
    its own wishes.  `ids`: those of the engine's own networks, by name.
    """
    shown = [i for i in container.interfaces if i.network != "docker_gwbridge"]
    mode = network_mode(container, modern)
    if not container.is_running and container.places and container.task_id:
        places = sorted(container.places, key=lambda place: place.network)
        return {place.network: _empty_place(container, place, modern, listed) for place in places}
    if not container.is_running and not mode.startswith("container:"):
        wishes = container.wishes or (Wish("bridge" if mode == "default" else mode),)
        shown = []
        for wish in wishes:
            name = next((name for name, known in ids.items() if known == wish.network), wish.network)
            alone = ids.get(name, "") if container.started_at and not container.wishes else ""  # host, none
            shown.append(Interface("", 0, wish.network_id or alone, name, "", "", 0, "", "", 0, "", wish.aliases))
    if container.is_running and mode in ("host", "none"):  # no interface of its own, but it is on that network
        endpoint = digest_of(f"{container.id}/{container.epoch}", "endpoint")
        shown = [Interface("", 0, ids.get(mode, ""), mode, mode, "", 0, "", "", 0, endpoint)]
    return {i.network: _endpoint_json(container, i, modern, listed) for i in sorted(shown, key=lambda i: i.network)}


def _empty_place(container: Container, place: Attachment, modern: bool, listed: bool) -> Json:
    """Return a swarm's network that a container is not on now: only the address it is given remains."""
    empty = Interface("", 0, place.network_id, place.network, "overlay", "", 0, "", "", 0, "", place.aliases)
    address = {"IPv4Address": place.address.partition("/")[0]}
    return _endpoint_json(container, empty, modern, listed) | {"IPAMConfig": address}


def _endpoint_json(container: Container, interface: Interface, modern: bool, listed: bool) -> Json:
    names_of = (interface.network, interface.network_id)
    wish = next((wish for wish in container.wishes if wish.network in names_of), Wish(""))
    address = interface.address if interface.driver == "overlay" else wish.address
    config: Json | None = {} if wish.connected else None
    if address:
        config = {"IPv4Address": address}
    where: Json = {
        "NetworkID": interface.network_id,
        "EndpointID": interface.endpoint_id,
        "Gateway": interface.gateway,
        "IPAddress": interface.address,
        "IPPrefixLen": interface.prefix if interface.address else 0,
        **_EMPTY_ADDRESS,
    }
    named = interface.network not in ("bridge", "host", "none")
    empty: list[str] | None = [] if wish.connected else None
    aliases = list(interface.aliases) or empty
    options: Json | None = {} if wish.connected else None
    if modern:
        known = [container.name, *interface.aliases, container.short_id, container.hostname]
        names = known if named and not listed else None
        return {
            "IPAMConfig": config,
            "Links": None,
            "Aliases": None if listed else aliases,
            "MacAddress": interface.mac,
            "DriverOpts": options,
            "GwPriority": 0,
            **where,
            "DNSNames": list(dict.fromkeys(names)) if names else None,
        }
    if named and not listed:
        aliases = list(dict.fromkeys((*interface.aliases, container.short_id, container.hostname)))
    return {
        "IPAMConfig": config,
        "Links": None,
        "Aliases": None if listed else aliases,
        **where,
        "MacAddress": interface.mac,
        "DriverOpts": options,
    }


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
