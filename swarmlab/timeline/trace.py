"""What happened, as rows: the one history that boards, charts and checks read.

A row says that one thing looked like this from this moment on.  Rows come from the store of a simulated
swarm (exactly, one per change) or from polling a real one (as closely as polling allows); readers cannot
tell and need not.  States are small plain dicts, so a row can be sent to a page or written to a file.

=========  ==================================================================================================
kind       state
=========  ==================================================================================================
host       id(its name) address powered(bool) engine(bool: it runs) wire(plugged|cut|partitioned)
           firewall(bool: it runs) closed(list of "7946/tcp": what its firewall keeps out, sorted)
node       id hostname role(manager|worker) leader(bool) reachability availability(active|pause|drain)
           state(unknown|down|ready|disconnected) message addr engine nano_cpus memory(bytes)
service    id name mode(replicated|global|replicated-job|global-job) replicas(int, 0 for global) image(no digest)
           args(list) ports(list of {published,target,protocol,mode}) networks(list of names) vips({network: ip})
           endpoint_mode(vip|dnsrr) update(state of the last update, "" if none) labels
           total(int, how often a replicated job is to complete)
task       id name(service.slot.id) service(name) service_id slot(int, 0 for global) node(hostname or "")
           node_id state desired message err image args container(id or "") exit_code(int or None)
           addresses({network: ip}) created(ns) at(ns of the status) nano_cpus memory(bytes): what it reserves
           health(starting|healthy|unhealthy, "" if nothing is checked or nobody can tell)
network    id name driver scope subnet attachable internal ingress
request    client(host, or host/container name) url result(ok|refused|no route|timeout|unknown name)
           server(container name, or "") host(of that container) status(HTTP status, 0 if none)
command    host line exit_code
fault      name target
=========  ==================================================================================================

``host`` rows are of machines, in a swarm or not; polling a real swarm brings none.
``request``, ``command`` and ``fault`` are events, not things: each has an id of its own and never goes away.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

#: Kinds whose rows describe a thing that lasts.  The others are events.
THINGS = ("host", "node", "service", "task", "network")

State = dict[str, Any]


class Row(NamedTuple):
    """From `at` on, the thing `kind`/`id` looks like `state`; None: it is gone."""

    at: int  # virtual time, nanoseconds since 1970
    kind: str
    id: str
    state: State | None
    actor: str = ""  # the component that made the change: orchestrator, scheduler, agent, user …


class World:
    """Everything as it was at one moment: the fold of all rows up to it.

    ``world.tasks`` and its sisters map id to state.  Never change a state: rows share them.
    """

    def __init__(self) -> None:
        self.at = 0
        self.hosts: dict[str, State] = {}
        self.nodes: dict[str, State] = {}
        self.services: dict[str, State] = {}
        self.tasks: dict[str, State] = {}
        self.networks: dict[str, State] = {}
        self.requests: list[Row] = []
        self.commands: list[Row] = []
        self.faults: list[Row] = []

    def apply(self, row: Row) -> None:
        """Take in the next row; rows come in order of time."""
        self.at = row.at
        if row.kind in THINGS:
            table: dict[str, State] = getattr(self, row.kind + "s")
            if row.state is None:
                table.pop(row.id, None)
            else:
                table[row.id] = row.state
        else:
            getattr(self, row.kind + "s").append(row)

    def service(self, name: str) -> State | None:
        """Return the service called `name`, or None."""
        return next((s for s in self.services.values() if s["name"] == name), None)

    def tasks_of(self, name: str) -> list[State]:
        """Return all tasks of the service called `name`, by slot, newest first within a slot."""
        found = [t for t in self.tasks.values() if t["service"] == name]
        return sorted(found, key=lambda t: (t["slot"], t["node_id"] if not t["slot"] else "", -t["created"], t["id"]))

    def node(self, hostname: str) -> State | None:
        """Return the node with this host name, or None."""
        return next((n for n in self.nodes.values() if n["hostname"] == hostname), None)


class Trace:
    """All rows of a session, oldest first.  Grows at the end; a rewind cuts it."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self.rows: list[Row] = list(rows)
        self.cuts = 0  # how often `cut` was called: followers that see it change start again

    def __len__(self) -> int:
        return len(self.rows)

    def append(self, row: Row) -> None:
        """Add a row; its time is not before the last one's."""
        self.rows.append(row)

    def cut(self, length: int) -> None:
        """Forget all but the first `length` rows."""
        del self.rows[length:]
        self.cuts += 1

    def world(self, at: int | None = None) -> World:
        """Return the world at time `at` (inclusive), by default as it is now.  Costs one pass over the rows."""
        world = World()
        for row in self.rows:
            if at is not None and row.at > at:
                break
            world.apply(row)
        return world

    def moments(self, start: int = 0) -> Iterator[World]:
        """Yield the world after each moment from time `start` on, once per distinct time.

        The first world is the one at `start`, so "always" includes the beginning.  It is the same
        object each time, moved on: read it, do not keep it.
        """
        world = World()
        rows = iter(self.rows)
        row = next(rows, None)
        while row is not None and row.at <= start:
            world.apply(row)
            row = next(rows, None)
        world.at = max(world.at, start)
        yield world
        while row is not None:
            at = row.at
            while row is not None and row.at == at:
                world.apply(row)
                row = next(rows, None)
            yield world
