"""One request on its way through a handler: what it asks, of whom, and how an answer is put together.

A handler is a function of a `Call`.  It returns a `Response` or `Later` and raises a category of
`swarmlab.errors`; everything else (headers, error bodies, versions) happens around it, in `api.app`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from swarmlab.api.errors import JSON, Unauthorized
from swarmlab.api.gojson import JSONFault, dumps, loads
from swarmlab.api.shapes import Struct, decode
from swarmlab.api.world import Manager, Simulation
from swarmlab.core.agent.engine import Engine
from swarmlab.core.host import Host
from swarmlab.core.manager.raft import Standing
from swarmlab.errors import InvalidArgument, SwarmlabError, Unavailable, Unknown
from swarmlab.wire import Answer, Later, Request, Response

if TYPE_CHECKING:
    from swarmlab.api.app import App

Version = tuple[int, int]
Handler = Callable[["Call"], Answer]

NOT_A_MANAGER = "This node is not a swarm manager."
NO_SWARM = (
    f'{NOT_A_MANAGER} Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.'
)
WORKER = (
    f"{NOT_A_MANAGER} Worker nodes can't be used to view or modify cluster state. Please run this command on a manager"
    " node or promote the current node to a manager."
)
CONNECTING = f"{NOT_A_MANAGER} Manager is being prepared or has trouble connecting to the cluster."
NO_LEADER = (
    "rpc error: code = Unknown desc = The swarm does not have a leader. It's possible that too few managers are online."
    " Make sure more than half of the managers are online."
)
LOCKED = (
    'Swarm is encrypted and needs to be unlocked before it can be used. Please use "docker swarm unlock" to unlock it.'
)

#: Go's ParseBool.
_TRUE, _FALSE = ("1", "t", "T", "TRUE", "true", "True"), ("0", "f", "F", "FALSE", "false", "False")
_MEDIA_TYPE = re.compile(r"\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+(?:/[!#$%&'*+.^_`|~0-9A-Za-z-]+)?)\s*(?:;.*)?")


class NoLeaderYet(SwarmlabError):
    """The manager waits for a leader, and so must its client (see `api.waiting`)."""


@dataclass(frozen=True)
class Call:
    """One request to one host's engine."""

    app: "App"
    host: Host
    request: Request
    version: Version  # of the API that the client speaks
    args: dict[str, str]  # the variable parts of the path
    waits: bool = False  # for a leader: it came while one was still to be hoped for
    expired: bool = False  # it has waited as long as an engine waits

    # --- of whom --------------------------------------------------------------------------------------

    @property
    def simulation(self) -> Simulation:
        """The lab."""
        return self.app.simulation

    @property
    def engine(self) -> Engine:
        """The engine that was asked."""
        return self.host.engine

    @property
    def now(self) -> int:
        """Virtual time."""
        return self.app.simulation.now

    @property
    def is_modern(self) -> bool:
        """Whether the engine is 23.0 or newer: texts and checks changed then."""
        return self.app.api_version >= (1, 42)

    def at_least(self, major: int, minor: int) -> bool:
        """Whether the client speaks this version of the API or a newer one."""
        return self.version >= (major, minor)

    @property
    def manager(self) -> Manager:
        """The manager of the swarm that this host manages, with a leader who can do what is asked.

        Raises Unavailable with Docker's reason if the host manages none, Unknown when there is no leader, and
        NoLeaderYet while there may still be one in time.
        """
        manager = self.local_manager
        standing = manager.standing(self.host.name, writes=self.request.method not in ("GET", "HEAD"))
        if standing is Standing.READY:
            return manager
        if self.expired:
            code = self.simulation.profile.deadline_code
            raise Unknown(f"rpc error: code = {code} desc = context deadline exceeded")
        if standing is Standing.LOST and not self.waits:  # raft.go, LeaderConn: looked at when a call comes in
            raise Unknown(NO_LEADER)
        raise NoLeaderYet("the swarm has no leader yet")

    @property
    def local_manager(self) -> Manager:
        """The manager of the swarm that this host manages, whether there is a leader or not.

        Raises Unavailable with Docker's reason if it manages none.
        """
        manager = self.swarm
        if manager is None or self.host.swarm_state != "active":
            raise Unavailable(_why_not(self.host))
        if not manager.manages(self.host.name):
            raise Unavailable(CONNECTING if manager.is_member(self.host.name) else WORKER)
        return manager

    @property
    def swarm_state(self) -> str:
        """The state of the host's place in a swarm.

        It is pending while a manager only just starts, and while a worker has heard of no manager since its engine
        started, be it for ever (moby ``daemon/cluster/noderunner.go``: until the node is ready).
        """
        host, manager, agent = self.host, self.swarm, self.simulation.agents.get(self.host.name)
        if manager is not None and manager.is_member(host.name):
            starting = not manager.manages(host.name)
        else:
            starting = agent is not None and not agent.connection.is_known
        return "pending" if starting and host.swarm_state == "active" else host.swarm_state

    @property
    def swarm(self) -> Manager | None:
        """The manager of the swarm that this host belongs to, in whatever role; None without a swarm."""
        return self.simulation.swarms.get(self.host.swarm_id) if self.host.swarm_id else None

    @property
    def is_manager(self) -> bool:
        """Whether this host manages a swarm."""
        try:
            return self.local_manager is not None
        except Unavailable:
            return False

    # --- what is asked --------------------------------------------------------------------------------

    def param(self, name: str, default: str = "") -> str:
        """Return a query parameter."""
        return self.request.param(name, default)

    def has(self, name: str) -> bool:
        """Whether the query has this parameter at all."""
        return any(key == name for key, _ in self.request.query)

    def flag(self, name: str) -> bool:
        """Return whether a parameter is set, as moby's ``httputils.BoolValue`` sees it."""
        return self.param(name).strip().lower() not in ("", "0", "no", "false", "none")

    def parse_bool(self, name: str, *, cause: bool = True) -> bool:
        """Return a parameter that must be a truth value of Go's; "" is False.  Raises InvalidArgument."""
        text = self.param(name)
        if text in ("", *_FALSE):
            return False
        if text in _TRUE:
            return True
        reason = f": strconv.ParseBool: parsing {quote(text)}: invalid syntax" if cause else ""
        raise InvalidArgument(f"invalid value for {name}: {text}{reason}")

    def object_version(self, kind: str, *, cause: bool = True) -> int:
        """Return the parameter `version`, which updates must have.  Raises InvalidArgument."""
        text = self.param("version")
        if text.isascii() and text.isdigit() and int(text[:25]) < 2**64:
            return int(text[:25])
        if not cause:
            raise InvalidArgument(f"invalid {kind} version")
        why = "value out of range" if text.isascii() and text.isdigit() else "invalid syntax"
        raise InvalidArgument(f"invalid {kind} version '{text}': strconv.ParseUint: parsing {quote(text)}: {why}")

    def json(self, shape: Struct) -> dict[str, Any]:
        """Return the body, which must be JSON of this shape.

        Raises InvalidArgument in moby's words (``api/server/httputils/httputils.go``, ``ReadJSON``).
        """
        body = self.request.body
        self._check_content_type()
        if self.is_modern and not body:
            return {}
        prefix = "invalid JSON: " if self.is_modern else ""
        try:
            value, more = loads(body, go127=self.is_modern)
            decoded = decode(shape, value, every_step=self.is_modern)
        except JSONFault as fault:
            raise InvalidArgument(prefix + (str(fault) or "got EOF while reading request body")) from None
        except InvalidArgument as error:
            raise InvalidArgument(prefix + str(error)) from None
        if more and self.is_modern:
            raise InvalidArgument("unexpected content after JSON")
        return decoded or {}

    def _check_content_type(self) -> None:
        given = self.request.header("content-type")
        if not self.is_modern or (not given and not self.request.body):
            return
        match = _MEDIA_TYPE.fullmatch(given)
        if match is None:
            word = "no media type"
            if (begun := _MEDIA_TYPE.match(given)) is not None:
                cut = given[begun.end() :].startswith("/")
                word = "expected token after slash" if cut else "unexpected content after media subtype"
            raise InvalidArgument(f"malformed Content-Type header ({given}): mime: {word}")
        if match[1].lower() != "application/json":
            raise InvalidArgument(f"unsupported Content-Type header ({given}): must be 'application/json'")

    def refuse_without_manager(self) -> None:
        """Raise Unavailable unless this host manages a swarm."""
        _ = self.manager


def quote(text: str) -> str:
    """Return `text` as Go's ``%q`` prints it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return '"' + escaped.replace("\t", "\\t") + '"'


def _why_not(host: Host) -> str:
    if host.swarm_state == "locked":
        return LOCKED
    if host.swarm_state in ("pending", "error") and host.swarm_id:
        return CONNECTING
    return NO_SWARM


# --- answers ------------------------------------------------------------------------------------------


def reply(value: Any, status: int = 200) -> Response:
    """Return `value` as JSON."""
    return Response(status, (JSON,), dumps(value))


def empty(status: int = 200) -> Response:
    """Return a response that says nothing but its status."""
    return Response(status)


__all__ = ["Answer", "Call", "Handler", "Later", "Response", "Unauthorized", "Version", "empty", "quote", "reply"]
