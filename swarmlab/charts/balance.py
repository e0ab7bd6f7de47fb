"""Who answered how many requests: the work of the routing mesh and of virtual addresses, counted."""

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from swarmlab import views
from swarmlab.charts.picture import ALARM, FAINT, INK, SOFT, Chart, new_axes, styled
from swarmlab.plural import count
from swarmlab.timeline.trace import Trace, World

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: A task that got so much more or less than its even share stands out.
FAR = 0.25
PLATE: Any = {"boxstyle": "square,pad=0.2", "facecolor": "white", "edgecolor": "none"}
EVEN, LACK = "#0072B2", "#bdbdbd"


class Share(NamedTuple):
    """What one container got, or what became of requests that nobody answered (`server` is "" then)."""

    server: str  # web.3
    host: str
    requests: int
    result: str  # ok, or why there was no answer


def shares(world: World, service: str = "") -> list[Share]:
    """Return the requests of `world` by who answered; tasks that run and got none count too."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for row in world.requests:
        state = row.state or {}
        name = str(state["server"])
        if state["result"] == "ok" and name:
            if service in ("", name.partition(".")[0]):
                counts[_short(name), str(state["host"]), "ok"] += 1
        elif not service:
            counts["", "", str(state["result"])] += 1
    asked = {server.partition(".")[0] for server, _, _ in counts if server} | ({service} if service else set())
    for task in world.tasks.values():
        if task["service"] in asked and task["state"] == "running" and views.is_wanted(task):
            counts[_short(task["name"]), task["node"], "ok"] += 0
    found = [Share(server, host, n, result) for (server, host, result), n in counts.items()]
    return sorted(found, key=lambda s: (not s.server, views.natural(s.server), views.natural(s.host), s.result))


def _short(container: str) -> str:
    """Return ``web.3`` for a task's container; other names stay."""
    parts = container.split(".")
    return ".".join(parts[:2]) if len(parts) == 3 else container


def balance(trace: Trace, service: str = "", ax: "Axes | None" = None, *, until: int | None = None) -> Chart:
    """Draw how many requests each container answered (of `service`), with the even share as a line.

    `ax` is where to draw; by default a new figure.  The table has one row per container, and per reason for no answer.
    """
    found = shares(trace.world(until), service)
    answered = [s for s in found if s.server]
    total = sum(s.requests for s in answered)
    even = total / len(answered) if answered else 0.0
    off = [bool(even) and abs(s.requests - even) > FAR * even and len(answered) > 1 for s in answered]
    with styled():
        if ax is None:
            ax = new_axes(7.2, 1.5 + 0.34 * max(2, len(found)))
        ax.set_title(f"Requests answered, by task of {service}" if service else "Requests answered, by task")
        if not found:
            ax.text(0.5, 0.5, "No requests yet.", transform=ax.transAxes, ha="center", color=INK)
        for y, share in enumerate(found):
            far = share.server and off[y]
            colour = (ALARM if far else EVEN) if share.server else LACK
            hatch = "//" if far else "" if share.server else "xx"
            ax.barh(y, share.requests, height=0.66, color=colour, edgecolor=INK, linewidth=0.6, hatch=hatch)
            ax.text(share.requests, y, f" {share.requests}", va="center", color=INK)
        names = [f"{s.server} @ {s.host}" if s.server else f"no answer: {s.result}" for s in found]
        ax.set_yticks(range(len(found)), names)
        if even:
            ax.axvline(even, color=INK, linestyle="--", linewidth=1.2)
            ax.text(even, -0.85, f"even share: {even:.3g}", ha="center", fontsize=8.5, color=SOFT, bbox=PLATE)
        ax.set_ylim(max(len(found), 1) - 0.4, -1.1)
        ax.set_xlim(0, max([s.requests for s in found] + [1]) * 1.15)
        ax.set_xlabel("requests")
        ax.grid(axis="x", color=FAINT, linewidth=0.6)
        ax.set_axisbelow(True)
    table = [
        (
            s.server or "-",
            s.host or "-",
            s.result,
            s.requests,
            f"{s.requests / total:.0%}" if s.server and total else "-",
        )
        for s in found
    ]
    summary = _summary(answered, off, even, sum(s.requests for s in found) - total)
    return Chart(ax, summary, ("SERVER", "HOST", "RESULT", "REQUESTS", "SHARE"), table)


def _share(share: Share, total: int) -> str:
    return f"{share.requests / total:.0%}" if share.server and total else "-"


def _summary(answered: list[Share], off: list[bool], even: float, lost: int) -> str:
    if not answered and not lost:
        return "No requests yet."
    requests = sum(s.requests for s in answered)
    said = (
        f"{count(requests, 'request')} {'was' if requests == 1 else 'were'} answered by {count(len(answered), 'task')}"
    )
    far = [f"{s.server} on {s.host} ({s.requests})" for s, is_off in zip(answered, off, strict=True) if is_off]
    if far:
        said += f"; over {FAR:.0%} off the even share of {even:.3g}: {', '.join(far)}"
    elif len(answered) > 1:
        said += f", each near the even share of {even:.3g}"
    return said + (f"; {lost} got no answer." if lost else ".")
