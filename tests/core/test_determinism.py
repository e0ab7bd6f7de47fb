"""One seed and the same inputs give one world: in another process, after a checkpoint, beside other labs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from swarmlab.core import faults
from swarmlab.core.simulation import Simulation
from swarmlab.core.states import Availability
from swarmlab.core.units import SECOND
from tests.builders import World, a_spec, publish

STORY = """
from tests.core.test_determinism import story
print(story(5).simulation.digest())
"""


def story(seed: int, stop_at: int = 5) -> World:
    """A session with something of everything."""
    world = World(seed)
    acts = [
        lambda: world.create(a_spec("web", 4, ports=(publish(8080),))),
        lambda: world.scale("web", 6),
        lambda: world.set_availability("node1", Availability.DRAIN),
        lambda: world.create(a_spec("crash", image="crash")),
        lambda: faults.stop(world.simulation, "node2"),
    ]
    for act in acts[:stop_at]:
        act()
        world.run(10 * SECOND)
    return world


@pytest.mark.parametrize("hash_seed", ["0", "1", "4711"])
def test_the_digest_does_not_depend_on_the_process_or_its_hash_seed(hash_seed: str) -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", STORY],
        cwd=root,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == story(5).simulation.digest()


def test_another_seed_gives_another_world() -> None:
    assert story(5).simulation.digest() != story(6).simulation.digest()


@pytest.mark.parametrize("stop_at", range(1, 6))
def test_a_lab_restored_in_the_middle_ends_as_if_never_interrupted(stop_at: int) -> None:
    world = story(5, stop_at)
    copy = Simulation.restore(world.simulation.checkpoint())
    assert copy.digest() == world.simulation.digest()
    for simulation in (world.simulation, copy):
        simulation.run_until(simulation.now + 30 * SECOND)
    assert copy.digest() == world.simulation.digest()


def test_a_copy_goes_its_own_way_without_touching_the_original() -> None:
    world = story(5, 2)
    before = world.simulation.digest()
    copy = Simulation.restore(world.simulation.checkpoint())
    faults.stop(copy, "node1")
    copy.run_until(copy.now + 60 * SECOND)
    assert world.simulation.digest() == before != copy.digest()


def test_labs_in_one_process_do_not_meet() -> None:
    alone = story(5).simulation.digest()
    one, two, three = World(5), World(6), World(5)
    for world in (one, two, three):
        world.create(a_spec("web", 4, ports=(publish(8080),)))
    for world in (three, one, two):
        world.run(10 * SECOND)
    assert one.simulation.digest() == three.simulation.digest() == story(5, 1).simulation.digest()
    assert story(5).simulation.digest() == alone
