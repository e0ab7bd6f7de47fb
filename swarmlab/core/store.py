"""The one place where control loops meet: tables, indexes, transactions, and the feed of changes.

A loop reads the store, writes one transaction, and hears of everybody's changes through `watch`.  Loops
never call each other.  As in SwarmKit (``manager/state/store/memory.go``) one version index counts all
transactions of the swarm: every object written in a transaction carries that number, so indexes have
gaps, grow, and tell what changed together.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from enum import IntEnum
from typing import Any, NamedTuple, cast

from swarmlab.core.objects import (
    Cluster,
    Config,
    Network,
    Node,
    Secret,
    Service,
    StoreObject,
    Task,
    TaskStatus,
)
from swarmlab.core.queue import Queue
from swarmlab.core.states import TaskState
from swarmlab.errors import AlreadyExists, Unknown

TABLES: dict[type, str] = {
    Cluster: "cluster",
    Node: "node",
    Service: "service",
    Task: "task",
    Network: "network",
    Secret: "secret",
    Config: "config",
}

#: Tables whose names are unique, whatever the case of the letters.
NAMED = ("service", "network", "secret", "config")


class Change(NamedTuple):
    """One object was made (`old` None), altered, or taken away (`new` None) by `actor` at time `at`."""

    table: str
    old: Any
    new: Any
    actor: str
    at: int

    @property
    def id(self) -> str:
        """The id of the object concerned."""
        return cast(str, (self.new or self.old).id)


class News(IntEnum):
    """What a change means for a task.  Most changes are progress, and hardly a loop has anything to do then."""

    MADE = 0
    WAITING = 1  # it may be given a node, or still cannot be
    PLACED = 2  # it has got a node
    PROGRESS = 3  # on its node, it has come nearer to running
    TURN = 4  # it has ended, gone, or is wanted otherwise


class _Gone(NamedTuple):
    """Stands in a transaction for an object that it takes away."""

    table: str


#: What a transaction writes, by id: no two objects share one.
Writes = dict[str, StoreObject | _Gone]
Observer = Callable[[Change], None]
#: The changes of a transaction, one after the other; those that follow each other and have the same watchers together.
Told = list[tuple[list[Observer], list[Change]]]


class Store:
    """All objects of one swarm."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self.version = 9  # a fresh swarm has written about that many raft entries before the first object
        self._tables: dict[str, dict[str, Any]] = {table: {} for table in TABLES.values()}
        self._kinds = {kind: (table, self._tables[table]) for kind, table in TABLES.items()}
        self._names: dict[str, dict[str, str]] = {table: {} for table in NAMED}
        # Task ids by service, by node, and by service and slot: dicts serve as ordered sets.  A slot has but a few.
        self._by_service: dict[str, dict[str, None]] = {}
        self._by_node: dict[str, dict[str, None]] = {}
        self._by_slot: dict[str, dict[int | str, tuple[str, ...]]] = {}
        self._watchers: dict[str, list[Observer]] = {table: [] for table in TABLES.values() if table != "task"}
        self._task_watchers: tuple[list[Observer], ...] = tuple([] for _ in News)
        self.feed: list[Change] | None = None  # if a list: all changes, for whoever empties it

    # --- reading --------------------------------------------------------------------------------------

    def service(self, service_id: str) -> Service | None:
        """Return the service with this id, or None."""
        return cast("Service | None", self._tables["service"].get(service_id))

    def task(self, task_id: str) -> Task | None:
        """Return the task with this id, or None."""
        task: Task | None = self._tables["task"].get(task_id)
        return task

    def node(self, node_id: str) -> Node | None:
        """Return the node with this id, or None."""
        node: Node | None = self._tables["node"].get(node_id)
        return node

    def network(self, network_id: str) -> Network | None:
        """Return the network with this id, or None."""
        return cast("Network | None", self._tables["network"].get(network_id))

    @property
    def cluster(self) -> Cluster:
        """The swarm's own object."""
        cluster: Cluster
        (cluster,) = self._tables["cluster"].values()
        return cluster

    def services(self) -> Iterable[Service]:
        """All services, oldest first."""
        return self._tables["service"].values()

    def tasks(self) -> Iterable[Task]:
        """All tasks, oldest first."""
        return self._tables["task"].values()

    def nodes(self) -> Iterable[Node]:
        """All nodes, oldest first."""
        return self._tables["node"].values()

    def networks(self) -> Iterable[Network]:
        """All networks of the swarm, oldest first."""
        return self._tables["network"].values()

    def table(self, name: str) -> dict[str, Any]:
        """Return a whole table, id to object, oldest first.  Not to be changed."""
        return self._tables[name]

    def named(self, table: str, name: str) -> Any:
        """Return the service, network, secret or config called `name` (any case), or None."""
        object_id = self._names[table].get(name.lower())
        return self._tables[table][object_id] if object_id is not None else None

    def tasks_of(self, service_id: str) -> list[Task]:
        """Return the tasks of a service, oldest first."""
        tasks = self._tables["task"]
        return [tasks[task_id] for task_id in self._by_service.get(service_id, ())]

    def tasks_on(self, node_id: str) -> list[Task]:
        """Return the tasks assigned to a node, in the order of assignment."""
        tasks = self._tables["task"]
        return [tasks[task_id] for task_id in self._by_node.get(node_id, ())]

    def tasks_in(self, service_id: str, slot: int, node_id: str = "") -> list[Task]:
        """Return the tasks of a slot, oldest first; a global service's slot is its node."""
        tasks = self._tables["task"]
        return [tasks[task_id] for task_id in self._by_slot.get(service_id, {}).get(slot or node_id, ())]

    def is_alone(self, task: Task) -> bool:
        """Return whether a task has its slot for itself."""
        return len(self._by_slot[task.service_id][_slot(task)]) == 1

    # --- writing --------------------------------------------------------------------------------------

    def watch(self, tables: tuple[str, ...], observer: Observer, *, hears: Collection[News] = tuple(News)) -> None:
        """Have `observer` called with every later change of `tables`, after those who asked before.

        Of tasks it hears the news that it asks for.
        """
        for table in tables:
            if table != "task":
                self._watchers[table].append(observer)
                continue
            for news in hears:
                self._task_watchers[news].append(observer)

    def unwatch(self, observer: Observer) -> None:
        """Call `observer` no more: its manager leads no longer."""
        for observers in self._watchers.values():
            _strike(observers, observer)
        self.unhear(observer, tuple(News))

    def unhear(self, observer: Observer, hears: Collection[News]) -> None:
        """Tell `observer` such news of tasks no more.  News that nobody hears costs least."""
        for news in hears:
            _strike(self._task_watchers[news], observer)

    def transaction(self, actor: str) -> "Transaction":
        """Begin a batch of writes by `actor`: ``with store.transaction("scheduler") as write: …``."""
        return Transaction(self, actor)

    def _commit(self, actor: str, writes: "Writes") -> None:
        told: Told = []
        telling: list[Observer] | None = None
        changes: list[Change] = []
        now = self._queue.now
        self.version += 1
        version = self.version
        make = tuple.__new__  # what `Change(…)` and `_replace` do, in a third of the time
        for object_id, written in writes.items():
            new: Any = written
            kind = type(new)
            if kind is _Gone:
                table = new.table
                old = self._tables[table].pop(object_id, None)
                if old is None:
                    continue
                new = None
            else:
                table, rows = self._kinds[kind]
                old = rows.get(object_id)
                new = rows[object_id] = make(kind, new[:-3] + (version, now if old is None else old.created_at, now))
            if table == "task":
                if old is None or new is None or new.node_id != old.node_id:
                    self._index_task(old, new)
                observers = self._task_watchers[_news(old, new)]
            else:
                if table in NAMED:
                    self._index_name(table, old, new)
                observers = self._watchers[table]
            if observers is not telling:
                telling, changes = observers, []
                told.append((observers, changes))
            changes.append(make(Change, (table, old, new, actor, now)))
        self._tell(told)

    def report(self, statuses: Mapping[str, TaskStatus]) -> None:
        """Write what agents have seen of their tasks, by id, unless a greater state, so a newer one, is known.

        It is a transaction of its own, and the most frequent one.  Of a task nothing but the status changes, so no
        index does either.
        """
        tasks, now, version = self._tables["task"], self._queue.now, self.version + 1
        progress, turn = self._task_watchers[_PROGRESS], self._task_watchers[_TURN]
        told: Told = []
        telling: list[Observer] | None = None
        changes: list[Change] = []
        for task_id, status in statuses.items():
            old: Task | None = tasks.get(task_id)
            state = status.state
            if old is None or state < old.status.state:
                continue
            self.version = version
            new = tasks[task_id] = old.reported(status, version, now)
            observers = turn if state > _RUNNING else progress
            if observers or self.feed is not None:
                if observers is not telling:
                    telling, changes = observers, []
                    told.append((observers, changes))
                changes.append(Change("task", old, new, "agent", now))
        self._tell(told)

    def _tell(self, told: Told) -> None:
        if self.feed is not None:
            for _, changes in told:
                self.feed += changes
        for observers, changes in told:
            for change in changes:
                for observer in observers:
                    observer(change)

    def _index_name(self, table: str, old: Any, new: Any) -> None:
        names = self._names[table]
        if old is not None and (new is None or new.spec.name != old.spec.name):
            names.pop(old.spec.name.lower(), None)
        if new is not None:
            names[new.spec.name.lower()] = new.id

    def _index_task(self, old: Any, new: Any) -> None:
        if old is None:
            self._by_service.setdefault(new.service_id, {})[new.id] = None
            self._into_slot(new)
            if new.node_id:
                self._by_node.setdefault(new.node_id, {})[new.id] = None
        elif new is None:
            _drop(self._by_service, old.service_id, old.id)
            self._out_of_slot(old)
            _drop(self._by_node, old.node_id, old.id)
        else:  # it has got a node
            if old.node_id:
                _drop(self._by_node, old.node_id, old.id)
            self._by_node.setdefault(new.node_id, {})[new.id] = None
            if not new.slot:  # the first slot of a replicated job, now that it has a place
                self._out_of_slot(old)
                self._into_slot(new)

    def _into_slot(self, task: Task) -> None:
        slots, slot = self._by_slot.setdefault(task.service_id, {}), _slot(task)
        slots[slot] = (*slots.get(slot, ()), task.id)

    def _out_of_slot(self, task: Task) -> None:
        slots, slot = self._by_slot[task.service_id], _slot(task)
        left = tuple(task_id for task_id in slots[slot] if task_id != task.id)
        if left:
            slots[slot] = left
        else:
            del slots[slot]
            if not slots:
                del self._by_slot[task.service_id]


def _strike(observers: list[Observer], observer: Observer) -> None:
    observers[:] = [other for other in observers if other != observer]


# Asked for at each change: looking them up in their classes takes time.
_ASSIGNED, _RUNNING = TaskState.ASSIGNED, TaskState.RUNNING
_MADE, _WAITING, _PLACED, _PROGRESS, _TURN = News


def _news(old: Task | None, new: Task | None) -> News:
    if old is None:
        return _MADE
    if new is None or old.desired_state is not new.desired_state:
        return _TURN
    before, after = old.status.state, new.status.state
    if before > after or after > _RUNNING:
        return _TURN
    return _PROGRESS if before >= _ASSIGNED else _PLACED if after >= _ASSIGNED else _WAITING


def _slot(task: Task) -> int | str:
    """Return the number of a task's slot; a global service's slot is its node."""
    return task.slot or task.node_id


def _drop(index: dict[str, dict[str, None]], key: str, task_id: str) -> None:
    """Take one id out of an index of ordered sets, and the set with its last id."""
    ids = index.get(key)
    if ids is not None:
        ids.pop(task_id, None)
        if not ids:
            del index[key]


class Transaction:
    """Writes that become visible together, or not at all if the block raises.

    Reads through the transaction (`get`) see its own writes; reads through the store do not.
    """

    def __init__(self, store: Store, actor: str) -> None:
        self.store = store
        self.actor = actor
        self._writes: Writes = {}

    def __enter__(self) -> "Transaction":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None and self._writes:
            self.store._commit(self.actor, self._writes)

    def get(self, table: str, object_id: str) -> Any:
        """Return an object as this transaction sees it, or None."""
        written = self._writes.get(object_id)
        if written is None:
            return self.store.table(table).get(object_id)
        return written if type(written) is not _Gone else None

    def task(self, task_id: str) -> Task | None:
        """Return a task as this transaction sees it, or None."""
        return cast("Task | None", self.get("task", task_id))

    def create(self, thing: StoreObject) -> None:
        """Add an object.

        Raises AlreadyExists if the name is taken (services, networks, secrets, configs).
        """
        table = TABLES[type(thing)]
        if table in NAMED:
            name = cast(Service, thing).spec.name
            if self.store.named(table, name) is not None:
                raise AlreadyExists(f"name conflicts with an existing object: {table} {name} already exists")
        self._writes[thing.id] = thing

    def update(self, thing: StoreObject, version: int | None = None) -> None:
        """Write an altered object.

        With `version` the caller says which version it altered.  Raises Unknown ("update out of
        sequence") if that is no longer the stored one: the last of all checks, as in SwarmKit.
        """
        if version is not None:
            stored = self.store.table(TABLES[type(thing)]).get(thing.id)
            if stored is not None and stored.version != version:
                raise Unknown("update out of sequence")
        self._writes[thing.id] = thing

    def delete(self, thing: StoreObject) -> None:
        """Take an object away."""
        self._writes[thing.id] = _Gone(TABLES[type(thing)])

    def __bool__(self) -> bool:
        return bool(self._writes)
