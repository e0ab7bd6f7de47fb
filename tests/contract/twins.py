"""Copies of one lab at one moment: the real docker types at the one, ours at the other.

Nothing is left to chance between copies, so the two commands have to print the same bytes, ids and all, and to
leave both copies in the same state.
"""

import asyncio
import functools
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from swarmlab import Lab
from swarmlab.core.units import HOUR
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


class Said(NamedTuple):
    """What a command printed and how it ended."""

    stdout: str
    stderr: str
    exit_code: int


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
    def holding(self, lab: Lab, *, runs: bool = False) -> Iterator[None]:
        """Put a lab on the bench; its time stands still, or `runs`."""
        self._handlers = {host: functools.partial(lab.request, host) for host in lab.hosts}
        lab.session.changed.append(self._server.wake)
        driver = self._driver(lab) if runs else None
        try:
            yield
        finally:
            if driver is not None:
                driver.stop()
            lab.session.changed.remove(self._server.wake)

    def _driver(self, lab: Lab) -> Driver:
        driver = Driver(lab.session, SPEED)
        driver.happened = self._server.wake
        self._handlers = {host: driver.gate(handle) for host, handle in self._handlers.items()}
        driver.start()
        return driver

    def run(self, host: str, line: str, stdin: str = "") -> Said:
        """Run a line of bash whose docker is the real one, with nothing of this machine's user around it."""
        environment = {
            "PATH": os.environ["PATH"],
            "DOCKER_HOST": self.hosts[host],
            "DOCKER_CONFIG": str(self._config),
            "TZ": "UTC",
        }
        done = subprocess.run(
            ["bash", "-c", line],
            input=stdin.encode(),
            env=environment,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        stderr = done.stderr.decode().replace(self.hosts[host], "unix:///var/run/docker.sock")
        return Said(done.stdout.decode(), stderr, done.returncode)


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
