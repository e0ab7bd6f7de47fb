"""The data plane: what happens when somebody in the lab resolves a name, connects, pings, or asks for a page.

Everything is worked out from what is there: interfaces, gossip, balancers, firewalls, cables.  Nothing is stored
about traffic but the pointers of the balancers, the random stream of the resolver and what servers write to their
logs; so methods that move those are inputs, kept apart from those that only look:

* looking: `interfaces`, `routes`, `look_up`, `addresses_of`, `ping`, `hosts_file`, `resolv_conf`, `file`;
* inputs: `resolve`, `connect`, `request`, `talk`, `http`, `write_files`, `set_firewall`, `wake`.  `network.ops` does
  any of them from plain data, so that a journal can hold it and a replay gives the same result.

A connection and its answer take virtual time, which their results tell; waiting is the caller's business.

moby: ``libnetwork`` (drivers/overlay, service_linux.go); Linux: the rest.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from swarmlab.core.network import applications, datagrams, routing
from swarmlab.core.network.applications import FindImage
from swarmlab.core.network.attempt import DEAD_ENDS, Attempt, vxlan
from swarmlab.core.network.dns import Names
from swarmlab.core.network.fabric import Path
from swarmlab.core.network.firewall import Firewalls, Opening
from swarmlab.core.network.ingress import Ports
from swarmlab.core.network.ipvs import Balancer
from swarmlab.core.network.links import Link, Links, Route, is_address
from swarmlab.core.network.routing import Router, Target
from swarmlab.core.network.servers import databases
from swarmlab.core.network.servers.exchange import Exchange, Headers, read_file
from swarmlab.core.network.trace import (
    AFTER,
    OK,
    TIMEOUT,
    Answer,
    Connection,
    Hop,
    HttpResult,
    Login,
    Lookup,
    Pong,
    Seen,
    Talk,
    Talked,
)
from swarmlab.core.network.world import ContainerLike, Place, Views, World
from swarmlab.core.units import HOUR, MICROSECOND


def no_image(image_id: str) -> None:
    """Know no images: then containers have only the files that were written into them."""


class DataPlane:
    """All traffic of a lab.  `find_image` returns an image by id (`core.agent.images.find`)."""

    def __init__(self, world: World, find_image: FindImage = no_image) -> None:
        self._world = world
        self._find_image = find_image
        self.views = Views(world)
        self.links = Links(self.views)
        self.names = Names(self.views, self.links)
        self.balancer = Balancer()
        self.ports = Ports(self.views)
        self.firewalls = Firewalls(world.fabric)
        self._router = Router(self.views, self.links)
        #: everything that happens here, while somebody follows a request through a copy of the lab; else None
        self.seen: list[Seen] | None = None

    @property
    def started_at(self) -> int:
        """When the lab's clock began, nanoseconds since 1970."""
        return self._world.started_at

    # --- looking ----------------------------------------------------------------------------------------

    def interfaces(self, place: Place) -> list[Link]:
        """Return the network interfaces of a place."""
        return self.links.of(place)

    def routes(self, place: Place) -> list[Route]:
        """Return the routing table of a place."""
        return self.links.routes(place)

    def look_up(self, place: Place, name: str, qtype: str = "A") -> Answer:
        """Return what a name server answers, in a fixed order."""
        return self.names.look_up(place, name, qtype)

    def hosts_file(self, place: Place) -> str:
        """Return what the engine wrote to ``/etc/hosts``."""
        return self.names.hosts_file(place)

    def resolv_conf(self, place: Place) -> str:
        """Return what the engine wrote to ``/etc/resolv.conf``."""
        return self.names.resolv_conf(place)

    def is_up(self, host: str) -> bool:
        """Return whether a host's engine answers."""
        return self._world.hosts[host].is_up

    def running_containers(self, host: str) -> list[ContainerLike]:
        """Return the containers of a host that run, oldest first."""
        return [c for c in self._world.hosts[host].engine.containers.values() if c.is_running]

    def file(self, place: Place, path: str) -> bytes | None:
        """Return a file of a container, None if there is none."""
        container = self.views.container(place)
        return read_file(container, self._find_image(container.image_id), path) if container else None

    def file_names(self, place: Place) -> list[str]:
        """Return the paths of all files of a container."""
        container = self.views.container(place)
        image = self._find_image(container.image_id) if container is not None else None
        written = container.files if container is not None else {}
        names = [*(image.files if image is not None else ()), *written]
        return [name for name in dict.fromkeys(names) if written.get(name, b"") is not None]

    def written_files(self, place: Place) -> dict[str, bytes | None]:
        """Return the files of a container that differ from its image, None for those deleted; those of a host."""
        if place.container_id is None:
            return dict(self._world.hosts[place.host].engine.host_files)
        container = self.views.container(place)
        return dict(container.files) if container is not None else {}

    def mounted(self, place: Place) -> list[str]:
        """Return the paths of the secrets and configs of a container."""
        container = self.views.container(place)
        return list(container.mounted) if container is not None else []

    def memory(self, host: str) -> int:
        """Return the memory of a host in bytes."""
        return self._world.hosts[host].memory_bytes

    def is_full(self, host: str) -> bool:
        """Return whether there is no room left on a host's disk."""
        return self._world.hosts[host].engine.images.disk_full

    def ping(self, place: Place, address: str) -> Pong:
        """Return the answer to one echo request.  It depends on time, but changes nothing."""
        pong = self._pong(place, address)
        self._note(place, pong)
        return pong

    def _pong(self, place: Place, address: str) -> Pong:
        place = self.views.network_place(place)
        target = self._router.target(place, address)
        hops = [target.hop]
        result, far, ttl = self._echo(place, target, hops)
        if result != OK:
            return Pong(result, address, AFTER.get(result, 0), hops=tuple(hops))
        stream = random.Random(f"{self._world.seed}/ping/{place.host}/{address}/{self._world.queue.now}")
        base = 420 if far else 55
        after = (base + stream.randrange(base)) * MICROSECOND
        return Pong(OK, address, after, ttl, tuple(hops))

    def _echo(self, place: Place, target: Target, hops: list[Hop]) -> tuple[str, bool, int]:
        """Return (result, whether it went to another host, time to live of the answer)."""
        if target.kind in (routing.SELF, routing.BALANCER, routing.NEIGHBOUR):
            return OK, False, 64
        if target.kind == routing.VIP:
            hops.append(Hop(place.host, "vip", "the local load balancer answers pings itself, whoever is behind it"))
            return OK, False, 64
        if target.kind == routing.CONTAINER and target.place is not None:
            result = vxlan(self.views, place.host, target.place.host, target.network_id, hops)
            return result, target.place.host != place.host, 64
        if target.kind == routing.HOST and target.place is not None:
            wire = self._world.fabric.wire(place.host, target.place.host)
            far = target.place.host != place.host
            return (OK if wire is Path.OPEN else TIMEOUT), far, 63 if target.via_host and far else 64
        return DEAD_ENDS[target.kind], False, 64

    def _note(self, place: Place, what: Lookup | Answer | Connection | HttpResult | Pong | Talked) -> None:
        if self.seen is not None:
            self.seen.append(Seen(self._world.queue.now, place, what))

    @contextmanager
    def unseen(self) -> Iterator[None]:
        """Keep what happens in the block from whoever follows a request: health checks and the like."""
        seen, self.seen = self.seen, None
        try:
            yield
        finally:
            self.seen = seen

    # --- inputs -----------------------------------------------------------------------------------------

    def resolve(self, place: Place, name: str, qtype: str = "A", server: str = "") -> Answer:
        """Return what a name server answers, its addresses in random order."""
        answer = self.names.resolve(place, name, qtype, server)
        self._note(place, answer)
        return answer

    def addresses_of(self, place: Place, name: str) -> tuple[str, ...]:
        """Return the addresses that a program gets for `name`: from /etc/hosts, else from DNS.  () for none.

        An address is its own name.
        """
        if is_address(name):
            return (name,)
        known = self._in_hosts_file(place, name)
        if known:
            self._note(place, Lookup(name, known, "/etc/hosts"))
            return known
        for candidate in (name, *(f"{name}.{domain}" for domain in self.names.search(place) if "." not in name)):
            answer = self.names.resolve(place, candidate)
            if answer.values:
                break
        self._note(place, Lookup(name, answer.values, answer.server, answer.status))
        return answer.values

    def _in_hosts_file(self, place: Place, name: str) -> tuple[str, ...]:
        written = self.file(place, "/etc/hosts")
        text = self.hosts_file(place) if written is None else written.decode("utf-8", "replace")
        found = []
        for line in text.splitlines():
            words = line.partition("#")[0].split()
            if name.lower() in [word.lower() for word in words[1:]] and is_address(words[0]):
                found.append(words[0])
        return tuple(dict.fromkeys(found))

    def connect(self, place: Place, address: str, port: int, protocol: str = "tcp") -> Connection:
        """Try to connect from `place` to an IPv4 address.  Moves the pointer of the balancer that it meets."""
        home = self.views.network_place(place)
        target = self._router.target(home, address)
        attempt = Attempt(self, home, address, port, protocol)
        attempt.hops.append(target.hop)
        connection = attempt.run(target)
        self._note(place, connection)
        return connection

    def request(
        self, connection: Connection, method: str = "GET", path: str = "/", headers: Headers = (), script: str = ""
    ) -> HttpResult:
        """Send one HTTP request over an open connection; the server may write to its log, and ask others in turn.

        Several requests over one connection are answered by the same container.  `script`: speak FastCGI instead, and
        have that file run.
        """
        result = self._answered(connection, method, path, headers, script)
        if connection.is_open and connection.server is not None:
            self._note(connection.server, result)
        return result

    def _answered(self, connection: Connection, method: str, path: str, headers: Headers, script: str) -> HttpResult:
        if not connection.is_open or connection.server is None:
            return HttpResult(connection.result, connection.after, connection=connection)
        place = connection.server
        container = self.views.container(place)
        if container is None and place.container_id is None:
            return HttpResult("empty", AFTER[OK], connection=connection)  # the engine, which speaks TLS only
        if container is None or not container.is_running:
            return HttpResult("reset", AFTER[OK], connection=connection)
        if container.is_frozen:
            return HttpResult(TIMEOUT, AFTER[TIMEOUT], connection=connection)
        image = self._find_image(container.image_id)
        now = self._world.queue.now
        exchange = Exchange(self, connection, place, container, image, now, method, path, headers, script)
        return applications.answer(exchange)._replace(connection=connection)

    def talk(self, connection: Connection, login: Login, words: Sequence[str]) -> Talk:
        """Say something to the database behind an open connection: a redis command, or one SQL statement."""
        answer = databases.talk(self, connection, login, words)
        if connection.server is not None:
            self._note(connection.server, Talked(connection, tuple(words), answer))
        return answer

    def kept(self, place: Place, folder: str) -> dict[str, Any]:
        """Return what the database of a container keeps: in the volume mounted at `folder`, else in itself."""
        container = self.views.container(place)
        if container is None:
            return {}
        volumes = self._world.hosts[place.host].engine.volumes
        for mount in container.config.mounts:
            if mount.target.rstrip("/") == folder and mount.source in volumes:
                found: dict[str, Any] = volumes[mount.source].kept
                return found
        if container.kept is None:
            container.kept = {}
        return container.kept

    def release(self, container: ContainerLike) -> str:
        """Return the version of a container's image."""
        image = self._find_image(container.image_id)
        return image.release.partition("-")[0] if image is not None else ""

    @property
    def now(self) -> int:
        """The time, nanoseconds since 1970."""
        return self._world.queue.now

    def write_log(self, place: Place, stream: int, text: str) -> None:
        """Add to the log of a container; stream 1 is its standard output, 2 its standard error."""
        container = self.views.container(place)
        if container is not None:
            self._world.hosts[place.host].engine.write_log(container, stream, text.encode())

    def send(self, connection: Connection, text: str) -> str:
        """Send one datagram over a UDP flow and return what comes back, "" for nothing.

        A flow is what has one address and port at either end: IPVS gives all of it to one container.
        """
        container = self.views.container(connection.server) if connection.is_open and connection.server else None
        if container is None or connection.server is None or not container.is_running or container.is_frozen:
            return ""
        addresses = [link.address for link in self.interfaces(connection.server) if link.kind != "loopback"]
        return datagrams.reply(connection, container, addresses, text)

    def http(
        self, place: Place, address: str, port: int, method: str = "GET", path: str = "/", headers: Headers = ()
    ) -> HttpResult:
        """Connect and send one request."""
        return self.request(self.connect(place, address, port), method, path, headers)

    def write_files(self, place: Place, files: Mapping[str, bytes | None]) -> None:
        """Change files of a container, or of a host; None deletes one."""
        if place.container_id is None:
            self._world.hosts[place.host].engine.write_host_files(files)
            return
        container = self.views.container(place)
        if container is not None:
            container.write(files)
            self._world.hosts[place.host].engine.touch(container)

    def set_firewall(self, host: str, action: str, opening: Opening | None = None, *, permanent: bool = False) -> bool:
        """Open or close a port of a host, or reload, start or stop its firewall; return whether it changed anything."""
        return self.firewalls.change(host, action, opening, permanent=permanent)

    def wake(self, at: int) -> None:
        """Have virtual time stop at `at`, because somebody outside waits for that moment.

        A lab that settles waits for it too, unless it is hours away: ``sleep 1000000`` never settles.
        """
        far = at - self._world.queue.now > HOUR
        self._world.queue.at(at, "clock", None, background=far)
