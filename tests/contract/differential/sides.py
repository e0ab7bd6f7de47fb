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

from swarmlab import Lab
from swarmlab.shell.machine import TYPING
from tests.contract.differential.table import Line, Scene
from tests.contract.twins import AGE, PATIENCE, Bench, Pace, Said

ROWS = 30
_ADDRESS = re.compile(r"0x[0-9a-f]{6,}")
_PIECE = re.compile(r"(?=\x1b\[\d+A)|\r\n")


def staged(scene: Scene, now: int) -> Lab:
    """Return a lab, a little before `now`, in which the stage was set three hours ago."""
    lab = Lab(now=now - AGE, swarm=scene.swarm)
    for host, line in scene.stage:
        done = lab.host(host).sh(line)
        assert done.exit_code == 0, f"{scene.name}: {line}\n{done.text}"
    lab.settle()
    lab.session.advance_to(now - 2 * TYPING)
    return lab


def ours(staged_lab: Lab, line: Line, at: int) -> Said:
    """Type a line into our docker, at a copy of the lab; it is `at` when it has been typed."""
    lab = staged_lab.fork()
    lab.session.advance_to(at - TYPING)
    machine = lab.host(line.host)
    machine.progress = "tty" if line.columns else "lines"
    machine.columns = line.columns or 80
    done = machine.sh(line.text)
    if line.columns:
        return _plain(Said(done.text.replace("\n", "\r\n"), "", done.exit_code), line)
    return _plain(Said(done.stdout, done.stderr, done.exit_code), line)


def theirs(bench: Bench, staged_lab: Lab, line: Line, at: int) -> Said:
    """Type a line into the real docker, at a copy of the lab; it is `at` when it has been typed."""
    lab = staged_lab.fork()
    lab.session.advance_to(at)
    with bench.holding(lab, pace=Pace(lab)):
        said = _on_terminal(bench, line) if line.columns else bench.run(line.host, line.text)
    return _plain(said, line)


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
