"""How full each node was, over time: a band per node, darker where more tasks ran, hatched while it took none."""

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from swarmlab import views
from swarmlab.charts.picture import INK, Chart, new_axes, styled
from swarmlab.timeline.trace import Trace

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: A number is written into a field that is at least this part of the picture wide.
WIDE_ENOUGH = 0.035
#: … and the reason why the node takes no tasks into one of this part.
ROOMY = 0.16
PLATE: Any = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none"}


class Field(NamedTuple):
    """Between two lab seconds since the first row, `running` tasks ran on `node`."""

    node: str
    start: float
    end: float
    running: int
    closed: str  # why the node took no new tasks: down, drain, pause; "" if it did


def fields(trace: Trace, until: int | None = None) -> list[Field]:
    """Return how many tasks ran on every node, from its joining on; by node, one pass over the rows."""
    if not trace.rows:
        return []
    zero, end = trace.rows[0].at, max(trace.rows[-1].at, until or 0)
    running: Counter[str] = Counter()
    at: dict[str, str] = {}  # task that runs → node
    nodes: dict[str, tuple[tuple[bool, list[tuple[int, str]]], str, str]] = {}  # id → order, name, closed
    open_since: dict[str, tuple[int, int, str]] = {}  # node → since, running, closed
    found: dict[str, list[Field]] = {}

    def close(node: str, until: int) -> None:
        since, count, closed = open_since.pop(node)
        if until > since:
            seconds = ((since - zero) / views.SECOND, (until - zero) / views.SECOND)
            found.setdefault(node, []).append(Field(nodes[node][1], *seconds, count, closed))

    for place, row in enumerate(trace.rows):
        if row.kind == "node" and row.state is not None:
            state = row.state
            closed = state["state"] if state["state"] != "ready" else state["availability"].replace("active", "")
            nodes[row.id] = (state["role"] != "manager", views.natural(state["hostname"])), state["hostname"], closed
        elif row.kind == "node" and row.id in open_since:
            close(row.id, row.at)
            nodes[row.id] = (*nodes[row.id][:2], "gone")
        elif row.kind == "task":
            if row.id in at:
                running[at.pop(row.id)] -= 1
            if row.state is not None and row.state["state"] == "running" and row.state["node_id"]:
                at[row.id] = row.state["node_id"]
                running[row.state["node_id"]] += 1
        if place + 1 < len(trace.rows) and trace.rows[place + 1].at == row.at:
            continue
        for node, (_, _, closed) in nodes.items():
            now = (running[node], closed)
            if node in open_since and open_since[node][1:] != now:
                close(node, row.at)
            if node not in open_since and closed != "gone":
                open_since[node] = (row.at, *now)
    for node in list(open_since):
        close(node, end)
    order = sorted(found, key=lambda node: (nodes[node][0], node))
    return [field for node in order for field in found[node]]


def heatmap(trace: Trace, ax: "Axes | None" = None, *, until: int | None = None) -> Chart:
    """Draw how many tasks ran on each node over time; fields are hatched while a node was down, drained or paused.

    `ax` is where to draw; by default a new figure.  `until` is the end of the picture in nanoseconds since 1970.  The
    table has one row per field.
    """
    from matplotlib import colormaps
    from matplotlib.patches import Rectangle

    found = fields(trace, until)
    names = list(dict.fromkeys(field.node for field in found))
    start, end = min((f.start for f in found), default=0.0), max((f.end for f in found), default=1.0)
    most = max((field.running for field in found), default=0)
    with styled():
        if ax is None:
            ax = new_axes(7.6, 1.5 + 0.42 * max(2, len(names)))
        for field in found:
            shade = 0.25 + 0.6 * field.running / max(4, most) if field.running else 0.0
            colour = colormaps["Blues"](shade) if field.running else (1.0, 1.0, 1.0, 1.0)
            width, y = field.end - field.start, names.index(field.node)
            ax.add_patch(
                Rectangle((field.start, y - 0.42), width, 0.84, facecolor=colour, edgecolor="#9a9a9a", linewidth=0.6,
                          hatch="///" * bool(field.closed))
            )  # fmt: skip
            if width > WIDE_ENOUGH * (end - start):
                roomy = width > ROOMY * (end - start)
                word = f"{field.running} ({field.closed})" if field.closed and roomy else str(field.running)
                ink = "white" if shade > 0.6 and not field.closed else INK
                plate = PLATE if field.closed else None
                middle = field.start + width / 2
                ax.text(middle, y, word, ha="center", va="center", fontsize=9, color=ink, bbox=plate)
        ax.set_title("Running tasks by node over time")
        ax.set_xlabel("lab time in seconds (hatched: takes no new tasks)")
        ax.set_yticks(range(len(names)), names)
        ax.tick_params(axis="y", length=0)
        ax.set_ylim(max(len(names), 1) - 0.4, -0.6)
        ax.set_xlim(start, max(end, start + 0.001))
    latest = {field.node: field for field in found}
    parts = [f"{f.node}: {f.running}{f' ({f.closed})' if f.closed else ''}" for f in latest.values()]
    summary = f"Running tasks by node at the end: {', '.join(parts)}; at most {most} on one node."
    if not parts:
        summary = "No swarm yet: no node has joined."
    table = [(f.node, f"{f.start:g}", f"{f.end:g}", f.running, f.closed or "active") for f in found]
    return Chart(ax, summary, ("NODE", "FROM", "TO", "RUNNING", "STATE"), table)
