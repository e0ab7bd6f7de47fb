"""docker-py's own integration tests, run against a served engine as its authors run them against a real one."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import docker
import pytest

from tests.contract.serving import Served

VENDOR = Path(__file__).parent / "vendor"
SUITES = sorted(path.name for path in (VENDOR / "docker-py" / "tests" / "integration").glob("*_test.py"))

#: What a real engine (28.5.2, 2026-11-25) does not pass either: all others of the 151 pass.
NOT_PASSED = {
    "SwarmTest.test_init_swarm_force_new_cluster": "skipped",  # by its authors: "Test stalls the engine on 1.12.0"
    "SwarmTest.test_init_swarm_with_log_driver": "xfail",  # "This doesn't seem to be taken into account by the engine"
}

Outcomes = dict[str, dict[str, str]]


def run(docker_host: str, report: Path) -> subprocess.CompletedProcess[str]:
    """Run all suites against an engine; `report` says what came of each test."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir=.", "--confcutdir=."]
    return subprocess.run(
        [*command, "-c", os.devnull, "--timeout=60", f"--junitxml={report}", "tests"],
        cwd=VENDOR / "docker-py",
        env={**os.environ, "DOCKER_HOST": docker_host, "PYTHONPATH": str(VENDOR / "stand-ins")},
        capture_output=True,
        text=True,
        check=False,
    )


def outcomes_of(report: Path) -> Outcomes:
    """Return suite → test → what came of it."""
    found: Outcomes = {}
    for case in ElementTree.parse(report).iter("testcase"):
        *_, suite, kind = case.attrib["classname"].split(".")
        said = next((item for item in case if item.tag in ("failure", "error", "skipped")), None)
        outcome = "passed" if said is None else said.tag
        if said is not None and "xfail" in said.attrib.get("type", ""):
            outcome = "xfail"
        elif said is not None and outcome != "skipped":
            outcome = f"{outcome}: {said.attrib.get('message', '')}"
        found.setdefault(f"{suite}.py", {})[f"{kind}.{case.attrib['name']}"] = outcome
    return found


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcomes]:
    folder = tmp_path_factory.mktemp("d")
    served = Served(folder, "--hosts", "solo=192.168.1.11", "--no-swarm")
    with closing(docker.DockerClient(served.hosts["solo"])) as client:
        client.images.pull("alpine")  # one test takes it for granted
    done = run(served.hosts["solo"], folder / "report.xml")
    assert (folder / "report.xml").exists(), done.stdout + done.stderr
    yield outcomes_of(folder / "report.xml")
    assert served.stop() == (0, "")


@pytest.mark.parametrize("suite", SUITES)
def test_a_suite_of_docker_py_ends_as_with_a_real_engine(outcomes: Outcomes, suite: str) -> None:
    expected = {test: NOT_PASSED.get(test, "passed") for test in outcomes[suite]}
    assert outcomes[suite] == expected
    assert expected


def test_no_test_of_docker_py_is_forgotten(outcomes: Outcomes) -> None:
    assert sum(len(tests) for tests in outcomes.values()) == 151
