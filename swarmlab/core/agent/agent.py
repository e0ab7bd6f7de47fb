"""The agent of one host: takes assignments, drives each task with the controller, reports what it sees.

It keeps its own copy of its assignments.  So containers outlive a lost connection, and a node that comes
back stops what it should no longer run.  SwarmKit: ``agent/agent.go``, ``agent/worker.go``, ``agent/task.go``;
what a step does to a container is moby's ``daemon/cluster/executor/container/controller.go``.
"""

from swarmlab.core.agent import taskcontainer
from swarmlab.core.agent.assigned import Assigned, Work, WorkDone
from swarmlab.core.agent.attacher import Attacher
from swarmlab.core.agent.connection import Connection
from swarmlab.core.agent.container import Container
from swarmlab.core.agent.controller import WORKING, way
from swarmlab.core.agent.engine import Engine, Exited
from swarmlab.core.agent.health import STARTING, UNHEALTHY, HealthChanged
from swarmlab.core.agent.maker import Maker
from swarmlab.core.host import Host
from swarmlab.core.messages import Assignments, NodeAttachments, StatusReport, agent
from swarmlab.core.network.fabric import Fabric
from swarmlab.core.network.gossip import NetworkDB
from swarmlab.core.objects import TaskStatus
from swarmlab.core.profile import Profile
from swarmlab.core.queue import Queue
from swarmlab.core.states import TaskState
from swarmlab.core.templates import Dependencies, expand_container
from swarmlab.core.units import MILLISECOND, SECOND
from swarmlab.errors import InvalidArgument, SwarmlabError

_READY, _RUNNING = TaskState.READY, TaskState.RUNNING  # asked for each task: looking them up takes time

#: From leaving the load balancer to the stop signal, so that gossip can spread (moby: controller.go Shutdown).
DEREGISTER = 2 * SECOND
#: What the engine needs to make a container, and to take one down after its process has ended.
CREATE = 60 * MILLISECOND
TEAR_DOWN = 150 * MILLISECOND
#: What is under way for a task is called off before anything else is done, and looked at again after this time
#: (agent/task.go: ErrTaskRetry).
RETRY = SECOND
#: How long a task waits for its node's own address on each of its networks (moby: waitNodeAttachmentsTimeout).
ATTACH = 30 * SECOND
NOT_ATTACHED = "node is missing network attachments, ip addresses may be exhausted"


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
        self.maker = Maker(self.engine)
        self.attacher = Attacher(self.engine, queue, names, self.connection, self.address)
        self.tasks: dict[str, Assigned] = {}
        self.leaving: dict[str, Assigned] = {}  # tasks that the manager has forgotten, until their containers are gone
        self.attached: tuple[str, ...] = ()  # networks on which this node has an address
        self._ingress = ""  # the network of the routing mesh that this node has
        self._outbox: dict[str, TaskStatus] = {}
        self._under_way: dict[int, list[Work]] = {}  # by the time at which it will be done

    def receive(self, payload: object) -> None:
        """Take an event or a message off the queue."""
        if isinstance(payload, WorkDone):
            self._under_way.pop(self.queue.now, None)
        if not self.host.is_up:
            return
        if isinstance(payload, WorkDone):
            for work in payload.work:
                self._work_done(work)
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
        if not self._outbox or not self.connection.is_open:
            return
        if self.connection.send(StatusReport(self.host.node_id, self._outbox, self.host.name)):
            self._outbox = {}

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
                assigned = self.tasks[task.id] = Assigned(task, task.status, networks)
                assigned.container = self.engine.of_task(task.id)
                assigned.dependencies = dependencies
                self._resolve(assigned)
            else:
                assigned.networks = assigned.networks | networks
                if task.desired_state > assigned.task.desired_state:
                    assigned.task = assigned.task._replace(desired_state=task.desired_state)
            self._drive(assigned)
            if message.complete and task.spec.attachment:
                self.attacher.check(task)

    def _resolve(self, assigned: Assigned) -> None:
        """Fill in a new task's templates; with one that cannot be, it goes no further (``agent/exec``: Resolve)."""
        if assigned.task.spec.container is None:
            return
        try:
            assigned.spec = expand_container(assigned.task, self.connection.description)
        except InvalidArgument as error:
            before = assigned.status.state < TaskState.STARTING
            state = TaskState.REJECTED if before else TaskState.FAILED
            self._report(assigned, state, "resolving controller failed", str(error))

    def _attach(self, message: NodeAttachments) -> None:
        """The node has addresses on these networks: tasks that have waited for them go on."""
        self.attached = message.networks
        if message.ingress not in ("", self._ingress):
            self._ingress = message.ingress
            self.engine.emit("network", "create", message.ingress, {"name": message.ingress_name, "type": "overlay"})
        for assigned in self.tasks.values():
            if assigned.waits_for_network and not assigned.lacks_network(self.attached):
                self._begin(assigned, "prepare")

    def _forget(self, task_id: str) -> None:
        """The manager has no such task any more: its container is stopped, if need be, and removed.

        As in controller.go, Remove, balancers get their time to let go of a container even if it has long ended.
        """
        assigned = self.tasks.pop(task_id, None)
        self._outbox.pop(task_id, None)
        if assigned is not None:
            assigned.serial += 1
            self.engine.images.give_up(task_id)
            self.leaving[task_id] = assigned
            self._ends_after(self._deregister(assigned), Work(assigned, "remove", assigned.serial))

    def _remove(self, assigned: Assigned) -> None:
        """Take away what there is of a task that has been forgotten; what runs comes back here when it has ended."""
        container = assigned.container
        if container is not None and container.is_running:
            self.engine.stop(container)
            return
        assigned.serial += 1  # it is done, whatever has come first
        del self.leaving[assigned.task.id]
        self._leave_networks(assigned)
        if container is not None and not container.gone:
            self.engine.remove(container)

    def _drive(self, assigned: Assigned, reached: TaskState | None = None, how: str = "") -> None:
        """Move one task as far as it goes without waiting.  Of moves made at once only the last is told.

        `reached`: it has just got so far; `how`: what is to be told if it gets no farther.
        """
        observed = assigned.status.state
        to, message, work = way(reached or observed, assigned.task.desired_state)
        if to is not observed:
            self._report(assigned, to, message or how)
        if work == "wait":
            container = assigned.container  # its end will tell
            if container is not None and container.gone:  # but its engine was stopped meanwhile, and took it away
                error = f"No such container: {container.name}"
                self._report(assigned, TaskState.FAILED, assigned.status.message, error, 0)
        elif work and work != assigned.working and not (work == "stop" and assigned.working == "ended"):
            self._begin(assigned, work)  # else the engine is at it, or takes down the remains of what has stopped

    def _report(
        self, assigned: Assigned, state: TaskState, message: str, err: str = "", exit_code: int | None = None
    ) -> None:
        self._outbox[assigned.task.id] = assigned.see(self.queue.now, state, message, err, exit_code)

    # --- work -----------------------------------------------------------------------------------------

    def _begin(self, assigned: Assigned, work: str) -> None:
        assigned.working = work
        assigned.serial += 1
        delay = 0
        if work == "prepare":
            assigned.waits_for_network = assigned.lacks_network(self.attached)
            if assigned.waits_for_network:
                delay = ATTACH
            else:
                for network in assigned.overlays():
                    self.engine.add_overlay(network.id, network.spec.name)
                delay = CREATE
                container = assigned.task.spec.container
                if container is not None:
                    delay += self.engine.images.pull(container.image, assigned.task.id)
        elif work == "start" and assigned.container is not None:
            delay = self.engine.start_time(assigned.container)
        elif work == "stop":
            if assigned.status.state in WORKING:
                self.engine.images.give_up(assigned.task.id)
                self._ends_after(RETRY, Work(assigned, "retry", assigned.serial))
                return
            delay = self._deregister(assigned)
        self._ends_after(delay, Work(assigned, work, assigned.serial))

    def _ends_after(self, delay: int, work: Work) -> None:
        """Work goes on for a while; all that ends at one time is one event."""
        done_at = self.queue.now + delay
        under_way = self._under_way.get(done_at)
        if under_way is None:
            under_way = self._under_way[done_at] = []
            self.queue.at(done_at, self.address, WorkDone(under_way))
        under_way.append(work)

    def _deregister(self, assigned: Assigned) -> int:
        """Take a container that is to be stopped off the load balancers; return how long the stop waits for that."""
        if assigned.container is not None and assigned.container.is_running:
            self.names.disable(assigned.container.id)
        task = assigned.task
        return DEREGISTER if not task.spec.attachment and any(place.address for place in task.networks) else 0

    def _leave_networks(self, assigned: Assigned) -> None:
        """A task has been shut down: the node drops those of its networks that nobody there is on any more."""
        for network in assigned.overlays():
            self.engine.drop_overlay(network.id, network.spec.name)

    def _work_done(self, done: Work) -> None:
        assigned, name, serial = done
        if assigned.serial != serial:  # it has been called off
            return
        if name == "remove":
            self._remove(assigned)
        elif name == "unhealthy" and assigned.container is not None:
            self.engine.stop(assigned.container)
        elif name == "retry":
            self._ends_after(self._deregister(assigned), Work(assigned, "stop", serial))
        elif name != assigned.working:
            return
        elif name == "prepare":
            if self._prepared(assigned):
                self._drive(assigned, _READY, "prepared")
        else:
            if name == "start":
                self._started(assigned)
            elif name == "stop":
                self._stop(assigned)
            elif name == "ended":
                self._ended(assigned)
            self._drive(assigned)

    def _prepared(self, assigned: Assigned) -> bool:
        """The pull has ended, one way or the other: make the container; return whether that went well."""
        assigned.working = ""
        if assigned.waits_for_network:  # in vain
            assigned.waits_for_network = False
            self._report(assigned, TaskState.REJECTED, assigned.status.message, NOT_ATTACHED)
            return False
        if assigned.task.spec.attachment:
            return True
        try:
            assigned.container = self.maker.make(assigned)
        except SwarmlabError as error:
            self._report(assigned, TaskState.REJECTED, assigned.status.message, str(error))
            return False
        return True

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
        self._report(assigned, _RUNNING, "started")

    def _health_changed(self, message: HealthChanged) -> None:
        """A container became healthy: its start is over; or unhealthy: it is stopped (controller.go: Start, Wait)."""
        assigned = self.tasks.get(message.task_id)
        if assigned is None or assigned.unhealthy or assigned.status.state.is_terminal:
            return
        if message.status == UNHEALTHY and assigned.working in ("", "start"):
            assigned.unhealthy = True
            self._ends_after(self._deregister(assigned), Work(assigned, "unhealthy", assigned.serial))
        elif message.status != UNHEALTHY and assigned.working == "start":
            self._started(assigned)
            self._drive(assigned)

    def _stop(self, assigned: Assigned) -> None:
        """The load balancers know: now stop the process.  Without one, there is nothing to wait for."""
        container = assigned.container
        if container is not None and container.is_running:
            self.engine.stop(container)
            return
        self._shut_down(assigned)

    def _shut_down(self, assigned: Assigned) -> None:
        assigned.working = ""
        self._leave_networks(assigned)
        self._report(assigned, TaskState.SHUTDOWN, "shutdown")

    def _exited(self, message: Exited) -> None:
        """A container has ended: because we stopped it, by itself, or at somebody's hands."""
        self.names.remove(message.container_id)
        gone = self.leaving.get(message.task_id)
        if gone is not None and gone.container is not None and gone.container.stopping:
            self._remove(gone)
        assigned = self.tasks.get(message.task_id)
        if assigned is None or assigned.container is None or assigned.status.state.is_terminal:
            return
        if assigned.working == "stop":
            if not assigned.container.stopping:
                return  # it has ended by itself before it was asked to: that changes nothing
            assigned.serial += 1
            assigned.working = "ended"
            self._ends_after(TEAR_DOWN, Work(assigned, "ended", assigned.serial))
            return
        self._ended(assigned)

    def _ended(self, assigned: Assigned) -> None:
        container = assigned.container
        assert container is not None
        stopped = assigned.working == "ended"
        assigned.working = ""
        if stopped:
            self._shut_down(assigned)
        elif container.exit_code == 0:
            self._report(assigned, TaskState.COMPLETE, "finished")
        else:
            self._report(assigned, TaskState.FAILED, assigned.status.message, assigned.failure(container))

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
        for assigned in list(self.leaving.values()):
            self._remove(assigned)
        self.connection.open(self.connection.manager)

    def leave(self) -> None:
        """The host leaves the swarm: its task containers go, by force, and with them the networks of the swarm."""
        self.connection.close()
        self.attacher.leave()
        for assigned in (*self.leaving.values(), *self.tasks.values()):
            assigned.serial += 1  # nothing goes on
            self.engine.images.give_up(assigned.task.id)
            container = assigned.container
            if container is not None:
                self.names.remove(container.id)
                if not container.gone:
                    self.engine.remove(container, force=True)
            self._leave_networks(assigned)
        self.leaving, self.tasks = {}, {}
        self._outbox.clear()
