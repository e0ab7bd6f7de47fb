"""Three Docker engines as containers of one that runs already (Docker-in-Docker): on Linux, macOS and Windows.

Containers and network carry a label.  It is all that `up` and `down` go by, so nothing is kept on disk, nothing is left
unknown by a crash, and what has not the label is never touched.  Each engine listens on a port of loopback, chosen by
Docker, without TLS: whoever has an account on this machine can use the three engines while they are up.
"""

from collections.abc import Mapping
from typing import Any

import docker
import requests

from swarmlab.client import connect
from swarmlab.errors import FailedPrecondition, SwarmlabError, Unavailable
from swarmlab.real import contexts
from swarmlab.real.hosts import GATEWAY, HOSTS, Host, Say, all_ready, describe, engine, form_swarm, node_id, role, until
from swarmlab.real.reach import InContainer, Reach

IMAGE = "docker:dind"
NAME = "swarmlab-real"
LABEL = "swarmlab.real"
_PORT = "2375/tcp"
#: The image's own command asks for TLS certificates, and waits for 15 s where there are none and none were declined.
_COMMAND = ["dockerd", "--host=unix:///var/run/docker.sock", "--host=tcp://0.0.0.0:2375", "--tls=false"]


class Containers:
    """The real lab inside one engine."""

    def __init__(
        self,
        outer: docker.DockerClient,
        image: str = IMAGE,
        hosts: Mapping[str, str] = HOSTS,
        say: Say = lambda text: None,
        name: str = NAME,
    ) -> None:
        """Take a client of the engine that is to run the containers, and a name that sets this lab apart."""
        self._outer = outer
        self._image = image
        self._hosts = dict(hosts)
        self._say = say
        self._name = name

    # --- the three verbs ----------------------------------------------------------------------------------------

    def up(self, *, swarm: bool = True) -> bool:
        """Start the engines and their swarm (see `hosts.Backend`).

        Raises:
            Unavailable: the engine cannot run them, or one does not come up.
            FailedPrecondition: the engine belongs to a swarm, another container has the name, or the lab was changed.
        """
        try:
            return self._up(swarm)
        except (docker.errors.DockerException, requests.RequestException) as error:
            raise Unavailable(f"The engines could not be started: {_said(error)}.") from None

    def down(self) -> bool:
        """Remove the containers, their volumes and the network (see `hosts.Backend`)."""
        found = self._containers()
        for container in found:
            container.remove(force=True, v=True)
        networks = self._outer.networks.list(filters={"label": f"{LABEL}={self._name}"})
        for network in networks:
            network.remove()
        return bool(found or networks)

    def status(self) -> list[Host]:
        """Return a line per host (see `hosts.Backend`)."""
        lines = []
        for container in sorted(self._containers(), key=lambda it: list(self._hosts).index(it.labels[f"{LABEL}.host"])):
            name, address = container.labels[f"{LABEL}.host"], container.labels[f"{LABEL}.address"]
            docker_host = _docker_host(container)
            if docker_host:
                lines.append(describe(name, address, docker_host))
            else:
                lines.append(Host(name, address, "-", f"container is {container.status}"))
        return lines

    # --- up -----------------------------------------------------------------------------------------------------

    def _up(self, swarm: bool) -> bool:
        found = self._containers()
        if found:
            if self._works(found, swarm):
                return False
            self._say("removing what an interrupted or ended swarm has left")
        elif self._outer.info()["Swarm"]["LocalNodeState"] != "inactive":
            raise FailedPrecondition(
                "This engine belongs to a swarm already: use it with Lab.connect, or set DOCKER_HOST to another engine."
            )
        self.down()
        self._refuse_names()
        self._make(swarm)
        return True

    def _works(self, found: list[Any], swarm: bool) -> bool:
        """Whether an earlier `up` reached its end and all runs.  Raises FailedPrecondition if the swarm was changed."""
        addresses = {container.labels[f"{LABEL}.host"]: _docker_host(container) for container in found}
        engines = {name: engine(address, timeout=10) for name, address in addresses.items() if address}
        if engines.keys() != self._hosts.keys() or None in engines.values():
            return False
        apis = [api for name in self._hosts if (api := engines[name]) is not None]
        until(lambda: "pending" not in map(role, apis), 60, "An engine does not finish joining a swarm.")
        roles = [role(api) for api in apis]
        if roles == (["manager", *["worker"] * (len(apis) - 1)] if swarm else ["no swarm"] * len(apis)):
            if not swarm:
                return True
            if _nodes(apis[0]) == set(map(node_id, apis)):
                until(lambda: all_ready(apis[0], len(apis)), 60, "Not all nodes of the swarm are ready.")
                return True
        if not swarm or not _is_half_made(apis, roles):
            raise FailedPrecondition(
                "The engines of `swarmlab real up` are in another swarm, or in none: use them as they are, or run"
                " `swarmlab real down` first."
            )
        return False

    def _refuse_names(self) -> None:
        for host in self._hosts:
            try:
                self._outer.containers.get(self._container(host))
            except docker.errors.NotFound:
                continue
            raise FailedPrecondition(
                f"A container called {self._container(host)} exists that `swarmlab real` did not make: rename it."
            )

    def _make(self, swarm: bool) -> None:
        try:
            self._outer.images.get(self._image)
        except docker.errors.ImageNotFound:
            self._say(f"pulling {self._image}")
            self._outer.images.pull(*_split(self._image))
        pool = docker.types.IPAMPool(subnet=f"{GATEWAY.rpartition('.')[0]}.0/24", gateway=GATEWAY)
        labels = {LABEL: self._name}
        self._outer.networks.create(
            self._name, driver="bridge", labels=labels, ipam=docker.types.IPAMConfig(pool_configs=[pool])
        )
        for name in self._hosts:
            self._start(name)
        self._say("engines start")
        engines = {name: self._wait_for(name) for name in self._hosts}
        if swarm:
            self._say("forming a swarm")
            form_swarm(engines, self._hosts)

    def _start(self, host: str) -> None:
        """Start one engine.  `docker.containers.run` cannot give an address, so its steps are taken singly."""
        api = self._outer.api
        container = self._container(host)
        endpoint = api.create_endpoint_config(ipv4_address=self._hosts[host], aliases=[host])
        endpoints: Any = {self._name: endpoint}
        where = api.create_networking_config(endpoints)
        api.create_container(
            self._image,
            command=[*_COMMAND, f"--label={LABEL}.container={container}"],
            name=container,
            hostname=host,
            environment={"DOCKER_TLS_CERTDIR": ""},
            labels={LABEL: self._name, f"{LABEL}.host": host, f"{LABEL}.address": self._hosts[host]},
            ports=[_PORT.partition("/")[0]],
            networking_config=where,
            host_config=api.create_host_config(
                privileged=True, port_bindings={_PORT: ("127.0.0.1", None)}, network_mode=self._name
            ),
        )
        api.start(container)

    def _wait_for(self, host: str) -> docker.APIClient:
        name = self._container(host)

        def answers() -> docker.APIClient | None:
            address = _docker_host(self._outer.containers.get(name))
            return engine(address) if address else None

        sentence = f"The engine of {host} does not come up; see `docker logs {name}`."
        api = until(answers, 120, sentence)
        assert isinstance(api, docker.APIClient)
        return api

    def _container(self, host: str) -> str:
        return f"{self._name}-{host}"

    def _containers(self) -> list[Any]:
        found: list[Any] = self._outer.containers.list(all=True, filters={"label": f"{LABEL}={self._name}"})
        return found


def _is_half_made(apis: list[Any], roles: list[str]) -> bool:
    """Whether engines look as an `up` leaves them that ended before the swarm was complete, and nobody else has."""
    if set(roles) == {"no swarm"}:
        return True
    if roles[0] != "manager" or not set(roles[1:]) <= {"no swarm", "worker"}:
        return False
    return _nodes(apis[0]) == set(map(node_id, apis)) - {""} and not apis[0].services()


def _nodes(manager: docker.APIClient) -> set[str]:
    return {node["ID"] for node in manager.nodes()}


def _docker_host(container: Any) -> str:
    """Return the address of the engine in a container; "" while it has none."""
    ports = (container.attrs["NetworkSettings"].get("Ports") or {}).get(_PORT) or []
    return f"tcp://{ports[0]['HostIp']}:{ports[0]['HostPort']}" if ports and container.status == "running" else ""


def _split(image: str) -> tuple[str, str]:
    """Return repository and tag."""
    name, colon, tag = image.rpartition(":")
    return (name, tag) if colon and "/" not in tag else (image, "latest")


def _said(error: BaseException) -> str:
    return str(getattr(error, "explanation", None) or error).rstrip(".")


def reach_of(client: docker.DockerClient) -> Reach | None:
    """Return a way into the container in which an engine runs; None if it is not one of ours on this machine."""
    mark = f"{LABEL}.container="
    name = next((label.removeprefix(mark) for label in client.info().get("Labels") or [] if label.startswith(mark)), "")
    if not name:
        return None
    try:
        outer = connect_outer()
        container = outer.containers.get(name)
    except (SwarmlabError, docker.errors.DockerException):
        return None
    return InContainer(outer, name) if LABEL in container.labels else None


def connect_outer(timeout: int = 60) -> docker.DockerClient:
    """Return a client of the engine that the docker command would use here.  Raises Unavailable, InvalidArgument."""
    target = contexts.find(contexts.current())
    return connect(target.docker_host, tls=target.tls, timeout=timeout)
