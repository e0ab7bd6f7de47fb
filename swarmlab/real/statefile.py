"""The folder of a real lab: its lock, and the note in it of what was made, written before anything is made.

Whatever happens to ``swarmlab real up``, the note is there, and the next ``up`` or ``down`` knows what to look for.
"""

import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from swarmlab.errors import FailedPrecondition, InvalidArgument

#: Engines keep sockets some way below; the kernel takes no path longer than 107 bytes.
LONGEST = 48
_FILE = "state.json"
#: Seconds to wait for the folder: an `up` that was killed may leave a process that has not begun its program yet, and
#: holds what the `up` held until it does.
_PATIENCE = 2.0
_OWNER = "swarmlab real"


@dataclass
class State:
    """What was made, or was about to be made."""

    hosts: dict[str, str]  # name → address
    swarm: bool  # whether they were to form a swarm
    complete: bool = False  # whether `up` reached its end
    nodes: dict[str, str] = field(default_factory=dict)  # name → id of its node in the swarm that `up` formed


class Folder:
    """The folder that holds everything of one real lab."""

    def __init__(self, path: Path) -> None:
        """Take `path`, which need not exist.  Raises InvalidArgument where engines could not work."""
        self.path = Path(os.path.realpath(path))
        self.held: tuple[int, ...] = ()  # the lock, for commands that must have ended before another may have it
        if not re.fullmatch(r"/[\w./-]+", str(self.path)) or self.path.is_relative_to("/run"):
            raise InvalidArgument(f"{path} cannot hold a swarm: take a folder of plain letters that is not below /run.")
        if len(str(self.path)) > LONGEST:
            raise InvalidArgument(f"{path} is too long for the sockets below it: take at most {LONGEST} characters.")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder against another `up` or `down`; makes it if it is missing.

        Raises FailedPrecondition if it is held already, or belongs to something else.
        """
        import fcntl  # not on Windows, where other parts of this module are used

        end = time.monotonic() + _PATIENCE
        while True:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                handle = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            except FileNotFoundError:
                continue
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if self._is(handle):  # else a `down` has removed it meanwhile
                    self._check_owner()
                    self.held = (handle,)
                    yield
                    return
            except BlockingIOError:
                if time.monotonic() < end:
                    time.sleep(0.05)
                    continue
                raise FailedPrecondition(
                    f"Another `swarmlab real` is at work in {self.path}: wait until it has ended."
                ) from None
            finally:
                self.held = ()
                os.close(handle)

    def _is(self, handle: int) -> bool:
        try:
            return os.path.samestat(os.fstat(handle), os.stat(self.path))
        except FileNotFoundError:
            return False

    def _check_owner(self) -> None:
        if os.stat(self.path).st_uid != os.geteuid():
            raise FailedPrecondition(f"{self.path} belongs to another user: take another folder with --dir.")
        others = [path.name for path in self.path.iterdir() if path.name != f"{_FILE}.new"]
        if others and self.read() is None:
            raise FailedPrecondition(
                f"{self.path} has files in it that `swarmlab real` did not make: take another folder with --dir."
            )

    def read(self) -> State | None:
        """Return what was noted; None if nothing was, or the file is another program's."""
        try:
            data = json.loads((self.path / _FILE).read_text())
        except (OSError, ValueError):
            return None
        if not isinstance(data, dict) or data.pop("made_by", "") != _OWNER:
            return None
        known = {one.name for one in fields(State)}  # another version may have noted more
        return State(**{name: value for name, value in data.items() if name in known})

    def write(self, state: State) -> None:
        """Note `state`, as a whole or not at all."""
        new = self.path / f"{_FILE}.new"
        new.write_text(json.dumps({"made_by": _OWNER, **asdict(state)}, indent=1) + "\n")
        new.replace(self.path / _FILE)

    def remove(self) -> None:
        """Remove the folder and all in it; the note goes last, so that half a removal can be continued."""
        for path in self.path.iterdir():
            if path.name != _FILE:
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        with suppress(FileNotFoundError):
            (self.path / _FILE).unlink()
        self.path.rmdir()
