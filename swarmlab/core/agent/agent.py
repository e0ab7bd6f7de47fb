"""The agent of one host: takes assignments, drives each task with the controller, reports what it sees.

It keeps its own copy of its assignments.  So containers outlive a lost connection, and a node that comes
back stops what it should no longer run.  SwarmKit: ``agent/agent.go``, ``agent/worker.go``, ``agent/task.go``;
what a step does to a container is moby's ``daemon/cluster/executor/container/controller.go``.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from swarmlab.core.agent import taskcontainer
from swarmlab.core.agent.attacher import Attacher
from swarmlab.core.agent.connection import Connection
from swarmlab.core.agent.container import Container
from swarmlab.core.agent.controller import next_step
from swarmlab.core.agent.engine import Engine, Exited
from swarmlab.core.agent.health import STARTING, UNHEALTHY, HealthChanged
from swarmlab.core.host import Host
from swarmlab.core.messages import Assignments, NodeAttachments, StatusReport, agent
from swarmlab.core.network.fabric import Fabric
from swarmlab.core.network.gossip import NetworkDB
from swarmlab.core.objects import (
    ContainerSpec,
    ContainerStatus,
    Network,
    Task,
    TaskStatus,
)
from swarmlab.core.profile import Profile
from swarmlab.core.queue import Queue
from swarmlab.core.states import TaskState
from swarmlab.core.templates import Dependencies, expand_container
from swarmlab.core.units import MILLISECOND, SECOND
from swarmlab.errors import InvalidArgument, SwarmlabError

_STARTING, _RUNNING = TaskState.STARTING, TaskState.RUNNING

#: From leaving the load balancer to the stop signal, so that gossip can spread (moby: controller.go Shutdown).
DEREGISTER = 2 * SECOND
#: What the engine needs to make a container, and to take one down after its process has ended.
CREATE = 60 * MILLISECOND
TEAR_DOWN = 1200 * MILLISECOND
#: How long a task waits for its node's own address on each of its networks (moby: waitNodeAttachmentsTimeout).
ATTACH = 30 * SECOND
NOT_ATTACHED = "node is missing network attachments, ip addresses may be exhausted"


class WorkDone(NamedTuple):
    """Work for a task is done: prepare, start, stop, ended (taken down), unhealthy (balancers have let go of it)."""

    task_id: str
    work: str
    serial: int


@dataclass(slots=True)
class Assigned:
    """One task of this node, as the agent sees it."""

    task: Task
    status: TaskStatus
    working: str = ""  # what the engine does for it now
    waits_for_network: bool = False  # "prepare" has not begun: the node has no address of its own there
    serial: int = 0  # grows with each piece of work, so that work cancelled is not taken for done
    container: Container | None = None
    unhealthy: bool = False  # its container is being stopped for failing its health check
    networks: dict[str, Network] = field(default_factory=dict)
    dependencies: Dependencies = Dependencies({}, {})
    spec: ContainerSpec = ContainerSpec()  # the task's, its templates filled in


class Agent:
    """One host's agent.  It exists while the host is in a swarm."""

    def __init__(
        self, host: Host, queue: Queue, fabric: Fabric, names: NetworkDB, profile: Profile, seed: str = ""
    ) -> None:
        self.host = host
        self.engine: Engine = host.engine
        self.queue = queue
        self.names = names
        self.address = agent(host.name)
        self.connection = Connection(host, queue, fabric, profile, seed)
        self.attacher = Attacher(self.engine, queue, names, self.connection, self.address)
        self.tasks: dict[str, Assigned] = {}
        self.attached: tuple[str, ...] = ()  # networks on which this node has an address
        self._outbox: dict[str, TaskStatus] = {}

    def receive(self, payload: object) -> None:
        """Take an event or a message off the queue."""
        if not self.host.is_up:
            return
        if isinstance(payload, WorkDone):
            self._work_done(payload)
        elif isinstance(payload, Exited):
            self._exited(payload)
        elif isinstance(payload, HealthChanged):
            self._health_changed(payload)
        elif isinstance(payload, Assignments):
            self._take(payload)
        elif isinstance(payload, NodeAttachments):
            self._attach(payload)
        elif self.attacher.receive(payload):
            pass
        elif self.connection.receive(payload):
            for task_id, assigned in self.tasks.items():
                self._outbox[task_id] = assigned.status  # a manager who is new may have missed some of this
        self._flush()

    def _flush(self) -> None:
        """Report all changes of one event in one message; keep them while nobody is there to hear."""
        if self._outbox and self.connection.is_open:
            report = StatusReport(self.host.node_id, tuple(self._outbox.items()), self.host.name)
            if self.connection.send(report):
                self._outbox.clear()

    # --- assignments ----------------------------------------------------------------------------------

    def _take(self, message: Assignments) -> None:
        networks = {network.id: network for network in message.networks}
        dependencies = Dependencies({s.id: s for s in message.secrets}, {c.id: c for c in message.configs})
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
                assigned.dependencies = dependencies
                self._resolve(assigned)
            elif task.desired_state > assigned.task.desired_state:
                assigned.task = assigned.task._replace(desired_state=task.desired_state)
            assigned.networks.update(networks)
            self._drive(assigned)
            if message.complete and task.spec.attachment:
                self.attacher.check(task)

    def _resolve(self, assigned: Assigned) -> None:
        """Fill in a new task's templates; with one that cannot be, it goes no further (``agent/exec``: Resolve)."""
        if assigned.task.spec.container is None:
            return
        try:
            assigned.spec = expand_container(assigned.task, self.connection.description())
        except InvalidArgument as error:
            before = assigned.status.state < TaskState.STARTING
            state = TaskState.REJECTED if before else TaskState.FAILED
            self._report(assigned, state, "resolving controller failed", str(error))

    def _attach(self, message: NodeAttachments) -> None:
        """The node has addresses on these networks: tasks that have waited for them go on."""
        self.attached = message.networks
        for assigned in self.tasks.values():
            if assigned.waits_for_network and not self._lacks_network(assigned):
                self._begin(assigned, "prepare")

    def _lacks_network(self, assigned: Assigned) -> bool:
        return any(place.address and place.network_id not in self.attached for place in assigned.task.networks)

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
                container = assigned.container
                if container is not None and container.gone:  # its engine was stopped meanwhile, and took it away
                    error = f"No such container: {container.name}"
                    self._report(assigned, TaskState.FAILED, assigned.status.message, error, 0)
                return  # else the container's end will tell
            self._begin(assigned, step.work)
            return

    def _report(
        self, assigned: Assigned, state: TaskState, message: str, err: str = "", exit_code: int | None = None
    ) -> None:
        container = assigned.container
        before = assigned.status
        status = before.container
        if state < _STARTING:
            status = None  # the container may be there, but the manager is not told of it yet
        elif container is not None:
            code = container.exit_code if exit_code is None else exit_code
            status = ContainerStatus(container.id, container.pid, code)
        else:
            status = status or ContainerStatus()
        ports = before.ports
        if state is _RUNNING and container is not None:
            # Once for all IPv4 addresses of the host, once for all of IPv6 (moby: controller.go, parsePortMap).
            ports = tuple(port for port in container.ports for _ in ("0.0.0.0", "::")) if container.ports else ()
        assigned.status = TaskStatus(state, self.queue.now, message, err, status, ports)
        self._outbox[assigned.task.id] = assigned.status

    # --- work -----------------------------------------------------------------------------------------

    def _begin(self, assigned: Assigned, work: str) -> None:
        assigned.working = work
        assigned.serial += 1
        delay = 0
        spec = assigned.task.spec.container or ContainerSpec()
        if work == "prepare":
            assigned.waits_for_network = self._lacks_network(assigned)
            pull = 0 if assigned.task.spec.attachment else self.engine.pull_time(spec.image)
            delay = ATTACH if assigned.waits_for_network else pull + CREATE
        elif work == "start" and assigned.container is not None:
            delay = self.engine.start_time(assigned.container)
        elif work == "stop":
            delay = self._deregister(assigned)
        self.queue.after(delay, self.address, WorkDone(assigned.task.id, work, assigned.serial))

    def _deregister(self, assigned: Assigned) -> int:
        """Take a container that is to be stopped off the load balancers; return how long the stop waits for that."""
        if assigned.container is None or not assigned.container.is_running:
            return 0
        self.names.disable(assigned.container.id)
        return DEREGISTER if any(a.address for a in assigned.task.networks) else 0

    def _work_done(self, done: WorkDone) -> None:
        assigned = self.tasks.get(done.task_id)
        if assigned is None or assigned.serial != done.serial:
            return
        if done.work == "unhealthy" and assigned.container is not None:
            self.engine.stop(assigned.container)
        if assigned.working != done.work:
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
        if assigned.waits_for_network:  # in vain
            assigned.waits_for_network = False
            self._report(assigned, TaskState.REJECTED, assigned.status.message, NOT_ATTACHED)
            return
        task = assigned.task
        if task.spec.attachment:
            self._report(assigned, TaskState.READY, "prepared")
            return
        spec = task.spec.container or ContainerSpec()
        try:
            if not self.engine.has_image(spec.image):
                self.engine.add_image(spec.image)
        except SwarmlabError:
            pass  # as in the engine, creating the container then says what is missing
        try:
            assigned.container = self.engine.create(
                taskcontainer.config(task, assigned.spec, self.host.node_id, assigned.networks), task_id=task.id
            )
        except SwarmlabError as error:
            self._report(assigned, TaskState.REJECTED, assigned.status.message, str(error))
            return
        assigned.container.places = tuple(taskcontainer.attachments(task, assigned.networks))
        if assigned.container.places:
            assigned.container.wishes = ()  # none but those
        self._report(assigned, TaskState.READY, "prepared")

    def _started(self, assigned: Assigned) -> None:
        """The process runs.  With a health check the start is not over before the first check has passed."""
        if assigned.task.spec.attachment:
            assigned.working = ""
            error = self.attacher.take(assigned.task, assigned.networks)
            state = TaskState.FAILED if error else TaskState.RUNNING
            self._report(assigned, state, assigned.status.message if error else "started", error)
            return
        container = assigned.container
        if container is not None and container.is_running:  # it has become healthy
            self._runs(assigned, container)
            return
        if container is None or container.gone:
            self._report(assigned, TaskState.FAILED, assigned.status.message, "No such container", 0)
            return
        try:
            if assigned.spec.secrets or assigned.spec.configs:
                node = self.connection.description()
                container.mount(taskcontainer.files(assigned.task, node, assigned.dependencies))
            self.engine.start(container)
        except SwarmlabError as error:
            self._report(assigned, TaskState.FAILED, assigned.status.message, f"starting container failed: {error}")
            return
        if container.health.status != STARTING:
            self._runs(assigned, container)

    def _runs(self, assigned: Assigned, container: Container) -> None:
        """From now on the container has a name and gets connections, and its task counts as running."""
        assigned.working = ""
        for record in taskcontainer.records(
            assigned.task, assigned.networks, container, self.host.name, self.queue.now
        ):
            self.names.enable(record)
        self._report(assigned, TaskState.RUNNING, "started")

    def _health_changed(self, message: HealthChanged) -> None:
        """A container became healthy: its start is over; or unhealthy: it is stopped (controller.go: Start, Wait)."""
        assigned = self.tasks.get(message.task_id)
        if assigned is None or assigned.unhealthy or assigned.status.state.is_terminal:
            return
        if message.status == UNHEALTHY and assigned.working in ("", "start"):
            assigned.unhealthy = True
            done = WorkDone(assigned.task.id, "unhealthy", assigned.serial)
            self.queue.after(self._deregister(assigned), self.address, done)
        elif message.status != UNHEALTHY and assigned.working == "start":
            self._started(assigned)
            self._drive(assigned)

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
            if assigned.unhealthy:
                reason += ": dockerexec: unhealthy container"
            elif container.error:
                reason += f": {container.error}"
            self._report(assigned, TaskState.FAILED, assigned.status.message, reason)

    # --- the host's own ups and downs -----------------------------------------------------------------

    def restart(self) -> None:
        """The engine is back: look at every task again, and find the manager."""
        for assigned in self.tasks.values():
            assigned.working = ""
            assigned.unhealthy = False
            assigned.serial += 1
            container = assigned.container
            alive = TaskState.STARTING <= assigned.status.state <= TaskState.RUNNING
            if alive and container is not None and not container.is_running and not container.gone:
                self._ended(assigned)
        self.connection.open(self.connection.manager)

    def leave(self) -> None:
        """The host leaves the swarm: its task containers go."""
        self.connection.close()
        self.attacher.leave()
        for task_id in list(self.tasks):
            self._forget(task_id)
