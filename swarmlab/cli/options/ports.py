"""``--publish``: short "8080:80/udp" and long "published=8080,target=80,mode=host".

docker/cli: opts/swarmopts/port.go; docker/go-connections: nat.
"""

import ipaddress
import re
from typing import Any, NamedTuple

from swarmlab.cli.options.csvline import read_csv
from swarmlab.cli.values import Value
from swarmlab.gostrings import parse_uint

_LONG = re.compile(r"\w+=\w+(,\w+=\w+)*", re.ASCII)
_PROTOCOLS = ("tcp", "udp", "sctp")


class Binding(NamedTuple):
    """One mapping of a short specification; `host_port` may be a range, "" when the engine is to choose."""

    ip: str
    host_port: str
    port: int
    protocol: str


class Ports(Value):
    """Published ports of a service, as the API wants them."""

    kind = "port"

    def __init__(self) -> None:
        self.ports: list[dict[str, Any]] = []

    def set(self, text: str) -> None:
        self.ports += [_long(text)] if _LONG.search(text) else _short(text)

    def get(self) -> list[dict[str, Any]]:
        return self.ports


def _number(text: str, what: str) -> int:
    try:
        return parse_uint(text, 10, 16)
    except ValueError as error:
        reason = str(error).rsplit(": ", 1)[1]
        raise ValueError(f"invalid {what} port ({text}): value must be an integer: {reason}") from None


def _long(text: str) -> dict[str, Any]:
    port: dict[str, Any] = {}
    for field in read_csv(text):
        key, equals, value = field.lower().partition("=")
        if not equals or not key:
            raise ValueError(f"invalid field: {field}")
        if key == "protocol":
            if value not in _PROTOCOLS:
                raise ValueError(f"invalid protocol value '{value}'")
            port["Protocol"] = value
        elif key == "mode":
            if value not in ("ingress", "host"):
                raise ValueError(f"invalid publish mode value ({value}): must be either 'ingress' or 'host'")
            port["PublishMode"] = value
        elif key == "target":
            port["TargetPort"] = _number(value, "target")
        elif key == "published":
            port["PublishedPort"] = _number(value, "published")
        else:
            raise ValueError(f"invalid field key: {key}")
    if not port.get("TargetPort"):
        raise ValueError("missing mandatory field 'target'")
    return {
        "Protocol": port.get("Protocol", "tcp"),
        "TargetPort": port["TargetPort"],
        **({"PublishedPort": port["PublishedPort"]} if port.get("PublishedPort") else {}),
        "PublishMode": port.get("PublishMode", "ingress"),
    }


def _short(text: str) -> list[dict[str, Any]]:
    bindings = parse_port_spec(text)
    if any(binding.ip for binding in bindings):
        raise ValueError("hostip is not supported")
    ports = []
    for binding in bindings:
        low, high = parse_range(binding.host_port) if binding.host_port else (0, 0)
        for published in range(low, high + 1):
            port: dict[str, Any] = {"Protocol": binding.protocol, "TargetPort": binding.port}
            if published:
                port["PublishedPort"] = published
            ports.append({**port, "PublishMode": "ingress"})
    return ports


def parse_range(text: str) -> tuple[int, int]:
    """Return the ports of "80" or "80-82"; raises ValueError."""
    if not text:
        raise ValueError("empty string specified for ports")
    first, dash, last = text.partition("-")
    low = parse_uint(first, 10, 16)
    high = parse_uint(last.partition("-")[0], 10, 16) if dash else low
    if high < low:
        raise ValueError(f"invalid range specified for port: {text}")
    return low, high


def parse_port_spec(text: str) -> list[Binding]:
    """Return the mappings of "[ip:][host:]container[/protocol]"; raises ValueError with nat's text."""
    head, _, container = text.rpartition(":")
    ip, _, host_port = head.rpartition(":")
    container, _, protocol = container.partition("/")
    protocol = protocol.partition("/")[0] or "tcp"
    if ip.startswith("["):
        ip = ip.strip("[]")
    if ip:
        try:
            ipaddress.ip_address(ip)
        except ValueError:
            raise ValueError(f"invalid IP address: {ip}") from None
    if not container:
        raise ValueError(f"no port specified: {text}<empty>")
    try:
        low, high = parse_range(container)
    except ValueError:
        raise ValueError(f"invalid containerPort: {container}") from None
    try:
        host_low, host_high = parse_range(host_port) if host_port else (0, 0)
    except ValueError:
        raise ValueError(f"invalid hostPort: {host_port}") from None
    if host_port and high - low != host_high - host_low and high != low:
        raise ValueError(f"invalid ranges specified for container and host Ports: {container} and {host_port}")
    if protocol.lower() not in _PROTOCOLS:
        raise ValueError(f"invalid proto: {protocol}")
    bindings = []
    for offset in range(high - low + 1):
        shown = str(host_low + offset) if host_port else ""
        if host_port and low == high and host_low != host_high:
            shown = f"{host_low}-{host_high}"
        bindings.append(Binding(ip, shown, low + offset, protocol.lower()))
    return bindings
