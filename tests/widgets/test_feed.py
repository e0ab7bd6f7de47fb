"""A page that replays the messages of a feed sees what the views say of the world."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swarmlab import views
from swarmlab.timeline.trace import Row, Trace
from swarmlab.widgets.feed import Feed, replay
from tests.traces import SECOND, START, node, service, task, three_nodes, web

NODES = ("n1", "n2", "")
STATES = tuple(views.LOOKS)


@st.composite
def some_rows(draw: st.DrawFn) -> list[Row]:
    """Any order of rows over a few things, coming, changing and going, several at one moment."""
    made, at = [], 0
    for _ in range(draw(st.integers(1, 25))):
        at += draw(st.integers(0, 1))
        kind = draw(st.sampled_from(("task", "task", "task", "service", "node", "request")))
        if kind == "task":
            state = task(
                draw(st.sampled_from(("a", "b"))),
                draw(st.integers(0, 2)),
                draw(st.sampled_from(NODES)),
                draw(st.integers(1, 3)),
                state=draw(st.sampled_from(STATES)),
                desired=draw(st.sampled_from(("ready", "running", "shutdown", "remove"))),
            )
        elif kind == "service":
            mode = draw(st.sampled_from(("replicated", "global", "replicated-job")))
            state = service(draw(st.sampled_from(("a", "b"))), draw(st.integers(0, 5)), mode=mode)
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
    assert feed.summary() == views.summary(expected)
    assert views.sentences(feed.model) == views.sentences(expected)


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


def test_a_gap_is_noticed():
    trace = web(3)
    feed = Feed(trace)
    feed.follow()
    first = feed.delta()
    with pytest.raises(ValueError, match="cannot follow revision 1"):
        replay(first, [{"t": "d", "base": 5, "rev": 6}])
