"""The docker SDK over a connection in process: every kind of answer, and time that moves while a client waits."""

import gc
import os
import select
import socket
import time
from pathlib import Path

import docker
import pytest
from docker.errors import APIError, NotFound

from swarmlab.client import (
    InProcessSocket,
    NothingMore,
    RealClock,
    SimulatedClock,
    connect,
    in_process,
)
from swarmlab.errors import Unavailable
from tests.counting import python_calls
from tests.runtime.engine import SECOND, Engine, World


@pytest.fixture
def engine() -> Engine:
    return Engine()


@pytest.fixture
def client(engine):
    client = in_process(engine.handle, engine.world.step)
    yield client
    client.close()


def test_the_engine_tells_the_client_which_version_to_speak(engine):
    client = in_process(engine.handle, engine.world.step)
    assert isinstance(client, docker.DockerClient)
    assert client.api.api_version == "1.51"
    assert [r.path for r in engine.requests] == ["/version"]
    client.containers.list()
    assert engine.requests[-1].path == "/v1.51/containers/json"


def test_a_given_version_costs_no_request(engine):
    client = in_process(engine.handle, engine.world.step, version="1.45")
    assert engine.requests == []
    client.containers.list()
    assert [r.path for r in engine.requests] == ["/v1.45/containers/json"]


def test_many_requests_use_one_connection(engine, client):
    made = []
    real = InProcessSocket.__init__
    try:
        InProcessSocket.__init__ = lambda self, *a: (made.append(self), real(self, *a))[1]
        for _ in range(5):
            client.containers.list()
    finally:
        InProcessSocket.__init__ = real
    assert made == []  # the one from GET /version is used on


def test_errors_of_the_engine_are_dockers_own(client):
    with pytest.raises(NotFound) as caught:
        client.api.start("nope")
    assert caught.value.explanation == "No such container: nope"


def test_an_engine_that_breaks_answers_500_and_lives_on(client, caplog):
    with pytest.raises(APIError) as caught:
        client.api._raise_for_status(client.api._get(client.api._url("/broken")))
    assert caught.value.status_code == 500
    assert "KeyError: 'spec'" in caught.value.explanation
    assert "no answer to GET /v1.51/broken" in caplog.text
    assert client.ping()


def test_waiting_for_a_container_moves_time_and_takes_none(engine, client):
    container = client.containers.get("web")
    began = time.monotonic()
    assert container.wait(timeout=1)["StatusCode"] == 3
    assert time.monotonic() - began < 1
    assert engine.world.now == 600 * SECOND


def test_an_answer_that_takes_time_moves_it(engine, client):
    client.containers.get("web").stop()
    assert engine.world.now == 10 * SECOND


def test_following_logs_moves_time_line_by_line(engine, client):
    logs = client.containers.get("web").logs(stream=True, follow=True)
    assert [(line, engine.world.now // SECOND) for line in logs] == [
        (b"line 1\n", 1),
        (b"line 2\n", 2),
        (b"line 3\n", 3),
    ]


def test_logs_of_a_terminal_are_raw(client):
    assert client.containers.get("tty").logs() == b"line 1\nline 2\nline 3\n"


def test_logs_without_stream_are_joined(client):
    assert client.containers.get("web").logs() == b"line 1\nline 2\nline 3\n"


def test_events_come_as_they_happen(engine, client):
    for n in (1, 2):
        engine.world.at(n, lambda n=n: engine.tell(b'{"Type":"service","n":%d}\n' % n))
    events = client.events(decode=True)
    assert [next(events)["n"], next(events)["n"]] == [1, 2]
    assert engine.world.now == 2 * SECOND
    events.close()
    assert engine.streams[0].closed


def test_a_stream_that_stays_silent_for_ever_is_one_clear_error(engine, client):
    with pytest.raises(NothingMore, match="Nothing more is due to happen"):
        next(client.events())
    assert isinstance(NothingMore("x"), Unavailable)


def test_a_forgotten_stream_is_closed(engine, client):
    engine.world.at(1, lambda: engine.tell(b"{}\n"))
    events = client.events()
    next(events)
    del events
    gc.collect()
    assert engine.streams[0].closed


def test_a_pull_reports_its_progress_step_by_step(engine, client):
    lines = [line["status"] for line in client.api.pull("busybox", tag="latest", stream=True, decode=True)]
    assert lines == ["Pulling from library/busybox", "Download complete", "Pull complete"]
    assert engine.world.now == 4 * SECOND
    assert client.images.pull("busybox:latest").tags == ["busybox:latest"]


def test_exec_returns_exit_code_and_output(client):
    assert client.containers.get("web").exec_run("ls") == (5, b"outerr")


def test_exec_can_keep_the_two_outputs_apart(client):
    assert client.containers.get("web").exec_run("ls", demux=True) == (5, (b"out", b"err"))


def test_exec_can_be_read_as_it_comes(engine, client):
    _, output = client.containers.get("web").exec_run("ls", stream=True, demux=True)
    assert [(piece, engine.world.now // SECOND) for piece in output] == [((b"out", None), 1), ((None, b"err"), 2)]


def test_exec_gives_a_socket_both_ways(engine, client):
    _, sock = client.containers.get("tty").exec_run("sh", stdin=True, socket=True, tty=True)
    sock._sock.sendall(b"hello")
    assert sock.read(5) == b"HELLO"
    sock._sock.sendall(b" world")
    sock._sock.shutdown(socket.SHUT_WR)
    assert sock.readall() == b" WORLD"
    assert engine.streams[0].write_closed
    sock.close()


def test_attach_socket_is_what_docker_py_gives_for_a_real_engine(client):
    sock = client.api.attach_socket("tty", params={"stdin": 1, "stdout": 1, "stream": 1})
    assert isinstance(sock, socket.SocketIO)
    assert sock.read(64) == b"attached\n"


def test_attach_streams_frames(engine, client):
    output = client.api.attach("web", stream=True)
    assert next(output) == b"attached\n"
    engine.world.at(1, lambda: (engine.streams[0].say(b"more\n"), engine.tell(None)))
    assert list(output) == [b"more\n"]


def test_no_socket_and_no_thread_is_needed(engine, monkeypatch):
    """As in a browser (Pyodide), where there are none."""

    def none(*args, **kwargs):
        raise RuntimeError("there is no such thing here")

    for name in ("socket.socket.__init__", "socket.socketpair", "threading.Thread.start", "subprocess.Popen.__init__"):
        monkeypatch.setattr(name, none)
    client = in_process(engine.handle, engine.world.step)
    container = client.containers.get("web")
    assert container.exec_run("ls") == (5, b"outerr")
    assert list(container.logs(stream=True, follow=True))
    assert container.wait()["StatusCode"] == 3


def test_polling_a_socket_does_not_block(client):
    sock = client.api.attach_socket("tty")
    ready = select.poll()  # not select(), which knows no descriptor beyond 1023
    ready.register(sock, select.POLLIN)
    assert ready.poll(5000)
    assert sock.fileno() == client.api.attach_socket("web").fileno()  # one for the process


def test_a_nonblocking_socket_never_moves_time(engine, client):
    sock = client.api.attach_socket("tty")._sock
    sock.setblocking(False)
    assert sock.recv(100) == b"attached\n"
    engine.world.at(1, lambda: engine.streams[0].say(b"later"))
    with pytest.raises(BlockingIOError):
        sock.recv(1)
    assert engine.world.now == 0
    sock.setblocking(True)
    assert sock.recv(100) == b"later"


def test_many_streams_are_open_at_once(engine, client, caplog):
    streams = [client.events(decode=True) for _ in range(80)]
    engine.world.at(1, lambda: engine.tell(b'{"n":1}\n'))
    assert [next(s)["n"] for s in streams] == [1] * 80
    for stream in streams[:40]:
        stream.close()
    assert [stream.closed for stream in engine.streams] == [True] * 40 + [False] * 40
    engine.tell(None)
    assert [list(stream) for stream in streams[40:]] == [[]] * 40
    assert caplog.text == ""  # urllib3 complains when it has to throw connections away


def test_a_closed_socket_refuses_to_send(engine):
    sock = InProcessSocket(engine.handle, engine.world.step)
    sock.close()
    with pytest.raises(BrokenPipeError):
        sock.sendall(b"GET /_ping HTTP/1.1\r\n")


def test_a_file_of_a_socket_outlives_it(engine):
    sock = InProcessSocket(engine.handle, engine.world.step)
    file = sock.makefile("rb")
    sock.sendall(b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
    sock.close()
    assert file.readline() == b"HTTP/1.1 200 OK\r\n"
    assert not engine.streams[0].closed
    file.close()
    assert engine.streams[0].closed


def test_reading_without_having_asked_neither_hangs_nor_moves_time(engine):
    engine.world.at(1, lambda: None)
    with pytest.raises(NothingMore):
        InProcessSocket(engine.handle, engine.world.step).recv(1)
    assert engine.world.now == 0


def test_the_users_docker_settings_do_not_reach_a_simulated_host(engine, tmp_path: Path, monkeypatch):
    (tmp_path / "config.json").write_text(
        '{"HttpHeaders": {"X-Mine": "1"}, "proxies": {"default": {"httpProxy": "http://proxy"}},'
        ' "auths": {"https://index.docker.io/v1/": {"auth": "bWU6c2VjcmV0"}}}'
    )
    (tmp_path / "netrc").write_text("default login me password secret")
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    client = in_process(engine.handle, engine.world.step)
    list(client.api.pull("busybox", tag="latest", stream=True))
    assert not {"x-mine", "x-registry-auth", "authorization"} & {name for name, _ in engine.requests[-1].headers}
    assert not client.api._proxy_configs


def test_a_small_request_costs_some_hundred_calls(client):
    client.api.containers()
    assert python_calls(client.api.containers) < 1_000  # docker-py's own included


def test_simulated_sleep_moves_virtual_time():
    world = World(now=5 * SECOND)
    clock = SimulatedClock(world)
    clock.sleep(1.5)
    assert clock.now() == 6_500_000_000
    assert world.moves == [6_500_000_000]


def test_real_time_is_this_machines():
    assert abs(RealClock().now() - time.time_ns()) < 10 * SECOND


@pytest.mark.parametrize("version", [None, "1.45"])
def test_an_engine_that_is_not_there_is_one_sentence(tmp_path, version):
    path = f"unix://{tmp_path}/none.sock"
    with pytest.raises(Unavailable) as caught:
        connect(path, version=version)
    sentence = f"No Docker engine answers at {path} ({os.strerror(2)}): check that it runs and that you may use it."
    assert str(caught.value) == sentence


def test_a_refused_port_is_one_sentence():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(Unavailable, match="Connection refused"):
            connect(f"tcp://127.0.0.1:{free.getsockname()[1]}")


def test_an_address_that_is_none_is_one_sentence():
    with pytest.raises(Unavailable, match=r"Invalid bind address protocol"):
        connect("pigeon://loft")
