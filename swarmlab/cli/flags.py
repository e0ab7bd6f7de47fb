"""How `docker` reads its flags, with the words it uses when it cannot.

spf13/pflag (vendored by docker/cli 28.2.2): FlagSet.parseArgs, parseLongArg, parseSingleShortArg, Set.
The values themselves are in `values`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from swarmlab.cli.values import Bool, String, Value
from swarmlab.gostrings import quote


class FlagError(Exception):
    """The command line cannot be read; the text is pflag's."""


class Decl(NamedTuple):
    """One row of a command's flag table; `make` gives a fresh value for each run."""

    name: str
    short: str
    make: Callable[[], Value]
    usage: str
    version: str = ""  # first API version that knows it; hidden and refused below
    hidden: bool = False
    ostype: str = ""
    deprecated: str = ""  # what to do instead; such a flag is hidden


def flag(name: str, usage: str, make: Callable[[], Value] = String, *, short: str = "", version: str = "",
         hidden: bool = False, ostype: str = "", deprecated: str = "") -> Decl:  # fmt: skip
    """Return a row of a flag table; the default is a string flag."""
    return Decl(name, short, make, usage, version, hidden or bool(deprecated), ostype, deprecated)


def switch(name: str, usage: str, *, short: str = "", version: str = "") -> Decl:
    """Return a row for a flag that is on or off."""
    return Decl(name, short, Bool, usage, version)


class Flag:
    """A flag of one run: its declaration, its value, and whether the user gave it."""

    def __init__(self, decl: Decl) -> None:
        self.decl = decl
        self.value = decl.make()
        self.default = self.value.text()
        self.changed = False

    def set(self, text: str) -> None:
        """Store `text`; raises FlagError with pflag's sentence when the value refuses it."""
        try:
            self.value.set(text)
        except ValueError as error:
            name = f"-{self.decl.short}, --{self.decl.name}" if self.decl.short else f"--{self.decl.name}"
            raise FlagError(f"invalid argument {quote(text)} for {quote(name)} flag: {error}") from None
        self.changed = True


class FlagSet:
    """The flags of one run of one command."""

    def __init__(self, table: Iterable[Decl], *, interspersed: bool = True) -> None:
        self._flags = {decl.name: Flag(decl) for decl in table}
        self._shorts = {f.decl.short: f for f in self._flags.values() if f.decl.short}
        self._interspersed = interspersed
        self.args: list[str] = []
        self.notices: list[str] = []  # deprecation notes for the user

    def __iter__(self) -> Iterator[Flag]:
        """Yield the flags by name, as pflag visits them."""
        return iter(sorted(self._flags.values(), key=lambda f: f.decl.name))

    def __getitem__(self, name: str) -> Any:
        """Return the value of flag `name`."""
        return self._flags[name].value.get()

    def lookup(self, name: str) -> Flag | None:
        """Return the flag called `name`, if the command has one."""
        return self._flags.get(name)

    def short(self, letter: str) -> Flag | None:
        """Return the flag with this one-letter name."""
        return self._shorts.get(letter)

    def changed(self, *names: str) -> bool:
        """Was any of these flags given?  A flag that does not exist was not."""
        return any(name in self._flags and self._flags[name].changed for name in names)

    def parse(self, arguments: Sequence[str]) -> None:
        """Read `arguments`; what is no flag ends up in `args`.  Raises FlagError."""
        rest = list(arguments)
        while rest:
            word = rest.pop(0)
            if not word.startswith("-") or word == "-":
                self.args.append(word)
                if not self._interspersed:
                    self.args += rest
                    return
            elif word == "--":
                self.args += rest
                return
            elif word.startswith("--"):
                self._parse_long(word, rest)
            else:
                self._parse_shorts(word[1:], rest)

    def _parse_long(self, word: str, rest: list[str]) -> None:
        body = word[2:]
        if body[0] in "-=":
            raise FlagError(f"bad flag syntax: {word}")
        name, equals, value = body.partition("=")
        found = self._flags.get(name)
        if found is None:
            raise FlagError(f"unknown flag: --{name}")
        if not equals:
            if found.value.no_option:
                value = found.value.no_option
            elif rest:
                value = rest.pop(0)
            else:
                raise FlagError(f"flag needs an argument: {word}")
        found.set(value)
        if found.decl.deprecated:
            self.notices.append(f"Flag --{name} has been deprecated, {found.decl.deprecated}")

    def _parse_shorts(self, letters: str, rest: list[str]) -> None:
        while letters:
            letter, after = letters[0], letters[1:]
            found = self._shorts.get(letter)
            if found is not None and found.decl.name == "help":
                self.notices.append("Flag shorthand -h has been deprecated, use --help")
            if found is None:
                raise FlagError(f"unknown shorthand flag: {quote(letter, chr(39))} in -{letters}")
            if len(after) > 1 and after[0] == "=":
                value, after = after[1:], ""
            elif found.value.no_option:
                value = found.value.no_option
            elif after:
                value, after = after, ""
            elif rest:
                value = rest.pop(0)
            else:
                raise FlagError(f"flag needs an argument: {quote(letter, chr(39))} in -{letters}")
            found.set(value)
            letters = after
