"""What somebody asks of a plain container's place on a network.

moby: ``api/types/network/endpoint.go``.  A task's places are the allocator's business instead.
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
    connected: bool = False  # by ``docker network connect``, whose empty settings are shown as such
    network_id: str = ""  # of one of the engine's own, once the container has been on it


#: Nothing is asked for: what the places of tasks share, so that they cost nothing.
NO_WISHES = EndpointSettings()
