"""A host with somebody at a real terminal: what is typed comes while a command runs, and time is the wall's.

In a notebook a command that waits moves time just as far as it needs.  At a terminal it takes as long as it takes:
`Pace` moves the lab's time with the clock on the wall, also where it stands still between two commands.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import RawIOBase
from typing import Any, Protocol, cast

import docker

from swarmlab import client
from swarmlab.shell.call import Tool
from swarmlab.shell.completion import complete
from swarmlab.shell.machine import TYPING, Machine
from swarmlab.shell.ports import Access, Cancelled, DirectAccess, Gate, Write
from swarmlab.shell.tools import docker as docker_tool
from swarmlab.wire import Answer, Request

#: Real seconds between two looks at the keyboard while a command waits.
_TICK = 0.02


class Driver(Protocol):
    """What moves a lab's time with the clock on the wall (`swarmlab.runtime.driver`)."""

    def tick(self) -> float | None:
        """Bring the lab's time up to date."""
        ...

    def play(self) -> None:
        """Let time run from now on."""
        ...

    def pause(self) -> None:
        """Stop time."""
        ...


class Pace:
    """The pace of a lab's time while somebody at a terminal waits.

    `stands_still`: between commands the lab's time does not move; typing one then takes a moment.
    """

    def __init__(self, driver: Driver, *, stands_still: bool) -> None:
        self._driver = driver
        self.stands_still = stands_still
        self._running = 0
        self._lock = threading.Lock()
        if stands_still:
            driver.pause()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Let time move while a command runs."""
        self._count(+1)
        try:
            yield
        finally:
            self._count(-1)

    def _count(self, more: int) -> None:
        with self._lock:
            self._running += more
            if self.stands_still and self._running == (more > 0):
                (self._driver.play if more > 0 else self._driver.pause)()

    def wait(self) -> None:
        """Let a moment pass."""
        delay = self._driver.tick()
        time.sleep(_TICK if delay is None else min(_TICK, delay))


class Keyboard(RawIOBase):
    """What somebody types while a command runs.

    `listen` is told, before anything is read, how keys are wanted: "raw", in "lines", or "" not any more.
    """

    def __init__(self, listen: Callable[[str], None], wait: Callable[[], None]) -> None:
        super().__init__()
        self._listen = listen
        self._wait = wait
        self._typed: queue.SimpleQueue[bytes] = queue.SimpleQueue()  # b"": the end of input
        self._into: tuple[Callable[[bytes], None], Callable[[], None]] | None = None

    def press(self, data: bytes) -> None:
        """Take what was typed, from any thread; ``b""`` is the end of input."""
        self._typed.put(data)

    def deliver(self) -> None:
        """Hand on what has been typed to who wants it as it comes."""
        while self._into is not None and not self._typed.empty():
            data = self._typed.get()
            send, end = self._into
            try:
                send(data) if data else end()
            except OSError:
                return  # the other side has ended

    @contextmanager
    def typing_into(self, send: Callable[[bytes], None], end: Callable[[], None], *, raw: bool) -> Iterator[None]:
        """Hand on what is typed, as it is typed (see `swarmlab.cli.environment.Keyboard`)."""
        self._into = send, end
        self._listen("raw" if raw else "lines")
        try:
            yield
        finally:
            self._listen("")
            self._into = None

    def readable(self) -> bool:
        """Yes."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return the next line typed; ``b""`` at the end of input."""
        return self.readline()

    def readline(self, size: int | None = -1) -> bytes:
        """Return the next line typed; ``b""`` at the end of input."""
        self._listen("lines")
        try:
            while self._typed.empty():
                self._wait()
            return self._typed.get()
        finally:
            self._listen("")


class LiveAccess(DirectAccess):
    """Reaches the simulation at once; sleeping takes as long as the clock on the wall needs."""

    def __init__(self, gate: Gate, cancelled: Callable[[], bool], wait: Callable[[], None]) -> None:
        super().__init__(gate, cancelled)
        self._wait = wait

    def sleep(self, ns: int) -> None:
        """Wait until `ns` nanoseconds of virtual time have passed."""
        self._check()
        until = self.now + ns
        while self.now < until:
            self._wait()


class LabLike(Protocol):
    """A simulated lab."""

    @property
    def session(self) -> Gate:
        """The gate to its simulation."""
        ...

    @property
    def hosts(self) -> list[str]:
        """The names of its hosts."""
        ...

    def request(self, host: str, request: Request) -> Answer:
        """Answer one HTTP request to a host's engine."""
        ...


class LiveMachine(Machine):
    """One host, for one person at one terminal."""

    max_seconds = float(1 << 31)

    def __init__(self, name: str, lab: LabLike, pace: Pace, listen: Callable[[str], None], *, version: str) -> None:
        """Sit down at a host.  `version`: the API version of its engine."""
        super().__init__(name, cast(Any, self))
        self.session = lab.session
        self.hosts = lab.hosts
        self.progress = "tty"
        self.is_terminal = True  # or a script's lines come by a pipe
        self._pace = pace
        self.keyboard = Keyboard(listen, self._wait)
        self._client = client.in_process(lambda request: lab.request(name, request), self._step, version=version)

    def docker(self, host: str | None = None) -> docker.DockerClient:
        """Return a docker SDK client of this host's engine, for this terminal alone."""
        return self._client

    def host(self, name: str) -> "LiveMachine":
        """Return this host."""
        return self

    def complete(self, line: str) -> tuple[list[str], str]:
        """Return the words that may follow at the end of `line`, and the fragment they begin with."""
        return complete(self, self.name, line)

    def type(self, line: str, write: Write) -> int:
        """Run a command line, hand what it prints to `write` as it comes, and return its exit status."""
        if self._pace.stands_still:
            self.session.advance(TYPING)
        with self._pace.running():
            status = self.shell.run(line, write, cast(Any, self.keyboard))
        self.session.apply({"op": "command", "host": self.name, "line": line, "exit_code": status})
        return status

    def interrupt(self) -> None:
        """Press Ctrl-C, from any thread."""
        self.shell.cancel()

    def _access(self) -> Access:
        return LiveAccess(self.session, self._is_cancelled, self._wait)

    def _docker(self) -> Tool:
        docker = docker_tool.tool(
            lambda: self._client,
            lambda: (self.progress, self.columns),
            patience=None,
            state=self.session.state,
        )
        return lambda call: docker(replace(call, is_terminal=call.is_terminal and self.is_terminal))

    def _wait(self) -> None:
        if self._is_cancelled():
            raise Cancelled
        self.keyboard.deliver()
        self._pace.wait()

    def _step(self) -> bool:
        """Let a moment pass for the docker SDK, which waits for bytes."""
        try:
            self._wait()
        except Cancelled:
            raise KeyboardInterrupt from None
        return True
