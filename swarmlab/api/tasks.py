"""``/tasks``.  moby: ``daemon/cluster/tasks.go``."""

from collections.abc import Iterable, Iterator, Mapping

from swarmlab.api import filters, lookup
from swarmlab.api.call import Call, reply
from swarmlab.api.convert.basics import Json
from swarmlab.api.convert.networks import attached_json
from swarmlab.api.convert.tasks import TaskWriter
from swarmlab.api.filters import Filters
from swarmlab.core.manager.orchestrator.tasks import is_dirty
from swarmlab.core.objects import Task
from swarmlab.core.states import TaskState
from swarmlab.core.store import Store
from swarmlab.errors import Unknown
from swarmlab.wire import Response

FILTERS = ("id", "name", "label", "service", "node", "desired-state", "_up-to-date", "runtime")
_STATES = {state.word: state for state in TaskState}


def list_(call: Call) -> Response:
    """``GET /tasks``."""
    store = call.manager.store
    wanted = _resolved(store, filters.read(call, FILTERS))
    found = [task for task in _chosen(store, wanted) if _matches(store, task, wanted)]
    found.sort(key=lambda task: task.id)
    return reply(_json(call, store, found))


def inspect(call: Call) -> Response:
    """``GET /tasks/{id}``."""
    store = call.manager.store
    return reply(_json(call, store, [lookup.task(store, call.args["id"])])[0])


def _json(call: Call, store: Store, tasks: Iterable[Task]) -> list[Json]:
    writer = TaskWriter(_Networks(store), volumes=call.is_modern)
    return [writer.json(task) for task in tasks]


class _Networks(Mapping[str, Json]):
    """The swarm's networks as tasks carry them, each made when it is first asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._made: dict[str, Json] = {}

    def __getitem__(self, network_id: str) -> Json:
        if network_id not in self._made:
            network = self._store.network(network_id)
            if network is None:
                raise KeyError(network_id)
            self._made[network_id] = attached_json(network)
        return self._made[network_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._store.table("network"))

    def __len__(self) -> int:
        return len(self._store.table("network"))


def _resolved(store: Store, wanted: Filters) -> Filters:
    """Return the filters with ids for services and nodes, and states in small letters.

    Raises NotFound for a service or node that is not there, Unknown for what is no state.
    """
    values = {key: list(wanted.get(key)) for key in FILTERS if key in wanted}
    if "service" in values:
        values["service"] = [lookup.service(store, reference).id for reference in values["service"]]
    if "node" in values:
        values["node"] = [lookup.node(store, reference).id for reference in values["node"]]
    for state in values.get("desired-state", ()):
        if state.lower() not in _STATES:
            raise Unknown(f"Invalid desired-state filter: '{state}'")
    if "desired-state" in values:
        values["desired-state"] = [state.lower() for state in values["desired-state"]]
    return Filters(values)


def _chosen(store: Store, wanted: Filters) -> Iterable[Task]:
    """Return the tasks that can match, from the narrowest index that there is."""
    if "id" in wanted:
        exact = [store.task(task_id) for task_id in wanted.get("id")]
        if all(exact):
            return [task for task in exact if task is not None]
    if "service" in wanted:
        return [task for service_id in wanted.get("service") for task in store.tasks_of(service_id)]
    if "node" in wanted:
        return [task for node_id in wanted.get("node") for task in store.tasks_on(node_id)]
    return store.tasks()


def _matches(store: Store, task: Task, wanted: Filters) -> bool:
    runtime = "attachment" if task.spec.attachment else "container"
    return (
        wanted.prefix("id", task.id)
        and ("name" not in wanted or wanted.prefix("name", task.name))
        and wanted.exact("service", task.service_id)
        and wanted.exact("node", task.node_id)
        and wanted.exact("desired-state", task.desired_state.word)
        and wanted.labels("label", task.service_labels)
        and (runtime in wanted.get("runtime") if "runtime" in wanted else runtime == "container")
        and ("_up-to-date" not in wanted or _is_up_to_date(store, task))
    )


def _is_up_to_date(store: Store, task: Task) -> bool:
    """Whether the task is still what its service wants, so that no update will replace it."""
    service = store.service(task.service_id)
    return service is not None and not is_dirty(service, task, store.node(task.node_id))
