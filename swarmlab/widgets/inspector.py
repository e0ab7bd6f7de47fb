"""One thing in full: its story, the history of its slot, why it is where it is, and what ``docker inspect`` says."""

from typing import Any, NamedTuple

from swarmlab import history, views
from swarmlab.errors import SwarmlabError
from swarmlab.timeline.trace import State, World
from swarmlab.widgets.ports import Place

KINDS = ("task", "service", "node", "host")
TABS = {
    "task": ("story", "slot", "why", "inspect"),
    "service": ("story", "why", "inspect"),
    "node": ("story", "machine", "inspect"),
    "host": ("story",),
}


class Selection(NamedTuple):
    """What somebody looks at, and which page of it."""

    kind: str
    id: str
    tab: str


def selection(message: dict[str, Any]) -> Selection | None:
    """Return what a message of the page selects; None for nothing, and for what makes no sense."""
    kind, i, tab = (str(message.get(key)) for key in ("kind", "id", "tab"))
    return Selection(kind, i, tab) if kind in KINDS and tab in TABS[kind] else None


def details(chosen: Selection, place: Place, past: history.History, at: int | None) -> dict[str, Any]:
    """Return the page `chosen` as of `at` (None: the present): a heading, and a table or a text."""
    world = past.world(place.source.now if at is None else at)
    kind, i, tab = chosen
    answer: dict[str, Any] = {"t": "i", "kind": kind, "id": i, "tab": tab, "tabs": TABS[kind]}
    answer["head"] = _heading(kind, _last(place, kind, i))
    if tab == "story":
        answer |= _story(place, kind, i, at)
    elif tab == "machine":
        node = world.nodes.get(i) or _last(place, kind, i)
        answer |= _story(place, "host", str((node or {}).get("hostname", "")), at)
    elif tab == "slot":
        answer |= _slot(world, i)
    else:
        answer["text"] = _asked(chosen, place, at)
    return answer


def _last(place: Place, kind: str, i: str) -> State | None:
    rows = (row.state for row in reversed(place.source.trace.rows) if row.kind == kind and row.id == i and row.state)
    return next(rows, None)


def _heading(kind: str, state: State | None) -> str:
    if state is None:
        return f"this {kind} is not known"
    if kind == "task":
        return f"task {views.label(state)} ({state['id'][:12]})"
    return f"{kind} {state.get('hostname') or state.get('name') or state['id']}"


def clock(ns: int) -> str:
    """Return the time of day, with tenths."""
    seconds, rest = divmod(ns, views.SECOND)
    return f"{seconds // 3600 % 24:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest // 10**8}"


def _story(place: Place, kind: str, i: str, at: int | None) -> dict[str, Any]:
    head = {"service": "WANTED", "node": "AVAILABILITY"}.get(kind, "DESIRED")
    chapters = history.story(place.source.trace, kind, i, at)
    rows = [[clock(c.at), c.state, c.desired, c.actor, c.message] for c in chapters]
    return {"table": [["TIME", "STATE", head, "BY", "MESSAGE"], *rows]}


def _slot(world: World, i: str) -> dict[str, Any]:
    rows = [
        [t["id"][:12], t["node"] or "no node", t["state"], t["desired"], clock(t["created"]), t["err"] or t["message"]]
        for t in history.slot_history(world, i)
    ]
    return {"table": [["TASK", "NODE", "STATE", "DESIRED", "CREATED", "MESSAGE"], *rows]}


def _asked(chosen: Selection, place: Place, at: int | None) -> str:
    if place.insight is None:
        return "There is nobody to ask here."
    if at is not None:
        return "The engine knows the present only: return to it to ask."
    try:
        if chosen.tab == "inspect":
            return place.insight.inspect(chosen.kind, chosen.id)
        return place.insight.why(chosen.id)
    except SwarmlabError as error:
        return str(error)
