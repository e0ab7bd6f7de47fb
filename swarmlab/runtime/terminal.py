"""``swarmlab shell HOST``: somebody's terminal, connected to a lab that runs in another process (`terminals`).

Lines are edited here, with a history that stays; everything typed runs there.  While a command runs, the keyboard
is this terminal's own (lines, Ctrl-C) or, inside ``docker exec -it``, handed over key by key.
"""

import base64
import json
import os
import re
import select
import signal
import socket
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from swarmlab.errors import Conflict, FailedPrecondition, NotFound, Unavailable
from swarmlab.home import home
from swarmlab.runtime.serve import default_directory
from swarmlab.runtime.terminals import PREFIX

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession

_GREEN, _PLAIN = "\x1b[1;32m", "\x1b[0m"
_EXIT = re.compile(r"\s*(?:exit|logout)(?:\s+(\d+))?\s*;?\s*")


def shell(host: str, directory: Path | None = None, lab: str = "") -> int:
    """Let somebody type on `host` until they leave; return the exit status of the last command.

    `directory`: where the lab's sockets are; by default where ``swarmlab serve`` and notebooks put them.  `lab`: the
    name of one of several.

    Raises:
        FailedPrecondition: this system has no unix sockets.
        NotFound: no lab is there, or it has no such host.
        Conflict: several labs are there.
        Unavailable: the lab has ended.
    """
    if not hasattr(socket, "AF_UNIX"):
        raise FailedPrecondition("This system has no unix sockets to reach a lab by: type on its hosts with %%host.")
    tty = sys.stdin.isatty() and sys.stdout.isatty()
    line = Line(host, find(directory or default_directory(), lab), tty=tty)
    try:
        return _interactive(line) if tty else _script(line, sys.stdin)
    finally:
        line.close()


def find(directory: Path, name: str = "") -> socket.socket:
    """Return a connection to the lab in `directory`; see `shell`."""
    found: dict[str, socket.socket] = {}
    for path in sorted(directory.glob(f"{PREFIX}*.sock")):
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(str(path))
            found[path.stem.removeprefix(PREFIX)] = connection
        except OSError:
            connection.close()  # left behind by a process that was killed
    chosen = found.pop(name, None) if name else found.popitem()[1] if len(found) == 1 else None
    names = ", ".join(found)
    for connection in found.values():
        connection.close()
    if chosen is not None:
        return chosen
    if not found:
        raise NotFound(
            f"No lab runs in {directory}: start one with `swarmlab serve`, or run lab.open_terminals() in a notebook."
        )
    if name:
        raise NotFound(f'There is no lab "{name}" in {directory}; there are: {names}.')
    raise Conflict(f"Several labs run ({names}): choose one with --lab.")


class Line:
    """The connection to a host."""

    def __init__(self, host: str, connection: socket.socket, *, tty: bool) -> None:
        self._connection = connection
        self._lines = connection.makefile("rb")
        self.send({"host": host, "columns": columns(), "tty": tty})
        answer = self.receive()
        if "error" in answer:
            raise NotFound(answer["error"])
        self.prompt: str = answer["prompt"]

    def fileno(self) -> int:
        """Return the descriptor to wait for."""
        return self._connection.fileno()

    def send(self, message: dict[str, Any]) -> None:
        """Send a message.  Raises Unavailable."""
        try:
            self._connection.sendall(json.dumps(message).encode() + b"\n")
        except OSError:
            raise _gone() from None

    def receive(self) -> dict[str, Any]:
        """Return the next message.  Raises Unavailable."""
        try:
            line = self._lines.readline()
        except OSError:
            line = b""
        if not line:
            raise _gone()
        message: dict[str, Any] = json.loads(line)
        return message

    def received(self) -> bool:
        """Whether a message has been read already, and waits here."""
        return bool(self._lines.peek(1)) if select.select([self], [], [], 0)[0] else self._buffered()

    def _buffered(self) -> bool:
        self._connection.setblocking(False)
        try:
            return bool(self._lines.peek(1))
        except (BlockingIOError, OSError):
            return False
        finally:
            self._connection.setblocking(True)

    def complete(self, text: str) -> tuple[list[str], str]:
        """Return the words that may follow, and the fragment that they begin with."""
        self.send({"complete": text})
        answer = self.receive()
        return answer["words"], answer["fragment"]

    def close(self) -> None:
        """Hang up."""
        self._lines.close()
        self._connection.close()


def _gone() -> Unavailable:
    return Unavailable("The lab has ended.")


def columns() -> int:
    """Return the width of this terminal: as it is, whatever a variable says that it was."""
    with suppress(OSError):
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    return 80


# --- typing ---------------------------------------------------------------------------------------------


def _script(line: Line, typed: Iterable[str]) -> int:
    """Run lines that nobody types: no prompt, no colours."""
    status, earlier = 0, ""
    for text in typed:
        script = earlier + text.rstrip("\n")
        leaves = _EXIT.fullmatch(script)
        if leaves:
            return int(leaves[1]) & 255 if leaves[1] else status
        done = _run(line, script)
        earlier = f"{script}\n" if done is None else ""
        status = status if done is None else done
    if earlier:
        status = _run(line, earlier, last=True) or 0
    return status


def _interactive(line: Line) -> int:
    session = _session(line)
    status, earlier = 0, ""
    with _window(line):
        while True:
            try:
                text = session.prompt(_ansi("> " if earlier else f"{_GREEN}{line.prompt}{_PLAIN}"))
            except KeyboardInterrupt:
                earlier = ""
                continue
            except EOFError:
                print("exit")
                return status
            script = earlier + text
            leaves = _EXIT.fullmatch(script)
            if leaves:
                print("exit")
                return int(leaves[1]) & 255 if leaves[1] else status
            if not script.strip():
                continue
            done = _run(line, script, tty=True)
            earlier = f"{script}\n" if done is None else ""
            status = status if done is None else done


def _session(line: Line) -> "PromptSession[str]":
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import CompleteEvent, Completer, Completion
    from prompt_toolkit.document import Document
    from prompt_toolkit.history import FileHistory
    from prompt_toolkit.shortcuts import CompleteStyle

    class Names(Completer):
        def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
            words, fragment = line.complete(document.current_line_before_cursor)
            for word in words:
                # A word that goes on (a folder, NAME=) gets no blank behind it.
                yield Completion(word if word.endswith(("/", "=")) else f"{word} ", -len(fragment), display=word)

    os.environ.setdefault("PROMPT_TOOLKIT_NO_CPR", "1")  # a prompt needs no question where the cursor is
    folder = home()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return PromptSession(
        history=FileHistory(str(folder / "history")),
        completer=Names(),
        complete_while_typing=False,
        complete_style=CompleteStyle.READLINE_LIKE,
        enable_open_in_editor=False,
    )


def _ansi(text: str) -> Any:
    from prompt_toolkit.formatted_text import ANSI

    return ANSI(text)


@contextmanager
def _window(line: Line) -> Iterator[None]:
    """Tell the lab when the window changes its width while a command runs."""

    def changed(*_: object) -> None:
        with suppress(Unavailable):
            line.send({"columns": columns()})

    before = signal.signal(signal.SIGWINCH, changed)
    try:
        yield
    finally:
        signal.signal(signal.SIGWINCH, before)


# --- while a command runs -------------------------------------------------------------------------------


def _run(line: Line, script: str, *, tty: bool = False, last: bool = False) -> int | None:
    """Run a command line and show what it prints; return its status, None if it is not complete.

    `last`: nothing more will come, so it is to be run as it is.
    """
    line.send({"run": script, "last": last, "columns": columns()})
    listen = ""
    with _Keys(tty) as keys:
        while True:
            try:
                # What the lab says comes first: it may say how the keyboard is to be read from now on.
                if listen and not line.received() and keys.ready(line):
                    typed = keys.read()
                    line.send({"keys": base64.b64encode(typed).decode()})
                    listen = listen if typed else ""
                    continue
                message = line.receive()
            except KeyboardInterrupt:
                print(flush=True)  # behind the ^C that the terminal shows
                line.send({"interrupt": True})
                continue
            if "write" in message:
                out = sys.stderr if message["stream"] == 2 and not tty else sys.stdout
                out.write(message["write"])
                out.flush()
            elif "listen" in message:
                listen = message["listen"]
                keys.raw(listen == "raw")
            elif "more" in message:
                return None
            elif "done" in message:
                line.prompt = message["prompt"]
                return int(message["done"])


class _Keys:
    """This terminal's keyboard while a command runs: in lines, or raw, each key at once and without an echo."""

    def __init__(self, tty: bool) -> None:
        self._tty = tty
        self._saved: list[Any] | None = None

    def __enter__(self) -> "_Keys":
        return self

    def __exit__(self, *_: object) -> None:
        self.raw(False)

    def ready(self, line: Line) -> bool:
        """Wait until something is typed, or the lab says something; return whether there is something to read."""
        return not self._tty or sys.stdin in select.select([line, sys.stdin], [], [])[0]

    def read(self) -> bytes:
        """Return what was typed; ``b""`` at the end of input."""
        return os.read(sys.stdin.fileno(), 4096) if self._tty else sys.stdin.readline().encode()

    def raw(self, wanted: bool) -> None:
        """Read each key, or lines again."""
        if not self._tty or wanted == (self._saved is not None):
            return
        import termios

        descriptor = sys.stdin.fileno()
        if self._saved is not None:
            termios.tcsetattr(descriptor, termios.TCSADRAIN, self._saved)
            self._saved = None
            return
        self._saved = termios.tcgetattr(descriptor)
        mode = termios.tcgetattr(descriptor)
        mode[0] &= ~(termios.ICRNL | termios.IXON | termios.INLCR | termios.IGNCR)
        mode[1] &= ~termios.OPOST
        mode[3] &= ~(termios.ICANON | termios.ECHO | termios.ISIG | termios.IEXTEN)
        termios.tcsetattr(descriptor, termios.TCSADRAIN, mode)
