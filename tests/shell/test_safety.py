"""Nothing typed in a lab reaches this machine: no file, no variable, no process, no network."""

import os
import socket
from pathlib import Path

import pytest

from tests.shell.conftest import Stage


@pytest.fixture(params=["host", "container"])
def type_(request: pytest.FixtureRequest, shared: Stage):
    """Types a line on a host, or in a container."""
    if request.param == "host":
        return lambda line: shared.on("node1", line)
    return lambda line: shared.inside("sh", "-it", f"{line}\nexit\n")


def test_files_of_this_machine_cannot_be_read(type_, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("do not tell")
    for path in (secret, f"/proc/self/root{secret}", f"/../../../..{secret}", Path(__file__)):
        result = type_(f"cat {path}")
        assert "do not tell" not in result.text
        assert "Nothing typed in a lab" not in result.text
    assert type_(f"ls {tmp_path} | wc -l").text.count("secret.txt") == 0


def test_files_of_this_machine_cannot_be_written_or_removed(stage: Stage, tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text("kept")
    line = f"mkdir -p {tmp_path}; echo gone > {kept}; rm -rf {tmp_path}; rm -rf /"
    stage.on("node1", line)
    stage.inside("sh", "-it", f"{line}\nexit\n")
    assert kept.read_text() == "kept"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept.txt"]


def test_variables_of_this_process_are_unknown(type_, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWARMLAB_TEST_SECRET", "do not tell")
    text = type_("env; echo [$SWARMLAB_TEST_SECRET]; cat /proc/self/environ; set").text
    assert "do not tell" not in text
    assert str(Path.home()) not in text or str(Path.home()) == "/root"


def test_no_socket_is_ever_opened(type_, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    text = type_(
        "curl -m 1 127.0.0.1:22; wget -T 1 http://127.0.0.1:22; ping -c 1 127.0.0.1; /usr/bin/curl 127.0.0.1"
    ).text
    assert "a socket was opened" not in text
    assert "network access not configured" not in text


def test_processes_of_this_machine_cannot_be_seen_or_killed(type_) -> None:
    text = type_(f"ps; kill -9 {os.getpid()}; kill -9 {os.getppid()}; python3 -c 'print(1 + 1)'").text
    assert "pytest" not in text
    assert "\n2\n" not in text


def test_the_name_of_this_machine_stays_unknown(type_) -> None:
    text = type_("hostname; uname -a; cat /etc/hostname /proc/sys/kernel/hostname").text
    assert socket.gethostname() not in text
