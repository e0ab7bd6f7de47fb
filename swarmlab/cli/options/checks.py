"""What a word must look like to be a label, an address, a host, a ulimit.

Each function returns the value to keep and raises ValueError with docker's text.
docker/cli: opts/opts.go, opts/hosts.go, opts/env.go, opts/ulimit.go, opts/capabilities.go.
"""

import ipaddress
import re
from collections.abc import Iterable, Mapping
from typing import Any

from swarmlab.cli.values import Value
from swarmlab.gostrings import parse_int, quote

_DOMAIN = re.compile(
    r"(?::?(?::?[a-zA-Z0-9]|(?::?[a-zA-Z0-9][a-zA-Z0-9\-]*[a-zA-Z0-9]))"
    r"(?::?\.(?::?[a-zA-Z0-9]|(?::?[a-zA-Z0-9][a-zA-Z0-9\-]*[a-zA-Z0-9])))*)"
)
_ULIMITS = frozenset(
    ("core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio",
     "rttime", "sigpending", "stack")
)  # fmt: skip


def label(text: str) -> str:
    """Check ``key=value`` or ``key``."""
    key = text.partition("=")[0].lstrip(" \t")
    if not key:
        raise ValueError(f"invalid label '{text}': empty name")
    if " " in key or "\t" in key:
        raise ValueError(f"label '{key}' contains whitespaces")
    return text


def environment(text: str) -> str:
    """Check ``KEY=value`` or ``KEY``."""
    if not text.partition("=")[0]:
        raise ValueError(f"invalid environment variable: {text}")
    return text


def ip_address(text: str) -> str:
    """Check and normalise an IP address."""
    try:
        return str(ipaddress.ip_address(text.strip()))
    except ValueError:
        raise ValueError(f"IP address is not correctly formatted: {text}") from None


def dns_search(text: str) -> str:
    """Check a search domain, or "."."""
    text = text.strip(" ")
    if text == ".":
        return text
    found = re.fullmatch(rf"({_DOMAIN.pattern})\.?\s*", text)
    if not re.search("[a-zA-Z]", text) or found is None or len(found[1]) >= 255:
        raise ValueError(f"{text} is not a valid domain")
    return found[1]


def extra_host(text: str) -> str:
    """Check ``host:ip`` or ``host=ip``; return it as ``host:ip``."""
    host, mark, ip = text.partition("=")
    if not mark:
        host, mark, ip = text.partition(":")
    if not mark or not host or ":" in host:
        raise ValueError(f"bad format for add-host: {quote(text)}")
    if ip != "host-gateway":
        if len(ip) > 2 and ip[0] == "[" and ip[-1] == "]":
            ip = ip[1:-1]
        try:
            ipaddress.ip_address(ip.strip())
        except ValueError:
            raise ValueError(f"invalid IP address in add-host: {quote(ip)}") from None
    return f"{host}:{ip}"


def generic_resource(text: str) -> str:
    """Check ``name=value``."""
    if "=" not in text:
        raise ValueError(f"invalid generic-resource format `{text}` expected `name=value`")
    return text


class Ulimits(Value):
    """``--ulimit nofile=10:20``; a later one of a name replaces an earlier one."""

    kind = "ulimit"

    def __init__(self) -> None:
        self.limits: dict[str, dict[str, Any]] = {}

    def set(self, text: str) -> None:
        name, equals, amounts = text.partition("=")
        if not equals:
            raise ValueError(f"invalid ulimit argument: {text}")
        if name not in _ULIMITS:
            raise ValueError(f"invalid ulimit type: {name}")
        parts = amounts.split(":")
        if len(parts) > 2:
            raise ValueError(f"too many limit value arguments - {amounts}, can only have up to two, `soft[:hard]`")
        hard = parse_int(parts[1]) if len(parts) == 2 else None
        soft = parse_int(parts[0])
        hard = soft if hard is None else hard
        if hard != -1 and (soft == -1 or soft > hard):
            shown = f"soft: -1 (unlimited), hard: {hard}" if soft == -1 else f"{soft} > {hard}"
            raise ValueError(f"ulimit soft limit must be less than or equal to hard limit: {shown}")
        self.limits[name] = {"Name": name, "Hard": hard, "Soft": soft}

    def get(self) -> list[dict[str, Any]]:
        return [self.limits[name] for name in sorted(self.limits)]

    def text(self) -> str:
        return "[" + " ".join(f"{u['Name']}={u['Soft']}:{u['Hard']}" for u in self.get()) + "]"


class PlacementPreferences(Value):
    """``--placement-pref spread=node.labels.zone``"""

    kind = "pref"

    def __init__(self) -> None:
        self.preferences: list[dict[str, Any]] = []

    def set(self, text: str) -> None:
        strategy, equals, descriptor = text.partition("=")
        if not equals or not strategy:
            raise ValueError('placement preference must be of the format "<strategy>=<arg>"')
        if strategy != "spread":
            raise ValueError(f"unsupported placement preference {strategy} (only spread is supported)")
        self.preferences.append({"Spread": {"SpreadDescriptor": descriptor}})

    def get(self) -> list[dict[str, Any]]:
        return self.preferences


class CredentialSpec(Value):
    """``--credential-spec config://…|file://…|registry://…`` (Windows)."""

    kind = "credential-spec"

    def __init__(self) -> None:
        self.source: str | None = None
        self.spec: dict[str, str] = {"Config": "", "File": "", "Registry": ""}

    def set(self, text: str) -> None:
        spec = {"Config": "", "File": "", "Registry": ""}
        for prefix, key in (("config://", "Config"), ("file://", "File"), ("registry://", "Registry")):
            if text.startswith(prefix):
                spec[key] = text.removeprefix(prefix)
                break
        else:
            if text:
                raise ValueError(
                    'invalid credential spec: value must be prefixed with "config://", "file://", or "registry://"'
                )
        self.source, self.spec = text, spec

    def get(self) -> dict[str, str] | None:
        return self.spec if self.source else None


def pairs(words: Iterable[str]) -> dict[str, str]:
    """Return ``k=v`` words as a map; a word without "=" has an empty value."""
    return {key: value for key, _, value in (word.partition("=") for word in words)}


def with_values(words: Iterable[str], environ: Mapping[str, str]) -> list[str]:
    """Give each ``KEY`` without a value the caller's, if there is one."""
    return [f"{word}={environ[word]}" if "=" not in word and word in environ else word for word in words]


def capability(text: str) -> str:
    """Return ``net_admin`` as ``CAP_NET_ADMIN``."""
    text = text.strip().upper()
    return text if text in ("ALL", "RESET") or text.startswith("CAP_") else f"CAP_{text}"


def parse_env_file(path: str, content: bytes, environ: Mapping[str, str]) -> list[str]:
    """Return the variables of an ``--env-file``; raises ValueError with docker's text.  docker/cli: pkg/kvfile."""
    lines = []
    for number, raw in enumerate(content.splitlines(), 1):
        try:
            line = raw.decode("utf-8")
        except UnicodeDecodeError:
            shown = " ".join(str(byte) for byte in raw)
            raise ValueError(f"invalid env file ({path}): invalid utf8 bytes at line {number}: [{shown}]") from None
        line = line.removeprefix("\ufeff" if number == 1 else "").lstrip()
        if not line or line.startswith("#"):
            continue
        key, equals, _ = line.partition("=")
        if not key:
            raise ValueError(f"invalid env file ({path}): no variable name on line '{line}'")
        if " " in key or "\t" in key:
            raise ValueError(f"invalid env file ({path}): variable '{key}' contains whitespaces")
        if equals:
            lines.append(line)
        elif line in environ:
            lines.append(f"{line}={environ[line]}")
    return lines
