"""The dispatcher: tells agents what to run, hears what became of it, and notices who has fallen silent.

SwarmKit: ``manager/dispatcher/``.  Assignments and reports are batched for 100 ms.  A node whose heartbeat
is missing for three periods is DOWN: that, and nothing else, makes the orchestrator replace its tasks.
"""

from typing import NamedTuple

from swarmlab.core.manager.loop import Context, Loop
from swarmlab.core.messages import Assignments, Heartbeat, HeartbeatPeriod, Register, StatusReport
from swarmlab.core.network.fabric import CLUSTER_PORT, LATENCY, Fabric, Path
from swarmlab.core.objects import NodeStatus, Task, TaskStatus
from swarmlab.core.states import NodeState, TaskState
from swarmlab.core.store import Change
from swarmlab.core.units import HOUR, MILLISECOND

BATCH = 100 * MILLISECOND  # dispatcher.go: batchingWaitTime, maxBatchInterval
GRACE = 3  # dispatcher.go: gracePeriodMultiplier
ORPHANED_AFTER = 24 * HOUR  # dispatcher.go: defaultNodeDownPeriod
JITTER = 10  # period.go: the period is drawn anew for each beat, give or take a tenth (±0.5 s of 5 s)


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


class Dispatcher(Loop):
    """Keeps the sessions of all agents.  It speaks from the leader's host."""

    name = "dispatcher"
    watches = ("task", "node")

    def __init__(self, context: Context, fabric: Fabric, host: str) -> None:
        super().__init__(context)
        self.fabric = fabric
        self.host = host  # where this manager runs
        self.sessions: dict[str, str] = {}  # node -> its host
        self._deadline: dict[str, int] = {}  # node -> silent from then on
        self._changed: dict[str, dict[str, None]] = {}  # node -> tasks to tell it about
        self._removed: dict[str, dict[str, None]] = {}
        self._undelivered: dict[str, None] = {}  # nodes with assignments that did not get through
        self._reports: dict[str, TaskStatus] = {}

    # --- agents ---------------------------------------------------------------------------------------

    def handle(self, payload: object) -> None:
        if isinstance(payload, Heartbeat):
            self._beat(payload.node_id)
        elif isinstance(payload, StatusReport):
            if payload.node_id in self.sessions:
                for task_id, status in payload.statuses:
                    known = self._reports.get(task_id)
                    # types.proto: a state is a lamport clock, so of two reports the greater is the later one
                    if known is None or status.state >= known.state:
                        self._reports[task_id] = status
                self.ask(BATCH)
        elif isinstance(payload, Register):
            self._register(payload)
        elif isinstance(payload, Silence):
            self._check_silence(payload.node_id)
        elif isinstance(payload, SendAssignments):
            self._send(payload.node_id)
        elif isinstance(payload, Lost):
            self._orphan(payload)

    def _tell(self, node_id: str, payload: object, *, background: bool = False) -> bool:
        """Answer an agent on the connection that it made; return whether the answer gets through."""
        host = self.sessions.get(node_id)
        if host is None or self.fabric.path(host, self.host, CLUSTER_PORT) is not Path.OPEN:
            return False
        self.queue.after(LATENCY, f"agent/{host}", payload, background=background)
        return True

    def _register(self, message: Register) -> None:
        node = self.store.node(message.node_id)
        if node is None:
            return
        first = message.node_id not in self._deadline
        self.sessions[node.id] = message.host
        with self.store.transaction("dispatcher") as write:
            write.update(
                node._replace(
                    description=message.description,
                    status=NodeStatus(NodeState.READY, "", message.address),
                )
            )
        self._beat(node.id)
        if first:
            self._watch_silence(node.id)
        tasks = [task for task in self.store.tasks_on(node.id) if task.status.state >= TaskState.ASSIGNED]
        self._tell(node.id, self._assignments(tasks, (), complete=True))
        self._changed.pop(node.id, None)
        self._removed.pop(node.id, None)

    def _period(self) -> int:
        period = self.store.cluster.spec.heartbeat_period
        return period + self.random.randrange(-period // JITTER, period // JITTER)

    def _beat(self, node_id: str) -> None:
        if node_id not in self.sessions:
            return
        period = self._period()
        self._deadline[node_id] = self.queue.now + GRACE * self.store.cluster.spec.heartbeat_period
        self._tell(node_id, HeartbeatPeriod(period), background=True)
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
        with self.store.transaction("dispatcher") as write:
            status = node.status._replace(state=NodeState.DOWN, message="heartbeat failure")
            write.update(node._replace(status=status))
        self.queue.after(ORPHANED_AFTER, self.address, Lost(node_id, self.queue.now), background=True)

    def disconnect(self, node_id: str) -> None:
        """Forget the session of a node that was removed from the swarm."""
        self.sessions.pop(node_id, None)
        self._deadline.pop(node_id, None)

    def _orphan(self, lost: Lost) -> None:
        """A node has been down for a day: give up its tasks, so that their addresses come free."""
        node = self.store.node(lost.node_id)
        if node is None or node.status.state is not NodeState.DOWN or node.updated_at > lost.since + HOUR:
            return
        now = self.queue.now
        with self.store.transaction("dispatcher") as write:
            for task in self.store.tasks_on(lost.node_id):
                if TaskState.ASSIGNED <= task.status.state <= TaskState.RUNNING:
                    status = task.status._replace(state=TaskState.ORPHANED, timestamp=now, applied_at=now)
                    write.update(task._replace(status=status))

    # --- assignments ----------------------------------------------------------------------------------

    def observe(self, change: Change) -> None:
        if change.table == "node":
            if change.new is None:
                self.disconnect(change.id)
            return
        _, old, new, _, _ = change
        if new is None:
            if old.node_id in self.sessions:
                self._removed.setdefault(old.node_id, {})[old.id] = None
                self._soon(old.node_id)
        elif _is_news(old, new) and new.status.state >= TaskState.ASSIGNED and new.node_id in self.sessions:
            self._changed.setdefault(new.node_id, {})[new.id] = None
            self._soon(new.node_id)

    def _soon(self, node_id: str) -> None:
        if len(self._changed.get(node_id, ())) + len(self._removed.get(node_id, ())) == 1:
            self.queue.after(BATCH, self.address, SendAssignments(node_id))

    def _send(self, node_id: str) -> None:
        changed, removed = self._changed.get(node_id, {}), self._removed.get(node_id, {})
        tasks = [task for task_id in changed if (task := self.store.task(task_id)) is not None]
        if self._tell(node_id, self._assignments(tasks, tuple(removed))):
            self._changed.pop(node_id, None)
            self._removed.pop(node_id, None)
        elif node_id in self.sessions:
            self._undelivered[node_id] = None  # again when the agent is next heard of

    def _assignments(self, tasks: list[Task], removed: tuple[str, ...], *, complete: bool = False) -> Assignments:
        ids = {attachment.network_id: None for task in tasks for attachment in task.networks}
        networks = tuple(network for network_id in ids if (network := self.store.network(network_id)) is not None)
        return Assignments(tuple(tasks), removed, networks, complete)

    # --- reports --------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Write what agents have reported, unless something newer is known."""
        reports, self._reports = self._reports, {}
        now = self.queue.now
        with self.store.transaction("agent") as write:
            for task_id, status in reports.items():
                task = self.store.task(task_id)
                if task is not None and status.state >= task.status.state and status != task.status:
                    write.update(task._replace(status=TaskStatus(*status[:-1], now)))  # its last field: applied_at


def _is_news(old: Task | None, new: Task) -> bool:
    """Return whether the agent must hear of a change.  What it reported itself is no news to it."""
    return old is None or old.status.state < TaskState.ASSIGNED or old.desired_state != new.desired_state
