"""How different shells and tools say the same: bash on hosts, busybox' ash, Debian's dash.

bashkit speaks as bash running a script; people know the words of the shell they type at.
"""

import re

from swarmlab.shell.call import BUSYBOX, HOST

_LINE = re.compile(r"^bash: line (\d+): (.*)$")
_NOT_FOUND = re.compile(r"^([^:]+): command not found.*$")
_PARSE = re.compile(r"^parse error at line \d+, column \d+: (.*)$")
_ENDLESS = re.compile(r"^resource limit exceeded: maximum (?:command count|loop iterations) exceeded|execution timeout")
_ENDLESS_WORDS = "an endless loop never waits here for anybody, so a line may run 20000 commands and 60 seconds at most"
_CD = re.compile(r"^cd: (.*): (No such file or directory|Not a directory)$")
_BUSYBOX = (
    (re.compile(r"^cat: (.*): No such file or directory$"), r"cat: can't open '\1': No such file or directory"),
    (re.compile(r"^ls: cannot access '(.*)': (.*)$"), r"ls: \1: \2"),
)


def not_found(name: str, dialect: str) -> str:
    """Return what a shell says of a program that does not exist."""
    if dialect == HOST:
        return f"bash: {name}: command not found\n"
    return f"sh: {name}: not found\n" if dialect == BUSYBOX else f"sh: 1: {name}: not found\n"


def read_only(path: str, dialect: str) -> str:
    """Return what a shell says when it cannot write a file because it is mounted read-only."""
    return (
        f"sh: can't create {path}: Read-only file system\n"
        if dialect == BUSYBOX
        else (f"sh: 1: cannot create {path}: Read-only file system\n")
    )


def translate(text: str, dialect: str) -> str:
    """Return what the shell of `dialect` would print instead of bashkit's `text`."""
    lines = text.split("\n")
    # The hints that bashkit adds are for those who write scripts for it.
    kept = [_line(line, dialect) for line in lines]
    return "\n".join(kept)


def _line(line: str, dialect: str) -> str:
    if _ENDLESS.search(line):
        return f"{'bash' if dialect == HOST else 'sh'}: stopped: {_ENDLESS_WORDS}"
    parse = _PARSE.match(line)
    if parse:
        return ("bash: " if dialect == HOST else "sh: ") + parse.group(1)
    match = _LINE.match(line)
    if match:
        number, rest = match.groups()
        missing = _NOT_FOUND.match(rest)
        if missing:
            return not_found(missing.group(1), dialect).rstrip("\n")
        if dialect == HOST:
            return f"bash: {rest}"
        wrong_cd = _CD.match(rest)
        if wrong_cd:
            rest = f"cd: can't cd to {wrong_cd.group(1)}" + (f": {wrong_cd.group(2)}" if dialect == BUSYBOX else "")
        return f"sh: {rest}" if dialect == BUSYBOX else f"sh: {number}: {rest}"
    if dialect == BUSYBOX:
        for pattern, words in _BUSYBOX:
            line = pattern.sub(words, line)
    return line
