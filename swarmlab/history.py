"""Looking back: the world at any moment, the moments worth jumping to, and the story of one thing.

A trace is one long list of rows.  Folding it from the start for each move of a time bar would cost as much as the
session is long; so a `History` keeps a picture of the world every `EVERY` rows and folds only from there.  States are
shared, never copied: a picture is a few dicts of references.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from threading import Lock
from typing import NamedTuple

from swarmlab.timeline.trace import Row, State, Trace, World
from swarmlab.views import Model, slot_key

#: Rows between two pictures of the world: a move of the time bar folds fewer than so many.
EVERY = 256


#: Changes of a node that nobody needs to jump to: it has joined, or a new leader has heard from it.
EXPECTED = (("unknown", "ready"), ("ready", "unknown"))


class Mark(NamedTuple):
    """A moment worth jumping to: somebody did something, or something went wrong or right."""

    at: int  # ns since 1970
    kind: str  # command, fault, task, node, service
    words: str


class Chapter(NamedTuple):
    """One step in the story of a thing: from `at` on it looked so."""

    at: int  # ns since 1970
    state: str
    desired: str  # "" for what has none
    actor: str  # the component that made the change
    message: str


class History:
    """Follows a trace; `marks` are its moments so far."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self._reading = Lock()
        self._restart()

    def _restart(self) -> None:
        self.marks: list[Mark] = []
        self._cuts = self.trace.cuts
        self._world = World()
        self._read = 0
        self._pictures: list[World] = [World()]  # after 0, EVERY, 2 EVERY … rows

    def follow(self) -> None:
        """Read the rows that are new.  Any thread may ask: a page, and the pump that tells it."""
        with self._reading:
            if self._cuts != self.trace.cuts:
                self._restart()
            for row in self.trace.rows[self._read :]:
                self.marks += mark(row, self._world)
                self._world.apply(row)
                self._read += 1
                if self._read % EVERY == 0:
                    self._pictures.append(_copy(self._world))

    def world(self, at: int) -> World:
        """Return the world at time `at`, that moment included; the caller may keep it."""
        self.follow()
        upto = self.rows_until(at)
        nearest = min(upto // EVERY, len(self._pictures) - 1)
        world = _copy(self._pictures[nearest])
        for row in self.trace.rows[nearest * EVERY : upto]:
            world.apply(row)
        return world

    def rows_until(self, at: int) -> int:
        """Return how many rows there were at time `at`, that moment included."""
        return bisect_right(self.trace.rows, at, key=_at)

    def until(self, at: int) -> Trace:
        """Return the trace as it was at time `at`: what a chart of that moment is drawn from."""
        return Trace(self.trace.rows[: self.rows_until(at)])

    def next_moment(self, at: int) -> int | None:
        """Return the first moment after `at` at which something changed; None if there is none yet."""
        place = self.rows_until(at)
        return self.trace.rows[place].at if place < len(self.trace) else None

    def moment_before(self, at: int) -> int | None:
        """Return the last moment before `at` at which something changed; None if there is none."""
        place = bisect_left(self.trace.rows, at, key=_at)
        return self.trace.rows[place - 1].at if place else None


def _at(row: Row) -> int:
    return row.at


def _copy(world: World) -> World:
    copy = World()
    copy.at = world.at
    for name in ("hosts", "nodes", "services", "tasks", "networks"):
        setattr(copy, name, dict(getattr(world, name)))
    for name in ("requests", "commands", "faults"):
        setattr(copy, name, list(getattr(world, name)))
    return copy


def mark(row: Row, before: World) -> Iterator[Mark]:
    """Yield what makes `row` worth jumping to, if anything; `before` is the world it changes."""
    state = row.state
    if row.kind == "command" and state:
        yield Mark(row.at, "command", f"[{state['host']}] {state['line']}")
    elif row.kind == "fault" and state:
        yield Mark(row.at, "fault", f"fault: {state['name']} {state['target']}".rstrip())
    elif row.kind == "task" and state and state["state"] in ("failed", "rejected"):
        old = before.tasks.get(row.id)
        if old is None or old["state"] != state["state"]:
            place = state["slot"] or state["node"]
            error = f": {state['err']}" if state["err"] else ""
            yield Mark(row.at, "task", f"{state['service']}.{place} {state['state']}{error}")
    elif row.kind == "node" and state:
        old = before.nodes.get(row.id)
        if old is not None:
            for key, words in (("state", "is"), ("availability", "is set to"), ("role", "is a")):
                if old[key] != state[key] and (old[key], state[key]) not in EXPECTED:
                    yield Mark(row.at, "node", f"{state['hostname']} {words} {state[key]}")
            if state["leader"] and not old["leader"]:
                yield Mark(row.at, "node", f"{state['hostname']} leads")
    elif row.kind == "service" and state:
        old = before.services.get(row.id)
        if old is not None and old["update"] != state["update"] and state["update"]:
            yield Mark(row.at, "service", f"update of {state['name']}: {state['update']}")


def story(trace: Trace, kind: str, i: str, until: int | None = None) -> list[Chapter]:
    """Return every step of the thing `kind`/`i`, oldest first: what changed, who changed it, what it said."""
    chapters: list[Chapter] = []
    for row in trace.rows:
        if row.kind != kind or row.id != i or (until is not None and row.at > until):
            continue
        chapter = _chapter(row)
        if not chapters or chapters[-1]._replace(at=row.at, actor=row.actor) != chapter:  # something to be seen is new
            chapters.append(chapter)
    return chapters


def _chapter(row: Row) -> Chapter:
    state = row.state
    if state is None:
        return Chapter(row.at, "removed", "", row.actor, "")
    if row.kind == "task":
        said = state["err"] or state["message"]
        said += f" ({state['health']})" if state["health"] else ""
        return Chapter(row.at, state["state"], state["desired"], row.actor, said)
    if row.kind == "node":
        role = f"{state['role']}, leader" if state["leader"] else state["role"]
        said = "; ".join(filter(None, (role, state["message"])))
        return Chapter(row.at, state["state"], state["availability"], row.actor, said)
    if row.kind == "service":
        update = f"update {state['update']}" if state["update"] else "created or changed"
        ports = ", ".join(f"{p['published']}→{p['target']}" for p in state["ports"])
        said = f"{state['image']}" + (f", ports {ports}" if ports else "")
        return Chapter(row.at, update, _wanted(state), row.actor, said)
    if row.kind == "host":
        power = "on" if state["powered"] else "off"
        engine = "engine runs" if state["engine"] else "engine stopped"
        closed = f"; closed: {', '.join(state['closed'])}" if state["closed"] else ""
        return Chapter(row.at, power, "", row.actor, f"{engine}; {state['wire']}{closed}")
    return Chapter(row.at, "changed", "", row.actor, "")


def _wanted(service: State) -> str:
    return str(service["replicas"]) if service["mode"].startswith("replicated") else service["mode"]


def slot_history(world: World, task_id: str) -> list[State]:
    """Return all tasks that `world` still knows of the slot of `task_id`, newest first."""
    task = world.tasks.get(task_id)
    if task is None:
        return []
    same = [t for t in world.tasks.values() if slot_key(t) == slot_key(task)]
    return sorted(same, key=lambda t: (-t["created"], t["id"]))


class Difference(NamedTuple):
    """One thing that two branches do not have alike."""

    what: str
    here: str
    there: str


def compare(here: Model, there: Model) -> list[Difference]:
    """Return where two pictures differ: services, nodes, and what runs where.  Things are matched by name."""
    found: list[Difference] = []
    for title, ours, theirs in (
        ("", _services(here), _services(there)),
        ("node ", _nodes(here), _nodes(there)),
        ("", _places(here), _places(there)),
    ):
        for name in sorted({*ours, *theirs}):
            if ours.get(name) != theirs.get(name):
                found.append(Difference(f"{title}{name}", ours.get(name, "none"), theirs.get(name, "none")))
    return found


def _services(drawn: Model) -> dict[str, str]:
    return {
        f"service {s['name']}": f"{s['running']} of {s['wanted']} running, {s['image']}"
        + (f", {s['ports']}" if s["ports"] else "")
        for s in drawn["services"].values()
    }


def _nodes(drawn: Model) -> dict[str, str]:
    return {n["name"]: f"{n['state']}, {n['availability']}, {n['role']}" for n in drawn["nodes"].values()}


def _places(drawn: Model) -> dict[str, str]:
    places: dict[str, str] = {}
    for chip in sorted(drawn["tasks"].values(), key=lambda c: (c["label"], c["made"])):
        if chip["old"]:
            continue
        node = drawn["nodes"].get(chip["node"])
        where = f"{chip['state']} on {node['name']}" if node else chip["state"]
        places[chip["label"]] = "; ".join(filter(None, (places.get(chip["label"], ""), where)))
    return places
