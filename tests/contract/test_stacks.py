"""``docker stack``, ours and the real one: the same words, and the same services in the swarm.

The client turns a Compose file into specs, so it is the client that can be wrong: ours is held to what the real one
printed and made (`stacks.py`), and where it is installed both are run against copies of one swarm.
"""

import json
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from swarmlab import Lab
from tests.contract.serving import docker_28
from tests.contract.stacks import CASES, DATA, FOLDER, KEPT, STAGE, Case, made, plain
from tests.contract.twins import Bench, aged, ours, theirs

RECORDED: list[dict[str, Any]] = json.loads((DATA / "said.json").read_text(encoding="utf-8"))["rows"]


def _name(case: Case) -> str:
    return f"{case.host}: {case.line} {case.stdin}"[:120].replace("\n", " ")


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    yield aged(STAGE)
    shutil.rmtree(FOLDER, ignore_errors=True)  # what the real docker was given to read


def test_the_recordings_are_of_these_cases() -> None:
    assert [Case(row["host"], row["line"], row["stdin"]) for row in RECORDED] == CASES
    assert [row["line"] for row in RECORDED if "made" in row] == list(KEPT)
    assert len(CASES) > 300
    assert sum(row["exit"] != 0 for row in RECORDED) > 100


@pytest.mark.parametrize(("case", "row"), list(zip(CASES, RECORDED, strict=True)), ids=map(_name, CASES))
def test_our_docker_says_what_the_real_one_said(lab: Lab, case: Case, row: dict[str, Any]) -> None:
    world = lab.fork()
    said = plain(ours(world, case.host, case.typed, case.stdin))
    assert said == {key: row[key] for key in said}
    if "made" in row:
        assert made(world) == row["made"]


@pytest.mark.docker
@pytest.mark.parametrize("case", CASES, ids=map(_name, CASES))
def test_the_real_docker_and_ours_make_the_same_stack(bench: Bench, lab: Lab, case: Case) -> None:
    docker_28()
    mine, real = lab.fork(), lab.fork()
    said = plain(ours(mine, case.host, case.typed, case.stdin))
    assert plain(theirs(bench, real, case.host, case.typed, case.stdin)) == said
    assert made(mine) == made(real)
