"""Wall → virtual time, with a wall clock that the tests turn by hand."""

import asyncio
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swarmlab.errors import InvalidArgument
from swarmlab.runtime.driver import Driver
from swarmlab.wire import Request, Response
from tests.runtime.engine import SECOND, World

PATIENCE = 20  # real seconds
START = 1_700_000_000 * SECOND


class Wall:
    """A clock on the wall."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


class Lab:
    """A world, a wall clock and the driver between them; notes when things happen."""

    def __init__(self, speed: float = 1.0) -> None:
        self.wall = Wall()
        self.world = World(START)
        self.driver = Driver(self.world, speed, monotonic=self.wall)
        self.happened: list[float] = []

    def plan(self, *seconds: float) -> None:
        for at in seconds:
            self.world.at(at, lambda: self.happened.append((self.world.now - START) / SECOND))

    @property
    def now(self) -> float:
        """Virtual seconds since the start."""
        return (self.world.now - START) / SECOND


@pytest.fixture
def lab() -> Lab:
    return Lab()


def test_time_follows_the_wall_clock(lab):
    lab.wall.seconds += 2.5
    lab.driver.tick()
    assert lab.now == 2.5


def test_speed_is_virtual_seconds_for_each_real_one():
    lab = Lab(speed=60)
    lab.wall.seconds += 2
    lab.driver.tick()
    assert lab.now == 120


def test_things_happen_at_their_own_time_even_if_we_come_late(lab):
    lab.plan(1, 2, 3, 5)
    lab.wall.seconds += 4
    lab.driver.tick()
    assert lab.happened == [1, 2, 3]
    assert lab.now == 4


def test_a_tick_says_how_long_nothing_is_due(lab):
    lab.plan(7)
    lab.wall.seconds += 3
    assert lab.driver.tick() == pytest.approx(4, abs=1e-5)
    lab.driver.play(speed=2)
    assert lab.driver.tick() == pytest.approx(2, abs=1e-5)


def test_with_nothing_queued_there_is_nothing_to_come_back_for(lab):
    assert lab.driver.tick() is None


def test_a_paused_lab_stands_still(lab):
    lab.plan(1)
    lab.wall.seconds += 0.5
    lab.driver.pause()
    lab.wall.seconds += 100
    assert lab.driver.tick() is None
    assert (lab.now, lab.happened, lab.driver.playing) == (0.5, [], False)
    lab.driver.play()
    assert lab.driver.tick() == pytest.approx(0.5, abs=1e-5)
    lab.wall.seconds += 1
    lab.driver.tick()
    assert (lab.now, lab.happened, lab.driver.playing) == (1.5, [1], True)


def test_a_change_of_speed_counts_from_now_on(lab):
    lab.wall.seconds += 10
    lab.driver.play(speed=10)
    lab.wall.seconds += 1
    lab.driver.tick()
    assert (lab.now, lab.driver.speed) == (20, 10)


def test_time_that_somebody_else_moved_is_kept(lab):
    lab.world.advance_to(START + 100 * SECOND)
    lab.driver.tick()
    lab.wall.seconds += 1
    lab.driver.tick()
    assert lab.now == 101


def test_after_a_rewind_time_goes_on_from_there(lab):
    lab.wall.seconds += 50
    lab.driver.tick()
    lab.world.now = START + 10 * SECOND
    lab.driver.tick()
    lab.wall.seconds += 1
    lab.driver.tick()
    assert lab.now == 11


@pytest.mark.parametrize("speed", [0, -1, float("inf"), float("nan")])
def test_time_cannot_go_backwards(lab, speed):
    with pytest.raises(InvalidArgument, match="Time cannot run at speed"):
        lab.driver.play(speed=speed)
    with pytest.raises(InvalidArgument):
        Driver(World(), speed)
    assert lab.driver.speed == 1


def test_whoever_asks_is_told_when_things_have_happened(lab):
    told: list[float] = []
    lab.driver.happened = lambda: told.append(lab.now)
    lab.plan(1, 2)
    lab.wall.seconds += 0.5
    lab.driver.tick()
    assert told == []
    lab.wall.seconds += 2
    lab.driver.tick()
    assert told == [2.5]


def test_a_request_is_answered_as_of_now(lab):
    handle = lab.driver.gate(lambda request: Response(200, (("Now", str(lab.now)),)))
    lab.wall.seconds += 1.5
    assert handle(Request("GET", "/")).header("Now") == "1.5"


def test_a_busy_swarm_lets_others_have_their_turn(lab):
    def work() -> None:
        lab.wall.seconds += 0.015  # what it costs to compute

    for n in range(10):
        lab.world.at(n / 1000, work)
    lab.wall.seconds += 1
    ticks = 0
    while lab.driver.tick() == 0.0:
        ticks += 1
    assert ticks == 5  # two pieces of work in each
    assert lab.world.next_due() is None
    assert lab.now == pytest.approx(1.15)  # and nothing is lost


def test_a_swarm_too_busy_for_its_speed_gets_slower_time_and_no_backlog():
    lab = Lab(speed=100)

    def work() -> None:
        lab.wall.seconds += 1  # a second of work for each virtual second: only speed 1 is possible
        lab.world.at(1, work)

    lab.world.at(1, work)
    lab.wall.seconds += 1
    began = lab.wall.seconds
    for _ in range(50):
        lab.driver.tick()
    assert lab.now == pytest.approx(lab.wall.seconds - began, rel=0.05)
    lab.world._queue.clear()
    lab.driver.tick()
    assert lab.now < 50 + 7 * 100


@settings(deadline=None)
@given(
    st.lists(st.floats(0, 50), max_size=8),
    st.lists(st.floats(0, 10), max_size=12),
    st.floats(0.01, 1000),
)
def test_however_often_it_is_asked_the_same_things_happen_at_the_same_times(plans, waits, speed):
    often, once = Lab(speed), Lab(speed)
    for lab in (often, once):
        lab.plan(*plans)
    for wait in waits:
        often.wall.seconds += wait
        often.driver.tick()
    once.wall.seconds = often.wall.seconds
    once.driver.tick()
    often.driver.tick()
    assert often.happened == once.happened
    assert often.world.now == once.world.now


@settings(deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=5), st.floats(0.001, 1e6))
def test_who_sleeps_as_long_as_told_is_never_too_early(plans, speed):
    lab = Lab(speed)
    lab.plan(*plans)
    rounds = 0
    while (delay := lab.driver.tick()) is not None:
        lab.wall.seconds += delay
        rounds += 1
    assert len(lab.happened) == len(plans)
    assert rounds <= len(plans) + 1


# -- how it runs: real clocks, but no waiting longer than things take ----------------------------------------


def test_as_a_task_it_sleeps_until_something_is_due_and_no_longer():
    async def scenario() -> None:
        world = World(START)
        done = asyncio.Event()
        driver = Driver(world, speed=1000)
        ticks: list[float | None] = []
        tick = driver.tick
        driver.tick = lambda: (ticks.append(tick()), ticks[-1])[1]  # type: ignore[method-assign]
        world.at(10, lambda: None)
        world.at(20, done.set)
        task = asyncio.create_task(driver.run())
        async with asyncio.timeout(PATIENCE):
            await done.wait()
        task.cancel()
        assert world.now >= START + 20 * SECOND
        assert len(ticks) <= 8  # once for each event, once at the start, and what rounding costs

    asyncio.run(scenario())


def test_as_a_task_it_notices_an_input():
    async def scenario() -> None:
        world = World(START)
        done = asyncio.Event()
        task = asyncio.create_task(Driver(world, speed=1000).run())
        await asyncio.sleep(0)  # it has nothing to wait for

        def act() -> None:
            world.at(1, done.set)
            world.input()

        thread = threading.Thread(target=act)
        thread.start()
        async with asyncio.timeout(PATIENCE):
            await done.wait()
        thread.join()
        task.cancel()

    asyncio.run(scenario())


def test_in_a_thread_it_notices_an_input_and_stops():
    world = World(START)
    driver = Driver(world, speed=1000)
    done = threading.Event()
    driver.start()
    driver.start()  # once is enough
    assert sum(thread.name == "swarmlab-driver" for thread in threading.enumerate()) == 1
    world.at(1, done.set)
    world.input()
    assert done.wait(PATIENCE)
    driver.stop()
    assert not any(thread.name == "swarmlab-driver" for thread in threading.enumerate())
    assert world.changed == []
    world.input()


def test_in_a_thread_it_sleeps_until_something_is_due_and_no_longer():
    world = World(START)
    done = threading.Event()
    driver = Driver(world, speed=1000)
    ticks: list[float | None] = []
    tick = driver.tick
    driver.tick = lambda: (ticks.append(tick()), ticks[-1])[1]  # type: ignore[method-assign]
    world.at(10, lambda: None)
    world.at(20, done.set)
    driver.start()
    assert done.wait(PATIENCE)
    driver.stop()
    assert len(ticks) <= 8


def test_in_a_thread_it_can_be_paused_and_played():
    world = World(START)
    driver = Driver(world, speed=1000)
    driver.pause()
    done = threading.Event()
    driver.start()
    world.at(1, done.set)
    world.input()
    assert not done.is_set()
    driver.play()
    assert done.wait(PATIENCE)
    driver.stop()
