"""What can be typed next on a host: commands, docker's words and names (`swarmlab.cli.completion`), files, hosts."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from swarmlab.cli.api import Engine
from swarmlab.cli.completion import FILES
from swarmlab.cli.completion import complete as complete_docker
from swarmlab.cli.errors import CommandError
from swarmlab.shell.tools import ON_HOSTS

if TYPE_CHECKING:
    import docker

    from swarmlab.shell.machine import Machine

_TEXT_TOOLS = (
    "awk", "cat", "cd", "cp", "cut", "echo", "grep", "head", "ls", "mkdir", "mv", "rm", "sed", "sort", "tail", "tee",
    "uniq", "wc", "xargs",
)  # fmt: skip
#: Their arguments are files, the others' hosts.
_OF_FILES = frozenset(("cat", "cd", "cp", "head", "ls", "mkdir", "mv", "rm", "sort", "tail", "tee", "wc"))
_ENGINE = "unix:///var/run/docker.sock"


class LabLike(Protocol):
    """A lab to complete names of."""

    @property
    def hosts(self) -> list[str]:
        """The names of the hosts."""
        ...

    def host(self, name: str) -> "Machine":
        """Return a host."""
        ...

    def docker(self, host: str | None = None) -> "docker.DockerClient":
        """Return a docker SDK client of a host's engine."""
        ...


def complete(lab: LabLike, host: str, line: str) -> tuple[list[str], str]:
    """Return the words that may follow at the end of `line` on `host`, and the fragment that they begin with."""
    command = re.split(r"\|\||&&|[|;&(]", line)[-1].lstrip()
    fragment = command.rsplit(" ", 1)[-1]
    words = command.split()[: None if command.endswith(" ") or not command else -1]
    if not words:
        found: Sequence[str] = sorted({"docker", *ON_HOSTS, *_TEXT_TOOLS})
    elif re.search(r"(?<![<>])[<>]>?$", words[-1]):
        found = _files(lab.host(host), fragment)
    elif words[0] == "docker":
        found = _docker(lab, host, words[1:], fragment)
    else:
        found = _files(lab.host(host), fragment) if words[0] in _OF_FILES else lab.hosts
    return [word for word in found if word.startswith(fragment)], fragment


def _docker(lab: LabLike, host: str, words: list[str], fragment: str) -> list[str]:
    from swarmlab.cli.commands import root
    from swarmlab.errors import SwarmlabError

    try:
        found = complete_docker(root(), words, fragment, Engine(lab.docker(host).api, _ENGINE))
    except (CommandError, SwarmlabError):
        return []  # the engine does not answer
    return _files(lab.host(host), fragment) if found is FILES else found


def _files(machine: "Machine", fragment: str) -> list[str]:
    """Return the files and folders that `fragment` may become; a folder's name ends with a slash."""
    folder, slash, _ = fragment.rpartition("/")
    shell = machine.shell
    path = (folder or "/") if fragment.startswith("/") else f"{shell.cwd}/{folder}"
    if fragment.startswith("~/"):
        path = f"/root/{folder[2:]}"
    if not shell.files.exists(path):
        return []
    entries = shell.files.read_dir(path)
    found = [folder + slash + e["name"] + ("/" if e["metadata"]["file_type"] == "directory" else "") for e in entries]
    return sorted(found)
