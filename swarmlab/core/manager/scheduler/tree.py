"""Spreading a group of equal tasks over nodes, evenly, preference by preference.

Each ``--placement-pref spread=…`` is a level of a tree, its branches the values of a label.  Branches get
equal numbers of *tasks*, however many nodes they hold; within a branch the least loaded nodes come first.

SwarmKit: ``manager/scheduler/nodeset.go``, ``decision_tree.go``, ``scheduler.go: scheduleNTasksOnNodes``.
"""

import random
from dataclasses import dataclass, field

from swarmlab.core.manager.scheduler.filters import Pipeline
from swarmlab.core.manager.scheduler.nodeinfo import NodeInfo
from swarmlab.core.objects import Task


@dataclass
class Branch:
    """Nodes with one label value (a leaf), or the branches below it."""

    count: int = 0  # tasks of the service on all its nodes, fit or not
    nodes: list[NodeInfo] = field(default_factory=list)
    branches: dict[str, "Branch"] = field(default_factory=dict)


def label_of(descriptor: str, info: NodeInfo) -> str | None:
    """Return the node's value for a spread descriptor, "" without that label, None for an unknown kind."""
    prefix, _, key = descriptor.rpartition(".labels.")
    if prefix.lower() == "node":
        return info.node.spec.labels.get(key, "")
    if prefix.lower() == "engine":
        return info.node.description.engine_labels.get(key, "") if info.node.description else ""
    return None


class Placer:
    """Places the tasks of one group; `placed` holds the decisions (task, node)."""

    def __init__(self, tasks: list[Task], pipeline: Pipeline, chance: random.Random, now: int) -> None:
        self.waiting = list(tasks)
        self.pipeline = pipeline
        self.placed: list[tuple[Task, NodeInfo]] = []
        self._random = chance
        self._now = now

    def tree(self, nodes: list[NodeInfo], preferences: tuple[str, ...]) -> Branch:
        """Return the nodes sorted into branches; leaves hold those that pass, best first."""
        task = self.waiting[0]
        root = Branch()
        for info in nodes:
            branch, count = root, info.count(task.service_id)
            branch.count += count
            for descriptor in preferences:
                value = label_of(descriptor, info)
                if value is not None:
                    branch = branch.branches.setdefault(value, Branch())
                    branch.count += count
            if self.pipeline.passes(info):
                branch.nodes.append(info)
        self._sort(root, task)
        return root

    def _sort(self, branch: Branch, task: Task) -> None:
        # Equal nodes are a matter of chance: SwarmKit fills a heap from a map.
        decorated = [(info.rank(task, self._now), self._random.random(), info) for info in branch.nodes]
        best = sorted(decorated, key=lambda entry: entry[:2])
        branch.nodes = [info for _, _, info in best[: len(self.waiting)]]
        for child in branch.branches.values():
            self._sort(child, task)

    def spread(self, wanted: int, branch: Branch) -> int:
        """Place up to `wanted` tasks below `branch`; return how many found a place."""
        if not branch.branches:
            return self._fill(wanted, branch.nodes)
        placed, base, moved = 0, branch.count, True
        children = list(branch.branches.values())
        full: list[Branch] = []
        while placed != wanted and len(full) < len(children) and moved:
            share, extra = divmod(base + wanted - placed, len(children) - len(full))
            moved = False
            for child in children:
                if any(child is one for one in full):
                    continue
                if child.count < share or (child.count == share and extra > 0):
                    moved = True
                    ask = share - child.count + (1 if extra > 0 else 0)
                    got = self.spread(ask, child)
                    if got < ask:
                        full.append(child)
                        base -= child.count
                    elif extra > 0:
                        extra -= 1
                    placed += got
        return placed

    def _fill(self, wanted: int, nodes: list[NodeInfo]) -> int:
        """Place tasks on these nodes, best first: stay on one while it is no worse than the next, then go round."""
        count = len(nodes)
        placed = index = 0
        unfit: dict[int, None] = {}
        while placed < wanted and count:
            tries = 0
            while index % count in unfit or not self.pipeline.passes(nodes[index % count]):
                unfit[index % count] = None
                index += 1
                tries += 1
                if tries >= count:
                    return placed
            info = nodes[index % count]
            task = self.waiting.pop(0)
            info.add(task._replace(node_id=info.node.id))
            self.placed.append((task, info))
            placed += 1
            if index + 1 < count:
                ahead = nodes[index + 1]
                if ahead.rank(task, self._now) < info.rank(task, self._now):
                    index += 1
            else:
                index += 1
        return placed
