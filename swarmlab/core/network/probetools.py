"""The commands that health checks are made of.  See `probes` for how they are put together.

What each one prints is what busybox and curl print; they touch nothing, so none of them needs a file system.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from swarmlab.core.network.dataplane import DataPlane
from swarmlab.core.network.trace import NO_ROUTE, REFUSED, TIMEOUT, UNREACHABLE, HttpResult
from swarmlab.core.network.world import ContainerLike, ImageLike, Place
from swarmlab.core.units import DAY, HOUR, MILLISECOND, MINUTE, SECOND

#: How long a command takes that never ends by itself: the engine's timeout ends it.
NEVER = 10_000 * DAY
_UNITS = {"": SECOND, "s": SECOND, "m": MINUTE, "h": HOUR}
_REASONS = {REFUSED: "Connection refused", NO_ROUTE: "No route to host", UNREACHABLE: "Network is unreachable"}


class Outcome(NamedTuple):
    """What one command does: its exit code, what it writes, how long it takes."""

    exit_code: int = 0
    out: str = ""
    err: str = ""
    takes: int = 0


class Unknown(Exception):
    """A check that cannot be simulated; the text says what is not known."""


class Tools:
    """The commands, in one container."""

    def __init__(self, net: DataPlane, place: Place, container: ContainerLike, image: ImageLike | None) -> None:
        self._net = net
        self._place = place
        self._container = container
        self._programs = image.programs if image is not None else frozenset()

    def run(self, words: list[str], given: str) -> Outcome:
        """Run one command; `given` is its standard input.  Raises Unknown."""
        name, args = base_name(words[0]), words[1:]
        if name in ("true", ":"):
            return Outcome()
        if name == "false":
            return Outcome(1)
        if name not in self._programs and words[0] not in self._container.files:
            shell = "/bin/sh: 1:" if "ash" not in self._programs else "/bin/sh:"
            return Outcome(127, err=f"{shell} {words[0]}: not found\n")
        command = _COMMANDS.get(name)
        if command is None:
            raise Unknown(f"{name} is not one of {', '.join(sorted(_COMMANDS))}")
        return command(self, args, given)

    def _read(self, path: str) -> bytes | None:
        return self._net.file(self._place, path)

    def _is_folder(self, path: str) -> bool:
        start = path.rstrip("/") + "/"
        return any(known.startswith(start) for known in self._net.file_names(self._place))

    def _test(self, args: list[str], given: str) -> Outcome:
        """``test`` and ``[``: files and words."""
        if args and args[-1] == "]":
            args = args[:-1]
        negated = args[:1] == ["!"]
        args = args[1:] if negated else args
        if len(args) == 2 and args[0].startswith("-"):
            holds = self._test_one(args[0], args[1])
        elif len(args) == 3:
            holds = _compare(*args)
        elif len(args) > 1:
            raise Unknown(f"test {' '.join(args)}")
        else:
            holds = bool(args and args[0])
        return Outcome(int(holds == negated))

    def _test_one(self, flag: str, word: str) -> bool:
        if flag in ("-n", "-z"):
            return bool(word) == (flag == "-n")
        data = self._read(word)
        if flag == "-d":
            return data is None and self._is_folder(word)
        if flag == "-s":
            return bool(data)
        if flag in ("-e", "-r", "-w", "-x"):
            return data is not None or self._is_folder(word)
        if flag == "-f":
            return data is not None
        raise Unknown(f"test {flag}")

    def _cat(self, args: list[str], given: str) -> Outcome:
        out, err = "" if args else given, ""
        for path in args:
            data = self._read(path)
            if data is None:
                err += f"cat: {path}: No such file or directory\n"
            else:
                out += data.decode("utf-8", "replace")
        return Outcome(int(bool(err)), out, err)

    def _ls(self, args: list[str], given: str) -> Outcome:
        missing = [p for p in args if p[0] != "-" and self._read(p) is None and not self._is_folder(p)]
        err = "".join(f"ls: {path}: No such file or directory\n" for path in missing)
        return Outcome(int(bool(missing)), "".join(f"{p}\n" for p in args if p[0] != "-" and p not in missing), err)

    def _grep(self, args: list[str], given: str) -> Outcome:
        flags = "".join(arg[1:] for arg in args if arg.startswith("-"))
        plain = [arg for arg in args if not arg.startswith("-")]
        if not plain or set(flags) - set("qisvxEFw"):
            raise Unknown(f"grep {' '.join(args)}")
        text = given
        if plain[1:]:
            data = self._read(plain[1])
            if data is None:
                return Outcome(2, err="" if "s" in flags else f"grep: {plain[1]}: No such file or directory\n")
            text = data.decode("utf-8", "replace")
        pattern = re.escape(plain[0]) if "F" in flags else plain[0]
        if "w" in flags or "x" in flags:
            pattern = rf"\b(?:{pattern})\b" if "w" in flags else rf"^(?:{pattern})$"
        try:
            wanted = re.compile(pattern, re.IGNORECASE if "i" in flags else 0)
        except re.error as error:
            raise Unknown(f"grep's pattern {plain[0]}: {error}") from error
        lines = [line for line in text.splitlines() if bool(wanted.search(line)) != ("v" in flags)]
        out = "" if "q" in flags else "".join(f"{line}\n" for line in lines)
        return Outcome(int(not lines), out)

    def _echo(self, args: list[str], given: str) -> Outcome:
        bare = args[:1] == ["-n"]
        return Outcome(0, " ".join(args[1:] if bare else args) + ("" if bare else "\n"))

    def _sleep(self, args: list[str], given: str) -> Outcome:
        match = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", args[0]) if len(args) == 1 else None
        if match is None:
            return Outcome(0, takes=NEVER) if args in (["infinity"], ["inf"]) else Outcome(1, err="sleep: bad number\n")
        return Outcome(0, takes=int(float(match.group(1)) * _UNITS[match.group(2)]))

    def _pidof(self, args: list[str], given: str) -> Outcome:
        runs = any(base_name(self._container.argv[0]) == name for name in args)
        return Outcome(int(not runs), "1\n" if runs else "")

    def _nc(self, args: list[str], given: str) -> Outcome:
        plain = [arg for arg in args if not arg.startswith("-")]
        if "-z" not in args and not any(re.fullmatch(r"-\w*z\w*", arg) for arg in args):
            raise Unknown("nc without -z")
        if len(plain) < 2 or not plain[-1].isdigit():
            return Outcome(1, err="nc: bad port\n")
        address = next(iter(self._net.addresses_of(self._place, plain[-2])), "")
        if not address:
            return Outcome(1, err=f"nc: bad address '{plain[-2]}'\n")
        connection = self._net.connect(self._place, address, int(plain[-1]))
        return Outcome(int(not connection.is_open), takes=connection.after)

    def _redis(self, args: list[str], given: str) -> Outcome:
        if [arg.lower() for arg in args] != ["ping"]:
            raise Unknown(f"redis-cli {' '.join(args)}")
        connection = self._net.connect(self._place, "127.0.0.1", 6379)
        if not connection.is_open:
            return Outcome(1, err="Could not connect to Redis at 127.0.0.1:6379: Connection refused\n")
        return Outcome(0, takes=NEVER) if self._container.is_frozen else Outcome(0, "PONG\n")

    def _database(self, args: list[str], given: str, port: int, said: str, silent: str) -> Outcome:
        """Ask whether a database takes connections: ``mysqladmin ping``, ``pg_isready``."""
        host = next((args[n + 1] for n, arg in enumerate(args[:-1]) if arg in ("-h", "--host")), "127.0.0.1")
        host = next((arg.partition("=")[2] for arg in args if arg.startswith("--host=")), host)
        address = next(iter(self._net.addresses_of(self._place, "127.0.0.1" if host == "localhost" else host)), "")
        if not address or not self._net.connect(self._place, address, port).is_open:
            return Outcome(2 if port == 5432 else 1, err=silent)
        return Outcome(0, takes=NEVER) if self._container.is_frozen else Outcome(0, said)

    def _mysqladmin(self, args: list[str], given: str) -> Outcome:
        if "ping" not in args:
            raise Unknown(f"mysqladmin {' '.join(args)}")
        failed = "mysqladmin: connect to server at 'localhost' failed\n"
        return self._database(args, given, 3306, "mysqld is alive\n", failed)

    def _pg_isready(self, args: list[str], given: str) -> Outcome:
        where = "/var/run/postgresql:5432 - "
        return self._database(args, given, 5432, f"{where}accepting connections\n", f"{where}no response\n")

    def _wget(self, args: list[str], given: str) -> Outcome:
        """Busybox' wget: an answer of 400 and more is an error."""
        url, options = _url_of(args, ("-O", "-T", "-t", "-o", "--header", "-U", "-Y"))
        limit = _limit(options.get("-T", ""))
        silent = any(arg == "--quiet" or re.fullmatch(r"-\w*q\w*", arg) for arg in args)
        if url is None:
            return Outcome(1, err=f"wget: not an http or ftp url: {' '.join(args)}\n")
        spider = "--spider" in args
        result, address = self._fetch(url, "HEAD" if spider else "GET", "Wget")
        if not address:
            return Outcome(1, err=f"wget: bad address '{url.host}'\n")
        intro = "" if silent else f"Connecting to {url.host} ({address}:{url.port})\n"
        if result.result == TIMEOUT or result.after > limit:
            return Outcome(1, err=f"{intro}wget: download timed out\n", takes=limit)
        if result.result in _REASONS:
            text = f"wget: can't connect to remote host ({address}): {_REASONS[result.result]}\n"
            return Outcome(1, err=intro + text, takes=result.after)
        if result.result != "ok":
            return Outcome(1, err=f"{intro}wget: error getting response\n", takes=result.after)
        if result.status >= 400:
            text = f"wget: server returned error: HTTP/1.1 {result.status} {result.reason}\n"
            return Outcome(1, err=intro + text, takes=result.after)
        body = result.body.decode("utf-8", "replace") if options.get("-O") == "-" and not spider else ""
        return Outcome(0, body, intro, takes=result.after)

    def _curl(self, args: list[str], given: str) -> Outcome:
        """Curl: with ``-f`` an answer of 400 and more is an error (22)."""
        takes_value = ("-o", "-m", "--max-time", "--connect-timeout", "-H", "-X", "--output", "-A", "-w", "--retry")
        url, options = _url_of(args, takes_value)
        limit = _limit(options.get("-m", options.get("--max-time", "")))
        short = "".join(arg[1:] for arg in args if re.fullmatch(r"-[a-zA-Z]+", arg))
        silent, shows = "s" in short or "--silent" in args, "S" in short or "--show-error" in args

        def fails(code: int, text: str, takes: int) -> Outcome:
            return Outcome(code, err="" if silent and not shows else f"curl: ({code}) {text}\n", takes=takes)

        if url is None:
            return fails(2, "no URL specified", 0)
        result, address = self._fetch(url, "HEAD" if "I" in short or "--head" in args else "GET", "curl/8.14.1")
        if not address:
            return fails(6, f"Could not resolve host: {url.host}", 0)
        if result.result == TIMEOUT or result.after > limit:
            waited = min(result.after, limit) // MILLISECOND
            return fails(28, f"Operation timed out after {waited} milliseconds with 0 bytes received", limit)
        if result.result in _REASONS:
            text = f"Failed to connect to {url.host} port {url.port} after 0 ms: Could not connect to server"
            return fails(7, text, result.after)
        if result.result != "ok":
            return fails(52, "Empty reply from server", result.after)
        if result.status >= 400 and ("f" in short or "--fail" in args):
            return fails(22, f"The requested URL returned error: {result.status}", result.after)
        body = "" if "-o" in options or "--output" in options else result.body.decode("utf-8", "replace")
        return Outcome(0, body, takes=result.after)

    def _fetch(self, url: "_Url", method: str, agent: str) -> tuple[HttpResult, str]:
        """Send one request; return the answer and the address asked, "" if the name has none."""
        address = next(iter(self._net.addresses_of(self._place, url.host)), "")
        if not address:
            return HttpResult("bad name", 0), ""
        where = url.host if url.port == 80 else f"{url.host}:{url.port}"
        headers = (("Host", where), ("User-Agent", agent))
        return self._net.http(self._place, address, url.port, method, url.path, headers), address


#: What is known, by name.
_COMMANDS: dict[str, Callable[[Tools, list[str], str], Outcome]] = {
    "test": Tools._test,
    "[": Tools._test,
    "cat": Tools._cat,
    "ls": Tools._ls,
    "grep": Tools._grep,
    "echo": Tools._echo,
    "sleep": Tools._sleep,
    "pidof": Tools._pidof,
    "nc": Tools._nc,
    "redis-cli": Tools._redis,
    "mysqladmin": Tools._mysqladmin,
    "mariadb-admin": Tools._mysqladmin,
    "pg_isready": Tools._pg_isready,
    "wget": Tools._wget,
    "curl": Tools._curl,
}


class _Url(NamedTuple):
    host: str
    port: int
    path: str


def _url_of(args: list[str], valued: tuple[str, ...]) -> tuple[_Url | None, dict[str, str]]:
    """Return the URL among arguments, and the values of those options that have one."""
    options: dict[str, str] = {}
    text = ""
    waiting = ""
    for arg in args:
        if waiting:
            options[waiting], waiting = arg, ""
        elif arg in valued:
            waiting = arg
        elif re.fullmatch(r"-\w+", arg) and "-" + arg[-1] in valued and not arg.startswith("--"):
            waiting = "-" + arg[-1]  # -qO FILE
        elif any(arg.startswith(name) for name in valued if len(name) == 2):
            options[arg[:2]] = arg[2:]  # -O- or -T5
        elif re.fullmatch(r"-\w+O-", arg):
            options["-O"] = "-"  # -qO-
        elif arg.startswith("--") and "=" in arg:
            options[arg.partition("=")[0]] = arg.partition("=")[2]
        elif not arg.startswith("-"):
            text = arg
    match = re.fullmatch(r"(?:http://)?([^:/?#]+)(?::(\d{1,5}))?(/[^#]*)?", text)
    if match is None:
        return None, options
    return _Url(match.group(1), int(match.group(2) or 80), match.group(3) or "/"), options


def _limit(text: str) -> int:
    return int(float(text) * SECOND) if re.fullmatch(r"\d+(\.\d+)?", text) and float(text) > 0 else NEVER


def base_name(program: str) -> str:
    """Return a program's name without its folder."""
    return program.rsplit("/", 1)[-1]


def _compare(left: str, operator: str, right: str) -> bool:
    if operator in ("=", "=="):
        return left == right
    if operator == "!=":
        return left != right
    numbers = {
        "-eq": lambda a, b: a == b, "-ne": lambda a, b: a != b, "-lt": lambda a, b: a < b,
        "-le": lambda a, b: a <= b, "-gt": lambda a, b: a > b, "-ge": lambda a, b: a >= b,
    }  # fmt: skip
    if operator in numbers and re.fullmatch(r"-?\d+", left) and re.fullmatch(r"-?\d+", right):
        return bool(numbers[operator](int(left), int(right)))
    raise Unknown(f"test {left} {operator} {right}")
