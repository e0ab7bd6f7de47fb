"""A long run of the random swarm: ``python -m tests.core.long_run --steps 1000000 --seed 1``.

The short one is `test_invariants` in ``make test``.  Both do the same: random operators and random bad luck, with
the oracle looking on at every commit; at the end of each episode, no more faults, and everything must become as
desired.  A violation ends the run with the seed of its episode, which alone repeats it: ``--episode SEED``.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable

from swarmlab.core.states import Availability
from swarmlab.core.units import MILLISECOND, SECOND
from tests.builders import HOSTS
from tests.core.test_invariants import IMAGES, NAMES, Swarm

STEPS_IN_AN_EPISODE = 200


def moves(swarm: Swarm, chance: random.Random) -> list[Callable[[], None]]:
    """Return what may be done next, likelier things more than once."""
    pick = chance.choice
    workers = ("node1", "node2")
    waits = (30 * MILLISECOND, 400 * MILLISECOND, 3 * SECOND, 20 * SECOND)
    return [
        lambda: swarm.create(pick(NAMES), chance.randrange(8), pick(IMAGES), pick((0, 8080, 8081))),
        lambda: swarm.scale(pick(NAMES), chance.randrange(8)),
        lambda: swarm.force(pick(NAMES)),
        lambda: swarm.remove(pick(NAMES)),
        lambda: swarm.update_node(pick(sorted(HOSTS)), pick(list(Availability))),
        lambda: swarm.power(pick(workers)),
        lambda: swarm.cable(pick(workers)),
        lambda: swarm.kill(chance.randrange(100)),
        *[lambda: swarm.wait(pick(waits))] * 4,
        *([swarm.rewind] if chance.random() < 0.1 else []),
    ]


def episode(seed: str, steps: int) -> None:
    """Do `steps` random things to a new swarm, then let it come to rest.  Raises what is wrong."""
    chance = random.Random(seed)
    swarm = Swarm()
    for _ in range(steps):
        chance.choice(moves(swarm, chance))()
        swarm.simulation.take_changes()  # the oracle has seen them; nobody else wants them
        swarm.addresses_are_given_once()
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
        if done % 10_000 < STEPS_IN_AN_EPISODE:
            print(f"{done:>9} steps, {time.monotonic() - began:.0f} s, nothing wrong", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
