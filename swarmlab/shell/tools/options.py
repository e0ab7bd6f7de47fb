"""Reading a tool's options the way getopt does: ``-qO- -T 3``, ``--max-time=3``."""

from collections.abc import Iterable
from typing import NamedTuple


class Unknown(Exception):
    """An option that the tool does not have; `str` is its name as typed."""


class Missing(Exception):
    """An option without its argument; `str` is its name as typed."""


class Options(NamedTuple):
    """What was typed."""

    flags: dict[str, int]  # option -> how often
    values: dict[str, list[str]]  # option -> its arguments
    args: list[str]

    def has(self, *names: str) -> bool:
        """Return whether any of these options was given."""
        return any(name in self.flags or name in self.values for name in names)

    def last(self, *names: str) -> str | None:
        """Return the last argument of any of these options, None if none was given."""
        found = [value for name in names for value in self.values.get(name, ())]
        return found[-1] if found else None


def parse(argv: Iterable[str], flags: str, takes: str, long_flags: str = "", long_takes: str = "") -> Options:
    """Return the options and other words in `argv`.

    `flags` and `takes` are the letters without and with an argument; `long_flags` and `long_takes` the long names,
    separated by spaces.  Raises Unknown or Missing.
    """
    words = list(argv)
    known, with_argument = long_flags.split(), long_takes.split()
    options = Options({}, {}, [])
    while words:
        word = words.pop(0)
        if word == "--":
            options.args.extend(words)
            break
        if word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            if name in known and not equals:
                options.flags[name] = options.flags.get(name, 0) + 1
            elif name in with_argument:
                if not equals:
                    if not words:
                        raise Missing(f"--{name}")
                    value = words.pop(0)
                options.values.setdefault(name, []).append(value)
            else:
                raise Unknown(word)
        elif word.startswith("-") and word != "-":
            _letters(word[1:], words, flags, takes, options)
        else:
            options.args.append(word)
    return options


def _letters(letters: str, words: list[str], flags: str, takes: str, options: Options) -> None:
    for place, letter in enumerate(letters):
        if letter in takes:
            value = letters[place + 1 :]
            if not value:
                if not words:
                    raise Missing(letter)
                value = words.pop(0)
            options.values.setdefault(letter, []).append(value)
            return
        if letter not in flags:
            raise Unknown(letter)
        options.flags[letter] = options.flags.get(letter, 0) + 1
