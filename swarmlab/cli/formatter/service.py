"""Services as lists show them.  docker/cli: cli/command/service/formatter.go."""

from typing import Any

from swarmlab.cli.formatter.context import QUIET, Row
from swarmlab.cli.formatter.text import short_id
from swarmlab.cli.reference import without_digest

_TABLE = "table {{.ID}}\t{{.Name}}\t{{.Mode}}\t{{.Replicas}}\t{{.Image}}\t{{.Ports}}"
_RAW = "id: {{.ID}}\nname: {{.Name}}\nmode: {{.Mode}}\nreplicas: {{.Replicas}}\nimage: {{.Image}}\nports: {{.Ports}}\n"
_MODES = {"Global": "global", "Replicated": "replicated", "ReplicatedJob": "replicated job", "GlobalJob": "global job"}


def list_format(source: str, quiet: bool) -> str:
    """Return the final format of ``service ls``."""
    if source == "table":
        return QUIET if quiet else _TABLE
    if source == "raw":
        return "id: {{.ID}}" if quiet else _RAW
    return source


class ServiceRow(Row):
    """One service."""

    go_type = "*service.serviceContext"
    headers = {"ID": "ID", "Name": "NAME", "Mode": "MODE", "Replicas": "REPLICAS", "Image": "IMAGE", "Ports": "PORTS"}

    def __init__(self, service: dict[str, Any]) -> None:
        self._service = service
        self._spec = service["Spec"]
        self._task = self._spec.get("TaskTemplate") or {}

    def ID(self) -> str:  # noqa: N802
        return short_id(self._service["ID"])

    def Name(self) -> str:  # noqa: N802
        return str(self._spec.get("Name", ""))

    def Mode(self) -> str:  # noqa: N802
        mode = self._spec.get("Mode") or {}
        return next((text for key, text in _MODES.items() if mode.get(key) is not None), "")

    def Replicas(self) -> str:  # noqa: N802
        status = self._service.get("ServiceStatus") or {}
        running, desired, completed = (status.get(key, 0) for key in ("RunningTasks", "DesiredTasks", "CompletedTasks"))
        mode = self.Mode()
        if mode == "replicated job":
            total = self._spec["Mode"]["ReplicatedJob"].get("TotalCompletions", 0)
            return f"{running}/{desired} ({completed}/{total} completed)"
        if mode == "global job":
            return f"{running}/{desired} ({completed}/{desired + completed} completed)"
        most = (self._task.get("Placement") or {}).get("MaxReplicas", 0)
        return f"{running}/{desired}" + (f" (max {most} per node)" if most and mode == "replicated" else "")

    def Image(self) -> str:  # noqa: N802
        return without_digest((self._task.get("ContainerSpec") or {}).get("Image", ""))

    def Ports(self) -> str:  # noqa: N802
        return ingress_ports((self._service.get("Endpoint") or {}).get("Ports") or [])


def ingress_ports(ports: list[dict[str, Any]]) -> str:
    """Return the ports of the routing mesh, consecutive ones joined: "*:8100-8102->80-82/tcp, *:53->53/udp"."""
    shown: list[str] = []
    run: list[int] = []  # published from, to, target from, to
    protocol = ""
    for port in sorted(ports, key=lambda p: (p.get("Protocol", ""), p.get("PublishedPort", 0))):
        if port.get("PublishMode") != "ingress":
            continue
        published, target = port.get("PublishedPort", 0), port.get("TargetPort", 0)
        if run and port.get("Protocol") == protocol and _continues(run, published, target):
            run[1], run[3] = published, target
            continue
        if run and run[0]:
            shown.append(_port_range(run, protocol))
        run, protocol = [published, published, target, target], port.get("Protocol", "")
    if run and run[0]:
        shown.append(_port_range(run, protocol))
    return ", ".join(shown)


def _continues(run: list[int], published: int, target: int) -> bool:
    # The original subtracts unsigned numbers: a smaller port is a very distant one.
    if not 0 <= published - run[1] <= 1 or not 0 <= target - run[3] <= 1:
        return False
    return not (run[3] != run[2] and target <= run[3])


def _port_range(run: list[int], protocol: str) -> str:
    published = f"{run[0]}-{run[1]}" if run[1] > run[0] else str(run[0])
    target = f"{run[2]}-{run[3]}" if run[3] > run[2] else str(run[2])
    return f"*:{published}->{target}/{protocol}"
