"""Wrong input of every kind gets the words, the status and the exit code that a real engine and docker give it.

What the real ones said was recorded from Docker 28 (`record.py`); where a simulation says something else, the reason
is in `OTHER_LINES` and `OTHER_REQUESTS`.  And nothing that is refused leaves a trace.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from swarmlab import Lab
from tests.contract.exchange import exchange, without_ids
from tests.contract.serving import docker_28
from tests.contract.twins import Bench, ours, theirs
from tests.contract.wrong import LINES, MANAGER, REQUESTS, STAGE, Ask

DATA = Path(__file__).parent / "data"
RECORDED_LINES: list[dict[str, Any]] = json.loads((DATA / "lines.json").read_text())["lines"]
RECORDED_REQUESTS: list[dict[str, Any]] = json.loads((DATA / "requests.json").read_text())["requests"]

#: Line → why it says something else here than on the recorded engine.
_NO_NAME_SERVER = "the recorded engine has no name server; here Docker Hub answers, and says that it has no such image"
OTHER_LINES: dict[str, str] = dict.fromkeys(
    ("docker run --rm nosuch:1 ls", "docker pull nosuch", "docker pull busybox:nope"), _NO_NAME_SERVER
)
#: (method and target, beginning of the body) → why.
OTHER_REQUESTS: dict[tuple[str, str], str] = {}


@pytest.fixture(scope="module")
def lab() -> Lab:
    made = Lab()
    for line in STAGE:
        done = made.host(MANAGER).sh(line)
        assert done.exit_code == 0, done.text
    made.settle()
    return made


def test_the_recordings_are_of_these_inputs() -> None:
    assert [(row["host"], row["line"]) for row in RECORDED_LINES] == LINES
    asked = [Ask(row["method"], row["target"], _body(row), row["type"]) for row in RECORDED_REQUESTS]
    assert asked == REQUESTS
    assert len(LINES) > 60
    assert set(OTHER_LINES) <= {line for _, line in LINES}
    assert set(OTHER_REQUESTS) <= {_key(row) for row in RECORDED_REQUESTS}


def _body(row: dict[str, Any]) -> bytes | None:
    return None if row["body"] is None else row["body"].encode()


def _key(row: dict[str, Any]) -> tuple[str, str]:
    return f"{row['method']} {row['target']}", (row["body"] or "")[:60]


@pytest.mark.parametrize("row", RECORDED_LINES, ids=[f"{row['host']}: {row['line']}" for row in RECORDED_LINES])
def test_our_docker_refuses_in_the_words_of_the_real_one_and_changes_nothing(lab: Lab, row: dict[str, Any]) -> None:
    world = lab.fork()
    before = len(world.history)
    said = ours(world, row["host"], row["line"])
    told = {"stdout": without_ids(said.stdout), "stderr": without_ids(said.stderr), "exit": said.exit_code}
    real = {key: row[key] for key in told}
    if row["line"] in OTHER_LINES:
        assert told != real, "no longer different: take it off the list"
    else:
        assert told == real
    assert said.exit_code != 0
    assert "Traceback" not in said.stdout + said.stderr
    if not row["line"].startswith("docker run"):  # a container that cannot start has been made all the same
        assert {change.kind for change in world.history.rows[before:]} == {"command"}


@pytest.mark.docker
@pytest.mark.parametrize(("host", "line"), LINES, ids=[f"{host}: {line}" for host, line in LINES])
def test_the_real_docker_says_the_same_bytes_as_ours_about_the_same_swarm(
    bench: Bench, lab: Lab, host: str, line: str
) -> None:
    docker_28()
    assert theirs(bench, lab.fork(), host, line, runs=True) == ours(lab.fork(), host, line)


@pytest.mark.parametrize(
    "row",
    RECORDED_REQUESTS,
    ids=[f"{row['method']} {row['target']} {(row['body'] or '')[:80]}" for row in RECORDED_REQUESTS],
)
def test_the_api_refuses_with_the_status_and_in_the_words_of_the_real_one(
    bench: Bench, lab: Lab, row: dict[str, Any]
) -> None:
    world = lab.fork()
    digest = world.digest()
    with bench.holding(world):
        told = exchange(bench.hosts[MANAGER], Ask(row["method"], row["target"], _body(row), row["type"]))
    answer = (told.status, without_ids(told.text))
    if _key(row) in OTHER_REQUESTS:
        assert answer != (row["status"], row["text"]), "no longer different: take it off the list"
    else:
        assert answer == (row["status"], row["text"])
    if told.status >= 300:
        assert world.digest() == digest
