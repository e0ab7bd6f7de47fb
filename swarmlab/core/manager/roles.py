"""The role manager: makes nodes what their specs ask, managers or workers.

Promoting is a word: the node hears of it and comes to join the managers by itself.  Demoting begins in the raft
group: only when the node is out of it does it become a worker.  What is not possible now is tried again.

SwarmKit: ``manager/role_manager.go``.
"""

from typing import NamedTuple, Protocol

from swarmlab.core.manager.loop import Context, Loop
from swarmlab.core.manager.raft import Raft
from swarmlab.core.states import Role
from swarmlab.core.store import Change
from swarmlab.core.units import SECOND

RETRY = 5 * SECOND  # role_manager.go: roleReconcileInterval


class Retry(NamedTuple):
    """Event: try again what was not possible."""


class Group(Protocol):
    """The managers' group, as the role manager changes it."""

    raft: Raft

    def evict(self, node_id: str) -> None:
        """Put a member out; the leader itself first hands over to another, who will then do it."""
        ...


class RoleManager(Loop):
    """Brings observed roles in line with desired ones."""

    name = "roles"
    watches = ("node",)

    def __init__(self, context: Context, group: Group) -> None:
        super().__init__(context)
        self.group = group
        self._nodes: dict[str, None] = {}  # whose role may be wrong, or which were removed

    def start(self) -> None:
        for node in self.store.nodes():
            self._nodes[node.id] = None
        self.ask()

    def observe(self, change: Change) -> None:
        if change.new is None or change.new.role is not change.new.spec.role:
            self._nodes[change.id] = None
            self.ask()

    def tick(self) -> None:
        nodes, self._nodes = self._nodes, {}
        for node_id in nodes:
            if not self._reconcile(node_id):
                self._nodes[node_id] = None
        if self._nodes:
            self.queue.after(RETRY, self.address, Retry(), background=True)

    def handle(self, payload: object) -> None:
        if isinstance(payload, Retry) and self._nodes:
            self.ask()

    def _reconcile(self, node_id: str) -> bool:
        """Return whether nothing is left to do for a node."""
        node = self.store.node(node_id)
        if node is not None and node.role is node.spec.role:
            return True
        if (node is None or node.spec.role is Role.WORKER) and self.group.raft.has(node_id):
            if self.group.raft.may_lose(node_id):
                self.group.evict(node_id)
            if self.group.raft.has(node_id):
                return False
        if node is not None:
            with self.store.transaction("roles") as write:
                write.update(node._replace(role=node.spec.role))
        return True
