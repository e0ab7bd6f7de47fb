"""Secrets and configs as lists and ``inspect --pretty`` show them.

docker/cli: cli/command/secret/formatter.go, cli/command/config/formatter.go.
"""

import base64
from typing import Any

from swarmlab.cli.errors import CommandError
from swarmlab.cli.formatter.context import QUIET, Row
from swarmlab.cli.formatter.functions import parse
from swarmlab.cli.formatter.gotime import go_time
from swarmlab.cli.formatter.text import pretty_print
from swarmlab.cli.formatter.times import ago
from swarmlab.gotemplate import TemplateError
from swarmlab.gotemplate.values import Map

_LABELS = (
    "{{- if .Labels }}\nLabels:\n{{- range $k, $v := .Labels }}\n - {{ $k }}{{if $v }}={{ $v }}{{ end }}\n"
    "{{- end }}{{ end }}\n"
)
SECRET_PRETTY = (
    "ID:              {{.ID}}\nName:              {{.Name}}\n" + _LABELS + "Driver:            {{.Driver}}\n"
    "Created at:        {{.CreatedAt}}\nUpdated at:        {{.UpdatedAt}}"
)
CONFIG_PRETTY = (
    "ID:\t\t\t{{.ID}}\nName:\t\t\t{{.Name}}\n" + _LABELS + "Created at:            \t{{.CreatedAt}}\n"
    "Updated at:            \t{{.UpdatedAt}}\nData:\n{{.Data}}"
)


class FileRow(Row):
    """One secret or config; `now` in nanoseconds."""

    table = ""
    headers = {
        "ID": "ID", "Name": "NAME", "CreatedAt": "CREATED", "UpdatedAt": "UPDATED", "Labels": "LABELS",
    }  # fmt: skip

    def __init__(self, thing: dict[str, Any], now: int) -> None:
        self._thing, self._now = thing, now
        self._labels = thing["Spec"].get("Labels") or {}
        self.go_methods = {"Label": lambda name: self._labels.get(name, "")}

    def ID(self) -> str:  # noqa: N802
        return str(self._thing["ID"])

    def Name(self) -> str:  # noqa: N802
        return str(self._thing["Spec"].get("Name", ""))

    def CreatedAt(self) -> str:  # noqa: N802
        return ago(self._thing["CreatedAt"], self._now)

    def UpdatedAt(self) -> str:  # noqa: N802
        return ago(self._thing["UpdatedAt"], self._now)

    def Labels(self) -> str:  # noqa: N802
        return ",".join(f"{key}={value}" for key, value in self._labels.items())


class SecretRow(FileRow):
    """One secret."""

    go_type = "*secret.secretContext"
    table = "table {{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.CreatedAt}}\t{{.UpdatedAt}}"
    headers = {**FileRow.headers, "Driver": "DRIVER"}

    def Driver(self) -> str:  # noqa: N802
        return _driver(self._thing)


class ConfigRow(FileRow):
    """One config."""

    go_type = "*config.configContext"
    table = "table {{.ID}}\t{{.Name}}\t{{.CreatedAt}}\t{{.UpdatedAt}}"


def _driver(thing: dict[str, Any]) -> str:
    return str((thing["Spec"].get("Driver") or {}).get("Name", ""))


def list_format(row: type[FileRow], source: str, quiet: bool) -> str:
    """Return the final format of ``secret ls`` and ``config ls``."""
    if source == "table":
        return QUIET if quiet else row.table
    return source


def pretty(thing: dict[str, Any], form: str) -> str:
    """Return one secret or config for people; raises CommandError."""
    spec = thing["Spec"]
    shown = {
        "ID": thing["ID"],
        "Name": spec.get("Name", ""),
        "Labels": Map("map[string]string", spec.get("Labels") or {}),
        "Driver": _driver(thing),
        "CreatedAt": pretty_print(go_time(thing["CreatedAt"])),
        "UpdatedAt": pretty_print(go_time(thing["UpdatedAt"])),
        "Data": base64.b64decode(spec.get("Data", "")).decode("utf-8", "replace"),
    }
    try:
        return parse(form).render(shown) + "\n"
    except TemplateError as error:
        raise CommandError(f"template parsing error: {error}") from None
