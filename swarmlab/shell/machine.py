"""A host of the lab, with somebody sitting at its shell.

Commands run on a thread of their own, so that a notebook can show their output as it comes and an interrupt reaches
them.  What is typed on a host stays on it: variables, the current directory and files live as long as the lab object.
"""

import base64
import io
import queue
import threading
import time
from contextlib import suppress
from typing import BinaryIO

from swarmlab.core.network.world import Place
from swarmlab.core.units import SECOND
from swarmlab.shell import tools
from swarmlab.shell.bash import MAX_SECONDS, Shell
from swarmlab.shell.call import HOST, Call, Files, Tool
from swarmlab.shell.container import snapshot
from swarmlab.shell.ports import Access, DirectAccess, Gate, Lab, Write
from swarmlab.shell.result import Result
from swarmlab.shell.tools import docker as docker_tool

#: Virtual time that a person needs to type a line.
TYPING = 2 * SECOND
_END = (0, "")
#: Seconds to wait for a command that was told to stop.
_PATIENCE = 3.0
#: Not every system wakes a thread that waits for a queue when an interrupt comes.
_TICK = 0.2


class Machine:
    """One host: ``lab.host("node1").sh("docker ps | grep web")``."""

    #: of real time, after which a command line is stopped
    max_seconds = MAX_SECONDS

    def __init__(self, name: str, lab: Lab) -> None:
        self.name = name
        self._lab = lab
        #: how docker shows waiting: ``final`` (the text that stays), ``tty`` (with control bytes), ``lines``
        self.progress = "final"
        self.columns = 80  # of the terminal
        self.typing = TYPING
        self._shell: Shell | None = None
        self._shared: dict[str, tuple[int, float]] = {}  # the files that the engine has seen

    @property
    def shell(self) -> Shell:
        """Its shell, opened when it is first used."""
        if self._shell is None:
            gate = self._lab.session
            place = Place(self.name)
            access, engine = self._access(), self._docker()

            def docker(call: Call) -> int:
                self._share(gate, call.files)
                return engine(call)

            written = gate.network.written_files(place)
            files = {
                "/etc/hosts": gate.network.hosts_file(place).encode(),
                "/etc/resolv.conf": gate.network.resolv_conf(place).encode(),
                "/etc/hostname": f"{self.name}\n".encode(),
                "/etc/os-release": _OS_RELEASE,
                **{path: data for path, data in written.items() if not path.endswith("/")},
            }
            self._shell = Shell(
                place,
                access,
                hostname=self.name,
                dialect=HOST,
                tools={**tools.ON_HOSTS, "docker": docker},
                files=files,
                env={"HOSTNAME": self.name, "USER": "root", "LOGNAME": "root", "SHELL": "/bin/bash", "LANG": "C.UTF-8"},
                cwd="/root",
                born=gate.network.started_at,
                max_seconds=self.max_seconds,
            )
            for folder in written.keys() - files.keys():
                self._shell.files.mkdir(folder, recursive=True)
            self._shared = snapshot(self._shell.files, with_folders=True)
        return self._shell

    def _share(self, gate: Gate, fs: Files) -> None:
        """Let the engine see what was written on the host since the last time, for bind mounts."""
        now = snapshot(fs, with_folders=True)
        new = [path for path, mark in now.items() if self._shared.get(path) != mark]
        changed = {path: b"" if path.endswith("/") else fs.read_file(path) for path in new}
        gone = [path for path in self._shared if path not in now]
        self._shared = now
        if changed or gone:
            files: dict[str, str | None] = {path: base64.b64encode(data).decode() for path, data in changed.items()}
            gate.apply({"op": "files", "host": self.name, "files": files | dict.fromkeys(gone)})

    def _access(self) -> Access:
        return DirectAccess(self._lab.session, self._is_cancelled)

    def _docker(self) -> Tool:
        return docker_tool.tool(
            lambda: self._lab.docker(self.name),
            lambda: (self.progress, self.columns),
            state=lambda kind: self._lab.session.state(kind),
        )

    def _is_cancelled(self) -> bool:
        return self._shell is not None and self._shell.cancelled

    @property
    def prompt(self) -> str:
        """What its shell shows when it waits: ``[root@node1 ~]# ``."""
        cwd = self._shell.cwd if self._shell is not None else "/root"
        where = "~" if cwd == "/root" else cwd.rpartition("/")[2] or "/"
        return f"[root@{self.name} {where}]# "

    def is_complete(self, line: str) -> bool:
        """Return whether the shell would run `line` now, instead of asking for more."""
        return self.shell.is_complete(line)

    def sh(self, command: str, *, stdin: str | bytes = b"") -> Result:
        """Run a command line and return what it printed and its exit status.

        `stdin`: what is typed while it runs, for example at the shell that ``docker exec -it`` opens.
        """
        out, err, both = io.StringIO(), io.StringIO(), io.StringIO()

        def write(stream: int, text: str) -> None:
            (out if stream == 1 else err).write(text)
            both.write(text)

        status = self.run(command, write, stdin=stdin)
        return Result(out.getvalue(), err.getvalue(), status, both.getvalue())

    def run(self, command: str, write: Write, *, stdin: str | bytes = b"") -> int:
        """Run a command line, hand what it prints to `write` as it comes, and return its exit status.

        Typing it takes a moment of virtual time, as it does everywhere: what an earlier command set going goes on.
        An interrupt (Ctrl-C, or the notebook's stop button) ends the command with status 130.
        """
        self._lab.session.advance(self.typing)
        typed = io.BytesIO(stdin.encode() if isinstance(stdin, str) else stdin)
        status = self._beside(command, write, typed)
        self._share(self._lab.session, self.shell.files)
        self._lab.session.apply({"op": "command", "host": self.name, "line": command, "exit_code": status})
        return status

    def _beside(self, command: str, write: Write, typed: BinaryIO) -> int:
        """Run a command on a thread of its own and pass on its output here."""
        shell = self.shell
        printed: queue.SimpleQueue[tuple[int, str]] = queue.SimpleQueue()
        result: list[int | BaseException] = []

        def work() -> None:
            try:
                result.append(shell.run(command, lambda stream, text: printed.put((stream, text)), typed))
            except BaseException as error:
                result.append(error)
            finally:
                printed.put(_END)

        thread = threading.Thread(target=work, name=f"swarmlab-{self.name}", daemon=True)
        thread.start()
        told_to_stop = False
        while True:
            try:
                _pass_on(printed, write, thread, time.monotonic() + _PATIENCE if told_to_stop else None)
                break
            except KeyboardInterrupt:
                if told_to_stop:
                    raise
                told_to_stop = True
                shell.cancel()
                write(1, "^C\n")
        if not result:
            return 130  # it does not stop; it may go on where nobody listens
        outcome = result[0]
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    def __repr__(self) -> str:
        return f'<host {self.name}; type on it with .sh("docker ps")>'


def _pass_on(
    printed: "queue.SimpleQueue[tuple[int, str]]", write: Write, thread: threading.Thread, deadline: float | None
) -> None:
    """Hand on what a thread prints until it has ended, or until `deadline`."""
    while deadline is None or time.monotonic() < deadline:
        with suppress(queue.Empty):
            piece = printed.get(timeout=_TICK)
            if piece == _END:
                thread.join()
                return
            write(*piece)


_OS_RELEASE = (
    b'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\n'
    b'VERSION="12 (bookworm)"\nVERSION_CODENAME=bookworm\nID=debian\n'
)
