"""What the programs inside containers answer: the few servers that images here have.

A page is a file of the container, so that a learner who changes the file changes the answer.  ``whoami`` tells which
container answered, to make balancing visible.
"""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime

from swarmlab.core.network.servers import configured, php
from swarmlab.core.network.servers.exchange import ANSWERS_AFTER, Exchange
from swarmlab.core.network.servers.nginx import http_date
from swarmlab.core.network.trace import Connection, HttpResult
from swarmlab.core.network.world import ImageLike
from swarmlab.core.units import SECOND

FindImage = Callable[[str], ImageLike | None]

_DOCUMENTS = {
    "httpd": "/usr/local/apache2/htdocs", "php": "/var/www/html", "gunicorn": "/app", "node": "/app",
}  # fmt: skip
#: Who they say they are; the others say nothing.
_SERVERS = {"httpd": "Apache/{release} (Unix)", "php": "Apache/2.4.65 (Debian)", "gunicorn": "gunicorn"}
_TYPES = {
    "html": "text/html", "htm": "text/html", "txt": "text/plain", "css": "text/css", "js": "text/javascript",
    "json": "application/json", "png": "image/png", "svg": "image/svg+xml",
}  # fmt: skip
_REASONS = {200: "OK", 304: "Not Modified", 404: "Not Found", 405: "Method Not Allowed"}


def answer(exchange: Exchange) -> HttpResult:
    """Return what the application behind an open connection answers; it may write to its log.

    Whoever speaks HTTP to something else gets no answer.
    """
    found = configured.answer(exchange)
    if found is not None:
        return found
    application = exchange.connection.application
    if application == "whoami":
        return _whoami(exchange)
    if application == "jwilder":
        body = f"I'm {exchange.container.hostname}\n".encode()
        lines = [("Date", http_date(exchange.now)), ("Content-Length", str(len(body)))]
        return exchange.answer(200, "OK", [*lines, ("Content-Type", "text/plain; charset=utf-8")], body)
    if application == "php-fpm":
        return _php(exchange, exchange.script) if exchange.script else _nothing(exchange)
    if application == "php" and exchange.path.partition("?")[0].endswith(("/", ".php")):
        path = exchange.path.partition("?")[0]
        return _php(exchange, _DOCUMENTS["php"] + path + ("index.php" if path.endswith("/") else ""))
    if application in _DOCUMENTS:
        result = _document(exchange, application)
        exchange.log(1, _log_line(exchange, result))
        return result
    return _nothing(exchange)


def _nothing(exchange: Exchange) -> HttpResult:
    return HttpResult("empty", ANSWERS_AFTER, connection=exchange.connection)


def _php(exchange: Exchange, path: str) -> HttpResult:
    image = exchange.image.env if exchange.image is not None else ()
    env = dict(entry.partition("=")[::2] for entry in (*image, *exchange.container.config.env))
    result = php.run(exchange, path, {**env, "HOSTNAME": exchange.container.hostname})
    when = datetime.fromtimestamp(exchange.now // SECOND, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000")
    request = f"{exchange.method} {exchange.path.partition('?')[0]}"
    exchange.log(2, f'{exchange.connection.source} -  {when} "{request}" {result.status}\n')
    return result


def _document(exchange: Exchange, application: str) -> HttpResult:
    server = _SERVERS.get(application, "").format(release=exchange.release)
    name = exchange.path.partition("?")[0]
    file = _DOCUMENTS[application] + name + ("index.html" if name.endswith("/") else "")
    body = exchange.file(file)
    status = 200 if body is not None else 404
    kind = _TYPES.get(file.rpartition(".")[2], "")
    lines = [("Date", http_date(exchange.now)), *([("Server", server)] if server else [])]
    if exchange.method == "OPTIONS":
        lines += [("Allow", "GET,POST,OPTIONS,HEAD"), ("Content-Length", "0"), ("Content-Type", kind)]
        return exchange.answer(200, "OK", lines, b"")
    if exchange.method not in ("GET", "HEAD"):
        status = 405
    if status != 200 or body is None:
        body, kind = _error_page(status), "text/html; charset=iso-8859-1"
    if status == 200:
        lines.append(("Last-Modified", http_date(exchange.container.started_at)))
        tag = hashlib.sha256(body).hexdigest()[:13]
        lines += [("ETag", f'"{tag}"'), ("Accept-Ranges", "bytes")]
    lines.append(("Content-Length", str(len(body))))
    if kind:
        lines.append(("Content-Type", kind))
    return exchange.answer(status, _REASONS[status], lines, body)


def _error_page(status: int) -> bytes:
    reason = _REASONS[status]
    text = (
        "The requested URL was not found on this server."
        if status == 404
        else "The requested method is not allowed for this URL."
    )
    return (
        '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n'
        f"<title>{status} {reason}</title>\n</head><body>\n<h1>{reason}</h1>\n<p>{text}</p>\n</body></html>\n"
    ).encode()


def _whoami(exchange: Exchange) -> HttpResult:
    sent = {name.title(): value for name, value in exchange.headers}
    addresses = [f"IP: {address}" for address in exchange.addresses]
    lines = [f"Hostname: {exchange.container.hostname}", "IP: 127.0.0.1", "IP: ::1", *addresses]
    lines += [f"RemoteAddr: {exchange.connection.source}:{client_port(exchange.connection, exchange.now)}"]
    lines += [f"{exchange.method} {exchange.path} HTTP/1.1"]
    lines += [f"Host: {sent.pop('Host', '')}", *(f"{name}: {sent[name]}" for name in sorted(sent)), "", ""]
    body = "\n".join(lines).encode()
    answer_headers = (
        ("Date", http_date(exchange.now)),
        ("Content-Length", str(len(body))),
        ("Content-Type", "text/plain; charset=utf-8"),
    )
    return exchange.answer(200, "OK", answer_headers, body)


def client_port(connection: Connection, now: int) -> int:
    """Return the port at the client's end: some number from Linux's range, the same each time for one connection."""
    digest = hashlib.sha256(f"{connection.source} {connection.server} {now // SECOND}".encode()).digest()
    return 32768 + int.from_bytes(digest[:2], "big") % 28232


def _log_line(exchange: Exchange, result: HttpResult) -> str:
    when = datetime.fromtimestamp(exchange.now // SECOND, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000")
    request = f"{exchange.method} {exchange.path} HTTP/1.1"
    return f'{exchange.connection.source} - - [{when}] "{request}" {result.status} {len(result.body)}\n'
