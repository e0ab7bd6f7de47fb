"""The server on real sockets: docker-py, raw sockets and the docker command against a small real engine."""

import asyncio
import os
import select
import shutil
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import docker
import pytest

from swarmlab.client import connect
from swarmlab.errors import AlreadyExists, Conflict, FailedPrecondition, Forbidden, InvalidArgument, SwarmlabError
from swarmlab.runtime.server import Server
from swarmlab.runtime.sockets import LONGEST_PATH, listen_unix
from tests.runtime.engine import Engine, World

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="unix sockets do not exist there")

PATIENCE = 20  # seconds that real input and output may take on a busy machine


class Serving:
    """A server in a thread of its own, so that blocking clients can be tested."""

    def __init__(self, engines: dict[str, Engine]) -> None:
        self.engines = engines
        self.hosts: dict[str, str] = {}
        self.server: Server
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

        async def make() -> None:
            self.server = Server({host: engine.handle for host, engine in engines.items()})

        self.do(make)

    def do(self, work: Callable[..., Coroutine[Any, Any, Any]], *args: Any) -> Any:
        """Run `work` in the server's loop and return what it returns."""
        return asyncio.run_coroutine_threadsafe(work(*args), self._loop).result(PATIENCE)

    def now(self, action: Callable[[], Any]) -> Any:
        """Call `action` in the server's loop, then let the server look at its streams, as a step of time would."""

        async def work() -> Any:
            result = action()
            self.server.wake()
            await asyncio.sleep(0)
            return result

        return self.do(work)

    def until(self, claim: Callable[[], bool]) -> None:
        """Wait until `claim` is true in the server's loop."""

        async def work() -> None:
            async with asyncio.timeout(PATIENCE):
                while not claim():
                    await asyncio.sleep(0.001)

        self.do(work)

    def stop(self) -> None:
        if not self._loop.is_closed():
            self.do(self.server.close)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(PATIENCE)
            self._loop.close()


@pytest.fixture
def engine() -> Engine:
    return Engine(World())


@pytest.fixture
def serving(engine, tmp_path: Path) -> Iterator[Serving]:
    serving = Serving({"node1": engine, "node2": Engine()})
    serving.hosts = serving.do(serving.server.listen_unix, tmp_path / "s")
    yield serving
    serving.stop()


@pytest.fixture
def path(serving: Serving) -> str:
    return serving.hosts["node1"].removeprefix("unix://")


@pytest.fixture
def client(serving: Serving) -> Iterator[docker.DockerClient]:
    client = connect(serving.hosts["node1"], timeout=PATIENCE)
    yield client
    client.close()


def dial(path: str, data: bytes = b"") -> socket.socket:
    sock = socket.socket(socket.AF_UNIX)
    sock.settimeout(PATIENCE)
    sock.connect(path)
    sock.sendall(data)
    return sock


def read_all(sock: socket.socket) -> bytes:
    came = b""
    while data := sock.recv(65536):
        came += data
    return came


def read_until(sock: socket.socket, end: bytes) -> bytes:
    came = b""
    while not came.endswith(end):
        data = sock.recv(65536)
        assert data, f"the connection ended after {came!r}"
        came += data
    return came


GET = b"GET %b HTTP/1.1\r\nHost: x\r\n\r\n"
ATTACH = b"POST /containers/tty/attach HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"


# -- sockets -------------------------------------------------------------------------------------------------


def test_sockets_are_for_their_owner_alone(path):
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(Path(path).parent).st_mode) == 0o700


def test_an_existing_directory_keeps_its_mode(tmp_path):
    (tmp_path / "mine").mkdir(mode=0o755)
    (tmp_path / "mine").chmod(0o755)
    serving = Serving({"a": Engine()})
    serving.do(serving.server.listen_unix, tmp_path / "mine")
    serving.stop()
    assert stat.S_IMODE((tmp_path / "mine").stat().st_mode) == 0o755


def test_each_host_has_its_own_engine(serving):
    for host in ("node1", "node2"):
        connect(serving.hosts[host]).close()
    assert [len(engine.requests) for engine in serving.engines.values()] == [1, 1]


def test_stopping_removes_the_sockets_and_closes_the_streams(serving, engine, path):
    sock = dial(path, GET % b"/events")
    read_until(sock, b"\r\n\r\n")
    serving.stop()
    assert not Path(path).exists()
    assert engine.streams[0].closed
    with sock:
        assert sock.recv(1) == b""


def test_a_socket_left_by_a_killed_server_is_replaced(tmp_path):
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(tmp_path / "node1.sock"))
    serving = Serving({"node1": Engine()})
    try:
        hosts = serving.do(serving.server.listen_unix, tmp_path)
        assert connect(hosts["node1"]).ping()
    finally:
        serving.stop()


def refusal(kind: type[SwarmlabError], listen: str, *args: Any, hosts: tuple[str, ...] = ("node1",)) -> str:
    """Return the sentence with which listening is refused."""
    serving = Serving({host: Engine() for host in hosts})
    try:
        with pytest.raises(kind) as caught:
            serving.do(getattr(serving.server, listen), *args)
    finally:
        serving.stop()
    return str(caught.value)


def test_the_socket_of_a_living_server_is_left_alone(serving, path):
    directory = Path(path).parent
    sentence = refusal(AlreadyExists, "listen_unix", directory)
    assert sentence == f"Another server answers at {path}: stop it, or choose another --dir."
    assert connect(serving.hosts["node1"]).ping()


def test_a_file_in_the_way_is_left_alone(tmp_path):
    (tmp_path / "node1.sock").write_text("precious")
    assert "is in the way and is not a socket" in refusal(AlreadyExists, "listen_unix", tmp_path)
    assert (tmp_path / "node1.sock").read_text() == "precious"


def test_nothing_stays_behind_when_one_of_the_sockets_cannot_be_made(tmp_path):
    (tmp_path / "node2.sock").write_text("in the way")
    refusal(AlreadyExists, "listen_unix", tmp_path, hosts=("node1", "node2"))
    assert [path.name for path in tmp_path.iterdir()] == ["node2.sock"]


def test_a_path_that_is_too_long_is_one_sentence(tmp_path):
    directory = tmp_path / ("d" * LONGEST_PATH)
    path = directory / "node1.sock"
    assert refusal(InvalidArgument, "listen_unix", directory) == (
        f"The socket path {path} has {len(str(path))} bytes, and {LONGEST_PATH} are allowed here: "
        "choose a shorter --dir."
    )
    assert not directory.exists()


def test_the_longest_path_works(tmp_path):
    directory = tmp_path / ("d" * (LONGEST_PATH - len(str(tmp_path)) - len("//n.sock")))
    serving = Serving({"n": Engine()})
    try:
        hosts = serving.do(serving.server.listen_unix, directory)
        assert len(hosts["n"]) == LONGEST_PATH + len("unix://")
        assert connect(hosts["n"]).ping()
    finally:
        serving.stop()


def test_a_directory_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    sentence = refusal(InvalidArgument, "listen_unix", tmp_path / "file" / "sub")
    assert sentence == f"Cannot make sockets in {tmp_path}/file/sub ({os.strerror(20)}): choose another --dir."


def test_where_there_are_no_unix_sockets_one_sentence_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.delattr(socket, "AF_UNIX")
    with pytest.raises(FailedPrecondition) as caught:
        listen_unix(tmp_path, ["node1"])
    assert str(caught.value) == "This system has no unix sockets: use --tcp 127.0.0.1:2375."


def test_tcp_gives_each_host_a_port(engine):
    serving = Serving({"node1": engine, "node2": Engine()})
    try:
        hosts = serving.do(serving.server.listen_tcp, "127.0.0.1", 0)
        assert len(set(hosts.values())) == 2
        for host in hosts.values():
            client = connect(host, timeout=PATIENCE)
            assert client.ping()
            engine.world.at(0, lambda: None)
            client.close()
    finally:
        serving.stop()


def test_tcp_ports_follow_each_other():
    serving = Serving({"a": Engine(), "b": Engine()})
    try:
        for port in range(23750, 23850, 2):  # the first pair that is free
            try:
                hosts = serving.do(serving.server.listen_tcp, "127.0.0.1", port)
                break
            except Conflict:
                continue
        assert hosts == {"a": f"tcp://127.0.0.1:{port}", "b": f"tcp://127.0.0.1:{port + 1}"}
    finally:
        serving.stop()


@pytest.mark.parametrize("address", ["0.0.0.0", "192.168.1.11", "::", "example.org", ""])
def test_only_loopback_is_served(address):
    assert refusal(Forbidden, "listen_tcp", address, 2375) == (
        f"Only loopback addresses are served, and {address} is none: use 127.0.0.1."
    )


def test_a_taken_port_is_one_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        sentence = refusal(Conflict, "listen_tcp", "127.0.0.1", port)
    assert sentence.startswith(f"Port {port} of 127.0.0.1 cannot be used for node1 (")


def test_too_few_ports_is_one_sentence():
    assert "need 2 ports from 65535 on" in refusal(
        InvalidArgument, "listen_tcp", "127.0.0.1", 65535, hosts=("node1", "node2")
    )


# -- docker-py -----------------------------------------------------------------------------------------------


def steps(serving: Serving, engine: Engine) -> None:
    """Let everything happen that is due, now."""
    while serving.now(engine.world.step):
        pass


def test_docker_py_follows_logs(serving, engine, client):
    logs = client.containers.get("web").logs(stream=True, follow=True)
    serving.until(lambda: bool(engine.streams))
    steps(serving, engine)
    assert list(logs) == [b"line 1\n", b"line 2\n", b"line 3\n"]


def test_docker_py_follows_events_until_it_closes_them(serving, engine, client):
    events = client.events(decode=True)
    serving.now(lambda: engine.tell(b'{"n":1}\n'))
    assert next(events) == {"n": 1}
    events.close()
    serving.until(lambda: engine.streams[0].closed)


def test_docker_py_waits(serving, engine, client):
    found: list[dict[str, int]] = []
    waiter = threading.Thread(target=lambda: found.append(client.api.wait("web")))
    waiter.start()
    serving.until(lambda: bool(engine.streams))
    steps(serving, engine)
    waiter.join(PATIENCE)
    assert found == [{"StatusCode": 3}]


def test_docker_py_loses_nothing_that_comes_right_behind_the_headers(client):
    for _ in range(30):
        sock = client.api.attach_socket("tty")
        assert sock.read(9) == b"attached\n"
        sock.close()


def test_over_tcp_docker_py_loses_nothing_either(engine):
    serving = Serving({"node1": engine})
    try:
        client = connect(serving.do(serving.server.listen_tcp, "127.0.0.1", 0)["node1"], timeout=PATIENCE)
        for _ in range(5):
            sock = client.api.attach_socket("tty")
            assert sock.read(9) == b"attached\n"
            sock.close()
        client.close()
    finally:
        serving.stop()


def test_docker_py_executes(serving, engine, client):
    found: list[Any] = []
    runner = threading.Thread(target=lambda: found.append(client.containers.get("web").exec_run("ls", demux=True)))
    runner.start()
    serving.until(lambda: bool(engine.streams))
    steps(serving, engine)
    runner.join(PATIENCE)
    assert found == [(5, (b"out", b"err"))]


def test_docker_py_talks_to_a_shell(engine, client):
    _, sock = client.containers.get("tty").exec_run("sh", stdin=True, socket=True, tty=True)
    sock._sock.sendall(b"hello")
    assert sock.read(5) == b"HELLO"
    sock._sock.shutdown(socket.SHUT_WR)
    assert sock.readall() == b""
    assert engine.streams[0].write_closed


# -- raw sockets ---------------------------------------------------------------------------------------------


def test_one_connection_carries_many_requests(path):
    with dial(path) as sock:
        for _ in range(3):
            sock.sendall(GET % b"/_ping")
            assert read_until(sock, b"OK").startswith(b"HTTP/1.1 200 OK\r\n")


def test_requests_may_be_sent_ahead(path):
    with dial(path, (GET % b"/bytes/70000") * 20) as sock:
        sock.shutdown(socket.SHUT_WR)
        assert read_all(sock).count(b"HTTP/1.1 200 OK\r\n") == 20


def test_what_is_not_http_is_answered_and_dropped(path):
    with dial(path, b"hello\r\n\r\n") as sock:
        assert read_all(sock).startswith(b"HTTP/1.1 400 Bad Request\r\n")


def test_a_client_that_goes_on_talking_still_reads_why_it_was_refused(engine):
    """The server must not reset the connection on top of its answer."""
    serving = Serving({"node1": engine})
    try:
        port = int(serving.do(serving.server.listen_tcp, "127.0.0.1", 0)["node1"].rpartition(":")[2])
        for _ in range(5):
            with socket.create_connection(("127.0.0.1", port), PATIENCE) as sock:
                sock.sendall(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % (1 << 40))
                for _ in range(64):
                    sock.sendall(b"x" * 65536)
                assert read_all(sock).endswith(b"413 Request Entity Too Large")
    finally:
        serving.stop()


def test_a_client_that_vanishes_from_a_terminal_closes_its_stream(serving, engine, path):
    sock = dial(path, ATTACH)
    read_until(sock, b"attached\n")
    shell = engine.streams[0]
    serving.now(lambda: setattr(shell, "close_write", lambda: setattr(shell, "write_closed", True)))
    sock.close()
    serving.until(lambda: shell.write_closed)  # it could still be reading, for all we know …
    serving.now(lambda: shell.say(b"anybody?"))  # … until we write to it
    serving.until(lambda: shell.closed)


def test_a_client_that_vanishes_closes_its_stream(serving, engine, path):
    sock = dial(path, GET % b"/events")
    read_until(sock, b"\r\n\r\n")
    sock.close()
    serving.until(lambda: engine.streams[0].closed)


def test_a_half_closed_attach_goes_on_until_its_output_ends(serving, engine, path):
    with dial(path, ATTACH) as sock:
        read_until(sock, b"attached\n")
        shell = engine.streams[0]
        serving.now(lambda: setattr(shell, "close_write", lambda: setattr(shell, "write_closed", True)))
        sock.shutdown(socket.SHUT_WR)
        serving.until(lambda: shell.write_closed)
        serving.now(lambda: shell.pieces.extend([b"late\n", None]))
        assert read_all(sock) == b"late\n"


def test_a_slow_reader_holds_up_its_stream_and_nobody_else(serving, engine, path, client):
    size = 64 << 20
    with dial(path, GET % b"/flood/%d" % size) as sock:
        serving.until(lambda: bool(engine.streams))
        assert client.ping()
        flood = engine.streams[0]
        serving.until(lambda: True)
        left = serving.now(lambda: flood.left)
        assert left > size - (4 << 20)
        assert serving.now(lambda: flood.left) == left  # waking does not read it either
        total = 0
        while total < size:  # the chunk sizes come on top
            total += len(sock.recv(1 << 20))
        serving.until(lambda: flood.left == 0)


def test_a_client_that_sends_ahead_of_an_open_stream_is_held_up(serving, engine, path):
    with dial(path, GET % b"/events") as sock:
        read_until(sock, b"\r\n\r\n")
        sent = 0
        room = select.poll()  # not select(), which knows no descriptor beyond 1023
        room.register(sock, select.POLLOUT)
        while sent < 64 << 20 and room.poll(200):
            sent += sock.send(GET % b"/_ping")
        assert sent < 4 << 20
        serving.now(lambda: engine.tell(None))
        sock.settimeout(PATIENCE)
        assert read_until(sock, b"OK").startswith(b"0\r\n\r\nHTTP/1.1 200 OK")


def test_sixty_four_streams_at_once(serving, engine, path):
    socks = [dial(path, GET % b"/events") for _ in range(64)]
    for sock in socks:
        read_until(sock, b"\r\n\r\n")
    for n in range(10):
        serving.now(lambda n=n: engine.tell(b'{"n":%d}\n' % n))
    serving.now(lambda: engine.tell(None))
    for sock in socks:
        came = read_until(sock, b"0\r\n\r\n")
        assert came == b"".join(b'8\r\n{"n":%d}\n\r\n' % n for n in range(10)) + b"0\r\n\r\n"
        sock.close()


def test_what_one_client_does_reaches_the_streams_of_others(serving, engine, path, client):
    """No step of time is needed: events tell of requests, too."""
    ping = engine._ping
    engine._ping = lambda *request: (engine.tell(b"pinged\n"), ping(*request))[1]
    with dial(path, GET % b"/events") as sock:
        read_until(sock, b"\r\n\r\n")
        client.ping()
        assert read_until(sock, b"\n\r\n") == b"7\r\npinged\n\r\n"


# -- the docker command --------------------------------------------------------------------------------------


@pytest.mark.docker
def test_the_docker_command_negotiates_its_version(serving, engine):
    command = [
        "docker",
        "-H",
        serving.hosts["node1"],
        "version",
        "--format",
        "{{.Client.APIVersion}} {{.Server.Version}}",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split()[1] == "28.5.2"
    assert engine.requests[0][:2] == ("HEAD", "/_ping")
    assert engine.requests[-1].path.startswith("/v1.")


@pytest.mark.docker
def test_the_docker_command_executes_with_input_and_exit_code(serving):
    command = ["docker", "-H", serving.hosts["node1"], "exec", "-i", "web", "cat"]
    done = subprocess.run(command, input="hello", capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("HELLO", "", 5)


@pytest.mark.docker
def test_the_docker_command_follows_events_until_it_is_interrupted(serving, engine):
    command = ["docker", "-H", serving.hosts["node1"], "events", "--format", "{{.Action}}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        serving.until(lambda: bool(engine.streams))
        serving.now(lambda: engine.tell(b'{"Type":"service","Action":"create"}\n'))
        assert process.stdout is not None
        assert process.stdout.readline() == "create\n"
        process.terminate()
    serving.until(lambda: engine.streams[0].closed)


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl here")
def test_curl_reads_a_stream(serving):
    command = ["curl", "-sSi", "--unix-socket", serving.hosts["node1"].removeprefix("unix://"), "http://x/counted/3"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("\n0\n1\n2\n")
