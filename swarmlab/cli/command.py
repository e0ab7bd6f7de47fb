"""A command: its place in the tree, its flags, its rule for arguments, and how a command line finds it.

spf13/cobra: Command.Traverse, execute; docker/cli: cli/required.go, cli/cobra.go, cmd/docker/docker.go.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from swarmlab.cli.api import Engine
from swarmlab.cli.environment import Environment
from swarmlab.cli.errors import CommandError
from swarmlab.cli.flags import Decl, FlagError, FlagSet, flag
from swarmlab.cli.values import Bool

ArgsRule = Callable[["Command", Sequence[str]], None]
_HELP = Decl("help", "h", Bool, "Print usage", hidden=True)


@dataclass
class Call:
    """One run of one command: what it was given and where it speaks."""

    command: "Command"
    env: Environment
    engine: Engine
    flags: FlagSet
    args: list[str]

    def out(self, text: str) -> None:
        """Write a line to standard output."""
        self.env.stdout.write(text + "\n")

    def err(self, text: str) -> None:
        """Write a line to standard error."""
        self.env.stderr.write(text + "\n")

    def __getitem__(self, name: str) -> Any:
        """Return the value of flag `name`."""
        return self.flags[name]


@dataclass
class Command:
    """A command or a group of commands.

    `use` is cobra's use line without the parents ("ls [OPTIONS]").  `run` returns an exit code, or None for 0.
    """

    use: str
    short: str
    run: Callable[[Call], int | None] | None = None
    args: ArgsRule | None = None
    flags: tuple[Decl, ...] = ()
    aliases: tuple[str, ...] = ()
    shown_aliases: str = ""  # full texts, when they are not just other names under the same parent
    interspersed: bool = True  # False: the first argument ends the flags
    swarm: str | None = None  # shown in help only on a "manager", in an "active" swarm, or ("") always
    long: str = ""  # what its own help says, when that is more than `short`
    top: int = 0  # place among the common commands of the top-level help
    children: list["Command"] = field(default_factory=list)
    parent: "Command | None" = None

    @property
    def name(self) -> str:
        """The word typed for it."""
        return self.use.split(" ", 1)[0]

    @property
    def path(self) -> str:
        """All words typed for it: "docker service ls"."""
        return f"{self.parent.path} {self.name}" if self.parent else self.name

    @property
    def use_line(self) -> str:
        """What stands behind "Usage:" in an error."""
        return f"{self.parent.path} {self.use}" if self.parent else self.use

    def add(self, *commands: "Command") -> "Command":
        """Put `commands` under this one and return it."""
        for command in commands:
            command.parent = self
            self.children.append(command)
        self.children.sort(key=lambda command: command.name)
        return self

    def child(self, word: str) -> "Command | None":
        """Return the subcommand that `word` names."""
        return next((c for c in self.children if word == c.name or word in c.aliases), None)

    def load(self) -> None:
        """Make sure that `children` is complete."""

    def flag_set(self) -> FlagSet:
        """Return fresh flags for one run."""
        table = self.flags
        if not any(decl.name == "help" for decl in table):
            help_flag = _HELP._replace(short="") if any(decl.short == "h" for decl in table) else _HELP
            table = (*table, help_flag)
        return FlagSet(table, interspersed=self.interspersed)


def traverse(command: Command, words: Sequence[str]) -> tuple[Command, list[str]]:
    """Return the command that `words` name and the words left for it.

    Flags before a subcommand belong to its parent and are read there.  Raises as `parse` does.
    """
    flags: list[str] = []
    in_flag = False
    table = command.flag_set()
    for index, word in enumerate(words):
        if word.startswith("--") and "=" not in word:
            found = table.lookup(word[2:])
            in_flag = found is None or not found.value.no_option
        elif word.startswith("-") and "=" not in word and len(word) == 2 and _takes_value(table, word[1]):
            in_flag = True
        elif in_flag:
            in_flag = False
        elif not (word.startswith("-") and len(word) > 1):
            child = command.child(word)
            if child is None:
                return command, list(words)
            parse(command, flags)
            return traverse(child, words[index + 1 :])
        flags.append(word)
    return command, list(words)


def _takes_value(table: FlagSet, letter: str) -> bool:
    found = table.short(letter)
    return found is None or not found.value.no_option


def parse(command: Command, words: Sequence[str]) -> FlagSet:
    """Read the flags of `command`; raises CommandError (exit code 125) with docker's block."""
    flags = command.flag_set()
    try:
        flags.parse(words)
    except FlagError as error:
        usage = f"\n\nUsage:  {command.use_line}\n\nRun '{command.path} --help' for more information"
        raise CommandError(f"{error}{usage}", 125) from None
    return flags


def _count(number: int) -> str:
    return f"{number} argument" if number == 1 else f"{number} arguments"


def _wrong_arguments(command: Command, problem: str, last: str = "Run") -> CommandError:
    return CommandError(
        f"docker: '{command.path}' {problem}\n\nUsage:  {command.use_line}\n\n"
        f"{last} '{command.path} --help' for more information"
    )


def no_args(command: Command, args: Sequence[str]) -> None:
    """Refuse any argument; of a group, an unknown subcommand."""
    if not args:
        return
    if command.children:
        raise CommandError(
            f"docker: unknown command: {command.path} {args[0]}\n\nUsage:  {command.use_line}\n\n"
            f"Run '{command.path} --help' for more information"
        )
    raise _wrong_arguments(command, "accepts no arguments")


def exact_args(number: int) -> ArgsRule:
    """Demand exactly `number` arguments."""

    def check(command: Command, args: Sequence[str]) -> None:
        if len(args) != number:
            raise _wrong_arguments(command, f"requires {_count(number)}")

    return check


def min_args(number: int) -> ArgsRule:
    """Demand `number` arguments or more.  "See", not "Run": docker's own inconsistency."""

    def check(command: Command, args: Sequence[str]) -> None:
        if len(args) < number:
            raise _wrong_arguments(command, f"requires at least {_count(number)}", "See")

    return check


def max_args(number: int) -> ArgsRule:
    """Allow up to `number` arguments.  "SRun" is docker's own slip."""

    def check(command: Command, args: Sequence[str]) -> None:
        if len(args) > number:
            raise _wrong_arguments(command, f"requires at most {_count(number)}", "SRun")

    return check


def range_args(low: int, high: int) -> ArgsRule:
    """Demand `low` to `high` arguments."""

    def check(command: Command, args: Sequence[str]) -> None:
        if not low <= len(args) <= high:
            raise _wrong_arguments(command, f"requires at least {low} and at most {_count(high)}")

    return check


def check_supported(command: Command, flags: FlagSet, version: str) -> None:
    """Refuse flags that the engine's API is too old for."""
    from swarmlab.cli.version import older

    problems = [
        f'"--{f.decl.name}" requires API version {f.decl.version}, but the Docker daemon API version is {version}'
        for f in flags
        if f.changed and f.decl.version and older(version, f.decl.version)
    ]
    if problems:
        raise CommandError("\n".join(problems))


__all__ = [
    "Call", "Command", "check_supported", "exact_args", "flag", "max_args", "min_args", "no_args", "parse",
    "range_args", "traverse",
]  # fmt: skip
