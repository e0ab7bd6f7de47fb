"""Which move may a task make next?  Agrees with SwarmKit's `Do` from ASSIGNED on."""

import itertools

import pytest

from swarmlab.core.agent.controller import next_step, way
from swarmlab.core.states import TaskState as S


@pytest.mark.parametrize(
    ("observed", "desired", "to"),
    [
        (S.ASSIGNED, S.RUNNING, S.ACCEPTED),
        (S.ACCEPTED, S.RUNNING, S.PREPARING),
        (S.PREPARING, S.READY, S.READY),
        (S.READY, S.RUNNING, S.STARTING),
        (S.READY, S.READY, None),  # parked by a rolling update
        (S.STARTING, S.RUNNING, S.RUNNING),
        (S.RUNNING, S.RUNNING, S.COMPLETE),  # the process exits: past desired, by design
        (S.RUNNING, S.READY, None),
        (S.RUNNING, S.SHUTDOWN, S.SHUTDOWN),
        (S.RUNNING, S.REMOVE, S.SHUTDOWN),  # the reaper deletes, the agent only stops
        (S.FAILED, S.SHUTDOWN, None),
        (S.COMPLETE, S.REMOVE, None),
    ],
)
def test_next_step(observed: S, desired: S, to: S | None) -> None:
    step = next_step(observed, desired)
    assert (step and step.to) == to


def test_a_task_never_moves_backwards() -> None:
    for observed, desired in itertools.product(S, repeat=2):
        step = next_step(observed, desired)
        assert step is None or step.to > observed, (observed, desired)


@pytest.mark.parametrize(("observed", "desired"), list(itertools.product(S, repeat=2)))
def test_a_way_is_as_many_steps_as_take_no_time(observed: S, desired: S) -> None:
    at, message = observed, ""
    while (step := next_step(at, desired)) is not None and not step.work:
        at, message = step.to, step.message
    assert way(observed, desired) == (at, message, step.work if step else "")


def test_a_new_task_is_preparing_at_once_and_a_prepared_one_starting_if_it_may() -> None:
    assert way(S.ASSIGNED, S.RUNNING) == (S.PREPARING, "preparing", "prepare")
    assert way(S.READY, S.RUNNING) == (S.STARTING, "starting", "start")
    assert way(S.READY, S.READY) == (S.READY, "", "")
