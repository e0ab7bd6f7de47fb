"""HAProxy: spreads requests over its servers, and finds out by itself which of them answer.

A server with ``check`` is tried every two seconds (``inter``); after three failures in a row (``fall``) it gets nothing
more, after two successes (``rise``) it is back.  In front of a swarm's nodes a check goes through the routing mesh: it
says whether the node reaches *some* container, and it moves the node's own round robin on.

haproxy ``src/backend.c``, ``src/check.c``, ``src/lb_fwrr.c``.
"""

import hashlib
from dataclasses import dataclass, field

from swarmlab.core.network.servers.exchange import ANSWERS_AFTER, Exchange
from swarmlab.core.network.servers.haproxycfg import Acl, Config, Proxy, Server
from swarmlab.core.network.trace import OK, REFUSED, TIMEOUT, Connection, HttpResult
from swarmlab.core.units import MILLISECOND, SECOND

#: ``timeout connect`` where the configuration names none.
PATIENCE = 5 * SECOND
_PAUSE = SECOND  # between two attempts to reach one server
_PAGES = {
    502: ("Bad Gateway", "The server returned an invalid or incomplete response."),
    503: ("Service Unavailable", "No server is available to handle this request."),
    504: ("Gateway Time-out", "The server didn't respond in time."),
}


@dataclass
class Member:
    """One server of a backend, and what is known of it."""

    backend: str
    server: Server
    name: str
    address: str  # "" while its name in a template has fewer addresses
    up: bool = True
    streak: int = 0  # of results that speak against `up`
    sessions: int = 0  # how many it was given
    last: str = ""  # what the newest check found


@dataclass
class Running:
    """What a running haproxy has made of its configuration."""

    config: Config
    members: list[Member] = field(default_factory=list)
    turns: dict[str, int] = field(default_factory=dict)

    def of(self, backend: str) -> list[Member]:
        """Return the servers of a backend."""
        return [member for member in self.members if member.backend == backend]


def backend_of(config: Config, frontend: Proxy, path: str, host: str) -> Proxy | None:
    """Return the backend that gets a request: that of the first rule that holds, else the default one."""

    def holds(acl: Acl) -> bool:
        if acl.kind == "path_beg":
            return path.startswith(acl.values)
        if acl.kind == "path_end":
            return path.endswith(acl.values)
        if acl.kind.startswith("hdr") and "host" in acl.kind:
            return host.partition(":")[0] in acl.values
        return acl.kind == "path" and path in acl.values

    true = {acl.name for acl in frontend.acls if holds(acl)}
    for use in frontend.uses:
        met = all((word.lstrip("!") in true) != word.startswith("!") for word in use.conditions)
        if met != use.negated:
            return config.named(use.backend)
    return config.named(frontend.default) if frontend.default else config.named(frontend.name)


def choose(running: Running, backend: Proxy, source: str) -> list[Member]:
    """Return the servers of a backend that take requests, the one whose turn it is first.  Moves the turn."""
    alive = [m for m in running.of(backend.name) if m.up and m.address and not m.server.disabled]
    members = [m for m in alive if not m.server.backup] or [m for m in alive if m.server.backup][:1]
    members = [member for member in members for _ in range(max(1, member.server.weight))]
    if not members:
        return []
    if backend.balance == "source":
        turn = int.from_bytes(hashlib.sha256(source.encode()).digest()[:4], "big") % len(members)
    elif backend.balance == "first":
        turn = 0
    else:
        turn = running.turns.get(backend.name, 0) % len(members)
        running.turns[backend.name] = turn + 1
    return members[turn:] + members[:turn]


def answer(exchange: Exchange, running: Running) -> HttpResult:
    """Return what haproxy answers: what a server says, its statistics, or that there is none."""
    frontend = running.config.frontend(exchange.connection.server_port)
    assert frontend is not None
    path = exchange.path.partition("?")[0]
    backend = backend_of(running.config, frontend, path, exchange.header("Host"))
    for proxy in (frontend, backend):
        if proxy is not None and proxy.stats and exchange.path.startswith(proxy.stats):
            return _statistics(exchange, running)
    members = choose(running, backend, exchange.connection.source) if backend is not None else []
    plain = frontend.mode == "tcp"  # then it knows nothing of HTTP: it passes bytes on, or closes
    if backend is None or not members:
        return HttpResult("empty", ANSWERS_AFTER) if plain else _error(exchange, 503)
    connection, after = reach(exchange, backend, members)
    if connection is None:
        return HttpResult("empty", ANSWERS_AFTER + after) if plain else _error(exchange, 503, after)
    headers = list(exchange.headers)
    if plain:
        result = exchange.plane.request(connection, exchange.method, exchange.path, headers)
        return result._replace(after=after + result.after)
    if frontend.forwardfor or backend.forwardfor:
        headers.append(("X-Forwarded-For", exchange.connection.source))
    result = exchange.plane.request(connection, exchange.method, exchange.path, headers)
    limit = backend.server or 0
    if result.result == TIMEOUT or (limit and result.after > limit):
        return _error(exchange, 504, after + (limit or result.after))
    if result.result != OK:
        return _error(exchange, 502, after + result.after)
    return result._replace(after=after + result.after)


def reach(exchange: Exchange, backend: Proxy, members: list[Member]) -> tuple[Connection | None, int]:
    """Connect to the first of `members`, with retries; return the connection, and how long it took in all."""
    after, connection, member = 0, None, members[0]
    patience = backend.connect or PATIENCE
    for attempt in range(backend.retries + 1):
        if backend.redispatch and attempt == backend.retries and attempt:
            member = next((other for other in members if other is not member), member)
        connection = exchange.plane.connect(exchange.place, member.address, member.server.port)
        if connection.is_open:
            member.sessions += 1
            return connection, after + connection.after
        after += min(connection.after, patience)
        if connection.after < patience and attempt < backend.retries:
            after += _PAUSE
    return None, after


def _error(exchange: Exchange, status: int, after: int = 0) -> HttpResult:
    reason, text = _PAGES[status]
    body = f"<html><body><h1>{status} {reason}</h1>\n{text}\n</body></html>\n".encode()
    lines = [("Content-Length", str(len(body))), ("Cache-Control", "no-cache"), ("Content-Type", "text/html")]
    return exchange.answer(status, reason, lines, body, after)


def _statistics(exchange: Exchange, running: Running) -> HttpResult:
    """Return the page of statistics, or its table as CSV (``;csv``)."""
    rows = [
        (m.backend, m.name, "UP" if m.up else "DOWN", str(m.sessions), m.last or ("" if m.server.check else "no check"))
        for m in running.members
        if m.address
    ]
    if exchange.path.endswith(";csv"):
        body = "# pxname,svname,status,stot,last_chk\n" + "".join(",".join(row) + "\n" for row in rows)
        return exchange.answer(
            200, "OK", [("Content-Type", "text/plain"), ("Cache-Control", "no-cache")], body.encode()
        )
    lines = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>\n" for row in rows)
    head = "<tr><th>Backend</th><th>Server</th><th>Status</th><th>Sessions</th><th>LastChk</th></tr>\n"
    body = (
        "<html><head><title>Statistics Report for HAProxy</title></head>\n<body><h1>Statistics Report for pid 8</h1>\n"
        f"<table>\n{head}{lines}</table></body></html>\n"
    )
    return exchange.answer(200, "OK", [("Content-Type", "text/html"), ("Cache-Control", "no-cache")], body.encode())


# --- checks -----------------------------------------------------------------------------------------------------


def judged(running: Running, member: Member, connection: Connection, answer: HttpResult | None) -> str:
    """Take the result of a check; return the line for the log if it changes whether the server gets requests."""
    good, cause = _finding(connection, answer)
    member.last = cause
    if good == member.up:
        member.streak = 0
        return ""
    member.streak += 1
    if member.streak < (member.server.fall if member.up else member.server.rise):
        return ""
    member.up, member.streak = good, 0
    left = sum(other.up and bool(other.address) for other in running.of(member.backend))
    rest = f"{left} active and 0 backup servers {'online' if good else 'left'}. 0 sessions "
    rest += "requeued, 0 total in queue." if good else "active, 0 requeued, 0 remaining in queue."
    word = "UP" if good else "DOWN"
    line = f"[WARNING]  (8) : Server {member.backend}/{member.name} is {word}, reason: {cause}. {rest}\n"
    if not left:
        line += f"[ALERT]    (8) : proxy '{member.backend}' has no server available!\n"
    return line


def _finding(connection: Connection, answer: HttpResult | None) -> tuple[bool, str]:
    took = f"check duration: {connection.after // MILLISECOND}ms"
    if not connection.is_open:
        if connection.result == TIMEOUT:
            return False, f"Layer4 timeout, {took}"
        info = "Connection refused" if connection.result == REFUSED else "No route to host"
        return False, f'Layer4 connection problem, info: "{info}", {took}'
    if answer is None:
        return True, f"Layer4 check passed, {took}"
    if answer.result != OK:
        return False, f"Layer7 timeout, {took}"
    if 200 <= answer.status < 400:
        return True, f"Layer7 check passed, code: {answer.status}, {took}"
    return False, f'Layer7 wrong status, code: {answer.status}, info: "{answer.reason}", {took}'
