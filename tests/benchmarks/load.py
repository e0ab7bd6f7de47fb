"""How fast `swarmlab serve` answers beside a real engine: ``make load``, or ``python -m tests.benchmarks.load``.

Both hold the same services, whose tasks wait for a node that is not there, so that neither has containers to run.
Rounds of requests go to one and to the other in turn, so that whatever else the machine does hits both.  Printed are
the median of a request's time at each, and how many times as long ours takes.
"""

import argparse
import http.client
import itertools
import json
import shutil
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from swarmlab.real.namespaces import Namespaces, missing, socket_of
from tests.contract.serving import Served
from tools.engines import cache

HOSTS = {"solo": "192.168.1.11"}
Work = Callable[["Client"], None]


class Client:
    """One connection to an engine, kept open."""

    def __init__(self, path: str) -> None:
        self._http = http.client.HTTPConnection("docker")
        self._http.sock = socket.socket(socket.AF_UNIX)
        self._http.sock.connect(path)

    def ask(self, method: str, path: str, body: object = None) -> bytes:
        """Return the answer to a request.  Raises RuntimeError if it is refused."""
        data = None if body is None else json.dumps(body).encode()
        self._http.request(method, path, data, {"Content-Type": "application/json"} if data else {})
        response = self._http.getresponse()
        content = response.read()
        if response.status >= 300:
            raise RuntimeError(f"{method} {path}: {response.status} {content.decode()}")
        return content

    def close(self) -> None:
        self._http.close()


def spec(name: str, replicas: int) -> object:
    """A service whose tasks find no node."""
    return {
        "Name": name,
        "TaskTemplate": {
            "ContainerSpec": {"Image": "busybox", "Command": ["sleep", "1d"], "Env": ["A=1"], "Labels": {"a": "b"}},
            "Placement": {"Constraints": ["node.labels.nowhere==true"]},
            "Resources": {"Limits": {"MemoryBytes": 1 << 26}},
        },
        "Mode": {"Replicated": {"Replicas": replicas}},
        "Labels": {"c": "d"},
    }


_NAMES = itertools.count()


def list_services(client: Client) -> None:
    client.ask("GET", "/services")


def list_tasks(client: Client) -> None:
    client.ask("GET", "/tasks")


def make_and_remove(client: Client) -> None:
    made = json.loads(client.ask("POST", "/services/create", spec(f"new{next(_NAMES)}", 1)))
    client.ask("DELETE", f"/services/{made['ID']}")


WORK: dict[str, Work] = {
    "GET /services": list_services,
    "GET /tasks": list_tasks,
    "create and remove a service": make_and_remove,
}


def prepare(path: str, services: int, replicas: int) -> None:
    """Make the services that are listed, and wait until all their tasks are there."""
    client = Client(path)
    for number in range(services):
        client.ask("POST", "/services/create", spec(f"web{number}", replicas))
    limit = time.monotonic() + 60
    while len(json.loads(client.ask("GET", "/tasks"))) < services * replicas:
        if time.monotonic() > limit:
            raise RuntimeError("the tasks do not appear")
        time.sleep(0.1)
    client.close()


def a_round(path: str, work: Work, requests: int, clients: int) -> list[float]:
    """Return how many seconds each request took, of several clients at once."""
    took: list[float] = []

    def one() -> None:
        client = Client(path)
        for _ in range(requests):
            began = time.perf_counter()
            work(client)
            took.append(time.perf_counter() - began)
        client.close()

    threads = [threading.Thread(target=one) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took


def compare(ours: str, theirs: str, *, rounds: int, requests: int) -> Iterator[tuple[str, int, float, float]]:
    """Give (what, clients, median seconds at ours, at theirs) of each kind of work."""
    for (name, work), clients in itertools.product(WORK.items(), (1, 8)):
        took: dict[str, list[float]] = {ours: [], theirs: []}
        for _ in range(rounds):
            for path, times in took.items():
                times += a_round(path, work, max(1, requests // clients), clients)
        yield name, clients, statistics.median(took[ours]), statistics.median(took[theirs])


@contextmanager
def real_engine() -> Iterator[str]:
    """A real engine of one's own with a swarm of one node; its socket."""
    newer = cache() / "forky"
    folder = Path(tempfile.mkdtemp(prefix="swl-", dir="/tmp"))  # short enough for sockets
    lab = Namespaces(folder, hosts=HOSTS, files=newer if newer.exists() else None)
    try:
        lab.up()
        yield str(socket_of(lab.path, "solo"))
    finally:
        lab.down()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def our_engine() -> Iterator[str]:
    """The same, simulated."""
    folder = Path(tempfile.mkdtemp(prefix="swl-", dir="/tmp"))
    served = Served(folder, "--hosts", ",".join(f"{name}={address}" for name, address in HOSTS.items()))
    try:
        yield served.hosts["solo"].removeprefix("unix://")
    finally:
        served.stop()
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--services", type=int, default=50, help="services that are there")
    parser.add_argument("--replicas", type=int, default=4, help="tasks of each")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=80, help="requests of a round")
    options = parser.parse_args()
    lacking = missing()
    if lacking:
        print(f"There is no real engine to compare with here. {lacking}")
        return 0
    with ExitStack() as stack:
        ours, theirs = stack.enter_context(our_engine()), stack.enter_context(real_engine())
        for path in (ours, theirs):
            prepare(path, options.services, options.replicas)
        version = json.loads(Client(theirs).ask("GET", "/version"))["Version"]
        print(f"{options.services} services, {options.services * options.replicas} tasks; Docker {version}")
        print(f"{'':30}{'clients':>8}{'ours':>12}{'Docker':>12}{'ratio':>8}")
        for name, clients, mine, real in compare(ours, theirs, rounds=options.rounds, requests=options.requests):
            print(f"{name:30}{clients:8}{mine * 1000:9.2f} ms{real * 1000:9.2f} ms{mine / real:8.2f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
