"""What somebody asks of a container's place on one of its engine's own networks.

moby: ``api/types/network/endpoint.go``.  A place on a network of the swarm is the allocator's business instead.
"""

from typing import NamedTuple


class EndpointSettings(NamedTuple):
    """The wishes for one network; what is empty is the engine's to choose."""

    network: str = ""  # its name or id, as it was asked for
    ipv4: str = ""
    ipv6: str = ""
    link_local: tuple[str, ...] = ()  # shown again, and nothing more
    links: tuple[str, ...] = ()  # "CONTAINER:NAME": names that only this container knows others by
    aliases: tuple[str, ...] = ()  # names that all on this network know it by
    mac: str = ""
    driver_opts: dict[str, str] | None = None  # shown again, and nothing more
    priority: int = 0  # for the default route; shown again, and nothing more


#: Nothing is asked for: what the places of tasks share, so that they cost nothing.
NO_WISHES = EndpointSettings()
