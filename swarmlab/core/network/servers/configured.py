"""Servers that begin with a configuration: it is read, and the names in it are looked up, in the moment they start.

An engine that has started such a container asks here (`Configure`); the answer (`Configured`) says where the server
listens, or what it complains of before it ends.  A mistake in a configuration, or a name that nobody knows yet, is so
what it is in life: a container that runs for a moment, and a task that fails and is tried again.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from swarmlab.core.network.servers import haproxy, haproxycfg, nginx, nginxconf
from swarmlab.core.network.servers.exchange import Exchange
from swarmlab.core.network.trace import TIMEOUT, HttpResult
from swarmlab.core.network.world import ContainerLike, ImageLike, Place
from swarmlab.core.queue import Queue
from swarmlab.core.units import MILLISECOND

if TYPE_CHECKING:
    from swarmlab.core.network.dataplane import DataPlane

#: How long a server reads before it listens, or gives up.
READS = 20 * MILLISECOND


_RELOADED = "[notice] 1#1: signal 1 (SIGHUP) received, reconfiguring\n"


class Configure(NamedTuple):
    """A question of an engine: what does this server make of its configuration?"""

    host: str
    container_id: str
    epoch: int  # the container's life
    server: str  # nginx, haproxy
    again: bool = False  # it runs already: a mistake is complained of, and what it had goes on


class Configured(NamedTuple):
    """The answer: it listens, or (exit code not None) it ends with these words."""

    container_id: str
    epoch: int
    listens: dict[int, str]
    text: str = ""
    exit_code: int | None = None


class CheckDue(NamedTuple):
    """It is time to try one server of a running haproxy."""

    host: str
    container_id: str
    epoch: int
    number: int  # of the server, among all of this haproxy


class Servers:
    """The component that reads configurations, and runs the checks of balancers."""

    address = "servers"

    def __init__(self, net: "DataPlane", queue: Queue, find_image: Callable[[str], ImageLike | None]) -> None:
        self._net = net
        self._find_image = find_image
        self._queue = queue

    def receive(self, payload: object) -> None:
        """Take an event off the queue."""
        if not isinstance(payload, Configure | CheckDue):
            return
        place = Place(payload.host, payload.container_id)
        container = self._net.views.container(place)
        if container is None or not container.is_running or container.epoch != payload.epoch:
            return  # it has ended since
        with self._net.unseen():
            if isinstance(payload, CheckDue):
                self._check(place, container, payload)
                return
            answer = self._nginx(place, container) if payload.server == "nginx" else self._haproxy(place, container)
        if payload.again and answer.exit_code is not None:
            answer = answer._replace(listens=dict(container.listening), exit_code=None)
        elif payload.again:
            answer = answer._replace(text=_RELOADED)
        self._queue.after(READS, f"engine/{payload.host}", answer)

    # --- beginning --------------------------------------------------------------------------------------

    def _nginx(self, place: Place, container: ContainerLike) -> Configured:
        try:
            config = nginxconf.load(lambda path: self._net.file(place, path), self._net.file_names(place))
            addresses = {name: self._net.addresses_of(place, name) for name, _ in config.hosts}
            for name, where in config.hosts:
                if not addresses[name]:
                    raise nginxconf.ConfigError(f'host not found in upstream "{name}" in {where}')
        except nginxconf.ConfigError as error:
            text = f"nginx: [emerg] {error}\n"
            return Configured(container.id, container.epoch, {}, text, 1)
        container.server = nginx.Running(config, addresses)
        ports = dict.fromkeys((port for server in config.servers for port in server.ports), "nginx")
        image = self._find_image(container.image_id)
        release = image.release.partition("-")[0] if image is not None else ""
        return Configured(container.id, container.epoch, ports, f"nginx/{release}\nstart worker processes\n")

    def _haproxy(self, place: Place, container: ContainerLike) -> Configured:
        data = self._net.file(place, haproxycfg.FILE)
        try:
            if data is None:
                said = f"Cannot open configuration file/directory {haproxycfg.FILE} : No such file or directory"
                raise haproxycfg.ConfigError(f"[ALERT]    (1) : {said}\n")
            config = haproxycfg.load(data)
            running = haproxy.Running(config)
            for proxy, server in config.servers:
                running.members += self._members(place, proxy.name, server)
        except haproxycfg.ConfigError as error:
            return Configured(container.id, container.epoch, {}, str(error), 1)
        container.server = running
        for number, member in enumerate(running.members):
            if member.server.check or member.server.most:
                due = CheckDue(place.host, container.id, container.epoch, number)
                self._queue.after(member.server.inter, self.address, due, background=True)
        text = "[NOTICE]   (1) : Initializing new worker (8)\n[NOTICE]   (1) : Loading success.\n"
        return Configured(container.id, container.epoch, dict.fromkeys(config.ports, "haproxy"), text)

    def _members(self, place: Place, backend: str, server: haproxycfg.Server) -> list[haproxy.Member]:
        if server.most:  # a template: places for as many addresses as the name may have
            members = [haproxy.Member(backend, server, f"{server.name}{n}", "") for n in range(1, server.most + 1)]
            self._refresh(place, members)
            return members
        addresses = self._net.addresses_of(place, server.host)
        if not addresses:
            where = f"[ALERT]    (1) : config : [{haproxycfg.FILE}:{server.line}] : 'server {backend}/{server.name}' : "
            raise haproxycfg.ConfigError(
                f"{where}could not resolve address '{server.host}'.\n"
                "[ALERT]    (1) : config : Failed to initialize server(s) addr.\n"
            )
        return [haproxy.Member(backend, server, server.name, addresses[0])]

    def _refresh(self, place: Place, members: list[haproxy.Member]) -> None:
        """Ask again what the name of a template means: who has gone makes room, who is new takes it."""
        addresses = sorted(self._net.addresses_of(place, members[0].server.host))
        for member in members:
            if member.address and member.address not in addresses:
                member.address, member.up, member.streak, member.last = "", True, 0, ""
        known = [member.address for member in members]
        free = [member for member in members if not member.address]
        for member, address in zip(free, [each for each in addresses if each not in known], strict=False):
            member.address = address

    # --- checks -----------------------------------------------------------------------------------------

    def _check(self, place: Place, container: ContainerLike, due: CheckDue) -> None:
        running = container.server
        assert isinstance(running, haproxy.Running)
        member = running.members[due.number]
        if not container.is_frozen:
            if member.server.most:
                self._refresh(place, [other for other in running.members if other.server is member.server])
            if member.address and member.server.check:
                self._try(place, container, running, member)
        self._queue.after(member.server.inter, self.address, due, background=True)

    def _try(self, place: Place, container: ContainerLike, running: haproxy.Running, member: haproxy.Member) -> None:
        backend = running.config.named(member.backend)
        connection = self._net.connect(place, member.address, member.server.port)
        if connection.after > member.server.inter:
            connection = connection._replace(result=TIMEOUT, after=member.server.inter)
        answer = None
        if connection.is_open and backend is not None and backend.httpchk:
            method, _, path = backend.httpchk.partition(" ")
            answer = self._net.request(connection, method, path)
        line = haproxy.judged(running, member, connection, answer)
        if line:
            self._net.write_log(place, 2, line)


def answer(exchange: Exchange) -> HttpResult | None:
    """Return what a server with a configuration answers; None if the container runs none."""
    running = exchange.container.server
    if isinstance(running, nginx.Running):
        return nginx.answer(exchange, running)
    if isinstance(running, haproxy.Running):
        return haproxy.answer(exchange, running)
    return None
