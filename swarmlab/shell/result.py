"""What a command printed, and how it ended: shown like a terminal."""

from typing import Any


class Result:
    """The result of ``lab.host(…).sh(…)``.

    ``str(result)`` is what it wrote to standard output.  In a notebook it shows everything it printed, in the
    order in which it came, and a last line ``[exit status N]`` if it failed.
    """

    def __init__(self, stdout: str, stderr: str, exit_code: int, text: str | None = None) -> None:
        self.stdout = stdout
        self.stderr = stderr
        self.exit_code = exit_code
        #: both streams, as they came
        self.text = stdout + stderr if text is None else text

    def __str__(self) -> str:
        return self.stdout

    def __repr__(self) -> str:
        return self.terminal()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Result):
            return NotImplemented
        return (self.stdout, self.stderr, self.exit_code) == (other.stdout, other.stderr, other.exit_code)

    def __hash__(self) -> int:
        return hash((self.stdout, self.stderr, self.exit_code))

    @property
    def lines(self) -> list[str]:
        """The lines of standard output."""
        return self.stdout.splitlines()

    @property
    def ok(self) -> bool:
        """Whether the command ended with status 0."""
        return self.exit_code == 0

    def terminal(self) -> str:
        """Return what a terminal would show."""
        text = self.text
        if self.exit_code:
            text += ("" if not text or text.endswith("\n") else "\n") + f"[exit status {self.exit_code}]"
        return text.rstrip("\n")

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """What Jupyter shows: plain text only."""
        return {"text/plain": self.terminal()}
