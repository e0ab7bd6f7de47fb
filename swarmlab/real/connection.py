"""From the address of a host to its engine, and to whatever else the address leads to.

``unix://``, ``tcp://`` and ``npipe://`` are what the docker SDK takes.  ``context:NAME`` is a context of the docker
command.  ``ssh://`` goes through the machine's own ``ssh``, so keys, agents and ``~/.ssh/config`` work as always: it
carries the engine's socket to this machine.
"""

import atexit
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

import docker

from swarmlab.client import connect
from swarmlab.errors import InvalidArgument, Unavailable
from swarmlab.real import contexts, dind, reach

_ENGINE_SOCKET = "/var/run/docker.sock"
#: Seconds that ssh may take to connect.
_PATIENCE = 30.0


class Connection:
    """One host: its engine, and a way to run commands on it."""

    def __init__(self, host: str, address: str) -> None:
        """Take an address as DOCKER_HOST has it, or ``context:NAME``.

        Raises InvalidArgument for any other text, Unavailable if no engine answers.
        """
        self.host = host
        self.address = address
        self._tunnel: Tunnel | None = None
        named = contexts.find(address.removeprefix("context:")) if address.startswith("context:") else None
        target, self._tls = named or contexts.Target(address)
        if not re.match(r"(unix|tcp|npipe|ssh|http|https)://.", target):
            raise InvalidArgument(
                f'"{address}" is not the address of an engine; write for example unix:///var/run/docker.sock,'
                " tcp://127.0.0.1:2375, ssh://me@node1 or context:NAME"
            )
        self.reach: reach.Reach
        if target.startswith("ssh://"):
            self._tunnel = Tunnel(target)
            self.reach = reach.OverSsh(self._tunnel.command)
            target = self._tunnel.docker_host
        elif target.startswith("unix://"):
            self.reach = reach.of_socket(host, target)
        else:
            self.reach = reach.EngineOnly(host, address)
        self._target = target
        self.client = self.connect()
        if target.startswith("tcp://"):
            self.reach = dind.reach_of(self.client) or self.reach

    def connect(self) -> docker.DockerClient:
        """Return another client of the engine.  Raises Unavailable."""
        return connect(self._target, tls=self._tls)

    def close(self) -> None:
        """Let the connection go."""
        self.client.close()
        if self._tunnel is not None:
            self._tunnel.close()


class Tunnel:
    """An ssh process that carries the engine's socket of another machine to a socket here."""

    def __init__(self, address: str) -> None:
        """Connect.  Raises InvalidArgument for what is no address, Unavailable if ssh fails."""
        self.command = ssh_command(address)
        self._folder = Path(tempfile.mkdtemp(prefix="swarmlab-ssh-"))
        local = self._folder / "docker.sock"
        self.docker_host = f"unix://{local}"
        log = self._folder / "log"
        forward = ["-N", "-o", "ExitOnForwardFailure=yes", "-L", f"{local}:{_socket_path(address)}"]
        with log.open("wb") as errors:
            self._process = subprocess.Popen(
                [*self.command[:-1], *forward, self.command[-1]], stdin=subprocess.DEVNULL, stdout=errors,
                stderr=errors, start_new_session=True,
            )  # fmt: skip
        atexit.register(self.close)
        end = time.monotonic() + _PATIENCE
        while not local.exists():
            if self._process.poll() is not None or time.monotonic() > end:
                said = log.read_text(errors="replace").strip().splitlines()
                self.close()
                raise Unavailable(f"ssh does not lead to {address}: {said[-1].rstrip('.') if said else 'no answer'}.")
            time.sleep(0.02)

    def close(self) -> None:
        """End it."""
        atexit.unregister(self.close)
        self._process.terminate()
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


def ssh_command(address: str) -> list[str]:
    """Return the ssh command for ``ssh://[USER@]HOST[:PORT]``; the last word is the machine.

    It never asks for a password: there is nobody who could type one.  Raises InvalidArgument.
    """
    parts = urlsplit(address)
    try:
        port = parts.port
    except ValueError:
        port = 0
    if not re.fullmatch(r"[\w.:][\w.:-]*", parts.hostname or "") or port == 0 or parts.password:
        raise InvalidArgument(f'"{address}" is not an address for ssh; write ssh://USER@HOST or ssh://USER@HOST:PORT')
    if parts.username is not None and not re.fullmatch(r"[\w.][\w.-]*", parts.username):
        raise InvalidArgument(f'"{parts.username}" cannot be the name of a user')
    machine = f"{parts.username}@{parts.hostname}" if parts.username else str(parts.hostname)
    return ["ssh", "-o", "BatchMode=yes", *(["-p", str(port)] if port else []), machine]


def _socket_path(address: str) -> str:
    path = urlsplit(address).path
    return path if path not in ("", "/") else _ENGINE_SOCKET
