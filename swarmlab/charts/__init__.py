"""Pictures to keep: rows in, Axes out, each with its table and its sentence.  matplotlib loads when one is drawn."""

from swarmlab.charts.picture import Chart
from swarmlab.charts.placement import placement
from swarmlab.charts.reachability import reachability
from swarmlab.charts.replicas import replicas
from swarmlab.charts.timeline import timeline

__all__ = ["Chart", "placement", "reachability", "replicas", "timeline"]
