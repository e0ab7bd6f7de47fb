"""``ab``: a burst of requests, and how they went.  httpd ``support/ab.c``.

Each request has a connection of its own, so a balancer spreads them; with ``-k`` each of the concurrent clients keeps
one.  The virtual time that passes is that of the slowest client.
"""

from typing import NamedTuple

from swarmlab.core.network.trace import NO_ROUTE, REFUSED, UNREACHABLE, Connection, HttpResult
from swarmlab.core.units import MILLISECOND, SECOND
from swarmlab.shell.call import Call, UsageError
from swarmlab.shell.tools.curl import Failure, Url, parse_url
from swarmlab.shell.tools.options import Missing, Options, Unknown, parse

_BANNER = (
    "This is ApacheBench, Version 2.3 <$Revision: 1923142 $>\n"
    "Copyright 1996 Adam Twiss, Zeus Technology Ltd, http://www.zeustech.net/\n"
    "Licensed to The Apache Software Foundation, http://www.apache.org/\n\n"
)
_MOST = 50_000
_ERRORS = {
    REFUSED: "Connection refused (111)",
    NO_ROUTE: "No route to host (113)",
    UNREACHABLE: "Network is unreachable (101)",
}


class _Shot(NamedTuple):
    """One request: how long connecting and all of it took, in nanoseconds."""

    connect: int
    total: int
    result: HttpResult | None


def ab(call: Call) -> int:
    """Send many requests to one URL."""
    try:
        options = parse(call.argv, "kqdSlir", "ncstHvp", "", "")
    except (Unknown, Missing) as error:
        raise UsageError(
            f"ab: invalid option -- '{error}'\nUsage: ab [options] [http[s]://]hostname[:port]/path\n", 22
        ) from None
    if len(options.args) != 1:
        raise UsageError("ab: wrong number of arguments\nUsage: ab [options] [http[s]://]hostname[:port]/path\n", 22)
    text = options.args[0]
    if "/" not in text.partition("://")[2] and "/" not in text.replace("://", ""):
        raise UsageError("ab: invalid URL\nUsage: ab [options] [http[s]://]hostname[:port]/path\n", 22)
    try:
        url = parse_url(text)
    except Failure:
        raise UsageError("ab: invalid URL\nUsage: ab [options] [http[s]://]hostname[:port]/path\n", 22) from None
    requests, clients = _number(options, "n", 1), _number(options, "c", 1)
    if not 0 < requests <= _MOST:
        raise UsageError(f"ab: Invalid number of requests; here at most {_MOST}\n", 22)
    if clients > requests:
        raise UsageError("ab: Cannot use concurrency level greater than total number of requests\n", 22)
    call.out(_BANNER)
    addresses = call.addresses_of(url.host)
    if not addresses:
        call.err(f"ab: apr_sockaddr_info_get() for {url.host}: Name or service not known (670002)\n")
        return 2
    call.out(f"Benchmarking {url.host} (be patient){'.' * 5}")
    shots: list[_Shot] = []
    busy = [0] * clients
    kept: dict[int, Connection] = {}
    for _ in range(requests):
        client = min(range(clients), key=busy.__getitem__)
        shot = _shoot(call, options, url, addresses[0], kept, client)
        busy[client] += shot.total
        if shot.result is None or (shot.result.result not in ("ok", "empty")):
            call.sleep(max(busy) / SECOND)
            reason = _ERRORS.get(shot.result.result if shot.result else "", "The timeout specified has expired (70007)")
            if not options.has("r"):
                call.err(f"apr_socket_recv: {reason}\n")
                if shots:
                    call.err(f"Total of {len(shots)} requests completed\n")
                return 104 if shot.result is not None and shot.result.result == REFUSED else 1
        shots.append(shot)
    call.sleep(max(busy) / SECOND)
    call.out("done\n\n\n" + _report(url, shots, clients, max(busy), keep=options.has("k")))
    return 0


def _number(options: Options, letter: str, default: int) -> int:
    text = options.last(letter)
    return int(text) if text is not None and text.isdigit() else default


def _shoot(call: Call, options: Options, url: Url, address: str, kept: dict[int, Connection], client: int) -> _Shot:
    connection = kept.get(client) or call.connect(address, url.port)
    connects = 0 if client in kept else connection.after
    if not connection.is_open:
        return _Shot(connects, min(connects, 30 * SECOND), HttpResult(connection.result, 0))
    if options.has("k"):
        kept[client] = connection
    headers = [("Host", url.host if url.port == 80 else f"{url.host}:{url.port}"), ("User-Agent", "ApacheBench/2.3")]
    for line in options.values.get("H", []):
        name, _, value = line.partition(":")
        headers.append((name.strip(), value.strip()))
    result = call.request(connection, "GET", url.path, [*headers, ("Accept", "*/*")])
    if result.result == "timeout":
        return _Shot(connects, connects + 30 * SECOND, result)
    return _Shot(connects, connects + result.after, result)


def _report(url: Url, shots: list[_Shot], clients: int, took: int, *, keep: bool) -> str:
    answered = [shot.result for shot in shots if shot.result is not None and shot.result.result == "ok"]
    first = answered[0] if answered else HttpResult("empty", 0)
    length = len(first.body)
    failed = sum(len(result.body) != length for result in answered) + len(shots) - len(answered)
    odd = sum(not 200 <= result.status < 300 for result in answered)
    body = sum(len(result.body) for result in answered)
    total = body + sum(sum(len(k) + len(v) + 4 for k, v in result.headers) + 19 for result in answered)
    seconds = max(took, 1) / SECOND
    lines = [
        f"Server Software:        {first.header('Server').partition(' ')[0]}",
        f"Server Hostname:        {url.host}",
        f"Server Port:            {url.port}",
        "",
        f"Document Path:          {url.path}",
        f"Document Length:        {length} bytes",
        "",
        f"Concurrency Level:      {clients}",
        f"Time taken for tests:   {seconds:.3f} seconds",
        f"Complete requests:      {len(shots)}",
        f"Failed requests:        {failed}",
    ]
    if failed:
        lines.append(f"   (Connect: 0, Receive: 0, Length: {failed}, Exceptions: 0)")
    if odd:
        lines.append(f"Non-2xx responses:      {odd}")
    if keep:
        lines.append(f"Keep-Alive requests:    {len(shots)}")
    each = took / len(shots) / MILLISECOND
    lines += [
        f"Total transferred:      {total} bytes",
        f"HTML transferred:       {body} bytes",
        f"Requests per second:    {len(shots) / seconds:.2f} [#/sec] (mean)",
        f"Time per request:       {each * clients:.3f} [ms] (mean)",
        f"Time per request:       {each:.3f} [ms] (mean, across all concurrent requests)",
        f"Transfer rate:          {total / 1024 / seconds:.2f} [Kbytes/sec] received",
        "",
        "Connection Times (ms)",
        "              min  mean[+/-sd] median   max",
    ]
    connects = [shot.connect for shot in shots]
    waits = [shot.total - shot.connect for shot in shots]
    for name, values in (("Connect:", connects), ("Processing:", waits), ("Waiting:", waits), ("Total:", _sums(shots))):
        lines.append(_times(name, values))
    lines += ["", "Percentage of the requests served within a certain time (ms)"]
    ordered = sorted(_sums(shots))
    for percent in (50, 66, 75, 80, 90, 95, 98, 99, 100):
        at = ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
        lines.append(f"{percent:4d}%{round(at / MILLISECOND):7d}{' (longest request)' if percent == 100 else ''}")
    return "\n".join(lines) + "\n"


def _sums(shots: list[_Shot]) -> list[int]:
    return [shot.total for shot in shots]


def _times(name: str, values: list[int]) -> str:
    shown = [value / MILLISECOND for value in values]
    mean = sum(shown) / len(shown)
    spread = (sum((value - mean) ** 2 for value in shown) / max(1, len(shown) - 1)) ** 0.5
    middle = sorted(shown)[len(shown) // 2]
    return f"{name:<11} {min(shown):5.0f} {mean:4.0f} {spread:5.1f} {middle:6.0f} {max(shown):7.0f}"
