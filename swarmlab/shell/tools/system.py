"""``ls``, ``id`` and ``uname``: bashkit has them too, but its own machine and clock would show through."""

from typing import Any

from swarmlab.shell.call import BUSYBOX, Call, UsageError
from swarmlab.shell.tools.clock import moment
from swarmlab.shell.tools.options import Missing, Options, Unknown, parse

KERNEL = "6.1.0-40-amd64"  # as in `docker info`
_BUILD = "#1 SMP PREEMPT_DYNAMIC Debian 6.1.153-1 (2025-09-20)"
_WIDTH = 80


def identity(call: Call) -> int:
    """Print who one is: always root."""
    try:
        options = parse(call.argv, "ugnrG", "")
    except (Unknown, Missing) as error:
        raise UsageError(f"id: invalid option -- '{error}'\n") from None
    if options.has("u", "g", "G"):
        call.out("root\n" if options.has("n") else "0\n")
        return 0
    groups = "0(root),10(wheel)" if call.dialect == BUSYBOX else "0(root)"
    call.out(f"uid=0(root) gid=0(root) groups={groups}\n")
    return 0


def uname(call: Call) -> int:
    """Print the kernel's name; containers have their host's kernel."""
    try:
        options = parse(call.argv, "asnrvmpio", "")
    except (Unknown, Missing) as error:
        raise UsageError(f"uname: invalid option -- '{error}'\nTry 'uname --help' for more information.\n") from None
    parts = {"s": "Linux", "n": call.hostname, "r": KERNEL, "v": _BUILD, "m": "x86_64", "o": "GNU/Linux"}
    if options.has("a"):
        call.out(" ".join(parts.values()) + "\n")
        return 0
    shown = [text for letter, text in parts.items() if options.has(letter)]
    call.out(" ".join(shown or ["Linux"]) + "\n")
    return 0


def ls(call: Call) -> int:
    """List files."""
    try:
        options = parse(call.argv, "laA1hRdtrSFinsC", "", "all almost-all human-readable", "color")
    except (Unknown, Missing) as error:
        raise UsageError(f"ls: invalid option -- '{error}'\nTry 'ls --help' for more information.\n", 2) from None
    status = 0
    files: list[tuple[str, dict[str, Any]]] = []
    folders: list[str] = []
    for name in options.args or ["."]:
        about = _stat(call, call.path(name))
        if about is None:
            words = f"cannot access '{name}'" if call.dialect != BUSYBOX else name
            call.err(f"ls: {words}: No such file or directory\n")
            status = 1 if call.dialect == BUSYBOX else 2
        elif about["file_type"] == "directory" and not options.has("d"):
            folders.append(name)
        else:
            files.append((name, about))
    _show(call, options, sorted(files))
    for number, name in enumerate(sorted(folders)):
        if len(options.args) > 1:
            call.out(("\n" if files or number else "") + f"{name}:\n")
        _folder(call, options, call.path(name))
    return status


def _stat(call: Call, path: str) -> dict[str, Any] | None:
    if not call.files.exists(path):
        return None
    return call.files.stat(path) | {"owner": call.owners.get(path, (0, 0))}


def _folder(call: Call, options: Options, path: str) -> None:
    inside = path.rstrip("/") + "/"
    entries = {
        entry["name"]: entry["metadata"] | {"owner": call.owners.get(inside + entry["name"], (0, 0))}
        for entry in call.files.read_dir(path)
    }
    if options.has("a", "all"):
        here = call.files.stat(path)
        entries |= {".": here, "..": here}
    elif not options.has("A", "almost-all"):
        entries = {name: about for name, about in entries.items() if not name.startswith(".")}
    rows = sorted(entries.items())
    if options.has("l"):
        call.out(f"total {sum(_blocks(about) for _, about in rows)}\n")
    _show(call, options, rows)
    if options.has("R"):
        for name, about in rows:
            if about["file_type"] == "directory" and name not in (".", ".."):
                call.out(f"\n{path.rstrip('/')}/{name}:\n")
                _folder(call, options, f"{path.rstrip('/')}/{name}")


def _show(call: Call, options: Options, rows: list[tuple[str, dict[str, Any]]]) -> None:
    if not rows:
        return
    if options.has("t"):
        rows = sorted(rows, key=lambda row: -row[1]["modified"])
    elif options.has("S"):
        rows = sorted(rows, key=lambda row: -row[1]["size"])
    if options.has("r"):
        rows = rows[::-1]
    if options.has("l"):
        width = max(len(_size(about, options)) for _, about in rows)
        for name, about in rows:
            call.out(_long(call, name, about, options, width))
    elif call.is_terminal and not options.has("1"):
        call.out(_columns([name for name, _ in rows]))
    else:
        call.out("".join(name + "\n" for name, _ in rows))


def _blocks(about: dict[str, Any]) -> int:
    return 4 if about["file_type"] == "directory" else (about["size"] + 4095) // 4096 * 4


def _size(about: dict[str, Any], options: Options) -> str:
    size = 4096 if about["file_type"] == "directory" else int(about["size"])
    if not options.has("h", "human-readable") or size < 1024:
        return str(size)
    return f"{size / 1024:.1f}K" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f}M"


def _long(call: Call, name: str, about: dict[str, Any], options: Options, width: int) -> str:
    letters = "".join(letter if about["mode"] >> (8 - place) & 1 else "-" for place, letter in enumerate("rwxrwxrwx"))
    kind = {"directory": "d", "symlink": "l"}.get(about["file_type"], "-")
    links = 2 if kind == "d" else 1
    when = moment(call.written_at(about["modified"]))
    clock = f"{when:%b} {when.day:2d} {when:%H:%M}"
    names = [str(number or "root") for number in about.get("owner", (0, 0))]
    owner = " ".join(name.ljust(8) if call.dialect == BUSYBOX else name for name in names)
    size = _size(about, options)
    if call.dialect == BUSYBOX:
        return f"{kind}{letters} {links:4d} {owner} {size:>9} {clock} {name}\n"
    return f"{kind}{letters} {links} {owner} {size:>{width}} {clock} {name}\n"


def _columns(names: list[str]) -> str:
    """Return names in columns, read downwards, as many as fit."""
    for count in range(len(names), 0, -1):
        height = -(-len(names) // count)
        columns = [names[start : start + height] for start in range(0, len(names), height)]
        widths = [max(map(len, column)) + 2 for column in columns]
        if sum(widths) - 2 <= _WIDTH or count == 1:
            break
    lines = []
    for row in range(height):
        cells = [(column[row], width) for column, width in zip(columns, widths, strict=True) if row < len(column)]
        lines.append("".join(name.ljust(width) for name, width in cells).rstrip() + "\n")
    return "".join(lines)
