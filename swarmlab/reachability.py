"""Who reaches whom: ``lab.reachability()``, a matrix of clients and targets.

Each cell is what ``curl -m 5`` says when it is typed there, as many times as there are containers to choose from: all
of them through the data plane that carries every request, in a copy of the lab, which itself does not change.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from swarmlab.checks import html
from swarmlab.core.agent import images
from swarmlab.core.network.dataplane import DataPlane
from swarmlab.core.network.local import PREDEFINED
from swarmlab.core.network.trace import OK, TIMEOUT, Connection
from swarmlab.core.network.world import Place
from swarmlab.core.simulation import Simulation
from swarmlab.core.units import duration
from swarmlab.errors import InvalidArgument
from swarmlab.journey import find_place, short
from swarmlab.longwork import shown
from swarmlab.timeline.session import Session
from swarmlab.views import REACHED

if TYPE_CHECKING:
    from swarmlab.core.agent.container import Container

UNKNOWN, PARTLY, EMPTY = "unknown name", "partly", "empty"


class Reach(NamedTuple):
    """What one client gets of one port of one target."""

    client: str  # a host, or a container (a task's by the task's name)
    target: str  # as asked for: an address or a name
    port: int
    results: tuple[str, ...]  # of each connection, one for each container that there is to choose from
    servers: tuple[str, ...]  # the containers that answered, "" for a connection that failed

    @property
    def outcome(self) -> str:
        """One of `views.REACHED`: what all connections came to, or the worst of it."""
        kinds = dict.fromkeys(self.results)
        if len(kinds) == 1:
            return self.results[0]
        if OK in kinds or EMPTY in kinds:
            return PARTLY
        return TIMEOUT if TIMEOUT in kinds else self.results[0]

    @property
    def cell(self) -> str:
        """The outcome as it stands in a table: a glyph, and how many of how many answer where that differs."""
        glyph = REACHED[self.outcome][0].glyph
        answered = sum(result in (OK, EMPTY) for result in self.results)
        return f"{glyph} {answered}/{len(self.results)}" if self.outcome == PARTLY else glyph


@dataclass(frozen=True)
class Matrix:
    """The cells, client by client; it shows as text and as HTML, and is data."""

    rows: tuple[Reach, ...]

    @property
    def clients(self) -> list[str]:
        """The clients, in order."""
        return list(dict.fromkeys(row.client for row in self.rows))

    @property
    def targets(self) -> list[str]:
        """The targets with their ports, in order."""
        return list(dict.fromkeys(f"{row.target}:{row.port}" for row in self.rows))

    def of(self, client: str, target: str) -> Reach:
        """Return one cell, its target given as ``name:port``.  Raises KeyError if there is none."""
        found = [row for row in self.rows if (row.client, f"{row.target}:{row.port}") == (client, target)]
        if not found:
            raise KeyError(f"{client} → {target}")
        return found[0]

    def table(self) -> list[tuple[str, ...]]:
        """Return the matrix as rows of text, the first one of names."""
        cells = {(row.client, f"{row.target}:{row.port}"): row.cell for row in self.rows}
        body = [(client, *(cells[client, target] for target in self.targets)) for client in self.clients]
        return [("from \\ to", *self.targets), *body]

    @property
    def legend(self) -> str:
        """What the glyphs mean, those that occur."""
        outcomes = {row.outcome for row in self.rows}
        return "   ".join(f"{look.glyph} {words}" for outcome, (look, words) in REACHED.items() if outcome in outcomes)

    def __repr__(self) -> str:
        rows = self.table()
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in rows]
        return "\n".join([*lines, self.legend])

    def _repr_html_(self) -> str:
        head, *body = self.table()
        top = "".join(f'<th scope="col" style="text-align:left">{escape(name)}</th>' for name in head)
        lines = ""
        for client, *cells in body:
            shown = "".join(f'<td style="text-align:center">{escape(cell)}</td>' for cell in cells)
            lines += f'<tr><th scope="row" style="text-align:left">{escape(client)}</th>{shown}</tr>'
        return (
            f'<section aria-label="who reaches whom" style="{html.BOX.format(colour=html.COLOURS["card"])}">'
            f"<table><thead><tr>{top}</tr></thead><tbody>{lines}</tbody></table><p>{escape(self.legend)}</p></section>"
        )


class Target(NamedTuple):
    name: str
    port: int


def measure(
    session: Session, clients: Sequence[str] | None, targets: Sequence[str] | None, patience: str | int
) -> Matrix:
    """Return who reaches whom (see `Lab.reachability`)."""
    try:
        limit = duration(patience) if isinstance(patience, str) else int(patience)
    except ValueError as error:
        raise InvalidArgument(str(error)) from error
    with session.lock:
        copy = Simulation.restore(session.simulation.checkpoint())
    places = [(name, find_place(copy, name)) for name in clients] if clients is not None else list(places_of(copy))
    asked = [target_of(text) for text in targets] if targets is not None else targets_of(copy)
    cells: list[Reach] = []
    with shown("asking everybody", lambda: len(cells) / (len(places) * len(asked))):
        for (name, place), target in product(places, asked):
            cells.append(_cell(copy.net, name, place, target, limit))
    return Matrix(tuple(cells))


# --- whom to ask -----------------------------------------------------------------------------------------------


def places_of(world: Simulation) -> Iterator[tuple[str, Place]]:
    """Yield all hosts and all containers in which something can be typed, by name."""
    yield from ((name, Place(name)) for name in world.hosts)
    hosts = world.hosts.items()
    every = [(c, Place(name, c.id)) for name, host in hosts for c in _running(host.engine.containers)]
    running = [(container, place) for container, place in every if not container.is_paused]
    names = [short(container.name) for container, _ in running]
    for container, place in sorted(running, key=lambda pair: pair[0].name):
        name = short(container.name)
        yield (name if names.count(name) == 1 else container.name), place


def _running(containers: "dict[str, Container]") -> "list[Container]":
    return [container for container in containers.values() if container.is_running]


def target_of(text: str) -> Target:
    name, colon, port = text.partition(":")
    if not name or (colon and not (port.isdigit() and 0 < int(port) < 65536)):
        raise InvalidArgument(f'a target is a name or an address with a port, such as "web:80", not "{text}"')
    return Target(name, int(port or 80))


def targets_of(world: Simulation) -> list[Target]:
    """Return all that is meant to be reached: published ports of each host, services and containers by name."""
    found: list[Target] = []
    published: dict[int, None] = {}
    inside: dict[str, dict[int, None]] = {}  # name -> ports
    for swarm in world.swarms.values():
        for service in swarm.store.services():
            container = service.spec.task.container
            ports = inside.setdefault(service.spec.name, {})
            for port in service.endpoint.ports if service.endpoint is not None else ():
                if port.protocol == "tcp":
                    published[port.published] = ports[port.target] = None
            image = images.find(container.image) if container is not None else None
            ports |= {int(text.partition("/")[0]): None for text in (image.exposed if image is not None else ())}
    for host in world.hosts.values():
        for one in _running(host.engine.containers):
            published |= {port.published: None for port in one.ports if port.protocol == "tcp"}
            if not one.task_id and any(interface.network not in PREDEFINED for interface in one.interfaces):
                inside[one.name] = dict.fromkeys(one.listening)
    published.pop(0, None)  # host mode without a number: each task has its own, and is found above
    for number in sorted(published):
        found += [Target(host.address, number) for host in world.hosts.values()]
    found += [Target(name, number) for name in sorted(inside) for number in sorted(inside[name])]
    return found


# --- asking ----------------------------------------------------------------------------------------------------


def _cell(net: DataPlane, client: str, place: Place, target: Target, limit: int) -> Reach:
    results: list[str] = []
    servers: list[str] = []
    tries = 1
    while len(results) < tries:
        result, connection, choices = _ask(net, place, target, limit)
        tries = max(tries, choices)
        server = net.views.container(connection.server) if connection and connection.server else None
        results.append(result)
        servers.append(server.name if server is not None and result in (OK, EMPTY) else "")
    return Reach(client, *target, tuple(results), tuple(servers))


def _ask(net: DataPlane, place: Place, target: Target, limit: int) -> tuple[str, Connection | None, int]:
    """Do as ``curl -m`` does: try a name's addresses one after the other until one takes the connection.

    Return what comes of it, the last connection, and among how many containers there was a choice.
    """
    addresses = net.addresses_of(place, target.name)
    if not addresses:
        return UNKNOWN, None, 1
    elapsed = 0
    choices = len(addresses)
    for address in addresses:
        connection = net.connect(place, address, target.port)
        choices = max(choices, *(len(hop.candidates) for hop in connection.hops))
        elapsed += connection.after
        if limit and elapsed > limit:
            return TIMEOUT, connection, choices
        if connection.is_open:
            where = target.name if target.port == 80 else f"{target.name}:{target.port}"
            answer = net.request(connection, headers=(("Host", where), ("User-Agent", "curl/8.14.1")))
            late = limit and elapsed + answer.after > limit
            return (TIMEOUT if late else answer.result), connection, choices
    return connection.result, connection, choices
