"""How fast the board is: ``make bench``.  The goals: an update of 3 hosts and 20 tasks takes under 16 ms in the kernel,
100 hosts and 2,000 tasks take ten updates a second, and the time bar answers in 100 ms after 10,000 events.
"""

import itertools
import random
from typing import Any

import pytest

from tests.benchmarks.boards import Listening, Swarm, session_of, update


@pytest.mark.benchmark(group="board")
@pytest.mark.parametrize(("nodes", "tasks", "changed"), [(3, 20, 2), (100, 2_000, 20), (100, 2_000, 200)])
def test_an_update(benchmark: Any, nodes: int, tasks: int, changed: int) -> None:
    swarm = Swarm(nodes, tasks)
    board = Listening(swarm)
    benchmark.pedantic(update, (board, swarm, changed), rounds=100, warmup_rounds=3)
    benchmark.extra_info["bytes"] = max(map(len, board.sent))


@pytest.mark.benchmark(group="board")
@pytest.mark.parametrize(("nodes", "tasks"), [(3, 20), (100, 2_000)])
def test_a_page_that_knows_nothing(benchmark: Any, nodes: int, tasks: int) -> None:
    board = Listening(Swarm(nodes, tasks))
    benchmark.pedantic(board._say_all, rounds=20)
    benchmark.extra_info["bytes"] = len(board.sent[-1])


@pytest.mark.benchmark(group="board")
@pytest.mark.parametrize("large", [False, True], ids=["3 hosts", "100 hosts"])
def test_a_move_of_the_time_bar_after_ten_thousand_events(benchmark: Any, large: bool) -> None:
    swarm = session_of(10_000) if not large else Swarm(100, 2_000)
    while len(swarm.trace) < 10_000:
        swarm.change(20)
    board = Listening(swarm)
    board.seek(swarm.trace.rows[0].at)
    first, last = swarm.trace.rows[0].at, swarm.now
    draw = random.Random(1)
    places = itertools.cycle([draw.randrange(first, last) for _ in range(50)])
    benchmark.pedantic(lambda: board.seek(next(places)), rounds=50)
    benchmark.extra_info["bytes"] = max(map(len, board.sent[1:]))
