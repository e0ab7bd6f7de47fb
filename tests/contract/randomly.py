"""Random requests: mostly near to right ones, because nonsense is refused before it can do harm.

A request begins as one that makes sense: a route of the table, the name of something that is there, parameters and a
body that the route takes.  Then, often, something in it is changed for something else.
"""

import json
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from swarmlab.api.routes import ROUTES, Route

Json = Any

_SENSIBLE = json.loads((Path(__file__).parent / "data" / "sensible.json").read_text())
#: Route → bodies that it takes; ``?kind`` stands for the id of some such thing.
BODIES: Mapping[str, list[Json]] = _SENSIBLE["bodies"]
#: Parameters, and values for them that make sense.
PARAMETERS: Mapping[str, list[str]] = _SENSIBLE["parameters"]
#: What something may be changed for.
JUNK: tuple[Json, ...] = (
    None, True, False, 0, 1, -1, 2**31, 2**63, 2**64, -(2**70), 0.5, 1e300, "", "x", "a b", "UPPER", "ä\u0000\ud7ff",
    "../..", "x" * 300, "-", "*", "[", "10.0.0.0/8", "10.0.0.300", "::/0", "0.0.0.0", "web", "box", "net", "ingress",
    "host", [], {}, [[]], [None], [1], ["x", "x"], {"x": None}, {"": ""}, {"Name": []}, [{}], "{{.Node}",
    "{{.Service.Name}}", "80-90/tcp",
)  # fmt: skip
SIMULATED = tuple(route for route in ROUTES if route.simulated)
METHODS = ("GET", "POST", "DELETE", "PUT", "HEAD", "OPTIONS", "PATCH")
TYPES = ("text/plain", "", "application/json; charset=utf-8", "application/", "application/json,x")
VERSIONS = ("1.51", "1.41", "1.24", "1.23", "1.99", "1.", "99999999999", "1.2.3")


def random_request(chance: random.Random, things: Mapping[str, list[str]]) -> bytes:
    """Return one request as bytes.  `things`: kind → ids and names of what is there."""
    route = chance.choice(SIMULATED if chance.random() < 0.95 else ROUTES)
    query = {name: chance.choice(PARAMETERS[name]) for name in chance.sample(sorted(PARAMETERS), chance.randrange(5))}
    if route.path.endswith("/logs"):
        query.setdefault("stdout", "1")
    if query and chance.random() < 0.2:
        query[chance.choice(sorted(query))] = str(chance.choice(JUNK))
    path = _path(chance, route, things)
    method = chance.choice(METHODS) if chance.random() < 0.03 else route.method
    if chance.random() < 0.3:
        path = f"/v{chance.choice(VERSIONS) if chance.random() < 0.3 else '1.51'}{path}"
    target = quote(path, errors="replace") + (f"?{urlencode(query, errors='replace')}" if query else "")
    head = [f"{method} {target} HTTP/1.1", "Host: docker"]
    known = f"{route.method} {route.path.replace('...', '')}"
    body = _body(chance, known, things) if known in BODIES or chance.random() < 0.05 else b""
    if body:
        type_ = chance.choice(TYPES) if chance.random() < 0.03 else "application/json"
        head += [f"Content-Type: {type_}"] if type_ else []
    if route.path.endswith(("/attach", "/exec/{id...}/start")) and chance.random() < 0.5:
        head += ["Connection: Upgrade", "Upgrade: tcp"]
    head += [f"Content-Length: {len(body)}"] if body or method == "POST" else []
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body


def _path(chance: random.Random, route: Route, things: Mapping[str, list[str]]) -> str:
    noun = route.path.split("/")[1].rstrip("s")
    names = things.get({"distribution": "image"}.get(noun, noun), [])
    name = chance.choice(names) if names and chance.random() < 0.85 else str(chance.choice(JUNK))
    if chance.random() < 0.05:
        name = name[: chance.randrange(1, 13)]
    path = route.path
    for written in ("{id...}", "{name...}", "{id}", "{name}"):
        path = path.replace(written, name)
    return path.replace("{action}", "enable").replace("{checkpoint}", "c").replace("{route...}", "x")


def _body(chance: random.Random, known: str, things: Mapping[str, list[str]]) -> bytes:
    value = json.loads(json.dumps(chance.choice(BODIES.get(known) or BODIES["POST /services/create"])))
    value = _filled(value, chance, things)
    while chance.random() < 0.6:
        value = _changed(value, chance)
    text = json.dumps(value, ensure_ascii=chance.random() < 0.5)
    if chance.random() < 0.03:
        at = chance.randrange(len(text) + 1)
        text = text[:at] + chance.choice(("", "}", "\\", '"', "[" * 2000, "\u0000", "1e", "nul")) + text[at + 1 :]
    return text.encode("utf-8", "replace")


def _filled(value: Json, chance: random.Random, things: Mapping[str, list[str]]) -> Json:
    """Put the ids of things in the places of ``?kind``."""
    if isinstance(value, dict):
        return {key: _filled(item, chance, things) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, chance, things) for item in value]
    if isinstance(value, str) and value.startswith("?"):
        return chance.choice(things.get(value[1:]) or ["none"])
    return value


def _changed(value: Json, chance: random.Random) -> Json:
    """Change, drop or add something somewhere in a value."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice(list(value))
        if chance.random() < 0.15:
            return {name: item for name, item in value.items() if name != key}
        return {**value, key: _changed(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.8:
        at = chance.randrange(len(value))
        return [*value[:at], _changed(value[at], chance), *value[at + chance.randrange(2) :]]
    return chance.choice(JUNK)
