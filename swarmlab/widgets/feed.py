"""Follow a trace and say what changed: work and messages proportional to what happened since the last look.

A `Feed` reads the rows that are new, keeps the board's model up to date and turns the difference into a message:
a *full* one for a page that knows nothing, a *delta* for a page that has seen everything before.  A delta carries
only the fields that changed, so an update of two tasks is a few hundred bytes whatever the size of the swarm.

``replay(full, deltas…)`` is the page's half, written once more in Python, so that a test can compare the two.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from swarmlab import views, wording
from swarmlab.timeline.trace import Row, State, Trace, World

Message = dict[str, Any]
Things = dict[str, dict[str, Any]]

#: Short keys on the wire: nodes, tasks, services, hosts.
PARTS = {"n": "nodes", "k": "tasks", "s": "services", "h": "hosts"}


class Feed:
    """The model of one board, moved on along `trace`."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.revision = 0  # grows with every message that changes something
        self.restarted = True  # the next message must be a full one
        self._restart()

    def _restart(self) -> None:
        self.world = World()
        self.model: views.Model = {"nodes": {}, "tasks": {}, "services": {}, "hosts": {}}
        self._cuts = self.trace.cuts
        self._read = 0
        self._slots: defaultdict[tuple[str, str], dict[str, State]] = defaultdict(dict)
        self._counts: defaultdict[str, views.Counts] = defaultdict(views.Counts)
        self._used: defaultdict[str, views.Used] = defaultdict(views.Used)
        self._changed: dict[str, dict[str, dict[str, Any]]] = {part: {} for part in PARTS}
        self._gone: dict[str, dict[str, None]] = {part: {} for part in PARTS}
        self.restarted = True

    @property
    def backlog(self) -> int:
        """Rows that were not read yet; all of them after a cut."""
        return len(self.trace) if self.trace.cuts != self._cuts else len(self.trace) - self._read

    def follow(self, rows: int | None = None) -> bool:
        """Read new rows, at most about `rows` of them but never half a moment; return whether there were any."""
        if self.trace.cuts != self._cuts:
            self._restart()
        start, end = self._read, len(self.trace)
        if rows is not None and start + rows < end:
            end = start + max(rows, 1)
            while end < len(self.trace) and self.trace.rows[end].at == self.trace.rows[end - 1].at:
                end += 1
        new = self.trace.rows[start:end]
        self._read = end
        slots: dict[tuple[str, str], None] = {}
        services: dict[str, None] = {}
        nodes: dict[str, None] = {}
        for row in new:
            if row.kind == "task":
                self._note_task(row, slots, services, nodes)
            elif row.kind == "service":
                services[row.id] = None
                if (row.state is None) != (row.id not in self.world.services):
                    services |= dict.fromkeys(self.world.services)  # one more or less: colours may move on
            elif row.kind == "node":
                nodes[row.id] = None
            elif row.kind == "host":
                self._put("h", row.id, row.state and views.box(row.state))
            self.world.apply(row)
        for slot in slots:
            old = views.ages(self._slots[slot].values())
            for task_id, task in self._slots[slot].items():
                self._put("k", task_id, views.chip(task, old[task_id]))
        hues = views.hues(self.world.services) if services else {}
        for i in services:
            service = self.world.services.get(i)
            self._put("s", i, service and views.service_row(service, self._counts[i], hues[i]))
        for i in nodes:
            node = self.world.nodes.get(i)
            self._put("n", i, node and views.column(node, self._used[i]))
        return bool(new)

    def _note_task(
        self, row: Row, slots: dict[tuple[str, str], None], services: dict[str, None], nodes: dict[str, None]
    ) -> None:
        """Move the indexes on to `row` and note which slots, services and nodes it touches."""
        before = self.world.tasks.get(row.id)
        for state, times in ((before, -1), (row.state, 1)):
            if state is not None and (state["nano_cpus"] or state["memory"]):
                self._used[state["node_id"]] = self._used[state["node_id"]].plus(state, times)
                nodes[state["node_id"]] = None
        if before is not None:
            key = views.slot_key(before)
            self._counts[before["service_id"]] = self._counts[before["service_id"]].plus(views.counts(before), -1)
            slots[key] = services[before["service_id"]] = None
            del self._slots[key][row.id]
        if row.state is None:
            self._put("k", row.id, None)
        else:
            key = views.slot_key(row.state)
            self._counts[row.state["service_id"]] = self._counts[row.state["service_id"]].plus(views.counts(row.state))
            slots[key] = services[row.state["service_id"]] = None
            self._slots[key][row.id] = row.state

    def _put(self, part: str, i: str, thing: Mapping[str, Any] | None) -> None:
        """Put `thing` into the model (None: take it out) and note the fields that changed."""
        table: Things = self.model[PARTS[part]]  # type: ignore[literal-required]
        before = table.get(i)
        if thing is None:
            if table.pop(i, None) is not None:
                self._gone[part][i] = None
            self._changed[part].pop(i, None)
            return
        table[i] = dict(thing)
        fields = {k: v for k, v in thing.items() if before is None or before[k] != v}
        if fields:
            self._changed[part].setdefault(i, {}).update(fields)

    def full(self) -> Message:
        """Return a message with everything; what was waiting for a delta is in it and still goes out as well."""
        return {"t": "f", "rev": self.revision, **self.parts(self.model)}

    def parts(self, model: views.Model) -> Message:
        """Return the parts of a full message that show `model`."""
        tables: Message = {part: {i: dict(t) for i, t in model[name].items()} for part, name in PARTS.items()}  # type: ignore[literal-required]
        return {**tables, "say": wording.summary(model)}

    def jump(self, shown: views.Model, to: views.Model) -> Message | None:
        """Return the delta for a page that shows `shown` and is to show `to`; None if it would see no difference."""
        message: Message = {"t": "d", "base": self.revision, "rev": self.revision + 1}
        gone: dict[str, list[str]] = {}
        for part, name in PARTS.items():
            before: Things = shown[name]  # type: ignore[literal-required]
            after: Things = to[name]  # type: ignore[literal-required]
            changed = {}
            for i, thing in after.items():
                old = before.get(i)
                if old != thing:
                    changed[i] = {k: v for k, v in thing.items() if old is None or old[k] != v}
            if changed:
                message[part] = changed
            if missing := [i for i in before if i not in after]:
                gone[part] = missing
        if gone:
            message["x"] = gone
        if len(message) == 3:
            return None
        self.revision += 1
        return message | {"say": wording.summary(to)}

    def forget(self) -> None:
        """What was waiting for a delta is known to the page by other ways."""
        self.restarted = False
        self._forget()

    def delta(self) -> Message | None:
        """Return what changed since the last message, a full one after a restart, or None."""
        if self.restarted:
            self.restarted = False
            self._forget()
            self.revision += 1
            return self.full()
        if not any(self._changed.values()) and not any(self._gone.values()):
            return None
        message: Message = {"t": "d", "base": self.revision, "rev": self.revision + 1}
        message |= {part: things for part, things in self._changed.items() if things}
        gone = {part: list(ids) for part, ids in self._gone.items() if ids}
        if gone:
            message["x"] = gone
        if "s" in message or "n" in message or "s" in gone or "n" in gone:
            message["say"] = self.summary()
        self.revision += 1
        self._forget()
        return message

    def _forget(self) -> None:
        for part in PARTS:
            self._changed[part] = {}
            self._gone[part] = {}

    def summary(self) -> str:
        """Return the sentence that a screen reader says of the present state."""
        return wording.summary(self.model)


def replay(full: Message, messages: Iterable[Message]) -> views.Model:
    """Return the model that a page has after `full` and the `messages` that followed.

    Raises ValueError at a gap: a delta that does not follow the revision before it.
    """
    page = full
    for message in messages:
        if message["t"] == "f":
            page = message
            continue
        if message["base"] != page["rev"]:
            raise ValueError(f"a delta from revision {message['base']} cannot follow revision {page['rev']}")
        after: Message = {"rev": message["rev"]}
        for part in PARTS:
            table = {i: thing for i, thing in page[part].items() if i not in message.get("x", {}).get(part, ())}
            for i, fields in message.get(part, {}).items():
                table[i] = {**table.get(i, {}), **fields}
            after[part] = table
        page = after
    return {"nodes": page["n"], "tasks": page["k"], "services": page["s"], "hosts": page["h"]}
