"""A sandboxed bash: the one module that knows bashkit.

`Shell.run` is all that the rest uses, so that another interpreter can stand in.  bashkit runs in this process with a
file system in memory; it cannot see this machine.  It knows grammar and the usual text tools; what has to do with
the lab (docker, curl, ping, time …) are our own tools, and what an image does not have is taken away.
"""

import bisect
import io
import re
import time
import weakref
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, BinaryIO

import bashkit

from swarmlab.core.network.world import Place
from swarmlab.errors import SwarmlabError
from swarmlab.shell import dialects, straight
from swarmlab.shell.call import BUSYBOX, HOST, Call, Files, Tool, UsageError
from swarmlab.shell.ports import Access, Cancelled, Write

#: Enough for any exercise; what never ends is stopped.
MAX_COMMANDS = 20_000
MAX_SECONDS = 60.0  # of real time


class Shell:
    """One shell with its variables, directory and files."""

    def __init__(
        self,
        place: Place,
        access: Access,
        *,
        hostname: str,
        dialect: str,
        tools: Mapping[str, Tool],
        only: Iterable[str] | None = None,
        files: Mapping[str, bytes | None] | None = None,
        env: Mapping[str, str] | None = None,
        cwd: str = "/",
        born: int | None = None,
        tty: bool = True,
        owners: Mapping[str, tuple[int, int]] | None = None,
        max_seconds: float = MAX_SECONDS,
    ) -> None:
        """Open a shell.

        `only`: names of the programs that exist here; None for all.  `files`: contents by path; None for a file that
        bashkit has and this place has not.  `born`: when the files were made, in virtual time.  `tty`: whether its
        output goes to a terminal if it goes nowhere else.  `owners`: user and group of the files that are not root's.
        """
        self.place = place
        self.access: Access = access
        self.hostname = hostname
        self._owners = owners or {}
        self._tty = tty
        self.dialect = dialect
        self.on_flush: Callable[[Files], None] = lambda files: None
        self._write: Write = lambda stream, text: None
        self._terminal: BinaryIO | None = None
        self._cancelled = False
        self._status = 0  # of the last line
        self._cwd = cwd
        self._times = [
            (0.0, access.now if born is None else born)
        ]  # real time of file stamps -> virtual time, as lines begin
        known = _programs()
        names = frozenset(known) | tools.keys() if only is None else frozenset(only)
        gone = [name for name in known if name not in names and name not in _BUILT_IN]
        self._tools = {name: tool for name, tool in tools.items() if name in names}
        self._tools["which"] = _which(names | _BUILT_IN)
        ours = "|".join(map(re.escape, [*self._tools, *gone]))
        self._full_path = re.compile(rf"(^|[;|&(\n]|\b(?:then|do|else)\b)(\s*)/(?:usr/)?s?bin/({ours})(?=\s|;|$)")
        builtins: dict[str, Any] = {name: self._wrap(name) for name in self._tools}
        builtins |= {straight.MARK + name: self._wrap(name, True) for name in self._tools}
        builtins |= {name: self._missing(name) for name in gone}
        self._bash = bashkit.Bash(
            username="root",
            hostname=hostname,
            cwd=cwd,
            env={"HOME": "/root", "PATH": _PATH, **(env or {})},
            # Limits count for one line; the standard profile also counts the lines of a whole life.
            profile=bashkit.ExecutionProfile.Interactive,
            max_commands=MAX_COMMANDS,
            max_loop_iterations=MAX_COMMANDS,
            timeout_seconds=max_seconds,
            custom_builtins=builtins,
            # Only files given here may be written over when bashkit has some of that name.
            files={path: (data or b"").decode("utf-8", "replace") for path, data in (files or {}).items()},
        )
        self.files = self._bash.fs()
        self._furnish(files or {})

    def _furnish(self, files: Mapping[str, bytes | None]) -> None:
        fs = self.files
        for name in self._tools:
            for folder in ("/bin", "/usr/bin"):
                if not fs.exists(f"{folder}/{name}"):
                    fs.write_file(f"{folder}/{name}", f'#!/bin/sh\nexec {name} "$@"\n'.encode())
                    fs.chmod(f"{folder}/{name}", 0o755)
        for path, data in files.items():
            if data is None:
                fs.remove(path)
            elif not fs.exists(path) or fs.read_file(path) != data:  # no text
                put(fs, path, data)
        fs.mkdir(self._cwd, recursive=True)  # bashkit says that it exists, but nothing can be made in it

    # --- running ----------------------------------------------------------------------------------------

    def run(self, script: str, write: Write, terminal: BinaryIO | None = None) -> int:
        """Run `script` and return its status.  What it prints goes to `write` as it comes.

        `terminal`: what is typed while it runs.
        """
        self._write, self._terminal = write, terminal
        self._cancelled = False
        self._bash.clear_cancel()
        self._times.append((time.time(), self.access.now))
        printed = [0, 0]

        def on_output(out: str, err: str) -> None:
            printed[0] += len(out)
            printed[1] += len(err)
            self._show(out, err)

        # bashkit would take a full path for its own program of that name.
        script = self._full_path.sub(r"\1\2\3", script)
        script = straight.mark(script, self._tools)
        if "$?" in script and self._status:  # bashkit begins each script with 0
            script = f"(exit {self._status}); {script}"
        result = self._bash.execute_sync(script, on_output)
        rest = "" if self._cancelled else result.stderr[printed[1] :]
        self._show(result.stdout[printed[0] :], rest if not rest or rest.endswith("\n") else rest + "\n")
        self._cwd = self._bash.shell_state().cwd
        self._status = 130 if self._cancelled else int(result.exit_code)
        return self._status

    def close(self) -> None:
        """Let go what bashkit holds for it, three file descriptors for instance.  It cannot be used again."""
        del self._bash, self.files

    def _show(self, out: str, err: str) -> None:
        if out:
            self._write(1, out)
        if err:
            self._write(2, dialects.translate(err, self.dialect))

    def cancel(self) -> None:
        """Stop what runs, from any thread."""
        self._cancelled = True
        self._bash.cancel()

    @property
    def cancelled(self) -> bool:
        """Whether the command that runs (or ran last) was stopped."""
        return self._cancelled

    @property
    def cwd(self) -> str:
        """The current directory."""
        return self._cwd

    def is_complete(self, script: str) -> bool:
        """Return whether an interactive shell would run `script` now, instead of asking for more lines."""
        try:
            self._bash.analyze(script)
        except bashkit.BashError as error:
            return not re.search(r"unexpected (end of file|EOF)|unterminated", str(error))
        return not script.endswith("\\") and not _open_heredoc(script)

    # --- tools ------------------------------------------------------------------------------------------

    def _wrap(self, name: str, to_terminal: bool = False) -> Callable[[Any], bashkit.BuiltinResult]:
        # Python finds no garbage inside of bashkit: what that holds must not hold the shell, or neither it nor the lab
        # behind it would ever go, nor the three file descriptors that each `Bash` has.
        mine = weakref.ref(self)

        def builtin(context: Any) -> bashkit.BuiltinResult:
            shell = mine()
            assert shell is not None  # it runs in it
            return shell._builtin(name, context, to_terminal)

        return builtin

    def _builtin(self, name: str, context: Any, to_terminal: bool) -> bashkit.BuiltinResult:
        """Run a tool as bashkit asks for it."""
        out, err = io.StringIO(), io.StringIO()
        call = Call(
            name=name,
            argv=list(context.argv),
            place=self.place,
            hostname=self.hostname,
            dialect=self.dialect,
            access=self.access,
            out=(lambda text: self._write(1, text)) if to_terminal else lambda text: void(out.write(text)),
            err=(lambda text: self._write(2, text)) if to_terminal else lambda text: void(err.write(text)),
            files=context.fs,
            cwd=context.cwd,
            env=dict(context.env),
            stdin=context.stdin,
            terminal=self._terminal if to_terminal else None,
            is_terminal=to_terminal and self._tty,
            written_at=self._virtual,
            owners=self._owners,
            flush_files=lambda: self.on_flush(context.fs),  # from in here only this handle may be used
        )
        status = self._do(call, self._tools[name])
        return bashkit.BuiltinResult(out.getvalue(), err.getvalue(), status)

    def _virtual(self, wall: float) -> int:
        """Return the virtual time at which a file was written; bashkit stamps it with real time."""
        place = bisect.bisect_right(self._times, (wall, 1 << 62)) - 1
        return self._times[max(place, 0)][1]

    def _do(self, call: Call, tool: Tool) -> int:
        if self._cancelled:
            return 130
        try:
            return tool(call)
        except Cancelled:
            self.cancel()
            return 130
        except UsageError as error:
            call.err(str(error))
            return error.status
        except SwarmlabError as error:
            return call.fail(str(error))
        finally:
            self._times.append((time.time(), self.access.now))

    def _missing(self, name: str) -> Callable[[Any], bashkit.BuiltinResult]:
        text = dialects.not_found(name, self.dialect)
        return lambda context: bashkit.BuiltinResult("", text, 127)


def _which(names: frozenset[str]) -> Tool:
    def which(call: Call) -> int:
        status = 0
        for name in call.argv:
            if name in names and not name.startswith("-"):
                call.out(f"{'/usr/bin' if call.dialect != BUSYBOX else '/bin'}/{name}\n")
            elif not name.startswith("-"):
                status = 1
                if call.dialect == HOST:
                    call.err(f"/usr/bin/which: no {name} in ({_PATH})\n")
        return status

    return which


def put(fs: Any, path: str, data: bytes) -> None:
    """Write a file, and make the folders it is in."""
    folder = path.rpartition("/")[0]
    if folder and not fs.exists(folder):
        fs.mkdir(folder, recursive=True)
    fs.write_file(path, data)


def void(_: object) -> None:
    """Return nothing."""


_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

#: Part of the shell itself: there in every image.
_BUILT_IN = frozenset(
    ": [ alias bg break cd command continue declare echo eval exec exit export false fg getopts hash help history jobs"
    " kill let local printf pwd read readonly return set shift source test times trap true type ulimit umask unalias"
    " unset wait sh".split()
)


@cache
def _programs() -> tuple[str, ...]:
    """Return the names of all programs that bashkit brings."""
    fs = bashkit.Bash().fs()
    return tuple(entry["name"] for entry in fs.read_dir("/bin"))


_HEREDOC = re.compile(r"(?<!<)<<(-?)\s*(['\"]?)([A-Za-z_]\w*)\2(?!<)")


def _open_heredoc(script: str) -> bool:
    """Return whether a here-document is still open at the end of `script`."""
    lines = script.split("\n")
    number = 0
    while number < len(lines):
        waiting = [(match.group(1), match.group(3)) for match in _HEREDOC.finditer(lines[number])]
        number += 1
        for dash, word in waiting:
            while number < len(lines) and (lines[number].lstrip("\t") if dash else lines[number]) != word:
                number += 1
            if number >= len(lines):
                return True
            number += 1
    return False
