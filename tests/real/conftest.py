"""Real three-host swarms for tests, each in a folder of its own, removed at the end."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from swarmlab import Lab
from swarmlab.real.lab import RealLab
from swarmlab.real.namespaces import Namespaces


def folder() -> Path:
    """Return the path, short enough for sockets, of a folder that does not exist yet."""
    made = tempfile.mkdtemp(prefix="swl-", dir="/tmp")
    Path(made).rmdir()
    return Path(made)


def connect(lab: Namespaces) -> RealLab:
    """Return a lab of the engines that are up."""
    return Lab.connect({host.name: host.docker_host for host in lab.status()})


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
