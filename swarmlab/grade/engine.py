"""The grader's side of a learner's process: start one, run cells, ask for values, end it.

===========  =========================================================================================================
engine       a submission runs in
===========  =========================================================================================================
``fork``     a child of a preloaded process (`zygote`), in bubblewrap where there is one: milliseconds
``kernel``   a real Jupyter kernel in bubblewrap (`kernelside`): everything a kernel can do, a few seconds
``stock``    a real Jupyter kernel with the grader's own rights: only for learners you would lend your account
===========  =========================================================================================================
"""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from swarmlab.errors import InvalidArgument, SwarmlabError
from swarmlab.grade import confine, sandbox
from swarmlab.grade.frames import Broken, Frame, Line, TooLate
from swarmlab.grade.outputs import Outputs

ENGINES = ("fork", "kernel", "stock")
#: Bytes that one submission may send in all; what is shown of them is far less (`outputs`).
FLOOD = 64 << 20
#: Seconds for the preloaded process, or a kernel, to be ready.
STARTUP = 120.0


class Fault(Exception):
    """Something of ours does not work: nobody can be judged by this."""


class Limits(NamedTuple):
    """How long a submission may take, seconds of this machine."""

    cell: float = 60.0
    notebook: float = 300.0
    grace: float = 5.0  # for a cell that was told to end to do so


class Engine:
    """Makes learners' processes.  Use it as a context; one process at a time."""

    def __init__(self, name: str = "fork", *, hidden: Sequence[str] = (), unsafe: bool = False) -> None:
        """`hidden`: folders that are not to be seen (the course).  Raises Unavailable where nothing keeps cells in."""
        if name not in ENGINES:
            raise InvalidArgument(f'there is no engine "{name}"; choose one of {", ".join(ENGINES)}')
        if name == "stock" and not unsafe:
            raise InvalidArgument("the engine stock keeps nobody in: say --unsafe as well, or take fork or kernel")
        self.name, self.unsafe = name, unsafe
        self.walls = sandbox.Walls("", False) if name == "stock" else sandbox.walls()
        if not unsafe:
            self.walls = sandbox.must_hold(name)
        self._hidden = [str(Path(path).resolve()) for path in hidden]
        self._zygote: _Zygote | None = None
        self._home = ""

    @property
    def description(self) -> str:
        """What reports say of where the cells ran."""
        unsafe = not self.walls.bubblewrap and not (self.walls.confines and self.name == "fork")
        return f"{self.name} ({'UNSAFE: nothing kept the cells in' if unsafe else self.walls.name})"

    def start(self, limits: Limits, files: Mapping[str, str], environment: Mapping[str, str]) -> "Learner":
        """Return a fresh process with `files` (name → base64) in its home.  Raises Fault."""
        for attempt in (1, 2):
            try:
                learner = Learner(*self._connect(), limits)
                learner.prepare(files, environment)
                return learner
            except (Broken, TooLate, OSError) as error:
                self._drop()
                if attempt == 2:
                    raise Fault(
                        f"no process for the learner's cells could be started: {error or 'it took too long'}"
                    ) from error
        raise AssertionError

    def _connect(self) -> "tuple[Line, _Owner]":
        if self.name != "fork":
            return self._kernel()
        if self._zygote is None:
            self._zygote = _Zygote(self._command("swarmlab.grade.zygote"), self.walls)
            self._zygote.start()
        line = self._zygote.fork()
        return line, self._zygote

    def _command(self, module: str) -> "_Command":
        home = sandbox.HOME
        if not self.walls.bubblewrap:
            self._home = self._home or tempfile.mkdtemp(prefix="swarmlab-learner-")
            home = f"{self._home}/home"
            if os.geteuid() == 0:
                os.chmod(self._home, 0o755)
        readable = [*sandbox.readable(self._hidden), *sandbox.DEVICES]
        if self.walls.bubblewrap:
            # Here the folder around the package holds nothing else.
            readable += ["/proc", "/dev", str(Path(__file__).resolve().parents[2])]
        uid = confine.FIRST_UID + os.getpid() if os.geteuid() == 0 else None
        settings: dict[str, object] = {
            "home": home, "readable": readable, "uid": uid, "confine": self.name != "stock",
        }  # fmt: skip
        return _Command(module, settings, bool(self.walls.bubblewrap), self._hidden)

    def _kernel(self) -> "tuple[Line, _Owner]":
        process = _Process(self._command("swarmlab.grade.kernelside"))
        line = process.start()
        line.receive(time.monotonic() + STARTUP)
        return line, process

    def _drop(self) -> None:
        if self._zygote is not None:
            self._zygote.kill()
            self._zygote = None

    def __enter__(self) -> "Engine":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End everything."""
        self._drop()
        if self._home:
            shutil.rmtree(self._home, ignore_errors=True)
            self._home = ""


class Learner:
    """One submission's process.  Use it as a context.  Once it is dead, everything it is asked for stays undone."""

    def __init__(self, line: Line, owner: "_Owner", limits: Limits) -> None:
        self._line, self._owner, self._limits = line, owner, limits
        self._line.most = FLOOD
        self._line.sock.settimeout(60)
        self._until = time.monotonic() + limits.notebook
        self.death = ""  # why there is no process any more, a clause; "" while there is one
        self.limits_hit: list[str] = []

    def prepare(self, files: Mapping[str, str], environment: Mapping[str, str]) -> None:
        """Lay out files and environment.  Raises Broken, TooLate."""
        first = self._line.receive(time.monotonic() + STARTUP)
        if "failed" in first:
            raise Fault(f"a learner's process could not be confined: {str(first['failed'])[:300]}")
        self._line.send({"do": "environment", "environment": dict(environment)})
        self._line.send({"do": "files", "files": dict(files)})

    def run(self, source: str, name: str) -> list[dict[str, Any]]:
        """Run a cell and return its outputs, cleaned; `name` is what a death is reported with."""
        outputs = Outputs()
        seconds = min(self._limits.cell, self._until - time.monotonic())
        if not self.death and seconds <= 0:
            self._die(f"the notebook took longer than {self._limits.notebook:g} seconds, up to {name}")
        if not self.death:
            began = time.monotonic()
            self._exchange({"do": "run", "source": source, "seconds": seconds}, seconds, name, outputs)
            if time.monotonic() - began >= seconds:
                self.limits_hit.append(f"{name} ran for {seconds:.0f} seconds")
        if outputs.cut:
            self.limits_hit.append(f"{name} wrote more than is kept")
        return outputs.finished()

    def ask(self, lab: str, names: Sequence[str], cell: str) -> Frame:
        """Return ``{"journal", "values"}`` or ``{"error"}``: the learner's claims, unexamined."""
        return self._question({"do": "ask", "lab": lab, "names": list(names)}, cell)

    def call(self, function: str, arguments: Sequence[Any], cell: str) -> Frame:
        """Return ``{"value"}`` or ``{"error"}`` of a function of the learner's."""
        return self._question({"do": "call", "function": function, "arguments": list(arguments)}, cell)

    def _question(self, frame: Frame, cell: str) -> Frame:
        answer = None if self.death else self._exchange(frame, self._limits.cell, cell, Outputs())
        return answer or {"error": self.death}

    def _exchange(self, frame: Frame, seconds: float, name: str, outputs: Outputs) -> Frame | None:
        """Send an order, take outputs until it is done, and return the last message."""
        deadline = time.monotonic() + seconds + self._limits.grace
        try:
            self._line.send(frame)
            while True:
                message = self._line.receive(deadline)
                if message.get("done") == frame["do"]:
                    return message
                if "output" in message:
                    outputs.take(message["output"])
        except TooLate:
            self._die(f"{name} ran for more than {seconds:.0f} seconds and could not be interrupted")
        except Broken as error:
            self._die(f"the notebook's process ended in {name} ({error})")
        return None

    def _die(self, why: str) -> None:
        self.death = why
        self.limits_hit.append(why)

    def __enter__(self) -> "Learner":
        return self

    def __exit__(self, *_: object) -> None:
        """End the process and all it started."""
        self._line.close()
        self._owner.stop()


# --- processes of ours ------------------------------------------------------------------------------------------


class _Command(NamedTuple):
    """What to start, and how."""

    module: str
    settings: dict[str, object]
    inside: bool
    hidden: list[str]


class _Owner:
    """Whoever can end a learner's process."""

    def stop(self) -> None:
        """End it."""
        raise NotImplementedError


class _Process(_Owner):
    """A program of ours with a socket to the grader, in bubblewrap or not."""

    def __init__(self, command: _Command) -> None:
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Line:
        """Start it and return our end."""
        ours, theirs = socket.socketpair()
        with theirs:
            settings = {**self._command.settings, "fd": theirs.fileno()}
            command = sandbox.command(
                self._command.module, settings, inside=self._command.inside, hidden=self._command.hidden
            )
            environment = sandbox.environment(str(self._command.settings["home"]))
            self._process = subprocess.Popen(
                command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=None if os.environ.get("SWARMLAB_GRADE_DEBUG") else subprocess.DEVNULL,
                env=environment, start_new_session=True, cwd="/",
            )  # fmt: skip
        return Line(ours)

    def stop(self) -> None:
        """Kill it; bubblewrap takes everything inside along."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, 9)
            self._process.wait()
            self._process = None


class _Zygote(_Process):
    """The preloaded process."""

    def __init__(self, command: _Command, walls: sandbox.Walls) -> None:
        super().__init__(command)
        # A child that could touch its parent must not leave it to the next learner.
        self._lasts = walls.confines or os.geteuid() == 0
        self._control: Line | None = None

    def start(self) -> Line:
        """Start it and wait until it has loaded everything."""
        self._control = super().start()
        self._control.receive(time.monotonic() + STARTUP)
        return self._control

    def fork(self) -> Line:
        """Return the line to a new child.  Raises Broken, TooLate."""
        if self._control is None:
            self.start()
        assert self._control is not None
        ours, theirs = socket.socketpair()
        with theirs:
            self._control.send({"do": "start"})
            socket.send_fds(self._control.sock, [b"\0"], [theirs.fileno()])
        return Line(ours)

    def stop(self) -> None:
        """Have the child ended; if that is not possible, end all."""
        clean = False
        if self._control is not None and self._lasts:
            with contextlib.suppress(Broken, TooLate):
                self._control.send({"do": "stop"})
                clean = self._control.receive(time.monotonic() + 10).get("stopped") is True
        if not clean:
            self.kill()

    def kill(self) -> None:
        """End the preloaded process itself."""
        if self._control is not None:
            self._control.close()
            self._control = None
        super().stop()


def explain(error: BaseException) -> str:
    """Return one sentence for a fault."""
    return str(error) if isinstance(error, SwarmlabError | Fault) else f"{type(error).__name__}: {error}"
