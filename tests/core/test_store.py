"""The store: transactions, stamps, indexes, and who hears of what (SwarmKit: manager/state/store/memory.go)."""

from collections.abc import Callable

import pytest

from swarmlab.core.objects import Endpoint, NetworkAttachment
from swarmlab.core.queue import Queue
from swarmlab.core.states import TaskState as S
from swarmlab.core.store import Change, News, Store
from swarmlab.errors import AlreadyExists, Unknown
from tests.builders import a_node, a_service, a_task

REPORTED = (S.READY, S.RUNNING, S.FAILED)


@pytest.fixture
def store() -> Store:
    return Store(Queue(100))


def put(store: Store, *things) -> None:
    with store.transaction("test") as write:
        for thing in things:
            write.update(thing)


def test_a_transaction_that_raises_writes_nothing(store: Store) -> None:
    version = store.version

    def fail_halfway() -> None:
        with store.transaction("test") as write:
            write.update(a_node())
            raise KeyError

    with pytest.raises(KeyError):
        fail_halfway()
    assert list(store.nodes()) == []
    assert store.version == version


def test_what_is_written_together_has_one_version_and_keeps_the_time_it_was_made(store: Store) -> None:
    put(store, a_node("n1"), a_node("n2"))
    first, second = store.nodes()
    assert first.version == second.version == store.version
    assert (first.created_at, first.updated_at) == (100, 100)
    store._queue.now = 250
    put(store, first)
    (changed,) = [node for node in store.nodes() if node.id == "n1"]
    assert (changed.created_at, changed.updated_at) == (100, 250)
    assert changed.version == second.version + 1
    assert changed._replace(version=0, created_at=0, updated_at=0) == a_node("n1")


def test_a_transaction_reads_its_own_writes_and_nobody_else_does(store: Store) -> None:
    with store.transaction("test") as write:
        task = a_task()
        write.create(task)
        assert write.task(task.id) == task
        assert store.task(task.id) is None
    assert store.task(task.id) is not None


def test_tasks_are_found_by_service_node_and_slot_until_they_are_deleted(store: Store) -> None:
    task = a_task(slot=3, node_id="")
    put(store, task)
    assert store.tasks_on("n9") == []
    put(store, task._replace(node_id="n9"))
    assert [t.id for t in (*store.tasks_of("s1"), *store.tasks_on("n9"), *store.tasks_in("s1", 3))] == [task.id] * 3
    with store.transaction("test") as write:
        write.delete(task)
    assert [*store.tasks_of("s1"), *store.tasks_on("n9"), *store.tasks_in("s1", 3)] == []


def test_the_slot_of_a_global_service_is_its_node(store: Store) -> None:
    task = a_task(slot=0, node_id="n1")
    put(store, task, a_task(slot=0, node_id="n2"))
    assert [t.id for t in store.tasks_in("s1", 0, "n1")] == [task.id]


def test_names_are_unique_and_free_after_removal(store: Store) -> None:
    put(store, service := a_service("Web"))
    with pytest.raises(AlreadyExists), store.transaction("test") as write:
        write.create(a_service("web", id="s2"))
    assert store.named("service", "WEB").id == service.id
    with store.transaction("test") as write:
        write.delete(service)
    assert store.named("service", "web") is None


def test_an_update_of_an_older_version_is_out_of_sequence(store: Store) -> None:
    put(store, a_node())
    (node,) = store.nodes()
    put(store, node)
    with pytest.raises(Unknown, match="update out of sequence"), store.transaction("test") as write:
        write.update(node, node.version)


def test_observers_hear_of_their_tables_in_the_order_of_asking(store: Store) -> None:
    heard: list[tuple[str, str]] = []
    store.watch(("task",), lambda change: heard.append(("first", change.id)))
    store.watch(("node", "task"), lambda change: heard.append(("second", change.id)))
    put(store, a_node("n1"), a_task(id="t1"), a_task(id="t2"))
    assert heard == [("second", "n1"), ("first", "t1"), ("second", "t1"), ("first", "t2"), ("second", "t2")]


def test_who_watches_tasks_hears_the_news_it_asks_for(store: Store) -> None:
    heard: dict[News, list[tuple[S, S]]] = {news: [] for news in News}

    def note(news: News) -> Callable[[Change], None]:
        return lambda change: heard[news].append((change.new.status.state, change.new.desired_state))

    everything: list[Change] = []
    for news in News:
        store.watch(("task",), note(news), hears=(news,))
    store.watch(("task",), everything.append)
    task = a_task(state=S.NEW, node_id="")._replace(desired_state=S.READY)
    put(store, task)
    for state, wish in (
        (S.PENDING, S.READY),
        (S.ASSIGNED, S.READY),
        (S.PREPARING, S.READY),
        (S.READY, S.READY),
        (S.READY, S.RUNNING),
        (S.STARTING, S.RUNNING),
        (S.RUNNING, S.RUNNING),
        (S.FAILED, S.RUNNING),
    ):
        task = task._replace(status=task.status._replace(state=state), desired_state=wish)
        put(store, task)
    assert heard == {
        News.MADE: [(S.NEW, S.READY)],
        News.WAITING: [(S.PENDING, S.READY)],
        News.PLACED: [(S.ASSIGNED, S.READY)],
        News.PROGRESS: [(S.PREPARING, S.READY), (S.READY, S.READY), (S.STARTING, S.RUNNING), (S.RUNNING, S.RUNNING)],
        News.TURN: [(S.READY, S.RUNNING), (S.FAILED, S.RUNNING)],
    }
    assert len(everything) == 9


def test_a_task_that_goes_takes_a_turn(store: Store) -> None:
    heard: list[Change] = []
    put(store, a_task(id="t1", state=S.COMPLETE))
    store.watch(("task",), heard.append, hears=(News.TURN,))
    with store.transaction("reaper") as write:
        write.delete(store.table("task")["t1"])
    assert [change.id for change in heard] == ["t1"]


def test_reports_of_agents_are_written_together_unless_something_newer_is_known(store: Store) -> None:
    put(store, *(a_task(id=f"t{n}", state=S.STARTING, at=7) for n in range(3)))
    version, heard = store.version, []
    store.watch(("task",), heard.append, hears=(News.TURN,))
    store.feed = []
    ready, running, failed = (a_task(state=state, at=90).status for state in REPORTED)
    store._queue.now = 250
    store.report({"t0": ready, "t1": running, "t2": failed, "gone": running})
    assert store.version == version + 1
    told, (end,) = store.feed, heard
    assert [(change.id, change.actor, change.at, change.new) for change in told] == [
        (task_id, "agent", 250, store.task(task_id)) for task_id in ("t1", "t2")
    ]
    assert end is told[1]
    assert [change.new[-5:] for change in told] == [
        (status, 250, version + 1, 100, 250) for status in (running, failed)
    ]
    assert [change.new.noted_at for change in told] == [250, 250]
    store.report({"t0": ready, "gone": running})
    assert store.version == version + 1


def test_who_hears_no_more_hears_of_no_progress_either(store: Store) -> None:
    heard: list[Change] = []
    store.watch(("task",), heard.append)
    store.unwatch(heard.append)
    put(store, a_task(id="t1", state=S.ASSIGNED))
    put(store, a_task(id="t1", state=S.RUNNING))
    assert heard == []


def test_a_change_tells_what_was_and_what_is_and_who_did_it(store: Store) -> None:
    store.feed = []
    put(store, task := a_task(state=S.NEW))
    with store.transaction("reaper") as write:
        write.delete(task)
    made, gone = store.feed
    assert isinstance(made, Change)
    assert (made.table, made.old, made.new.id, made.actor, made.at) == ("task", None, task.id, "test", 100)
    assert (gone.old.id, gone.new, gone.actor, gone.id) == (task.id, None, "reaper", task.id)


def test_what_is_done_to_a_task_so_often_that_it_must_be_quick_is_what_replacing_fields_does() -> None:
    task = a_task(state=S.NEW)._replace(spec_version=7, service_name="web", job_iteration=3)
    status = task.status._replace(state=S.PENDING)
    networks, endpoint = (NetworkAttachment("n1", "10.0.1.3/24"),), Endpoint()
    assert task.reported(status, 8, 5) == task._replace(status=status, reported_at=5, version=8, updated_at=5)
    assert task.placed("n9", status) == task._replace(node_id="n9", status=status)
    assert task.allocated(networks, endpoint, status) == task._replace(
        networks=networks, endpoint=endpoint, status=status
    )
    assert task.another("t9", 4) == task._replace(id="t9", slot=4)


def test_a_task_is_alone_as_long_as_its_slot_has_no_other(store: Store) -> None:
    put(store, *(a_task(id=f"t{n}", slot=1) for n in range(3)), a_task(id="other", slot=2))
    assert [store.is_alone(task) for task in store.tasks()] == [False, False, False, True]
    for gone in ("t1", "t2"):
        with store.transaction("reaper") as write:
            write.delete(store.table("task")[gone])
    assert [store.is_alone(task) for task in store.tasks()] == [True, True]
