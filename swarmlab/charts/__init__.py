"""Pictures to keep: rows in, Axes out, each with its table and its sentence.  matplotlib loads when one is drawn."""

from swarmlab.charts.balance import balance
from swarmlab.charts.heatmap import heatmap
from swarmlab.charts.picture import Chart
from swarmlab.charts.placement import placement
from swarmlab.charts.reachability import reachability
from swarmlab.charts.replicas import replicas
from swarmlab.charts.rollout import rollout
from swarmlab.charts.timeline import timeline
from swarmlab.errors import NotFound
from swarmlab.timeline.trace import Trace

__all__ = [
    "NAMES",
    "Chart",
    "balance",
    "draw",
    "heatmap",
    "placement",
    "reachability",
    "replicas",
    "rollout",
    "timeline",
]

#: The charts that `draw` knows.
NAMES = ("placement", "replicas", "timeline", "rollout", "balance", "heatmap")


def draw(name: str, trace: Trace, *, service: str = "", until: int | None = None) -> Chart:
    """Draw the chart called `name` of `trace` up to `until` (ns since 1970; None: all of it).

    Charts of one service take the first by name if `service` is empty; the timeline and the balance then show all.
    Raises NotFound for a name that is no chart, and for a service that is not in the trace.
    """
    if name in ("replicas", "rollout"):
        return (replicas if name == "replicas" else rollout)(trace, service or _first(trace), until=until)
    if name == "placement":
        return placement(trace.world(until))
    if name == "timeline":
        return timeline(trace, service or None, until=until)
    if name == "balance":
        return balance(trace, service, until=until)
    if name == "heatmap":
        return heatmap(trace, until=until)
    raise NotFound(f'There is no chart "{name}"; there are: {", ".join(NAMES)}.')


def _first(trace: Trace) -> str:
    names = sorted({row.state["name"] for row in trace.rows if row.kind == "service" and row.state})
    if not names:
        raise NotFound("There is no service yet whose chart could be drawn; create one first.")
    return str(names[0])
