"""What ends a command early: a text for standard error and an exit code.

docker/cli: cli/error.go, cmd/docker/docker.go.
"""

from collections.abc import Iterable

from swarmlab.errors import SwarmlabError


class CommandError(SwarmlabError):
    """`text` goes to standard error (nothing when empty), `code` becomes the exit code."""

    def __init__(self, text: str, code: int = 1) -> None:
        super().__init__(text)
        self.text = text
        self.code = code


class EngineError(CommandError):
    """The engine refused; `status` is the HTTP status."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(f"Error response from daemon: {message}")
        self.message = message
        self.status = status


class NoEngine(CommandError):
    """Nobody answers at the engine's address."""

    def __init__(self, host: str) -> None:
        super().__init__(f"Cannot connect to the Docker daemon at {host}. Is the docker daemon running?")


def join_errors(errors: Iterable[CommandError]) -> None:
    """Raise one error that says them all, one per line; do nothing for none."""
    texts = [error.text for error in errors]
    if texts:
        raise CommandError("\n".join(texts))
