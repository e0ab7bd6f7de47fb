"""Copies of one lab at one moment: the real docker types at the one, ours at the other.

Nothing is left to chance between copies, so the two commands have to print the same bytes, ids and all, and to
leave both copies in the same state.
"""

import asyncio
import functools
import os
import re
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from swarmlab import Lab
from swarmlab.core.units import HOUR, MILLISECOND
from swarmlab.runtime.connection import Handle
from swarmlab.runtime.driver import Driver
from swarmlab.runtime.server import Server
from swarmlab.shell.machine import TYPING
from swarmlab.wire import Answer, Request

#: How old everything is: so old that the few minutes which pass meanwhile, virtual for our docker and real for the
#: other, do not show ("3 hours ago").
AGE = 3 * HOUR
#: Real seconds that a command may take.
PATIENCE = 30
#: Virtual seconds for each real one, where a command needs time to pass.
SPEED = 100.0

#: Virtual nanoseconds between two looks at a service (docker/cli: cli/command/service/progress/progress.go).
_BETWEEN_LOOKS = 200 * MILLISECOND
_SERVICE = re.compile(r"/services/[^/]+$")
#: Real seconds: a client that has sent nothing for so long waits; how often the bench looks at that.
_MOMENT, _GLANCE = 0.03, 0.002


class Said(NamedTuple):
    """What a command printed and how it ended."""

    stdout: str
    stderr: str
    exit_code: int


class Pace:
    """Time that passes as far as a client waits, so that the real docker finds each moment that ours would find.

    In a notebook time moves by an event when somebody waits for bytes, and by a fifth of a second between two looks
    that ``docker service create`` takes at its service.
    """

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._asked = time.monotonic()
        self._looked = False

    def gate(self, handle: Handle) -> Handle:
        """Return `handle` with the time before each further look at a service let pass."""

        def answer(request: Request) -> Answer:
            self._asked = time.monotonic()
            if self._looked and _SERVICE.search(request.path) and request.param("insertDefaults") == "false":
                self._lab.session.advance(_BETWEEN_LOOKS)
                self._looked = False
            elif request.path.endswith("/nodes"):  # what each look ends with
                self._looked = True
            return handle(request)

        return answer

    def step(self) -> bool:
        """Move time by an event, if the client has sent nothing for a moment."""
        return time.monotonic() - self._asked > _MOMENT and self._lab._step()


class Bench:
    """Unix sockets at which whatever lab is put on the bench answers."""

    def __init__(self, folder: Path, hosts: list[str]) -> None:
        self._config = folder / "config"
        self._config.mkdir()
        self._handlers: dict[str, Handle] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server, self.hosts = asyncio.run_coroutine_threadsafe(self._listen(folder, hosts), self._loop).result()

    async def _listen(self, folder: Path, hosts: list[str]) -> tuple[Server, dict[str, str]]:
        def answer(host: str, request: Request) -> Answer:
            return self._handlers[host](request)

        server = Server({host: functools.partial(answer, host) for host in hosts})
        return server, await server.listen_unix(folder)

    def close(self) -> None:
        """Stop listening."""
        asyncio.run_coroutine_threadsafe(self._server.close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @contextmanager
    def holding(self, lab: Lab, *, runs: bool = False, pace: "Pace | None" = None) -> Iterator[None]:
        """Put a lab on the bench; its time stands still, or `runs`, or moves at the `pace` of who waits for it."""
        self._handlers = {host: functools.partial(lab.request, host) for host in lab.hosts}
        lab.session.changed.append(self._server.wake)
        driver = self._driver(lab) if runs else None
        moving = None
        if pace is not None:
            self._handlers = {host: pace.gate(handle) for host, handle in self._handlers.items()}
            moving = asyncio.run_coroutine_threadsafe(self._move(pace), self._loop)
        try:
            yield
        finally:
            if moving is not None:
                moving.cancel()
            if driver is not None:
                driver.stop()
            lab.session.changed.remove(self._server.wake)

    async def _move(self, pace: "Pace") -> None:
        while True:
            await asyncio.sleep(_GLANCE)
            if any(peer.connection.waiting for peer in self._server._peers) and pace.step():
                self._server.wake()

    def _driver(self, lab: Lab) -> Driver:
        driver = Driver(lab.session, SPEED)
        driver.happened = self._server.wake
        self._handlers = {host: driver.gate(handle) for host, handle in self._handlers.items()}
        driver.start()
        return driver

    def environment(self, host: str) -> dict[str, str]:
        """Return the environment of a real docker that types on `host`, with nothing of this machine's user in it."""
        return {
            "PATH": os.environ["PATH"],
            "DOCKER_HOST": self.hosts[host],
            "DOCKER_CONFIG": str(self._config),
            "HOME": "/root",
            "TZ": "UTC",
        }

    def run(self, host: str, line: str, stdin: str = "") -> Said:
        """Run a line of bash whose docker is the real one."""
        done = subprocess.run(
            ["bash", "-c", line],
            input=stdin.encode(),
            env=self.environment(host),
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        return Said(self.text(host, done.stdout), self.text(host, done.stderr), done.returncode)

    def text(self, host: str, printed: bytes) -> str:
        """Return what the real docker printed, as it would where its engine is at the usual place."""
        text = printed.decode("utf-8", "replace").replace(self.hosts[host], "unix:///var/run/docker.sock")
        return text.replace(str(self._config), "/root/.docker")


def aged(stage: tuple[tuple[str, str], ...]) -> Lab:
    """Return a lab at this very moment, in which the lines of `stage` were typed three hours ago."""
    lab = Lab(now=time.time_ns() - AGE)
    for host, line in stage:
        done = lab.host(host).sh(line)
        assert done.exit_code == 0, done.text
    lab.settle()
    lab.session.advance_to(time.time_ns())
    return lab


def ours(lab: Lab, host: str, line: str, stdin: str = "") -> Said:
    """Run a line on a host of `lab`, whose docker is ours and shows waiting as it does where there is no terminal."""
    machine = lab.host(host)
    machine.progress = "lines"
    done = machine.sh(line, stdin=stdin)
    return Said(done.stdout, done.stderr, done.exit_code)


def theirs(bench: Bench, lab: Lab, host: str, line: str, stdin: str = "", *, runs: bool = False) -> Said:
    """Run a line with the real docker at `lab`, after the moment that it takes to type it."""
    lab.session.advance(TYPING)
    with bench.holding(lab, runs=runs):
        return bench.run(host, line, stdin)
