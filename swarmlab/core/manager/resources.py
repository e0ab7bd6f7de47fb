"""The resource allocator: how a plain container gets a place on an attachable network.

Its node asks for one; what it gets is a task without a service, which takes the way of all tasks and so has an
address, and its node one for its load balancer.  When the container has left the network the task is deleted.

SwarmKit: ``manager/resourceapi/allocator.go``.
"""

from swarmlab.core.manager.dispatcher import Dispatcher
from swarmlab.core.manager.loop import Context, Loop
from swarmlab.core.messages import Attached, AttachNetwork, DetachNetwork
from swarmlab.core.objects import NetworkAttachmentConfig, Task, TaskSpec, TaskStatus
from swarmlab.core.states import TaskState


class ResourceAllocator(Loop):
    """Answers nodes that ask for places on networks."""

    name = "resources"

    def __init__(self, context: Context, dispatcher: Dispatcher) -> None:
        super().__init__(context)
        self.dispatcher = dispatcher

    def handle(self, payload: object) -> None:
        if isinstance(payload, AttachNetwork):
            self._attach(payload)
        elif isinstance(payload, DetachNetwork):
            task = self.store.task(payload.task_id)
            if task is not None and task.node_id == payload.node_id:
                with self.store.transaction("resources") as write:
                    write.delete(task)

    def _attach(self, wish: AttachNetwork) -> None:
        network = self.store.network(wish.network) or self.store.named("network", wish.network)
        answer = Attached(wish.container_id, wish.network)
        if network is None:
            error = f"rpc error: code = NotFound desc = network {wish.network} not found"
            self.dispatcher.tell(wish.node_id, answer._replace(error=error))
            return
        if not network.spec.attachable:
            error = f"rpc error: code = PermissionDenied desc = network {wish.network} not manually attachable"
            self.dispatcher.tell(wish.node_id, answer._replace(error=error))
            return
        now = self.queue.now
        task = Task(
            self.ids.swarm(),
            "",
            0,
            TaskSpec(
                attachment=wish.container_id,
                networks=(NetworkAttachmentConfig(network.id, address=wish.address),),
            ),
            TaskStatus(TaskState.NEW, now, "created", applied_at=now),
            TaskState.RUNNING,
            node_id=wish.node_id,
        )
        with self.store.transaction("resources") as write:
            write.create(task)
        self.dispatcher.tell(wish.node_id, answer._replace(task_id=task.id))
