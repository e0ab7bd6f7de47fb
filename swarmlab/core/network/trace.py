"""What happened to one packet, as data: every station it passed, and how its journey ended.

The data plane notes a `Hop` wherever a decision is made, so that a learner can see later why a request was
answered by that container, or why by none.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from swarmlab.core.network.world import Place
from swarmlab.core.units import MICROSECOND, MILLISECOND

#: How an attempt to connect ends.
OK, REFUSED, NO_ROUTE, TIMEOUT, UNREACHABLE = "ok", "refused", "no route", "timeout", "unreachable"

#: How long it takes until the one who connects knows.  Seen on Linux with its default settings: three unanswered
#: ARP requests a second apart; six retries of a SYN.
AFTER = {
    OK: 300 * MICROSECOND,
    REFUSED: 200 * MICROSECOND,
    NO_ROUTE: 3_074 * MILLISECOND,
    TIMEOUT: 134_698 * MILLISECOND,
    UNREACHABLE: 0,
}


class Hop(NamedTuple):
    """One station: on which host, what it is, and what was decided there."""

    host: str
    #: loopback, network, overlay, bridge, routes (where an address is); firewall, published port, ingress sandbox,
    #: vip, balancer, ipvs, vxlan; host, container (where it ends); dns, answer
    station: str
    text: str  # one sentence
    passed: bool = True  # False: the journey ended here
    container: str = ""  # the name of the container that it is in
    candidates: tuple[str, ...] = ()  # the containers that a balancer chose from, the chosen one first


class Connection(NamedTuple):
    """An attempt to connect and what came of it.  All in it can be written as JSON."""

    result: str  # OK, REFUSED, NO_ROUTE, TIMEOUT or UNREACHABLE
    after: int  # nanoseconds until that is known
    address: str  # as asked for
    port: int
    protocol: str
    source: str = ""  # the client's address as the server sees it
    server: Place | None = None
    server_port: int = 0
    application: str = ""  # what listens there: httpd, nginx, redis, …; "dockerd" for the engine itself
    service: str = ""  # the service whose balancer chose the server
    hops: tuple[Hop, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether there is a connection."""
        return self.result == OK

    def as_json(self) -> dict[str, Any]:
        """Return the connection as plain data."""
        data = self._asdict()
        data["server"] = list(self.server) if self.server else None
        data["hops"] = [{**hop._asdict(), "candidates": list(hop.candidates)} for hop in self.hops]
        return data

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> "Connection":
        """Return the connection that `as_json` wrote."""
        fields = dict(data)
        fields["server"] = Place(*data["server"]) if data.get("server") else None
        hops = data.get("hops", ())
        fields["hops"] = tuple(Hop(**{**hop, "candidates": tuple(hop["candidates"])}) for hop in hops)
        return Connection(**fields)


class HttpResult(NamedTuple):
    """The answer to one HTTP request."""

    result: str  # ok; empty (closed without an answer), reset, timeout; or that of a connection that failed
    after: int  # nanoseconds until that is known
    status: int = 0
    reason: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    connection: Connection | None = None

    def header(self, name: str) -> str:
        """Return the first header called `name` (any case), else ""."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


class Pong(NamedTuple):
    """The answer to one ICMP echo request."""

    result: str  # OK, NO_ROUTE, TIMEOUT (no answer) or UNREACHABLE
    address: str
    after: int = 0  # nanoseconds there and back
    ttl: int = 64
    hops: tuple[Hop, ...] = ()


class Answer(NamedTuple):
    """The answer of a name server."""

    status: str  # NOERROR, NXDOMAIN, SERVFAIL; TIMEOUT: there was none
    server: str  # whom the place asked
    name: str
    type: str  # A, AAAA, PTR, …
    values: tuple[str, ...] = ()  # addresses, or names for PTR
    local: bool = False  # known to the engine itself, not passed on


class Lookup(NamedTuple):
    """What the C library found for a name: in /etc/hosts, else by asking a name server."""

    name: str
    addresses: tuple[str, ...]
    source: str  # "/etc/hosts", or the name server
    status: str = "NOERROR"


class Login(NamedTuple):
    """Who asks."""

    user: str = ""
    password: str = ""
    database: str = ""


class Talk(NamedTuple):
    """The answer to one command or to some statements; all in it can be written as JSON."""

    result: str  # ok; error; closed, empty, timeout: nothing came
    after: int = 0
    kind: str = ""  # of a redis reply; the verb of a statement
    value: Any = None  # of a redis reply
    error: str = ""
    code: int = 0  # MySQL's number of an error
    state: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    affected: int = 0
    database: str = ""  # the one in use afterwards


class Talked(NamedTuple):
    """Something that was said to a database, for whoever follows it."""

    connection: Connection
    words: tuple[str, ...]
    answer: Talk


class Seen(NamedTuple):
    """Something that happened on the network, kept for whoever follows a request."""

    at: int
    place: Place  # who asked
    what: Lookup | Answer | Connection | HttpResult | Pong | Talked
