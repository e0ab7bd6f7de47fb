"""A lab of real engines, with the names that a simulated lab has.

What a simulation alone can do (rewind, fork, faults, playing) raises `OnlySimulated`.  Time is this machine's.
"""

import json
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NoReturn

import docker
import requests
from docker import APIClient

from swarmlab.checks.lablike import Note
from swarmlab.core.units import SECOND, duration
from swarmlab.errors import InvalidArgument, NotFound, OnlySimulated, Unavailable
from swarmlab.real.connection import Connection
from swarmlab.real.machine import RealMachine
from swarmlab.real.poller import EVERY, Poller
from swarmlab.shell.completion import complete
from swarmlab.surface import Surface
from swarmlab.timeline.trace import Row, Trace

#: Seconds that `settle` waits at most, and for how long nothing may have changed.
SETTLE_AT_MOST, QUIET = 120.0, 1.0


class RealLab(Surface):
    """A swarm of real engines: ``Lab.connect({"swarm-manage": "unix:///run/a.sock", "node1": "ssh://me@node1"})``."""

    badge = "real swarm"

    def __init__(self, hosts: Mapping[str, str]) -> None:
        """Connect to all hosts, name → address of the engine.

        Raises InvalidArgument for what is no address, Unavailable for an engine that does not answer.
        """
        if not hosts:
            raise InvalidArgument("a lab needs at least one host: give its name and the address of its engine")
        with ThreadPoolExecutor(min(len(hosts), 16)) as pool:
            made = list(pool.map(lambda item: Connection(*item), hosts.items()))
        self._connections = {connection.host: connection for connection in made}
        self._machines: dict[str, RealMachine] = {}
        self._manager = ""
        self._own: dict[str, APIClient] = {}  # the poller's clients: a client serves one thread at a time
        self._poller = Poller(self._manager_for_poller)
        self._notes: list[Note] = []
        self._commands = 0
        self._counting = threading.Lock()
        self._poller.look()

    # --- hosts ----------------------------------------------------------------------------------------

    @property
    def hosts(self) -> list[str]:
        """The names of the hosts."""
        return list(self._connections)

    def connection(self, name: str) -> Connection:
        """Return how a host is reached.  Raises NotFound if there is no such host."""
        if name not in self._connections:
            raise NotFound(f'there is no host "{name}"; the hosts are {", ".join(self.hosts)}')
        return self._connections[name]

    def host(self, name: str) -> RealMachine:
        """Return a host (see `Surface`)."""
        self.connection(name)
        if name not in self._machines:
            self._machines[name] = RealMachine(name, self)
        return self._machines[name]

    def docker(self, host: str | None = None) -> docker.DockerClient:
        """Return a docker SDK client of a host's engine (see `Surface`)."""
        return self.connection(host or self.manager).client

    @property
    def manager(self) -> str:
        """The name of a host that manages the swarm; the first host if there is no swarm."""
        return self._find_manager(lambda name: self._connections[name].client.api) or self.hosts[0]

    def _find_manager(self, api_of: Callable[[str], APIClient]) -> str:
        """Return the name of a manager, "" if no host is one.  Raises Unavailable if that cannot be known."""
        silent = ""
        for name in dict.fromkeys([self._manager or self.hosts[0], *self.hosts]):
            try:
                if api_of(name).info()["Swarm"].get("ControlAvailable"):
                    self._manager = name
                    return name
            except (docker.errors.DockerException, requests.RequestException, Unavailable):
                silent = name
        if silent:
            raise Unavailable(f"No manager of the swarm answers, and {silent} does not answer at all.")
        return ""

    def _manager_for_poller(self) -> APIClient | None:
        name = self._find_manager(self._own_client)
        return self._own_client(name) if name else None

    def _own_client(self, name: str) -> APIClient:
        if name not in self._own:
            self._own[name] = self._connections[name].connect().api
        return self._own[name]

    def complete(self, host: str, line: str) -> tuple[list[str], str]:
        """Return the words that may follow (see `Surface`)."""
        return complete(self, host, line)

    def typed(self, host: str, line: str, run: Callable[[], int]) -> int:
        """Run a command line that somebody types, with the history going on, and note it; return its exit status."""
        self._poller.try_to_look()
        with self._poller.watching():
            status = run()
        self._poller.try_to_look()
        with self._counting:
            self._commands += 1
            number = self._commands
        state = {"host": host, "line": line, "exit_code": status}
        self._poller.append([Row(self.now, "command", f"command-{number}", state, "user")])
        return status

    # --- time -----------------------------------------------------------------------------------------

    @property
    def now(self) -> int:
        """The time, nanoseconds since 1970."""
        return self._poller.now

    def advance(self, by: str | int) -> None:
        """Wait: ``lab.advance("10s")`` takes ten seconds, and the history goes on."""
        try:
            ns = duration(by) if isinstance(by, str) else int(by)
        except ValueError as error:
            raise InvalidArgument(str(error)) from error
        if ns < 0:
            raise InvalidArgument("time can't go backwards")
        end = time.monotonic() + ns / SECOND
        while True:
            self._poller.try_to_look()
            left = end - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, EVERY))

    def settle(self) -> bool:
        """Wait until the swarm is as it was asked to be; False if things still change after two minutes."""
        end = time.monotonic() + SETTLE_AT_MOST
        quiet_since = time.monotonic()
        while time.monotonic() < end:
            if self._poller.look() or self._poller.is_busy():
                quiet_since = time.monotonic()
            if time.monotonic() - quiet_since >= QUIET:
                return True
            time.sleep(EVERY)
        return False

    def watch(self) -> None:
        """Let the history go on in the background, also between commands, until `unwatch`."""
        self._poller.watch()

    def unwatch(self) -> None:
        """Stop what `watch` began."""
        self._poller.unwatch()

    def close(self) -> None:
        """Let all connections go."""
        self._poller.close()
        for connection in self._connections.values():
            connection.close()
        for api in self._own.values():
            api.close()

    # --- what happened --------------------------------------------------------------------------------

    @property
    def history(self) -> Trace:
        """The rows of all that was seen.  Asking for them has another look.  Raises Unavailable."""
        self._poller.look()
        return self._poller.trace

    @property
    def notes(self) -> Sequence[Note]:
        """What was noted, oldest first.  Lasts as long as this object."""
        return self._notes

    def note(self, kind: str, data: Mapping[str, Any], /) -> None:
        """Keep a note, with the time."""
        self._notes.append(Note(self.now, kind, dict(data)))

    def _source(self) -> Poller:
        self.watch()
        return self._poller

    # --- what needs a simulation ----------------------------------------------------------------------

    @property
    def faults(self) -> NoReturn:
        """Raise OnlySimulated."""
        _only_simulated(
            "Faults happen to simulated hosts only; here, break things by hand, for example with docker kill."
        )

    @property
    def session(self) -> NoReturn:
        """Raise OnlySimulated."""
        _only_simulated("Only a simulated lab keeps a session that can be replayed.")

    def play(self, speed: float = 1.0) -> None:
        """Raise OnlySimulated."""
        _only_simulated("On real engines time always runs, at its own speed.")

    def pause(self) -> None:
        """Raise OnlySimulated."""
        _only_simulated("On real engines time cannot be stopped.")

    def practice(self, number: int | None = None) -> NoReturn:
        """Raise OnlySimulated."""
        _only_simulated("Practice is tried on a copy of the lab first, and a real swarm cannot be copied.")

    def incident(self, which: int | str | None = None) -> NoReturn:
        """Raise OnlySimulated."""
        _only_simulated("Incidents break things, and that is for simulated hosts only.")

    def checkpoint(self, name: str) -> None:
        """Raise OnlySimulated."""
        _only_simulated("On real engines nobody can return to an earlier moment, so there are no checkpoints.")

    def rewind(self, to: str | int) -> None:
        """Raise OnlySimulated."""
        _only_simulated("On real engines nobody can return to an earlier moment.")

    def fork(self, at: str | int | None = None) -> NoReturn:
        """Raise OnlySimulated."""
        _only_simulated("A real swarm cannot be copied.")

    def apply(self, op: Mapping[str, Any]) -> NoReturn:
        """Raise OnlySimulated."""
        _only_simulated("Inputs other than commands and requests are for a simulated lab.")

    def why(self, task: str) -> NoReturn:
        """Raise OnlySimulated."""
        _only_simulated(
            "Only a simulated scheduler can be asked why; here, `docker service ps --no-trunc` tells what it says."
        )

    def trace(self, command: str, on: str) -> NoReturn:
        """Raise OnlySimulated."""
        _only_simulated("A request's hops can be told in a simulated lab only; here, `curl -v` shows what it meets.")

    def tracer(self, **options: Any) -> NoReturn:
        """Raise OnlySimulated."""
        _only_simulated("Requests are followed in a simulated lab only; here, type `curl -v` and `nslookup`.")

    def reachability(
        self, clients: Sequence[str] | None = None, targets: Sequence[str] | None = None, *, patience: str | int = "5s"
    ) -> NoReturn:
        """Raise OnlySimulated."""
        _only_simulated("Only a simulated lab tries all ways at once; here, type curl on each host and in containers.")

    def watch_rules(self, *, strict: bool = True) -> NoReturn:
        """Raise OnlySimulated."""
        _only_simulated("Nobody can look on at every change inside a real manager.")

    def digest(self) -> NoReturn:
        """Raise OnlySimulated."""
        _only_simulated("Two real swarms are never in the same state.")

    def __repr__(self) -> str:
        hosts = ", ".join(f"{name} at {connection.address}" for name, connection in self._connections.items())
        return f"<real lab: {hosts}>"


def from_environment(options: Mapping[str, Any]) -> RealLab:
    """Return the lab that SWARMLAB_HOSTS describes, for ``Lab(**options)``.

    `seed` and `name` are taken and mean nothing here: chance is real, and nothing is kept.

    Raises OnlySimulated for other options, InvalidArgument if SWARMLAB_HOSTS is missing or wrong.
    """
    unfit = sorted(set(options) - {"seed", "name"})
    if unfit:
        _only_simulated(f"Only a simulated lab takes `{unfit[0]}`, and SWARMLAB_BACKEND is real: leave it out.")
    text = os.environ.get("SWARMLAB_HOSTS", "")
    if not text:
        raise InvalidArgument(
            "SWARMLAB_BACKEND is real, but SWARMLAB_HOSTS names no engines: `swarmlab real up` starts some."
        )
    try:
        hosts = json.loads(text)
    except ValueError:
        hosts = None
    if not isinstance(hosts, dict) or not all(isinstance(address, str) for address in hosts.values()):
        raise InvalidArgument('SWARMLAB_HOSTS is not JSON like {"node1": "unix:///run/node1.sock"}.')
    return RealLab(hosts)


def _only_simulated(sentence: str) -> NoReturn:
    raise OnlySimulated(sentence)
