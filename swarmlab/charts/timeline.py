"""What became of every task: a lane per task, grouped by slot, a bar per state."""

from typing import TYPE_CHECKING, NamedTuple

from swarmlab import views
from swarmlab.charts.picture import FAINT, INK, SOFT, Chart, new_axes, styled
from swarmlab.plural import count
from swarmlab.timeline.trace import State, Trace

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Lanes above this number are not drawn: they would be thinner than their labels.
MOST_LANES = 60


class Span(NamedTuple):
    """`task` of `slot` was in `state` on `node` between two lab seconds since the start of the trace."""

    slot: str  # web.2
    task: str  # id
    node: str  # host name, "" before it has one
    state: str
    start: float
    end: float


def spans(trace: Trace, service: str | None = None, until: int | None = None) -> list[Span]:
    """Return the life of every task (of one service) to the end of the trace, or on to `until` (ns since 1970).

    By slot and age of the task; one pass over the rows.
    """
    if not trace.rows:
        return []
    zero, end = trace.rows[0].at, max(trace.rows[-1].at, until or 0)
    open_spans: dict[str, tuple[State, int]] = {}
    found: list[tuple[State, Span]] = []

    def close(task_id: str, at: int) -> None:
        state, since = open_spans.pop(task_id)
        seconds = ((since - zero) / views.SECOND, (at - zero) / views.SECOND)
        if at > since or at == end:
            found.append((state, Span(views.label(state), task_id, state["node"], state["state"], *seconds)))

    for row in trace.rows:
        if row.kind != "task":
            continue
        before = open_spans.get(row.id)
        if before is not None and row.state is not None and row.state["state"] == before[0]["state"]:
            continue
        if before is not None:
            close(row.id, row.at)
        if row.state is not None and service in (None, row.state["service"]):
            open_spans[row.id] = row.state, row.at
    for task_id in list(open_spans):
        close(task_id, end)
    found.sort(
        key=lambda f: (views.natural(f[0]["service"]), f[0]["slot"], f[1].slot, f[0]["created"], f[1].task, f[1].start)
    )
    return [span for _, span in found]


def timeline(trace: Trace, service: str | None = None, ax: "Axes | None" = None, *, until: int | None = None) -> Chart:
    """Draw the life of every task (of `service`), one lane each; lanes of one slot stand together.

    Living states are thick bars, coloured and hatched by state; after its end a task is a thin line that begins with
    the glyph of its last state.  `ax` is where to draw; by default a new figure.  `until` is the end of the picture in
    nanoseconds since 1970; by default that of the trace.  The table has one row per state of a task, with lab seconds
    since the start of the trace.
    """
    from matplotlib.patches import Patch

    rows = spans(trace, service, until)
    lanes = {span.task: lane for lane, span in enumerate({s.task: s for s in rows}.values())}
    drawn = [span for span in rows if lanes[span.task] < MOST_LANES]
    shown = min(len(lanes), MOST_LANES)
    if ax is None:
        ax = new_axes(7.6, 1.4 + 0.3 * max(3, shown))
    nodes = {span.task: span.node for span in rows if span.node}
    names: list[str] = []
    states: dict[str, None] = {}
    with styled():
        for span in drawn:
            lane, look = lanes[span.task], views.look(span.state)
            if lane == len(names):
                names.append(f"{span.slot} @ {nodes.get(span.task, 'no node')}")
            length = span.end - span.start
            if look.ended:
                ax.plot([span.start, span.end], [lane, lane], color=SOFT, linewidth=1)
                ax.text(
                    span.start, lane, look.glyph, ha="center", va="center", color=INK, fontsize=9,
                    bbox={"boxstyle": "circle,pad=0.15", "facecolor": look.colour or "white", "edgecolor": INK,
                          "linewidth": 0.6},
                )  # fmt: skip
            else:
                states[span.state] = None
                ax.barh(
                    lane, length, left=span.start, height=0.66, color=look.colour or "white", edgecolor=INK,
                    linewidth=0.6, hatch=look.hatch, linestyle="-" if look.colour else "--",
                )  # fmt: skip
        ax.set_title(f"Tasks of {service} over time" if service else "Tasks over time")
        ax.set_xlabel("lab time in seconds")
        ax.set_yticks(range(shown), names)
        ax.set_ylim(max(shown, 1) - 0.4, -0.6)
        ax.set_xlim(min((s.start for s in drawn), default=0), max((s.end for s in drawn), default=1) + 0.001)
        ax.grid(axis="x", color=FAINT, linewidth=0.6)
        ax.set_axisbelow(True)
        if states:
            order = [state for state in views.LOOKS if state in states]
            patches = [
                Patch(facecolor=look.colour or "white", edgecolor=INK, hatch=look.hatch, linewidth=0.6)
                for look in map(views.look, order)
            ]
            ax.figure.legend(patches, order, loc="outside lower center", ncols=5, frameon=False)
    ended = sum(views.look(span.state).ended for span in {s.task: s for s in rows}.values())
    summary = f"{count(len(lanes), 'task')}, {ended} of them ended."
    if len(lanes) > shown:
        summary += f" The first {shown} are drawn."
    table = [(s.slot, s.node or "-", s.state, f"{s.start:g}", f"{s.end:g}", s.task) for s in drawn]
    return Chart(ax, summary, ("SLOT", "NODE", "STATE", "FROM", "TO", "TASK"), table)
