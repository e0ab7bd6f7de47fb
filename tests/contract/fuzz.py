"""Thousands of random requests: ``python -m tests.contract.fuzz --requests 10000 --seed 1``.

The short run is `test_fuzz` in ``make test``.  Both send `randomly.random_request` to a lab in full swing, byte by byte
as a socket would, let time pass now and then, and look at each answer: it comes, an engine may give it, it is as the
OpenAPI document says, and a request that was refused has changed nothing.  A wrong one ends the run with the seed of
its episode, which alone repeats it: ``--episode SEED``.
"""

import argparse
import functools
import json
import random
import re
import sys
import time
from collections import Counter
from http.client import HTTPResponse
from io import BytesIO
from typing import NamedTuple

from swarmlab import Lab
from swarmlab.runtime.connection import Connection
from swarmlab.wire import Answer, Request
from tests.contract import openapi
from tests.contract.randomly import random_request

REQUESTS_IN_AN_EPISODE = 250
#: Steps of time after which an answer that has not begun never will.
PATIENCE = 20_000
#: Seconds of computing that one request may take.
COMPUTING = 5.0
MANAGER = "swarm-manage"
STAGE = (
    "docker network create -d overlay --attachable net",
    "docker network create --subnet 172.28.0.0/16 mybridge",
    "echo hush | docker secret create key -",
    "echo page | docker config create page -",
    "docker volume create v",
    "docker service create -d --name web --replicas 3 -p 8080:80 --network net httpd",
    "docker service create -d --name inside --network net --secret key --config page busybox sleep 100000",
    "docker service create -d --name everywhere --mode global httpd",
    "docker service create -d --name nowhere --constraint node.labels.x==y httpd",
    "docker run -d --name box busybox sleep 1000000",
    "docker run --name over busybox true",
)
#: Failures that an engine has in these cases too: Docker answers them with 500, or with 503.
DOCUMENTED = {
    500: (
        r"rpc error: code = Unknown desc = ",
        r"^Container \w+ is not paused$",
        r"^container \w+ is not connected to (the )?network ",
        r"^(could not parse \w+ timestamp: )?strconv\.(Atoi|ParseInt): parsing ",
        r"^tail value must be a positive integer or \"all\"$",
        r"^Bad parameters: you must choose at least one stream$",
        r"^((Cannot restart container \S+: )?failed to set up container networking: )?Could not attach to network ",
        r"^(cannot|Cannot) (stop|kill|restart) container",
        r"^attaching to network failed, make sure your network options are correct",
        r"^invalid join token$",
        r"^remote CA does not match fingerprint\.",
        r"^Invalid (role|membership|desired-state) filter: ",
        r"^invalid filter: 'type'='",
        r"^(unrecognized rollback option|unsupported registryAuthFrom value)",
        r"^network \S+ not found$",
        r"^Invalid escape keys ",
        r"^Datapath port number is not in valid range",
        r"^(invalid base pool |invalid CIDR: |subnet size is out of range)",
        r"^error while looking up for \w+ ",
    ),
    503: (
        r"^This node is (not a swarm manager|not part of a swarm|already part of a swarm)\.? ?",
        r"^You are attempting to leave the swarm on a node that is participating as a manager\.",
    ),
    501: (r"swarmlab ", r"^rpc error: code = Unimplemented desc = ", r"^This experimental feature is disabled"),
}  # fmt: skip


class Wrong(AssertionError):
    """An answer that should not be."""


class Told(NamedTuple):
    """The answer to one request."""

    status: int
    content_type: str
    body: bytes
    at_once: bool  # no time has passed meanwhile


@functools.cache
def stage() -> Lab:
    """Return the lab in full swing from which each episode begins."""
    lab = Lab(seed="fuzz")
    for line in STAGE:
        lab.host(MANAGER).sh(line)
    lab.settle()
    return lab


class Fuzzed:
    """One lab that is asked everything."""

    def __init__(self, lab: Lab, chance: random.Random) -> None:
        self.lab = lab
        self.chance = chance
        self.statuses: Counter[int] = Counter()
        self._digest = ""

    def things(self, host: str) -> dict[str, list[str]]:
        """Return the ids and names of what is there, by kind."""
        simulation = self.lab.session.simulation
        engine = simulation.hosts[host].engine
        swarm = next(iter(simulation.swarms.values()), None)
        found: dict[str, list[str]] = {
            "container": [*engine.containers, *(c.name for c in engine.containers.values())],
            "image": ["httpd", "busybox:latest", "alpine", "docker.io/library/httpd:latest"],
            "volume": list(engine.volumes),
            "exec": [process.id for process in engine.execs.all()],
            "network": [*(network.name for network in engine.networks.all()), "net", "ingress"],
            "node": list(simulation.hosts),
            "service": ["web", "inside", "everywhere", "nowhere"],
        }
        if swarm is not None:
            for kind in ("node", "service", "task", "network", "secret", "config"):
                found[kind] = [*found.get(kind, []), *swarm.store.table(kind)]
        return found

    def run(self, requests: int) -> None:
        """Ask so many things.  Raises Wrong."""
        for _ in range(requests):
            self.step()

    def step(self) -> None:
        """Ask one thing.  Raises Wrong."""
        if self.chance.random() < 0.1:
            self.lab.advance(self.chance.choice((10**6, 10**9, 20 * 10**9)))
            self._digest = ""
        host = MANAGER if self.chance.random() < 0.8 else "node1"
        self.send(host, random_request(self.chance, self.things(host)))

    def send(self, host: str, raw: bytes) -> None:
        """Send a request, and look at the answer.  Raises Wrong."""
        before = self._digest or self.lab.digest()
        began = time.process_time()
        try:
            told = self.ask(host, raw)
            if time.process_time() - began > COMPUTING:
                raise Wrong(f"it took {time.process_time() - began:.1f} seconds of computing")
            self.judge(raw, told, before)
        except Exception as error:
            raise Wrong(f"{error}\nto {host}: {raw[:3000]!r}") from error
        self.statuses[told.status] += 1

    def ask(self, host: str, raw: bytes) -> Told:
        """Send bytes to a host and return the answer, of a stream only what is there at once."""

        def handle(request: Request) -> Answer:
            return self.lab.request(host, request)

        connection = Connection(handle)
        connection.receive(raw)
        received, steps = connection.pump(), 0
        while b"\r\n\r\n" not in received:
            if steps > PATIENCE or not self.lab.session.step():
                if re.match(rb"POST \S+[?&]t=-", raw):  # a stop that waits for ever is to be had by asking for it
                    connection.disconnect()
                    return Told(0, "", b"", at_once=False)
                raise Wrong(f"no answer after {steps} steps of time")
            steps += 1
            received += connection.pump()
        for _ in range(20):
            received += connection.pump()
        connection.disconnect()
        status, content_type, body = _parsed(received, raw.startswith(b"HEAD "))
        return Told(status, content_type, body, steps == 0)

    def judge(self, raw: bytes, told: Told, before: str) -> None:
        """Raise Wrong for an answer that should not be."""
        method, target = raw.decode("latin-1").split(" ", 2)[:2]
        path = target.partition("?")[0]
        text = told.body.decode("utf-8", "replace")
        if told.status >= 400:
            if told.content_type == "application/json" and method != "HEAD":
                text = json.loads(text)["message"]
            if not text and method != "HEAD":
                raise Wrong(f"{told.status} without a word")
            if told.status >= 500 and text and not any(re.search(p, text) for p in DOCUMENTED.get(told.status, ())):
                raise Wrong(f"{told.status} {text}")
            if told.at_once and not path.endswith("/start"):  # a container that cannot start remembers why
                after = self.lab.digest()
                if after != before:
                    raise Wrong(f"refused with {told.status} {text}, and something has changed")
                self._digest = after
                return
        elif told.content_type == "application/json" and text.count("\n") == 1 and not re.match(r"/v1\.[234]", path):
            faults = openapi.faults(method, path, told.status, json.loads(text))
            if faults and path not in ("/", ""):
                raise Wrong("\n".join(faults))
        self._digest = ""


def _parsed(received: bytes, is_head: bool) -> tuple[int, str, bytes]:
    """Return status, type of content and body of an answer, as far as it has come."""

    class _Socket:
        def makefile(self, mode: str) -> BytesIO:
            return BytesIO(received)

    response = HTTPResponse(_Socket(), method="HEAD" if is_head else "GET")  # type: ignore[arg-type]
    response.begin()
    try:
        body = response.read() if not response.chunked else b"".join(iter(lambda: response.read1(1 << 16), b""))
    except Exception:  # a stream that goes on
        body = b""
    return response.status, response.getheader("Content-Type") or "", body


def episode(seed: str, requests: int = REQUESTS_IN_AN_EPISODE) -> Counter[int]:
    """Ask a lab of its own so many things; return how often each status came.  Raises Wrong."""
    fuzzed = Fuzzed(stage().fork(), random.Random(seed))
    fuzzed.run(requests)
    return fuzzed.statuses


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--episode", help="repeat this one episode")
    options = parser.parse_args()
    if options.episode:
        print(dict(episode(options.episode)))
        return 0
    began, statuses = time.monotonic(), Counter[int]()
    for number in range(-(-options.requests // REQUESTS_IN_AN_EPISODE)):
        seed = f"{options.seed}/{number}"
        try:
            statuses += episode(seed)
        except Wrong as error:
            print(f"{error}\nrepeat it with --episode {seed}", file=sys.stderr)
            return 1
    told = ", ".join(f"{count} times {status}" for status, count in sorted(statuses.items()))
    print(f"{statuses.total()} requests in {time.monotonic() - began:.0f} s: {told}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
