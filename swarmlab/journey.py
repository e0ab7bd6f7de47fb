"""Every hop of one request: ``lab.trace("curl 192.168.1.13:8080", on="node2")``.

The line is typed in a copy of the lab, at a shell of the host or container, and the copy's data plane is listened to.
So there is no second model of the network: what is told is what the code does that carries every request.  The lab
itself is not touched, nothing is written into its journal, and the pointers of its balancers stay where they are: a
trace tells what comes of the line if it is typed next.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from swarmlab.checks import html
from swarmlab.core.network.remedies import Remedy, remedy
from swarmlab.core.network.trace import (
    NO_ROUTE,
    OK,
    REFUSED,
    UNREACHABLE,
    Answer,
    Connection,
    Hop,
    HttpResult,
    Lookup,
    Pong,
    Seen,
    Talked,
)
from swarmlab.core.network.world import Place
from swarmlab.core.simulation import Simulation
from swarmlab.core.units import MILLISECOND, SECOND
from swarmlab.errors import InvalidArgument, NotFound
from swarmlab.shell.container import ContainerShell, environment, image_of
from swarmlab.shell.machine import TYPING
from swarmlab.shell.ports import DirectAccess, Write
from swarmlab.timeline.session import Session

if TYPE_CHECKING:
    from swarmlab.lab import Lab


class Step(NamedTuple):
    """One hop of a request."""

    at: int  # nanoseconds since the line was begun
    host: str
    container: str  # the name of the container it concerns, "" for none
    station: str  # client, dns, firewall, published port, ingress sandbox, ipvs, vxlan, container, answer, …
    text: str  # one sentence
    passed: bool = True  # False: the journey ended here
    candidates: tuple[str, ...] = ()  # the containers that a balancer chose from, the chosen one first


@dataclass(frozen=True)
class Journey:
    """What came of a line: its hops, the hop that failed, what would help, and what the line printed."""

    command: str
    place: Place
    where: str  # the host's or the container's name
    steps: tuple[Step, ...]
    failed: Step | None  # the hop at which the last request went wrong, None if it was answered
    symptom: str  # what the client notices of that, in a sentence; "" if nothing failed
    help: Remedy | None  # None when all went well, or nothing is known that helps
    output: str
    exit_code: int

    @property
    def headline(self) -> str:
        """The outcome in a sentence."""
        last, what = self.steps[-1], f"{self.command} on {self.where}"
        if len(self.steps) == 1:
            return f"{what}: nothing went out onto the network"
        if self.failed is not None:
            return f"{what}: it fails at {self.failed.station} on {self.failed.host}: {self.failed.text}"
        if last.station == "dns":  # the first answer has the addresses, the second one those of IPv6
            last = next(step for step in self.steps if step.station == "dns")
        elif last.station == "answer" and last.container:
            return f"{what}: answered by {last.container} on {last.host}"
        return f"{what}: {last.text}"

    def __repr__(self) -> str:
        return _text(self)

    def _repr_html_(self) -> str:
        return _html(self)


def follow(copy: "Lab", command: str, on: str) -> Journey:
    """Type `command` on a host or in a container of `copy`, which is spent by it, and return every hop.

    `on`: a host, a container's name or the beginning of its id, or a task as ``web.1``.

    Raises NotFound for a place that there is not, InvalidArgument for several or for one that does not run.
    """
    if not command.strip():
        raise InvalidArgument('say what to follow: lab.trace("curl 192.168.1.13:8080", on="node2")')
    place = find_place(copy.session.simulation, on)
    net = copy.session.network
    container = net.views.container(place)
    where = container.name if container is not None else place.host
    net.seen = []
    printed: list[str] = []

    def write(_: int, text: str) -> None:
        printed.append(text)

    status = _type(copy, place, command, write)
    net = copy.session.network
    seen = net.seen or []
    walked = list(_walk(copy.session, f"`{command}` runs on {where}", place, seen))
    broken: tuple[Step, Seen | None] | None = None
    for step, cause in reversed(walked):
        if step.passed:
            break
        broken = step, cause  # what fails first makes those fail who wait for it
    failed, symptom, help_ = None, "", None
    if broken is not None and broken[1] is not None:
        failed, event = broken[0], broken[1]
        what = event.what.connection or event.what if isinstance(event.what, HttpResult | Talked) else event.what
        hop = Hop(failed.host, failed.station, failed.text, False, failed.container)
        symptom, help_ = _symptom(event.what), remedy(net, event.place, hop, what)
    steps = tuple(step for step, _ in walked)
    return Journey(command, place, where, steps, failed, symptom, help_, "".join(printed), status)


def _type(copy: "Lab", place: Place, command: str, write: Write) -> int:
    container = copy.session.network.views.container(place)
    if container is None:
        return copy.host(place.host).run(command, write)
    copy.session.advance(TYPING)
    engine = copy.session.simulation.hosts[place.host].engine
    inside = engine.containers[container.id]
    image = image_of(inside)
    access = DirectAccess(copy.session)
    folder = inside.config.dir or (image.workdir if image is not None else "") or "/"
    shell = ContainerShell(place, inside, access, env=environment(inside, image, (), tty=False), cwd=folder)
    return shell.run(command, write)


def find_place(world: Simulation, name: str) -> Place:
    """Return the host, or the running container, that `name` means.

    Raises NotFound for a place that there is not, InvalidArgument for several or for one that does not run.
    """
    hosts = world.hosts
    if name in hosts:
        return Place(name)
    found = [
        (Place(host.name, container.id), container)
        for host in hosts.values()
        for container in host.engine.containers.values()
        if container.name == name or short(container.name) == name or (len(name) >= 4 and container.id.startswith(name))
    ]
    running = [(place, container) for place, container in found if container.is_running]
    if not found:
        raise NotFound(
            f'there is no host, container or task called "{name}"; the hosts are {", ".join(hosts)}, and'
            " `docker ps` shows a host's containers"
        )
    if not running:
        raise InvalidArgument(f"{name} does not run, so nothing can be typed in it")
    if len(running) > 1:
        raise InvalidArgument(f"several running containers are called {name}; give the whole name of one")
    place, container = running[0]
    if container.is_paused:
        raise InvalidArgument(f"{name} is paused, so nothing can be typed in it; `docker unpause {name}` wakes it")
    return place


# --- from what was seen to hops -------------------------------------------------------------------------------


def _walk(session: Session, first: str, place: Place, seen: list[Seen]) -> Iterator[tuple[Step, Seen | None]]:
    """Yield the hops one after the other, and what they belong to; a server that asks another one is a client too."""
    names = _names(session)
    began = seen[0].at if seen else 0
    yield Step(0, place.host, names(place), "client", first), None
    client = place
    for event in seen:
        at, what = event.at - began, event.what
        if isinstance(what, HttpResult):
            yield _answer(at, names, what), event
            continue
        if isinstance(what, Talked):
            yield _said(at, names, what), event
            continue
        own = names(event.place)
        if event.place != client:
            client = event.place
            asked = what.name if isinstance(what, Lookup | Answer) else what.address
            yield Step(at, client.host, own, "client", f"{own or client.host} asks {asked} in turn"), event
        if isinstance(what, Lookup | Answer):
            yield _name(at, own, client.host, what), event
            continue
        for hop in what.hops:
            yield Step(at, hop.host, hop.container, hop.station, hop.text, hop.passed, hop.candidates), event
        if isinstance(what, Pong) and what.hops[-1].passed:
            yield _pong(at, client.host, what), event


def _symptom(what: Lookup | Answer | Connection | HttpResult | Pong | Talked) -> str:
    """Return what a client notices when `what` is all it gets."""
    if isinstance(what, Lookup | Answer):
        return "The client is told at once that there is no such name."
    if isinstance(what, Talked):
        return f"The client is told: {what.answer.error or 'nothing'}."
    if isinstance(what, HttpResult) and what.result == "ok":
        return f"The client gets {what.status} {what.reason}."
    said = {
        REFUSED: "`Connection refused`",
        NO_ROUTE: "`No route to host`",
        UNREACHABLE: "`Network is unreachable`",
        "empty": "that the connection is closed",
        "reset": "`Connection reset by peer`",
    }
    if what.result not in said:
        return f"Nobody tells the client: it waits until it gives up, {what.after / SECOND:.0f} seconds if it may."
    after = f"after {what.after / SECOND:.1f} seconds" if what.after > SECOND else "at once"
    return f"The client is told {said[what.result]} {after}."


def _names(session: Session) -> Callable[[Place], str]:
    views = session.network.views

    def name(place: Place) -> str:
        container = views.container(place)
        return container.name if container is not None else ""

    return name


def _name(at: int, container: str, host: str, found: Lookup | Answer) -> Step:
    values = found.addresses if isinstance(found, Lookup) else found.values
    server = found.source if isinstance(found, Lookup) else found.server
    if values:
        text = f"{server} says that {found.name} is {', '.join(values)}"
        return Step(at, host, container, "dns", text)
    if found.status == "NOERROR":
        return Step(at, host, container, "dns", f"{server} knows {found.name}, but no IPv6 address of it")
    reason = "does not know" if found.status == "NXDOMAIN" else "cannot find out about"
    return Step(at, host, container, "dns", f"{server} {reason} {found.name} ({found.status})", False)


def _pong(at: int, host: str, what: Pong) -> Step:
    if what.result == OK:
        return Step(at, host, "", "answer", f"{what.address} echoes after {what.after / MILLISECOND:.3f} ms")
    return Step(at, host, "", "answer", f"no echo comes from {what.address}", False)


def _answer(at: int, names: Callable[[Place], str], result: HttpResult) -> Step:
    connection = result.connection
    assert connection is not None
    server = connection.server
    assert server is not None
    name = names(server)
    by = f"{connection.application} in {name}" if name else f"{connection.application} on {server.host}"
    if result.result == "ok":
        size = f"{len(result.body)} byte{'' if len(result.body) == 1 else 's'}"
        text = f"{by} answers {result.status} {result.reason} with {size}; it sees {connection.source} as the client"
        return Step(at, server.host, name, "answer", text, result.status < 500)
    said = {
        "empty": f"{by} speaks no HTTP and closes the connection",
        "reset": f"{by} has ended: the connection is reset",
        "timeout": f"{by} has the connection and never answers: its process is stopped or hangs",
    }
    return Step(at, server.host, name, "answer", said.get(result.result, f"{by}: {result.result}"), False)


def _said(at: int, names: Callable[[Place], str], said: Talked) -> Step:
    server, answer = said.connection.server, said.answer
    assert server is not None
    name = names(server)
    asked = f"{said.connection.application} in {name} is asked `{' '.join(said.words)[:_MOST_WORDS]}`"
    if answer.result != OK:
        return Step(at, server.host, name, "answer", f"{asked}: {answer.error or answer.result}", False)
    if answer.columns:
        told = f"{len(answer.rows)} row{'' if len(answer.rows) == 1 else 's'}"
    else:
        told = str(answer.value) if answer.value is not None else f"{answer.affected} changed"
    return Step(at, server.host, name, "answer", f"{asked} and answers {told}")


# --- showing --------------------------------------------------------------------------------------------------

HEADER = ("#", "ms", "where", "station", "what happens")


_MOST_WORDS = 60  # of what a database is asked
#: How many of the containers whose turn comes later are named.
_NEXT = 4
_LONG_NAME = re.compile(r"\b([\w-]+(?:\.\w+)+)\.[a-z0-9]{25}\b")


def _cells(journey: Journey) -> list[tuple[str, ...]]:
    rows = []
    for number, step in enumerate(journey.steps, 1):
        where = f"{step.host}/{step.container}" if step.container else step.host
        text = step.text
        if step.candidates[1:]:
            more = ", …" if step.candidates[_NEXT + 1 :] else ""
            text += f"; then {', '.join(step.candidates[1 : _NEXT + 1])}{more}"
        mark = "" if step.passed else "✗ "
        cells = (str(number), f"{step.at / MILLISECOND:.1f}", where, mark + step.station, text)
        rows.append(tuple(map(short, cells)))
    return rows


def short(text: str) -> str:
    """Return `text` with tasks' containers called as ``docker service ps`` calls the tasks."""
    return _LONG_NAME.sub(r"\1", text)


def _sentences(journey: Journey) -> list[str]:
    helps = journey.help.text if journey.help is not None else ""
    return [sentence for sentence in (journey.symptom, helps) if sentence]


def _text(journey: Journey) -> str:
    cells = _cells(journey)
    widths = [max(len(row[column]) for row in (HEADER, *cells)) for column in range(len(HEADER))]
    lines = [short(journey.headline)]
    for row in (HEADER, *cells):
        lines.append("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    return "\n".join([*lines, *_sentences(journey)])


def _html(journey: Journey) -> str:
    colour = html.COLOURS["met" if journey.failed is None else "not met"]
    head = "".join(f'<th scope="col" style="text-align:left">{escape(title)}</th>' for title in HEADER)
    body = ""
    for row in _cells(journey):
        number, *others = row
        cells = "".join(f'<td style="text-align:left">{html.inline(cell)}</td>' for cell in others)
        body += f'<tr><th scope="row">{number}</th>{cells}</tr>'
    said = "".join(f"<p>{html.inline(sentence)}</p>" for sentence in _sentences(journey))
    headline = short(journey.headline)
    return (
        f'<section aria-label="{escape(headline, quote=True)}" style="{html.BOX.format(colour=colour)}">'
        f"<h4>{escape(headline)}</h4><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        f"{said}</section>"
    )
