"""Refusals as HTTP: the only place that knows status codes and the words around SwarmKit's sentences.

moby: ``daemon/server/httpstatus/status.go``.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from swarmlab.api.gojson import dumps
from swarmlab.errors import (
    AlreadyExists,
    Conflict,
    FailedPrecondition,
    Forbidden,
    InvalidArgument,
    NotFound,
    NotImplementedHere,
    SwarmlabError,
    Unavailable,
    Unknown,
)
from swarmlab.wire import Response


class Unauthorized(SwarmlabError):
    """A key or password is not the right one."""


#: Category -> (HTTP status, gRPC code): what a refusal is at the door, and what SwarmKit calls it.
CATEGORIES: dict[type[SwarmlabError], tuple[int, str]] = {
    InvalidArgument: (400, "InvalidArgument"),
    FailedPrecondition: (400, "FailedPrecondition"),
    NotFound: (404, "NotFound"),
    AlreadyExists: (409, "AlreadyExists"),
    Conflict: (409, "Aborted"),
    Forbidden: (403, "PermissionDenied"),
    Unauthorized: (401, "Unauthenticated"),
    Unavailable: (503, "Unavailable"),
    NotImplementedHere: (501, "Unimplemented"),
    Unknown: (500, "Unknown"),
}
JSON = ("Content-Type", "application/json")
PLAIN = (("Content-Type", "text/plain; charset=utf-8"), ("X-Content-Type-Options", "nosniff"))


@contextmanager
def from_manager() -> Iterator[None]:
    """Refusals within come from the swarm's manager: put gRPC's words around them, as its clients see it."""
    try:
        yield
    except SwarmlabError as error:
        code = _category(error)[1]
        raise type(error)(f"rpc error: code = {code} desc = {error}") from None


def refusal(error: SwarmlabError, *, plain: bool = False) -> Response:
    """Return the response that says `error`; `plain` for clients older than API 1.24."""
    return refused(_category(error)[0], str(error), plain=plain)


def refused(status: int, message: str, *, plain: bool = False) -> Response:
    """Return a response that says why something was not done."""
    if plain:
        return Response(status, PLAIN, message.encode() + b"\n")
    return Response(status, (JSON,), dumps({"message": message}))


def _category(error: SwarmlabError) -> tuple[int, str]:
    for kind in type(error).__mro__:
        if kind in CATEGORIES:
            return CATEGORIES[kind]
    return CATEGORIES[Unknown]
