"""A lab: what a notebook holds.  It wires the layers together and has no logic of its own."""

import atexit
import itertools
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

import docker

from swarmlab import checks, client, training
from swarmlab.api.app import App
from swarmlab.api.programs import Ended, Report, Wrote
from swarmlab.core.oracle import Oracle
from swarmlab.core.profile import DEFAULT_PROFILE
from swarmlab.core.simulation import EPOCH, Simulation
from swarmlab.core.units import SECOND, duration, rfc3339
from swarmlab.errors import InvalidArgument, NotFound, OnlySimulated
from swarmlab.home import existing_session, session_file, session_path
from swarmlab.longwork import shown
from swarmlab.shell.completion import complete
from swarmlab.shell.machine import Machine
from swarmlab.shell.programs import ShellPrograms
from swarmlab.surface import Surface
from swarmlab.timeline.faults import Faults
from swarmlab.timeline.journal import Op
from swarmlab.timeline.session import HOSTS, Session
from swarmlab.timeline.trace import Trace
from swarmlab.wire import Answer, Request

if TYPE_CHECKING:
    from swarmlab.journey import Journey
    from swarmlab.reachability import Matrix
    from swarmlab.real.lab import RealLab
    from swarmlab.runtime.driver import Driver
    from swarmlab.runtime.terminals import Terminals
    from swarmlab.why import Why
    from swarmlab.widgets.ports import Place
    from swarmlab.widgets.tracer import Tracer


#: How much virtual time a click on the board may take: enough to drain a node, not to wait for one that crashes on.
AFTER_A_CLICK = 15 * SECOND


#: Numbers of the labs of this process that have terminals.
_OPENED = itertools.count()


class Lab(Surface):
    """A swarm to learn on, simulated in this process.

    ``Lab()`` has three hosts and a ready swarm; ``Lab(swarm=False)`` three engines that have not met.
    With `name`, everything that happens is kept on disk, and ``Lab.open(name)`` continues after the kernel
    has died.  (A new lab of the same name begins anew; the one before is then ``Lab.open("NAME.before")``.)
    Two labs in one process do not meet.

    Where SWARMLAB_BACKEND is ``real``, ``Lab()`` is a lab of the real engines that SWARMLAB_HOSTS names.
    """

    def __new__(cls, **options: Any) -> Self:
        """Return a lab, or a real one where the environment asks for it.

        Raises OnlySimulated, then, for options that only a simulation can have.
        """
        if "_session" in options or _backend() == "sim":
            return super().__new__(cls)
        from swarmlab.real.lab import from_environment

        return cast(Self, from_environment(options))  # no Lab: what follows, __init__, is not for it

    def __init__(
        self,
        *,
        hosts: int | Mapping[str, str] = 3,
        swarm: bool = True,
        seed: int = 1,
        engine: str = DEFAULT_PROFILE,
        name: str | None = None,
        now: int = EPOCH,
        shuffle: int | None = None,
        learner: str | None = None,
        _session: Session | None = None,
    ) -> None:
        """Make a lab.

        `hosts`: how many, or their names and addresses.  `swarm`: whether they form one already, managed by
        the first.  `seed`: everything left to chance follows from it.  `engine`: the version to be like
        ("28", "20.10").  `shuffle`: draw the order of simultaneous events at random.  `learner`: whose lab it is, by
        default SWARMLAB_LEARNER; a lab of somebody known has ids of its own, and what happens in it counts for them.

        Raises InvalidArgument for hosts, an engine or a name that cannot be.
        """
        self.name = name
        self.session = _session or Session(
            self._application,
            hosts=_hosts(hosts),
            swarm=swarm,
            seed=seed,
            engine=engine,
            now=now,
            shuffle=shuffle,
            learner=os.environ.get("SWARMLAB_LEARNER", "") if learner is None else learner,
            path=session_file(name) if name else None,
        )
        self.learner = str(self.session.journal.header.get("learner", ""))
        self._machines: dict[str, Machine] = {}
        self._clients: dict[str, docker.DockerClient] = {}
        self._driver: Driver | None = None
        self._terminals: Terminals | None = None

    @classmethod
    def open(cls, name: str | Path) -> "Lab":
        """Return the lab called `name`, or that of a session file (``…/mine.jsonl``), as it was when last used.

        What happens from now on is kept in the same file.  Raises NotFound, InvalidArgument for what is no session.
        """
        if _backend() != "sim":
            raise OnlySimulated("Only simulated sessions are kept on disk: unset SWARMLAB_BACKEND to open this one.")
        lab = cls.__new__(cls)
        path = existing_session(name)
        session = Session.open(lab._application, path)
        lab.__init__(name=path.stem, _session=session)  # type: ignore[misc]
        return lab

    def save(self, file: str | Path) -> Path:
        """Write this session into a file of its own, to take along or to hand on; ``Lab.open(file)`` continues it.

        Raises InvalidArgument for a name that does not end in ``.jsonl``, OSError if the file cannot be written.
        """
        path = session_path(file)
        with self.session.lock:
            self.session.mark()  # it goes on from the time that it is
            self.session.journal.save(path)
        return path

    @classmethod
    def connect(cls, hosts: Mapping[str, str]) -> "RealLab":
        """Return a lab of real engines: ``Lab.connect({"swarm-manage": "unix:///run/a.sock", "node1": "ssh://me@n1"})``.

        A host's engine is given by what DOCKER_HOST takes (unix, tcp, npipe, ssh), or as ``context:NAME``.

        Raises InvalidArgument for what is no address, Unavailable for an engine that does not answer.
        """
        from swarmlab.real.lab import RealLab

        return RealLab(hosts)

    def _application(self, simulation: Simulation, live: bool) -> App:
        """Return the Engine API over a simulation; only a live one runs programs in containers."""
        app = App(simulation, ShellPrograms(self) if live else None)
        if live:
            app.report = self._report
        return app

    def _report(self, report: Report) -> None:
        """Let the simulation know, on the record, what a program in a container has done."""
        op: Op = {"host": report.host}
        if isinstance(report, Wrote):
            text = report.data.decode("utf-8", "replace")
            op |= {"op": "wrote", "container_id": report.container_id, "stream": report.stream, "data": text}
        elif isinstance(report, Ended):
            op |= {"op": "ended", "container_id": report.container_id, "exit_code": report.exit_code}
        else:
            op |= {"op": "exec_ended", "exec_id": report.exec_id, "exit_code": report.exit_code}
        self.session.apply(op)

    # --- hosts ----------------------------------------------------------------------------------------

    @property
    def hosts(self) -> list[str]:
        """The names of the hosts."""
        return list(self.session.simulation.hosts)

    def host(self, name: str) -> Machine:
        """Return a host, to type commands on: ``lab.host("node1").sh("docker ps")``.

        Raises NotFound if there is no such host.
        """
        self._must_exist(name)
        if name not in self._machines:
            self._machines[name] = Machine(name, self)
        return self._machines[name]

    def docker(self, host: str | None = None) -> docker.DockerClient:
        """Return a docker SDK client of a host's engine; by default of a manager's.

        Raises NotFound if there is no such host.
        """
        host = host or self.manager
        self._must_exist(host)
        if host not in self._clients:
            version = self.session.simulation.profile.api_version
            self._clients[host] = client.in_process(
                lambda request: self.request(host, request), self._step, version=version
            )
        return self._clients[host]

    def _step(self) -> bool:
        """Move time by one event for somebody who waits; False if nothing but heartbeats is to come."""
        waits = self.session.simulation.queue.foreground > 0 or self.session.application.has_waiting_clients
        return waits and self.session.step()

    def request(self, host: str, request: Request) -> Answer:
        """Answer one HTTP request to a host's engine."""
        return self.session.request(host, request)

    @property
    def manager(self) -> str:
        """The name of a host that manages the swarm; the first host if there is no swarm."""
        simulation = self.session.simulation
        for swarm in simulation.swarms.values():
            # The leader; while there is none, or it is gone, any manager that still answers.
            for host in (swarm.host, *self.hosts):
                if swarm.manages(host):
                    return host
        return self.hosts[0]

    def _must_exist(self, name: str) -> None:
        if name not in self.session.simulation.hosts:
            raise NotFound(f'there is no host "{name}"; the hosts are {", ".join(self.hosts)}')

    # --- time -----------------------------------------------------------------------------------------

    @property
    def now(self) -> int:
        """The time in the lab, nanoseconds since 1970."""
        return self.session.now

    def advance(self, by: str | int) -> None:
        """Let time pass: ``lab.advance("30s")``, or a number of nanoseconds.

        Raises InvalidArgument for what is no duration, or goes backwards.
        """
        try:
            ns = duration(by) if isinstance(by, str) else int(by)
        except ValueError as error:
            raise InvalidArgument(str(error)) from error
        began = self.now
        with shown("letting time pass", lambda: (self.now - began) / max(ns, 1)):
            self.session.advance(ns)
        self.session.mark()

    def settle(self) -> bool:
        """Let time pass until nothing more is due to change; False if things still change after an hour."""
        return self.session.settle()

    def play(self, speed: float = 1.0) -> None:
        """Let time run with the wall clock, `speed` times as fast, in the background."""
        from swarmlab.runtime.driver import Driver

        if self._driver is None:
            self._driver = Driver(self.session, speed)
            self._driver.start()
        else:
            self._driver.play(speed)

    def pause(self) -> None:
        """Stop the clock."""
        driver, self._driver = self._driver, None
        if driver is not None:
            driver.pause()
            driver.stop()  # or its thread would keep the lab for ever
        self.session.mark()

    def checkpoint(self, name: str) -> None:
        """Remember this moment under a name, for `rewind`."""
        self.session.checkpoint(name)

    def rewind(self, to: str | int) -> None:
        """Return to a checkpoint, or to a time; what came after is undone.  Raises NotFound, InvalidArgument."""
        self.session.rewind(to)
        self._machines.clear()

    def fork(self, at: str | int | None = None) -> "Lab":
        """Return a copy that goes its own way: "what if I had …".

        `at`: the copy begins at a checkpoint, or at a time, instead of now.  Raises NotFound, InvalidArgument.
        """
        copy = Lab.__new__(Lab, _session=None)
        copy.__init__(_session=self.session.fork(copy._application))  # type: ignore[misc]
        if at is not None:
            copy.session.rewind(at)
        return copy

    # --- faults and inputs ----------------------------------------------------------------------------

    @property
    def faults(self) -> Faults:
        """Break things: ``lab.faults.stop("node2")``."""
        return Faults(self.session)

    def apply(self, op: Op) -> Op:
        """Do an input that is no request, such as a connection (see `timeline.inputs`)."""
        return self.session.apply(op)

    def digest(self) -> str:
        """Return 64 digits that are the same for two labs in the same state."""
        return self.session.simulation.digest()

    # --- seeing ---------------------------------------------------------------------------------------

    def _source(self) -> Session:
        return self.session

    def _place(self) -> "Place":
        from swarmlab.desk import Clock, place

        return place(self, Clock(self))

    def _clicked(self) -> None:
        self.session.settle(AFTER_A_CLICK)  # whoever clicks wants to see what comes of it

    def open_terminals(self) -> str:
        """Let terminals be opened on this lab's hosts, from any terminal of this machine's user; say how.

        In JupyterLab: File, New, Terminal, then ``swarmlab shell node1``.  Time moves while a command runs there.

        Raises FailedPrecondition where the system has no unix sockets.
        """
        from swarmlab.runtime.driver import Driver
        from swarmlab.runtime.serve import default_directory
        from swarmlab.runtime.terminals import Terminals, notebook_name
        from swarmlab.shell.live import Pace

        if self._terminals is None:
            number = next(_OPENED)
            pace = Pace(Driver(self.session), stands_still=True)
            self._terminals = Terminals(self, pace, default_directory(), notebook_name(number))
            atexit.register(self._terminals.close)
        return f"Type in a terminal:  swarmlab shell {self.manager}   (or {', '.join(self.hosts)})"

    def complete(self, host: str, line: str) -> tuple[list[str], str]:
        """Return the words that may follow at the end of `line` on `host`, and the fragment they begin with."""
        return complete(self, host, line)

    def why(self, task: str | Mapping[str, object]) -> "Why":
        """Say why a task is where it is, or why it waits: ``lab.why("web.1")``, a task's id, or a service's name.

        Raises NotFound if no task is called so, InvalidArgument if several are.
        """
        from swarmlab.why import explain

        return explain(self.session, task)

    def trace(self, command: str, on: str) -> "Journey":
        """Tell every hop of a request: ``lab.trace("curl 192.168.1.13:8080", on="node2")``.

        `on`: a host, a container's name, or a task as ``util.1``.  The line is typed at a new shell in a copy of the
        lab, so that nothing changes here, not even whose turn it is: a trace tells what comes of it when typed next.

        Raises NotFound for a place that there is not, InvalidArgument for several or for one that does not run.
        """
        from swarmlab.journey import follow

        return follow(self.fork(), command, on)

    def tracer(self, **options: Any) -> "Tracer":
        """Return the request tracer: send requests from anywhere and see their way, who answers, and what names mean.

        Unlike `trace` it sends them, with lines that it shows.
        """
        from swarmlab.probe import LabProbe
        from swarmlab.widgets.tracer import Tracer

        return Tracer(LabProbe(self), **options)

    def reachability(
        self,
        clients: Sequence[str] | None = None,
        targets: Sequence[str] | None = None,
        *,
        patience: str | int = "5s",
    ) -> "Matrix":
        """Return who reaches whom, as ``curl -m 5`` finds it when typed now.  Nothing changes in the lab.

        `clients`: hosts, containers or tasks; by default all of them.  `targets`: such as "web:80" or
        "192.168.1.11:8080"; by default the published ports of all hosts, and all services and containers by name.
        `patience`: for how long a client waits for an answer.

        Raises NotFound or InvalidArgument for a client or target that cannot be.
        """
        from swarmlab.reachability import measure

        return measure(self.session, clients, targets, patience)

    def watch_rules(self, *, strict: bool = True) -> Oracle:
        """Have every further move of every task checked against SwarmKit's table of who may move what.

        The first mistake is raised as RuleBroken; with `strict=False` mistakes gather in `.broken` instead.
        """
        self.session.oracle = Oracle(strict=strict)
        return self.session.oracle

    # --- exercises ------------------------------------------------------------------------------------

    @property
    def history(self) -> Trace:
        """The rows of all that happened: what boards, charts and checks read."""
        return self.session.trace

    @property
    def notes(self) -> Sequence[checks.Note]:
        """What was noted in the journal, oldest first."""
        return [checks.Note(op["at"], op["kind"], op["data"]) for op in self.session.notes]

    def note(self, kind: str, data: Mapping[str, Any], /) -> None:
        """Write a note into the journal."""
        self.session.note(kind, dict(data))

    def practice(self, number: int | None = None) -> checks.Card:
        """Begin a small task, by default the next: ``lab.practice()``.  They never end, and each can be done.

        Raises NotFound for a number that there is not, FailedPrecondition if it cannot be done on this lab.
        """
        return training.begin_practice(self, number)

    def incident(self, which: int | str | None = None) -> checks.Card:
        """Break something, and say what a colleague has noticed: ``lab.incident()``, ``(3)``, ``("deaf-node")``.

        By default it is one that was not solved yet.  Raises NotFound for one that there is not.
        """
        return training.begin_incident(self, which)

    def check(self, exercise_id: str = "", **answers: Any) -> checks.Report:
        """Judge an exercise by what the swarm did; the report brings the journal along, as evidence.

        By default it is the one begun last.  Raises NotFound for an unknown exercise.
        """
        return replace(super().check(exercise_id, **answers), evidence=self.session.evidence())

    def __repr__(self) -> str:
        hosts = ", ".join(f"{host.name} {host.address}" for host in self.session.simulation.hosts.values())
        return f"<simulated lab: {hosts}; it is {rfc3339(self.now)}>"


def _backend() -> str:
    """Return "sim" or "real".  Raises InvalidArgument."""
    backend = os.environ.get("SWARMLAB_BACKEND") or "sim"
    if backend not in ("sim", "real"):
        raise InvalidArgument(f'SWARMLAB_BACKEND is "{backend}"; it can be sim or real')
    return backend


def _hosts(hosts: int | Mapping[str, str]) -> dict[str, str]:
    if isinstance(hosts, Mapping):
        if len(set(hosts.values())) != len(hosts):
            raise InvalidArgument("two hosts cannot have the same address; give each its own")
        return dict(hosts)
    if not 1 <= hosts <= 200:
        raise InvalidArgument(f"a lab has 1 to 200 hosts, not {hosts}")
    names = list(HOSTS.items())[:hosts]
    names += [(f"node{number}", f"192.168.1.{number + 11}") for number in range(3, hosts)]
    return dict(names)
