"""PHP: runs a page, which may ask redis and mysql in turn, and says what it prints.

A page that fails is ``500`` and a line in the log, in PHP's words; the browser is told nothing, as with
``display_errors`` off, which is what PHP's images have.

php-src ``Zend/zend_exceptions.c`` (uncaught exceptions), phpredis, ``ext/mysqli``.
"""

import json
import operator
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from swarmlab.core.network.servers.exchange import Exchange
from swarmlab.core.network.servers.phpobjects import Caught, Mysqli, Redis, Rows
from swarmlab.core.network.servers.phpsyntax import Node, ParseError, parse
from swarmlab.core.network.servers.phpvalues import Thrown, number, text, whole
from swarmlab.core.network.trace import NO_ROUTE, REFUSED, Connection, HttpResult, Login, Talk
from swarmlab.core.units import SECOND

#: A page does so many things at most, so that none runs for ever; long texts and large arrays count for more.
MOST_STEPS = 20_000
_TEXT_STEP, _ARRAY_STEP = 1_000, 10  # characters, and elements, that cost one more step
_COMPARE = {"<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge}
_COUNT = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "%": operator.mod}


class _Exit(Exception):
    """``exit``: the page ends here."""


def run(exchange: Exchange, path: str, env: Mapping[str, str]) -> HttpResult:
    """Run the page in the file `path` of the container; the body is what it prints.  `env`: for ``getenv``."""
    source = exchange.file(path)
    if source is None:
        exchange.log(2, "NOTICE: Primary script unknown\n")
        head = [("X-Powered-By", f"PHP/{exchange.release}"), ("Content-Type", "text/html; charset=UTF-8")]
        return exchange.answer(404, "Not Found", head, b"File not found.\n")
    page = Page(exchange, env)
    status, reason = 200, "OK"
    try:
        page.block(parse(source.decode("utf-8", "replace")))
    except _Exit:
        pass
    except RecursionError:
        status, reason = 500, "Internal Server Error"
        exchange.log(2, _notice(f"PHP Fatal error:  Maximum call stack size reached in {path}"))
    except ParseError as error:
        text, _, line = str(error).rpartition(" on line ")
        status, reason = 500, "Internal Server Error"
        exchange.log(2, _notice(f"PHP Parse error:  {text} in {path} on line {line}"))
    except Thrown as error:
        status, reason = 500, "Internal Server Error"
        said = f"PHP Fatal error:  Uncaught {error.kind}: {error} in {path}:{error.line}\nStack trace:\n#0 {{main}}\n"
        exchange.log(2, _notice(f"{said}  thrown in {path} on line {error.line}"))
    body = "" if status == 500 else "".join(page.printed)
    head = [("X-Powered-By", f"PHP/{exchange.release}"), ("Content-Type", page.content_type)]
    return exchange.answer(page.status or status, reason, head, body.encode(), page.after)


def _notice(text: str) -> str:
    return f"NOTICE: PHP message: {text}\n"


class Page:
    """One run of a page."""

    def __init__(self, exchange: Exchange, env: Mapping[str, str]) -> None:
        self.exchange = exchange
        self.env = env
        self.printed: list[str] = []
        self.after = 0  # nanoseconds spent on asking others
        self.status = 0
        self.content_type = "text/html; charset=UTF-8"
        self._steps = 0
        self._variables: dict[str, Any] = {
            "$_SERVER": {
                "REMOTE_ADDR": exchange.header("Remote-Addr") or exchange.connection.source,
                "REQUEST_URI": exchange.path,
                "REQUEST_METHOD": exchange.method,
                "HTTP_HOST": exchange.header("Host"),
                "HTTP_X_FORWARDED_FOR": exchange.header("X-Forwarded-For"),
                "SERVER_ADDR": next(iter(exchange.addresses), ""),
                "SERVER_SOFTWARE": "nginx",
            },
            "$_GET": dict(pair.partition("=")[::2] for pair in exchange.path.partition("?")[2].split("&") if pair),
            "$_ENV": dict(env),
        }

    # --- statements -------------------------------------------------------------------------------------

    def block(self, nodes: Sequence[Node]) -> None:
        """Do some statements."""
        for node in nodes:
            try:
                self._spend(1)
                self._do(node)
            except Thrown as thrown:
                thrown.line = thrown.line or node.line
                raise

    def _spend(self, steps: int) -> None:
        self._steps += steps
        if self._steps > MOST_STEPS:
            raise Thrown("Error", "Allowed memory size of 134217728 bytes exhausted")

    def _kept(self, value: Any) -> Any:
        """Return a value that the page has made, after it has paid for its size."""
        size = len(value) // _TEXT_STEP if isinstance(value, str) else _weight(value, MOST_STEPS * _ARRAY_STEP)
        self._spend(size if isinstance(value, str) else size // _ARRAY_STEP)
        return value

    def _do(self, node: Node) -> None:
        parts = node.parts
        if node.kind == "echo":
            self.printed += [self._kept(text(self.value(part))) for part in parts]
        elif node.kind == "do":
            self.value(parts[0])
        elif node.kind == "block":
            self.block(parts[0])
        elif node.kind == "if":
            self.block(parts[1] if self.value(parts[0]) else parts[2])
        elif node.kind == "exit":
            self.printed.append(text(self.value(parts[0])))
            raise _Exit
        elif node.kind == "foreach":
            values = self.value(parts[0])
            for key, value in list(values.items() if isinstance(values, dict) else enumerate(values or ())):
                if parts[1]:
                    self._variables[parts[1]] = key
                self._variables[parts[2]] = value
                self.block(parts[3])
        elif node.kind == "try":
            self._try(*parts)

    def _try(self, body: Sequence[Node], kinds: str, name: str, handler: Sequence[Node]) -> None:
        try:
            self.block(body)
        except Thrown as thrown:
            caught = [kind.lstrip("\\") for kind in kinds.split("|")]
            general = "Exception" in caught and thrown.kind not in ("Error", "TypeError")
            if thrown.kind not in caught and not general and "Throwable" not in caught:
                raise
            if name:
                self._variables[name] = Caught(thrown)
            self.block(handler)

    # --- expressions ------------------------------------------------------------------------------------

    def value(self, node: Node) -> Any:
        """Return what an expression comes to."""
        parts = node.parts
        match node.kind:
            case "value":
                return parts[0]
            case "variable":
                return self._variables.get(parts[0])
            case "template":
                return self._template(parts[0])
            case "array":
                return self._array(parts)
            case "index":
                return _element(self.value(parts[0]), self.value(parts[1]))
            case "not":
                return not self.value(parts[0])
            case "either":
                return self.value(parts[1] if self.value(parts[0]) else parts[2])
            case "binary":
                return self._binary(*parts)
            case "assign":
                return self._assign(parts[0], self.value(parts[1]))
            case "new":
                return self._new(parts[0], [self.value(part) for part in parts[1]])
            case "call":
                return self._kept(self._call(parts[0], [self._kept(self.value(part)) for part in parts[1]]))
            case "member":
                return self._member(*parts)
            case _:
                return self._constant(str(parts[0]))

    def _assign(self, target: Node, value: Any) -> Any:
        if target.kind == "variable":
            self._variables[target.parts[0]] = value
        elif target.kind in ("append", "index"):
            held = self.value(target.parts[0])
            values = dict(held) if isinstance(held, dict) else dict(enumerate(held or ()))
            key = len(values) if target.kind == "append" else self.value(target.parts[1])
            values[key] = value
            self._assign(target.parts[0], self._kept(values))
        else:
            raise Thrown("Error", "Cannot assign to this expression", target.line)
        return value

    def _array(self, items: Sequence[tuple[Node | None, Node]]) -> dict[Any, Any]:
        made: dict[Any, Any] = {}
        for key, value in items:
            made[len(made) if key is None else self.value(key)] = self.value(value)
        self._kept(made)
        return made

    def _binary(self, sign: str, left: Node, right: Node) -> Any:
        one = self.value(left)
        if sign in ("||", "&&", "??"):
            stops = one is not None if sign == "??" else bool(one) == (sign == "||")
            other = one if stops else self.value(right)
            return other if sign == "??" else bool(other)
        one, two = self._kept(one), self._kept(self.value(right))
        if sign == ".":
            return self._kept(text(one) + text(two))
        if sign in ("===", "!=="):
            return (type(one) is type(two) and one == two) == (sign == "===")
        if sign in ("==", "!="):
            return (one == two or text(one) == text(two)) == (sign == "==")
        a, b = number(one), number(two)
        if sign in ("/", "%") and not b:
            raise Thrown("DivisionByZeroError", "Division by zero" if sign == "/" else "Modulo by zero")
        if sign in _COMPARE:
            return _COMPARE[sign](a, b)
        result = _COUNT[sign](a, b)
        return result if abs(result) < 2**63 else float(result)  # as PHP does when an integer is full

    def _template(self, raw: str) -> str:
        def put(match: re.Match[str]) -> str:
            inside = re.sub(r"\[([A-Za-z_]\w*)\]", r"['\1']", match["braced"] or match["plain"])
            return text(self.value(parse(f"<?php {inside};")[0].parts[0]))

        pattern = r"\{(?P<braced>\$[^}]+)\}|(?P<plain>\$\w+(?:\[\w+\]|->\w+)?)"
        escapes = {"n": "\n", "t": "\t", "r": "\r", "$": "$", '"': '"', "\\": "\\"}
        pieces = re.split(r"(\\.)", raw)
        return "".join(
            escapes.get(piece[1], piece) if piece[:1] == "\\" and len(piece) == 2 else re.sub(pattern, put, piece)
            for piece in pieces
        )

    def _constant(self, name: str) -> Any:
        known = {"PHP_EOL": "\n", "PHP_VERSION": self.exchange.release, "PHP_OS": "Linux"}
        if name in known:
            return known[name]
        if "::" in name:
            return name
        raise Thrown("Error", f'Undefined constant "{name}"')

    # --- functions and objects --------------------------------------------------------------------------

    def _call(self, name: str, args: list[Any]) -> Any:
        now = datetime.fromtimestamp(self.exchange.now // SECOND, UTC)
        match name.lower():
            case "gethostname":
                return self.exchange.container.hostname
            case "getenv":
                return self.env.get(text(args[0]), False)
            case "phpversion":
                return self.exchange.release
            case "php_uname":
                return self.exchange.container.hostname if args[:1] == ["n"] else "Linux"
            case "time":
                return self.exchange.now // SECOND
            case "date":
                letters = {"Y": "%Y", "m": "%m", "d": "%d", "H": "%H", "i": "%M", "s": "%S"}
                return "".join(now.strftime(letters[c]) if c in letters else c for c in text(args[0]))
            case "json_encode":
                return json.dumps(_plain(args[0]), separators=(",", ":"))
            case "count":
                return len(args[0] or ())
            case "strlen":
                return len(text(args[0]).encode())
            case "trim":
                return text(args[0]).strip()
            case "strtoupper":
                return text(args[0]).upper()
            case "intval":
                return whole(args[0])
            case "htmlspecialchars":
                return text(args[0]).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
            case "implode":
                return text(args[0]).join(text(each) for each in args[1].values())
            case "file_get_contents":
                data = self.exchange.file(text(args[0]))
                return False if data is None else data.decode("utf-8", "replace")
            case "gethostbyname":
                found = self.exchange.plane.addresses_of(self.exchange.place, text(args[0]))
                return found[0] if found else args[0]
            case "header":
                return self._header(text(args[0]))
            case "http_response_code":
                self.status = whole(args[0])
                return True
            case "isset":
                return all(arg is not None for arg in args)
            case "empty":
                return not args[0]
            case "error_log":
                return self.exchange.log(2, _notice(text(args[0])))
            case "error_reporting" | "ini_set" | "mysqli_report" | "set_time_limit":
                return True
        raise Thrown("Error", f"Call to undefined function {name}()")

    def _header(self, line: str) -> None:
        name, _, value = line.partition(":")
        if name.lower() == "content-type":
            self.content_type = value.strip()

    def _new(self, name: str, args: list[Any]) -> Any:
        extensions = self.exchange.image.extensions if self.exchange.image is not None else frozenset()
        if name == "Redis" and "redis" in extensions:
            return Redis(self)
        if name.lower() == "mysqli" and "mysqli" in extensions:
            return Mysqli(self, [text(arg) if arg is not None else "" for arg in args])
        if name in ("Exception", "RuntimeException"):
            return Caught(Thrown(name, text(args[0]) if args else ""))
        raise Thrown("Error", f'Class "{name}" not found')

    def _member(self, target: Node, name: str, arguments: Sequence[Node] | None) -> Any:
        held = self.value(target)
        if not isinstance(held, Caught | Redis | Mysqli | Rows):
            what = "null" if held is None else type(held).__name__
            said = f"Call to a member function {name}() on {what}"
            raise Thrown("Error", said if arguments is not None else f'Attempt to read property "{name}" on {what}')
        if arguments is None:
            return held.property(name)
        return held.call(name, [self.value(argument) for argument in arguments])

    def connect(self, host: str, port: int, kind: str, prefix: str = "") -> Connection:
        """Connect to a server.  Raises Thrown with `kind`."""
        plane, place = self.exchange.plane, self.exchange.place
        addresses = plane.addresses_of(place, host)
        if not addresses:
            said = f"php_network_getaddresses: getaddrinfo for {host} failed: Name or service not known"
            raise Thrown(kind, said)
        connection = plane.connect(place, addresses[0], port)
        self.after += connection.after
        if not connection.is_open:
            words = {REFUSED: "Connection refused", NO_ROUTE: "No route to host"}
            raise Thrown(kind, words.get(connection.result, "Connection timed out"))
        return connection

    def talk(self, connection: Connection, login: Login, words: Sequence[str]) -> Talk:
        """Say something to a database and return its answer."""
        answer = self.exchange.plane.talk(connection, login, words)
        self.after += answer.after
        return answer


def _weight(value: Any, most: int) -> int:
    """Return how many elements an array has, those of arrays in it counted each time, up to `most`."""
    if not isinstance(value, dict):
        return 0
    weight = 0
    waiting = [value]
    while waiting and weight < most:
        inner = waiting.pop()
        weight += len(inner)
        waiting += [each for each in inner.values() if isinstance(each, dict)]
    return weight


def _element(held: Any, key: Any) -> Any:
    if isinstance(held, dict):
        return held.get(key)
    return held[key] if isinstance(held, str) and isinstance(key, int) and key < len(held) else None


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        numbered = list(value) == list(range(len(value)))
        return [_plain(each) for each in value.values()] if numbered else {k: _plain(v) for k, v in value.items()}
    return value
