"""What flags of ``docker swarm`` take: addresses to listen on, pools of addresses, authorities, certificates.

docker/cli: cli/command/swarm/opts.go.
"""

import ipaddress
from typing import Any

from swarmlab.cli.options.csvline import read_csv
from swarmlab.cli.values import String, Value


class NodeAddress(Value):
    """``--listen-addr``: host, port or both; what is missing keeps its default."""

    kind = "node-addr"

    def __init__(self) -> None:
        self.address = "0.0.0.0:2377"

    def set(self, text: str) -> None:
        host, colon, port = text.removeprefix("tcp://").rpartition(":")
        if not colon or text.endswith("]"):
            host, port = text.removeprefix("tcp://"), ""
        default_host, _, default_port = self.address.rpartition(":")
        port = port or default_port
        if not port.isdigit():
            raise ValueError(f'parse "tcp://{text}": invalid port ":{port}" after host')
        self.address = f"{host or default_host}:{port}"

    def get(self) -> str:
        return self.address

    def text(self) -> str:
        return self.address


class AddressPools(Value):
    """``--default-addr-pool 10.0.0.0/8,…``"""

    kind = "ipNetSlice"

    def __init__(self) -> None:
        self.pools: list[str] = []

    def set(self, text: str) -> None:
        for word in read_csv(text):
            try:
                if "/" not in word:
                    raise ValueError
                self.pools.append(str(ipaddress.ip_network(word.strip(), strict=False)))
            except ValueError:
                raise ValueError(f"invalid string being converted to CIDR: {word}") from None

    def get(self) -> list[str]:
        return self.pools

    def text(self) -> str:
        return "[" + ",".join(self.pools) + "]"


class ExternalAuthorities(Value):
    """``--external-ca protocol=cfssl,url=https://…``"""

    kind = "external-ca"

    def __init__(self) -> None:
        self.authorities: list[dict[str, Any]] = []

    def set(self, text: str) -> None:
        authority: dict[str, Any] = {}
        for field in read_csv(text):
            key, equals, value = field.partition("=")
            if not equals:
                raise ValueError(f"invalid field '{field}' must be a key=value pair")
            if key.lower() == "protocol":
                if value.lower() != "cfssl":
                    raise ValueError(f"unrecognized external CA protocol {value}")
                authority["Protocol"] = "cfssl"
            elif key.lower() == "url":
                authority["URL"] = value
            else:
                authority.setdefault("Options", {})[key] = value
        for key in ("Protocol", "URL"):
            if key not in authority:
                raise ValueError(f"the external-ca option needs a {key.lower()}= parameter")
        self.authorities.append(authority)

    def get(self) -> list[dict[str, Any]]:
        return self.authorities


class CertificateFile(String):
    """``--ca-cert``, ``--ca-key``: the name of a file."""

    kind = "pem-file"
