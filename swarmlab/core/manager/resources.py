"""The resource allocator: how a plain container gets a place on an attachable network.

Its node asks for one; what it gets is a task without a service, which takes the way of all tasks and so has an
address, and its node one for its load balancer.  When the container has left the network the task is deleted.

SwarmKit: ``manager/resourceapi/allocator.go``.
"""

from swarmlab.core.manager.dispatcher import Dispatcher
from swarmlab.core.manager.loop import Context, Loop
from swarmlab.core.messages import Attached, AttachNetwork, DetachNetwork
from swarmlab.core.objects import Network, NetworkAttachmentConfig, Task, TaskSpec, TaskStatus
from swarmlab.core.states import TaskState
from swarmlab.core.store import Store


def attachable(store: Store, reference: str) -> tuple[Network | None, str]:
    """Return the network with this id or name on which plain containers may be, or None and why there is none."""
    network: Network | None = store.network(reference) or store.named("network", reference)
    if network is None:
        return None, f"rpc error: code = NotFound desc = network {reference} not found"
    if not network.spec.attachable:
        return None, f"rpc error: code = PermissionDenied desc = network {reference} not manually attachable"
    return network, ""


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
        network, error = attachable(self.store, wish.network)
        answer = Attached(wish.container_id, wish.network)
        if network is None:
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
            node_id=wish.node_id,
            status=TaskStatus(TaskState.NEW, now, "created"),
        )
        with self.store.transaction("resources") as write:
            write.create(task)
        self.dispatcher.tell(wish.node_id, answer._replace(task_id=task.id))
