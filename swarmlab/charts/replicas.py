"""What was wanted and what was running, over time: the gap between the two is what Swarm works on."""

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from swarmlab import views
from swarmlab.charts.picture import ALARM, FAINT, GOOD, INK, Chart, new_axes, styled
from swarmlab.errors import NotFound
from swarmlab.timeline.trace import Trace

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Level(NamedTuple):
    """From `second` on (lab seconds since the first row of the trace) so many were wanted and running."""

    second: float
    wanted: int
    running: int


def levels(trace: Trace, service: str) -> list[Level]:
    """Return how wanted and running replicas of `service` changed, from its creation on; one pass over the rows.

    The counts are those of ``docker service ls``.  Raises NotFound if the trace never saw such a service.
    """
    counts: Counter[str] = Counter()  # running tasks by service id
    desired: Counter[str] = Counter()
    tasks: dict[str, tuple[str, views.Counts]] = {}
    current: dict[str, object] | None = None
    service_id = ""
    found: list[Level] = []
    start = trace.rows[0].at if trace.rows else 0
    for place, row in enumerate(trace.rows):
        if row.kind == "service" and (row.id == service_id or (row.state and row.state["name"] == service)):
            current, service_id = row.state, row.id
        elif row.kind == "task":
            if row.id in tasks:
                owner, before = tasks.pop(row.id)
                counts[owner] -= before.running
                desired[owner] -= before.desired
            if row.state is not None:
                now = views.counts(row.state)
                tasks[row.id] = row.state["service_id"], now
                counts[row.state["service_id"]] += now.running
                desired[row.state["service_id"]] += now.desired
        last_of_moment = place + 1 == len(trace.rows) or trace.rows[place + 1].at > row.at
        if not service_id or not last_of_moment:
            continue
        wanted = 0
        if current is not None:
            scaled = str(current["mode"]).startswith("replicated")
            wanted = int(str(current["replicas"])) if scaled else desired[service_id]
        level = Level((row.at - start) / views.SECOND, wanted, counts[service_id])
        if not found or found[-1][1:] != level[1:]:
            found.append(level)
    if not service_id:
        raise NotFound(f"The trace knows no service called {service}; `docker service ls` lists those there are.")
    return found


def short_of(steps: list[Level], end: float) -> float:
    """Return for how many seconds until `end` fewer were running than wanted."""
    ends = [*(step.second for step in steps[1:]), end]
    return sum(stop - step.second for step, stop in zip(steps, ends, strict=True) if step.running < step.wanted)


def replicas(trace: Trace, service: str, ax: "Axes | None" = None, *, until: int | None = None) -> Chart:
    """Draw wanted and running replicas of `service` over lab time; where fewer run than wanted, the gap is shaded.

    `ax` is where to draw; by default a new figure.  `until` is the end of the picture in nanoseconds since 1970; by
    default that of the trace.  The table has one row per change, with lab seconds since the start of the trace.
    Raises NotFound if the trace never saw such a service.
    """
    from matplotlib.ticker import MaxNLocator

    steps = levels(trace, service)
    last_moment = max(trace.rows[-1].at, until or 0)
    end = max((last_moment - trace.rows[0].at) / views.SECOND, steps[-1].second + 1)
    if ax is None:
        ax = new_axes(7.2, 2.8)
    seconds = [*(step.second for step in steps), end]
    wanted = [*(step.wanted for step in steps), steps[-1].wanted]
    running = [*(step.running for step in steps), steps[-1].running]
    gaps = [
        (step.second, stop - step.second, step.wanted - step.running, step.running)
        for step, stop in zip(steps, seconds[1:], strict=True)
        if step.running < step.wanted
    ]
    with styled():
        for left, width, height, bottom in gaps:  # fill_between(where=…) would drop gaps of a single step
            ax.bar(
                left, height, width, bottom, align="edge", facecolor="#F3C6A5", edgecolor=ALARM, linewidth=0,
                hatch="///", label="gap" if left == gaps[0][0] else None,
            )  # fmt: skip
        ax.step(seconds, running, where="post", color=GOOD, linewidth=2.6, label="running")
        ax.step(seconds, wanted, where="post", color=INK, linewidth=1.6, linestyle="--", label="wanted")
        ax.set_title(f"Replicas of {service}: wanted and running")
        ax.set_xlabel("lab time in seconds")
        ax.set_ylabel("tasks")
        ax.yaxis.set_major_locator(MaxNLocator(integer=True))
        ax.set_ylim(0, max(*wanted, *running, 1) * 1.12)
        ax.set_xlim(seconds[0], end)
        ax.grid(axis="y", color=FAINT, linewidth=0.6)
        ax.set_axisbelow(True)
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.24), ncols=3, frameon=False)
    last = steps[-1]
    summary = (
        f"{service}: wanted {last.wanted}, running {last.running}; fewer than wanted ran for "
        f"{short_of(steps, end):g} of {end - steps[0].second:g} seconds."
    )
    return Chart(ax, summary, ("SECOND", "WANTED", "RUNNING"), [(f"{s:g}", w, r) for s, w, r in steps])
