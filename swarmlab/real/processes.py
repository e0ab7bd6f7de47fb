"""Find and end the processes of one real lab, and no others.

Everything a lab starts carries ``SWARMLAB_REAL=<its folder>`` in its environment, and what it starts in turn
(containerd, its shims) inherits that.  So they are found without a list that a crash could leave incomplete, and a
process id that another program has taken over is never mistaken for ours.  Some have an environment of their own: what
an engine starts to unpack a layer (moby pkg/chrootarchive), and commands typed on a host; they are in a network of the
lab.  Processes inside containers have a network of their own too: they are the children of shims.
"""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from swarmlab.errors import Unavailable

MARK = "SWARMLAB_REAL"
#: Whose process it is: a host's name, or that of a server of the lab.
HOST = "SWARMLAB_REAL_HOST"


def marked(directory: Path, host: str = "") -> list[int]:
    """Return the ids of all processes that carry the mark of `directory`, or only those of one of its hosts."""
    wanted = {f"{MARK}={directory}".encode(), *([f"{HOST}={host}".encode()] if host else [])}
    found = []
    for pid in _pids():
        with suppress(OSError):  # it has ended meanwhile, or is not ours to read
            if wanted <= set(Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")) and not is_gone(pid):
                found.append(pid)
    return found


def in_networks(directory: Path, host: str = "") -> list[int]:
    """Return the ids of all processes, marked or not, in the networks of the lab in `directory`, or of one host."""
    networks = {_identity(path) for path in directory.glob(f"{host or '*'}/net")} - {None}
    return [pid for pid in _pids() if networks and _identity(Path(f"/proc/{pid}/ns/net")) in networks]


def _identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a namespace from all others; None if it is gone, or not ours to see."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def program(pid: int) -> str:
    """Return the name of the program that a process runs; "" if it has ended."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def words(pid: int) -> list[str]:
    """Return the command line of a process; empty if it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace").split("\0")[:-1]
    except OSError:
        return []


def is_gone(pid: int) -> bool:
    """Whether a process has ended.  One that only waits to be noticed by its parent counts as ended."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True


def end_all(directory: Path, host: str = "", seconds: float = 20) -> None:
    """End every process of the lab in `directory`, or of one host, at once, and wait until they are gone.

    Containers too.  Engines first, so that they restart nothing; what runs in containers before the shims, whose
    children they are.  Raises Unavailable if one does not end.
    """
    deadline = time.monotonic() + seconds
    watched: dict[int, None] = {}
    while True:
        ours = list(dict.fromkeys([*marked(directory, host), *in_networks(directory, host)]))
        shims = [pid for pid in ours if program(pid).startswith("containerd-shim")]
        inside = [child for pid in shims for child in descendants(pid)]
        for pid in [*(pid for pid in ours if pid not in shims), *inside, *shims]:
            watched[pid] = None
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if not ours and all(map(is_gone, watched)):
            return
        if time.monotonic() > deadline:
            left = [pid for pid in watched if not is_gone(pid)]
            raise Unavailable(f"Processes of the swarm in {directory} do not end: {', '.join(map(str, left))}.")
        time.sleep(0.02)


def descendants(pid: int) -> list[int]:
    """Return the children of a process, their children and so on."""
    found: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in map(int, path.read_text().split()):
                found += [child, *descendants(child)]
    return found


def _pids() -> Iterator[int]:
    return (int(name) for name in os.listdir("/proc") if name.isdigit())
