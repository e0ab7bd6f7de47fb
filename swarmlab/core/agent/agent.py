"""The agent of one host: takes assignments, drives each task with the controller, reports what it sees.

It keeps its own copy of its assignments.  So containers outlive a lost connection, and a node that comes
back stops what it should no longer run.  SwarmKit: ``agent/agent.go``, ``agent/worker.go``, ``agent/task.go``;
what a step does to a container is moby's ``daemon/cluster/executor/container/controller.go``.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from swarmlab.core.agent import taskcontainer
from swarmlab.core.agent.container import Container
from swarmlab.core.agent.controller import next_step
from swarmlab.core.agent.engine import Engine, Exited
from swarmlab.core.host import Host
from swarmlab.core.messages import Assignments, Heartbeat, HeartbeatPeriod, Register, StatusReport
from swarmlab.core.network.fabric import CLUSTER_PORT, Fabric
from swarmlab.core.network.gossip import NetworkDB
from swarmlab.core.objects import (
    ContainerSpec,
    ContainerStatus,
    Network,
    NodeDescription,
    Platform,
    Resources,
    Task,
    TaskStatus,
)
from swarmlab.core.profile import Profile
from swarmlab.core.queue import Queue
from swarmlab.core.states import TaskState
from swarmlab.core.units import MILLISECOND, SECOND
from swarmlab.errors import SwarmlabError

#: From leaving the load balancer to the stop signal, so that gossip can spread (moby: controller.go Shutdown).
DEREGISTER = 2 * SECOND
#: What the engine needs to make a container, and to take one down after its process has ended.
CREATE = 60 * MILLISECOND
TEAR_DOWN = 1200 * MILLISECOND
RETRY = 5 * SECOND  # a manager that has not answered by then is asked anew (agent/session.go: dispatcherRPCTimeout)

PLUGINS = (
    *(("Log", name) for name in ("awslogs", "fluentd", "gelf", "journald", "json-file", "local", "splunk", "syslog")),
    *(("Network", name) for name in ("bridge", "host", "ipvlan", "macvlan", "null", "overlay")),
    ("Volume", "local"),
)


class WorkDone(NamedTuple):
    """The engine has finished a piece of work for a task: prepare, start, stop or (its end taken down) ended."""

    task_id: str
    work: str
    serial: int
    err: str = ""


class Beat(NamedTuple):
    """Time for a heartbeat."""

    session: int


class Connect(NamedTuple):
    """Time to (try to) register with the manager."""

    session: int


@dataclass
class Assigned:
    """One task of this node, as the agent sees it."""

    task: Task
    status: TaskStatus
    working: str = ""  # what the engine does for it now
    serial: int = 0  # grows with each piece of work, so that work cancelled is not taken for done
    container: Container | None = None
    networks: dict[str, Network] = field(default_factory=dict)


class Agent:
    """One host's agent.  It exists while the host is in a swarm."""

    def __init__(self, host: Host, queue: Queue, fabric: Fabric, names: NetworkDB, profile: Profile) -> None:
        self.host = host
        self.engine: Engine = host.engine
        self.queue = queue
        self.fabric = fabric
        self.names = names
        self.profile = profile
        self.address = f"agent/{host.name}"
        self.tasks: dict[str, Assigned] = {}
        self.manager = ""  # the host of the manager it talks to
        self.dispatcher = ""  # that manager's address on the queue
        self.session = 0
        self.connected = False
        self._outbox: dict[str, TaskStatus] = {}

    # --- the connection -------------------------------------------------------------------------------

    def connect(self, manager: str, dispatcher: str) -> None:
        """Register with the manager on host `manager`, now and again until it answers."""
        self.manager, self.dispatcher = manager, dispatcher
        self.session += 1
        self.connected = False
        self.queue.after(MILLISECOND, self.address, Connect(self.session))

    def disconnect(self) -> None:
        """Stop talking (the engine stops, or the host has left the swarm)."""
        self.session += 1
        self.connected = False

    def _send(self, payload: object, *, background: bool = False) -> bool:
        host, manager = self.host.name, self.manager
        return self.fabric.send(host, manager, CLUSTER_PORT, self.dispatcher, payload, background=background)

    def description(self) -> NodeDescription:
        """Return what this node tells of itself."""
        host = self.host
        return NodeDescription(
            hostname=host.name,
            platform=Platform("x86_64", "linux"),
            resources=Resources(host.nano_cpus, host.memory_bytes, generic=host.generic_resources),
            engine_version=self.profile.version,
            engine_labels=host.engine_labels,
            plugins=PLUGINS,
        )

    def receive(self, payload: object) -> None:
        """Take an event or a message off the queue."""
        if not self.host.is_up:
            return
        if isinstance(payload, WorkDone):
            self._work_done(payload)
        elif isinstance(payload, Exited):
            self._exited(payload)
        elif isinstance(payload, Assignments):
            self._take(payload)
        elif isinstance(payload, Beat):
            self._beat(payload)
        elif isinstance(payload, HeartbeatPeriod):
            self._registered(payload)
        elif isinstance(payload, Connect) and payload.session == self.session:
            self._register()
        self._flush()

    def _register(self) -> None:
        self.connected = False
        self._send(Register(self.host.node_id, self.host.name, self.host.address, self.description()))
        self._expect_answer()

    def _expect_answer(self) -> None:
        """Without an answer in time, connect anew."""
        self.queue.after(RETRY, self.address, Connect(self.session), background=True)

    def _registered(self, message: HeartbeatPeriod) -> None:
        """The manager has answered, a registration or a heartbeat."""
        self.session += 1
        if not self.connected:
            self.connected = True
            for task_id, assigned in self.tasks.items():
                self._outbox[task_id] = assigned.status  # it may have missed some of this
        self.queue.after(message.period, self.address, Beat(self.session), background=True)

    def _beat(self, beat: Beat) -> None:
        if beat.session == self.session:
            self._send(Heartbeat(self.host.node_id), background=True)
            self._expect_answer()

    def _flush(self) -> None:
        """Report all changes of one event in one message; keep them while nobody is there to hear."""
        if self._outbox and self.connected:
            report = StatusReport(self.host.node_id, tuple(self._outbox.items()))
            if self._send(report):
                self._outbox.clear()

    # --- assignments ----------------------------------------------------------------------------------

    def _take(self, message: Assignments) -> None:
        networks = {network.id: network for network in message.networks}
        if message.complete:
            named = {task.id for task in message.tasks}
            for task_id in [task_id for task_id in self.tasks if task_id not in named]:
                self._forget(task_id)
        for task_id in message.removed:
            self._forget(task_id)
        for task in message.tasks:
            assigned = self.tasks.get(task.id)
            if assigned is None:
                assigned = self.tasks[task.id] = Assigned(task, task.status)
                assigned.container = self.engine.of_task(task.id)
            elif task.desired_state > assigned.task.desired_state:
                assigned.task = assigned.task._replace(desired_state=task.desired_state)
            assigned.networks.update(networks)
            self._drive(assigned)

    def _forget(self, task_id: str) -> None:
        """The manager has no such task any more: neither may we have its container."""
        assigned = self.tasks.pop(task_id, None)
        if assigned is not None and assigned.container is not None:
            self.names.remove(assigned.container.id)
            if not assigned.container.gone:
                self.engine.remove(assigned.container, force=True)
        self._outbox.pop(task_id, None)

    def _drive(self, assigned: Assigned) -> None:
        """Move one task as far as it goes without waiting."""
        while True:
            step = next_step(assigned.status.state, assigned.task.desired_state)
            if step is None or (step.work and step.work == assigned.working):
                return  # at rest, or the engine is at it
            if step.work == "stop" and assigned.working == "ended":
                return  # it has stopped; its remains are being taken down
            if not step.work:
                self._report(assigned, step.to, step.message)
                continue
            if step.work == "wait":
                return  # the container's end will tell
            self._begin(assigned, step.work)
            return

    def _report(
        self, assigned: Assigned, state: TaskState, message: str, err: str = "", exit_code: int | None = None
    ) -> None:
        container = assigned.container
        status = assigned.status.container
        if state < TaskState.STARTING:
            status = None  # the container may be there, but the manager is not told of it yet
        elif container is not None:
            code = container.exit_code if exit_code is None else exit_code
            status = ContainerStatus(container.id, container.pid, code)
        else:
            status = status or ContainerStatus()
        ports = assigned.status.ports
        if state is TaskState.RUNNING and container is not None:
            ports = tuple(container.ports)
        assigned.status = TaskStatus(state, self.queue.now, message, err, status, ports)
        self._outbox[assigned.task.id] = assigned.status

    # --- work -----------------------------------------------------------------------------------------

    def _begin(self, assigned: Assigned, work: str) -> None:
        assigned.working = work
        assigned.serial += 1
        delay = 0
        spec = assigned.task.spec.container or ContainerSpec()
        if work == "prepare":
            delay = self.engine.pull_time(spec.image) + CREATE
        elif work == "start" and assigned.container is not None:
            delay = self.engine.start_time(assigned.container)
        elif work == "stop":
            container = assigned.container
            if container is not None and container.is_running:
                self.names.disable(container.id)
                delay = DEREGISTER if any(a.address for a in assigned.task.networks) else 0
        self.queue.after(delay, self.address, WorkDone(assigned.task.id, work, assigned.serial))

    def _work_done(self, done: WorkDone) -> None:
        assigned = self.tasks.get(done.task_id)
        if assigned is None or assigned.serial != done.serial or assigned.working != done.work:
            return
        if done.work == "prepare":
            self._prepared(assigned)
        elif done.work == "start":
            self._started(assigned)
        elif done.work == "stop":
            self._stop(assigned)
        elif done.work == "ended":
            self._ended(assigned)
        self._drive(assigned)

    def _prepared(self, assigned: Assigned) -> None:
        """The pull has ended, one way or the other: make the container."""
        assigned.working = ""
        task = assigned.task
        spec = task.spec.container or ContainerSpec()
        try:
            if not self.engine.has_image(spec.image):
                self.engine.add_image(spec.image)
        except SwarmlabError:
            pass  # as in the engine, creating the container then says what is missing
        try:
            assigned.container = self.engine.create(taskcontainer.config(task, self.host.node_id), task_id=task.id)
        except SwarmlabError as error:
            self._report(assigned, TaskState.REJECTED, assigned.status.message, str(error))
            return
        assigned.container.places = tuple(taskcontainer.attachments(task, assigned.networks))
        self._report(assigned, TaskState.READY, "prepared")

    def _started(self, assigned: Assigned) -> None:
        assigned.working = ""
        container = assigned.container
        if container is None or container.gone:
            self._report(assigned, TaskState.FAILED, assigned.status.message, "No such container", 0)
            return
        try:
            self.engine.start(container, taskcontainer.attachments(assigned.task, assigned.networks))
        except SwarmlabError as error:
            self._report(assigned, TaskState.FAILED, assigned.status.message, f"starting container failed: {error}")
            return
        for record in taskcontainer.records(
            assigned.task, assigned.networks, container, self.host.name, self.queue.now
        ):
            self.names.enable(record)
        self._report(assigned, TaskState.RUNNING, "started")

    def _stop(self, assigned: Assigned) -> None:
        """The load balancers know: now stop the process.  Without one, there is nothing to wait for."""
        container = assigned.container
        if container is not None and container.is_running:
            self.engine.stop(container)
            return
        assigned.working = ""
        self._report(assigned, TaskState.SHUTDOWN, "shutdown")

    def _exited(self, message: Exited) -> None:
        """A container has ended: because we stopped it, by itself, or at somebody's hands."""
        self.names.remove(message.container_id)
        assigned = self.tasks.get(message.task_id)
        if assigned is None or assigned.container is None or assigned.status.state.is_terminal:
            return
        if assigned.working == "stop":
            assigned.serial += 1
            assigned.working = "ended"
            self.queue.after(TEAR_DOWN, self.address, WorkDone(assigned.task.id, "ended", assigned.serial))
            return
        self._ended(assigned)

    def _ended(self, assigned: Assigned) -> None:
        container = assigned.container
        assert container is not None
        stopped = assigned.working == "ended"
        assigned.working = ""
        if stopped:
            self._report(assigned, TaskState.SHUTDOWN, "shutdown")
        elif container.exit_code == 0:
            self._report(assigned, TaskState.COMPLETE, "finished")
        else:
            reason = f"task: non-zero exit ({container.exit_code})"
            if container.error:
                reason += f": {container.error}"
            self._report(assigned, TaskState.FAILED, assigned.status.message, reason)

    # --- the host's own ups and downs -----------------------------------------------------------------

    def restart(self) -> None:
        """The engine is back: look at every task again, and find the manager."""
        for assigned in self.tasks.values():
            assigned.working = ""
            assigned.serial += 1
            container = assigned.container
            alive = TaskState.STARTING <= assigned.status.state <= TaskState.RUNNING
            if alive and container is not None and not container.is_running and not container.gone:
                self._ended(assigned)
        self.connect(self.manager, self.dispatcher)

    def leave(self) -> None:
        """The host leaves the swarm: its task containers go."""
        self.disconnect()
        for task_id in list(self.tasks):
            self._forget(task_id)
