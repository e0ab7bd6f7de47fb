"""A lab of engines that answer on sockets.  The engines here are simulated: to this lab they are as any others."""

import json
import queue
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from swarmlab import Lab
from swarmlab.errors import InvalidArgument, NotFound, OnlySimulated, Unavailable
from swarmlab.real.lab import RealLab
from swarmlab.surface import Surface
from tests.real.serving import Engines


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    engines = Engines(tmp_path_factory.mktemp("e"))
    yield engines
    engines.stop()


@pytest.fixture
def lab(engines: Engines) -> Iterator[RealLab]:
    lab = Lab.connect(engines.hosts)
    yield lab
    lab.close()


def test_commands_run_on_the_engine_of_their_host(lab: RealLab) -> None:
    assert lab.host("swarm-manage").sh("docker node ls | wc -l").stdout.strip() == "4"
    refused = lab.host("node1").sh("docker node ls")
    assert refused.exit_code == 1
    assert "not a swarm manager" in refused.stderr


def test_the_sdk_speaks_to_the_same_engines(lab: RealLab) -> None:
    assert lab.docker("node1").info()["Name"] == "node1"
    assert lab.docker().info()["Swarm"]["ControlAvailable"]
    assert lab.manager == "swarm-manage"


def test_commands_are_rows_of_the_history(lab: RealLab) -> None:
    lab.host("node1").sh("false")
    last = lab.history.world().commands[-1].state
    assert last == {"host": "node1", "line": "false", "exit_code": 1}


def test_what_leads_to_no_shell_is_told_where_it_is_typed(lab: RealLab) -> None:
    result = lab.host("node1").sh("curl http://node2; echo went on")
    assert result.stdout == "went on\n"
    assert result.stderr.startswith("curl: cannot run here: unix://")


def test_text_tools_and_files_stay_in_the_sandbox(lab: RealLab) -> None:
    result = lab.host("node1").sh("echo hello > /tmp/f; cat /tmp/f; hostname 2>/dev/null; cat /etc/hostname")
    assert result.stdout == "hello\nnode1\n"
    assert not Path("/tmp/f").exists()


def test_waiting_takes_real_time_and_can_be_interrupted(lab: RealLab) -> None:
    began = time.monotonic()
    lab.advance("300ms")
    assert 0.3 <= time.monotonic() - began < 20
    machine = lab.host("node1")
    printed: queue.SimpleQueue[str] = queue.SimpleQueue()
    typist = threading.Thread(target=machine.run, args=("echo a; sleep 60", lambda stream, text: printed.put(text)))
    typist.start()
    machine.shell.cancel() if printed.get(timeout=20) else None
    typist.join(20)
    assert not typist.is_alive()


@pytest.mark.parametrize("by", ["ten", "-1s", -1])
def test_time_that_cannot_pass_is_refused(lab: RealLab, by: Any) -> None:
    with pytest.raises(InvalidArgument):
        lab.advance(by)


def test_a_swarm_at_rest_is_settled(lab: RealLab) -> None:
    assert lab.settle()


@pytest.mark.parametrize(
    "ask",
    [
        lambda lab: lab.faults.stop("node1"),
        lambda lab: lab.rewind("start"),
        lambda lab: lab.checkpoint("start"),
        lambda lab: lab.fork(),
        lambda lab: lab.play(),
        lambda lab: lab.pause(),
        lambda lab: lab.digest(),
        lambda lab: lab.session,
        lambda lab: lab.apply({}),
        lambda lab: lab.practice(),
        lambda lab: lab.incident(),
    ],
)
def test_what_only_a_simulation_can_do_says_so_in_one_sentence(lab: RealLab, ask: Any) -> None:
    with pytest.raises(OnlySimulated) as caught:
        ask(lab)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def test_the_board_says_that_the_swarm_is_real(lab: RealLab) -> None:
    board = lab.board()
    assert "real swarm" in board.text()
    assert "node2 (worker; ready, active" in board.text()


def test_names_are_completed(lab: RealLab) -> None:
    assert lab.complete("swarm-manage", "docker node inspect nod") == (["node1", "node2"], "nod")


def test_an_exercise_begins_on_it(lab: RealLab) -> None:
    lab.exercise("1.1")
    report = lab.check("1.1")
    assert not report.passed
    assert [note.kind for note in lab.notes[:2]] == ["stage", "exercise"]


def test_an_unknown_host_is_told_with_those_that_exist(lab: RealLab) -> None:
    with pytest.raises(NotFound, match="swarm-manage, node1, node2"):
        lab.host("node9")


def test_an_engine_that_does_not_answer_is_told() -> None:
    with pytest.raises(Unavailable, match="No Docker engine answers"):
        Lab.connect({"node1": "unix:///nowhere.sock"})


def test_the_environment_chooses_the_backend(engines: Engines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWARMLAB_BACKEND", "real")
    monkeypatch.setenv("SWARMLAB_HOSTS", json.dumps(engines.hosts))
    lab: Any = Lab(seed=1)
    assert isinstance(lab, RealLab)
    assert isinstance(lab, Surface)
    lab.close()


@pytest.mark.parametrize(
    ("backend", "hosts", "make", "error"),
    [
        ("real", "", Lab, InvalidArgument),
        ("real", "[]", Lab, InvalidArgument),
        ("real", "{", Lab, InvalidArgument),
        ("real", "{}", Lab, InvalidArgument),
        ("real", '{"a": 1}', Lab, InvalidArgument),
        ("real", "{}", partial(Lab, hosts=2), OnlySimulated),
        ("real", "{}", partial(Lab.open, "mine"), OnlySimulated),
        ("cloud", "{}", Lab, InvalidArgument),
    ],
)
def test_a_wrong_environment_is_told(
    monkeypatch: pytest.MonkeyPatch, backend: str, hosts: str, make: Any, error: type[Exception]
) -> None:
    monkeypatch.setenv("SWARMLAB_BACKEND", backend)
    monkeypatch.setenv("SWARMLAB_HOSTS", hosts)
    with pytest.raises(error):
        make()


def test_a_simulated_lab_stays_simulated_when_it_is_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = Lab()
    monkeypatch.setenv("SWARMLAB_BACKEND", "real")
    assert isinstance(lab.fork(), Lab)
