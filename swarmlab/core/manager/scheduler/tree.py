"""Spreading a group of equal tasks over nodes, evenly, preference by preference.

Each ``--placement-pref spread=…`` is a level of a tree, its branches the values of a label.  Branches get
equal numbers of *tasks*, however many nodes they hold; within a branch the least loaded nodes come first.

SwarmKit: ``manager/scheduler/nodeset.go``, ``decision_tree.go``, ``scheduler.go: scheduleNTasksOnNodes``.
"""

import random
from dataclasses import dataclass, field

from swarmlab.core.constraints import ENGINE_LABEL, NODE_LABEL
from swarmlab.core.manager.scheduler.filters import Pipeline
from swarmlab.core.manager.scheduler.nodeinfo import NodeInfo, reservations
from swarmlab.core.manager.scheduler.nodeset import NodeSet
from swarmlab.core.objects import Task


@dataclass
class Branch:
    """Nodes with one label value (a leaf), or the branches below it."""

    count: int = 0  # tasks of the service on all its nodes, fit or not
    nodes: list[NodeInfo] = field(default_factory=list)
    branches: dict[str, "Branch"] = field(default_factory=dict)


def label_of(descriptor: str, info: NodeInfo) -> str | None:
    """Return the node's value for a spread descriptor, "" without that label, None for an unknown kind."""
    kind = descriptor.lower()
    if kind.startswith(NODE_LABEL) and kind != NODE_LABEL:
        return info.node.spec.labels.get(descriptor[len(NODE_LABEL) :], "")
    if kind.startswith(ENGINE_LABEL) and kind != ENGINE_LABEL:
        labels = info.node.description.engine_labels if info.node.description else {}
        return labels.get(descriptor[len(ENGINE_LABEL) :], "")
    return None


class Placer:
    """Places the tasks of one group; `placed` holds the decisions (task, node), `waiting` is left over."""

    def __init__(self, tasks: list[Task], pipeline: Pipeline, nodes: NodeSet, chance: random.Random, now: int) -> None:
        self.waiting = tasks[::-1]  # the next one is the last
        self.pipeline = pipeline
        self.placed: list[tuple[Task, NodeInfo]] = []
        self._task = tasks[0]  # all others are like it
        self._claims = bool((wanted := reservations(tasks[0])) and wanted.generic)
        self._nodes = nodes
        self._random = chance
        self._now = now

    def place(self) -> None:
        """Find places for as many tasks as possible."""
        placement = self._task.spec.placement
        self._spread(len(self.waiting), self._tree(placement.preferences if placement else ()))

    def _tree(self, preferences: tuple[str, ...]) -> Branch:
        """Return the nodes sorted into branches; leaves hold those that pass, best first, as many as may be needed."""
        root, wanted = Branch(), len(self.waiting)
        for info in self._nodes.best_first(self._task, self._now, self._random):
            branch = root
            for descriptor in preferences:
                value = label_of(descriptor, info)
                if value is not None:
                    branch = branch.branches.setdefault(value, Branch())
                    branch.count += info.count(self._task.service_id)
            if len(branch.nodes) < wanted and self.pipeline.passes(info):
                branch.nodes.append(info)
                if not preferences and len(root.nodes) == wanted:
                    break
        root.count = sum(child.count for child in root.branches.values())
        return root

    def _spread(self, wanted: int, branch: Branch) -> int:
        """Place up to `wanted` tasks below `branch`; return how many found a place.

        With tasks left over from an uneven division, branches may ask for more than there are: the last goes without.
        """
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
                    got = self._spread(ask, child)
                    if got < ask:
                        full.append(child)
                        base -= child.count
                    elif extra > 0:
                        extra -= 1
                    placed += got
        return placed

    def _fill(self, wanted: int, nodes: list[NodeInfo]) -> int:
        """Place tasks on these nodes, best first: stay on one while it is no worse than the next, then go round.

        All of them fit to begin with.
        """
        count = len(nodes)
        ranks = [info.rank(self._task, self._now) for info in nodes]
        loads = [info.active for info in nodes]
        placed = index = 0
        unfit: set[int] = set()
        while placed < wanted and self.waiting and len(unfit) < count:
            number = index % count
            info = nodes[number]
            if self.pipeline.fills and (number in unfit or not self.pipeline.passes(info)):
                unfit.add(number)
                index += 1
                continue
            task = self.waiting.pop()
            if self._claims:
                task = task._replace(generic_resources=info.claim(task))
            info.add(task)
            self.placed.append((task, info))
            placed += 1
            ranks[number] = info.rank(self._task, self._now)
            if index + 1 >= count or ranks[index + 1] < ranks[number]:
                index += 1
        for info, load in zip(nodes, loads, strict=True):
            self._nodes.moved(info, load, self._task.service_id)
        return placed
