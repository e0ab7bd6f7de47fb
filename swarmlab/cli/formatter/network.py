"""Networks as lists show them.  docker/cli: cli/command/network/formatter.go."""

from typing import Any

from swarmlab.cli.formatter.context import QUIET, Row
from swarmlab.cli.formatter.gotime import go_time
from swarmlab.cli.formatter.text import short_id

_TABLE = "table {{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}"
_RAW = "network_id: {{.ID}}\nname: {{.Name}}\ndriver: {{.Driver}}\nscope: {{.Scope}}\n"


def list_format(source: str, quiet: bool) -> str:
    """Return the final format of ``network ls``."""
    if source == "table":
        return QUIET if quiet else _TABLE
    if source == "raw":
        return "network_id: {{.ID}}" if quiet else _RAW
    return source


class NetworkRow(Row):
    """One network."""

    go_type = "*network.networkContext"
    headers = {
        "ID": "NETWORK ID", "Name": "NAME", "Driver": "DRIVER", "Scope": "SCOPE", "IPv4": "IPV4", "IPv6": "IPV6",
        "Internal": "INTERNAL", "Labels": "LABELS", "CreatedAt": "CREATED AT",
    }  # fmt: skip

    def __init__(self, network: dict[str, Any], cut: bool) -> None:
        self._network, self._cut = network, cut
        self._labels = network.get("Labels") or {}
        self.go_methods = {"Label": lambda name: self._labels.get(name, "")}

    def ID(self) -> str:  # noqa: N802
        return short_id(self._network["Id"]) if self._cut else str(self._network["Id"])

    def Name(self) -> str:  # noqa: N802
        return str(self._network.get("Name", ""))

    def Driver(self) -> str:  # noqa: N802
        return str(self._network.get("Driver", ""))

    def Scope(self) -> str:  # noqa: N802
        return str(self._network.get("Scope", ""))

    def IPv4(self) -> str:  # noqa: N802
        return "true" if self._network.get("EnableIPv4") else "false"

    def IPv6(self) -> str:  # noqa: N802
        return "true" if self._network.get("EnableIPv6") else "false"

    def Internal(self) -> str:  # noqa: N802
        return "true" if self._network.get("Internal") else "false"

    def Labels(self) -> str:  # noqa: N802
        return ",".join(f"{key}={value}" for key, value in self._labels.items())

    def CreatedAt(self) -> str:  # noqa: N802
        return str(go_time(self._network.get("Created")))
