"""All nodes as the scheduler knows them, and the order in which a task looks at them: best first.

The order is worked out only as far as somebody asks, so a group of ten tasks on a thousand idle nodes looks
at ten of them.  What makes that possible is an index by load, and one by service: only nodes that have tasks
of the same service (or on which some failed lately) are not simply ranked by their load.

SwarmKit: ``manager/scheduler/nodeset.go``; there a heap is filled from a map of all nodes for each group.
"""

import random
from collections.abc import Iterable, Iterator
from typing import TypeVar

from swarmlab.core.manager.scheduler.nodeinfo import NodeInfo
from swarmlab.core.objects import Node, Task

Key = TypeVar("Key", int, str)


class NodeSet:
    """The nodes of a swarm by id, by load, and by the services on them."""

    def __init__(self) -> None:
        self.by_id: dict[str, NodeInfo] = {}
        self._by_load: dict[int, dict[str, NodeInfo]] = {}  # active tasks -> nodes
        self._by_service: dict[str, dict[str, NodeInfo]] = {}  # service -> nodes with active tasks of it

    def put(self, node: Node) -> None:
        """Take note of a node, new or changed."""
        info = self.by_id.get(node.id)
        if info is not None:
            info.node = node
        else:
            self.by_id[node.id] = info = NodeInfo(node)
            self._by_load.setdefault(0, {})[node.id] = info

    def drop(self, node_id: str) -> None:
        """Forget a node."""
        info = self.by_id.pop(node_id, None)
        if info is not None:
            _discard(self._by_load, info.active, node_id)
            for service_id in info.active_by_service:
                _discard(self._by_service, service_id, node_id)

    def add(self, info: NodeInfo, task: Task) -> None:
        """Count a task on a node."""
        known = info.tasks.get(task.id)
        if known is not None:
            if known.desired_state == task.desired_state:
                return  # nothing that counts has changed: what a task needs never does
            self.remove(info, known)
        active = info.active
        info.add(task)
        self.moved(info, active, task.service_id)

    def remove(self, info: NodeInfo, task: Task) -> None:
        """Count a task on a node no longer."""
        active = info.active
        info.remove(task)
        self.moved(info, active, task.service_id)

    def moved(self, info: NodeInfo, active: int, service_id: str) -> None:
        """Put a node in its new place in the indexes: it had `active` tasks, and has got or lost some of a service."""
        node_id = info.node.id
        if info.active == active:
            return
        _discard(self._by_load, active, node_id)
        self._by_load.setdefault(info.active, {})[node_id] = info
        if info.count(service_id):
            self._by_service.setdefault(service_id, {})[node_id] = info
        else:
            _discard(self._by_service, service_id, node_id)

    def best_first(self, task: Task, now: int, chance: random.Random) -> Iterator[NodeInfo]:
        """Yield all nodes, the best for `task` first, equals in random order; take no more than you need.

        Less is better: recent failures (from the fifth on), tasks of the service, all tasks.  Equal nodes are
        a matter of chance in SwarmKit too, which fills its heap from a map.
        """
        with_service = self._by_service.get(task.service_id, {})
        failing: list[NodeInfo] = []
        if len(with_service) < len(self.by_id):
            for load in sorted(self._by_load):
                plain = list(self._by_load[load].values())
                if with_service:
                    plain = [info for info in plain if info.node.id not in with_service]
                yield from _sound(_shuffled(plain, chance), task, now, failing)
        yield from _sound(_ranked(with_service.values(), task, now, chance), task, now, failing)
        yield from _ranked(failing, task, now, chance)


def _sound(nodes: Iterable[NodeInfo], task: Task, now: int, failing: list[NodeInfo]) -> Iterator[NodeInfo]:
    """Yield the nodes on which the task may be expected to run; put the others into `failing`."""
    for info in nodes:
        if info.failures and info.rank(task, now)[0]:
            failing.append(info)
        else:
            yield info


def _ranked(nodes: Iterable[NodeInfo], task: Task, now: int, chance: random.Random) -> Iterator[NodeInfo]:
    """Yield nodes by rank, equals in random order."""
    levels: dict[tuple[int, int, int], list[NodeInfo]] = {}
    for info in nodes:
        levels.setdefault(info.rank(task, now), []).append(info)
    for rank in sorted(levels):
        yield from _shuffled(levels[rank], chance)


def _shuffled(nodes: list[NodeInfo], chance: random.Random) -> Iterator[NodeInfo]:
    """Yield these nodes in random order, drawing only for those that are taken; empties the list."""
    while nodes:
        pick = int(chance.random() * len(nodes))
        nodes[pick], nodes[-1] = nodes[-1], nodes[pick]
        yield nodes.pop()


def _discard(index: dict[Key, dict[str, NodeInfo]], key: Key, node_id: str) -> None:
    nodes = index.get(key)
    if nodes is not None:
        nodes.pop(node_id, None)
        if not nodes:
            del index[key]
