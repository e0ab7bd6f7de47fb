"""Nodes as lists and ``inspect --pretty`` show them.  docker/cli: cli/command/node/formatter.go."""

from typing import Any

from swarmlab.cli.formatter.context import QUIET, Row
from swarmlab.cli.formatter.gotime import go_time
from swarmlab.cli.formatter.text import pretty_print
from swarmlab.cli.units import bytes_size

_TABLE = (
    "table {{.ID}} {{if .Self}}*{{else}} {{ end }}\t{{.Hostname}}\t{{.Status}}\t{{.Availability}}"
    "\t{{.ManagerStatus}}\t{{.EngineVersion}}"
)
_RAW = (
    "node_id: {{.ID}}\nhostname: {{.Hostname}}\nstatus: {{.Status}}\navailability: {{.Availability}}\n"
    "manager_status: {{.ManagerStatus}}\n"
)


def list_format(source: str, quiet: bool) -> str:
    """Return the final format of ``node ls``."""
    if source == "table":
        return QUIET if quiet else _TABLE
    if source == "raw":
        return "node_id: {{.ID}}" if quiet else _RAW
    return source


class NodeRow(Row):
    """One node; `info` is the answer of ``/info`` of the engine that is asked."""

    go_type = "*node.nodeContext"
    headers = {
        "ID": "ID", "Self": "", "Hostname": "HOSTNAME", "Status": "STATUS", "Availability": "AVAILABILITY",
        "ManagerStatus": "MANAGER STATUS", "EngineVersion": "ENGINE VERSION", "TLSStatus": "TLS STATUS",
    }  # fmt: skip

    def __init__(self, node: dict[str, Any], info: dict[str, Any]) -> None:
        self._node = node
        self._description = node.get("Description") or {}
        self._swarm = info.get("Swarm") or {}

    def ID(self) -> str:  # noqa: N802
        return str(self._node["ID"])

    def Self(self) -> bool:  # noqa: N802
        return bool(self._node["ID"] == self._swarm.get("NodeID", ""))

    def Hostname(self) -> str:  # noqa: N802
        return str(self._description.get("Hostname", ""))

    def Status(self) -> str:  # noqa: N802
        return pretty_print((self._node.get("Status") or {}).get("State", ""))

    def Availability(self) -> str:  # noqa: N802
        return pretty_print((self._node.get("Spec") or {}).get("Availability", ""))

    def ManagerStatus(self) -> str:  # noqa: N802
        status = self._node.get("ManagerStatus")
        if not status:
            return ""
        return "Leader" if status.get("Leader") else pretty_print(status.get("Reachability", ""))

    def EngineVersion(self) -> str:  # noqa: N802
        return str((self._description.get("Engine") or {}).get("EngineVersion", ""))

    def TLSStatus(self) -> str:  # noqa: N802
        cluster = (self._swarm.get("Cluster") or {}).get("TLSInfo")
        own = self._description.get("TLSInfo")
        if not cluster or not own:
            return "Unknown"
        return "Ready" if cluster == own else "Needs Rotation"


def _labels(title: str, labels: dict[str, str]) -> list[str]:
    return (
        [title, *(f" - {key}" + (f"={labels[key]}" if labels[key] else "") for key in sorted(labels))] if labels else []
    )


def pretty(node: dict[str, Any]) -> str:
    """Return the text of ``node inspect --pretty``."""
    spec, description, status = node.get("Spec") or {}, node.get("Description") or {}, node.get("Status") or {}
    engine, resources, platform = (description.get(key) or {} for key in ("Engine", "Resources", "Platform"))
    lines = [f"ID:\t\t\t{node['ID']}"]
    if spec.get("Name"):
        lines.append(f"Name:\t\t\t{spec['Name']}")
    lines += _labels("Labels:", spec.get("Labels") or {})
    lines += [
        f"Hostname:              \t{description.get('Hostname', '')}",
        f"Joined at:             \t{pretty_print(go_time(node.get('CreatedAt')))}",
        "Status:",
        f" State:\t\t\t{pretty_print(status.get('State', ''))}",
    ]
    if status.get("Message"):
        lines.append(f" Message:              \t{pretty_print(status['Message'])}")
    lines.append(f" Availability:         \t{pretty_print(spec.get('Availability', ''))}")
    if status.get("Addr"):
        lines.append(f" Address:\t\t{status['Addr']}")
    if manager := node.get("ManagerStatus"):
        lines += [
            "Manager Status:",
            f" Address:\t\t{manager.get('Addr', '')}",
            f" Raft Status:\t\t{pretty_print(manager.get('Reachability', ''))}",
            f" Leader:\t\t{'Yes' if manager.get('Leader') else 'No'}",
        ]
    memory = resources.get("MemoryBytes", 0)
    lines += [
        "Platform:",
        f" Operating System:\t{platform.get('OS', '')}",
        f" Architecture:\t\t{platform.get('Architecture', '')}",
        "Resources:",
        f" CPUs:\t\t\t{resources.get('NanoCPUs', 0) // 10**9}",
        f" Memory:\t\t{bytes_size(memory) if memory else ''}",
    ]
    lines += _plugins(engine.get("Plugins") or [])
    lines.append(f"Engine Version:\t\t{engine.get('EngineVersion', '')}")
    lines += _labels("Engine Labels:", engine.get("Labels") or {})
    if tls := description.get("TLSInfo"):
        lines += [
            "TLS Info:",
            " TrustRoot:",
            tls.get("TrustRoot", ""),
            f" Issuer Subject:\t{tls.get('CertIssuerSubject') or ''}",
            f" Issuer Public Key:\t{tls.get('CertIssuerPublicKey') or ''}",
        ]
    return "\n".join(lines) + "\n"


def _plugins(plugins: list[dict[str, str]]) -> list[str]:
    by_type: dict[str, list[str]] = {}
    for plugin in plugins:
        by_type.setdefault(plugin.get("Type", ""), []).append(plugin.get("Name", ""))
    return ["Plugins:", *(f" {kind}:\t\t{', '.join(by_type[kind])}" for kind in sorted(by_type))] if plugins else []
