"""What a check needs from a lab, and nothing more.

`judge` and `begin` take any object of this shape: the `Lab` of a notebook, the swarm that a grader owns, a lab of
real engines.  With these names a lab offers exercises in two lines::

    def exercise(self, exercise_id: str) -> Card:
        return checks.begin(exercises.find(exercise_id), self)

    def check(self, exercise_id: str, **answers: Any) -> Report:
        return checks.judge(exercises.find(exercise_id), self, answers)
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from swarmlab.timeline.trace import Trace


class Note(NamedTuple):
    """A remark in the lab's journal: an exercise was begun, a check was asked for.  Plain JSON values only."""

    at: int  # nanoseconds since 1970
    kind: str  # "stage", "exercise" or "check"
    data: Mapping[str, Any]


class ResultLike(Protocol):
    """What one command line answered."""

    @property
    def stdout(self) -> str: ...

    @property
    def stderr(self) -> str: ...

    @property
    def exit_code(self) -> int: ...


class HostLike(Protocol):
    """A host on which command lines are typed."""

    def sh(self, command: str, /) -> ResultLike:
        """Run `command` in this host's shell, as if a learner had typed it, and wait for it."""
        ...


class LabLike(Protocol):
    """The part of a lab that exercises are set up on and judged by."""

    @property
    def history(self) -> Trace:
        """All rows of this session, up to this moment."""
        ...

    @property
    def now(self) -> int:
        """The lab's time, nanoseconds since 1970: never before the last row of `history`."""
        ...

    def host(self, name: str, /) -> HostLike:
        """Return the host called `name`.  Raises NotFound."""
        ...

    @property
    def faults(self) -> Any:
        """What can be broken and mended, by name.  Raises OnlySimulated for a lab of real engines."""
        ...

    def note(self, kind: str, data: Mapping[str, Any], /) -> None:
        """Write a note at `now` into the journal.  It changes nothing in the swarm and outlives a kernel restart."""
        ...

    @property
    def notes(self) -> Sequence[Note]:
        """All notes, oldest first.  A rewind takes back the notes written after its target, as it does all inputs."""
        ...
