"""Which commands of a line write straight to the terminal?

A tool such as ``docker service create`` should show what it does while it does it, and may be typed at; but only if
its output is not led into a pipe, a file or a ``$(…)``.  bashkit does not tell, so the line is looked at first: in
simple lists (``a; b && c``) the names of tools that write to the terminal get a mark, and the mark is a name of the
same tool.  Whatever is more complicated stays as it is: its output then comes when a command has ended.
"""

import re
from collections.abc import Container

MARK = "__straight_"
_WORD = re.compile(r"[A-Za-z0-9_.+-]+(?=[\s;&|]|$)")
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
_COMPOUND = frozenset(
    "if then else elif fi for while until do done case esac select function { } ( ) [[ ! time".split()
)


def mark(script: str, tools: Container[str]) -> str:
    """Return `script` with the names of `tools` marked where they write straight to the terminal."""
    found = _commands(script)
    if found is None:
        return script
    pieces, end = [], 0
    for start, name in found:
        if name in tools:
            pieces += [script[end:start], MARK, name]
            end = start + len(name)
    return "".join([*pieces, script[end:]])


def _commands(script: str) -> list[tuple[int, str]] | None:
    """Return where the simple commands of a list begin, and their names; None if it is more than a list."""
    found: list[tuple[int, str]] = []
    place = 0
    while place < len(script):
        begin = place
        place, led_away = _command_end(script, place)
        if place < 0:
            return None
        start, name = _name(script, begin, place)
        if name in _COMPOUND:
            return None
        if name and not led_away:
            found.append((start, name))
        while place < len(script) and script[place] in ";&\n":
            place += 1
        if script[place : place + 2] == "||":
            place += 2
    return found


def _name(script: str, begin: int, end: int) -> tuple[int, str]:
    """Return the place and text of the first word after assignments; "" if it is no plain word."""
    place = begin
    while place < end:
        if script[place] in " \t\n":
            place += 1
            continue
        assignment = _ASSIGNMENT.match(script, place)
        if assignment:
            place = _skip_word(script, assignment.end(), end)
            continue
        word = _WORD.match(script, place)
        if word and word.end() <= end:
            return place, word.group()
        return place, script[place] if script[place] in "{}()!" else ""
    return place, ""


def _skip_word(script: str, place: int, end: int) -> int:
    while place < end and script[place] not in " \t":
        place = _skip(script, place)
        if place < 0:
            return end
    return place


def _command_end(script: str, place: int) -> tuple[int, bool]:
    """Return where the pipeline that begins at `place` ends (-1: cannot tell), and whether its output is led away."""
    led_away = False
    while place < len(script):
        character = script[place]
        if character in ";\n" or script.startswith(("&&", "||"), place):
            return place, led_away
        if character in "()":
            return -1, True
        if character == "&":
            if script[place - 1 : place] != ">" and script[place + 1 : place + 2] != ">":
                return place, True  # in the background
            led_away = True
        if character in "|<>":
            if script.startswith("<<", place):
                return -1, True
            led_away = True
        if character == "#" and script[place - 1 : place] in ("", " ", "\t", ";", "\n"):
            end = script.find("\n", place)
            place = len(script) if end < 0 else end
            continue
        place = _skip(script, place)
        if place < 0:
            return -1, True
    return place, led_away


def _skip(script: str, place: int) -> int:
    """Return the place after the character, quotation or substitution at `place`; -1 if it does not end."""
    character = script[place]
    if character == "\\":
        return place + 2
    if character == "'":
        end = script.find("'", place + 1)
        return end + 1 if end >= 0 else -1
    if character == '"':
        place += 1
        while place < len(script) and script[place] != '"':
            place = _skip(script, place) if script[place] != "'" else place + 1
            if place < 0:
                return -1
        return place + 1 if place < len(script) else -1
    if character == "`":
        end = script.find("`", place + 1)
        return end + 1 if end >= 0 else -1
    if script.startswith("$(", place):
        depth, place = 1, place + 2
        while place < len(script) and depth:
            if script[place] in "()":
                depth += 1 if script[place] == "(" else -1
                place += 1
                continue
            place = _skip(script, place)
            if place < 0:
                return -1
        return place if not depth else -1
    return place + 1
