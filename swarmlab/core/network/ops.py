"""Everything that the network can be asked to do, as plain data: what hosts' shells do, and journals keep."""

import base64
from collections.abc import Mapping
from typing import Any

from swarmlab.core.network.dataplane import DataPlane
from swarmlab.core.network.fabric import Path, Rule
from swarmlab.core.network.firewall import Opening, RichRule
from swarmlab.core.network.trace import Connection, Login
from swarmlab.core.network.world import Place
from swarmlab.errors import InvalidArgument

OPS = ("resolve", "addresses", "connect", "request", "talk", "send", "http", "files", "reload", "firewall", "wake")


def apply(plane: DataPlane, op: Mapping[str, Any]) -> dict[str, Any]:
    """Do the input that `op` describes and return its result; both are JSON.

    ``{"op": "connect", "host": "node1", "container": "3fa…" or None, "address": "10.0.1.2", "port": 80}``: the
    keys besides ``op``, ``host`` and ``container`` are the arguments of the method of that name.  Bytes are
    base64.  Raises InvalidArgument for an unknown input or host.
    """
    kind = op.get("op")
    if kind not in OPS:
        raise InvalidArgument(f"the network knows no input called {kind!r}; it knows {', '.join(OPS)}")
    host = op.get("host", "")
    if kind not in ("wake", "request", "talk", "send") and host not in plane.views.world.hosts:
        raise InvalidArgument(f"there is no host {host!r} in this lab")
    place = Place(host, op.get("container"))
    if kind == "resolve":
        answer = plane.resolve(place, op["name"], op.get("type", "A"), op.get("server", ""))
        return {**answer._asdict(), "values": list(answer.values)}
    if kind == "addresses":
        return {"addresses": list(plane.addresses_of(place, op["name"]))}
    if kind == "connect":
        return plane.connect(place, op["address"], int(op["port"]), op.get("protocol", "tcp")).as_json()
    if kind == "send":
        return {"text": plane.send(Connection.from_json(op["connection"]), op["text"])}
    if kind in ("request", "http"):
        return _http(plane, kind, place, op)
    if kind == "talk":
        return plane.talk(Connection.from_json(op["connection"]), Login(*op["login"]), op["words"])._asdict()
    if kind == "files":
        decoded = {path: None if data is None else base64.b64decode(data) for path, data in op["files"].items()}
        plane.write_files(place, decoded)
        return {}
    if kind == "reload":
        container = plane.views.container(place)
        if container is not None:
            plane.views.world.hosts[host].engine.reload(container)
        return {}
    if kind == "firewall":
        return {"changed": _firewall(plane, host, op)}
    plane.wake(int(op["until"]))
    return {}


def _firewall(plane: DataPlane, host: str, op: Mapping[str, Any]) -> bool:
    action, text, permanent = op["action"], op.get("text", ""), bool(op.get("permanent", False))
    opening = Opening(int(op["port"]), op["protocol"]) if "port" in op else None
    if action == "remove rule":
        return plane.firewalls.remove_rule(host, text, permanent=permanent)
    if action == "remove direct":
        return plane.firewalls.remove_direct(host, text, permanent=permanent)
    if action in ("add service", "remove service"):
        wanted = action == "add service"
        return plane.firewalls.set_service(host, op["name"], wanted=wanted, permanent=permanent)
    if action == "add rule" and opening is not None:
        rule = RichRule(opening, op["verdict"], op.get("source", ""))
        return plane.firewalls.add_rule(host, text, rule, permanent=permanent)
    if action == "add direct" and opening is not None:
        direct = Rule(*opening, Path(op["verdict"]), op["chain"], op.get("source", ""))
        return plane.firewalls.add_direct(host, text, direct, permanent=permanent)
    return plane.set_firewall(host, action, opening, permanent=permanent)


def _http(plane: DataPlane, kind: str, place: Place, op: Mapping[str, Any]) -> dict[str, Any]:
    headers = [(name, value) for name, value in op.get("headers", ())]
    method, path = op.get("method", "GET"), op.get("path", "/")
    if kind == "request":
        result = plane.request(Connection.from_json(op["connection"]), method, path, headers)
    else:
        result = plane.http(place, op["address"], int(op["port"]), method, path, headers)
    data = result._asdict()
    data["headers"] = [list(pair) for pair in result.headers]
    data["body"] = base64.b64encode(result.body).decode()
    data["connection"] = result.connection.as_json() if result.connection is not None else None
    return data
