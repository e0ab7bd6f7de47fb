"""``wget``: busybox' in containers, GNU's on hosts.

busybox networking/wget.c; GNU wget src/http.c, src/connect.c.
"""

from swarmlab.core.network.trace import NO_ROUTE, REFUSED, UNREACHABLE, Connection, HttpResult
from swarmlab.core.units import SECOND
from swarmlab.shell.call import HOST, Call, UsageError
from swarmlab.shell.tools.clock import moment
from swarmlab.shell.tools.curl import Failure, Url, parse_url
from swarmlab.shell.tools.options import Missing, Options, Unknown, parse

_REASONS = {
    REFUSED: "Connection refused",
    NO_ROUTE: "No route to host",
    UNREACHABLE: "Network is unreachable",
}
_USAGE = "Usage: wget [-cqS] [--spider] [-O FILE] [-o LOGFILE] [--header STR] [-T SEC] URL..."


def wget(call: Call) -> int:
    """Fetch a URL into a file."""
    try:
        options = parse(
            call.argv, "qScN46v", "OTtoUPY", "quiet spider no-check-certificate server-response no-verbose",
            "header output-document timeout tries user-agent post-data",
        )  # fmt: skip
    except (Unknown, Missing) as error:
        name = str(error).lstrip("-")
        if call.dialect == HOST:
            text = f"wget: unrecognized option '--{name}'" if len(name) > 1 else f"wget: invalid option -- '{name}'"
            raise UsageError(f"{text}\nUsage: wget [OPTION]... [URL]...\n", 2) from None
        raise UsageError(f"wget: unrecognized option: {name}\n{_USAGE}\n") from None
    if not options.args:
        if call.dialect == HOST:
            usage = "wget: missing URL\nUsage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.\n"
            raise UsageError(usage, 1)
        raise UsageError(f"wget: missing URL\n{_USAGE}\n")
    status = 0
    for text in options.args:
        try:
            url = parse_url(text)
        except Failure:
            return call.fail(f"not an http or ftp url: {text}")
        status = (_gnu if call.dialect == HOST else _busybox)(call, options, url)
    return status


def _headers(options: Options, url: Url, agent: str) -> list[tuple[str, str]]:
    where = url.host if url.port == 80 else f"{url.host}:{url.port}"
    headers = [("Host", where), ("User-Agent", options.last("U", "user-agent") or agent), ("Connection", "close")]
    for line in options.values.get("header", []):
        name, _, value = line.partition(":")
        headers.append((name.strip(), value.strip()))
    return headers


def _timeout(options: Options) -> float | None:
    text = options.last("T", "timeout")
    return float(text) if text and text.replace(".", "", 1).isdigit() and float(text) > 0 else None


def _file(options: Options, url: Url) -> str:
    return options.last("O", "output-document") or url.path.partition("?")[0].rpartition("/")[2] or "index.html"


def _request(call: Call, options: Options, connection: Connection, url: Url, agent: str) -> HttpResult:
    result = call.request(
        connection, "HEAD" if options.has("spider") else "GET", url.path, _headers(options, url, agent)
    )
    return result


# --- busybox --------------------------------------------------------------------------------------------------------


def _busybox(call: Call, options: Options, url: Url) -> int:
    quiet = options.has("q", "quiet")
    say = (lambda text: None) if quiet else call.err
    addresses = call.addresses_of(url.host)
    if not addresses:
        return call.fail(f"bad address '{url.host}'")
    address, limit = addresses[0], _timeout(options)
    say(f"Connecting to {url.host} ({address}:{url.port})\n")
    connection = call.connect(address, url.port)
    if limit is not None and connection.after > limit * SECOND:
        call.sleep(limit)
        return call.fail("download timed out")
    call.sleep(connection.after / SECOND)
    if not connection.is_open:
        reason = _REASONS.get(connection.result, "Connection timed out")
        return call.fail(f"can't connect to remote host ({address}): {reason}")
    if url.scheme == "https":
        return call.fail("error getting response: Connection reset by peer")
    result = _request(call, options, connection, url, "Wget")
    if result.result == "timeout":
        call.sleep(limit if limit is not None else 900.0)
        return call.fail("download timed out")
    call.sleep(result.after / SECOND)
    if result.result != "ok":
        return call.fail("error getting response")
    if options.has("S", "server-response"):
        call.err(f"  HTTP/1.1 {result.status} {result.reason}\n")
        call.err("".join(f"  {name}: {value}\n" for name, value in result.headers) + "  \n")
    if result.status >= 400:
        return call.fail(f"server returned error: HTTP/1.1 {result.status} {result.reason}")
    if options.has("spider"):
        say("remote file exists\n")
        return 0
    name, body = _file(options, url), result.body
    if name == "-":
        say("writing to stdout\n")
        call.out(body.decode("utf-8", "replace"))
        say(f"{_progress('-', len(body))}\nwritten to stdout\n")
        return 0
    path = call.path(name)
    if options.last("O", "output-document") is None and call.files.exists(path):
        return call.fail(f"can't open '{name}': File exists")
    call.files.write_file(path, body)
    say(f"saving to '{name}'\n{_progress(name, len(body))}\n'{name}' saved\n")
    return 0


def _progress(name: str, size: int) -> str:
    """Return the last state of busybox' progress line."""
    amount = f"{size:6d}" if size < 100_000 else f"{size // 1024:5d}k"
    return f"{name[:20]:<20} 100% |{'*' * 32}|{amount}  0:00:00 ETA"


# --- GNU ------------------------------------------------------------------------------------------------------------


def _gnu(call: Call, options: Options, url: Url) -> int:
    say = (lambda text: None) if options.has("q", "quiet") else call.err
    say(f"--{_stamp(call)}--  http://{url.host}{'' if url.port == 80 else f':{url.port}'}{url.path}\n")
    addresses = call.addresses_of(url.host)
    literal = addresses == [url.host]
    if not addresses:
        say(f"Resolving {url.host} ({url.host})... failed: Name or service not known.\n")
        say(f"wget: unable to resolve host address ‘{url.host}’\n")
        return 4
    if not literal:
        say(f"Resolving {url.host} ({url.host})... {', '.join(addresses)}\n")
    where = f"{url.host}:{url.port}" if literal else f"{url.host} ({url.host})|{addresses[0]}|:{url.port}"
    say(f"Connecting to {where}... ")
    connection = call.connect(addresses[0], url.port)
    limit = _timeout(options)
    if limit is not None and connection.after > limit * SECOND:
        call.sleep(limit)
        say("failed: Connection timed out.\n")
        return 4
    call.sleep(connection.after / SECOND)
    if not connection.is_open:
        say(f"failed: {_REASONS.get(connection.result, 'Connection timed out')}.\n")
        return 4
    say("connected.\n")
    say("HTTP request sent, awaiting response... ")
    result = _request(call, options, connection, url, "Wget/1.24.5")
    if result.result == "timeout":
        call.sleep(limit if limit is not None else 900.0)
        say("Read error (Connection timed out) in headers.\n")
        return 4
    call.sleep(result.after / SECOND)
    if result.result != "ok":
        say("No data received.\n")
        return 4
    say(f"{result.status} {result.reason}\n")
    if result.status >= 400:
        say(f"{_stamp(call)} ERROR {result.status}: {result.reason}.\n\n")
        return 8
    kind = result.header("Content-Type").partition(";")[0]
    size, name = len(result.body), _file(options, url)
    say(f"Length: {size}{f' [{kind}]' if kind else ''}\n")
    if options.has("spider"):
        say("Remote file exists.\n\n")
        return 0
    if name == "-":
        say("Saving to: ‘STDOUT’\n\n")
        call.out(result.body.decode("utf-8", "replace"))
        say(f"\n{_stamp(call)} (10.0 MB/s) - written to stdout [{size}/{size}]\n\n")
        return 0
    call.files.write_file(call.path(name), result.body)
    say(f"Saving to: ‘{name}’\n\n")
    say(f"{name[:19]:<19} 100%[===================>] {size:7d}  --.-KB/s    in 0s      \n\n")
    say(f"{_stamp(call)} (10.0 MB/s) - ‘{name}’ saved [{size}/{size}]\n\n")
    return 0


def _stamp(call: Call) -> str:
    return moment(call.access.now).strftime("%Y-%m-%d %H:%M:%S")
