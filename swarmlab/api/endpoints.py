"""Whether a container can have the place on an engine's own network that a client asks for.

moby: ``daemon/container_operations.go`` (``validateEndpointSettings``), ``api/types/network/endpoint.go``.
"""

import ipaddress
import re
from collections.abc import Iterable, Iterator

from swarmlab.api.call import Call
from swarmlab.core.network.endpoints import EndpointSettings
from swarmlab.core.network.local import PREDEFINED, LocalNetwork
from swarmlab.errors import InvalidArgument

_NOT_INSIDE = "no configured subnet or ip-range contain the IP address"
_MAC = re.compile(r"[0-9A-Fa-f]{2}([:-])[0-9A-Fa-f]{2}(?:\1[0-9A-Fa-f]{2}){4}")


def check_endpoint(call: Call, network: LocalNetwork, settings: EndpointSettings) -> None:
    """Raise InvalidArgument if this cannot be had on `network`."""
    _check_mac(settings)
    faults = list(_faults(call, network, settings))
    if faults:
        raise InvalidArgument(f"invalid endpoint settings:\n{_joined(faults)}" if call.is_modern else faults[0])


def check_made(call: Call, endpoints: Iterable[EndpointSettings]) -> None:
    """Raise InvalidArgument for what a container that is to be made cannot have on its networks.

    Before 23.0 engines looked at nothing but the form of addresses then.
    """
    for settings in endpoints:
        _check_mac(settings)
        network = call.engine.networks.find(settings.network) if call.is_modern else None
        faults = list(_faults(call, network, settings) if call.is_modern else _forms(settings))
        if faults and call.is_modern:
            where = f"invalid config for network {settings.network}"
            raise InvalidArgument(f"{where}: invalid endpoint settings:\n{_joined(faults)}")
        if faults:
            raise InvalidArgument(faults[0])


def check_started(call: Call, endpoints: Iterable[EndpointSettings]) -> None:
    """Raise InvalidArgument for what a container that is to be started cannot have on its networks.

    Before 23.0 it was only when the address was to be taken that one out of range was found.
    """
    for settings in endpoints:
        network = call.engine.networks.find(settings.network)
        if network is None:
            continue
        if call.is_modern:
            check_endpoint(call, network, settings)
        faults = [fault for fault in _faults(call, network, settings) if not fault.startswith(_NOT_INSIDE)]
        if faults:
            raise InvalidArgument(faults[0])


def _check_mac(settings: EndpointSettings) -> None:
    if settings.mac and not _MAC.fullmatch(settings.mac):
        raise InvalidArgument(f"invalid MAC address {settings.mac}")


def _joined(faults: list[str]) -> str:
    """As moby's ``internal/multierror`` puts several errors together."""
    return faults[0] if len(faults) == 1 else "\n".join(f"* {fault}" for fault in faults)


def _faults(call: Call, network: LocalNetwork | None, settings: EndpointSettings) -> Iterator[str]:
    if (network.name if network else settings.network) in PREDEFINED:
        if settings.ipv4 or settings.ipv6:
            yield "user specified IP address is supported on user defined networks only"
        if settings.aliases:
            yield "network-scoped alias is supported only for containers in user defined networks"
    yield from _forms(settings)
    if network is not None:
        for text in (settings.ipv4, settings.ipv6):
            if text and _is_address(text):
                yield from _out_of_range(network, text)


def _forms(settings: EndpointSettings) -> Iterator[str]:
    for text, version in ((settings.ipv4, 4), (settings.ipv6, 6)):
        if text and not _is_address(text, version):
            yield f"invalid IPv{version} address: {text}"
    yield from (f"invalid link-local IP address: {text}" for text in settings.link_local if not _is_address(text))


def _out_of_range(network: LocalNetwork, text: str) -> Iterator[str]:
    address = ipaddress.ip_address(text)
    static = [ipaddress.ip_network(subnet, strict=False) for subnet in network.static]
    fitting = [subnet for subnet in static if subnet.version == address.version]
    if not fitting:
        yield "user specified IP address is supported only when connecting to networks with user configured subnets"
    elif not any(address in subnet for subnet in fitting):
        yield f"{_NOT_INSIDE} {text}"


def _is_address(text: str, version: int = 0) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not address.is_unspecified and version in (0, address.version)
