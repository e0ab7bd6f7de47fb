"""What the programs inside containers answer: the few servers that images here have.

A page is a file of the container, so that a learner who changes the file changes the answer.  ``whoami`` tells which
container answered, to make balancing visible.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from swarmlab.core.network.trace import Connection, HttpResult
from swarmlab.core.network.world import ContainerLike, ImageLike
from swarmlab.core.units import MILLISECOND, SECOND

Headers = Sequence[tuple[str, str]]
FindImage = Callable[[str], ImageLike | None]

ANSWERS_AFTER = MILLISECOND
_DOCUMENTS = {
    "httpd": "/usr/local/apache2/htdocs", "nginx": "/usr/share/nginx/html", "php": "/var/www/html", "gunicorn": "/app",
    "node": "/app",
}  # fmt: skip
#: Who they say they are; the others say nothing.
_SERVERS = {
    "httpd": "Apache/{release} (Unix)", "nginx": "nginx/{release}", "php": "Apache/2.4.65 (Debian)",
    "gunicorn": "gunicorn",
}  # fmt: skip
_TYPES = {
    "html": "text/html", "htm": "text/html", "txt": "text/plain", "css": "text/css", "js": "text/javascript",
    "json": "application/json", "png": "image/png", "svg": "image/svg+xml",
}  # fmt: skip
_REASONS = {200: "OK", 304: "Not Modified", 404: "Not Found", 405: "Method Not Allowed"}


def read_file(container: ContainerLike, image: ImageLike | None, path: str) -> bytes | None:
    """Return a file of a container: what was written there, else the image's; None if there is none."""
    if path in container.files:
        return container.files[path]
    return image.files.get(path) if image is not None else None


def answer(
    connection: Connection,
    container: ContainerLike,
    image: ImageLike | None,
    addresses: Sequence[str],
    now: int,
    method: str,
    path: str,
    headers: Headers,
) -> tuple[HttpResult, str]:
    """Return what the application behind an open connection answers, and the line it writes to its log.

    `addresses`: the container's own.  Whoever speaks HTTP to something else gets no answer.
    """
    application = connection.application
    if application == "whoami":
        result = _whoami(connection, container, addresses, now, method, path, headers)
        return result, ""
    if application in _DOCUMENTS:
        result = _document(application, container, image, now, method, path)
        return result, _log_line(application, connection, now, method, path, result, headers)
    return HttpResult("empty", ANSWERS_AFTER, connection=connection), ""


def _document(
    application: str, container: ContainerLike, image: ImageLike | None, now: int, method: str, path: str
) -> HttpResult:
    release = (image.release if image is not None else "").partition("-")[0]
    server = _SERVERS.get(application, "").format(release=release)
    name = path.partition("?")[0]
    file = _DOCUMENTS[application] + name + ("index.html" if name.endswith("/") else "")
    body = read_file(container, image, file)
    status = 200 if body is not None else 404
    kind = _TYPES.get(file.rpartition(".")[2], "application/octet-stream" if application == "nginx" else "")
    if method not in ("GET", "HEAD"):
        status = 405
    if status != 200 or body is None:
        body, kind = _error_page(application, release, status), "text/html"
        if application != "nginx":
            kind = "text/html; charset=iso-8859-1"
    lines = [("Date", http_date(now)), *([("Server", server)] if server else [])]
    if application == "nginx":
        lines.reverse()
        lines.append(("Content-Type", kind))
        lines.append(("Content-Length", str(len(body))))
    if status == 200:
        lines.append(("Last-Modified", http_date(container.started_at)))
        tag = hashlib.sha256(body).hexdigest()[:13]
        lines += [("ETag", f'"{tag}"'), ("Accept-Ranges", "bytes")]
    if application != "nginx":
        lines.append(("Content-Length", str(len(body))))
        if kind:
            lines.append(("Content-Type", kind))
    return HttpResult("ok", ANSWERS_AFTER, status, _REASONS[status], tuple(lines), b"" if method == "HEAD" else body)


def _error_page(application: str, release: str, status: int) -> bytes:
    reason = _REASONS[status]
    if application == "nginx":
        return (
            f"<html>\r\n<head><title>{status} {reason}</title></head>\r\n<body>\r\n<center><h1>{status} {reason}"
            f"</h1></center>\r\n<hr><center>nginx/{release}</center>\r\n</body>\r\n</html>\r\n"
        ).encode()
    text = (
        "The requested URL was not found on this server."
        if status == 404
        else "The requested method is not allowed for this URL."
    )
    return (
        '<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n'
        f"<title>{status} {reason}</title>\n</head><body>\n<h1>{reason}</h1>\n<p>{text}</p>\n</body></html>\n"
    ).encode()


def _whoami(
    connection: Connection,
    container: ContainerLike,
    addresses: Sequence[str],
    now: int,
    method: str,
    path: str,
    headers: Headers,
) -> HttpResult:
    sent = {name.title(): value for name, value in headers}
    lines = [f"Hostname: {container.hostname}", "IP: 127.0.0.1", "IP: ::1", *(f"IP: {a}" for a in addresses)]
    lines += [f"RemoteAddr: {connection.source}:{client_port(connection, now)}", f"{method} {path} HTTP/1.1"]
    lines += [f"Host: {sent.pop('Host', '')}", *(f"{name}: {sent[name]}" for name in sorted(sent)), "", ""]
    body = "\n".join(lines).encode()
    answer_headers = (
        ("Date", http_date(now)),
        ("Content-Length", str(len(body))),
        ("Content-Type", "text/plain; charset=utf-8"),
    )
    return HttpResult("ok", ANSWERS_AFTER, 200, "OK", answer_headers, b"" if method == "HEAD" else body)


def client_port(connection: Connection, now: int) -> int:
    """Return the port at the client's end: some number from Linux's range, the same each time for one connection."""
    digest = hashlib.sha256(f"{connection.source} {connection.server} {now // SECOND}".encode()).digest()
    return 32768 + int.from_bytes(digest[:2], "big") % 28232


def _log_line(
    application: str, connection: Connection, now: int, method: str, path: str, result: HttpResult, headers: Headers
) -> str:
    when = datetime.fromtimestamp(now // SECOND, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000")
    line = f'{connection.source} - - [{when}] "{method} {path} HTTP/1.1" {result.status} {len(result.body)}'
    if application == "nginx":
        sent: Mapping[str, str] = {name.lower(): value for name, value in headers}
        line += f' "{sent.get("referer", "-")}" "{sent.get("user-agent", "-")}" "-"'
    return line + "\n"


def http_date(at: int) -> str:
    """Return a time as HTTP headers have it."""
    return datetime.fromtimestamp(at // SECOND, UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
