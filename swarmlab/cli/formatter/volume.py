"""Volumes as lists show them.  docker/cli: cli/command/formatter/volume.go."""

from typing import Any

from swarmlab.cli.formatter.context import Row

_TABLE = "table {{.Driver}}\t{{.Name}}"
_QUIET = "{{.Name}}"
_RAW = "name: {{.Name}}\ndriver: {{.Driver}}\n"


def list_format(source: str, quiet: bool) -> str:
    """Return the final format of ``volume ls``."""
    if source == "table":
        return _QUIET if quiet else _TABLE
    if source == "raw":
        return "name: {{.Name}}" if quiet else _RAW
    return source


class VolumeRow(Row):
    """One volume."""

    go_type = "*formatter.volumeContext"
    headers = {
        "Name": "VOLUME NAME", "Driver": "DRIVER", "Scope": "SCOPE", "Mountpoint": "MOUNTPOINT", "Labels": "LABELS",
        "Links": "LINKS", "Size": "SIZE", "Group": "GROUP", "Availability": "AVAILABILITY", "Status": "STATUS",
    }  # fmt: skip

    def __init__(self, volume: dict[str, Any]) -> None:
        self._volume = volume
        self._labels = volume.get("Labels") or {}
        self.go_methods = {"Label": lambda name: self._labels.get(name, "")}

    def Name(self) -> str:  # noqa: N802
        return str(self._volume["Name"])

    def Driver(self) -> str:  # noqa: N802
        return str(self._volume.get("Driver", ""))

    def Scope(self) -> str:  # noqa: N802
        return str(self._volume.get("Scope", ""))

    def Mountpoint(self) -> str:  # noqa: N802
        return str(self._volume.get("Mountpoint", ""))

    def Labels(self) -> str:  # noqa: N802
        return ",".join(f"{key}={value}" for key, value in self._labels.items())

    def Links(self) -> str:  # noqa: N802
        return "N/A"  # only `docker system df` asks for it

    def Size(self) -> str:  # noqa: N802
        return "N/A"

    def Group(self) -> str:  # noqa: N802
        return "N/A"  # of cluster volumes

    def Availability(self) -> str:  # noqa: N802
        return "N/A"

    def Status(self) -> str:  # noqa: N802
        return "N/A"
