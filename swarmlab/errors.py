"""Errors by category.  Whoever raises one says *what kind of no* it is; only the edges know codes.

``api/errors.py`` turns a category into an HTTP status, ``cli/app.py`` and ``__main__.py`` turn one into
an exit code.  The same split as moby's ``errdefs`` and ``daemon/server/httpstatus/status.go``.
"""


class SwarmlabError(Exception):
    """Base of all errors that a user can cause.  ``str(error)`` is one sentence for that user."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows instead of a traceback: the sentence."""
        return [f"{type(self).__name__}: {self}"]


class InvalidArgument(SwarmlabError):
    """What was asked for makes no sense, whatever the state of the swarm."""


class FailedPrecondition(SwarmlabError):
    """It makes sense, but not in the present state."""


class NotFound(SwarmlabError):
    """The thing named does not exist."""


class AlreadyExists(SwarmlabError):
    """The name (or address) is taken."""


class Conflict(SwarmlabError):
    """The thing is in a state that forbids this (a running container, an exec that ran already)."""


class Forbidden(SwarmlabError):
    """It exists, but this may not be done to it."""


class Unavailable(SwarmlabError):
    """Nobody here can answer now: no manager, no quorum, no engine."""


class NotImplementedHere(SwarmlabError):
    """Docker can do this, the simulation does not."""


class Unknown(SwarmlabError):
    """An error to which Docker itself gives no category (HTTP 500)."""


class OnlySimulated(SwarmlabError):
    """Only a simulated lab can do this: time travel, faults, explanations."""
