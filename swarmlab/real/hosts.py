"""What both ways of starting a real swarm have in common: its hosts, and how they become one swarm."""

import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

import docker
import requests

from swarmlab.client import connect
from swarmlab.errors import Unavailable

#: The hosts of the lessons.  The first one manages the swarm.
HOSTS = {"swarm-manage": "192.168.1.11", "node1": "192.168.1.12", "node2": "192.168.1.13"}
#: The address of the switch, on which a name server listens.
GATEWAY = "192.168.1.1"

Say = Callable[[str], None]


class Host(NamedTuple):
    """One line of ``swarmlab real status``."""

    name: str
    address: str
    docker_host: str
    state: str  # "manager", "worker", "no swarm", or why it does not work


class Backend(Protocol):
    """A way to have three engines on this machine."""

    def up(self, *, swarm: bool = True) -> bool:
        """Start what is missing; return False if everything was there already."""
        ...

    def down(self) -> bool:
        """Remove all that `up` made and nothing else; return False if there was nothing."""
        ...

    def status(self) -> list[Host]:
        """Return a line per host; none if nothing is up."""
        ...


def until(question: Callable[[], Any], seconds: float, sentence: str) -> Any:
    """Ask again and again until the answer is true, and return it.  Raises Unavailable with `sentence`."""
    end = time.monotonic() + seconds
    while True:
        answer = question()
        if answer:
            return answer
        if time.monotonic() > end:
            raise Unavailable(sentence)
        time.sleep(0.05)


def engine(docker_host: str, timeout: int = 60) -> docker.APIClient | None:
    """Return a client of the engine at `docker_host`; None while it does not answer."""
    try:
        return connect(docker_host, timeout=timeout).api
    except Unavailable:
        return None


def describe(name: str, address: str, docker_host: str) -> Host:
    """Look at an engine and return its line."""
    api = engine(docker_host, timeout=10)
    if api is None:
        return Host(name, address, docker_host, "does not answer")
    return Host(name, address, docker_host, role(api))


def role(api: docker.APIClient) -> str:
    """Return "manager", "worker" or "no swarm"; or the state of an engine between them, as docker info has it."""
    swarm = api.info()["Swarm"]
    if swarm["LocalNodeState"] != "active":
        return "no swarm" if swarm["LocalNodeState"] == "inactive" else str(swarm["LocalNodeState"])
    return "manager" if swarm["ControlAvailable"] else "worker"


def node_id(api: docker.APIClient) -> str:
    """Return the id that an engine has in its swarm; "" without one."""
    return str(api.info()["Swarm"]["NodeID"])


def form_swarm(engines: Mapping[str, docker.APIClient], addresses: Mapping[str, str]) -> None:
    """Make one swarm of engines that have not met, managed by the first, and wait until all nodes are ready."""
    (first, manager), *others = engines.items()
    try:
        # As the docker command does it, which asks for no pool of addresses in so many words.
        manager.init_swarm(advertise_addr=addresses[first], listen_addr="0.0.0.0:2377", default_addr_pool=[])
        token = manager.inspect_swarm()["JoinTokens"]["Worker"]
        for name, api in others:
            api.join_swarm([f"{addresses[first]}:2377"], token, advertise_addr=addresses[name])
    except (docker.errors.APIError, requests.RequestException) as error:
        said = getattr(error, "explanation", None) or error
        raise Unavailable(f"The engines could not form a swarm: {said}.") from None
    until(lambda: all_ready(manager, len(engines)), 60, "Not all nodes of the new swarm became ready.")


def all_ready(manager: docker.APIClient, count: int) -> bool:
    """Whether `count` nodes are ready, as the manager sees it."""
    return bool(sum(node["Status"]["State"] == "ready" for node in manager.nodes()) >= count)
