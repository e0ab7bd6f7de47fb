"""When a claim has to hold."""

import pytest

from swarmlab.checks import always, eventually, exactly, never, now, service, within
from swarmlab.checks.goals import SECOND, duration, parse_duration
from swarmlab.errors import InvalidArgument

from .histories import History

WEB = service("web-server")
ONE = WEB.has_running(1)


def dip() -> History:
    """A task that runs from 1 s to 3 s, and again from 10 s on; 20 s in all."""
    history = History().service().begin().wait(1).task("a").wait(2).task("a", "failed", "shutdown")
    return history.wait(7).task("b").wait(10)


def test_eventually_is_met_by_one_moment_in_the_past():
    assert History().service().begin().wait(1).task("a").wait(1).task("a", "failed").meets(eventually(ONE))


def test_eventually_is_not_met_by_what_was_only_before_the_start():
    assert not History().service().task("a").wait(1).task("a", "failed").begin().wait(9).meets(eventually(ONE))


def test_eventually_sees_the_state_at_the_start():
    assert History().service().task("a").begin().meets(eventually(ONE))


def test_eventually_with_hold_needs_an_unbroken_stretch():
    assert dip().meets(eventually(ONE, hold="10s"))
    assert not dip().meets(eventually(ONE, hold="11s"))


def test_a_stretch_ends_where_the_claim_breaks_even_if_no_row_lies_within():
    history = History().service().begin().task("a").wait(5).task("a", "failed").wait(60)
    assert history.meets(eventually(ONE, hold="5s"))
    assert not history.meets(eventually(ONE, hold="6s"))


def test_within_counts_from_the_start_to_when_the_claim_became_true():
    assert dip().meets(within("1s", ONE))
    assert not dip().meets(within("900ms", ONE))
    assert dip().meets(within("10s", ONE, hold="5s"))
    assert not dip().meets(within("9s", ONE, hold="5s"))


def test_always_breaks_at_the_first_moment_without():
    history = History().service().task("a").begin().wait(7).task("a", "failed").wait(1).task("b")
    assert not history.meets(always(ONE))
    assert history.found(always(ONE)) == "it has 0 running tasks, 7 s after the start"


def test_of_several_breaks_the_first_is_told():
    history = History().service().task("a").begin().wait(3).task("a", "failed").wait(1).task("b").wait(2)
    assert history.task("b", "failed").found(always(ONE)) == "it has 0 running tasks, 3 s after the start"


def test_always_includes_the_start():
    assert not History().service().begin().wait(1).task("a").meets(always(ONE))


def test_never_remembers_what_was_undone():
    history = History().begin().wait(2).service("other").wait(1).gone("service", "s-other")
    assert not history.meets(never(service("other").exists()))
    assert history.found(never(service("other").exists())) == "there is a service `other`, 2 s after the start"


def test_exactly_counts_how_often_it_becomes_true():
    assert dip().meets(exactly(2, ONE))
    assert not dip().meets(exactly(1, ONE))
    assert dip().found(exactly(1, ONE)) == "it happened 2 times"


def test_exactly_does_not_count_what_was_true_at_the_start():
    assert History().service().task("a").begin().wait(1).task("a", "failed").meets(exactly(0, ONE))


def test_now_looks_at_the_end_only():
    assert dip().meets(now(ONE))
    assert not dip().task("b", "failed").meets(now(ONE))


def test_a_row_of_the_same_instant_as_the_start_belongs_to_the_learner():
    assert History().begin().service("other").meets(eventually(service("other").exists()))
    assert History().begin().service("other").meets(exactly(1, service("other").exists()))


@pytest.mark.parametrize(
    ("goal", "sentence"),
    [
        (eventually(ONE), "Reach this: service `web-server` has 1 running task."),
        (eventually(ONE, hold="5s"), "Reach this: service `web-server` has 1 running task, and it stays so for 5 s."),
        (within("1m30s", ONE), "Reach this within 1 min 30 s: service `web-server` has 1 running task."),
        (always(WEB.has_at_least(2)), "At every moment: service `web-server` has at least 2 running tasks."),
        (never(ONE), "Never let this happen: service `web-server` has 1 running task."),
        (exactly(1, ONE), "This happens exactly once: service `web-server` has 1 running task."),
        (exactly(3, ONE), "This happens exactly 3 times: service `web-server` has 1 running task."),
        (now(ONE), "At the end: service `web-server` has 1 running task."),
    ],
)
def test_a_goal_reads_as_a_sentence(goal, sentence):
    assert goal.text == sentence


def test_what_was_reached_too_late_or_too_briefly_is_said():
    assert dip().found(within("900ms", ONE)) == "it was reached only 1 s after the start"
    assert dip().found(eventually(ONE, hold="1m")) == "it has been so for only 10 s"


@pytest.mark.parametrize(
    ("text", "ns"), [("30s", 30 * SECOND), ("1m30s", 90 * SECOND), ("500ms", SECOND // 2), ("1.5h", 5400 * SECOND)]
)
def test_durations_are_read(text, ns):
    assert parse_duration(text) == ns


@pytest.mark.parametrize("text", ["", "30", "s", "-1s", "1 s", "1s2", "a1s"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(InvalidArgument, match="not a duration"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("ns", "text"), [(0, "0 s"), (5_200_000_000, "5.2 s"), (60 * SECOND, "1 min"), (61 * SECOND, "1 min 1 s")]
)
def test_durations_are_written(ns, text):
    assert duration(ns) == text
