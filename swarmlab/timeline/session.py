"""A session: one simulated lab, its clock, and the one gate through which it is changed.

Reads go straight to the simulation.  Whatever changes it, a request, a fault, a program's connection, passes
`request` or `apply`, which write it into the journal first.  So a session can be replayed, rewound, copied
and continued after its process has died.
"""

import threading
from collections.abc import Callable
from pathlib import Path

from swarmlab.core.network.dataplane import DataPlane
from swarmlab.core.oracle import Oracle
from swarmlab.core.profile import DEFAULT_PROFILE, PROFILES
from swarmlab.core.simulation import EPOCH, SETTLE_AT_MOST, Simulation
from swarmlab.core.units import SECOND
from swarmlab.errors import InvalidArgument, NotFound, SwarmlabError
from swarmlab.timeline.inputs import perform, row_of
from swarmlab.timeline.journal import VERSION, Journal, Op, load
from swarmlab.timeline.observe import host_rows, rows
from swarmlab.timeline.past import Application, Checkpoint, before
from swarmlab.timeline.requests import request_of, request_op
from swarmlab.timeline.trace import State, Trace
from swarmlab.wire import Answer, Request

HOSTS = {"swarm-manage": "192.168.1.11", "node1": "192.168.1.12", "node2": "192.168.1.13"}
#: How long a new swarm has stood when a lab begins: all nodes are ready, nothing is under way.
WARM_UP = 10 * SECOND
#: Ops after which a machine may look different.
CHANGES_HOSTS = ("fault", "firewall")


class Session:
    """One lab.  Every method may be called from any thread; the lock is held for one operation only."""

    def __init__(
        self,
        make_application: Callable[[Simulation, bool], Application],
        *,
        hosts: dict[str, str] | None = None,
        swarm: bool = True,
        seed: int | str = 0,
        engine: str = DEFAULT_PROFILE,
        now: int = EPOCH,
        shuffle: int | None = None,
        learner: str = "",
        path: Path | None = None,
    ) -> None:
        if engine not in PROFILES:
            raise InvalidArgument(f'there is no engine "{engine}"; choose one of {", ".join(PROFILES)}')
        self._make_application = make_application
        self.lock = threading.RLock()
        self.changed: list[Callable[[], None]] = []
        header = {"seed": seed, "hosts": hosts or HOSTS, "swarm": swarm, "engine": engine, "now": now}
        if shuffle is not None:
            header["shuffle"] = shuffle
        if learner:
            header["learner"] = learner
        self.simulation = _build(header)
        self.trace = Trace()
        self.journal = Journal(header, path)
        self.oracle: Oracle | None = None  # who looks at all further changes, if somebody wants that
        self._marked = self.simulation.now
        self._checkpoints: list[Checkpoint] = []
        self._hosts: dict[str, State] = {}  # as the trace knows them
        self._collect()
        self._look_at_hosts()
        self._settle_in()

    def _settle_in(self) -> None:
        self.application = self._make_application(self.simulation, True)
        self._save("")

    @classmethod
    def open(cls, make_application: Callable[[Simulation, bool], Application], path: Path) -> "Session":
        """Return the session whose journal is at `path`, as it was when it was last used.

        Raises InvalidArgument when the file is not a journal.
        """
        header, ops = load(path)
        session = cls.replay(make_application, header, ops)
        session.journal.path = path
        session.journal = Journal(session.journal.header, path, fresh=False)
        session.journal.ops = ops
        return session

    @classmethod
    def replay(
        cls, make_application: Callable[[Simulation, bool], Application], header: Op, ops: list[Op]
    ) -> "Session":
        """Return a new session (without a file) in which `ops` have been done again."""
        try:
            session = cls(
                make_application,
                hosts=dict(header["hosts"]),
                swarm=bool(header["swarm"]),
                seed=header["seed"],
                engine=str(header["engine"]),
                now=int(header["now"]),
                shuffle=header.get("shuffle"),
                learner=str(header.get("learner", "")),
            )
            session._again(ops)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InvalidArgument(f"the journal cannot be replayed: {error!r}") from error
        return session

    # --- time -----------------------------------------------------------------------------------------

    @property
    def now(self) -> int:
        """Virtual time, nanoseconds since 1970."""
        return self.simulation.now

    @property
    def began(self) -> int:
        """When the lab was handed over, its swarm ready: nobody can go back further than that."""
        return self._checkpoints[0].at

    def state(self, kind: str) -> object:
        """Return what stays equal while no manager has anything new to tell of the objects of this kind.

        Who leads and who is reached belongs to it: without a leader nobody answers.
        """
        swarms = []
        for key, swarm in self.simulation.swarms.items():
            store, members = swarm.store, swarm.raft.members.values()
            newest = store.version if kind == "task" else [thing.version for thing in store.table(kind).values()]
            swarms.append((key, newest, swarm.raft.revision, [member.leader for member in members]))
        return self.simulation.fabric.revision, swarms

    @property
    def network(self) -> DataPlane:
        """The data plane, for looking only."""
        return self.simulation.net

    def next_due(self) -> int | None:
        """Return when the next event is due; None if none is queued."""
        with self.lock:
            return self.simulation.queue.next_at()

    def step(self) -> bool:
        """Let time move to the next event and happen; False if there is none."""
        with self.lock:
            happened = self.simulation.step()
            self._moved(self.application)
            return happened

    def advance(self, ns: int) -> None:
        """Let `ns` nanoseconds pass.  Raises InvalidArgument for a negative number: time can't go backwards."""
        if ns < 0:
            raise InvalidArgument("time can't go backwards; use rewind to return to an earlier moment")
        self.advance_to(self.now + ns)

    def advance_to(self, at: int) -> None:
        """Let everything happen that is due up to `at`."""
        with self.lock:
            self._run(self.application, at)

    def settle(self, at_most: int = SETTLE_AT_MOST) -> bool:
        """Run until nothing more is due to change; False if things still change after `at_most` nanoseconds."""
        with self.lock:
            limit = self.now + at_most
            while self.application.busy and self.simulation.queue.foreground and self.now < limit:
                self.step()
            settled = self.simulation.settle(max(0, limit - self.now))
            self._moved(self.application)
        self.mark()
        return settled

    def _run(self, application: Application, at: int) -> None:
        """Let everything happen that is due up to `at`, event by event while the application follows each."""
        while application.busy and (due := self.simulation.queue.next_at()) is not None and due <= at:
            self.simulation.step()
            self._moved(application)
        self.simulation.run_until(max(at, self.now))
        self._moved(application)

    def _moved(self, application: Application) -> None:
        """Time has moved: take note of what has changed, and let programs get on."""
        self._collect()
        application.poll()

    def mark(self) -> None:
        """Write down how late it is: a session that is opened again goes on from there."""
        with self.lock:
            if self.now > self._marked:
                self._journal({"op": "advance"})

    # --- inputs ---------------------------------------------------------------------------------------

    def request(self, host: str, request: Request) -> Answer:
        """Pass a request to the engine of `host`; it is recorded if it may change something."""
        with self.lock:
            writes = self.application.is_write(request)
            if writes:
                self._journal(request_op(host, request))
            response = self.application.handle(host, request)
            self._collect()
        if writes:
            self._tell()
        return response

    def apply(self, op: Op) -> Op:
        """Do an input that is no request (see `timeline.inputs`), and return what came of it.

        Raises a SwarmlabError, with one sentence, if it cannot be done: then it is not recorded either.
        """
        with self.lock:
            result = perform(self.simulation, op)
            self._journal(op)
            row = row_of(self.simulation, len(self.journal.ops), op, result)
            self._collect()
            if row is not None:
                self.trace.append(row)
            if op["op"] in CHANGES_HOSTS:
                self._look_at_hosts()
        self._tell()
        return result

    def _journal(self, op: Op) -> None:
        self._marked = self.now
        self.journal.add({"at": self.now, **op})

    def _tell(self) -> None:
        for listener in list(self.changed):
            listener()

    def _collect(self) -> None:
        """Move what has changed into the trace."""
        changes = self.simulation.take_changes()
        if self.oracle is not None:
            self.oracle.look(changes)
        if changes:
            manager = next(iter(self.simulation.swarms.values()), None)
            for row in rows(changes, manager):
                self.trace.append(row)

    def _look_at_hosts(self) -> None:
        """Move into the trace what has changed about the machines: only inputs change them."""
        for row in host_rows(self.simulation, self._hosts):
            self.trace.append(row)

    # --- time travel ----------------------------------------------------------------------------------

    def checkpoint(self, name: str) -> None:
        """Remember this moment under a name."""
        with self.lock:
            self._journal({"op": "checkpoint", "name": name})
            self._save(name)

    def _save(self, name: str) -> None:
        self._checkpoints = [c for c in self._checkpoints if c.name != name or not name]
        state = self.simulation.checkpoint()
        self._checkpoints.append(Checkpoint(name, self.now, state, len(self.journal.ops), len(self.trace)))

    def rewind(self, to: str | int) -> None:
        """Return to a named checkpoint, or to a time.  What came after is undone.

        Raises NotFound for an unknown name, InvalidArgument for a time outside the session.
        """
        with self.lock:
            if isinstance(to, str):
                found = next((c for c in self._checkpoints if c.name == to), None)
                if found is None:
                    names = ", ".join(f'"{c.name}"' for c in self._checkpoints if c.name) or "none yet"
                    raise NotFound(f'there is no checkpoint "{to}"; there are: {names}')
                keep, target = found.ops, found.at
            else:
                if not self._checkpoints[0].at <= to <= self.now:
                    raise InvalidArgument(
                        "that moment is not part of this session; it can only go back to its beginning"
                    )
                found = [c for c in self._checkpoints if c.at <= to][-1]
                keep = sum(1 for op in self.journal.ops if op["at"] <= to)
                target = to
            ops = self.journal.ops[found.ops : keep]
            self._restore(found)
            self._again(ops)
            self._run(self.application, target)
            self.journal.ops[found.ops :] = [*ops, *self.journal.ops[keep:]]
            self.journal.cut(keep)
            self._checkpoints = [c for c in self._checkpoints if c.ops <= keep and c.at <= target]
        self._tell()

    def before(self, at: int) -> Simulation:
        """Return a copy of the world as it was just before `at`.  Raises InvalidArgument for a time outside."""
        with self.lock:
            if at > self.now:
                raise InvalidArgument("that moment has not come yet")
            return before(at, self._checkpoints, self.journal.ops, self._make_application)

    def _restore(self, checkpoint: Checkpoint) -> None:
        self.application.close()
        self.simulation = Simulation.restore(checkpoint.state)
        self.trace.cut(checkpoint.rows)
        self._hosts = {row.id: row.state for row in self.trace.rows if row.kind == "host" and row.state is not None}
        self.application = self._make_application(self.simulation, True)
        self._marked = self.now

    def _again(self, ops: list[Op]) -> None:
        """Do recorded ops again, each at its time; programs are not run again, only their effects repeated."""
        replaying = self._make_application(self.simulation, False)
        for number, op in enumerate(ops):
            if int(op["at"]) > self.now:
                self._run(replaying, int(op["at"]))
            kind = op["op"]
            if kind == "api":
                replaying.handle(op["host"], request_of(op))
            elif kind == "checkpoint":
                self.journal.ops.append(op)
                self._save(str(op["name"]))
                continue
            elif kind != "advance":
                try:
                    result = perform(self.simulation, op)
                except SwarmlabError as error:
                    raise InvalidArgument(f"op {number + 1} of the journal cannot be done: {error}") from error
                row = row_of(self.simulation, len(self.journal.ops) + 1, op, result)
                self._collect()
                if row is not None:
                    self.trace.append(row)
                if kind in CHANGES_HOSTS:
                    self._look_at_hosts()
            self.journal.ops.append(op)
            self._collect()
        self._marked = self.now

    def redo(self, ops: list[Op]) -> None:
        """Do recorded ops of another session here, each at its time; those of the past are done now.

        Raises InvalidArgument if one of them cannot be done.
        """
        with self.lock:
            self._again(ops)
            self._collect()

    def fork(self, make_application: Callable[[Simulation, bool], Application]) -> "Session":
        """Return a copy that goes its own way (without a file): "what if I had …"."""
        with self.lock:
            copy = Session.__new__(Session)
            copy.__dict__.update(self.__dict__)
            copy.lock = threading.RLock()
            copy.changed = []
            copy.simulation = Simulation.restore(self.simulation.checkpoint())
            copy.trace = Trace(self.trace.rows)
            copy._hosts = dict(self._hosts)
            copy.journal = Journal(self.journal.header)
            copy.journal.ops = list(self.journal.ops)
            copy._checkpoints = list(self._checkpoints)
            copy._make_application = make_application
            copy.application = make_application(copy.simulation, True)
            return copy

    def evidence(self) -> Op:
        """Return the whole journal as one JSON object, for a judge who was not there (see `grade.evidence`)."""
        with self.lock:
            return {"swarmlab": VERSION, **self.journal.header, "ops": list(self.journal.ops)}

    # --- notes ----------------------------------------------------------------------------------------

    def note(self, kind: str, data: Op) -> None:
        """Write a remark into the journal.  It changes nothing in the swarm."""
        self.apply({"op": "note", "kind": kind, "data": dict(data)})

    @property
    def notes(self) -> list[Op]:
        """All notes, oldest first, as ``{"at", "kind", "data"}``."""
        return [op for op in self.journal.ops if op["op"] == "note"]

    def typed(self, host: str, line: str, exit_code: int) -> None:
        """Note a command line that somebody typed on a host."""
        self.apply({"op": "command", "host": host, "line": line, "exit_code": exit_code})


def _build(header: Op) -> Simulation:
    """Return the lab that a journal's header describes, with its swarm ready."""
    hosts: dict[str, str] = header["hosts"]
    if not hosts:
        raise InvalidArgument("a lab needs at least one host")
    # Who is known by name has a swarm of their own: its ids are nobody else's.
    seed = f"{header['seed']}/{header['learner']}" if "learner" in header else header["seed"]
    simulation = Simulation(
        hosts, seed=seed, profile=header["engine"], now=header["now"], shuffle=header.get("shuffle")
    )
    simulation.recording = True
    if header["swarm"]:
        first, *others = hosts
        simulation.init_swarm(first)
        manager = simulation.swarm_of(first)
        assert manager is not None
        token = manager.store.cluster.worker_token
        for host in others:
            simulation.join_swarm(host, (f"{hosts[first]}:2377",), token)
            simulation.run_until(simulation.now + SECOND)
        simulation.run_until(simulation.now + WARM_UP)
    return simulation
