"""``--network`` of services and containers, ``--secret`` and ``--config``.

docker/cli: opts/network.go, opts/swarmopts/secret.go, config.go.
"""

import re
from typing import Any

from swarmlab.cli.options.csvline import read_csv
from swarmlab.cli.values import Value
from swarmlab.gostrings import parse_int, parse_uint

_LONG = re.compile(r"\w+=\w+(,\w+=\w+)*", re.ASCII)


class Networks(Value):
    """Networks to attach to: ``name`` or ``name=n,alias=a,driver-opt=k=v``."""

    kind = "network"

    def __init__(self) -> None:
        self.networks: list[dict[str, Any]] = []

    def set(self, text: str) -> None:
        self.networks.append(_network(text) if _LONG.search(text) else {"Target": text})

    def get(self) -> list[dict[str, Any]]:
        return self.networks


_SINGLE = {"name": "Target", "ip": "IPv4Address", "ip6": "IPv6Address", "mac-address": "MacAddress"}
_MANY = {"alias": "Aliases", "link-local-ip": "LinkLocalIPs"}


def _network(text: str) -> dict[str, Any]:
    network: dict[str, Any] = {}
    for field in read_csv(text):
        key, equals, value = field.lower().partition("=")
        if not equals or not key:
            raise ValueError(f"invalid field {field}")
        key, value = key.strip(), value.strip()
        if key in _SINGLE:
            network[_SINGLE[key]] = value
        elif key in _MANY:
            network.setdefault(_MANY[key], []).append(value)
        elif key == "driver-opt":
            name, equals, option = value.partition("=")
            if not equals or not name:
                raise ValueError("invalid key value pair format in driver options")
            network.setdefault("DriverOpts", {})[name.strip()] = option.strip()
        elif key == "gw-priority":
            try:
                network["GwPriority"] = parse_int(value, 10)
            except ValueError as error:
                raise ValueError(f"invalid gw-priority ({value}): {str(error).rsplit(': ', 1)[1]}") from None
        else:
            raise ValueError(f"invalid field key {key}")
    if not network.get("Target"):
        raise ValueError("network name/id is not specified")
    return network


class FileReferences(Value):
    """Secrets or configs to mount as files: ``name`` or ``source=s,target=t,uid=0,gid=0,mode=0444``."""

    def __init__(self, noun: str) -> None:
        self.kind = noun
        self._noun = noun.capitalize()
        self.references: list[dict[str, Any]] = []

    def set(self, text: str) -> None:
        fields = read_csv(text)
        file: dict[str, Any] = {"Name": "", "UID": "0", "GID": "0", "Mode": 0o444}
        name = ""
        if len(fields) == 1 and "=" not in fields[0]:
            name = file["Name"] = fields[0]
        else:
            for field in fields:
                key, equals, value = field.partition("=")
                if not equals or not key:
                    raise ValueError(f"invalid field '{field}' must be a key=value pair")
                match key.lower():
                    case "source" | "src":
                        name = value
                    case "target":
                        file["Name"] = value
                    case "uid" | "gid":
                        file[key.upper()] = value
                    case "mode":
                        try:
                            file["Mode"] = parse_uint(value, 0, 32)
                        except ValueError as error:
                            raise ValueError(f"invalid mode specified: {error}") from None
                    case _:
                        raise ValueError(f"invalid field in {self.kind} request: {key}")
            if not name:
                raise ValueError("source is required")
            file["Name"] = file["Name"] or name
        self.references.append({"File": file, f"{self._noun}ID": "", f"{self._noun}Name": name})

    def get(self) -> list[dict[str, Any]]:
        return self.references
