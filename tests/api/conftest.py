"""One lab for the tests that only look, and fresh ones for those that change something."""

import pytest

from tests.api.world import World


@pytest.fixture
def world() -> World:
    """A swarm of three hosts on which nothing runs."""
    return World()


@pytest.fixture(scope="module")
def busy() -> World:
    """A swarm with a web service on a network of its own, for looking only."""
    world = World()
    world.post("/networks/create", {"Name": "my_net", "Driver": "overlay"})
    world.service(
        "web",
        "httpd:latest",
        template={"Networks": [{"Target": "my_net"}]},
        Mode={"Replicated": {"Replicas": 3}},
        EndpointSpec={"Ports": [{"TargetPort": 80, "PublishedPort": 8080}]},
    )
    world.running("web", 3)
    return world
