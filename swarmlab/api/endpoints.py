"""Whether a container can have the place on an engine's own network that a client asks for.

moby: ``daemon/container_operations.go`` (``validateEndpointSettings``), ``api/types/network/endpoint.go``.
"""

import ipaddress
import re
from collections.abc import Iterator

from swarmlab.api.call import Call
from swarmlab.core.network.endpoints import EndpointSettings
from swarmlab.core.network.local import PREDEFINED, LocalNetwork
from swarmlab.errors import InvalidArgument

_MAC = re.compile(r"[0-9A-Fa-f]{2}([:-])[0-9A-Fa-f]{2}(?:\1[0-9A-Fa-f]{2}){4}")


def check_endpoint(call: Call, network: LocalNetwork | None, settings: EndpointSettings) -> None:
    """Raise InvalidArgument if this cannot be had; `network` is None as long as nobody knows which is meant."""
    if settings.mac and not _MAC.fullmatch(settings.mac):
        raise InvalidArgument(f"invalid MAC address {settings.mac}")
    faults = list(_faults(call, network, settings))
    if faults and call.is_modern:
        raise InvalidArgument("invalid endpoint settings:\n" + "\n".join(faults))
    if faults:
        raise InvalidArgument(faults[0])


def _faults(call: Call, network: LocalNetwork | None, settings: EndpointSettings) -> Iterator[str]:
    if (network.name if network else settings.network) in PREDEFINED:
        if settings.ipv4 or settings.ipv6:
            yield "user specified IP address is supported on user defined networks only"
        if settings.aliases:
            scoped = "aliases are only supported for user-defined networks"
            old = "alias is supported only for containers in user defined networks"
            yield f"network-scoped {scoped if call.is_modern else old}"
    for text, version in ((settings.ipv4, 4), (settings.ipv6, 6)):
        if text and not _is_address(text, version):
            yield f"invalid IPv{version} address: {text}"
    yield from (f"invalid link-local IP address: {text}" for text in settings.link_local if not _is_address(text))
    if network is not None:
        for text in (settings.ipv4, settings.ipv6):
            if text and _is_address(text):
                yield from _out_of_range(network, text)


def _out_of_range(network: LocalNetwork, text: str) -> Iterator[str]:
    address = ipaddress.ip_address(text)
    static = [ipaddress.ip_network(subnet, strict=False) for subnet in network.static]
    fitting = [subnet for subnet in static if subnet.version == address.version]
    if not fitting:
        yield "user specified IP address is supported only when connecting to networks with user configured subnets"
    elif not any(address in subnet for subnet in fitting):
        yield f"no configured subnet or ip-range contain the IP address {text}"


def _is_address(text: str, version: int = 0) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not address.is_unspecified and version in (0, address.version)
