"""Real three-host swarms for tests, each in a folder of its own, removed at the end."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import docker
import pytest

from swarmlab import Lab
from swarmlab.real.hosts import until
from swarmlab.real.lab import RealLab
from swarmlab.real.namespaces import Namespaces

#: Networks that docker itself makes.
OF_DOCKER = ("bridge", "host", "none", "ingress", "docker_gwbridge")


def folder() -> Path:
    """Return the path, short enough for sockets, of a folder that does not exist yet."""
    made = tempfile.mkdtemp(prefix="swl-", dir="/tmp")
    Path(made).rmdir()
    return Path(made)


def connect(lab: Namespaces) -> RealLab:
    """Return a lab of the engines that are up."""
    return Lab.connect({host.name: host.docker_host for host in lab.status()})


def has_containers(api: docker.APIClient) -> bool:
    """Remove all containers, and return whether there were any."""
    found = api.containers(all=True)
    for container in found:
        with suppress(docker.errors.APIError):  # its agent removes it at this moment
            api.remove_container(container["Id"], force=True)
    return bool(found)


def reset(lab: RealLab) -> None:
    """Leave nothing of an earlier attempt: no services, containers, networks, files for them; nodes as at first."""
    manager = lab.docker().api
    for service in manager.services():
        manager.remove_service(service["ID"])
    leader = manager.info()["Swarm"]["NodeID"]
    for node in manager.nodes():
        role = "manager" if node["ID"] == leader else "worker"
        spec = {**node["Spec"], "Availability": "active", "Labels": {}, "Role": role}
        if spec != node["Spec"]:
            manager.update_node(node["ID"], node["Version"]["Index"], spec)
    until(lambda: not manager.tasks(), 60, "Tasks of services that are gone do not go.")
    until(lambda: not any(has_containers(lab.docker(host).api) for host in lab.hosts), 60, "Containers stay.")
    for secret in manager.secrets():
        manager.remove_secret(secret["ID"])
    for config in manager.configs():
        manager.remove_config(config["ID"])
    until(lambda: not any(has_networks(lab.docker(host).api) for host in lab.hosts), 60, "Networks stay.")


@contextmanager
def on_a_clean_swarm(lab: Namespaces) -> Iterator[RealLab]:
    """Bring `lab` up if need be, and connect to a swarm that has nothing of an earlier attempt."""
    lab.up()
    real = connect(lab)
    try:
        if sum(node["Spec"]["Role"] == "manager" for node in real.docker().api.nodes()) > 1:
            lab.down()  # demoting managers may cost the quorum: begin anew
            lab.up()
            real.close()
            real = connect(lab)
        reset(real)
        yield real
    finally:
        real.close()


def has_networks(api: docker.APIClient) -> bool:
    """Remove all networks that somebody made, and return whether there were any."""
    found = [it for it in api.networks() if it["Name"] not in OF_DOCKER]
    for network in found:
        with suppress(docker.errors.APIError):  # a task's place on it is given up at this moment
            api.remove_network(network["Id"])
    return bool(found)


@pytest.fixture
def namespaces() -> Iterator[Namespaces]:
    """A lab that is not up yet."""
    lab = Namespaces(folder())
    yield lab
    lab.down()


@pytest.fixture(scope="module")
def swarm() -> Iterator[RealLab]:
    """A real swarm that the tests of a module share."""
    lab = Namespaces(folder())
    try:
        lab.up()
        real = connect(lab)
        yield real
        real.close()
    finally:
        lab.down()
