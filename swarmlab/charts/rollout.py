"""How an update went: tasks of the old and the new revision over time, and what the updater said of itself."""

from bisect import bisect_right
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from swarmlab import views
from swarmlab.charts.picture import FAINT, INK, SOFT, Chart, new_axes, styled
from swarmlab.errors import NotFound
from swarmlab.timeline.trace import Row, State, Trace

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Colour and hatch of each revision, oldest first; more of them begin again.
LOOKS = (("#c9c9c9", "///"), ("#56B4E9", ""), ("#E69F00", ".."), ("#009E73", "\\\\"), ("#CC79A7", "xx"))
#: A new revision begins when the updater says so; scaling is none.
BEGINS = ("updating", "rollback_started")


class Stage(NamedTuple):
    """From `second` on (lab seconds since the first row) so many tasks of each revision ran."""

    second: float
    wanted: int
    running: tuple[int, ...]  # by revision, oldest first
    update: str  # what the updater said last, "" before its first word


def stages(trace: Trace, service: str) -> tuple[list[str], list[Stage]]:
    """Return the images of the revisions of `service`, and how its tasks changed; a task belongs to the revision that
    was under way when it was made.  Raises NotFound if the trace never saw such a service."""
    rows = [row for row in trace.rows if row.kind == "service" and (row.state is None or row.state["name"] == service)]
    first = next((row for row in rows if row.state), None)
    if first is None:
        raise NotFound(f"The trace knows no service called {service}; `docker service ls` lists those there are.")
    starts, update = [first.at], ""
    for row in rows:
        said = row.state["update"] if row.state and row.id == first.id else update
        if said != update and said in BEGINS:
            starts.append(row.at)
        update = said
    images = [""] * len(starts)
    running: Counter[int] = Counter()
    alive: dict[str, int] = {}
    wanted, update = 0, ""
    found: list[Stage] = []
    zero = trace.rows[0].at
    for place, row in enumerate(trace.rows):
        if row.kind == "service" and row.id == first.id:
            state: State = row.state or {}
            wanted, update = int(state.get("replicas", 0)), str(state.get("update", ""))
        elif row.kind == "task":
            _count(row, first.id, starts, running, alive, images)
        last_of_moment = place + 1 == len(trace.rows) or trace.rows[place + 1].at > row.at
        if row.at < first.at or not last_of_moment:
            continue
        counts = tuple(running[number] for number in range(len(starts)))
        stage = Stage((row.at - zero) / views.SECOND, wanted, counts, update)
        if not found or found[-1][1:] != stage[1:]:
            found.append(stage)
    return images, found


def _count(
    row: Row, service_id: str, starts: list[int], running: "Counter[int]", alive: dict[str, int], images: list[str]
) -> None:
    state = row.state
    if row.id in alive:
        running[alive.pop(row.id)] -= 1
    if state is None or state["service_id"] != service_id:
        return
    number = max(0, bisect_right(starts, state["created"]) - 1)
    images[number] = state["image"]
    if state["state"] == "running":
        alive[row.id] = number
        running[number] += 1


def rollout(trace: Trace, service: str, ax: "Axes | None" = None, *, until: int | None = None) -> Chart:
    """Draw the running tasks of each revision of `service`, one on top of the other, and the updater's words.

    `ax` is where to draw; by default a new figure.  `until` is the end of the picture in nanoseconds since 1970.  The
    table has one row per change, in lab seconds since the first row of the trace.  Raises NotFound.
    """
    from matplotlib.ticker import MaxNLocator

    images, steps = stages(trace, service)
    last_moment = max(trace.rows[-1].at, until or 0)
    end = max((last_moment - trace.rows[0].at) / views.SECOND, steps[-1].second + 1)
    with styled():
        if ax is None:
            ax = new_axes(7.2, 3.0)
        seconds = [*(step.second for step in steps), end]
        below = [0] * len(seconds)
        for number, image in enumerate(images):
            counts = [step.running[number] for step in steps]
            top = [low + high for low, high in zip(below, [*counts, counts[-1]], strict=True)]
            colour, hatch = LOOKS[number % len(LOOKS)]
            ax.fill_between(
                seconds, below, top, step="post", facecolor=colour, hatch=hatch, edgecolor=INK, linewidth=0.5,
                label=f"revision {number + 1} ({image or 'no task yet'})",
            )  # fmt: skip
            below = top
        wanted = [*(step.wanted for step in steps), steps[-1].wanted]
        ax.step(seconds, wanted, where="post", color=INK, linewidth=1.6, linestyle="--", label="wanted")
        highest = max(*wanted, *below, 1)
        words = _words(steps)
        for level, (second, word) in enumerate(words):
            ax.axvline(second, color=SOFT, linewidth=0.9, linestyle=":")
            height = highest * (1.3 - 0.1 * (level % 3))
            late = second > seconds[0] + 0.75 * (end - seconds[0])
            ax.text(
                second,
                height,
                f"{word} " if late else f" {word}",
                fontsize=8,
                color=INK,
                ha="right" if late else "left",
            )
        ax.set_title(f"Rollout of {service}: running tasks by revision")
        ax.set_xlabel("lab time in seconds")
        ax.set_ylabel("tasks")
        ax.yaxis.set_major_locator(MaxNLocator(integer=True))
        ax.set_ylim(0, highest * (1.45 if words else 1.12))
        ax.set_xlim(seconds[0], end)
        ax.grid(axis="y", color=FAINT, linewidth=0.6)
        ax.set_axisbelow(True)
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.22), ncols=2, frameon=False)
    table = [(f"{s.second:g}", s.wanted, *s.running, s.update or "-") for s in steps]
    header = ("SECOND", "WANTED", *(f"REVISION {n + 1}" for n in range(len(images))), "UPDATE")
    return Chart(ax, _summary(service, images, steps), header, table)


def _words(steps: list[Stage]) -> list[tuple[float, str]]:
    """Return the moments at which the updater had something new to say."""
    said = ""
    found = []
    for step in steps:
        if step.update != said:
            found.append((step.second, step.update.replace("_", " ")))
            said = step.update
    return found


def _summary(service: str, images: list[str], steps: list[Stage]) -> str:
    if len(images) == 1:
        return f"{service} was never updated; {sum(steps[-1].running)} of {steps[-1].wanted} tasks run."
    since = next(n for n, step in enumerate(steps) if step.update)
    fewest = min(sum(step.running) for step in steps[since:])
    most = max(sum(step.running) for step in steps[since:])
    last = steps[-1]
    update = last.update.replace("_", " ") or "over"
    return (
        f"{service}: {len(images)} revisions, the last update is {update}; since the first began, {fewest} to {most}"
        f" tasks ran of {last.wanted} wanted; {last.running[-1]} of the newest run."
    )
