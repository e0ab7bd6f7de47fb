"""How a command other than docker runs on a host: by what its connection offers, or not at all.

An ``ssh://`` host is a machine of the learner's: commands run there as that user.  A host of ``swarmlab real up``
shares this machine's files and processes, so only commands about the network run, inside the host's network, as a
user who owns nothing.  A socket alone leads to an engine and to no shell.
"""

import shlex
import shutil
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

import docker

from swarmlab.errors import SwarmlabError
from swarmlab.real import processes
from swarmlab.real.statefile import Folder

Write = Callable[[int, str], None]
#: Commands about the network.
NETWORK_TOOLS = "arp curl dig getent hostname ifconfig ip nc netstat nslookup ping ss traceroute wget".split()
#: What more a whole machine of its own can answer.
MACHINE_TOOLS = "firewall-cmd journalctl ps systemctl uname uptime".split()
TOOLS = sorted([*NETWORK_TOOLS, *MACHINE_TOOLS])
#: Seconds between two looks at whether the command was interrupted.
_TICK = 0.05
_NOBODY = "65534"


class CannotReach(SwarmlabError):
    """The connection does not lead to what a command needs."""


class Reach(Protocol):
    """A way to run commands on one host."""

    def run(self, argv: list[str], stdin: bytes, write: Write, cancelled: Callable[[], bool]) -> int:
        """Run a command, hand on what it prints, and return its exit status.  Raises CannotReach."""
        ...


class EngineOnly:
    """A connection to an engine and to nothing else."""

    def __init__(self, host: str, docker_host: str) -> None:
        self._sentence = (
            f"cannot run here: {docker_host} leads to the Docker engine of {host}, not to a shell on it; connect with"
            " ssh:// to type other commands than docker."
        )

    def run(self, argv: list[str], stdin: bytes, write: Write, cancelled: Callable[[], bool]) -> int:
        """Raise CannotReach (see `Reach`)."""
        raise CannotReach(self._sentence)


class OverSsh:
    """A machine that ssh leads to."""

    def __init__(self, command: list[str]) -> None:
        """`command`: ssh with its options and the name of the machine."""
        self._command = command

    def run(self, argv: list[str], stdin: bytes, write: Write, cancelled: Callable[[], bool]) -> int:
        """Run a command there (see `Reach`)."""
        return run_here([*self._command, "--", shlex.join(argv)], stdin, write, cancelled)


class InNamespace:
    """A host of `namespaces`: its network, name and name server, and rights over nothing but its network."""

    def __init__(self, folder: Path, host: str) -> None:
        self._folder = folder
        self._host = host

    def run(self, argv: list[str], stdin: bytes, write: Write, cancelled: Callable[[], bool]) -> int:
        """Run a command there (see `Reach`)."""
        name = argv[0]
        if name not in NETWORK_TOOLS:
            raise CannotReach(
                "cannot run here: the hosts of `swarmlab real up` have networks of their own, but share this machine's"
                " processes and files; only commands about the network run on them."
            )
        program = [name] if shutil.which(name) else ["busybox", name]
        rights = "--inh-caps=-all,+net_raw,+net_admin"
        who = ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups", rights,
               "--ambient-caps=+net_raw,+net_admin", "--no-new-privs"]  # fmt: skip
        return run_here([*self._enter(), *who, *program, *argv[1:]], stdin, write, cancelled)

    def _enter(self) -> list[str]:
        """Return what leads into the host: by its engine's process, or where that has ended into its network alone."""
        home = self._folder / self._host
        with suppress(OSError, ValueError):
            pid = int((home / "pid").read_text())
            if pid in processes.marked(self._folder):
                return ["nsenter", f"--target={pid}", "--net", "--uts", "--mount"]
        return ["nsenter", f"--net={home / 'net'}"]


class InContainer:
    """A host of `dind`: a container, in which any command of its image runs."""

    def __init__(self, outer: docker.DockerClient, container: str) -> None:
        self._outer = outer
        self._container = container

    def run(self, argv: list[str], stdin: bytes, write: Write, cancelled: Callable[[], bool]) -> int:
        """Run a command there (see `Reach`).  What is typed or piped does not reach it."""
        api = self._outer.api
        try:
            exec_id = api.exec_create(self._container, argv)["Id"]
            for out, err in api.exec_start(exec_id, stream=True, demux=True):
                for stream, data in ((1, out), (2, err)):
                    if data:
                        write(stream, data.decode("utf-8", "replace"))
                if cancelled():
                    return 130
            status = api.exec_inspect(exec_id)["ExitCode"]
        except docker.errors.APIError as error:
            raise CannotReach(f"cannot run here: {error.explanation}") from None
        return int(status or 0)


def of_socket(host: str, docker_host: str) -> Reach:
    """Return the reach of an engine's unix socket: into the namespace if `swarmlab real up` made it."""
    path = Path(docker_host.removeprefix("unix://"))
    with suppress(SwarmlabError, OSError):
        state = Folder(path.parent.parent).read()
        if path.name == "docker.sock" and state is not None and path.parent.name in state.hosts:
            return InNamespace(Folder(path.parent.parent).path, path.parent.name)
    return EngineOnly(host, docker_host)


def run_here(command: list[str], stdin: bytes, write: Write, cancelled: Callable[[], bool]) -> int:
    """Run a program of this machine, hand on what it prints as it comes, and return its exit status."""
    try:
        process = subprocess.Popen(
            command, cwd="/", stdin=subprocess.PIPE if stdin else subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
    except FileNotFoundError:
        raise CannotReach(f"cannot run here: this machine has no command `{command[0]}`.") from None
    readers = [
        threading.Thread(target=_pass_on, args=(pipe, stream, write), daemon=True)
        for stream, pipe in ((1, process.stdout), (2, process.stderr))
    ]
    for reader in readers:
        reader.start()
    if process.stdin is not None:
        with suppress(BrokenPipeError):
            process.stdin.write(stdin)
            process.stdin.close()
    status = 130
    while True:
        with suppress(subprocess.TimeoutExpired):
            status = process.wait(_TICK)
            break
        if cancelled():
            process.terminate()
            process.wait()
            break
    for reader in readers:
        reader.join(1)
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
    return status if status >= 0 else 128 - status


def _pass_on(pipe: Any, stream: int, write: Write) -> None:
    with suppress(ValueError, OSError):  # closed, because the command was interrupted
        while data := pipe.read1(65536):
            write(stream, data.decode("utf-8", "replace"))
