"""A long run of the random swarm: ``python -m tests.core.long_run --steps 1000000 --seed 1``.

The short one is `test_invariants` in ``make test``.  Both do the same: random operators and random bad luck among
three hosts that may all be managers, with the oracle looking on at every commit; at the end of each episode, no more
faults, and everything must become as desired.  A violation ends the run with the seed of its episode, which alone
repeats it: ``--episode SEED``.
"""

import argparse
import gc
import random
import sys
import time
from collections.abc import Callable

from swarmlab.core import faults
from swarmlab.core.objects import UpdateConfig
from swarmlab.core.states import Availability, Role
from swarmlab.core.units import MILLISECOND, SECOND
from tests.builders import HOSTS
from tests.core.test_invariants import IMAGES, JOBS, MEMORY, NAMES, Managed, Swarm

STEPS_IN_AN_EPISODE = 200
EVERYBODY = tuple(sorted(HOSTS))
WORKERS = ("node1", "node2")
WAITS = (30 * MILLISECOND, 400 * MILLISECOND, 3 * SECOND, 20 * SECOND)
AFFLICTIONS = (faults.hang, faults.fail_check, faults.recover, faults.out_of_memory)


def an_update(chance: random.Random) -> UpdateConfig:
    """Return how an update is to go on."""
    pick = chance.choice
    return UpdateConfig(
        parallelism=chance.randrange(3),
        delay=pick((0, SECOND)),
        failure_action=pick(("pause", "continue", "rollback")),
        monitor=pick((None, SECOND)),
        max_failure_ratio=pick((0.0, 0.5)),
        order=pick(("stop-first", "start-first")),
    )


def writes(swarm: Swarm, chance: random.Random) -> list[Callable[[], None]]:
    """Return what an operator may do while there is a quorum."""
    pick, upto = chance.choice, chance.randrange
    return [
        lambda: swarm.create(pick(NAMES), upto(8), pick(IMAGES), pick((0, 8080, 8081)), pick(MEMORY)),
        lambda: swarm.create_job(pick(JOBS), 1 + upto(5), 1 + upto(3), pick(("busybox", "crash"))),
        lambda: swarm.create_global_job(pick(JOBS)),
        lambda: swarm.scale(pick(NAMES), upto(8)),
        lambda: swarm.force(pick(NAMES + JOBS)),
        lambda: swarm.update(pick(NAMES), pick(IMAGES), an_update(chance)),
        lambda: swarm.roll_back(pick(NAMES)),
        lambda: swarm.remove(pick(NAMES + JOBS)),
        lambda: swarm.update_node(pick(EVERYBODY), pick(list(Availability))),
    ]


def misfortunes(swarm: Swarm, chance: random.Random) -> list[Callable[[], None]]:
    """Return what may happen at any time, waiting among it."""
    pick, upto = chance.choice, chance.randrange
    return [
        lambda: swarm.power(pick(WORKERS)),
        lambda: swarm.cable(pick(WORKERS)),
        lambda: swarm.kill(upto(100)),
        lambda: swarm.afflict(upto(100), pick(AFFLICTIONS)),
        lambda: swarm.trouble_the_registry(pick((0, 1, 20))),
        lambda: swarm.fill_or_free_a_disk(pick(EVERYBODY)),
        lambda: swarm.resize(pick(EVERYBODY), pick((300, 1024, 4096))),
        *[lambda: swarm.wait(pick(WAITS))] * 6,
        *([swarm.rewind] if chance.random() < 0.1 else []),
    ]


def of_managers(swarm: Managed, chance: random.Random) -> list[Callable[[], None]]:
    """Return what is done and what happens to the managers."""
    pick = chance.choice
    return [
        *([lambda: swarm.set_role(pick(EVERYBODY), pick(list(Role)))] if swarm.can_write() else []),
        lambda: swarm.lose_a_manager(pick(EVERYBODY)),
        lambda: swarm.cut_a_manager_off(pick(EVERYBODY)),
        swarm.wait_for_an_election,
        lambda: swarm.without_a_majority_nothing_is_written(pick((SECOND, 30 * SECOND))),
    ]


def episode(seed: str, steps: int) -> None:
    """Do `steps` random things to a new swarm, then let it come to rest.  Raises what is wrong.

    Every other swarm has several managers, which come and go; in the others a single one is never lost.
    """
    chance = random.Random(seed)
    swarm = chance.choice((Swarm, Managed))()
    for _ in range(steps):
        moves = misfortunes(swarm, chance)
        if swarm.can_write():
            moves += writes(swarm, chance)
        if isinstance(swarm, Managed):
            moves += of_managers(swarm, chance)
        chance.choice(moves)()
        swarm.simulation.take_changes()  # the oracle has seen them; nobody else wants them
        swarm.addresses_are_given_once()
        if isinstance(swarm, Managed):
            swarm.the_loops_run_where_the_leader_is()
            swarm.each_term_has_one_leader()
    swarm.teardown()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--episode", help="repeat this one episode")
    options = parser.parse_args()
    if options.episode:
        episode(options.episode, STEPS_IN_AN_EPISODE)
        print("nothing was wrong")
        return 0
    done, began = 0, time.monotonic()
    while done < options.steps:
        seed = f"{options.seed}/{done}"
        try:
            episode(seed, STEPS_IN_AN_EPISODE)
        except Exception as error:
            print(f"episode {seed}: {type(error).__name__}: {error}", flush=True)
            return 1
        done += STEPS_IN_AN_EPISODE
        gc.collect()  # a simulation looks for no garbage while it runs, and is a cycle itself
        if done % 10_000 < STEPS_IN_AN_EPISODE:
            print(f"{done:>9} steps, {time.monotonic() - began:.0f} s, nothing wrong", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
