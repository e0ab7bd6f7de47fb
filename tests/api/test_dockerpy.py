"""docker-py, unmodified, over the API: what its users do first."""

from collections.abc import Iterator
from contextlib import closing

import docker
import docker.errors
import pytest

from swarmlab import client
from swarmlab.core.units import SECOND
from tests.api.world import Lines, World


def connect(world: World, host: str) -> docker.DockerClient:
    """Return a client of one host; while it waits, time moves."""

    def step() -> bool:
        return world.simulation.step()

    return client.in_process(lambda request: world.app.handle(host, request), step)


@pytest.fixture
def world() -> World:
    return World(programs=Lines())


@pytest.fixture
def manager(world: World) -> Iterator[docker.DockerClient]:
    with closing(connect(world, "swarm-manage")) as docker_client:
        yield docker_client


@pytest.fixture
def node1(world: World) -> Iterator[docker.DockerClient]:
    with closing(connect(world, "node1")) as docker_client:
        yield docker_client


def test_it_negotiates_the_version(manager: docker.DockerClient) -> None:
    assert manager.api._version == "1.51"
    assert manager.ping()
    assert manager.info()["Swarm"]["ControlAvailable"]


def test_services(manager: docker.DockerClient, world: World) -> None:
    network = manager.networks.create("net", driver="overlay", attachable=True)
    service = manager.services.create(
        "httpd:latest",
        name="web",
        networks=["net"],
        endpoint_spec=docker.types.EndpointSpec(ports={8080: 80}),
        mode=docker.types.ServiceMode("replicated", 2),
        labels={"a": "b"},
        constraints=["node.role==worker"],
        env=["A=1"],
        restart_policy=docker.types.RestartPolicy("on-failure", delay=SECOND),
    )
    assert [found.id for found in manager.services.list(filters={"name": "web"})] == [service.id]
    world.running("web", 2)
    assert {task["Status"]["State"] for task in service.tasks()} == {"running"}
    service.reload()
    assert service.scale(3)
    world.running("web", 3)
    service.reload()
    assert service.force_update()
    service.reload()
    service.update(labels={"c": "d"})
    service.reload()
    assert service.attrs["Spec"]["Labels"] == {"c": "d"}
    with pytest.raises(docker.errors.APIError, match="update out of sequence"):
        manager.api.update_service(service.id, 1, name="web", fetch_current_spec=True)
    assert b"AH00558" in b"".join(service.logs(stderr=True, stdout=True))
    assert service.remove()
    with pytest.raises(docker.errors.NotFound, match="service web not found"):
        manager.services.get("web")
    world.run(10)
    network.remove()


def test_nodes(manager: docker.DockerClient) -> None:
    node = next(n for n in manager.nodes.list() if n.attrs["Description"]["Hostname"] == "node1")
    assert node.update({"Availability": "drain", "Role": "worker", "Labels": {"x": "y"}})
    node.reload()
    assert node.attrs["Spec"] == {"Labels": {"x": "y"}, "Role": "worker", "Availability": "drain"}


def test_secrets_configs_and_networks(manager: docker.DockerClient) -> None:
    secret = manager.secrets.create(name="key", data=b"hush", labels={"a": "b"})
    assert manager.secrets.get(secret.id).name == "key"
    config = manager.configs.create(name="page", data=b"hello")
    assert manager.configs.list()[0].id == config.id
    secret.remove()
    config.remove()
    assert {network.name for network in manager.networks.list()} >= {"ingress", "bridge", "docker_gwbridge"}
    with pytest.raises(docker.errors.APIError) as refusal:
        manager.networks.create("ingress", driver="overlay")
    assert refusal.value.status_code == 409


def test_containers(node1: docker.DockerClient, world: World) -> None:
    assert node1.containers.run("busybox", ["sh", "-c", "echo hello; sleep 2"], remove=True) == b"hello\n"
    with pytest.raises(docker.errors.ContainerError) as failure:
        node1.containers.run("busybox", ["sh", "-c", "exit 3"])
    assert failure.value.exit_status == 3
    container = node1.containers.run("busybox", ["sleep", "1d"], name="c1", detach=True)
    assert [found.name for found in node1.containers.list()] == ["c1"]
    assert container.exec_run(["ls", "-l"]) == (0, b"ls -l\n")
    assert container.exec_run("nosuch").exit_code == 127
    with pytest.raises(docker.errors.ImageNotFound):
        node1.containers.run("nosuch", "true")
    container.stop(timeout=1)
    assert container.wait()["StatusCode"] == 137
    container.remove()


def test_images_and_events(node1: docker.DockerClient, world: World) -> None:
    image = node1.images.pull("alpine", tag="latest")
    assert image.tags == ["alpine:latest"]
    until = world.simulation.now // SECOND + 1
    events = list(node1.events(since=0, until=until, decode=True, filters={"type": "image"}))
    assert [event["Action"] for event in events] == ["pull"]
    assert node1.images.get_registry_data("alpine").id.startswith("sha256:")


def test_swarms_of_its_own() -> None:
    lone = World(swarm=False)
    with closing(connect(lone, "swarm-manage")) as manager, closing(connect(lone, "node1")) as worker:
        assert len(manager.swarm.init(advertise_addr="192.168.1.11")) == 25
        manager.swarm.reload()
        token = manager.swarm.attrs["JoinTokens"]["Worker"]
        assert worker.swarm.join(["192.168.1.11:2377"], token)
        assert manager.swarm.update(rotate_worker_token=True)
        manager.swarm.reload()
        assert manager.swarm.attrs["JoinTokens"]["Worker"] != token
        assert worker.swarm.leave()
        with pytest.raises(docker.errors.APIError, match="Removing the last manager"):
            manager.swarm.leave()
        assert manager.swarm.leave(force=True)
