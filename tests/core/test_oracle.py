"""The oracle: SwarmKit's table of moves, and that breaking it does not pass unseen."""

import itertools

import pytest

from swarmlab import Lab
from swarmlab.core.oracle import Oracle, RuleBroken, broken_rule
from swarmlab.core.states import OWNERS, may_move
from swarmlab.core.states import TaskState as S
from swarmlab.core.store import Change
from swarmlab.errors import OnlySimulated
from tests.builders import World, a_spec, a_task

#: design/tla/Tasks.tla: the moves it lists, with the component that makes each.
TLA = (
    ("orchestrator", None, S.NEW),
    ("allocator", S.NEW, S.PENDING),
    ("scheduler", S.PENDING, S.ASSIGNED),
    *(("agent", one, other) for one, other in itertools.pairwise(
        (S.ASSIGNED, S.ACCEPTED, S.PREPARING, S.READY, S.STARTING, S.RUNNING))),
    ("agent", S.RUNNING, S.COMPLETE),
    *(("agent", state, S.SHUTDOWN) for state in S if S.ASSIGNED <= state <= S.RUNNING),
    ("agent", S.PREPARING, S.REJECTED),
    ("agent", S.RUNNING, S.FAILED),
    *(("dispatcher", state, S.ORPHANED) for state in S if S.ASSIGNED <= state <= S.RUNNING),
)  # fmt: skip


@pytest.mark.parametrize(("actor", "old", "new"), TLA)
def test_each_move_of_the_model_is_made_by_its_component_and_no_other(actor: str, old: S | None, new: S) -> None:
    assert may_move(old, new, actor)
    others = {"orchestrator", "allocator", "scheduler", "agent", "reaper"} - {actor}
    assert not [other for other in others if may_move(old, new, other)]


def test_a_failure_while_starting_is_failed_as_in_go_where_the_model_says_rejected() -> None:
    assert may_move(S.STARTING, S.FAILED, "agent")


def test_no_move_goes_back_and_none_reaches_remove() -> None:
    assert OWNERS
    for old, new in OWNERS:
        assert new is not None
        assert old is None or new > old
        assert new is not S.REMOVE


def test_nothing_follows_the_end_of_a_task_but_its_removal() -> None:
    ended = [state for state in S if state > S.RUNNING]
    actors = {actor for owners in OWNERS.values() for actor in owners}
    assert [
        (old, new, actor)
        for old, new, actor in itertools.product(ended, S, actors)
        if old != new and may_move(old, new, actor)
    ] == []
    assert may_move(S.SHUTDOWN, None, "reaper")
    assert not may_move(S.SHUTDOWN, None, "agent")


RUNNING = a_task(state=S.RUNNING)


@pytest.mark.parametrize(
    ("old", "new", "actor", "words"),
    [
        (RUNNING, RUNNING._replace(status=RUNNING.status._replace(state=S.READY)), "agent", "went back from RUNNING"),
        (RUNNING, RUNNING._replace(desired_state=S.READY), "orchestrator", "the wish went back from RUNNING to READY"),
        (RUNNING, RUNNING._replace(node_id="n2"), "scheduler", "has moved to another node"),
        (RUNNING, RUNNING._replace(slot=2), "orchestrator", "what it is for has changed"),
        (RUNNING, RUNNING._replace(status=RUNNING.status._replace(state=S.REMOVE)), "agent", "REMOVE was observed"),
        (RUNNING, RUNNING._replace(status=RUNNING.status._replace(state=S.FAILED)), "scheduler", "scheduler took"),
        (RUNNING, None, "agent", "agent took"),
        (None, RUNNING, "orchestrator", "from None to RUNNING"),
    ],
)
def test_a_broken_rule_is_named(old, new, actor: str, words: str) -> None:
    assert words in broken_rule(Change("task", old, new, actor, 0))


def meddle(store) -> None:
    """What no component may do: the reaper lets a running task fail."""
    (task,) = [task for task in store.tasks() if task.status.state is S.RUNNING]
    with store.transaction("reaper") as write:
        write.update(task._replace(status=task.status._replace(state=S.FAILED)))


def test_a_mistake_is_raised_at_the_commit_that_makes_it() -> None:
    world = World()
    world.create(a_spec())
    world.settle()
    with pytest.raises(RuleBroken, match=r"reaper took task .* from RUNNING to FAILED"):
        meddle(world.manager.store)


def test_a_lab_can_be_watched_and_told_of_mistakes_or_stopped_by_them() -> None:
    lab = Lab()
    told = lab.watch_rules(strict=False)
    lab.host("swarm-manage").sh("docker service create -d httpd")
    lab.settle()
    assert told.seen >= 6
    assert told.broken == []
    store = next(iter(lab.session.simulation.swarms.values())).store
    meddle(store)
    lab.advance("1ms")
    assert len(told.broken) == 1
    assert "reaper took task" in told.broken[0]
    lab.settle()
    lab.watch_rules()
    meddle(store)
    with pytest.raises(RuleBroken):
        lab.advance("1ms")


def test_watching_survives_a_rewind() -> None:
    lab = Lab()
    lab.checkpoint("start")
    told = lab.watch_rules()
    lab.rewind("start")
    before = told.seen
    lab.host("swarm-manage").sh("docker service create -d httpd")
    lab.settle()
    assert told.seen > before


def test_an_oracle_keeps_nothing_of_what_is_right() -> None:
    oracle = Oracle()
    oracle.look([Change("node", None, None, "control", 0), Change("task", RUNNING, RUNNING, "agent", 0)])
    assert (oracle.seen, oracle.broken) == (2, [])


def test_a_real_lab_cannot_be_watched_like_that() -> None:
    from swarmlab.real.lab import RealLab

    with pytest.raises(OnlySimulated):
        RealLab.watch_rules(RealLab.__new__(RealLab))
