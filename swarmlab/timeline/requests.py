"""Requests to an engine as lines of the journal, and back."""

import base64

from swarmlab.timeline.journal import Op
from swarmlab.wire import Request


def request_op(host: str, request: Request) -> Op:
    """Return the line for a request."""
    op: Op = {"op": "api", "host": host, "method": request.method, "path": request.path}
    if request.query:
        op["query"] = [list(pair) for pair in request.query]
    if request.body:
        try:
            op["body"] = request.body.decode()
        except UnicodeDecodeError:
            op["base64"] = base64.b64encode(request.body).decode()
    kept = [list(pair) for pair in request.headers if pair[0] in ("content-type", "upgrade", "connection")]
    if kept:
        op["headers"] = kept
    return op


def request_of(op: Op) -> Request:
    """Return the request of a line."""
    body = base64.b64decode(op["base64"]) if "base64" in op else str(op.get("body", "")).encode()
    return Request(
        str(op["method"]),
        str(op["path"]),
        tuple((str(k), str(v)) for k, v in op.get("query", ())),
        tuple((str(k), str(v)) for k, v in op.get("headers", ())),
        body,
    )
