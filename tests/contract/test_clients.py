"""Clients that nobody here wrote, unchanged, against `swarmlab serve`: aiodocker, python-on-whales, polling pages.

docker-py's own tests are in `test_dockerpy_suites`, the docker command's in the other modules of this folder.
"""

import asyncio
import http.client
import json
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import aiodocker
import docker
import pytest
from docker.types import ServiceMode
from python_on_whales import DockerClient
from python_on_whales.exceptions import DockerException, NoSuchService

from tests.contract.serving import Served, docker_28

MANAGER = "swarm-manage"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    served = Served(tmp_path_factory.mktemp("c"), "--speed", "20")
    yield served
    assert served.stop() == (0, "")


def until(holds: Callable[[], Any]) -> Any:
    """Return what `holds` returns as soon as that is true; it takes moments, at twenty times the speed of life."""
    limit = time.monotonic() + 20
    while not (found := holds()):
        assert time.monotonic() < limit
    return found


# --- aiodocker ----------------------------------------------------------------------------------------------


def asynchronously(served: Served, body: Callable[[aiodocker.Docker], Any]) -> None:
    async def run() -> None:
        async with aiodocker.Docker(url=served.hosts[MANAGER]) as engine:
            await body(engine)

    asyncio.run(run())


def test_aiodocker_runs_services(served: Served) -> None:
    async def body(engine: aiodocker.Docker) -> None:
        assert (await engine.version())["ApiVersion"] == "1.51"
        assert sorted(n["Description"]["Hostname"] for n in await engine.nodes.list()) == ["node1", "node2", MANAGER]
        made = await engine.services.create(
            {"ContainerSpec": {"Image": "httpd"}}, name="aio", mode={"Replicated": {"Replicas": 2}}
        )
        running: list[Any] = []
        while len(running) < 2:
            tasks = await engine.tasks.list(filters={"service": "aio"})
            running = [task for task in tasks if task["Status"]["State"] == "running"]
        service = await engine.services.inspect("aio")
        assert service["ID"] == made["ID"]
        assert await engine.services.update(service_id="aio", version=service["Version"]["Index"], image="httpd:2.4.64")
        assert await engine.services.logs("aio", stdout=True, stderr=True)
        assert await engine.services.delete(service_id="aio")
        with pytest.raises(aiodocker.DockerError) as refusal:
            await engine.services.inspect("aio")
        assert (refusal.value.status, refusal.value.message) == (404, "service aio not found")

    asynchronously(served, body)


def test_aiodocker_runs_containers_and_programs_in_them(served: Served) -> None:
    async def body(engine: aiodocker.Docker) -> None:
        await engine.images.pull("busybox")
        wanted = {"Image": "busybox", "Cmd": ["sh", "-c", "echo hi; sleep 60"]}
        container = await engine.containers.run(config=wanted, name="aio")
        assert await container.log(stdout=True) == ["hi\n"]
        program = await container.exec(["echo", "there"])
        async with program.start() as stream:
            message = await stream.read_out()
            assert message is not None
            assert message.data == b"there\n"
        assert (await program.inspect())["ExitCode"] == 0
        assert (await container.wait())["StatusCode"] == 0
        await container.delete()

    asynchronously(served, body)


def test_aiodocker_hears_events(served: Served) -> None:
    async def body(engine: aiodocker.Docker) -> None:
        heard = engine.events.subscribe(filters=json.dumps({"type": ["network"]}))
        network = None
        for number in range(20):  # the stream may begin a moment after the first ones
            network = await engine.networks.create({"Name": f"aio{number}"})
            try:
                event = await asyncio.wait_for(heard.get(), 1)
                break
            except TimeoutError:
                continue
            finally:
                await network.delete()
        assert event["Type"] == "network"
        assert event["Action"] in ("create", "destroy")
        await engine.events.stop()

    asynchronously(served, body)


# --- python-on-whales ---------------------------------------------------------------------------------------


@pytest.mark.docker
def test_python_on_whales_manages_a_swarm(served: Served) -> None:
    docker_28()
    whale = DockerClient(host=served.hosts[MANAGER])
    assert whale.system.info().swarm.control_available
    assert sorted(node.description.hostname for node in whale.node.list()) == ["node1", "node2", MANAGER]
    network = whale.network.create("whale", driver="overlay", attachable=True)
    service = whale.service.create("httpd", [], network="whale", labels={"a": "b"}, detach=True)
    until(lambda: [task.status.state for task in service.ps()] == ["running"])
    whale.service.scale({service: 3}, detach=True)
    until(lambda: [task.status.state for task in service.ps()].count("running") == 3)
    service.update(image="httpd:2.4.64", detach=True)
    service.reload()
    assert service.spec.task_template.container_spec.image.startswith("httpd:2.4.64@sha256:")
    assert [found.id for found in whale.service.list()] == [service.id]
    service.remove()
    with pytest.raises(NoSuchService):
        whale.service.inspect(service.id)
    until(lambda: removed(network))


def removed(network: Any) -> bool:
    """Remove a network as soon as no task is on it any more."""
    try:
        network.remove()
    except DockerException:
        return False
    return True


@pytest.mark.docker
def test_python_on_whales_keeps_secrets_configs_and_volumes(served: Served, tmp_path: Any) -> None:
    docker_28()
    whale = DockerClient(host=served.hosts[MANAGER])
    (tmp_path / "page").write_text("hello")
    secret = whale.secret.create("whale", tmp_path / "page")
    config = whale.config.create("whale", tmp_path / "page")
    assert (secret.spec.name, config.spec.name) == ("whale", "whale")
    secret.remove()
    config.remove()
    volume = whale.volume.create("whale", labels={"a": "b"})
    assert whale.volume.inspect("whale").labels == {"a": "b"}
    assert whale.run("busybox", ["echo", "hi"], remove=True) == "hi"
    volume.remove()


# --- pages that poll ----------------------------------------------------------------------------------------


class Poller:
    """A page's connection, which it keeps."""

    def __init__(self, docker_host: str) -> None:
        self._http = http.client.HTTPConnection("docker")
        self._http.sock = socket.socket(socket.AF_UNIX)
        self._http.sock.settimeout(10)
        self._http.sock.connect(docker_host.removeprefix("unix://"))

    def get(self, path: str, **query: str) -> Any:
        self._http.request("GET", f"{path}?{urlencode(query)}" if query else path)
        response = self._http.getresponse()
        content = response.read()
        assert response.status == 200, content
        return json.loads(content)

    def close(self) -> None:
        self._http.close()


def test_the_visualizer_finds_what_it_draws(served: Served) -> None:
    """dockersamples/visualizer asks for nodes, running tasks and services, each second (``src/data-provider.js``)."""
    page = Poller(served.hosts[MANAGER])
    client = docker.DockerClient(served.hosts[MANAGER])
    service = client.services.create("httpd", name="seen", mode=ServiceMode("replicated", 3))
    try:
        for _ in range(3):
            nodes, services = page.get("/nodes"), page.get("/services")
            tasks = page.get("/tasks", filters='{"desired-state":{"running":true}}')
            assert {"Hostname", "Platform", "Resources"} <= set(nodes[0]["Description"])
            assert all(node["Status"]["State"] == "ready" and node["Spec"]["Role"] for node in nodes)
            assert [found["Spec"]["Name"] for found in services] == ["seen"]
            known = {node["ID"] for node in nodes}
            for task in tasks:
                assert task["ServiceID"] == services[0]["ID"]
                assert task.get("NodeID", nodes[0]["ID"]) in known
                assert {"State", "Timestamp"} <= set(task["Status"])
                assert task["Spec"]["ContainerSpec"]["Image"].startswith("httpd")
            assert len(tasks) == 3
    finally:
        service.remove()
        client.close()
        page.close()


def test_a_dashboard_finds_what_it_polls(served: Served) -> None:
    """Portainer takes a snapshot of each engine (``api/docker/snapshot.go``), and asks again when a page is opened."""
    page = Poller(served.hosts[MANAGER])
    for _ in range(2):
        info = page.get("/info")
        assert info["Swarm"]["ControlAvailable"] is True
        assert {"NCPU", "MemTotal", "Images", "Containers", "ServerVersion", "Name"} <= set(info)
        assert page.get("/version")["Components"][0]["Name"] == "Engine"
        assert len(page.get("/nodes")) == 3
        assert all("ServiceStatus" in service for service in page.get("/services", status="true"))
        for container in page.get("/containers/json", all="1"):
            assert page.get(f"/containers/{container['Id']}/json")["Id"] == container["Id"]
        assert {"Volumes", "Warnings"} == set(page.get("/volumes"))
        assert page.get("/images/json") is not None
        assert {"ingress", "bridge"} <= {network["Name"] for network in page.get("/networks")}
        assert page.get("/plugins") == []
    page.close()
