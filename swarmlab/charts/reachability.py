"""Who reaches whom: clients by targets, a glyph in every cell."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from swarmlab import views
from swarmlab.charts.picture import INK, SOFT, STYLE, Chart, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Cell(Protocol):
    """One cell: what a client gets of a port of a target (`swarmlab.reachability.Reach`)."""

    @property
    def client(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def outcome(self) -> str: ...
    @property
    def cell(self) -> str: ...


def summary(rows: Sequence[Cell]) -> str:
    """Return the matrix in a sentence."""
    if not rows:
        return "Nobody asks, or there is nothing to be asked."
    counts = {outcome: sum(row.outcome == outcome for row in rows) for outcome in views.REACHED}
    parts = [f"{count} × {views.REACHED[outcome][1]}" for outcome, count in counts.items() if count]
    return f"{len(rows)} ways from a client to a target: {', '.join(parts)}."


def reachability(rows: Sequence[Cell], ax: "Axes | None" = None) -> Chart:
    """Draw what each client gets of each target: a colour and a glyph for each outcome.

    `ax` is where to draw; by default a new figure.  The table has one row per client.
    """
    from matplotlib import rc_context
    from matplotlib.patches import Patch, Rectangle

    clients = list(dict.fromkeys(row.client for row in rows))
    targets = list(dict.fromkeys(f"{row.target}:{row.port}" for row in rows))
    cells = {(row.client, f"{row.target}:{row.port}"): row for row in rows}
    outcomes = [outcome for outcome in views.REACHED if any(row.outcome == outcome for row in rows)]
    if ax is None:
        ax = new_axes(2.4 + 0.72 * max(3, len(targets)), 2.3 + 0.4 * max(2, len(clients)) + 0.12 * len(outcomes))
    with rc_context(STYLE):
        ax.set_title("Who reaches whom", pad=10)
        if not rows:
            ax.text(0.5, 0.5, summary(rows), transform=ax.transAxes, ha="center", color=INK)
        for (client, target), row in cells.items():
            x, y = targets.index(target), clients.index(client)
            look = views.REACHED[row.outcome][0]
            ax.add_patch(
                Rectangle(
                    (x - 0.47, y - 0.45), 0.94, 0.9, facecolor=look.colour or "white", edgecolor="#9a9a9a",
                    linewidth=0.8,
                )
            )  # fmt: skip
            ax.text(x, y, row.cell, ha="center", va="center", color="black", fontsize=11)
        ax.set_yticks(range(len(clients)), clients)
        ax.set_xticks(range(len(targets)), targets, rotation=40, ha="left", rotation_mode="anchor")
        ax.set_ylabel("from", color=SOFT)
        ax.xaxis.tick_top()
        ax.tick_params(length=0)
        for spine in ax.spines.values():
            spine.set_visible(False)
        ax.set_xlim(-0.5, max(len(targets), 1) - 0.5)
        ax.set_ylim(max(len(clients), 1) - 0.5, -0.5)
        if outcomes:
            handles = [
                Patch(facecolor=look.colour or "white", edgecolor="#9a9a9a", label=f"{look.glyph}  {words}")
                for look, words in (views.REACHED[outcome] for outcome in outcomes)
            ]
            ax.legend(handles=handles, loc="upper left", bbox_to_anchor=(0, -0.02), ncols=2, frameon=False)
    body = [(client, *(cells[client, target].cell for target in targets)) for client in clients]
    return Chart(ax, summary(rows), ["FROM \\ TO", *targets], body)
