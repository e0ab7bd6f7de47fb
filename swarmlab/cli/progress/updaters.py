"""What the tasks of a service have reached, by service mode.

docker/cli: cli/command/service/progress/progress.go.  Where the original walks a Go map, whose order is random,
this walks slots and nodes in order.
"""

from collections.abc import Container, Mapping, Sequence
from typing import Any, Protocol

from swarmlab.cli.errors import CommandError
from swarmlab.cli.formatter.text import short_id
from swarmlab.cli.progress.display import Display

STATES = {
    "new": 1, "allocated": 2, "pending": 3, "assigned": 4, "accepted": 5, "preparing": 6, "ready": 7,
    "starting": 8, "running": 9, "complete": 10, "shutdown": 11, "failed": 12, "rejected": 13,
}  # fmt: skip
_RUNNING, _COMPLETE = STATES["running"], STATES["complete"]
_MOST_LINES = 20  # services with more tasks show only the sum
_STATE_WIDTH = 9  # the longest state: "preparing"
_ERROR_BYTES = 75

Task = Mapping[str, Any]


class Updater(Protocol):
    """Shows the tasks of one service."""

    def update(self, service: Mapping[str, Any], tasks: Sequence[Task], active: Container[str], rollback: bool) -> bool:
        """Show what changed and say whether the service has converged; `active` are the nodes that are not down."""
        ...


def updater(service: Mapping[str, Any], out: Display) -> Updater:
    """Return the updater for the mode of `service`."""
    mode = service["Spec"].get("Mode") or {}
    if (mode.get("Replicated") or {}).get("Replicas") is not None:
        return Replicated(out)
    if mode.get("Global") is not None:
        return Global(out)
    if mode.get("ReplicatedJob") is not None:
        return ReplicatedJob(service, out)
    if mode.get("GlobalJob") is not None:
        return GlobalJob(out)
    raise CommandError("unrecognized service mode")


def _observed(task: Task) -> int:
    return STATES.get(task["Status"].get("State", ""), 0)


def _desired(task: Task) -> int:
    return STATES.get(task.get("DesiredState", ""), 0)


def _is_running(task: Task) -> bool:
    return _desired(task) <= _RUNNING and _observed(task) == _RUNNING


def _cut_error(text: str) -> str:
    encoded = text.replace("\n", " ").encode()
    if len(encoded) <= _ERROR_BYTES:
        return encoded.decode()
    return encoded[: _ERROR_BYTES - 1].decode("utf-8", "replace") + "…"


def _favoured(tasks: Sequence[Task], key: str, skip: Container[str] | None = None) -> dict[Any, Task]:
    """Return one task per slot or node: lowest desired state first, then lowest observed."""
    chosen: dict[Any, Task] = {}
    for task in tasks:
        if not _desired(task) or not _observed(task):
            continue
        place = task.get(key, 0 if key == "Slot" else "")
        rival = chosen.get(place)
        if rival is not None and (_desired(rival), _observed(rival)) <= (_desired(task), _observed(task)):
            continue
        if skip is not None and task.get("NodeID") and task["NodeID"] not in skip:
            continue
        chosen[place] = task
    return dict(sorted(chosen.items()))


class _Overall:
    """Shared by services that run for ever: the first line and the lines of tasks."""

    def __init__(self, out: Display) -> None:
        self.out = out
        self.started = False
        self.done = False

    def overall(self, running: int, total: int, rollback: bool) -> None:
        """Show the sum."""
        start = "rolling back update: " if rollback else ""
        self.out.progress("overall progress", f"{start}{running} out of {total} tasks")

    def check_still_done(self, tasks: Mapping[Any, Task]) -> None:
        """Begin again when a task that ran does not run any more."""
        if self.done and any(_observed(task) != _RUNNING for task in tasks.values()):
            self.done = False

    def show_task(self, key: str, task: Task) -> None:
        """Show one task, unless all of them run."""
        if self.done:
            return
        if task["Status"].get("Err"):
            self.out.progress(key, _cut_error(task["Status"]["Err"]))
        elif _desired(task) <= _RUNNING and _observed(task) <= _RUNNING:
            self.out.progress(key, f"{task['Status']['State']:{_STATE_WIDTH}}", _observed(task), _RUNNING)


class Replicated(_Overall):
    """A replicated service.  Slots are numbered anew, in order of first sight."""

    def __init__(self, out: Display) -> None:
        super().__init__(out)
        self._places: dict[int, int] = {}

    def update(self, service: Mapping[str, Any], tasks: Sequence[Task], active: Container[str], rollback: bool) -> bool:
        """See `Updater`."""
        replicas = (service["Spec"]["Mode"].get("Replicated") or {}).get("Replicas")
        if replicas is None:
            raise CommandError("no replica count")
        if not self.started:
            self.overall(0, replicas, rollback)
            if replicas <= _MOST_LINES:
                for place in range(1, replicas + 1):
                    self.out.progress(f"{place}/{replicas}", " ")
            self.started = True
        by_slot = _favoured(tasks, "Slot", active)
        self.check_still_done(by_slot)
        running = 0
        for slot, task in by_slot.items():
            place = self._places.setdefault(slot, len(self._places) + 1)
            running += _is_running(task)
            if replicas <= _MOST_LINES and place <= replicas:
                self.show_task(f"{place}/{replicas}", task)
        if not self.done:
            self.overall(running, replicas, rollback)
            self.done = running == replicas
        return bool(running == replicas)


class Global(_Overall):
    """A global service: one task on each node that it fits."""

    def update(self, service: Mapping[str, Any], tasks: Sequence[Task], active: Container[str], rollback: bool) -> bool:
        """See `Updater`."""
        by_node = _favoured(tasks, "NodeID")
        total = len(by_node)
        if not self.started:
            if not total:
                self.out.progress("overall progress", "waiting for new tasks")
                return False
            self.overall(0, total, rollback)
            self.started = True
        self.check_still_done(by_node)
        running = 0
        for node_id, task in by_node.items():
            if node_id in active:
                running += _is_running(task)
                if total <= _MOST_LINES:
                    self.show_task(short_id(node_id), task)
        if not self.done:
            self.overall(running, total, rollback)
            self.done = running == total
        return running == total


def _iteration(task: Task) -> int | None:
    found = task.get("JobIteration")
    return None if found is None else int(found.get("Index", 0))


def _job_iteration(service: Mapping[str, Any]) -> int:
    return int(((service.get("JobStatus") or {}).get("JobIteration") or {}).get("Index", 0))


class _Job:
    def __init__(self, out: Display) -> None:
        self.out = out
        self.started = False
        self.total = 0

    def show_task(self, key: str, task: Task) -> None:
        """Show one task of the job."""
        if self.total > _MOST_LINES:
            return
        if task["Status"].get("Err"):
            self.out.progress(key, _cut_error(task["Status"]["Err"]))
        else:
            self.out.progress(key, f"{task['Status']['State']:{_STATE_WIDTH}}", _observed(task), _COMPLETE)

    def show_completed(self, completed: int) -> None:
        """Show how much of the job is done."""
        text = f"{completed:{len(str(self.total))}} out of {self.total} complete"
        self.out.progress("job progress", text, completed, self.total)


class ReplicatedJob(_Job):
    """A job that completes a number of tasks, some of them at a time."""

    def __init__(self, service: Mapping[str, Any], out: Display) -> None:
        super().__init__(out)
        job = service["Spec"]["Mode"]["ReplicatedJob"]
        self.total = job.get("TotalCompletions", 0)
        self._concurrent = job.get("MaxConcurrent", 0)
        self._iteration = _job_iteration(service)

    def update(self, service: Mapping[str, Any], tasks: Sequence[Task], active: Container[str], rollback: bool) -> bool:
        """See `Updater`."""
        if not self.started:
            self._overall(0, 0)
            if self.total <= _MOST_LINES:
                for place in range(1, self.total + 1):
                    self.out.progress(f"{place}/{self.total}", " ")
            self.started = True
        by_slot = _earliest([task for task in tasks if _iteration(task) == self._iteration], "Slot")
        running = completed = 0
        for slot in range(len(by_slot)):
            task = by_slot.get(slot)
            if task is None:
                continue
            self.show_task(f"{slot + 1}/{self.total}", task)
            running += _observed(task) < _COMPLETE
            completed += _observed(task) == _COMPLETE
        self._overall(running, completed)
        return bool(completed == self.total)

    def _overall(self, running: int, completed: int) -> None:
        self.show_completed(completed)
        wanted, digits = min(self.total - completed, self._concurrent), len(str(self._concurrent))
        self.out.progress("active tasks", f"{running:{digits}} out of {wanted:{digits}} tasks")


class GlobalJob(_Job):
    """A job that completes one task on each node."""

    def __init__(self, out: Display) -> None:
        super().__init__(out)
        self._nodes: set[str] = set()

    def update(self, service: Mapping[str, Any], tasks: Sequence[Task], active: Container[str], rollback: bool) -> bool:
        """See `Updater`."""
        current = [task for task in tasks if _iteration(task) == _job_iteration(service)]
        if not self.started:
            if not tasks:
                self.out.progress("job progress", "waiting for tasks")
                return False
            self._nodes = {task.get("NodeID", "") for task in current}
            self.total = len(self._nodes)
            self.show_completed(0)
            self.started = True
        by_node = _earliest([task for task in current if task.get("NodeID", "") in self._nodes], "NodeID")
        for node_id, task in by_node.items():
            self.show_task(node_id, task)
        completed = sum(_observed(task) == _COMPLETE for task in by_node.values())
        self.show_completed(completed)
        return completed == self.total


def _earliest(tasks: Sequence[Task], key: str) -> dict[Any, Task]:
    chosen: dict[Any, Task] = {}
    for task in tasks:
        if not _desired(task) or not _observed(task):
            continue
        place = task.get(key, 0 if key == "Slot" else "")
        if place not in chosen or _observed(chosen[place]) > _observed(task):
            chosen[place] = task
    return dict(sorted(chosen.items()))
