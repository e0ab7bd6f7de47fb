"""Making tasks, and telling whether a task still fits its service.

SwarmKit: ``manager/orchestrator/task.go``.
"""

from swarmlab.core.constraints import matches_all, parse_all
from swarmlab.core.ids import Ids
from swarmlab.core.objects import Endpoint, Node, Service, Task, TaskStatus
from swarmlab.core.queue import Queue
from swarmlab.core.states import Availability, NodeState, TaskState

_DOWN, _DRAIN = NodeState.DOWN, Availability.DRAIN  # asked for each task: looking them up takes time


def new_task(
    ids: Ids,
    queue: Queue,
    service: Service,
    slot: int,
    *,
    node_id: str = "",
    desired: TaskState = TaskState.RUNNING,
) -> Task:
    """Return a task made from the service's present spec.  A global service's task is bound to `node_id`."""
    spec = service.spec
    return Task(
        id=ids.swarm(),
        service_id=service.id,
        slot=slot,
        node_id=node_id,
        spec=spec.task,
        spec_version=service.spec_version,
        service_name=spec.name,
        service_labels=spec.labels,
        endpoint=Endpoint(spec=spec.endpoint) if spec.endpoint else None,
        log_driver=spec.task.log_driver,
        status=TaskStatus(TaskState.NEW, queue.now, "created"),
        desired_state=desired,
        job_iteration=service.job_status.iteration if service.job_status else None,
    )


def is_dirty(service: Service, task: Task, node: Node | None) -> bool:
    """Return whether `task` must be replaced because the service's spec has changed.

    Counts: everything in the task template and the endpoint (published ports and mode).  Does not count:
    replicas, labels of the service, update settings, and a change of placement alone while the task's node
    still satisfies the new constraints.
    """
    if task.spec_version and task.spec_version == service.spec_version:
        return False
    wanted = service.spec.task
    if (
        wanted._replace(placement=None) == task.spec._replace(placement=None)
        and wanted.placement != task.spec.placement
    ):
        constraints = wanted.placement.constraints if wanted.placement else ()
        if node is not None and matches_all(parse_all(constraints), node) and service.spec.endpoint == _endpoint(task):
            return False
    return wanted != task.spec or service.spec.endpoint != _endpoint(task)


def _endpoint(task: Task) -> object:
    return task.endpoint.spec if task.endpoint else None


def is_usable(node: Node | None) -> bool:
    """Return whether a node may keep its tasks: it exists, is not down and not drained."""
    return node is not None and node.status.state is not _DOWN and node.spec.availability is not _DRAIN
