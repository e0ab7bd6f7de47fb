"""nginx: files, what is passed on to other servers, and fixed answers, as its configuration says.

It looks the names in its configuration up once, when it starts; one that it cannot find keeps it from starting.  Later
changes of what a name means do not reach it: a service's virtual IP stays, addresses of tasks do not.

nginx ``src/http/ngx_http_upstream.c`` (502, 504, the messages), ``ngx_http_special_response.c`` (error pages).
"""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from swarmlab.core.network.servers.exchange import Exchange
from swarmlab.core.network.servers.nginxconf import Config, Location, target
from swarmlab.core.network.trace import OK, REFUSED, TIMEOUT, Connection, HttpResult
from swarmlab.core.units import SECOND

REASONS = {
    200: "OK", 204: "No Content", 301: "Moved Permanently", 302: "Moved Temporarily", 304: "Not Modified",
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Not Allowed",
    500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Temporarily Unavailable", 504: "Gateway Time-out",
}  # fmt: skip
_TYPES = {
    "html": "text/html", "htm": "text/html", "txt": "text/plain", "css": "text/css", "js": "text/javascript",
    "json": "application/json", "png": "image/png", "svg": "image/svg+xml",
}  # fmt: skip
#: proxy_connect_timeout, proxy_read_timeout
PATIENCE = 60 * SECOND
_MAX_REDIRECTS = 10


@dataclass
class Running:
    """What a running nginx has made of its configuration."""

    config: Config
    addresses: dict[str, tuple[str, ...]]  # as they were when it started
    turns: dict[str, int] = field(default_factory=dict)  # of each group of servers that it passes requests on to


def answer(exchange: Exchange, running: Running) -> HttpResult:
    """Return what nginx answers, and write its access log."""
    server = running.config.server(exchange.connection.server_port, exchange.header("Host"))
    path = exchange.path
    result = None
    for _ in range(_MAX_REDIRECTS):
        location = server.location(path.partition("?")[0])
        found = _located(exchange, running, location, path)
        if isinstance(found, HttpResult):
            result = found
            break
        path = found
    result = result or _error(exchange, 500)
    _log(exchange, result)
    return result


def _located(exchange: Exchange, running: Running, location: Location, path: str) -> HttpResult | str:
    """Return the answer of a location, or the path that it redirects to inside nginx."""
    fixed = location.first("return")
    if fixed:
        return _fixed(exchange, location, fixed, path)
    if location.first("try_files"):
        *candidates, last = location.first("try_files")
        for candidate in candidates:
            tried = _filled(exchange, candidate, path)
            if not tried.endswith("/") and exchange.file(_root(location) + tried) is not None:
                return _file(exchange, location, tried)
        return _error(exchange, int(last[1:])) if last.startswith("=") else _filled(exchange, last, path)
    passed = location.first("proxy_pass")
    if passed:
        return _proxied(exchange, running, location, passed[0], path)
    passed = location.first("fastcgi_pass")
    if passed:
        script = next((a[1] for a in location.all("fastcgi_param") if a[0] == "SCRIPT_FILENAME" and len(a) > 1), "")
        script = _filled(exchange, script or "$document_root$fastcgi_script_name", path, _root(location))
        return _passed(exchange, running, passed[0], path, script)
    if path.partition("?")[0].endswith("/"):
        folder = path.partition("?")[0]
        for name in location.first("index") or ("index.html",):
            if exchange.file(_root(location) + folder + name) is not None:
                return folder + name
        return _error(exchange, 403 if folder == "/" else 404)
    return _file(exchange, location, path.partition("?")[0])


def _root(location: Location) -> str:
    return (location.first("root") or ("/etc/nginx/html",))[0].rstrip("/")


def _file(exchange: Exchange, location: Location, path: str) -> HttpResult:
    body = exchange.file(_root(location) + path)
    if exchange.method not in ("GET", "HEAD"):
        return _error(exchange, 405)
    if body is None:
        return _error(exchange, 404)
    kind = _TYPES.get(path.rpartition(".")[2]) or (location.first("default_type") or ("text/plain",))[0]
    lines = [
        *_head(exchange, kind, len(body)),
        ("Last-Modified", http_date(exchange.container.started_at)),
        ("ETag", f'"{hashlib.sha256(body).hexdigest()[:13]}"'),
        *_added(exchange, location, path),
        ("Accept-Ranges", "bytes"),
    ]
    return exchange.answer(200, "OK", lines, body)


def _fixed(exchange: Exchange, location: Location, words: tuple[str, ...], path: str) -> HttpResult:
    status = int(words[0]) if words[0].isdigit() else 302
    text = _filled(exchange, words[-1], path, _root(location)) if not words[-1].isdigit() else ""
    if status in (301, 302):
        page = _page(exchange, status)
        lines = [*_head(exchange, "text/html", len(page)), ("Location", text)]
        return exchange.answer(status, REASONS[status], lines, page)
    if not text and status >= 400:
        return _error(exchange, status)
    body = text.encode()
    kind = (location.first("default_type") or ("text/plain",))[0]
    lines = [*_head(exchange, kind, len(body)), *_added(exchange, location, path)]
    return exchange.answer(status, REASONS.get(status, ""), lines, body)


def _added(exchange: Exchange, location: Location, path: str) -> list[tuple[str, str]]:
    return [(a[0], _filled(exchange, a[1], path)) for a in location.all("add_header") if len(a) > 1]


# --- passing on -------------------------------------------------------------------------------------------------


def _proxied(exchange: Exchange, running: Running, location: Location, url: str, path: str) -> HttpResult:
    *_, prefix = target(url)
    if prefix:  # the part of the path that the location matched is replaced
        path = prefix + path.removeprefix(location.pattern)
    return _passed(exchange, running, url, path, "")


def _passed(exchange: Exchange, running: Running, url: str, path: str, script: str) -> HttpResult:
    """Ask another server: one of its addresses after the other, in turn, until one takes the connection."""
    host, port, _ = target(url)
    members = running.config.upstreams.get(host) or ((host, port),)
    addresses = [(address, number) for name, number in members for address in running.addresses.get(name, ())]
    turn = running.turns.get(host, 0) % max(1, len(addresses))
    running.turns[host] = turn + 1
    after, connection = 0, None
    for address, number in addresses[turn:] + addresses[:turn]:
        connection = exchange.plane.connect(exchange.place, address, number)
        after += min(connection.after, PATIENCE)
        if connection.is_open:
            break
        _complain(exchange, connection, url)
    if connection is None or not connection.is_open:
        late = connection is not None and connection.result == TIMEOUT
        return _error(exchange, 504 if late else 502, after)
    headers = [(name, value) for name, value in exchange.headers if name.lower() not in ("host", "connection")]
    headers = [("Host", url.partition("://")[2].partition("/")[0] or host), ("Connection", "close"), *headers]
    if script:
        headers.append(("Remote-Addr", exchange.connection.source))
    result = exchange.plane.request(connection, exchange.method, path, headers, script=script)
    after += min(result.after, PATIENCE)
    if result.result != OK:
        late = result.result == TIMEOUT
        said = "upstream timed out (110: Connection timed out) while reading response header from upstream"
        closed = "upstream prematurely closed connection while reading response header from upstream"
        _error_log(exchange, said if late else closed, url)
        return _error(exchange, 504 if late else 502, after)
    kept = [pair for pair in result.headers if pair[0] not in ("Server", "Date", "Connection", "Content-Type")]
    kind = result.header("Content-Type") or "text/plain"
    length = [] if result.header("Content-Length") else [("Content-Length", str(len(result.body)))]
    lines = [("Server", f"nginx/{exchange.release}"), ("Date", http_date(exchange.now)), ("Content-Type", kind)]
    return exchange.answer(result.status, result.reason, [*lines, *length, *kept], result.body, after)


def _complain(exchange: Exchange, connection: Connection, url: str) -> None:
    known = {REFUSED: "111: Connection refused", "no route": "113: Host is unreachable"}
    if connection.result in known:
        said = f"connect() failed ({known[connection.result]}) while connecting to upstream"
    else:
        said = "upstream timed out (110: Connection timed out) while connecting to upstream"
    _error_log(exchange, said, url)


def _error_log(exchange: Exchange, said: str, url: str) -> None:
    when = datetime.fromtimestamp(exchange.now // SECOND, UTC).strftime("%Y/%m/%d %H:%M:%S")
    request = f'request: "{exchange.method} {exchange.path} HTTP/1.1"'
    exchange.log(
        2, f"{when} [error] 29#29: *1 {said}, client: {exchange.connection.source}, {request}, upstream: {url}\n"
    )


# --- texts ------------------------------------------------------------------------------------------------------


def _head(exchange: Exchange, kind: str, length: int) -> list[tuple[str, str]]:
    return [
        ("Server", f"nginx/{exchange.release}"),
        ("Date", http_date(exchange.now)),
        ("Content-Type", kind),
        ("Content-Length", str(length)),
    ]


def _page(exchange: Exchange, status: int) -> bytes:
    title = f"{status} {REASONS.get(status, '')}"
    return (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
        f"<hr><center>nginx/{exchange.release}</center>\r\n</body>\r\n</html>\r\n"
    ).encode()


def _error(exchange: Exchange, status: int, after: int = 0) -> HttpResult:
    page = _page(exchange, status)
    lines = _head(exchange, "text/html", len(page))
    return exchange.answer(status, REASONS.get(status, ""), lines, page, after)


def _filled(exchange: Exchange, text: str, path: str, root: str = "") -> str:
    """Put in the values of nginx's variables."""
    bare, _, query = path.partition("?")
    seed = f"{exchange.connection.source} {exchange.path} {exchange.now} {exchange.container.id}"
    values = {
        "hostname": exchange.container.hostname,
        "server_addr": next(iter(exchange.addresses), "127.0.0.1"),
        "server_port": str(exchange.connection.server_port),
        "time_local": datetime.fromtimestamp(exchange.now // SECOND, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "request_uri": exchange.path,
        "request_id": hashlib.sha256(seed.encode()).hexdigest()[:32],
        "request_method": exchange.method,
        "remote_addr": exchange.connection.source,
        "host": exchange.header("Host").partition(":")[0],
        "http_host": exchange.header("Host"),
        "uri": bare,
        "document_uri": bare,
        "fastcgi_script_name": bare,
        "document_root": root,
        "query_string": query,
        "args": query,
        "is_args": "?" if query else "",
        "scheme": "http",
        "nginx_version": exchange.release,
    }
    text = text.replace("\\n", "\n").replace("\\t", "\t")
    return re.sub(r"\$\{?(\w+)\}?", lambda match: values.get(match[1], ""), text)


def _log(exchange: Exchange, result: HttpResult) -> None:
    when = datetime.fromtimestamp(exchange.now // SECOND, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000")
    line = f'{exchange.connection.source} - - [{when}] "{exchange.method} {exchange.path} HTTP/1.1"'
    line += f' {result.status} {len(result.body)} "{exchange.header("referer") or "-"}"'
    line += f' "{exchange.header("user-agent") or "-"}" "{exchange.header("x-forwarded-for") or "-"}"\n'
    exchange.log(1, line)


def http_date(at: int) -> str:
    """Return a time as HTTP headers have it."""
    return datetime.fromtimestamp(at // SECOND, UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
