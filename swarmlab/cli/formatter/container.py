"""Containers as lists show them.  docker/cli: cli/command/formatter/container.go."""

import time
from typing import Any

from swarmlab.cli.formatter.context import QUIET, Row
from swarmlab.cli.formatter.text import ellipsis, short_id
from swarmlab.cli.reference import parse_reference
from swarmlab.cli.units import human_duration, human_size
from swarmlab.gostrings import quote
from swarmlab.gotemplate.values import NilPointer

_TABLE = "table {{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}"
_RAW = (
    "container_id: {{.ID}}\nimage: {{.Image}}\ncommand: {{.Command}}\ncreated_at: {{.CreatedAt}}\n"
    "state: {{- pad .State 1 0}}\nstatus: {{- pad .Status 1 0}}\nnames: {{.Names}}\nlabels: {{- pad .Labels 1 0}}\n"
    "ports: {{- pad .Ports 1 0}}\n"
)


def list_format(source: str, quiet: bool, size: bool) -> str:
    """Return the final format of ``ps``."""
    if source in ("table", ""):
        return QUIET if quiet else _TABLE + ("\t{{.Size}}" if size else "")
    if source == "raw":
        return "container_id: {{.ID}}" if quiet else _RAW + ("size: {{.Size}}\n" if size else "")
    return QUIET if quiet else source


def local_time(seconds: int) -> str:
    """Return seconds since 1970 as `time.Time` prints them; the lab's hosts live in UTC."""
    return time.strftime("%Y-%m-%d %H:%M:%S +0000 UTC", time.gmtime(seconds))


class ContainerRow(Row):
    """One container at time `now` (ns since 1970)."""

    go_type = "*formatter.ContainerContext"
    headers = {
        "ID": "CONTAINER ID", "Names": "NAMES", "Image": "IMAGE", "Command": "COMMAND", "CreatedAt": "CREATED AT",
        "RunningFor": "CREATED", "Ports": "PORTS", "State": "STATE", "Status": "STATUS", "Size": "SIZE",
        "Labels": "LABELS", "Mounts": "MOUNTS", "LocalVolumes": "LOCAL VOLUMES", "Networks": "NETWORKS",
        "Platform": "PLATFORM",
    }  # fmt: skip

    def __init__(self, container: dict[str, Any], now: int, cut: bool) -> None:
        self._container, self._now, self._cut = container, now, cut
        self._labels = container.get("Labels") or {}
        self.go_methods = {"Label": lambda name: self._labels.get(name, "")}

    def ID(self) -> str:  # noqa: N802
        return short_id(self._container["Id"]) if self._cut else str(self._container["Id"])

    def Names(self) -> str:  # noqa: N802
        names = [name[1:] for name in self._container.get("Names") or []]
        if self._cut:
            names = next(([name] for name in names if "/" not in name), names)
        return ",".join(names)

    def Image(self) -> str:  # noqa: N802
        image = self._container.get("Image", "")
        if not image:
            return "<no image>"
        if not self._cut:
            return str(image)
        if short_id(self._container.get("ImageID", "")) == short_id(image):
            return short_id(image)
        try:
            return parse_reference(image)._replace(digest="").shown()
        except ValueError:
            return str(image)

    def Command(self) -> str:  # noqa: N802
        command = self._container.get("Command", "")
        return quote(ellipsis(command, 20) if self._cut else command)

    def CreatedAt(self) -> str:  # noqa: N802
        return local_time(self._container.get("Created", 0))

    def RunningFor(self) -> str:  # noqa: N802
        return human_duration(self._now - self._container.get("Created", 0) * 10**9) + " ago"

    def Platform(self) -> Any:  # noqa: N802
        platform = (self._container.get("ImageManifestDescriptor") or {}).get("platform")
        return (
            "/".join(platform[key] for key in ("os", "architecture", "variant") if platform.get(key))
            if platform
            else NilPointer("*formatter.Platform")
        )

    def Ports(self) -> str:  # noqa: N802
        return displayed_ports(self._container.get("Ports") or [])

    def State(self) -> str:  # noqa: N802
        return str(self._container.get("State", ""))

    def Status(self) -> str:  # noqa: N802
        return str(self._container.get("Status", ""))

    def Size(self) -> str:  # noqa: N802
        written, whole = self._container.get("SizeRw", 0), self._container.get("SizeRootFs", 0)
        return human_size(written, 3) + (f" (virtual {human_size(whole, 3)})" if whole > 0 else "")

    def Labels(self) -> str:  # noqa: N802
        return ",".join(sorted(f"{key}={value}" for key, value in self._labels.items()))

    def Mounts(self) -> str:  # noqa: N802
        names = [mount.get("Name") or mount.get("Source", "") for mount in self._container.get("Mounts") or []]
        return ",".join(ellipsis(name, 15) if self._cut else name for name in names)

    def LocalVolumes(self) -> str:  # noqa: N802
        return str(sum(mount.get("Driver") == "local" for mount in self._container.get("Mounts") or []))

    def Networks(self) -> str:  # noqa: N802
        return ",".join((self._container.get("NetworkSettings") or {}).get("Networks") or {})


def _join_host(ip: str, port: object) -> str:
    return f"[{ip}]:{port}" if ":" in ip else f"{ip}:{port}"


def displayed_ports(ports: list[dict[str, Any]]) -> str:
    """Return a container's ports, consecutive ones joined: "0.0.0.0:8080->80/tcp, 443-444/tcp"."""
    runs: dict[str, list[int]] = {}  # "ip/type" → first and last port, in order of first sight
    shown: list[str] = []
    mapped: list[str] = []
    for port in sorted(ports, key=lambda p: (p["PrivatePort"], p.get("IP", ""), p.get("PublicPort", 0), p["Type"])):
        private, ip, kind = port["PrivatePort"], port.get("IP", ""), port["Type"]
        if ip and port.get("PublicPort", 0) != private:
            mapped.append(f"{_join_host(ip, port.get('PublicPort', 0))}->{private}/{kind}")
            continue
        key = f"{ip}/{kind}"
        run = runs.get(key)
        if run is not None and private == run[1] + 1:
            run[1] = private
            continue
        if run is not None:
            shown.append(_run(key, run))
        runs[key] = [private, private]
    shown += [_run(key, run) for key, run in runs.items()]
    return ", ".join(shown + mapped)


def _run(key: str, run: list[int]) -> str:
    ip, _, kind = key.rpartition("/")
    ports = str(run[0]) if run[0] == run[1] else f"{run[0]}-{run[1]}"
    return (f"{_join_host(ip, ports)}->{ports}" if ip else ports) + f"/{kind}"
