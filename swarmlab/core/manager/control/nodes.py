"""Nodes: what an operator may ask of them, and when one may be forgotten.

SwarmKit: ``manager/controlapi/node.go``.
"""

from typing import Protocol

from swarmlab.core.objects import Node, NodeSpec, TaskStatus
from swarmlab.core.states import NodeState, Role, TaskState
from swarmlab.core.store import Store
from swarmlab.errors import FailedPrecondition, NotFound


class Members(Protocol):
    """What the control API asks of the raft group."""

    def has(self, node_id: str) -> bool:
        """Return whether the node is a member."""
        ...

    def may_lose(self, node_id: str) -> bool:
        """Return whether the others would still have a quorum without it."""
        ...


class StoredManagers:
    """The raft group as far as the store tells: every node with the observed role of a manager."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def has(self, node_id: str) -> bool:
        """Return whether the node is a manager."""
        node = self._store.node(node_id)
        return node is not None and node.role is Role.MANAGER

    def may_lose(self, node_id: str) -> bool:
        """Return whether, without it, more than half of the managers left are ready."""
        others = [n for n in self._store.nodes() if n.role is Role.MANAGER and n.id != node_id]
        return sum(n.status.state is NodeState.READY for n in others) >= len(others) // 2 + 1


def update(store: Store, members: Members, node_id: str, version: int, spec: NodeSpec) -> Node:
    """Store another spec of a node."""
    node = store.node(node_id)
    if node is None:
        raise NotFound(f"node {node_id} not found")
    if node.spec.role is Role.MANAGER and spec.role is Role.WORKER:
        if [other.id for other in store.nodes() if other.role is Role.MANAGER] == [node_id]:
            raise FailedPrecondition("attempting to demote the last manager of the swarm")
        if not members.has(node_id):
            raise NotFound("can't find manager in raft memberlist")
        if not members.may_lose(node_id):
            raise FailedPrecondition("can't remove member from the raft: this would result in a loss of quorum")
    with store.transaction("control") as write:
        write.update(node._replace(spec=spec), version)
    updated = store.node(node_id)
    assert updated is not None
    return updated


def remove(store: Store, members: Members, node_id: str, now: int, *, force: bool) -> None:
    """Take a node out of the store.

    Nobody will ever report on its tasks again, so they become orphans in the same transaction.
    """
    node = store.node(node_id)
    if node is None:
        raise NotFound(f"node {node_id} not found")
    if node.spec.role is Role.MANAGER and members.has(node_id):
        raise FailedPrecondition(
            f"node {node_id} is a cluster manager and is a member of the raft cluster."
            " It must be demoted to worker before removal"
        )
    if node.status.state is NodeState.READY and not force:
        raise FailedPrecondition(f"node {node_id} is not down and can't be removed")
    message = "Task belonged to a node that has been deleted"
    with store.transaction("control") as write:
        for task in store.tasks_on(node_id):
            if not task.status.state.is_terminal:
                orphaned = TaskStatus(TaskState.ORPHANED, now, message)
                write.update(task._replace(status=orphaned, reported_at=0))
        write.delete(node)
