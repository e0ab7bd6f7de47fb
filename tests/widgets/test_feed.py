"""A page that replays the messages of a feed sees what the views say of the world."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swarmlab import views, wording
from swarmlab.timeline.trace import Row, Trace
from swarmlab.widgets.feed import Feed, replay
from tests.traces import SECOND, START, node, rows, service, task, three_nodes, web

NODES = ("n1", "n2", "")
STATES = tuple(views.LOOKS)
SERVICES = ("a", "j")  # both would like the same colour


@st.composite
def some_rows(draw: st.DrawFn) -> list[Row]:
    """Any order of rows over a few things, coming, changing and going, several at one moment."""
    made, at = [], 0
    for _ in range(draw(st.integers(1, 25))):
        at += draw(st.integers(0, 1))
        kind = draw(st.sampled_from(("task", "task", "task", "service", "node", "request")))
        if kind == "task":
            state = task(
                draw(st.sampled_from(SERVICES)),
                draw(st.integers(0, 2)),
                draw(st.sampled_from(NODES)),
                draw(st.integers(1, 3)),
                state=draw(st.sampled_from(STATES)),
                desired=draw(st.sampled_from(("ready", "running", "shutdown", "remove"))),
            )
        elif kind == "service":
            mode = draw(st.sampled_from(("replicated", "global", "replicated-job")))
            state = service(draw(st.sampled_from(SERVICES)), draw(st.integers(0, 5)), mode=mode)
        elif kind == "node":
            availability = draw(st.sampled_from(("active", "drain")))
            state = node(draw(st.sampled_from(("n1", "n2"))), "10.0.0.1", availability=availability)
        else:
            state = {"id": f"r{len(made)}"}
        gone = kind in ("task", "service", "node") and draw(st.integers(0, 4)) == 0
        made.append(Row(START + at * SECOND, kind, state["id"], None if gone else state))
    return made


@settings(max_examples=150, deadline=None)
@given(some_rows(), st.lists(st.integers(1, 6), max_size=12), st.integers(0, 25))
def test_replaying_the_deltas_onto_the_first_picture_gives_the_model(history, steps, cut_to):
    trace = Trace(history[: len(history) // 2])
    feed = Feed(trace)
    feed.follow()
    first, sent = feed.delta(), []
    assert first is not None
    assert first["t"] == "f"
    for row in history[len(history) // 2 :]:
        trace.append(row)
    for step in steps:
        feed.follow(step)
        sent.append(feed.delta())
    if steps and steps[0] == 6:  # now and then the learner rewinds
        trace.cut(min(cut_to, len(trace)))
    feed.follow()
    sent.append(feed.delta())
    expected = views.model(trace.world())
    assert feed.model == expected
    assert replay(first, filter(None, sent)) == expected
    assert feed.summary() == wording.summary(expected)
    assert wording.sentences(feed.model) == wording.sentences(expected)


def test_a_full_message_in_between_does_not_break_the_chain_of_deltas():
    trace = web(3)
    feed = Feed(trace)
    feed.follow()
    feed.delta()
    trace.append(Row(START + 9 * SECOND, "service", "id-web", service("web", 5)))
    feed.follow()
    full = feed.full()
    assert replay(full, filter(None, [feed.delta()])) == views.model(trace.world())


def test_a_delta_carries_only_the_fields_that_changed():
    trace = web(3)
    feed = Feed(trace)
    feed.follow()
    feed.delta()
    trace.append(Row(START + 9 * SECOND, "service", "id-web", service("web", 5)))
    feed.follow()
    delta = feed.delta()
    assert delta is not None
    assert delta["s"] == {"id-web": {"wanted": 5}}
    assert "k" not in delta
    assert "n" not in delta
    assert delta["say"] == "3 of 3 nodes ready; web 3 of 5 running."
    assert feed.delta() is None


def test_following_reads_each_row_once(monkeypatch):
    trace = web(3)
    feed = Feed(trace)
    feed.follow()
    read = []
    monkeypatch.setattr(feed.world, "apply", read.append)
    assert not feed.follow()
    trace.append(Row(START + 9 * SECOND, "request", "r1", {"id": "r1"}))
    assert feed.follow()
    assert len(read) == 1


def test_a_step_never_ends_in_the_middle_of_a_moment():
    trace = Trace(three_nodes())
    feed = Feed(trace)
    feed.follow(1)
    assert feed.backlog == 0


def test_after_a_cut_the_page_gets_everything_anew():
    trace = web(3)
    feed = Feed(trace)
    feed.follow()
    feed.delta()
    trace.cut(3)
    assert feed.backlog == 3
    feed.follow()
    message = feed.delta()
    assert message is not None
    assert (message["t"], message["k"], message["s"]) == ("f", {}, {})


def test_when_a_service_goes_the_colours_of_others_may_change_and_the_page_is_told():
    a, j = (service(name, 1) for name in SERVICES)
    assert len({views.hues({"x": s})["x"] for s in (a, j)}) == 1
    trace = Trace(rows(("service", a), ("service", j)))
    feed = Feed(trace)
    feed.follow()
    first = feed.delta()
    trace.append(Row(START + 5 * SECOND, "service", "id-a", None))
    feed.follow()
    assert replay(first, [feed.delta()]) == views.model(trace.world())


def test_a_gap_is_noticed():
    trace = web(3)
    feed = Feed(trace)
    feed.follow()
    first = feed.delta()
    with pytest.raises(ValueError, match="cannot follow revision 1"):
        replay(first, [{"t": "d", "base": 5, "rev": 6}])


@pytest.mark.parametrize(("nodes", "tasks", "changed", "most"), [(3, 20, 2, 500), (100, 2000, 20, 2000)])
def test_a_message_is_as_big_as_the_change_not_as_the_swarm(nodes, tasks, changed, most):
    first = rows(*(("node", node(f"n{n}", "10.0.0.1")) for n in range(nodes)), ("service", service("web", tasks)))
    first += rows(*(("task", task("web", slot, f"n{slot % nodes}")) for slot in range(1, tasks + 1)))
    trace = Trace(first)
    feed = Feed(trace)
    feed.follow()
    feed.delta()
    failed = {"state": "failed", "err": "task: non-zero exit (1)"}
    trace.rows += rows(*(("task", task("web", n, f"n{n % nodes}", **failed)) for n in range(1, changed + 1)), at=5)
    feed.follow()
    delta = feed.delta()
    assert delta is not None
    assert len(delta["k"]) == changed
    assert len(json.dumps(delta)) < most


def test_a_thing_that_changed_and_went_between_two_messages_is_gone():
    trace = web(3)
    feed = Feed(trace)
    feed.follow()
    first = feed.delta()
    trace.rows += rows(("task", task("web", 1, "node1", state="failed")), at=4)
    feed.follow()
    trace.append(Row(START + 5 * SECOND, "task", "web1t1", None))
    feed.follow()
    delta = feed.delta()
    assert first is not None
    assert delta is not None
    assert "k" not in delta
    assert replay(first, [delta]) == views.model(trace.world())
