"""What ``--help`` prints, generated from the tree and the flag tables.

docker/cli: cli/cobra.go (usageTemplate); spf13/pflag: FlagUsagesWrapped, wrap, wrapN.
"""

from collections.abc import Callable, Iterable, Mapping

from swarmlab.cli.command import Command
from swarmlab.cli.flags import Flag, FlagSet
from swarmlab.cli.values import String
from swarmlab.cli.version import older
from swarmlab.gostrings import quote

_NAME_WIDTH = 11  # cobra's minimum padding of command names
_SLOP = 5  # pflag lets a last line run over by this much rather than leave a short one


def usage(command: Command, columns: int, api_version: str, ping: Callable[[], Mapping[str, str]]) -> str:
    """Return the whole help text of `command`, for a terminal of `columns`.

    `ping` gives the engine's ping headers; it is asked only where help depends on the engine.
    """
    command.load()
    flags = [f for f in command.flag_set() if not _is_hidden(f, api_version)]
    children = [child for child in command.children if not _is_hidden_command(child, ping)]
    if command.children:
        parts = [f"Usage:  {command.path}{' [OPTIONS]' if flags else ''} COMMAND"]
    else:
        parts = [f"Usage:  {command.use_line}"]
    parts += ["", command.long or command.short]
    if command.aliases or command.shown_aliases:
        parts += ["", "Aliases:", f"  {aliases(command)}"]
    if flags and command.parent is not None:
        parts += ["", "Options:", flag_usages(flags, columns - 1).rstrip()]
    if command.children:
        parts += _command_lists(command, children)
    if flags and command.parent is None:
        parts += ["", "Global Options:", flag_usages(flags, columns - 1).rstrip()]
    if command.children:
        parts += ["", f"Run '{command.path} COMMAND --help' for more information on a command."]
    if command.parent is None:
        parts += ["", "For more help on how to use Docker, head to https://docs.docker.com/go/guides/"]
    return "\n".join(parts) + "\n"


def aliases(command: Command) -> str:
    """Return the other names of `command`, in full."""
    parent = f"{command.parent.path} " if command.parent else ""
    return command.shown_aliases or ", ".join([command.path, *(parent + alias for alias in command.aliases)])


def _command_lists(command: Command, children: list[Command]) -> list[str]:
    lists: list[tuple[str, list[Command]]] = []
    if command.parent is None:
        lists.append(("Common Commands:", sorted((c for c in children if c.top), key=lambda c: c.top)))
        groups = [c for c in children if c.children]
        lists.append(("Management Commands:", [c for c in groups if c.swarm is None]))
        lists.append(("Swarm Commands:", [c for c in groups if c.swarm is not None]))
    lists.append(("Commands:", [c for c in children if not c.children and not (c.top and command.parent is None)]))
    width = max([_NAME_WIDTH, *(len(child.name) for child in command.children)])
    lines = []
    for title, members in lists:
        if members:
            lines += ["", title, *(f"  {member.name:{width}} {member.short}" for member in members)]
    return lines


def _is_hidden(found: Flag, api_version: str) -> bool:
    decl = found.decl
    return decl.hidden or decl.ostype not in ("", "linux") or bool(decl.version and older(api_version, decl.version))


def _is_hidden_command(command: Command, ping: Callable[[], Mapping[str, str]]) -> bool:
    if command.swarm in (None, ""):
        return False
    state = ping().get("Swarm")
    if state is None:
        return False
    return state != "active/manager" if command.swarm == "manager" else state == "inactive"


def flag_usages(flags: FlagSet | Iterable[Flag], columns: int) -> str:
    """Return one aligned entry per flag, wrapped at `columns`."""
    rows = [(_head(f), _description(f)) for f in flags]
    width = max((len(head) for head, _ in rows), default=0)
    return "".join(f"{head:{width}}   {_wrap(width + 3, columns, text)}\n" for head, text in rows)


def _head(found: Flag) -> str:
    decl = found.decl
    name = f"  -{decl.short}, --{decl.name}" if decl.short else f"      --{decl.name}"
    kind = found.value.kind
    return f"{name} {kind}" if kind else name


def _description(found: Flag) -> str:
    value = found.value
    if found.default in value.zero_defaults:
        return found.decl.usage
    shown = quote(found.default) if value.kind == "string" and isinstance(value, String) else found.default
    return f"{found.decl.usage} (default {shown})"


def _wrap_once(width: int, text: str) -> tuple[str, str]:
    if width + _SLOP > len(text.encode()):
        return text, ""
    head = text[:width]
    blank = max(head.rfind(char) for char in " \t\n")
    if blank <= 0:
        return text, ""
    line_end = head.rfind("\n")
    if 0 < line_end < blank:
        return text[:line_end], text[line_end + 1 :]
    return text[:blank], text[blank + 1 :]


def _wrap(indent: int, columns: int, text: str) -> str:
    width = columns - indent
    start = ""
    if width < 24:
        indent = 16
        width = columns - indent
        start = "\n" + " " * indent
    if width < 24:
        return text.replace("\n", start)
    newline = "\n" + " " * indent
    lines: list[str] = []
    rest = text
    while rest or not lines:
        line, rest = _wrap_once(width - _SLOP, rest)
        lines.append(line.replace("\n", newline))
    return start + newline.join(lines)
