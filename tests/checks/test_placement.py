"""What Swarm's rules say about placing and removing is what the swarm then does, ties included."""

from collections import Counter

import pytest

from swarmlab import Lab
from swarmlab.checks.claims import running_tasks
from swarmlab.checks.placement import likely_counts, survivors

MANAGER = "swarm-manage"


def swarm(seed: int, *lines: str) -> Lab:
    lab = Lab(seed=seed, shuffle=seed)
    for line in lines:
        assert lab.host(MANAGER).sh(line).exit_code == 0, line
    return lab


def counts(lab: Lab) -> dict[str, int]:
    return {name: Counter(t["node"] for t in running_tasks(lab.history.world(), "web"))[name] for name in lab.hosts}


BUSY = "docker service create --name busy --replicas 2 --constraint node.hostname==node1 httpd:2.4"


@pytest.mark.parametrize("seed", range(1, 6))
@pytest.mark.parametrize("first", ["docker service create --name calm httpd:2.4", BUSY])
def test_scaling_out_ends_in_one_of_the_likely_ways(seed: int, first: str):
    lab = swarm(seed, first, "docker service create --name web httpd:2.4")
    ways = likely_counts(lab.history.world(), "web", 5)
    lab.host(MANAGER).sh("docker service scale web=5")
    assert counts(lab) in ways


def test_a_busy_node_decides_between_equals_and_leaves_one_way():
    lab = swarm(1, BUSY, "docker service create --name web httpd:2.4")
    assert likely_counts(lab.history.world(), "web", 5) == [{MANAGER: 2, "node1": 1, "node2": 2}]


@pytest.mark.parametrize("seed", range(1, 6))
def test_scaling_in_leaves_slots_that_may_stay(seed: int):
    lab = swarm(
        seed,
        "docker service create --name web --replicas 3 --constraint node.hostname!=node2 httpd:2.4",
        "docker service scale web=7",
    )
    expected = survivors(lab.history.world(), "web", 3)
    lab.host(MANAGER).sh("docker service scale web=3")
    lab.advance("10s")
    assert expected.allow(frozenset(task["slot"] for task in running_tasks(lab.history.world(), "web")))


def test_the_lowest_slots_of_each_node_stay_and_a_tie_stays_open():
    lab = swarm(
        1,
        "docker node update --availability pause swarm-manage",
        "docker node update --availability pause node2",
        "docker service create --name web --replicas 4 httpd:2.4",
        "docker node update --availability active node2",
        "docker service scale web=6",
    )
    world = lab.history.world()
    assert survivors(world, "web", 3) == (frozenset({1, 5}), frozenset({2, 6}), 1)
    assert survivors(world, "web", 6).allow(frozenset(range(1, 7)))
    assert not survivors(world, "web", 3).allow(frozenset({1, 2, 3}))
    assert survivors(world, "web", 0).allow(frozenset())
