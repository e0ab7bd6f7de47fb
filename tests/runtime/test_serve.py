"""`swarmlab serve` as a process of its own: what it prints, whom it serves, how it stops."""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from swarmlab.client import connect
from swarmlab.errors import AlreadyExists, Forbidden, InvalidArgument
from swarmlab.runtime.serve import default_directory, parse_address, serve
from tests.runtime.engine import Engine, World

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="unix sockets do not exist there")

ROOT = Path(__file__).parents[2]
PATIENCE = 20

#: A world in which something happens every ten virtual seconds, and two engines that tell of it.
SCRIPT = """
import json, sys, threading
from pathlib import Path
from swarmlab.runtime.serve import serve
from tests.runtime.engine import Engine, World

world = World()
engines = {"node1": Engine(world), "node2": Engine(world)}

def happen():
    for engine in engines.values():
        engine.tell(json.dumps({"now": world.now}).encode() + b"\\n")
    if '--fail' in sys.argv:
        raise RuntimeError("the simulation is broken")
    world.at(10, happen)

def listen():
    for line in sys.stdin:
        for engine in engines.values():
            engine.tell(line.encode())
        world.input()

if "--quiet" in sys.argv:
    threading.Thread(target=listen, daemon=True).start()
else:
    world.at(10, happen)
kwargs = json.loads(sys.argv[1])
if "directory" in kwargs:
    kwargs["directory"] = Path(kwargs["directory"])
sys.exit(serve(world, {name: engine.handle for name, engine in engines.items()}, speed=1000, **kwargs))
"""

Start = Callable[..., tuple["subprocess.Popen[str]", dict[str, Any]]]


@pytest.fixture
def start() -> Iterator[Start]:
    running: list[subprocess.Popen[str]] = []

    def start(*more: str, **kwargs: str) -> tuple["subprocess.Popen[str]", dict[str, Any]]:
        command = [sys.executable, "-c", SCRIPT, json.dumps(kwargs), *more]
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True, cwd=ROOT)
        running.append(process)
        assert process.stdout is not None
        return process, json.loads(process.stdout.readline())

    yield start
    for process in running:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_it_says_where_its_hosts_are_once_they_answer(start, tmp_path):
    _, ready = start(directory=str(tmp_path / "lab"))
    assert ready == {
        "ready": True,
        "hosts": {host: f"unix://{tmp_path}/lab/{host}.sock" for host in ("node1", "node2")},
    }
    for host in ready["hosts"].values():
        assert connect(host, timeout=PATIENCE).version()["ApiVersion"] == "1.51"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_cleanly(start, tmp_path, number):
    process, ready = start(directory=str(tmp_path / "lab"))
    events = connect(ready["hosts"]["node1"], timeout=PATIENCE).events(decode=True)
    process.send_signal(number)
    list(events)  # comes to an end
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out, err) == (0, "", "")
    assert not (tmp_path / "lab").exists()


def test_time_runs_while_it_serves(start, tmp_path):
    _, ready = start(directory=str(tmp_path))
    events = connect(ready["hosts"]["node2"], timeout=PATIENCE).events(decode=True)
    first, second = next(events)["now"], next(events)["now"]
    assert second - first == 10 * 10**9


def test_what_is_changed_beside_all_clients_reaches_them_at_once(start, tmp_path):
    process, ready = start("--quiet", directory=str(tmp_path))
    events = connect(ready["hosts"]["node1"], timeout=PATIENCE).events(decode=True)
    assert process.stdin is not None
    process.stdin.write('{"n": 1}\n')
    process.stdin.flush()
    assert next(events) == {"n": 1}


@pytest.mark.parametrize("files", [[], ["mine"]])
def test_a_directory_that_was_there_stays(start, tmp_path, files):
    for name in files:
        (tmp_path / name).write_text("")
    process, _ = start(directory=str(tmp_path))
    process.terminate()
    process.communicate(timeout=PATIENCE)
    assert [path.name for path in tmp_path.iterdir()] == files


def test_tcp_instead_of_sockets(start):
    _, ready = start(tcp="127.0.0.1:0")
    assert [host.rpartition(":")[0] for host in ready["hosts"].values()] == ["tcp://127.0.0.1"] * 2
    assert connect(ready["hosts"]["node2"], timeout=PATIENCE).ping()


def test_tcp_beside_sockets(start, tmp_path):
    _, ready = start(tcp="localhost:0", directory=str(tmp_path))
    for kind in ("hosts", "tcp"):
        assert connect(ready[kind]["node1"], timeout=PATIENCE).ping()


def test_two_servers_in_one_directory_is_one_sentence(start, tmp_path):
    start(directory=str(tmp_path))
    with pytest.raises(AlreadyExists, match="Another server answers"):
        serve(World(), {"node1": Engine().handle}, directory=tmp_path)


def test_a_simulation_that_breaks_ends_the_server_and_says_so(start, tmp_path):
    process, _ = start("--fail", directory=str(tmp_path / "lab"))
    _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode != 0
    assert "the simulation is broken" in err
    assert not (tmp_path / "lab").exists()


def test_what_cannot_be_served_leaves_the_session_as_it_was(tmp_path):
    world = World()
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidArgument):
        serve(world, {"node1": Engine().handle}, directory=tmp_path / "file")
    assert world.changed == []


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:2375", ("127.0.0.1", 2375)),
        ("[::1]:2375", ("::1", 2375)),
        ("localhost:0", ("localhost", 0)),
    ],
)
def test_an_address_has_a_port(text, address):
    assert parse_address(text) == address


@pytest.mark.parametrize(
    "text", ["2375", ":2375", "127.0.0.1", "127.0.0.1:", "127.0.0.1:http", "127.0.0.1:70000", "a:²"]
)
def test_another_address_is_one_sentence(text):
    with pytest.raises(InvalidArgument, match="write it as"):
        parse_address(text)


def test_by_default_sockets_are_where_the_user_keeps_them(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert default_directory() == tmp_path / "swarmlab"
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    directory = default_directory()
    assert directory == tmp_path / f"swarmlab-{os.getuid()}"
    directory.mkdir(mode=0o700)
    assert default_directory() == directory


def test_a_place_prepared_by_somebody_else_is_not_used(monkeypatch, tmp_path):
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    directory = default_directory()
    directory.mkdir()
    directory.chmod(stat.S_IRWXU | stat.S_IRWXO)
    with pytest.raises(Forbidden, match="is not a directory of yours alone"):
        default_directory()
    directory.rmdir()
    directory.symlink_to(tmp_path)
    with pytest.raises(Forbidden):
        default_directory()
