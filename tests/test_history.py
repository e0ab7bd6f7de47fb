"""Looking back gives what was there, whatever the length of the session."""

from hypothesis import given, settings
from hypothesis import strategies as st

from swarmlab import Lab, history, views
from swarmlab.history import EVERY, Chapter, Difference, History, Mark
from swarmlab.timeline.trace import Row, Trace, World
from tests.traces import SECOND, START, host, node, rows, service, task, web
from tests.widgets.test_feed import some_rows


def told(world: World) -> tuple[object, ...]:
    return world.hosts, world.nodes, world.services, world.tasks, world.networks, world.requests


@settings(max_examples=60, deadline=None)
@given(some_rows(), st.integers(-1, 30))
def test_the_world_at_any_moment_is_the_fold_of_the_rows_up_to_it(made: list[Row], second: int) -> None:
    trace = Trace(made)
    at = START + second * SECOND
    assert told(History(trace).world(at)) == told(trace.world(at))


def long(length: int) -> Trace:
    trace = web(3)
    for number in range(length):
        slot = number % 7
        trace.rows += rows(("task", task("web", slot + 1, "node1", number + 10)), at=number + 5)
    return trace


def test_pictures_are_kept_on_the_way_and_nothing_is_lost_between_them() -> None:
    trace = long(3 * EVERY + 10)
    past = History(trace)
    for at in (START, START + 300 * SECOND, START + 700 * SECOND, trace.rows[-1].at):
        assert told(past.world(at)) == told(trace.world(at))


def test_a_look_back_folds_fewer_rows_than_lie_between_two_pictures() -> None:
    past = History(long(4 * EVERY))
    past.follow()
    applied = 0

    class Counting(World):
        def apply(self, row: Row) -> None:
            nonlocal applied
            applied += 1
            super().apply(row)

    original = history.World
    history.World = Counting  # type: ignore[misc]
    try:
        past.world(past.trace.rows[-2].at)
    finally:
        history.World = original  # type: ignore[misc]
    assert applied < EVERY


def test_a_world_that_was_asked_for_is_the_caller_s_own() -> None:
    past = History(web(2))
    past.world(START + SECOND).tasks.clear()
    assert len(past.world(START + SECOND).tasks) == 2


def test_after_a_rewind_the_past_is_the_new_one() -> None:
    trace = web(3)
    past = History(trace)
    past.follow()
    trace.cut(4)
    assert past.world(START + 9 * SECOND).tasks == {}


def test_the_moments_beside_a_moment_are_found() -> None:
    past = History(web(1))  # rows at seconds 0 and 1
    assert past.next_moment(START) == START + SECOND
    assert past.next_moment(START + SECOND) is None
    assert past.moment_before(START + SECOND) == START
    assert past.moment_before(START) is None


def test_what_somebody_did_and_what_went_wrong_is_marked() -> None:
    trace = web(2)
    typed = {"host": "node1", "line": "docker ps", "exit_code": 0}
    trace.append(Row(START + 2 * SECOND, "command", "c1", typed))
    trace.append(Row(START + 3 * SECOND, "fault", "f1", {"name": "stop", "target": "node1"}))
    trace.rows += rows(("task", task("web", 1, "node1", state="failed", err="exit 1")), at=4)
    trace.rows += rows(("task", task("web", 1, "node1", state="failed", err="exit 1", desired="shutdown")), at=5)
    trace.rows += rows(("node", node("node1", "192.168.1.12", state="down", availability="drain")), at=6)
    trace.rows += rows(("service", service("web", 2, update="paused")), at=7)
    past = History(trace)
    past.follow()
    assert past.marks == [
        Mark(START + 2 * SECOND, "command", "[node1] docker ps"),
        Mark(START + 3 * SECOND, "fault", "fault: stop node1"),
        Mark(START + 4 * SECOND, "task", "web.1 failed: exit 1"),
        Mark(START + 6 * SECOND, "node", "node1 is down"),
        Mark(START + 6 * SECOND, "node", "node1 is set to drain"),
        Mark(START + 7 * SECOND, "service", "update of web: paused"),
    ]


def test_the_story_of_a_task_names_every_state_its_owner_and_what_was_said() -> None:
    lab = Lab()
    lab.host("swarm-manage").sh("docker service create --name web httpd:2.4")
    chosen = lab.history.world().tasks_of("web")[0]
    told = history.story(lab.history, "task", chosen["id"])
    assert [(c.state, c.actor) for c in told] == [
        ("new", "orchestrator"),
        ("pending", "allocator"),
        ("assigned", "scheduler"),
        ("preparing", "agent"),
        ("starting", "agent"),
        ("running", "agent"),
    ]
    assert told[2].message == "scheduler assigned task to node"
    assert history.story(lab.history, "task", chosen["id"], until=told[1].at) == told[:2]


def test_a_thing_that_is_gone_has_an_end_in_its_story() -> None:
    trace = web(1)
    trace.append(Row(START + 5 * SECOND, "task", "web1t1", None, "reaper"))
    assert history.story(trace, "task", "web1t1")[-1] == Chapter(START + 5 * SECOND, "removed", "", "reaper", "")


def test_the_story_of_a_machine_tells_of_power_cable_and_firewall() -> None:
    trace = Trace(rows(("host", host("node1"))))
    trace.rows += rows(("host", host("node1", closed=["2377/tcp"], wire="cut")), at=1)
    trace.rows += rows(("host", host("node1", powered=False, engine=False)), at=2)
    assert [(c.state, c.message) for c in history.story(trace, "host", "node1")] == [
        ("on", "engine runs; plugged"),
        ("on", "engine runs; cut; closed: 2377/tcp"),
        ("off", "engine stopped; plugged"),
    ]


def test_the_history_of_a_slot_has_its_tasks_newest_first() -> None:
    trace = web(2)
    trace.rows += rows(("task", task("web", 1, "node2", 9)), at=9)
    found = history.slot_history(trace.world(), "web1t1")
    assert [t["id"] for t in found] == ["web1t9", "web1t1"]
    assert history.slot_history(trace.world(), "no such task") == []


def test_two_branches_are_compared_by_name() -> None:
    here, there = web(3), web(2)
    there.rows += rows(("node", node("node1", "192.168.1.12", availability="drain")), at=3)
    assert history.compare(views.model(here.world()), views.model(there.world())) == [
        Difference("service web", "3 of 3 running, httpd:2.4", "2 of 2 running, httpd:2.4"),
        Difference("node node1", "ready, active, worker", "ready, drain, worker"),
        Difference("web.3", "running on swarm-manage", "none"),
    ]
    assert history.compare(views.model(here.world()), views.model(here.world())) == []


def test_a_change_that_shows_nothing_new_is_no_chapter() -> None:
    lab = Lab()
    node_id = lab.history.world().node("node1")["id"]  # type: ignore[index]
    rows_of_it = [row for row in lab.history.rows if row.id == node_id]
    told = history.story(lab.history, "node", node_id)
    assert [(c.state, c.actor) for c in told] == [("unknown", "control"), ("ready", "dispatcher")]
    assert len(rows_of_it) > len(told)


def test_threads_that_look_back_at_once_read_each_row_once() -> None:
    from threading import Thread

    trace = long(8 * EVERY)
    past = History(trace)
    threads = [Thread(target=past.world, args=(trace.rows[-1].at,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told(past.world(trace.rows[-1].at)) == told(trace.world())
    assert len(past._pictures) == 1 + len(trace) // EVERY
