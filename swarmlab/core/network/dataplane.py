"""The data plane: what happens when somebody in the lab resolves a name, connects, pings, or asks for a page.

Everything is worked out from what is there: interfaces, gossip, balancers, firewalls, cables.  Nothing is stored
about traffic but the pointers of the balancers, the random stream of the resolver and what servers write to their
logs; so methods that move those are inputs, kept apart from those that only look:

* looking: `interfaces`, `routes`, `look_up`, `addresses_of`, `ping`, `hosts_file`, `resolv_conf`, `file`;
* inputs: `resolve`, `connect`, `request`, `http`, `write_files`, `set_firewall`, `wake`.  `apply` does any of them
  from plain data, so that a journal can hold it and a replay gives the same result.

A connection and its answer take virtual time, which their results tell; waiting is the caller's business.

moby: ``libnetwork`` (drivers/overlay, service_linux.go); Linux: the rest.
"""

import base64
import random
from collections.abc import Mapping
from typing import Any

from swarmlab.core.network import applications, routing
from swarmlab.core.network.applications import FindImage, Headers
from swarmlab.core.network.attempt import DEAD_ENDS, Attempt, vxlan
from swarmlab.core.network.dns import Names
from swarmlab.core.network.fabric import Path
from swarmlab.core.network.firewall import Firewalls, Opening
from swarmlab.core.network.ingress import Ports
from swarmlab.core.network.ipvs import Balancer
from swarmlab.core.network.links import Link, Links, Route, is_address
from swarmlab.core.network.routing import Router, Target
from swarmlab.core.network.trace import AFTER, OK, TIMEOUT, Answer, Connection, Hop, HttpResult, Pong
from swarmlab.core.network.world import ContainerLike, Place, Views, World
from swarmlab.core.units import HOUR, MICROSECOND
from swarmlab.errors import InvalidArgument


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
        return applications.read_file(container, self._find_image(container.image_id), path) if container else None

    def file_names(self, place: Place) -> list[str]:
        """Return the paths of all files of a container."""
        container = self.views.container(place)
        image = self._find_image(container.image_id) if container is not None else None
        written = container.files if container is not None else {}
        names = [*(image.files if image is not None else ()), *written]
        return [name for name in dict.fromkeys(names) if written.get(name, b"") is not None]

    def written_files(self, place: Place) -> dict[str, bytes | None]:
        """Return the files of a container that differ from its image; None for those deleted."""
        container = self.views.container(place)
        return dict(container.files) if container is not None else {}

    def ping(self, place: Place, address: str) -> Pong:
        """Return the answer to one echo request.  It depends on time, but changes nothing."""
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
            result = vxlan(self._world.fabric, place.host, target.place.host, hops)
            return result, target.place.host != place.host, 64
        if target.kind == routing.HOST and target.place is not None:
            wire = self._world.fabric.wire(place.host, target.place.host)
            far = target.place.host != place.host
            return (OK if wire is Path.OPEN else TIMEOUT), far, 63 if target.via_host and far else 64
        return DEAD_ENDS[target.kind], False, 64

    # --- inputs -----------------------------------------------------------------------------------------

    def resolve(self, place: Place, name: str, qtype: str = "A") -> Answer:
        """Return what a name server answers, its addresses in random order."""
        return self.names.resolve(place, name, qtype)

    def addresses_of(self, place: Place, name: str) -> tuple[str, ...]:
        """Return the addresses that a program gets for `name`: from /etc/hosts, else from DNS.  () for none.

        An address is its own name.
        """
        if is_address(name):
            return (name,)
        known = self._in_hosts_file(place, name)
        if known:
            return known
        answer = self.resolve(place, name)
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
        place = self.views.network_place(place)
        target = self._router.target(place, address)
        attempt = Attempt(self, place, address, port, protocol)
        attempt.hops.append(target.hop)
        return attempt.run(target)

    def request(
        self, connection: Connection, method: str = "GET", path: str = "/", headers: Headers = ()
    ) -> HttpResult:
        """Send one HTTP request over an open connection; the server may write to its log.

        Several requests over one connection are answered by the same container.
        """
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
        addresses = [link.address for link in self.interfaces(place) if link.kind != "loopback"]
        image = self._find_image(container.image_id)
        now = self._world.queue.now
        result, line = applications.answer(connection, container, image, addresses, now, method, path, headers)
        if line:
            self._world.hosts[place.host].engine.write_log(container, 1, line.encode())
        return result._replace(connection=connection)

    def http(
        self, place: Place, address: str, port: int, method: str = "GET", path: str = "/", headers: Headers = ()
    ) -> HttpResult:
        """Connect and send one request."""
        return self.request(self.connect(place, address, port), method, path, headers)

    def write_files(self, place: Place, files: Mapping[str, bytes | None]) -> None:
        """Change files of a container; None deletes one."""
        container = self.views.container(place)
        if container is not None:
            container.files.update(files)
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

    # --- inputs as plain data ---------------------------------------------------------------------------

    OPS = ("resolve", "addresses", "connect", "request", "http", "files", "firewall", "wake")

    def apply(self, op: Mapping[str, Any]) -> dict[str, Any]:
        """Do the input that `op` describes and return its result; both are JSON.

        ``{"op": "connect", "host": "node1", "container": "3fa…" or None, "address": "10.0.1.2", "port": 80}``: the
        keys besides ``op``, ``host`` and ``container`` are the arguments of the method of that name.  Bytes are
        base64.  Raises InvalidArgument for an unknown input or host.
        """
        kind = op.get("op")
        if kind not in self.OPS:
            raise InvalidArgument(f"the network knows no input called {kind!r}; it knows {', '.join(self.OPS)}")
        host = op.get("host", "")
        if kind not in ("wake", "request") and host not in self._world.hosts:
            raise InvalidArgument(f"there is no host {host!r} in this lab")
        place = Place(host, op.get("container"))
        if kind == "resolve":
            answer = self.resolve(place, op["name"], op.get("type", "A"))
            return {**answer._asdict(), "values": list(answer.values)}
        if kind == "addresses":
            return {"addresses": list(self.addresses_of(place, op["name"]))}
        if kind == "connect":
            return self.connect(place, op["address"], int(op["port"]), op.get("protocol", "tcp")).as_json()
        if kind in ("request", "http"):
            return self._apply_http(kind, place, op)
        if kind == "files":
            decoded = {path: None if data is None else base64.b64decode(data) for path, data in op["files"].items()}
            self.write_files(place, decoded)
            return {}
        if kind == "firewall":
            opening = Opening(int(op["port"]), op["protocol"]) if "port" in op else None
            if opening is not None and op["action"] in ("add rule", "remove rule"):
                if op["action"] == "add rule":
                    self.firewalls.add_rule(host, op["text"], opening, op["verdict"])
                else:
                    self.firewalls.remove_rule(host, op["text"])
                return {"changed": True}
            changed = self.set_firewall(host, op["action"], opening, permanent=op.get("permanent", False))
            return {"changed": changed}
        self.wake(int(op["until"]))
        return {}

    def _apply_http(self, kind: str, place: Place, op: Mapping[str, Any]) -> dict[str, Any]:
        headers = [(name, value) for name, value in op.get("headers", ())]
        method, path = op.get("method", "GET"), op.get("path", "/")
        if kind == "request":
            result = self.request(Connection.from_json(op["connection"]), method, path, headers)
        else:
            result = self.http(place, op["address"], int(op["port"]), method, path, headers)
        data = result._asdict()
        data["headers"] = [list(pair) for pair in result.headers]
        data["body"] = base64.b64encode(result.body).decode()
        data["connection"] = result.connection.as_json() if result.connection is not None else None
        return data
