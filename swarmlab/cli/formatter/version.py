"""``docker version`` for people.  docker/cli: cli/command/system/version.go."""

import re
import time
from typing import Any

from swarmlab.cli.formatter.text import align


def ansi_time(text: str) -> str:
    """Return an RFC 3339 time as "Fri May 30 12:07:14 2025"; anything else as it is."""
    found = re.match(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)", text)
    if found is None:
        return text
    parsed = time.strptime(found[1], "%Y-%m-%dT%H:%M:%S")
    return time.strftime("%a %b ", parsed) + f"{parsed.tm_mday:2d}" + time.strftime(" %H:%M:%S %Y", parsed)


def pretty_version(client: dict[str, Any], server: dict[str, Any] | None) -> str:
    """Return the two blocks; only the client's when no server answers."""
    downgraded = client["ApiVersion"] != client["DefaultAPIVersion"]
    lines = [
        "Client:",
        f" Version:\t{client['Version']}",
        f" API version:\t{client['ApiVersion']}"
        + (f" (downgraded from {client['DefaultAPIVersion']})" if downgraded else ""),
        f" Go version:\t{client['GoVersion']}",
        f" Git commit:\t{client['GitCommit']}",
        f" Built:\t{client['BuildTime']}",
        f" OS/Arch:\t{client['Os']}/{client['Arch']}",
        f" Context:\t{client['Context']}",
    ]
    if server is not None:
        name = (server.get("Platform") or {}).get("Name", "")
        lines += ["", "Server:" + (f" {name}" if name else "")]
        for component in server.get("Components") or []:
            lines += _component(component)
    return align("\n".join(lines) + "\n", 20, 1)


def _component(component: dict[str, Any]) -> list[str]:
    details = component.get("Details") or {}
    lines = [f" {component['Name']}:", f"  Version:\t{component.get('Version', '')}"]
    if component["Name"] != "Engine":
        return lines + [f"  {key}:\t{details[key]}" for key in sorted(details)]
    return [
        *lines,
        f"  API version:\t{details.get('ApiVersion', '')} (minimum version {details.get('MinAPIVersion', '')})",
        f"  Go version:\t{details.get('GoVersion', '')}",
        f"  Git commit:\t{details.get('GitCommit', '')}",
        f"  Built:\t{details.get('BuildTime', '')}",
        f"  OS/Arch:\t{details.get('Os', '')}/{details.get('Arch', '')}",
        f"  Experimental:\t{details.get('Experimental', '')}",
    ]
