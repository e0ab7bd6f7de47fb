"""Results of the data plane as they come back through the gate: plain data into records again."""

import base64
from collections.abc import Mapping
from typing import Any

from swarmlab.core.network.trace import Answer, Connection, HttpResult, Talk


def answer(data: Mapping[str, Any]) -> Answer:
    """Return the answer of a name server."""
    return Answer(**{**data, "values": tuple(data["values"])})


def http_result(data: Mapping[str, Any]) -> HttpResult:
    """Return the answer to an HTTP request."""
    return HttpResult(
        data["result"],
        data["after"],
        data["status"],
        data["reason"],
        tuple((name, value) for name, value in data["headers"]),
        base64.b64decode(data["body"]),
        Connection.from_json(data["connection"]) if data["connection"] else None,
    )


def talk(data: Mapping[str, Any]) -> Talk:
    """Return what a database said."""
    return Talk(**{**data, "columns": tuple(data["columns"]), "rows": tuple(tuple(row) for row in data["rows"])})
