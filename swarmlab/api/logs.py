"""``docker logs``, ``docker service logs``: what containers printed, line by line.

moby: ``daemon/logs.go``, ``daemon/logger/jsonfilelog``; of services: ``daemon/cluster/services.go``.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple
from urllib.parse import quote_plus

from swarmlab.api import lookup
from swarmlab.api.call import Call
from swarmlab.api.frames import STDERR, STDOUT, SYSTEM_ERROR, content_type, frame
from swarmlab.api.streams import OneWay
from swarmlab.api.times import moment
from swarmlab.core.agent.container import Container
from swarmlab.core.objects import Task
from swarmlab.core.states import NodeState, TaskState
from swarmlab.core.units import SECOND, rfc3339
from swarmlab.errors import InvalidArgument, NotImplementedHere, Unknown
from swarmlab.wire import Response

INCOMPLETE = "warning: incomplete log stream. some logs could not be retrieved for the following reasons"


class Line(NamedTuple):
    """One line that a container printed."""

    at: int
    stream: int
    text: bytes  # with its newline, unless the container ended without one
    details: str = ""


class Wish(NamedTuple):
    """Which lines a client wants, and how."""

    streams: frozenset[int]
    follow: bool
    since: int | None
    until: int | None
    tail: int | None  # None: all
    timestamps: bool
    details: bool


class LineReader:
    """Splits what one container writes into lines, from where it stopped the last time."""

    def __init__(self, container: Container, details: str = "") -> None:
        self.container = container
        self._details = details
        self._at = 0
        self._begun: dict[int, tuple[int, bytes]] = {}  # stream -> (when, what) of a line still without its end

    def read(self) -> Iterator[Line]:
        """Yield the lines that are complete by now; those of a container that has ended are."""
        log = self.container.log
        while self._at < len(log):
            write = log[self._at]
            self._at += 1
            _, begun = self._begun.pop(write.stream, (0, b""))
            *lines, rest = (begun + write.data).split(b"\n")
            for line in lines:
                yield Line(write.at, write.stream, line + b"\n", self._details)
            if rest:
                self._begun[write.stream] = (write.at, rest)
        if not self.container.is_running:
            for stream, (at, rest) in sorted(self._begun.items()):
                yield Line(at, stream, rest, self._details)
            self._begun.clear()


class LogStream(OneWay):
    """The lines a client wants, as frames or a terminal's bytes.

    `readers` is asked each time for what to read, so that new tasks of a service are heard as well; `finished`
    whether nothing more can come; `gaps`, at the end, why something may be missing.
    """

    def __init__(
        self,
        call: Call,
        wish: Wish,
        readers: Callable[[], list[LineReader]],
        finished: Callable[[], bool],
        gaps: Callable[[], list[str]],
        *,
        framed: bool,
    ) -> None:
        self._app = call.app
        self._wish = wish
        self._readers = readers
        self._finished = finished
        self._gaps = gaps
        self._framed = framed
        self._tail = wish.tail  # of what there is at the beginning, for each container

    def read(self) -> bytes | None:
        """Return the lines that have come since the last call."""
        if self._app.closed:
            return None
        self._app.poll()
        finished = self._finished()  # asked for first: what came before the end is then all there
        lines: list[Line] = []
        for reader in self._readers():
            own = [line for line in reader.read() if self._wants(line)]
            lines += own if self._tail is None else own[max(len(own) - self._tail, 0) :]
        self._tail = None
        if lines:
            return b"".join(self._bytes(line) for line in sorted(lines, key=lambda line: line.at))
        wish = self._wish
        over = wish.until is not None and self._app.simulation.now > wish.until
        if not (finished or over or not wish.follow):
            return b""
        gaps, self._gaps = [] if wish.follow else self._gaps(), list
        return self._complaint(gaps) if gaps else None

    def _complaint(self, gaps: list[str]) -> bytes:
        """Return what ends a log that is not all there (swarmkit ``manager/logbroker/subscription.go``: Err)."""
        text = f"Error grabbing logs: rpc error: code = Unknown desc = {INCOMPLETE}: {', '.join(gaps)}\n".encode()
        return frame(SYSTEM_ERROR, text) if self._framed else text

    def _wants(self, line: Line) -> bool:
        wish = self._wish
        return (
            line.stream in wish.streams
            and (wish.since is None or line.at >= wish.since)
            and (wish.until is None or line.at <= wish.until)
        )

    def _bytes(self, line: Line) -> bytes:
        text = line.text
        if self._wish.details:
            text = line.details.encode() + b" " + text
        if self._wish.timestamps:
            text = timestamp(line.at).encode() + b" " + text
        return frame(line.stream, text) if self._framed else text


def timestamp(at: int) -> str:
    """Return a time with all nine digits, as log lines have it."""
    return f"{rfc3339(at // SECOND * SECOND or SECOND)[:-1]}.{at % SECOND:09d}Z"


def container(call: Call) -> Response:
    """``GET /containers/{id}/logs``."""
    _check_streams(call, of_swarm=False)
    found = call.engine.find(call.args["id"])
    if found.keeps_no_log:
        raise NotImplementedHere("configured logging driver does not support reading")
    wish = _wish(call, of_swarm=False)
    readers = [LineReader(found)]
    epoch = found.epoch

    def finished() -> bool:
        return found.gone or not found.is_running or found.epoch != epoch

    return _respond(call, wish, lambda: readers, finished, list, tty=found.config.tty)


def service(call: Call) -> Response:
    """``GET /services/{id}/logs``."""
    _check_streams(call, of_swarm=True)
    manager = call.manager
    found = lookup.service(manager.store, call.args["id"])
    spec = found.spec.task.container
    return _of_tasks(call, lambda: manager.store.tasks_of(found.id), tty=spec is not None and spec.tty)


def task(call: Call) -> Response:
    """``GET /tasks/{id}/logs``."""
    _check_streams(call, of_swarm=True)
    manager = call.manager
    found = lookup.task(manager.store, call.args["id"])
    spec = found.spec.container

    def tasks() -> list[Task]:
        now = manager.store.task(found.id)
        return [now] if now is not None else []

    return _of_tasks(call, tasks, tty=spec is not None and spec.tty, of_one=True)


def _of_tasks(call: Call, tasks: Callable[[], Iterable[Task]], *, tty: bool, of_one: bool = False) -> Response:
    wish = _wish(call, of_swarm=True)
    known: dict[str, LineReader] = {}

    def readers() -> list[LineReader]:
        hosts = {host.node_id: host for host in call.simulation.hosts.values() if host.node_id and host.is_up}
        for each in tasks():
            if each.id in known or each.node_id not in hosts:
                continue
            found = hosts[each.node_id].engine.of_task(each.id)
            if found is not None and not found.keeps_no_log:
                known[each.id] = LineReader(found, _context(each))
        return list(known.values())

    def gaps() -> list[str]:
        """Say which nodes cannot be asked, and which tasks have none (``logbroker/broker.go``)."""
        asked = [each for each in tasks() if of_one or each.status.state >= TaskState.RUNNING]
        silent = {each.node_id for each in asked if each.node_id and not _is_available(call, each.node_id)}
        waiting = [f"task {each.id} has not been scheduled" for each in asked if not each.node_id]
        return [*(f"node {node_id} is not available" for node_id in sorted(silent)), *waiting]

    return _respond(call, wish, readers, lambda: False, gaps, tty=tty)


def _is_available(call: Call, node_id: str) -> bool:
    node = call.manager.store.node(node_id)
    return node is not None and node.status.state is NodeState.READY


def _context(task: Task) -> str:
    """Return what a line of a service's log says of its origin (swarmkit ``LogContext``)."""
    context = {
        "com.docker.swarm.node.id": task.node_id,
        "com.docker.swarm.service.id": task.service_id,
        "com.docker.swarm.task.id": task.id,
    }
    return ",".join(f"{quote_plus(key)}={quote_plus(value)}" for key, value in sorted(context.items()))


def _respond(
    call: Call,
    wish: Wish,
    readers: Callable[[], list[LineReader]],
    finished: Callable[[], bool],
    gaps: Callable[[], list[str]],
    *,
    tty: bool,
) -> Response:
    stream = LogStream(call, wish, readers, finished, gaps, framed=not tty)
    return Response(200, (content_type(call, tty=tty),), stream)


def _streams(call: Call) -> frozenset[int]:
    return frozenset(number for number, name in ((STDOUT, "stdout"), (STDERR, "stderr")) if call.flag(name))


def _check_streams(call: Call, *, of_swarm: bool) -> None:
    """Refuse to show nothing, before anything is looked for."""
    if not _streams(call):
        refuse = Unknown if of_swarm else InvalidArgument
        raise refuse("Bad parameters: you must choose at least one stream")


def _wish(call: Call, *, of_swarm: bool) -> Wish:
    text = call.param("tail")
    tail = None
    if text.isascii() and text.isdigit():
        tail = int(text[:9])
    elif of_swarm and re.fullmatch(r"-\d+", text, re.ASCII):
        raise Unknown("negative tail values not supported")
    elif of_swarm and text not in ("", "all"):
        raise Unknown('tail value must be a positive integer or "all"')
    return Wish(
        _streams(call),
        call.flag("follow"),
        _since(call, of_swarm=of_swarm),
        None if of_swarm else moment(call, "until"),
        tail,
        call.flag("timestamps"),
        call.flag("details"),
    )


def _since(call: Call, *, of_swarm: bool) -> int | None:
    try:
        return moment(call, "since")
    except Unknown as error:
        raise Unknown(f"could not parse since timestamp: {error}" if of_swarm else str(error)) from None
