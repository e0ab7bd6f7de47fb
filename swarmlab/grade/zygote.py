"""The preloaded process: it has imported what lessons need, and forks a confined child for each submission.

It takes orders on a socket: ``start`` (with the child's own socket), ``stop``.  A child has a user, a home and limits
of its own.  When it is stopped, whatever it has started is killed and its home emptied, before the next one is made.
"""

import contextlib
import os
import shutil
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

from swarmlab.grade import confine, inside
from swarmlab.grade.frames import Broken, Line


def main(settings: dict[str, Any]) -> None:
    """Serve until the grader hangs up.  `settings`: fd, home, readable, uid (of the children)."""
    sys.dont_write_bytecode = True
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the grader's Ctrl-C is the grader's affair
    become_reaper()
    control = Line(socket.socket(fileno=int(settings["fd"])))
    home = Path(settings["home"])
    _make_home(home, None)  # for what is loaded now
    os.environ["HOME"] = str(home)
    shell = inside.make_shell()
    shutil.rmtree(home, ignore_errors=True)
    control.send({"ready": os.getpid()})
    child = 0
    while True:
        try:
            order = control.receive()
        except Broken:
            end(child)
            return
        if order["do"] == "start":
            _, descriptors, _, _ = socket.recv_fds(control.sock, 1, 1)
            child = start(descriptors[0], control, shell, settings)
            os.close(descriptors[0])
        else:
            end(child)
            child = 0
            shutil.rmtree(home, ignore_errors=True)
            control.send({"stopped": not home.exists()})


def start(descriptor: int, control: Line, shell: Any, settings: dict[str, Any]) -> int:
    """Fork a child for one submission and return its process id."""
    home = Path(settings["home"])
    uid: int | None = settings["uid"]
    _make_home(home, uid)
    child = os.fork()
    if child:
        return child
    _be_child(descriptor, control, shell, home, uid, settings)


def _be_child(
    descriptor: int, control: Line, shell: Any, home: Path, uid: int | None, settings: dict[str, Any]
) -> NoReturn:
    """Confine this process and serve the grader; never come back."""
    try:
        control.close()
        os.setsid()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
        os.dup2(descriptor, 3)
        os.closerange(4, 4096)
        line = Line(socket.socket(fileno=3))
        os.chdir(home)
        confine.confine(settings["readable"], [str(home), "/dev/null"], uid=uid)
        Path(os.__file__).read_bytes()  # root's own Python may be unreadable for the user this is now
        inside.begin_anew()
        line.send({"confined": True})
        inside.serve(line, shell)
    except BaseException as error:
        with contextlib.suppress(BaseException):
            line.send({"failed": f"{type(error).__name__}: {error}"})
    finally:
        os._exit(0)


def _make_home(home: Path, uid: int | None) -> None:
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(mode=0o700, parents=True)
    if uid is not None:
        os.chown(home, uid, uid)


def become_reaper() -> None:
    """Inherit what children leave behind (prctl(2), PR_SET_CHILD_SUBREAPER), so that it can be found and killed."""
    confine.prctl(36, 1)


def end(child: int) -> None:
    """Kill a child and everything it has started, wherever it hides, and wait until all are gone."""
    for _ in range(2_000):
        found = descendants(os.getpid())
        for process in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if not found:
            return
        time.sleep(0.0005)
    os._exit(70)  # something cannot be killed: this process is not to be trusted with the next submission


def descendants(root: int) -> list[int]:
    """Return all processes below `root`, from ``/proc``."""
    parents: dict[int, int] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError, IndexError, ValueError):
                stat = Path(f"/proc/{entry}/stat").read_text(errors="replace")
                parents[int(entry)] = int(stat.rpartition(")")[2].split()[1])
    found, edge = [], {root}
    while edge:
        edge = {process for process, parent in parents.items() if parent in edge}
        found += sorted(edge)
    return found
