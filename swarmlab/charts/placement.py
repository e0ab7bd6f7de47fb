"""Where the running tasks are: nodes by services, a number in every cell."""

from typing import TYPE_CHECKING

from swarmlab import views
from swarmlab.charts.picture import INK, SOFT, Chart, new_axes, styled
from swarmlab.timeline.trace import World

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def summary(found: views.Placement) -> str:
    """Return the placement in a sentence."""
    if not found.nodes:
        return "No swarm yet: no node has joined."
    if not found.services:
        return f"{len(found.nodes)} nodes and no services."
    parts = [
        f"{name} ({closed}): {sum(row)}" if closed else f"{name}: {sum(row)}"
        for name, closed, row in zip(found.nodes, found.closed, found.counts, strict=True)
    ]
    return f"Running tasks by node: {', '.join(parts)}; {sum(map(sum, found.counts))} in all."


def placement(world: World, ax: "Axes | None" = None) -> Chart:
    """Draw how many tasks of each service run on each node of `world`.

    Only tasks that are wanted and were seen running count.  Rows that take no new tasks (drained, paused, down) are
    hatched.  `ax` is where to draw; by default a new figure.  The table has one row per node, and its sum.
    """
    from matplotlib import colormaps

    found = views.placement(world)
    shape = (len(found.nodes), len(found.services))
    if ax is None:
        ax = new_axes(3.6 + 1.05 * max(1, shape[1]), 1.3 + 0.42 * max(2, shape[0]))
    darkest = max(4, *(n for row in found.counts for n in row), 0)  # a single task is never the darkest blue
    with styled():
        ax.set_title("Running tasks by node and service", pad=10)
        if not found.nodes or not found.services:
            ax.text(0.5, 0.5, summary(found), transform=ax.transAxes, ha="center", color=INK)
        for y, row in enumerate(found.counts):
            for x, count in enumerate(row):
                # From a quarter of the scale on: one task is already a clear blue, no task is white.
                shade = 0.25 + 0.6 * count / darkest if count else 0.0
                colour = colormaps["Blues"](shade) if count else (1.0, 1.0, 1.0, 1.0)
                ax.add_patch(_cell(x, y, colour, closed=bool(found.closed[y])))
                ink = "white" if shade > 0.6 else INK if count else SOFT
                ax.text(x, y, str(count), ha="center", va="center", color=ink, fontweight="bold" if count else "normal")
            ax.text(shape[1] - 0.4, y, f"Σ {sum(row)}", ha="left", va="center", color=INK)
        names = [f"{n} ({c})" if c else n for n, c in zip(found.nodes, found.closed, strict=True)]
        ax.set_yticks(range(shape[0]), names)
        ax.set_xticks(range(shape[1]), found.services)
        ax.xaxis.tick_top()
        ax.tick_params(length=0)
        for spine in ax.spines.values():
            spine.set_visible(False)
        ax.set_xlim(-0.5, max(shape[1], 1) + 0.1)
        ax.set_ylim(max(shape[0], 1) - 0.5, -0.5)
    header = ["NODE", "STATE", *found.services, "SUM"]
    rows = [
        (name, closed or "active", *row, sum(row))
        for name, closed, row in zip(found.nodes, found.closed, found.counts, strict=True)
    ]
    return Chart(ax, summary(found), header, rows)


def _cell(x: int, y: int, colour: tuple[float, float, float, float], closed: bool):  # type: ignore[no-untyped-def]
    from matplotlib.patches import Rectangle

    return Rectangle(
        (x - 0.48, y - 0.46), 0.96, 0.92, facecolor=colour, edgecolor="#9a9a9a", linewidth=0.8, hatch="///" * closed
    )
