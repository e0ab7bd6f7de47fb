"""Where Swarm puts tasks and which it takes away, as far as its rules decide; the rest is left to chance.

The rules are SwarmKit's.  Scaling out (manager/scheduler/scheduler.go): the node with the fewest tasks of this service,
then with the fewest tasks at all.  Scaling in (manager/orchestrator/replicated/services.go): the tasks of a node are
numbered, low slots first, and the highest numbers go.  What these rules leave open may come out either way.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from swarmlab.checks.claims import is_wanted, running_tasks, takes_tasks
from swarmlab.timeline.trace import World


def likely_counts(world: World, service: str, replicas: int) -> list[dict[str, int]]:
    """Return every way in which the running tasks of `service` can be placed once there are `replicas` of them."""
    nodes = sorted(node["hostname"] for node in world.nodes.values() if takes_tasks(node))
    own = dict.fromkeys(nodes, 0)
    for task in running_tasks(world, service):
        own[task["node"]] = own.get(task["node"], 0) + 1
    others = dict.fromkeys(nodes, 0)
    for task in world.tasks.values():
        if task["node"] in others and task["service"] != service and is_wanted(task):
            others[task["node"]] += 1
    found = [own]
    for _ in range(replicas - sum(own.values())):
        found = _distinct(
            {**counts, name: counts[name] + 1} for counts in found for name in _best(nodes, counts, others)
        )
    return found


def _best(nodes: list[str], own: Mapping[str, int], others: Mapping[str, int]) -> list[str]:
    """Return the nodes of which the scheduler may take any."""
    ranks = {name: (own[name], own[name] + others[name]) for name in nodes}
    return [name for name in nodes if ranks[name] == min(ranks.values())]


def _distinct(ways: Iterable[dict[str, int]]) -> list[dict[str, int]]:
    return list({tuple(sorted(way.items())): way for way in ways}.values())


class Survivors(NamedTuple):
    """Slots that stay for certain, and those of which `places` more stay."""

    certain: frozenset[int]
    open: frozenset[int]
    places: int

    def allow(self, slots: frozenset[int]) -> bool:
        """Whether exactly `slots` may stay."""
        rest = slots - self.certain
        return self.certain <= slots and rest <= self.open and len(rest) == self.places


def survivors(world: World, service: str, wanted: int) -> Survivors:
    """Say which of the running slots of `service` stay when it is scaled in to `wanted`."""
    number: dict[int, int] = {}  # slot → it is the n-th on its node
    seen: dict[str, int] = {}
    for task in sorted(running_tasks(world, service), key=lambda task: int(task["slot"])):
        seen[task["node"]] = number[task["slot"]] = seen.get(task["node"], 0) + 1
    last = max((n for n in number.values() if sum(m < n for m in number.values()) < wanted), default=0)
    certain = frozenset(slot for slot, n in number.items() if n < last)
    open_ = frozenset(slot for slot, n in number.items() if n == last)
    return Survivors(certain, open_, wanted - len(certain))
