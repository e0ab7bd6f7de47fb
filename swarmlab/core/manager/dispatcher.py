"""The dispatcher: tells agents what to run, hears what became of it, and notices who has fallen silent.

SwarmKit: ``manager/dispatcher/``.  Assignments and reports are batched for 100 ms.  A node whose heartbeat
is missing for three periods is DOWN: that, and nothing else, makes the orchestrator replace its tasks.
"""

from typing import Any, NamedTuple

from swarmlab.core.manager.loop import Context, Loop
from swarmlab.core.manager.raft import Raft
from swarmlab.core.messages import (
    Assignments,
    Heartbeat,
    HeartbeatPeriod,
    Managers,
    ManagersChanged,
    NodeAttachments,
    Promoted,
    Register,
    SessionInvalid,
    StatusReport,
    agent,
)
from swarmlab.core.network.fabric import CLUSTER_PORT, LATENCY, Fabric, Path
from swarmlab.core.objects import Node, NodeStatus, Task, TaskStatus
from swarmlab.core.states import NodeState, Role, TaskState
from swarmlab.core.store import Change, News
from swarmlab.core.units import HOUR, MILLISECOND

BATCH = 100 * MILLISECOND  # dispatcher.go: batchingWaitTime, maxBatchInterval
GRACE = 3  # dispatcher.go: gracePeriodMultiplier
UNKNOWN_GRACE = 6  # dispatcher.go: gracePeriodMultiplierForUnknown; what a new leader allows the agents it inherits
ORPHANED_AFTER = 24 * HOUR  # dispatcher.go: defaultNodeDownPeriod
JITTER = 10  # period.go: the period is drawn anew for each beat, give or take a tenth (±0.5 s of 5 s)


_ASSIGNED = TaskState.ASSIGNED  # asked for each task: looking it up takes time


class Silence(NamedTuple):
    """Event: has this node been heard of lately?"""

    node_id: str


class Lost(NamedTuple):
    """Event: has this node been down for a day?"""

    node_id: str
    since: int


class SendAssignments(NamedTuple):
    """Event: send what has changed for this node."""

    node_id: str


class Session(NamedTuple):
    """The connection of one agent: from its host, through the manager on `via`."""

    host: str
    via: str


class Dispatcher(Loop):
    """Keeps the sessions of all agents.  It speaks from the leader's host."""

    name = "dispatcher"
    watches = ("task", "node")
    hears = (News.PLACED, News.TURN)
    writes_nothing = (Heartbeat,)

    def __init__(self, context: Context, fabric: Fabric, raft: Raft, host: str, advertise: str) -> None:
        super().__init__(context)
        self.fabric = fabric
        self.raft = raft
        self.host = host  # where this manager runs
        self.advertise = advertise  # what it tells of itself; "" if only others know
        self.sessions: dict[str, Session] = {}  # by node
        self._deadline: dict[str, int] = {}  # node -> silent from then on
        self._changed: dict[str, dict[str, None]] = {}  # node -> tasks to tell it about
        self._removed: dict[str, dict[str, None]] = {}
        self._undelivered: dict[str, None] = {}  # nodes with assignments that did not get through
        self._reports: dict[str, TaskStatus] = {}
        self._down_since: dict[str, int] = {}  # nodes that are down

    def start(self) -> None:
        """Trust nobody: all nodes that were not down are unknown until their agents have come.

        dispatcher.go: markNodesUnknown.
        """
        message = 'Node moved to "unknown" state due to leadership change in cluster'
        with self.store.transaction("dispatcher") as write:
            for node in self.store.nodes():
                if node.status.state is NodeState.DOWN:
                    self._expect_return(node.id)
                    continue
                status = node.status._replace(state=NodeState.UNKNOWN, message=message)
                write.update(node._replace(status=status))
                self._deadline[node.id] = self.queue.now + UNKNOWN_GRACE * self._period()
                # Not in the background: whoever waits for quiet waits for them to be known again.
                self.queue.at(self._deadline[node.id], self.address, Silence(node.id))

    # --- agents ---------------------------------------------------------------------------------------

    def handle(self, payload: object) -> None:
        if isinstance(payload, StatusReport):
            if payload.node_id in self.sessions:
                self._note(payload.statuses)
                self.ask(BATCH)
        elif isinstance(payload, Heartbeat):
            if self.store.node(payload.node_id) is None:
                self._disconnect(payload.node_id)
            elif payload.node_id in self.sessions:
                self._beat(payload.node_id)
            else:
                self._refuse(payload)
        elif isinstance(payload, Register):
            self._register(payload)
        elif isinstance(payload, Silence):
            self._check_silence(payload.node_id)
        elif isinstance(payload, SendAssignments):
            self._send(payload.node_id)
        elif isinstance(payload, Lost):
            self._orphan(payload)

    def tell(self, node_id: str, payload: object, *, background: bool = False) -> bool:
        """Answer an agent on the connection that it made; return whether the answer gets through."""
        session = self.sessions.get(node_id)
        return session is not None and self._answer(session, payload, background=background)

    def _answer(self, session: Session, payload: object, *, background: bool) -> bool:
        steps = 1
        if self.fabric.path(session.host, session.via, CLUSTER_PORT) is not Path.OPEN:
            return False
        if session.via != self.host:
            steps = 2
            via = self.raft.at(session.via)
            if via is None or self.raft.leader_for(via) is None:
                return False
        self.queue.after(steps * LATENCY, agent(session.host), payload, background=background)
        return True

    def _refuse(self, beat: Heartbeat) -> None:
        """An agent goes on as under the leader before: it must register with this one."""
        node = self.store.node(beat.node_id)
        if node is not None and node.status.state is NodeState.UNKNOWN:
            self._answer(Session(beat.host, beat.via), SessionInvalid(), background=True)

    def managers(self) -> Managers:
        """Return the managers as agents are told of them."""
        return tuple((member.node_id, member.addr) for member in self.raft.members.values())

    def tell_managers(self) -> None:
        """Let all agents know that there are other managers than before."""
        for node_id in self.sessions:
            self.tell(node_id, ManagersChanged(self.managers()))

    def _register(self, message: Register) -> None:
        node = self.store.node(message.node_id)
        if node is None:
            return
        first = message.node_id not in self._deadline
        self.sessions[node.id] = Session(message.host, message.via)
        address = message.address
        if message.host == self.host:  # its own agent, which no network shows the address of
            address = self.advertise or "0.0.0.0"
        with self.store.transaction("dispatcher") as write:
            write.update(
                node._replace(
                    description=message.description,
                    status=NodeStatus(NodeState.READY, "", address),
                )
            )
        self._beat(node.id)
        if first:
            self._watch_silence(node.id)
        self.tell(node.id, self._attachments(node))
        tasks = [task for task in self.store.tasks_on(node.id) if task.status.state >= TaskState.ASSIGNED]
        self.tell(node.id, self._assignments(tasks, (), complete=True))
        self._changed.pop(node.id, None)
        self._removed.pop(node.id, None)
        self._promote(node)

    def _attachments(self, node: Node) -> NodeAttachments:
        ingress = next((network for network in self.store.networks() if network.spec.ingress), None)
        mesh = (ingress.id, ingress.spec.name) if ingress is not None and ingress.id in node.attachments else ("", "")
        return NodeAttachments(tuple(node.attachments), *mesh)

    def _promote(self, node: Node) -> None:
        """Tell a node that has become a manager by word only."""
        if node.role is Role.MANAGER and not self.raft.has(node.id):
            self.tell(node.id, Promoted())

    def _period(self) -> int:
        period = self.store.cluster.spec.heartbeat_period
        return period + self.random.randrange(-period // JITTER, period // JITTER)

    def _beat(self, node_id: str) -> None:
        period = self._period()
        self._deadline[node_id] = self.queue.now + GRACE * period
        self.tell(node_id, HeartbeatPeriod(period, self.managers()), background=True)
        if node_id in self._undelivered:
            del self._undelivered[node_id]
            self.queue.after(BATCH, self.address, SendAssignments(node_id))

    def _watch_silence(self, node_id: str) -> None:
        self.queue.at(self._deadline[node_id], self.address, Silence(node_id), background=True)

    def _check_silence(self, node_id: str) -> None:
        deadline = self._deadline.get(node_id)
        if deadline is None:
            return
        if self.queue.now < deadline:
            self._watch_silence(node_id)
            return
        del self._deadline[node_id]
        self.sessions.pop(node_id, None)
        node = self.store.node(node_id)
        if node is None:
            return
        new = node.status.state is NodeState.UNKNOWN and bool(node.status.message)
        message = 'heartbeat failure for node in "unknown" state' if new else "heartbeat failure"
        with self.store.transaction("dispatcher") as write:
            write.update(node._replace(status=node.status._replace(state=NodeState.DOWN, message=message)))
        self._expect_return(node_id)

    def _expect_return(self, node_id: str) -> None:
        self._down_since[node_id] = self.queue.now
        self.queue.after(ORPHANED_AFTER, self.address, Lost(node_id, self.queue.now), background=True)

    def _disconnect(self, node_id: str) -> None:
        """Forget a node that was removed from the swarm.  Until its next beat it has still heard what became of it."""
        self.sessions.pop(node_id, None)
        self._deadline.pop(node_id, None)

    def _orphan(self, lost: Lost) -> None:
        """A node has been down for a day: give up its tasks, so that their addresses come free."""
        if self._down_since.get(lost.node_id) != lost.since:
            return  # it was back meanwhile
        with self.store.transaction("dispatcher") as write:
            for task in self.store.tasks_on(lost.node_id):
                if TaskState.ASSIGNED <= task.status.state <= TaskState.RUNNING:
                    write.update(task._replace(status=task.status._replace(state=TaskState.ORPHANED)))

    # --- assignments ----------------------------------------------------------------------------------

    def observe(self, change: Change) -> None:
        if change.table == "node":
            if change.new is None or change.new.status.state is not NodeState.DOWN:
                self._down_since.pop(change.id, None)
            if change.old is not None and change.new is not None:
                if change.old.attachments != change.new.attachments:
                    self.tell(change.id, self._attachments(change.new))
                if change.old.role is not change.new.role:
                    self._promote(change.new)
            return
        _, old, new, _, _ = change
        if new is None:
            if old.node_id in self.sessions:
                self._soon(old.node_id)
                self._removed.setdefault(old.node_id, {})[old.id] = None
        elif new.status.state >= _ASSIGNED and new.node_id in self.sessions and _is_news(old, new):
            self._soon(new.node_id)
            self._changed.setdefault(new.node_id, {})[new.id] = None

    def _soon(self, node_id: str) -> None:
        """Send what comes now, and what comes while it waits, unless there is something waiting already."""
        if node_id not in self._changed and node_id not in self._removed:
            self.queue.after(BATCH, self.address, SendAssignments(node_id))

    def _send(self, node_id: str) -> None:
        changed, removed = self._changed.get(node_id, {}), self._removed.get(node_id, {})
        tasks = [task for task_id in changed if (task := self.store.task(task_id)) is not None]
        if self.tell(node_id, self._assignments(tasks, tuple(removed))):
            self._changed.pop(node_id, None)
            self._removed.pop(node_id, None)
        elif node_id in self.sessions:
            self._undelivered[node_id] = None  # again when the agent is next heard of

    def _assignments(self, tasks: list[Task], removed: tuple[str, ...], *, complete: bool = False) -> Assignments:
        ids = {attachment.network_id: None for task in tasks for attachment in task.networks}
        networks = tuple(network for network_id in ids if (network := self.store.network(network_id)) is not None)
        secrets, configs = self._dependencies("secret", tasks), self._dependencies("config", tasks)
        return Assignments(tuple(tasks), removed, networks, complete, secrets, configs)

    def _dependencies(self, kind: str, tasks: list[Task]) -> tuple[Any, ...]:
        """Return the secrets or configs that `tasks` name and that are there (``dispatcher/assignments.go``)."""
        table = self.store.table(kind)
        containers = [task.spec.container for task in tasks if task.spec.container is not None]
        named = (r.id for c in containers for r in (c.secrets if kind == "secret" else c.configs))
        return tuple(table[object_id] for object_id in dict.fromkeys(named) if object_id in table)

    # --- reports --------------------------------------------------------------------------------------

    def _note(self, statuses: dict[str, TaskStatus]) -> None:
        reports = self._reports
        if reports.keys().isdisjoint(statuses):
            reports.update(statuses)
            return
        for task_id, status in statuses.items():
            known = reports.get(task_id)
            # types.proto: a state is a lamport clock, so of two reports the greater is the later one
            if known is None or status.state >= known.state:
                reports[task_id] = status

    def tick(self) -> None:
        """Write what agents have reported."""
        reports, self._reports = self._reports, {}
        self.store.report(reports)


def _is_news(old: Task | None, new: Task) -> bool:
    """Return whether the agent must hear of a change.  What it reported itself is no news to it."""
    return old is None or old.status.state < _ASSIGNED or old.desired_state != new.desired_state
