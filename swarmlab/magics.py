"""``%%host NAME`` and ``%docker …``: typing on the hosts of a lab in a notebook.

A ``%%host`` cell is what one would type in a terminal on that host: commands over several lines, loops, here-documents,
and, after ``docker exec -it … sh``, the lines up to ``exit`` for the shell inside.  Everything is printed as it comes,
both streams in one, as a terminal does.  Magics act on the lab in the variable ``lab``, else on the one that was given
a name last; ``--lab NAME`` chooses another.
"""

import argparse
import shlex
import sys
from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn

from IPython.core.completer import SimpleCompletion, context_matcher
from IPython.core.magic import Magics, cell_magic, line_magic, magics_class, no_var_expand

from swarmlab.errors import SwarmlabError
from swarmlab.shell.lines import Typed, split
from swarmlab.shell.machine import Machine
from swarmlab.shell.nearmiss import near_miss
from swarmlab.surface import Surface

_GREEN, _QUIET, _PLAIN = "\x1b[1;32m", "\x1b[2m", "\x1b[0m"


class CommandFailed(SwarmlabError):
    """A command of a cell with ``--check`` ended with a status other than 0."""


class _Parser(argparse.ArgumentParser):
    """Arguments of a magic; wrong ones are a sentence, not the end of the program."""

    def error(self, message: str) -> NoReturn:
        """Raise the sentence."""
        raise SwarmlabError(f"{self.prog}: {message}; {self.format_usage().strip()}")


def _host_parser() -> _Parser:
    parser = _Parser(prog="%%host", add_help=False)
    parser.add_argument("name", help="the host to type on")
    parser.add_argument("--no-echo", action="store_true", help="print no prompts")
    parser.add_argument("--check", action="store_true", help="raise an error when a command fails")
    parser.add_argument("--lab", default="", help="the variable that holds the lab")
    return parser


@magics_class
class SwarmlabMagics(Magics):
    """The magics of a notebook."""

    @cell_magic
    def host(self, line: str, cell: str) -> None:
        """Type the cell on a host: ``%%host NAME [--no-echo] [--check] [--lab VARIABLE]``."""
        options = _host_parser().parse_args(shlex.split(line))
        lab = self._lab(options.lab)
        machine = lab.host(options.name)
        echo = not options.no_echo
        status = 0
        for typed in split(cell.rstrip("\n").split("\n"), machine.is_complete):
            status = self._type(lab, machine, typed, echo=echo)
            if status and options.check:
                raise CommandFailed(f"`{typed.command}` ended with status {status} on {machine.name}.")
        self._remember(status)

    @no_var_expand  # {{.Names}} is Docker's, not Python's
    @line_magic
    def docker(self, line: str) -> None:
        """Type a docker command on the manager: ``%docker service ls``."""
        lab = self._lab("")
        machine = lab.host(lab.manager)
        self._remember(self._type(lab, machine, Typed(f"docker {line}".strip()), echo=False))

    def _lab(self, variable: str) -> Surface:
        lab = self._find(variable)
        if lab is None and variable:
            raise SwarmlabError(f"There is no lab in the variable {variable!r}: make one with {variable} = Lab().")
        if lab is None:
            raise SwarmlabError("There is no lab yet: make one with `from swarmlab import Lab; lab = Lab()`.")
        return lab

    def _find(self, variable: str = "") -> Surface | None:
        """Return the lab in a variable of the notebook; "": in ``lab``, else in the variable made last."""
        known: dict[str, Any] = self.shell.user_ns if self.shell is not None else {}
        if variable:
            return known[variable] if isinstance(known.get(variable), Surface) else None
        named = [value for name, value in known.items() if isinstance(value, Surface) and not name.startswith("_")]
        return known["lab"] if isinstance(known.get("lab"), Surface) else named[-1] if named else None

    def _type(self, lab: Surface, machine: Machine, typed: Typed, *, echo: bool) -> int:
        if echo:
            shown = typed.command.replace("\n", "\n> ")
            sys.stdout.write(f"{_GREEN}{machine.prompt}{_PLAIN}{shown}\n")
        terminal = _Terminal(sys.stdout.write)
        status = machine.run(typed.command, terminal.write, stdin=typed.stdin)
        terminal.close()
        if status:
            sys.stdout.write(f"[exit status {status}]\n")
            meant = near_miss(typed.command, partial(lab.complete, machine.name))
            sys.stdout.write(f"{_QUIET}[perhaps you meant: {meant}]{_PLAIN}\n" if meant else "")
        sys.stdout.flush()
        return status

    def _remember(self, status: int) -> None:
        if self.shell is not None:
            self.shell.user_ns["_exit_code"] = status

    @context_matcher(identifier="swarmlab.host")  # type: ignore[untyped-decorator]
    def matcher(self, context: Any) -> dict[str, Any]:
        """Complete words in ``%%host`` cells and ``%docker`` lines."""
        none: dict[str, Any] = {"completions": []}
        lines = context.full_text.split("\n")
        line = lines[context.cursor_line][: context.cursor_position]
        lab = self._find()
        if lab is None:
            return none
        if context.cursor_line == 0 and line.startswith("%%host "):
            words, fragment = [*lab.hosts, "--no-echo", "--check"], line.rsplit(" ", 1)[-1]
        elif line.startswith("%docker "):
            words, fragment = lab.complete(lab.manager, line[1:])
        elif lines[0].startswith("%%host ") and context.cursor_line > 0:
            name = next((word for word in lines[0].split()[1:] if word in lab.hosts), "")
            if not name:
                return none
            words, fragment = lab.complete(name, line)
        else:
            return none
        found = [SimpleCompletion(word, type="cmd") for word in words if word.startswith(fragment)]
        return {"completions": found, "matched_fragment": fragment, "suppress": True}


class _Terminal:
    """The output of one command: both streams in one, the last line ended."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write
        self._ended = True

    def write(self, stream: int, text: str) -> None:
        """Print `text`."""
        if text:
            self._write(text.replace("\r\n", "\n"))
            self._ended = text.endswith("\n")

    def close(self) -> None:
        """End the last line."""
        if not self._ended:
            self._write("\n")


def load_ipython_extension(shell: Any) -> None:
    """Bring the magics and their completion to an IPython shell."""
    magics = SwarmlabMagics(shell)
    shell.register_magics(magics)
    ours = [matcher for matcher in shell.Completer.custom_matchers if _is_ours(matcher)]
    for matcher in ours:  # the extension is loaded again
        shell.Completer.custom_matchers.remove(matcher)
    shell.Completer.custom_matchers.append(magics.matcher)


def _is_ours(matcher: Any) -> bool:
    return getattr(matcher, "matcher_identifier", "") == "swarmlab.host"
