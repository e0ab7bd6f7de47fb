"""``curl``: the parts of it that learners use, with the words of 8.9 and newer.

curl/curl: src/tool_operate.c, lib/connect.c, lib/multi.c (the messages of timeouts).
"""

import json
import re
from dataclasses import dataclass, field
from typing import NamedTuple

from swarmlab.core.network.trace import NO_ROUTE, REFUSED, UNREACHABLE, Connection, HttpResult
from swarmlab.core.units import MILLISECOND, SECOND
from swarmlab.shell.call import Call, UsageError
from swarmlab.shell.tools.options import Missing, Options, Unknown, parse

VERSION = "8.14.1"
_HINT = "curl: try 'curl --help' or 'curl --manual' for more information\n"


class Url(NamedTuple):
    """The parts of a URL that matter here."""

    scheme: str
    host: str
    port: int
    path: str


class Failure(Exception):
    """A transfer that failed: curl's own number and words."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass
class Transfers:
    """One run of curl: its options, and the connections it keeps open between URLs."""

    call: Call
    options: Options
    open: dict[tuple[str, int], Connection] = field(default_factory=dict)
    connections: int = 0  # made for the URL at hand
    number: int = -1  # of the newest connection, as -v counts them
    started: int = 0

    @property
    def verbose(self) -> bool:
        """Whether it tells what it does."""
        return self.options.has("v", "verbose")

    def say(self, text: str) -> None:
        """Tell what it does."""
        if self.verbose:
            self.call.err(text + "\n")

    def elapsed(self) -> int:
        """Return nanoseconds since this URL was begun."""
        return self.call.access.now - self.started


def curl(call: Call) -> int:
    """Fetch URLs."""
    try:
        options = parse(
            call.argv,
            "sSiIvfkL46#gNOJZ",
            "oXHdmwAeuTx",
            "silent show-error include head verbose fail insecure location ipv4 ipv6 compressed no-keepalive"
            " no-progress-meter no-buffer remote-name version help http1.1 get",
            "output request header data max-time connect-timeout write-out user-agent url retry retry-delay referer"
            " resolve data-raw interface user",
        )
    except Unknown as error:
        name = str(error) if str(error).startswith("-") else f"-{error}"
        raise UsageError(f"curl: option {name}: is unknown\n{_HINT}", 2) from None
    except Missing as error:
        name = str(error) if str(error).startswith("-") else f"-{error}"
        raise UsageError(f"curl: option {name}: requires parameter\n{_HINT}", 2) from None
    if options.has("version"):
        call.out(f"curl {VERSION} (x86_64-pc-linux-gnu)\nProtocols: http\nFeatures: simulated\n")
        return 0
    urls = options.args + options.values.get("url", [])
    if not urls:
        raise UsageError("curl: (2) no URL specified\n" + _HINT, 2)
    transfers = Transfers(call, options)
    status = 0
    outputs = [*options.values.get("o", []), *options.values.get("output", [])]
    for text in [one for url in urls for one in _expand(url)]:
        target = outputs.pop(0) if outputs else None
        status = _transfer(transfers, text, target)
    return status


def _expand(url: str) -> list[str]:
    """Return the URLs that curl's own patterns mean: ``http://node[1-3]/``, ``http://{a,b}/``."""
    match = re.search(r"\[(\d+)-(\d+)\]|\{([^{}]*)\}", url)
    if not match:
        return [url]
    first, last, words = match.groups()
    choices = words.split(",") if words is not None else [str(n) for n in range(int(first), int(last) + 1)]
    return [one for word in choices for one in _expand(url[: match.start()] + word + url[match.end() :])]


def parse_url(text: str) -> Url:
    """Return the parts of a URL; curl guesses the scheme.  Raises Failure (3) if it is malformed."""
    scheme, separator, rest = text.partition("://")
    if not separator:
        scheme, rest = "http", text
    match = re.fullmatch(r"(?:[^@/]*@)?([^:/?#]*)(?::(\d*))?([/?][^#]*)?(?:#.*)?", rest)
    if not match or not match.group(1):
        raise Failure(3, "URL rejected: No host part in the URL" if rest.startswith("/") else "URL rejected: Bad URL")
    host, port, path = match.groups()
    if port and not 0 <= int(port) <= 65535:
        raise Failure(3, "URL rejected: Port number was not a decimal number between 0 and 65535")
    if scheme.lower() not in ("http", "https"):
        raise Failure(1, f'Protocol "{scheme}" not supported')
    path = path or "/"
    default = 443 if scheme.lower() == "https" else 80
    return Url(scheme.lower(), host, int(port) if port else default, path if path.startswith("/") else "/" + path)


def _transfer(run: Transfers, text: str, target: str | None) -> int:
    run.started, run.connections = run.call.access.now, 0
    code, url, result = 0, Url("", "", 0, ""), None
    try:
        url = parse_url(text)
        result = _fetch(run, url)
        _deliver(run, url, result, target)
    except Failure as failure:
        code = failure.code
        if not run.options.has("s", "silent") or run.options.has("S", "show-error"):
            run.call.err(f"curl: ({code}) {failure}\n")
    form = run.options.last("w", "write-out")
    if form is not None:
        run.call.out(_write_out(form, run, text, result, code))
    return code


def _fetch(run: Transfers, url: Url) -> HttpResult:
    options = run.options
    headers = [("Host", url.host if url.port in (80, 443) else f"{url.host}:{url.port}")]
    headers += [("User-Agent", options.last("A", "user-agent") or f"curl/{VERSION}"), ("Accept", "*/*")]
    for line in [*options.values.get("H", []), *options.values.get("header", [])]:
        name, _, value = line.partition(":")
        headers = [pair for pair in headers if pair[0].lower() != name.strip().lower()]
        if value.strip():
            headers.append((name.strip(), value.strip()))
    head = options.has("I", "head")
    data = options.last("d", "data", "data-raw")
    method = options.last("X", "request") or ("HEAD" if head else "POST" if data is not None else "GET")
    connection = _connect(run, url)
    if url.scheme == "https":
        raise Failure(35, "TLS connect error: error:0A0000C6:SSL routines::packet length too long")
    run.say(f"> {method} {url.path} HTTP/1.1")
    for name, value in headers:
        run.say(f"> {name}: {value}")
    run.say("> ")
    run.say("* Request completely sent off")
    result = run.call.request(connection, method, url.path, headers)
    limit = _limit(run)
    is_late = limit is not None and run.elapsed() + result.after > limit  # an answer may come, after curl has given up
    if result.result == "timeout" or is_late:
        if limit is None:
            _wait(run, result.after)
            raise Failure(
                28, f"Operation timed out after {run.elapsed() // MILLISECOND} milliseconds with 0 bytes received"
            )
        _wait(run, limit - run.elapsed())
        raise Failure(28, f"Operation timed out after {limit // MILLISECOND + 1} milliseconds with 0 bytes received")
    _wait(run, result.after)
    if result.result == "empty":
        raise Failure(52, "Empty reply from server")
    if result.result != "ok":
        raise Failure(56, "Recv failure: Connection reset by peer")
    run.say(f"< HTTP/1.1 {result.status} {result.reason}")
    for name, value in result.headers:
        run.say(f"< {name}: {value}")
    run.say("< ")
    run.say(f"* Connection #{run.number} to host {url.host} left intact")
    return result


def _connect(run: Transfers, url: Url) -> Connection:
    """Return a connection: the one still open to that host and port, or a new one."""
    known = run.open.get((url.host, url.port))
    if known is not None:
        run.say(f"* Reusing existing http: connection with host {url.host}")
        return known
    addresses = run.call.addresses_of(url.host)
    if not addresses:
        raise Failure(6, f"Could not resolve host: {url.host}")
    if addresses != [url.host]:
        run.say(f"* Host {url.host}:{url.port} was resolved.\n* IPv6: (none)\n* IPv4: {', '.join(addresses)}")
    last: Failure | None = None
    for address in addresses:
        run.say(f"*   Trying {address}:{url.port}...")
        connection = run.call.connect(address, url.port)
        try:
            _await_connection(run, url, connection)
        except Failure as failure:
            if failure.code == 28 and _limit(run) is not None and run.elapsed() >= (_limit(run) or 0):
                raise
            last = failure
            continue
        run.open[url.host, url.port] = connection
        run.connections += 1
        run.number += 1
        run.say(f"* Connected to {url.host} ({address}) port {url.port}")
        run.say("* using HTTP/1.x")
        return connection
    assert last is not None
    raise last


def _await_connection(run: Transfers, url: Url, connection: Connection) -> None:
    where = f"Failed to connect to {url.host} port {url.port} after"
    limit = _limit(run)
    patience = _seconds(run.options.last("connect-timeout"))
    needs = connection.after
    if limit is not None and run.elapsed() + needs > limit and (patience is None or limit <= patience):
        _wait(run, limit - run.elapsed())
        raise Failure(28, f"Connection timed out after {limit // MILLISECOND + 1} milliseconds")
    if patience is not None and needs > patience:
        _wait(run, patience)
        raise Failure(28, f"{where} {patience // MILLISECOND} ms: Timeout was reached")
    _wait(run, needs)
    if connection.is_open:
        return
    milliseconds = needs // MILLISECOND
    code = 7 if connection.result in (REFUSED, NO_ROUTE, UNREACHABLE) else 28
    if run.verbose:
        reason = {REFUSED: "Connection refused", NO_ROUTE: "No route to host", UNREACHABLE: "Network is unreachable"}
        words = reason.get(connection.result, "Connection timed out")
        run.say(f"* connect to {connection.address} port {url.port} failed: {words}")
        run.say(f"* {where} {milliseconds} ms: Could not connect to server\n* closing connection #{run.number + 1}")
    raise Failure(code, f"{where} {milliseconds} ms: Could not connect to server")


def _limit(run: Transfers) -> int | None:
    return _seconds(run.options.last("m", "max-time"))


def _seconds(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return round(float(text) * SECOND) or None
    except ValueError:
        raise UsageError(f"curl: option --max-time: expected a proper numerical parameter\n{_HINT}", 2) from None


def _wait(run: Transfers, ns: int) -> None:
    if ns > 0:
        run.call.sleep(ns / SECOND)


def _deliver(run: Transfers, url: Url, result: HttpResult, target: str | None) -> None:
    options, call = run.options, run.call
    if options.has("f", "fail") and result.status >= 400:
        raise Failure(22, f"The requested URL returned error: {result.status}")
    head = ""
    if options.has("i", "include", "I", "head"):
        lines = [f"HTTP/1.1 {result.status} {result.reason}", *(f"{name}: {value}" for name, value in result.headers)]
        head = "\n".join(lines) + "\n\n"
    if options.has("O", "remote-name"):
        target = url.path.partition("?")[0].rpartition("/")[2]
        if not target:
            raise Failure(23, "Failed to extract a filename from the URL to use for storage")
    if target and target != "-":
        if target == "/dev/null":
            return
        call.files.write_file(call.path(target), head.encode() + result.body)
        return
    call.out(head + result.body.decode("utf-8", "replace"))


def _write_out(form: str, run: Transfers, text: str, result: HttpResult | None, code: int) -> str:
    connection = result.connection if result is not None else None
    size = len(result.body) if result is not None else 0
    known = {
        "http_code": f"{result.status:03d}" if result is not None else "000",
        "exitcode": str(code),
        "remote_ip": connection.address if connection else "",
        "remote_port": str(connection.port) if connection else "0",
        "num_connects": str(run.connections),
        "size_download": str(size),
        "time_total": f"{run.elapsed() / SECOND:.6f}",
        "url_effective": text if "://" in text else f"http://{text}/" if "/" not in text else f"http://{text}",
        "content_type": result.header("Content-Type") if result is not None else "",
        "scheme": "http",
    }
    known["response_code"] = known["http_code"]
    known["json"] = json.dumps(known)
    form = form.replace("\\n", "\n").replace("\\t", "\t").replace("\\r", "\r")
    return re.sub(r"%\{(\w+)\}", lambda match: known.get(match.group(1), ""), form).replace("%%", "%")
