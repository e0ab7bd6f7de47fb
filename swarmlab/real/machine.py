"""A host of a real lab, with somebody sitting at its shell.

The shell is the sandboxed one of simulated hosts: variables, pipes, loops and text tools work on files in memory and
cannot touch this machine.  ``docker`` is our command line over the host's own engine.  Commands about network and
machine run on the host, by what the connection offers.  Time is real: ``sleep 5`` takes five seconds.
"""

import io
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, cast

import docker
import requests

from swarmlab.core.network.world import Place
from swarmlab.core.units import SECOND
from swarmlab.errors import OnlySimulated, Unavailable
from swarmlab.real import reach
from swarmlab.shell import tools
from swarmlab.shell.bash import Shell
from swarmlab.shell.call import HOST, Call
from swarmlab.shell.machine import Machine
from swarmlab.shell.ports import Cancelled, Write
from swarmlab.shell.tools import docker as docker_tool

if TYPE_CHECKING:
    from swarmlab.real.lab import RealLab

T = TypeVar("T")
#: Seconds between two looks at whether a waiting command was interrupted.
_TICK = 0.05


class RealMachine(Machine):
    """One host: ``lab.host("node1").sh("docker ps | grep web")``."""

    max_seconds = 600.0  # images take their time to be pulled, and services to converge

    def __init__(self, name: str, lab: "RealLab") -> None:
        super().__init__(name, cast(Any, lab))
        self._real = lab

    @property
    def shell(self) -> Shell:
        """Its shell, opened when it is first used."""
        if self._shell is None:
            docker = docker_tool.tool(
                lambda: self._real.docker(self.name),
                lambda: (self.progress, self.columns),
                lambda call: self._answers(),
            )
            elsewhere = dict.fromkeys(reach.TOOLS, self._on_host)
            self._shell = Shell(
                Place(self.name),
                RealAccess(lambda: self._shell is not None and self._shell.cancelled),
                hostname=self.name,
                dialect=HOST,
                tools={**tools.ON_HOSTS, **elsewhere, "docker": docker},
                files={"/etc/hostname": f"{self.name}\n".encode()},
                env={"HOSTNAME": self.name, "USER": "root", "LOGNAME": "root", "SHELL": "/bin/bash", "LANG": "C.UTF-8"},
                cwd="/root",
                max_seconds=self.max_seconds,
            )
        return self._shell

    def run(self, command: str, write: Write, *, stdin: str | bytes = b"") -> int:
        """Run a command line, hand what it prints to `write` as it comes, and return its exit status.

        The history goes on meanwhile.  An interrupt ends the command with status 130.
        """
        return self._real.typed(self.name, command, lambda: self._run(command, write, stdin))

    def _run(self, command: str, write: Write, stdin: str | bytes) -> int:
        return self._beside(command, write, io.BytesIO(stdin.encode() if isinstance(stdin, str) else stdin))

    def _answers(self) -> bool:
        try:
            self._real.docker(self.name).ping()
        except (Unavailable, docker.errors.DockerException, requests.RequestException):
            return False
        return True

    def _on_host(self, call: Call) -> int:
        """Run a tool on the host itself."""

        def write(stream: int, text: str) -> None:
            (call.out if stream == 1 else call.err)(text)

        stdin = call.stdin.encode() if call.stdin is not None else b""
        connection = self._real.connection(self.name)
        try:
            return connection.reach.run([call.name, *call.argv], stdin, write, lambda: _is_cancelled(call))
        except reach.CannotReach as error:
            return call.fail(str(error))


def _is_cancelled(call: Call) -> bool:
    try:
        call.access.sleep(0)
    except Cancelled:
        return True
    return False


class RealAccess:
    """What a running command may know of its lab: the time.  Stands in for `swarmlab.shell.ports.DirectAccess`."""

    def __init__(self, cancelled: Callable[[], bool]) -> None:
        self._cancelled = cancelled

    @property
    def now(self) -> int:
        """The time, nanoseconds since 1970."""
        return time.time_ns()

    def sleep(self, ns: int) -> None:
        """Sleep, and wake when the command is interrupted."""
        end = time.monotonic() + ns / SECOND
        while True:
            if self._cancelled():
                raise Cancelled
            left = end - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, _TICK))

    def ask(self, question: Callable[[Any], T]) -> T:
        """Raise OnlySimulated: nobody can look into a real network like that."""
        _refuse()

    def apply(self, op: dict[str, Any]) -> dict[str, Any]:
        """Raise OnlySimulated: a real network takes no such input."""
        _refuse()


def _refuse() -> NoReturn:
    raise OnlySimulated("this command works on simulated hosts only.")
