"""Exercises on real engines: each attempt gets the points and the hint that its proof on the simulation demands.

Playing them takes an hour, so what real engines did is kept (`tests.real.played`), and judged here by the goals as they
are today.  Lesson 01 is also played anew in every run (test_exercises).
"""

import pytest

from swarmlab import exercises
from swarmlab.author.proof import Attempt
from tests.exercises.attempts import attempts
from tests.real import played

_MESH = "needs the routing mesh or virtual addresses, and so IPVS in the kernel"
#: Exercises for real engines that were not played here, and why: whoever has such a machine can.
NOT_PLAYED: dict[str, str] = {
    "5.2": _MESH,
    "7.3": _MESH,
    "10.7": "its stage sets firewalls, which hosts in namespaces do not have",
}
#: Single attempts that are left out, and why.
OTHERWISE: dict[tuple[str, str], str] = {
    ("2.2", "wrong_node_lost"): "stops an engine by systemctl, which hosts in namespaces do not have",
    ("7.4", "right_two_networks"): "asks lab.reachability(), which only a simulated lab has",
    ("3.3", "wrong_start_first"): "may be right by chance: which slot is replaced first is not decided",
}

BOTH = [it.id for it in exercises.ALL if it.backends == "both" and not it.id.startswith("1.")]
EXPECTED = {(it.exercise, it.name): it for it in (*attempts("right"), *attempts("wrong")) if it.exercise in BOTH}


@pytest.mark.parametrize("exercise", [it for it in BOTH if it not in NOT_PLAYED])
def test_real_engines_give_each_attempt_what_its_proof_demands(exercise: str) -> None:
    found = {it.attempt: it for it in played.load(exercise)}
    wanted = {name: it for (of, name), it in EXPECTED.items() if of == exercise and (of, name) not in OTHERWISE}
    assert found.keys() == wanted.keys(), "play them: python -m tools.play " + exercise
    for name, attempt in wanted.items():
        assert verdict(found[name]) == demanded(attempt), name


def verdict(of: played.Played) -> tuple[str, float]:
    report = of.judge()
    return report.ladder.id if report.ladder else "", report.score


def demanded(attempt: Attempt) -> tuple[str, float]:
    points = exercises.find(attempt.exercise).points
    return attempt.hint, points if attempt.points is None else attempt.points


def test_what_was_not_played_is_still_there() -> None:
    assert set(NOT_PLAYED) <= set(BOTH)
    assert set(OTHERWISE) <= set(EXPECTED)
    assert not any(played.file_of(exercise).exists() for exercise in NOT_PLAYED)
