"""Tasks as ``service ps``, ``node ps`` and ``stack ps`` show them.

docker/cli: cli/command/task/print.go, formatter.go; cli/command/idresolver.
"""

from typing import Any

from swarmlab.cli.api import Engine
from swarmlab.cli.errors import EngineError
from swarmlab.cli.formatter.context import QUIET, Row, write
from swarmlab.cli.formatter.text import NaturalKey, ellipsis, pretty_print, short_id
from swarmlab.cli.formatter.times import nanoseconds
from swarmlab.cli.reference import without_digest
from swarmlab.cli.units import human_duration

_TABLE = "table {{.ID}}\t{{.Name}}\t{{.Image}}\t{{.Node}}\t{{.DesiredState}}\t{{.CurrentState}}\t{{.Error}}\t{{.Ports}}"
_RAW = (
    "id: {{.ID}}\nname: {{.Name}}\nimage: {{.Image}}\nnode: {{.Node}}\ndesired_state: {{.DesiredState}}\n"
    "current_state: {{.CurrentState}}\nerror: {{.Error}}\nports: {{.Ports}}\n"
)
_ERROR_WIDTH = 30


class Names:
    """IDs to names, each asked for once; an ID that cannot be resolved stays one."""

    def __init__(self, engine: Engine, resolve: bool) -> None:
        self._engine = engine
        self._resolve = resolve
        self._known: dict[str, str] = {}

    def service(self, service_id: str) -> str:
        """Return the name of a service."""
        return self._name(service_id, "/services/", lambda found: found["Spec"].get("Name", ""), insertDefaults="false")

    def node(self, node_id: str) -> str:
        """Return the name or host name of a node."""
        return self._name(
            node_id, "/nodes/",
            lambda found: found["Spec"].get("Name") or found["Description"].get("Hostname") or node_id,
        )  # fmt: skip

    def _name(self, identifier: str, path: str, name: Any, **params: Any) -> str:
        if not self._resolve:
            return identifier
        if identifier not in self._known:
            try:
                found = self._engine.get(path + identifier, **params) if identifier else None
                self._known[identifier] = name(found) if found else identifier
            except EngineError:
                self._known[identifier] = identifier
        return self._known[identifier]


class TaskRow(Row):
    """One task under its name, on its node, at time `now`."""

    go_type = "*task.taskContext"
    headers = {
        "ID": "ID", "Name": "NAME", "Image": "IMAGE", "Node": "NODE", "DesiredState": "DESIRED STATE",
        "CurrentState": "CURRENT STATE", "Error": "ERROR", "Ports": "PORTS",
    }  # fmt: skip

    def __init__(self, task: dict[str, Any], name: str, node: str, now: int, cut: bool) -> None:
        self._task, self._name, self._node, self._now, self._cut = task, name, node, now, cut
        self._status = task.get("Status") or {}

    def ID(self) -> str:  # noqa: N802
        return short_id(self._task["ID"]) if self._cut else str(self._task["ID"])

    def Name(self) -> str:  # noqa: N802
        return self._name

    def Image(self) -> str:  # noqa: N802
        image = ((self._task.get("Spec") or {}).get("ContainerSpec") or {}).get("Image", "")
        return without_digest(image) if self._cut else str(image)

    def Node(self) -> str:  # noqa: N802
        return self._node

    def DesiredState(self) -> str:  # noqa: N802
        return pretty_print(self._task.get("DesiredState", ""))

    def CurrentState(self) -> str:  # noqa: N802
        passed = self._now - nanoseconds(self._status.get("Timestamp", ""))
        return f"{pretty_print(self._status.get('State', ''))} {human_duration(passed).lower()} ago"

    def Error(self) -> str:  # noqa: N802
        text = self._status.get("Err", "")
        text = ellipsis(text, _ERROR_WIDTH) if self._cut else text
        return f'"{text}"' if text else ""

    def Ports(self) -> str:  # noqa: N802
        ports = (self._status.get("PortStatus") or {}).get("Ports") or []
        return ",".join(
            f"*:{p.get('PublishedPort', 0)}->{p.get('TargetPort', 0)}/{p.get('Protocol', '')}" for p in ports
        )


def show_tasks(tasks: list[dict[str, Any]], names: Names, form: str, *, now: int, cut: bool, quiet: bool) -> str:
    """Return `tasks` in the format `form`: by name, the newest of a slot first."""
    named = [(_task_name(task, names), task) for task in tasks]
    named.sort(key=lambda pair: nanoseconds(pair[1].get("CreatedAt", "")), reverse=True)
    named.sort(key=lambda pair: NaturalKey(pair[0]))
    form = _format(form, quiet)
    indent = " \\_ " if form.startswith("table") else ""
    shown: dict[str, str] = {}  # by task: one that is listed twice shows its last name twice
    previous = None
    for name, task in named:
        shown[task["ID"]] = indent + name if name == previous else name
        previous = name
    rows = [TaskRow(task, shown[task["ID"]], names.node(task.get("NodeID", "")), now, cut) for _, task in named]
    return write(form, TaskRow, rows)


def _task_name(task: dict[str, Any], names: Names) -> str:
    return f"{names.service(task.get('ServiceID', ''))}.{task.get('Slot') or task.get('NodeID', '')}"


def _format(source: str, quiet: bool) -> str:
    if source == "table":
        return QUIET if quiet else _TABLE
    if source == "raw":
        return "id: {{.ID}}" if quiet else _RAW
    return source
