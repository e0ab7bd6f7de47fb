"""haproxy.cfg: the part of it that a balancer in front of a swarm needs, and what haproxy says when it is wrong.

haproxy ``doc/configuration.txt``; ``src/cfgparse.c``, ``src/cfgparse-listen.c``, ``src/server.c`` for its words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from swarmlab.core.units import MILLISECOND, SECOND

FILE = "/usr/local/etc/haproxy/haproxy.cfg"
_SECTIONS = ("global", "defaults", "frontend", "backend", "listen", "resolvers")
#: What a section may say, those parts included that change nothing that can be seen here.
_KEYWORDS = frozenset(
    "mode bind balance server server-template default_backend use_backend acl option stats timeout log maxconn retries"
    " default-server errorfile http-request http-response cookie nbthread daemon user group chroot pidfile ca-base"
    " crt-base nameserver resolve_retries hold accepted_payload_size parse-resolv-conf description stick-table stick"
    " http-check http-reuse compression monitor-uri unique-id-format capture".split()
)
_TIMES = {"us": 1000, "ms": MILLISECOND, "s": SECOND, "m": 60 * SECOND, "h": 3600 * SECOND, "": MILLISECOND}


class ConfigError(Exception):
    """A configuration that haproxy refuses; the text is its own."""


class Server(NamedTuple):
    """One line ``server``; of a template, the addresses of one name."""

    name: str
    host: str
    port: int
    line: int
    check: bool = False
    inter: int = 2 * SECOND
    fall: int = 3
    rise: int = 2
    weight: int = 1
    backup: bool = False
    disabled: bool = False
    most: int = 0  # of a server-template: how many there may be


class Acl(NamedTuple):
    """One condition on a request: ``acl is_api path_beg /api``."""

    name: str
    kind: str  # path, path_beg, path_end, hdr(host)
    values: tuple[str, ...]


class Use(NamedTuple):
    """``use_backend api if is_api``."""

    backend: str
    conditions: tuple[str, ...]  # names of acls, with "!" before those that must not hold
    negated: bool  # unless


@dataclass
class Proxy:
    """A frontend, a backend, or both in one (listen)."""

    name: str
    kind: str
    mode: str = "tcp"
    binds: list[int] = field(default_factory=list)
    default: str = ""
    acls: list[Acl] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    servers: list[Server] = field(default_factory=list)
    default_server: tuple[str, ...] = ()  # words that go before those of each further server
    balance: str = "roundrobin"
    forwardfor: bool = False
    httpchk: str = ""  # what to ask for: "GET /health"
    redispatch: bool = False
    retries: int = 3
    connect: int = 0  # timeout connect; 0: none
    server: int = 0  # timeout server
    stats: str = ""  # the path of the page of statistics


@dataclass(frozen=True)
class Config:
    """All proxies by name."""

    proxies: tuple[Proxy, ...]

    def named(self, name: str) -> Proxy | None:
        """Return the backend called so."""
        return next((p for p in self.proxies if p.name == name and p.kind in ("backend", "listen")), None)

    def frontend(self, port: int) -> Proxy | None:
        """Return the proxy that listens on a port."""
        return next((p for p in self.proxies if port in p.binds), None)

    @property
    def ports(self) -> list[int]:
        """All ports that are listened on."""
        return [port for proxy in self.proxies for port in proxy.binds]

    @property
    def servers(self) -> Iterator[tuple[Proxy, Server]]:
        """All servers with their proxies."""
        return ((proxy, server) for proxy in self.proxies for server in proxy.servers)


def _alert(line: int, text: str) -> ConfigError:
    where = f"[ALERT]    (1) : config : parsing [{FILE}:{line}] : "
    return ConfigError(f"{where}{text}\n[ALERT]    (1) : config : Error(s) found in configuration file : {FILE}\n")


@lru_cache(maxsize=64)
def load(data: bytes) -> Config:
    """Return the configuration in a file.  Raises ConfigError in haproxy's words."""
    proxies: list[Proxy] = []
    defaults = Proxy("", "defaults")
    current: Proxy | None = None
    for number, text in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        words = [w.strip("\"'") for w in re.findall(r"\"[^\"]*\"|'[^']*'|(?:\\.|[^\s#])+|#.*", text) if w[0] != "#"]
        if not words:
            continue
        if words[0] in _SECTIONS:
            current = _section(number, words, defaults)
            if current is not None and current.kind == "defaults":
                defaults = current
            elif current is not None and current.kind in ("frontend", "backend", "listen"):
                proxies.append(current)
        elif current is None:
            raise _alert(number, f"unknown keyword '{words[0]}' out of section.")
        elif current.kind not in ("global", "resolvers"):
            _line(current, number, words)
    config = Config(tuple(proxies))
    for proxy in proxies:
        for name in (proxy.default, *(use.backend for use in proxy.uses)):
            if name and config.named(name) is None:
                text = f"Proxy '{proxy.name}': unable to find required default_backend: '{name}'."
                fatal = "[ALERT]    (1) : config : Fatal errors found in configuration.\n"
                raise ConfigError(f"[ALERT]    (1) : config : {text}\n{fatal}")
    if not config.ports:
        raise ConfigError(
            "[ALERT]    (1) : config : No enabled listener found (check for 'bind' directives) ! Exiting.\n"
        )
    return config


def _section(number: int, words: list[str], defaults: Proxy) -> Proxy:
    kind = words[0]
    if kind in ("frontend", "backend", "listen") and len(words) < 2:
        raise _alert(number, f"'{kind}' expects an <id> argument")
    fresh = Proxy(
        words[1] if len(words) > 1 else "", kind, defaults.mode, forwardfor=defaults.forwardfor,
        httpchk=defaults.httpchk, redispatch=defaults.redispatch, retries=defaults.retries, connect=defaults.connect,
        server=defaults.server, default_server=defaults.default_server, balance=defaults.balance, stats=defaults.stats,
        default=defaults.default,
    )  # fmt: skip
    return Proxy(fresh.name, kind) if kind in ("global", "defaults", "resolvers") else fresh


def _line(proxy: Proxy, number: int, words: list[str]) -> None:
    key, args = words[0], words[1:]
    first = args[0] if args else ""
    if key not in _KEYWORDS:
        raise _alert(number, f"unknown keyword '{key}' in '{proxy.kind}' section")
    if key == "mode":
        if first not in ("http", "tcp"):
            raise _alert(number, f"unknown proxy mode '{first}'.")
        proxy.mode = first
    elif key == "bind":
        port = first.rpartition(":")[2]
        if not port.isdigit():
            raise _alert(number, f"'bind' : missing port number: '{first}'")
        proxy.binds.append(int(port))
    elif key == "default_backend":
        proxy.default = first
    elif key == "balance":
        if first not in ("roundrobin", "static-rr", "leastconn", "source", "first", "random"):
            raise _alert(number, f"'balance' : unknown algorithm '{first}'")
        proxy.balance = first
    elif key == "acl" and len(args) > 2:
        proxy.acls.append(Acl(first, args[1], tuple(word for word in args[2:] if word not in ("-i", "-m", "str"))))
    elif key == "use_backend" and len(args) > 2:
        proxy.uses.append(Use(first, tuple(args[2:]), args[1] == "unless"))
    elif key == "option":
        _option(proxy, args)
    elif key == "retries" and first.isdigit():
        proxy.retries = int(first)
    elif key == "timeout" and len(args) > 1 and first in ("connect", "server"):
        setattr(proxy, first, duration(args[1]))
    elif key == "stats":
        if first == "uri":
            proxy.stats = args[1] if len(args) > 1 else ""
        elif first == "enable":
            proxy.stats = proxy.stats or "/haproxy?stats"
    elif key in ("server", "server-template"):
        proxy.servers.append(_server(number, key, args, proxy.default_server))
    elif key == "default-server":
        proxy.default_server = (*proxy.default_server, *args)


def _option(proxy: Proxy, args: list[str]) -> None:
    if args[:1] == ["forwardfor"]:
        proxy.forwardfor = True
    elif args[:1] == ["redispatch"]:
        proxy.redispatch = True
    elif args[:1] == ["httpchk"]:
        words = args[1:]
        method = words[0] if words and words[0].isupper() else "OPTIONS"
        proxy.httpchk = f"{method} {next((word for word in words if word.startswith('/')), '/')}"


def _server(number: int, key: str, args: list[str], default: tuple[str, ...]) -> Server:
    name = args[0] if args else ""
    rest = args[1:]
    most = 0
    if key == "server-template":
        most, rest = int((rest[0] if rest else "0").rpartition("-")[2] or 0), rest[1:]
    if not rest:
        raise _alert(number, f"'{key}' expects <name> and <addr>[:<port>] as arguments.")
    host, _, port = rest[0].partition(":")
    if not port.isdigit():
        raise _alert(number, f"'{key} {name}' : missing port number in '{rest[0]}'.")
    made = Server(name, host, int(port), number, most=most)
    words = iter((*default, *rest[1:]))
    for word in words:
        if word == "check":
            made = made._replace(check=True)
        elif word == "backup":
            made = made._replace(backup=True)
        elif word == "disabled":
            made = made._replace(disabled=True)
        elif word == "fall":
            made = made._replace(fall=_number(next(words, "")))
        elif word == "rise":
            made = made._replace(rise=_number(next(words, "")))
        elif word == "weight":
            made = made._replace(weight=min(_number(next(words, "")), 256))
        elif word == "inter":
            made = made._replace(inter=duration(next(words, "2s")))
        elif word in ("resolvers", "init-addr", "resolve-prefer", "cookie", "maxconn", "port", "observe", "on-error"):
            next(words, "")
        else:
            raise _alert(number, f"'{key} {name}' : unknown keyword '{word}'.")
    return made


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 6 else 1


def duration(text: str) -> int:
    """Return nanoseconds of ``2s``, ``500ms`` or ``5000`` (milliseconds)."""
    match = re.fullmatch(r"(\d+)(us|ms|s|m|h|)", text)
    return int(match[1]) * _TIMES[match[2]] if match else 0
