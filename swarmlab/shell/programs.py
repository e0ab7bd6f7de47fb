"""Commands inside containers, for ``docker exec`` and for containers whose program is a shell or a tool.

`ShellPrograms` implements `swarmlab.api.programs.Programs`.  A process is polled: each `read` lets its command run
until it has to wait for virtual time or for input.  An interactive shell reads a line at a time, as from a terminal.
"""

import re
import shlex
import threading
from collections.abc import Callable
from typing import Protocol

from swarmlab.api.programs import Chunk
from swarmlab.core.agent.container import Container
from swarmlab.core.network.world import Place
from swarmlab.shell.call import BUSYBOX
from swarmlab.shell.container import ContainerShell, dialect_of, environment, has_program, image_of
from swarmlab.shell.job import Job
from swarmlab.shell.ports import Gate

_SHELLS = ("sh", "ash", "bash")
#: These read their standard input to its end before they do anything.
_READERS = frozenset("cat tee wc grep sed awk sort head tail tr cut uniq xargs".split())
_NOT_IN_PATH = "executable file not found in $PATH"
_EXIT = re.compile(r"(?:^|;|&&|\|\|)\s*exit(?:\s+(\d+))?\s*;?\s*$")
_END_OF_INPUT, _INTERRUPT, _ERASE = "\x04", "\x03", ("\x7f", "\b")


class HasSession(Protocol):
    """Whoever has the gate: the lab."""

    @property
    def session(self) -> Gate:
        """The gate to the simulation."""
        ...


class ShellPrograms:
    """Runs commands inside the containers of a lab."""

    def __init__(self, lab: HasSession) -> None:
        self._lab = lab

    def start(
        self,
        host: str,
        container: Container,
        argv: tuple[str, ...],
        *,
        tty: bool,
        env: tuple[str, ...],
        user: str,
        cwd: str,
        stdin: bool,
    ) -> "Command":
        """Start `argv` in `container` (see `swarmlab.api.programs.Programs`)."""
        image = image_of(container)
        folder = cwd or container.config.dir or (image.workdir if image is not None else "") or "/"
        name = argv[0].rsplit("/", 1)[-1]
        place = Place(host, container.id)
        room = _Room(self._lab, place, container, environment(container, image, env, tty), folder)
        if not has_program(image, argv[0]):
            return Failed(argv[0], tty=tty)
        if name in _SHELLS and argv[1:] in ((), ("-i",), ("-l",)):
            return Interactive(room, name, tty=tty, stdin=stdin)
        return Command(room, argv, tty=tty, stdin=stdin)


class _Room:
    """Where the commands of one process run.  Its shell is opened by the first of them."""

    def __init__(self, lab: HasSession, place: Place, container: Container, env: dict[str, str], cwd: str) -> None:
        self.lab = lab
        self.place = place
        self.container = container
        self.env = env
        self.cwd = cwd
        self.dialect = dialect_of(image_of(container))
        self.shell: ContainerShell | None = None

    def job(self, work: Callable[[ContainerShell], int]) -> Job:
        """Return a job that does `work` with the shell."""

        def program(job: Job) -> int:
            if self.shell is None:
                self.shell = ContainerShell(self.place, self.container, job, env=self.env, cwd=self.cwd)
            self.shell.enter(job)
            status = work(self.shell)
            self.shell.flush()
            return status

        return Job(self.lab.session, program)

    def leave(self) -> None:
        """Nothing more runs here."""
        shell, self.shell = self.shell, None
        if shell is not None:
            shell.shell.close()


class Command:
    """One command, run to its end."""

    def __init__(self, room: _Room, argv: tuple[str, ...], *, tty: bool, stdin: bool) -> None:
        self._room = room
        self._tty = tty
        self._output: list[Chunk] = []
        self._input = bytearray()
        self._input_ended = not stdin
        self._argv = argv
        self._job: Job | None = None
        self._status: int | None = None
        self._running = threading.Lock()

    # --- what the API calls -----------------------------------------------------------------------------

    @property
    def exit_code(self) -> int | None:
        """None while it runs.  Asking lets it run until it must wait."""
        self._poll()
        return self._status

    def read(self) -> list[Chunk]:
        """Let the command run until it must wait, and return what it has written since the last call."""
        self._poll()
        output, self._output = self._output, []
        return output

    def _poll(self) -> None:
        # Whoever comes while it runs already, in another thread or from within, finds nothing new.
        if self._status is None and self._running.acquire(blocking=False):
            try:
                self._proceed()
                if self._status is not None:
                    self._room.leave()
            finally:
                self._running.release()

    def write(self, data: bytes) -> None:
        """Take input."""
        self._input += data

    def close_write(self) -> None:
        """Take the end of input."""
        self._input_ended = True

    def resize(self, height: int, width: int) -> None:
        """Nothing here depends on the size of the terminal."""

    def close(self) -> None:
        """End it: its container was stopped."""
        if self._job is not None and self._job.status is None:
            self._stop(self._job)
            if self._job.status is not None:
                self._room.leave()
        if self._status is None:
            self._status = 137

    # --- its life ---------------------------------------------------------------------------------------

    def _proceed(self) -> None:
        if self._job is None:
            if self._waits_for_input():
                return
            self._job = self._room.job(self._run)
        if self._job.poll():
            self._status = self._job.status

    def _waits_for_input(self) -> bool:
        """Whether it needs all of its input first: a filter, or a shell script that may contain one."""
        name = self._argv[0].rsplit("/", 1)[-1]
        return not self._input_ended and not self._tty and (name in _READERS or name in _SHELLS)

    def _run(self, shell: ContainerShell) -> int:
        if self._argv in (("env",), ("printenv",)):  # asked of the engine, not of a shell that has added its own
            self._print(1, "".join(f"{name}={value}\n" for name, value in self._room.env.items()))
            return 0
        if self._argv[0].rsplit("/", 1)[-1] in _SHELLS and len(self._argv) == 3:
            line = self._argv[2]  # sh -c LINE
        else:
            name = self._argv[0].rsplit("/", 1)[-1]
            line = shlex.join([name, *self._argv[1:]])
        return shell.run(line, self._print, stdin=bytes(self._input) if self._input else None)

    def _stop(self, job: Job) -> None:
        """End a job wherever it is."""
        job.cancel()
        if self._room.shell is not None:
            self._room.shell.cancel()
        job.poll()

    def _print(self, stream: int, text: str) -> None:
        if self._tty:
            stream, text = 1, text.replace("\n", "\r\n")
        if text:
            self._output.append(Chunk(stream, text.encode("utf-8", "replace")))


class Failed(Command):
    """A command whose program does not exist in the image: the runtime's words, status 127."""

    def __init__(self, program: str, *, tty: bool) -> None:
        self._tty = tty
        self._output = []
        self._input = bytearray()
        self._job = None
        self._status = 127
        self._running = threading.Lock()
        self._print(
            1,
            f'OCI runtime exec failed: exec failed: unable to start container process: exec: "{program}":'
            f" {'stat ' + program + ': no such file or directory' if '/' in program else _NOT_IN_PATH}\n",
        )


class Interactive(Command):
    """A shell that somebody types at.  On a terminal it prompts, and echoes what is typed."""

    def __init__(self, room: _Room, name: str, *, tty: bool, stdin: bool) -> None:
        super().__init__(room, (name,), tty=tty, stdin=stdin)
        self._name = name
        self._line = ""  # typed so far
        self._earlier = ""  # lines of a command that is not complete
        self._prompted = False
        self._last = 0
        self._leaving = False

    def _proceed(self) -> None:
        while self._status is None:
            if self._job is not None:
                if self._interrupted():
                    self._stop(self._job)
                if not self._job.poll():
                    return
                self._last, self._job = self._job.status or 0, None
                if self._leaving:
                    self._status = self._last
                    return
            self._prompt()
            line = self._next_line()
            if line is None:
                return
            self._type(line)

    def _interrupted(self) -> bool:
        """Whether Ctrl-C was typed while a command runs; what was typed before it is thrown away."""
        place = self._input.find(_INTERRUPT.encode())
        if not self._tty or place < 0:
            return False
        del self._input[: place + 1]
        self._print(1, "^C\n")
        return True

    def _prompt(self) -> None:
        if self._prompted:
            return
        self._prompted = True
        if self._tty:
            self._print(1, "> " if self._earlier else self._prompt_text())

    def _prompt_text(self) -> str:
        cwd = self._room.shell.shell.cwd if self._room.shell is not None else self._room.cwd
        if self._name == "bash":
            return f"root@{self._room.container.hostname}:{cwd}# "
        if self._room.dialect != BUSYBOX:
            return "# "
        home = self._room.env.get("HOME", "/root")
        shown = "~" + cwd[len(home) :] if cwd == home or cwd.startswith(home + "/") else cwd
        return f"{shown} # "

    def _next_line(self) -> str | None:
        """Return the next line typed, without its end; None if it is not complete yet.  Ends the shell at the end."""
        while self._input:
            # A character may come in several pieces; wait for the rest of it.
            try:
                text = self._input.decode()
            except UnicodeDecodeError as error:
                if error.reason == "unexpected end of data" and not self._input_ended:
                    return None
                text = self._input.decode("utf-8", "replace")
            character = text[0]
            del self._input[: len(character.encode())]
            if character in "\r\n":
                if character == "\r" and self._input[:1] == b"\n":
                    del self._input[:1]
                line, self._line = self._line, ""
                self._echo("\n")
                return line
            if self._tty and character == _END_OF_INPUT:
                if not self._line and not self._earlier:
                    self._leave()
                    return None
            elif self._tty and character == _INTERRUPT:
                self._echo("^C\n")
                self._line = self._earlier = ""
                self._prompted = False
                self._prompt()
            elif self._tty and character in _ERASE:
                if self._line:
                    self._line = self._line[:-1]
                    self._echo("\b \b")
            else:
                self._line += character
                self._echo(character)
        if self._input_ended:
            if self._line:
                line, self._line = self._line, ""
                self._echo("\n")
                return line
            self._leave()
        return None

    def _echo(self, text: str) -> None:
        if self._tty:
            self._print(1, text)

    def _leave(self) -> None:
        self._echo("\n")
        self._status = self._last

    def _type(self, line: str) -> None:
        """Run a line, or keep it until the command is complete."""
        self._prompted = False
        script = self._earlier + line
        self._earlier = ""
        if not script.strip():
            return
        leave = _EXIT.search(script)
        if leave and leave.start() == 0:
            self._status = int(leave.group(1)) & 255 if leave.group(1) else self._last
            return

        def run(shell: ContainerShell) -> int:
            more = bool(self._input) or not self._input_ended
            if more and not shell.shell.is_complete(script):
                self._earlier = script + "\n"
                return self._last
            self._leaving = leave is not None
            return shell.run(script, self._print)

        self._job = self._room.job(run)
