"""nginx's configuration: its grammar, the servers and locations in it, and what nginx says when it is wrong.

nginx ``src/core/ngx_conf_file.c`` (grammar and messages), ``src/http/ngx_http_core_module.c`` (choice of locations).
"""

import fnmatch
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

MAIN = "/etc/nginx/nginx.conf"
#: Directives that are obeyed; those after them change nothing that can be seen here.
_OBEYED = (
    "http server location upstream listen server_name root alias index return proxy_pass fastcgi_pass fastcgi_param"
    " try_files add_header default_type include"
)
_IGNORED = (
    "user worker_processes error_log pid events worker_connections access_log log_format sendfile tcp_nopush"
    " tcp_nodelay keepalive_timeout keepalive gzip gzip_types types types_hash_max_size error_page client_max_body_size"
    " proxy_set_header proxy_http_version proxy_redirect proxy_buffering proxy_connect_timeout proxy_read_timeout"
    " proxy_send_timeout fastcgi_index fastcgi_split_path_info fastcgi_read_timeout server_tokens charset expires"
    " resolver autoindex deny allow daemon least_conn zone"
)
_KNOWN = frozenset((_OBEYED + " " + _IGNORED).split())
#: Blocks whose lines are no directives.
_OPAQUE = ("types", "events")
_TOKEN = re.compile(r"\s+|#[^\n]*|(?P<word>\"(?:\\.|[^\"])*\"|'(?:\\.|[^'])*'|[{};]|(?:\\.|\$\{|[^\s{};\"'])+)")


class ConfigError(Exception):
    """A configuration that nginx refuses; the text is its own, without the time."""


class Directive(NamedTuple):
    """One line of a configuration, or a block."""

    name: str
    args: tuple[str, ...]
    block: "tuple[Directive, ...] | None"
    file: str
    line: int

    @property
    def where(self) -> str:
        """``/etc/nginx/conf.d/default.conf:3``."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Location:
    """One location of a server, with what it inherits."""

    modifier: str  # "", "=", "~", "~*", "^~"
    pattern: str
    directives: tuple[Directive, ...]

    def first(self, name: str) -> tuple[str, ...]:
        """Return the arguments of its first directive called `name`, () if it has none."""
        return next((d.args for d in self.directives if d.name == name), ())

    def all(self, name: str) -> list[tuple[str, ...]]:
        """Return the arguments of all its directives called `name`."""
        return [d.args for d in self.directives if d.name == name]


@dataclass(frozen=True)
class Server:
    """One server block."""

    ports: tuple[int, ...]
    names: tuple[str, ...]
    locations: tuple[Location, ...]

    def location(self, path: str) -> Location:
        """Return the location that serves `path`: exact, longest prefix, first pattern that fits."""
        prefix = self.locations[-1]  # the server itself
        for location in self.locations[:-1]:
            if location.modifier == "=" and location.pattern == path:
                return location
            plain = location.modifier in ("", "^~") and path.startswith(location.pattern)
            if plain and (prefix is self.locations[-1] or len(location.pattern) > len(prefix.pattern)):
                prefix = location
        if prefix.modifier != "^~":
            for location in self.locations[:-1]:
                flags = re.IGNORECASE if location.modifier == "~*" else 0
                if location.modifier in ("~", "~*") and re.search(location.pattern, path, flags):
                    return location
        return prefix


@dataclass(frozen=True)
class Config:
    """All servers, all upstream groups, and which hosts they name (and where, for messages)."""

    servers: tuple[Server, ...]
    upstreams: dict[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    hosts: tuple[tuple[str, str], ...] = ()  # (name, where it is named)

    def server(self, port: int, host: str) -> Server:
        """Return the server for a port and a host name: the one of that name, else the first one of the port."""
        fitting = [server for server in self.servers if port in server.ports]
        return next((server for server in fitting if host.partition(":")[0] in server.names), fitting[0])


Read = Callable[[str], bytes | None]


def load(read: Read, names: Iterable[str]) -> Config:
    """Return the configuration in a container's files.  Raises ConfigError in nginx's words."""
    text = read(MAIN)
    if text is None:
        raise ConfigError(f'open() "{MAIN}" failed (2: No such file or directory)')
    every = sorted(names)
    return _config(list(_included(_parsed(MAIN, text), read, every)))


def _parsed(file: str, text: bytes) -> tuple[Directive, ...]:
    return _parse(file, text.decode("utf-8", "replace"))


def _included(directives: Iterable[Directive], read: Read, names: list[str]) -> Iterator[Directive]:
    """Yield directives with ``include`` replaced by what is in the files."""
    for directive in directives:
        if directive.block is not None:
            yield directive._replace(block=tuple(_included(directive.block, read, names)))
        elif directive.name == "include":
            pattern = directive.args[0] if directive.args else ""
            path = pattern if pattern.startswith("/") else f"/etc/nginx/{pattern}"
            found = [name for name in names if fnmatch.fnmatchcase(name, path) and read(name) is not None]
            if not found and "*" not in path and not path.endswith(("mime.types", "fastcgi_params", "fastcgi.conf")):
                raise ConfigError(f'open() "{path}" failed (2: No such file or directory) in {directive.where}')
            for name in found:
                yield from _included(_parsed(name, read(name) or b""), read, names)
        else:
            yield directive


@lru_cache(maxsize=64)  # the containers of a service have the same file
def _parse(file: str, text: str) -> tuple[Directive, ...]:
    tokens = [(m["word"], text.count("\n", 0, m.start()) + 1) for m in _TOKEN.finditer(text) if m["word"]]
    found, rest = _block(file, tokens, 0, inner=False)
    assert rest == len(tokens)
    return found


def _block(file: str, tokens: list[tuple[str, int]], place: int, *, inner: bool) -> tuple[tuple[Directive, ...], int]:
    found: list[Directive] = []
    words: list[str] = []
    line = 1
    while place < len(tokens):
        token, at = tokens[place]
        place += 1
        if token == "}":
            if words or not inner:
                raise ConfigError(f'unexpected "}}" in {file}:{at}')
            return tuple(found), place
        if token not in ("{", ";"):
            line = at if not words else line
            words.append(token[1:-1] if token[0] in "\"'" else token)
            continue
        if not words:
            raise ConfigError(f'unexpected "{token}" in {file}:{at}')
        block: tuple[Directive, ...] | None = None
        name = words[0]
        if name not in _KNOWN:
            raise ConfigError(f'unknown directive "{name}" in {file}:{line}')
        if token == "{" and name in _OPAQUE:
            while place < len(tokens) and tokens[place][0] != "}":
                place += 1
            place, block = place + 1, ()
        elif token == "{":
            block, place = _block(file, tokens, place, inner=True)
        found.append(Directive(name, tuple(words[1:]), block, file, line))
        words = []
    if words or inner:
        raise ConfigError(f'unexpected end of file, expecting "{"}" if inner else ";"}" in {file}:{line + 1}')
    return tuple(found), place


# --- what it means ----------------------------------------------------------------------------------------------


def _config(directives: list[Directive]) -> Config:
    inside = [each for d in directives if d.name == "http" for each in d.block or ()]
    upstreams = {
        d.args[0]: tuple(_address(each.args[0], 80) for each in d.block or () if each.name == "server")
        for d in inside
        if d.name == "upstream" and d.args
    }
    shared = tuple(d for d in inside if d.block is None)
    servers = tuple(_server(d, shared) for d in inside if d.name == "server")
    hosts: list[tuple[str, str]] = []
    for directive in _all(inside):
        if directive.name in ("proxy_pass", "fastcgi_pass") and directive.args:
            host = target(directive.args[0])[0]
            if host not in upstreams and "$" not in host:
                hosts.append((host, directive.where))
        elif directive.name == "upstream":
            members = [each for each in directive.block or () if each.name == "server"]
            hosts += [(_address(each.args[0], 80)[0], each.where) for each in members if each.args]
    return Config(servers, upstreams, tuple(hosts))


def _all(directives: Iterable[Directive]) -> Iterator[Directive]:
    for directive in directives:
        yield directive
        yield from _all(directive.block or ())


def _server(block: Directive, shared: tuple[Directive, ...]) -> Server:
    own = block.block or ()
    ports = dict.fromkeys(_port(d) for d in own if d.name == "listen")
    names = tuple(name for d in own if d.name == "server_name" for name in d.args)
    plain = tuple(d for d in own if d.block is None)
    locations = []
    for directive in own:
        if directive.name == "location":
            *modifier, pattern = directive.args or ("/",)
            inner = directive.block or ()
            inherited = [d for d in (*plain, *shared) if d.name not in ("return", "try_files", "proxy_pass")]
            locations.append(Location("".join(modifier), pattern, (*inner, *inherited)))
    locations.append(Location("", "", (*plain, *shared)))
    return Server(tuple(ports) or (80,), names, tuple(locations))


def _port(listen: Directive) -> int:
    text = (listen.args[0] if listen.args else "80").rpartition(":")[2]
    if not text.isdigit():
        raise ConfigError(f'invalid port in "{listen.args[0]}" of the "listen" directive in {listen.where}')
    return int(text)


def _address(text: str, default: int) -> tuple[str, int]:
    host, _, port = text.partition(":")
    return host, int(port) if port.isdigit() else default


def target(text: str) -> tuple[str, int, str]:
    """Return host, port and path of what is passed on to: ``http://web:8080/x`` or ``php:9000``."""
    match = re.fullmatch(r"(?:(https?)://)?([^/]+)(/.*)?", text)
    if match is None:
        return text, 80, ""
    host, port = _address(match[2], 80 if match[1] else 9000)
    return host, port, match[3] or ""
