"""What can be typed next on a host: docker's commands and options, names of services, nodes, networks, containers.

docker/cli: the completion functions of each command (cli/command/completion).
"""

import re
from typing import Protocol

from swarmlab.cli.command import Command
from swarmlab.core.network.dataplane import DataPlane
from swarmlab.shell.ports import Gate
from swarmlab.shell.tools import ON_HOSTS

_TEXT_TOOLS = ("awk", "cat", "cd", "cut", "echo", "grep", "head", "ls", "sed", "sort", "tail", "uniq", "wc", "xargs")
#: Words of a command -> what its arguments name.
_ARGUMENTS = {
    "service": ("inspect", "logs", "ps", "rm", "rollback", "scale", "update"),
    "node": ("inspect", "ps", "rm", "update", "promote", "demote"),
    "network": ("inspect", "rm", "connect", "disconnect"),
    "container": (
        "inspect",
        "logs",
        "rm",
        "stop",
        "start",
        "restart",
        "kill",
        "exec",
        "top",
        "attach",
        "pause",
        "unpause",
    ),
}


class LabLike(Protocol):
    """A lab to complete names of."""

    @property
    def session(self) -> Gate:
        """The gate to its simulation."""
        ...


def complete(lab: LabLike, host: str, line: str) -> tuple[list[str], str]:
    """Return the words that may follow at the end of `line` on `host`, and the fragment that they begin with."""
    command = re.split(r"\|\||&&|[|;&(]", line)[-1].lstrip()
    fragment = command.rsplit(" ", 1)[-1]
    words = command.split()[: None if command.endswith(" ") or not command else -1]
    if not words:
        found = sorted({"docker", *ON_HOSTS, *_TEXT_TOOLS})
    elif words[0] == "docker":
        found = _docker(lab, host, words[1:], fragment)
    else:
        found = lab.session.network.host_names()
    return [word for word in found if word.startswith(fragment)], fragment


def _docker(lab: LabLike, host: str, words: list[str], fragment: str) -> list[str]:
    from swarmlab.cli.commands import root

    command: Command = root()
    for word in words:
        child = command.child(word)
        if child is None:
            break
        command = child
    if fragment.startswith("-"):
        return sorted(f"--{decl.name}" for decl in command.flags if not decl.hidden)
    if command.children:
        return sorted(child.name for child in command.children)
    with lab.session.lock:
        return _names(lab.session.network, host, command)


def _names(net: DataPlane, host: str, command: Command) -> list[str]:
    group = command.parent.name if command.parent is not None else ""
    kind = next((kind for kind, verbs in _ARGUMENTS.items() if kind == group and command.name in verbs), "")
    if not kind and group in ("docker", ""):
        kind = "container" if command.name in _ARGUMENTS["container"] else ""
    names = net.names_of(host, kind) if kind else []
    return [f"{name}=" for name in names] if (group, command.name) == ("service", "scale") else names
