"""What programs inside containers send back for a datagram: one that tells who got it, so that balancing can be seen.

``traefik/whoamiudp`` is a real image, and this is what it answers.
"""

from collections.abc import Sequence

from swarmlab.core.network.trace import Connection
from swarmlab.core.network.world import ContainerLike


def reply(connection: Connection, container: ContainerLike, addresses: Sequence[str], text: str) -> str:
    """Return what the application at the other end of a UDP flow sends back for `text`, "" for nothing.

    `addresses`: the container's own.
    """
    if connection.application != "whoamiudp":
        return ""
    if text != "WHO":
        return f"Received: {text}"
    return "\n".join((f"Hostname: {container.hostname}", "IP: 127.0.0.1", *(f"IP: {a}" for a in addresses), ""))
