"""A small lab for tests of the API: real hosts, a real swarm, and a client that speaks `Request` and `Response`.

What is answered to it is held against the API's OpenAPI document.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from swarmlab.api.app import App
from swarmlab.api.programs import Chunk, Programs
from swarmlab.core.agent.container import Container
from swarmlab.core.simulation import Simulation
from swarmlab.core.units import SECOND
from swarmlab.wire import Later, Request, Response, Stream
from tests.contract import openapi

_VERSIONED = re.compile(r"/v[0-9]")

HOSTS = {"swarm-manage": "192.168.1.11", "node1": "192.168.1.12", "node2": "192.168.1.13"}
MANAGER = "swarm-manage"
JSON_TYPE = (("content-type", "application/json"),)
UPGRADE = (("connection", "Upgrade"), ("upgrade", "tcp"))


class World:
    """A lab and its Engine API.  Waiting moves virtual time, never real time."""

    def __init__(
        self,
        *,
        swarm: bool = True,
        profile: str = "28",
        programs: Programs | None = None,
        hosts: Mapping[str, str] = HOSTS,
    ) -> None:
        self.simulation = Simulation(dict(hosts), seed="api", profile=profile)
        self.app = App(self.simulation, programs)
        self.version = ""  # put before every path: "/v1.41"
        if swarm:
            self.post("/swarm/init", {"ListenAddr": "0.0.0.0:2377"})
            token = self.get("/swarm")["JoinTokens"]["Worker"]
            body = {"ListenAddr": "0.0.0.0:2377", "RemoteAddrs": ["192.168.1.11:2377"], "JoinToken": token}
            for host in list(hosts)[1:]:
                self.post("/swarm/join", body, on=host)
            self.run(2)

    # --- time -----------------------------------------------------------------------------------------

    def run(self, seconds: float) -> None:
        """Let time pass."""
        self.simulation.run_until(self.simulation.now + int(seconds * SECOND))
        self.app.poll()

    def until(self, holds: Callable[[], bool], seconds: float = 120) -> None:
        """Let time pass until something holds."""
        limit = self.simulation.now + int(seconds * SECOND)
        while not holds():
            assert self.simulation.now < limit, "it did not come to hold"
            assert self.simulation.step(), "nothing more is due to happen"

    # --- requests -------------------------------------------------------------------------------------

    def begin(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        on: str = MANAGER,
        headers: tuple[tuple[str, str], ...] = (),
        raw: bytes | None = None,
        **query: str,
    ) -> Response:
        """Send a request and wait for the head of the answer."""
        data = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        if data and not headers:
            headers = JSON_TYPE
        request = Request(method, self.version + path, tuple(query.items()), headers, data)
        answer = self.app.handle(on, request)
        while isinstance(answer, Later):
            response = answer.poll()
            if response is not None:
                return response
            assert self.simulation.step(), "the answer never comes"
            self.app.poll()
        return answer

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, Any]:
        """Send a request and return status and body: JSON decoded, anything else as bytes."""
        response = self.begin(method, path, body, **more)
        content = response.body if isinstance(response.body, bytes) else self.read(response.body)
        if content and response.header("content-type") == "application/json" and content.count(b"\n") == 1:
            value = json.loads(content)
            self._check(method, path, response.status, value)
            return response.status, value
        return response.status, content

    def _check(self, method: str, path: str, status: int, value: Any) -> None:
        """Hold an answer against the API's OpenAPI document, if it is of the version that was spoken."""
        if self.app.api_version == (1, 51) and not _VERSIONED.match(self.version + path):
            faults = openapi.faults(method, path, status, value)
            assert not faults, "\n".join(faults)

    def _must(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        status, answer = self.ask(method, path, body, **more)
        assert status < 300, f"{method} {path}: {status} {answer}"
        return answer

    def get(self, path: str, **more: Any) -> Any:
        """GET something that is there."""
        return self._must("GET", path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> Any:
        """POST something that is accepted."""
        return self._must("POST", path, body, **more)

    def delete(self, path: str, **more: Any) -> Any:
        """DELETE something that may go."""
        return self._must("DELETE", path, **more)

    def refusal(self, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, str]:
        """Send a request that is refused; return status and message."""
        status, answer = self.ask(method, path, body, **more)
        assert isinstance(answer, dict), answer
        assert list(answer) == ["message"], answer
        return status, answer["message"]

    def read(self, stream: Stream, *, wait: bool = True) -> bytes:
        """Read a stream to its end; without `wait` only what is there."""
        data = b""
        while (piece := stream.read()) is not None:
            data += piece
            if not piece and (not wait or not self.simulation.step()):
                break
        return data

    # --- shortcuts ------------------------------------------------------------------------------------

    def service(self, name: str = "web", image: str = "httpd", **spec: Any) -> str:
        """Create a service and return its id."""
        template = {"ContainerSpec": {"Image": image, **spec.pop("container", {})}, **spec.pop("template", {})}
        body = {"Name": name, "TaskTemplate": template, **spec}
        return str(self.post("/services/create", body)["ID"])

    def running(self, name: str, count: int) -> list[Any]:
        """Wait until `count` tasks of a service run, and return them."""

        def tasks() -> list[Any]:
            wanted = json.dumps({"service": [name], "desired-state": ["running"]})
            return [t for t in self.get("/tasks", filters=wanted) if t["Status"]["State"] == "running"]

        self.until(lambda: len(tasks()) == count)
        return tasks()

    def host_of(self, node_id: str) -> str:
        """Return the host that is a node."""
        return next(host.name for host in self.simulation.hosts.values() if host.node_id == node_id)

    def container(self, image: str = "busybox", *, on: str = "node1", name: str = "", **config: Any) -> str:
        """Make a container (its image is put on the host first) and return its id."""
        self.simulation.hosts[on].engine.images.add(image)
        query = {"name": name} if name else {}
        return str(self.post("/containers/create", {"Image": image, **config}, on=on, **query)["Id"])


class Line:
    """A process that says its command line, then repeats its input in capitals until that ends."""

    def __init__(self, argv: tuple[str, ...], tty: bool, stdin: bool) -> None:
        self.exit_code: int | None = None
        self.size = (0, 0)
        self.closed = False
        self._stdin = stdin
        self._end = "\r\n" if tty else "\n"
        self._output = [Chunk(1, (" ".join(argv) + self._end).encode())]
        if argv[0] == "fail":
            self._output.append(Chunk(2, b"oh no\n"))
            self.exit_code = 3
        elif not stdin:
            self.exit_code = 0

    def read(self) -> list[Chunk]:
        output, self._output = self._output, []
        return output

    def write(self, data: bytes) -> None:
        self._output.append(Chunk(1, data.upper()))

    def close_write(self) -> None:
        if self.exit_code is None:
            self.exit_code = 7

    def resize(self, height: int, width: int) -> None:
        self.size = (height, width)

    def close(self) -> None:
        self.closed = True


class Lines:
    """Programs whose every command is a `Line`."""

    def __init__(self) -> None:
        self.started: list[tuple[str, str, tuple[str, ...]]] = []
        self.processes: list[Line] = []

    def start(
        self,
        host: str,
        container: Container,
        argv: tuple[str, ...],
        *,
        tty: bool,
        env: tuple[str, ...],
        user: str,
        cwd: str,
        stdin: bool,
    ) -> Line:
        self.started.append((host, container.name, argv))
        self.processes.append(Line(argv, tty, stdin))
        return self.processes[-1]
