"""Slots: the numbered places of a service that successive tasks fill.

SwarmKit: ``orchestrator/slot.go``, ``restart.UpdatableTasksInSlot``, ``replicated/services.go``.
"""

from swarmlab.core.defaults import max_attempts, restart_condition
from swarmlab.core.objects import Service, Task
from swarmlab.core.states import TaskState, UpdateState
from swarmlab.core.store import Store

#: One slot: its tasks that count (see `updatable`).
Slot = list[Task]


def by_slot(store: Store, service: Service) -> dict[int, list[Task]]:
    """Return all tasks of a service by slot number."""
    slots: dict[int, list[Task]] = {}
    for task in store.tasks_of(service.id):
        slots.setdefault(task.slot, []).append(task)
    return slots


def updatable(tasks: list[Task], service: Service) -> Slot:
    """Return the tasks of one slot (or one node) that stand for it: none means the slot is dead.

    Those that are wanted running; else, if the last one ended and its restart policy wants no successor,
    that last one: a finished task still occupies its slot.
    """
    wanted = [task for task in tasks if task.desired_state <= TaskState.RUNNING]
    if wanted or not tasks:
        return wanted
    status = service.update_status
    if status is not None and status.state is UpdateState.ROLLBACK_STARTED:
        return []
    newest = max(tasks, key=lambda task: task.noted_at)
    return [] if _would_restart(newest, tasks) else [newest]


def _would_restart(task: Task, slot: list[Task]) -> bool:
    condition = restart_condition(task)
    if condition == "none" or (condition == "on-failure" and task.status.state is TaskState.COMPLETE):
        return False
    limit = max_attempts(task.spec)
    if not limit:
        return True
    # All but the first task of this revision were restarts.
    return sum(1 for other in slot if other.spec_version == task.spec_version) - 1 < limit


def removal_order(slots: list[Slot]) -> list[Slot]:
    """Return the slots sorted so that the first N are to stay when a service is scaled down to N.

    Slots whose task runs come first, then lower numbers.  Walking in that order, each slot is the n-th on
    its node; a smaller n stays.  So the node with most tasks gives first, and numbers may get gaps.
    Slots without a place (or with two tasks) go before all others.
    """
    ordered = sorted(slots, key=lambda slot: (not any(_runs(task) for task in slot), slot[0].slot))
    on_node: dict[str, int] = {}
    ranked: list[tuple[int, Slot]] = []
    for slot in ordered:
        if len(slot) == 1 and slot[0].node_id:
            rank = on_node.get(slot[0].node_id, 0)
            on_node[slot[0].node_id] = rank + 1
            ranked.append((rank, slot))
        else:
            ranked.append((len(slots), slot))
    return [slot for _, slot in sorted(ranked, key=lambda pair: pair[0])]


def _runs(task: Task) -> bool:
    return task.status.state is TaskState.RUNNING
