"""The Engine API of all hosts of a lab: a request in, a response out.

`App.handle` never blocks, never raises and knows no sockets.  What takes time is a `Stream` or `Later`, to be
polled after each step of time.  moby: ``daemon/server/server.go``, ``daemon/server/middleware/version.go``.
"""

import re
from collections.abc import Callable
from urllib.parse import quote, urlencode

from swarmlab.api import runs
from swarmlab.api.call import Call, NoLeaderYet, Version
from swarmlab.api.errors import refusal, refused
from swarmlab.api.programs import Programs, Report
from swarmlab.api.routes import TABLE, Route
from swarmlab.api.runs import Runs
from swarmlab.api.waiting import WaitingRoom
from swarmlab.api.world import Simulation
from swarmlab.errors import SwarmlabError
from swarmlab.wire import Answer, Later, Request, Response

_VERSIONED = re.compile(r"/v([0-9.]+)(/.*)")
#: Up to this version errors were plain text.
_PLAIN_ERRORS = (1, 24)


class App:
    """The engines of one simulation, as their clients see them.

    `programs` runs commands inside containers; without it (when a session is replayed) only what such a
    request does to the core is done.
    """

    def __init__(self, simulation: Simulation, programs: Programs | None = None) -> None:
        self.simulation = simulation
        self.programs = programs
        self.runs = Runs(self)
        self.waiting = WaitingRoom(simulation, self._attempt)
        self.closed = False
        #: Where programs' effects go.  A session puts something here that records them before it lets
        #: `apply` do them.
        self.report: Callable[[Report], None] = self.apply
        profile = simulation.profile
        self.api_version = _version(profile.api_version)
        self._oldest = _version(profile.min_api_version)
        self.identity = (
            ("Api-Version", profile.api_version),
            ("Docker-Experimental", "false"),
            ("Ostype", "linux"),
            ("Server", f"Docker/{profile.version} (linux)"),
        )

    def handle(self, host: str, request: Request) -> Answer:
        """Answer a request to the engine of `host`."""
        path = _cleaned(request.path)
        if path != request.path:
            query = f"?{urlencode(request.query)}" if request.query else ""
            return Response(301, (("Location", quote(path, safe="/:@!$&'()*+,;=~") + query),))
        found = _route(request)
        if found is None:
            return refused(404, "page not found")
        route, args, text = found
        version = self.api_version if text is None else _version(text)
        plain = text is not None and version < _PLAIN_ERRORS
        problem = self._unsupported(text, version)
        if problem:
            response = refused(400, problem, plain=plain)
            known = tuple(header for header in self.identity if header[0] != "Docker-Experimental")
            return response._replace(headers=(*known, *response.headers))
        call = Call(self, self.simulation.hosts[host], request, version, args)
        try:
            answer = _answer(route, call)
        except NoLeaderYet:
            answer = self.waiting.enter(call, writes=route.writes)
        if isinstance(answer, Later):
            return Later(lambda: self._poll(answer, plain))
        return answer if answer.hijack else self._identified(answer)

    def _attempt(self, host: str, request: Request, expired: bool) -> Answer:
        """Answer a request that has waited for a leader.  Raises NoLeaderYet."""
        found = _route(request)
        assert found is not None
        route, args, text = found
        version = self.api_version if text is None else _version(text)
        return _answer(route, Call(self, self.simulation.hosts[host], request, version, args, True, expired))

    def is_write(self, request: Request) -> bool:
        """Return whether the request may change something in the simulation."""
        found = _route(request)
        return found is not None and found[0].writes

    def poll(self) -> None:
        """Let programs in containers and waiting requests get on: to be called whenever time has moved."""
        if not self.closed:
            self.runs.poll()
            self.waiting.poll()

    @property
    def busy(self) -> bool:
        """Whether `poll` has something to do after each event: a program in a container, a request to be tried."""
        return self.runs.busy or bool(self.simulation.parked)

    @property
    def has_waiting_clients(self) -> bool:
        """Whether some client waits for a leader: time must go on for it, even if nothing but clocks tick."""
        return self.waiting.is_open

    def apply(self, report: Report) -> None:
        """Let the core know what a program did."""
        runs.apply(self.simulation.hosts[report.host].engine, report)

    def close(self) -> None:
        """End all programs and streams: this lab will not go on."""
        self.closed = True
        self.runs.close()

    def _poll(self, later: Later, plain: bool) -> Response | None:
        if self.closed:
            return refused(503, "this engine has been taken back to an earlier time", plain=plain)
        try:
            response = later.poll()
        except SwarmlabError as error:
            response = refusal(error, plain=plain)
        return None if response is None else self._identified(response)

    def _identified(self, response: Response) -> Response:
        """Return the response with the headers that every handled one has."""
        return response._replace(headers=(*self.identity, *response.headers))

    def _unsupported(self, text: str | None, version: Version) -> str:
        """Return why this version of the API cannot be spoken, "" if it can."""
        if text is None:
            return ""
        if version > self.api_version:
            newest = self.simulation.profile.api_version
            return f"client version {text} is too new. Maximum supported API version is {newest}"
        if version < self._oldest:
            return (
                f"client version {text} is too old. Minimum supported API version is"
                f" {self.simulation.profile.min_api_version}, please upgrade your client to a newer version"
            )
        return ""


def _answer(route: Route, call: Call) -> Answer:
    try:
        return route.handler(call)
    except NoLeaderYet:
        raise
    except SwarmlabError as error:
        return refusal(error, plain=call.version < _PLAIN_ERRORS)


def _route(request: Request) -> tuple[Route, dict[str, str], str | None] | None:
    """Return the route, the variable parts of its path, and the version in the path."""
    path, version = request.path, None
    match = _VERSIONED.fullmatch(path)
    if match:
        version, path = match.groups()
    found = TABLE.find(request.method, path)
    return None if found is None else (*found, version)


def _cleaned(path: str) -> str:
    """Return a path without empty parts, ``.`` and ``..``: gorilla/mux sends clients there (``cleanPath``)."""
    if "//" not in path and "/." not in path:
        return path
    parts: list[str] = []
    for part in path.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return "/" + "/".join(parts) + ("/" if parts and path.endswith("/") else "")


def _version(text: str) -> Version:
    """Return a version as numbers: ``1.51`` is (1, 51).  What is missing counts as 0."""
    major, _, minor = text.partition(".")
    first = minor.partition(".")[0]
    return int(major[:9] or 0), int(first[:9] or 0)
