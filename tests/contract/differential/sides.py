"""The two who type: the real docker on a bench of sockets, and ours on a host of a copy of the same lab.

Both type at the same moment.  While the real one runs, the lab's time moves as it does for ours (`twins.Pace`).
"""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import time

from swarmlab import Lab
from swarmlab.shell.machine import TYPING
from tests.contract.differential.table import Line, Scene
from tests.contract.twins import AGE, PATIENCE, Bench, Pace, Said

ROWS = 30
_ADDRESS = re.compile(r"0x[0-9a-f]{6,}")
_PIECE = re.compile(r"(?=\x1b\[\d+A)|\r\n")


class Desk:
    """Where one after the other types: a copy of a scene's lab, taken anew when a line has changed something in it.

    Both find the same moment: the lab's time is real time, and stands still while somebody types.
    """

    def __init__(self, bench: Bench | None) -> None:
        self._bench = bench
        self._staged: Lab | None = None
        self._lab: Lab | None = None

    def ours(self, staged_lab: Lab, line: Line, at: int) -> Said:
        """Type a line into our docker, when it is `at`."""
        return _ours(self._copy(staged_lab, at), line)

    def theirs(self, staged_lab: Lab, line: Line) -> Said:
        """Type a line into the real docker."""
        return self._theirs(self._copy(staged_lab), line)

    def both(self, staged_lab: Lab, line: Line) -> tuple[Said, Said]:
        """Type a line into both at the same moment; return what the real one said, and ours."""
        lab = self._copy(staged_lab)
        at = lab.now
        mine = _ours(lab, line)
        if not _is_as_before(lab):
            lab = self._copy(staged_lab, at)
        return self._theirs(lab, line), mine

    def _copy(self, staged_lab: Lab, at: int | None = None) -> Lab:
        if self._lab is None or self._staged is not staged_lab or not _is_as_before(self._lab):
            self._staged, self._lab = staged_lab, staged_lab.fork()
            self._lab.session.journal.ops.clear()
        self._lab.session.advance_to(at or max(time.time_ns(), self._lab.now))
        return self._lab

    def _theirs(self, lab: Lab, line: Line) -> Said:
        assert self._bench is not None
        with self._bench.holding(lab, pace=Pace(lab)):
            said = _on_terminal(self._bench, line) if line.columns else self._bench.run(line.host, line.text)
        return _plain(said, line)


def staged(scene: Scene, now: int) -> Lab:
    """Return a lab, a little before `now`, in which the stage was set three hours ago."""
    lab = Lab(now=now - AGE, swarm=scene.swarm)
    for host, line in scene.stage:
        done = lab.host(host).sh(line)
        assert done.exit_code == 0, f"{scene.name}: {line}\n{done.text}"
    lab.settle()
    lab.session.advance_to(now - TYPING)
    return lab


def _is_as_before(lab: Lab) -> bool:
    """Whether nothing has been done in a lab but look at it."""
    return all(op["op"] in ("command", "advance") for op in lab.session.journal.ops)


def _ours(lab: Lab, line: Line) -> Said:
    machine = lab.host(line.host)
    machine.typing = 0
    machine.progress = "tty" if line.columns else "lines"
    machine.columns = line.columns or 80
    done = machine.sh(line.text)
    if line.columns:
        return _plain(Said(done.text.replace("\n", "\r\n"), "", done.exit_code), line)
    return _plain(Said(done.stdout, done.stderr, done.exit_code), line)


def _on_terminal(bench: Bench, line: Line) -> Said:
    """Run a line on a terminal and return all that the terminal was sent."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, line.columns, 0, 0))
    process = subprocess.Popen(
        ["bash", "-c", line.text], env=bench.environment(line.host), stdin=slave, stdout=slave, stderr=slave,
        start_new_session=True,
    )  # fmt: skip
    os.close(slave)
    pieces = []
    try:
        while piece := os.read(master, 65536):
            pieces.append(piece)
    except OSError:
        pass  # EIO: nobody has the other end any more
    os.close(master)
    code = process.wait(timeout=PATIENCE)
    return Said(bench.text(line.host, b"".join(pieces)), "", code)


def _plain(said: Said, line: Line) -> Said:
    """Return what was said, without what Go leaves to chance: addresses in memory, and how often it looked.

    Of a line that waits, each thing is kept once: one that follows itself, on a terminal any, whatever its turn
    among the tasks, which Go walks in the order of a map.
    """
    stdout, stderr = (_ADDRESS.sub("0xc000012345", text) for text in (said.stdout, said.stderr))
    if line.uniq and line.columns:
        stdout = "\n".join(sorted(set(_PIECE.split(stdout))))
    elif line.uniq:
        lines = stdout.splitlines(keepends=True)
        stdout = "".join(one for one, before in zip(lines, ["", *lines], strict=False) if one != before)
    return said._replace(stdout=stdout, stderr=stderr)
