"""What a board may send, in bytes and messages, exactly; and what that may cost.

A budget that grows is a decision, not an accident: whoever changes a number here says why.
"""

import json

import pytest

from swarmlab import history, views
from swarmlab.widgets import board as board_module
from tests.benchmarks.boards import Listening, Swarm, session_of, update
from tests.counting import python_calls


@pytest.mark.parametrize(
    ("nodes", "tasks", "changed", "sent"),
    [(3, 20, 2, 336), (3, 20, 20, 1532), (100, 2_000, 20, 1568)],
)
def test_an_update_has_the_size_of_the_change_whatever_the_size_of_the_swarm(nodes, tasks, changed, sent) -> None:
    swarm = Swarm(nodes, tasks)
    board = Listening(swarm)
    assert update(board, swarm, changed) == sent
    assert sent < 2_000


def test_a_second_that_passes_costs_one_small_message() -> None:
    swarm = Swarm(3, 20)
    board = Listening(swarm)
    board._tick()
    board.sent.clear()
    swarm.second += 1
    board._tick()
    assert [len(message) for message in board.sent] == [42]
    board._tick()
    assert len(board.sent) == 1


def test_a_burst_of_five_hundred_changes_is_told_in_few_messages() -> None:
    swarm = Swarm(3, 20)
    board = Listening(swarm)
    for _ in range(250):
        swarm.change(2)
    ticks = 0
    while board._live.backlog:
        board._tick()
        ticks += 1
    assert (len(board.sent), ticks) == (14, 14)


def test_a_move_of_the_time_bar_reads_few_rows_and_sends_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    swarm = session_of(10_000)
    board = Listening(swarm)
    first, last = swarm.trace.rows[0].at, swarm.now
    board.seek(first + (last - first) // 2)
    applied = 0
    apply = history.World.apply

    def counted(world: history.World, row: object) -> None:
        nonlocal applied
        applied += 1
        apply(world, row)  # type: ignore[arg-type]

    monkeypatch.setattr(history.World, "apply", counted)
    board.sent.clear()
    for tenth in range(1, 10):
        board.seek(first + (last - first) * tenth // 10)
    assert applied < 9 * history.EVERY
    assert len(board.sent) == 9
    assert max(map(len, board.sent)) < 3_000


def test_a_look_at_the_past_of_a_big_swarm_sends_what_differs_only() -> None:
    swarm = Swarm(100, 2_000)
    for _ in range(50):
        swarm.change(20)
    board = Listening(swarm)
    board.seek(swarm.now - 3 * views.SECOND)
    board.sent.clear()
    board.seek(swarm.now - 4 * views.SECOND)
    (message,) = map(json.loads, board.sent)
    assert len(message["k"]) == 20


def test_an_update_costs_calls_by_the_change_not_by_the_swarm() -> None:
    costs = []
    for nodes, tasks in ((3, 20), (100, 2_000)):
        swarm = Swarm(nodes, tasks)
        board = Listening(swarm)
        update(board, swarm, 2)
        costs.append(python_calls(lambda swarm=swarm, board=board: update(board, swarm, 2)))  # type: ignore[misc]
    assert costs == [126, 126]


def test_the_page_s_module_stays_small() -> None:
    assert len(board_module.Board._esm) < 60_000
