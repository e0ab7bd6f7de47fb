"""`swarmlab serve` under clients that are many, slow, rude or gone: it answers the others, and stops cleanly."""

import contextlib
import os
import select
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import docker
import pytest

from tests.contract.exchange import send
from tests.contract.serving import Served

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="descriptors are counted in /proc")

MANAGER = "swarm-manage"
PATIENCE = 20


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    served = Served(tmp_path_factory.mktemp("s"))
    client = docker.DockerClient(served.hosts[MANAGER])
    client.images.pull("busybox")
    client.containers.run("busybox", "sleep 1d", name="box", detach=True)
    client.close()
    yield served
    assert served.stop() == (0, "")


@pytest.fixture
def client(served: Served) -> Iterator[docker.DockerClient]:
    client = docker.DockerClient(served.hosts[MANAGER], timeout=PATIENCE)
    yield client
    client.close()


def open_files(served: Served) -> int:
    """Return how many descriptors the server has."""
    return len(os.listdir(f"/proc/{served.process.pid}/fd"))


def idle(served: Served) -> int:
    """Return how many descriptors the server has when all clients have gone."""
    until(lambda: connections(served) == 0)
    return open_files(served)


def connections(served: Served) -> int:
    """Return how many clients the server has: its sockets that have a path and do not listen (state 3)."""
    links = set()
    for path in Path(f"/proc/{served.process.pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            links.add(os.readlink(path))
    rows = [line.split() for line in Path("/proc/net/unix").read_text().splitlines()[1:]]
    return sum(f"socket:[{row[6]}]" in links and row[5] == "03" and len(row) > 7 for row in rows)


def until(holds: Callable[[], bool]) -> None:
    limit = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < limit
        select.select([], [], [], 0.01)


@contextlib.contextmanager
def connected(served: Served, data: bytes) -> Iterator[socket.socket]:
    """Send bytes on a connection of one's own."""
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(PATIENCE)
        sock.connect(served.hosts[MANAGER].removeprefix("unix://"))
        sock.sendall(data)
        yield sock


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: docker\r\n\r\n".encode()


def post(path: str, body: bytes = b"{}", *extra: str) -> bytes:
    head = [f"POST {path} HTTP/1.1", "Host: docker", "Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*head, *extra]).encode() + b"\r\n\r\n" + body


def received(sock: socket.socket, wanted: bytes) -> bytes:
    """Read until `wanted` has come."""
    data = b""
    while wanted not in data:
        piece = sock.recv(1 << 16)
        assert piece, data
        data += piece
    return data


def test_its_sockets_are_for_their_owner_alone(served: Served) -> None:
    for docker_host in served.hosts.values():
        assert Path(docker_host.removeprefix("unix://")).stat().st_mode & 0o777 == 0o600


def test_sixty_four_streams_of_events_hear_the_same(served: Served, client: docker.DockerClient) -> None:
    client.close()
    before = idle(served)
    with contextlib.ExitStack() as stack:
        streams = [stack.enter_context(connected(served, get("/events"))) for _ in range(64)]
        for stream in streams:
            received(stream, b"\r\n\r\n")
        client.networks.create("heard").remove()
        heard = [received(stream, b'"destroy"') for stream in streams]
        assert all(data.count(b'"Action":"create"') == 1 for data in heard)
        client.close()
        until(lambda: connections(served) == 64)
    assert idle(served) == before


def test_fifty_clients_at_once_all_get_their_own_answers(served: Served) -> None:
    wrong: list[object] = []

    def work(number: int) -> None:
        try:
            mine = docker.DockerClient(served.hosts[MANAGER], timeout=60)
            for turn in range(4):
                name = f"c{number}-{turn}"
                service = mine.services.create(
                    "busybox", "sleep 1d", name=name, mode=docker.types.ServiceMode("global")
                )
                if mine.services.get(service.id).name != name:
                    wrong.append(name)
                if name not in [found.name for found in mine.services.list()]:
                    wrong.append(f"{name} is not listed")
                service.remove()
            mine.close()
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_reader_that_does_not_read_holds_up_nobody(served: Served, client: docker.DockerClient) -> None:
    talker = client.containers.run("busybox", "yes", name="talker", detach=True)
    with connected(served, get("/containers/talker/logs?stdout=1&follow=1")):
        began = time.monotonic()
        for _ in range(20):
            assert client.ping()
        assert time.monotonic() - began < PATIENCE / 2
    talker.remove(force=True)


def test_a_client_that_has_said_all_still_reads(served: Served, client: docker.DockerClient) -> None:
    exec_id = client.api.exec_create("box", ["echo", "hi"])["Id"]
    with connected(served, post(f"/exec/{exec_id}/start", b"{}", "Connection: Upgrade", "Upgrade: tcp")) as sock:
        sock.shutdown(socket.SHUT_WR)
        assert b"hi\n" in received(sock, b"hi\n")


def test_programs_whose_clients_go_leave_nothing(served: Served, client: docker.DockerClient) -> None:
    client.containers.get("box").exec_run("true")
    client.close()
    before = idle(served)
    for _ in range(10):
        exec_id = client.api.exec_create("box", "cat", stdin=True)["Id"]
        start = post(f"/exec/{exec_id}/start", b"{}", "Connection: Upgrade", "Upgrade: tcp")
        with connected(served, start) as sock:
            received(sock, b"\r\n\r\n")
    assert client.containers.get("box").exec_run("echo again").output == b"again\n"
    client.close()
    until(lambda: idle(served) == before)


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\n\r\n", 505),
        (b"GET /_ping HTTP/1.1\r\n\r\n", 400),  # no Host
        (b"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"GET /_ping HTTP/1.1\r\nHost: x\r\nA: " + b"a" * (2 << 20) + b"\r\n\r\n", 431),
        (b"POST /services/create HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n", 413),
        (b"POST /services/create HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST /services/create HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        (b"POST /services/create HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(300) + b"\r\n\r\n", 400),  # TLS
        (b"\x00" * 5000 + b"\r\n\r\n", 400),
    ],
    ids=lambda value: repr(value[:40]) if isinstance(value, bytes) else str(value),
)
def test_what_is_too_big_or_no_http_is_refused_and_harms_nobody(
    served: Served, client: docker.DockerClient, data: bytes, status: int
) -> None:
    client.close()
    before = idle(served)
    assert send(served.hosts[MANAGER], data).status == status
    assert client.ping()
    client.close()
    assert idle(served) == before


def test_a_large_request_is_taken(served: Served, client: docker.DockerClient) -> None:
    with pytest.raises(docker.errors.APIError, match="config data must be larger than 0 and less than 1024000 bytes"):
        client.configs.create(name="big", data=bytes(4 << 20))


def test_clients_that_never_finish_their_requests_hold_up_nobody(served: Served, client: docker.DockerClient) -> None:
    client.close()
    before = idle(served)
    with contextlib.ExitStack() as stack:
        for _ in range(100):
            stack.enter_context(connected(served, post("/services/create", b"{}")[:-1]))
        assert client.ping()
    client.close()
    assert idle(served) == before


def test_it_stops_cleanly_whatever_its_clients_are_at(tmp_path: Path) -> None:
    served = Served(tmp_path)
    client = docker.DockerClient(served.hosts[MANAGER])
    client.images.pull("busybox")
    client.containers.run("busybox", "yes", name="box", detach=True)
    with contextlib.ExitStack() as stack:
        for path in ("/events", "/containers/box/logs?stdout=1&follow=1", "/containers/box/stats?stream=1"):
            for _ in range(8):
                received(stack.enter_context(connected(served, get(path))), b"\r\n\r\n")
        waiting = stack.enter_context(connected(served, post("/containers/box/wait")))
        received(waiting, b"\r\n\r\n")
        began = time.monotonic()
        assert served.stop() == (0, "")
        assert time.monotonic() - began < 10
        with pytest.raises((ConnectionResetError, AssertionError)):
            received(waiting, b"StatusCode")
    client.close()
    assert list(tmp_path.rglob("*.sock")) == []
