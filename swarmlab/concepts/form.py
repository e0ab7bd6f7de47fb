"""The concept check on paper: questions on a terminal, answers by letter; no browser is needed."""

from collections.abc import Callable

from swarmlab.concepts.check import UNSURE, ConceptCheck
from swarmlab.errors import InvalidArgument

STOP = "q"


def ask(check: ConceptCheck, read: Callable[[str], str], say: Callable[[str], object]) -> None:
    """Ask every question of `check` that was not answered yet, until all are or the reader has had enough.

    `read` is given the prompt and returns a line; it may raise EOFError.  `say` prints a line.
    """
    say(f"Concept check, {check.moment} the course: {check.status}.")
    say(f"Type a letter, {UNSURE} if you do not know, {STOP} to go on another day.")
    for place, item in enumerate(check.items):
        if item.id in check.answers:
            continue
        say("")
        for line in check.words(place):
            say(line)
        if not _answered(check, item.id, read, say):
            break
        if check.tells:
            check.see(item.id)
            for line in ("", *check.told(item.id), "", check.seen(item.id)):
                say(line)
    say("")
    for line in (*check.result(), *([check.trouble] if check.trouble else [])):
        say(line)


def _answered(check: ConceptCheck, id: str, read: Callable[[str], str], say: Callable[[str], object]) -> bool:
    """Read until there is an answer; False if there will be none."""
    while True:
        try:
            line = read("> ").strip()
        except EOFError:
            return False
        if line.lower() == STOP:
            return False
        try:
            check.answer(id, line)
        except InvalidArgument as error:
            say(str(error))
        else:
            return True
