"""Redis: what the commands that people type at it do, on data that is a plain dict.

redis ``src/server.c`` (errors), ``src/t_string.c``, ``src/t_list.c``, ``src/t_hash.c``.  Simplified: strings, numbers,
lists and hashes; nothing expires; all is in database 0.
"""

import fnmatch
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

Data = dict[str, Any]


class Reply(NamedTuple):
    """An answer: its kind as the protocol has it, and its value."""

    kind: str  # status, error, integer, bulk, array
    value: Any = None  # str, int, None (nil), or a list of strings


class _Wrong(Exception):
    """The command cannot be done; the text is redis' own."""


_NUMBER = "ERR value is not an integer or out of range"
_TYPE = "WRONGTYPE Operation against a key holding the wrong kind of value"


def execute(data: Data, words: Sequence[str], *, about: dict[str, str]) -> Reply:
    """Do one command and return the answer.  `about`: what ``INFO`` says."""
    if not words:
        return Reply("error", "ERR empty command")
    name, args = words[0].lower(), list(words[1:])
    if name == "info":
        return Reply("bulk", "# Server\r\n" + "".join(f"{key}:{value}\r\n" for key, value in about.items()))
    known = _COMMANDS.get(name)
    if known is None:
        given = " ".join(f"'{word}'" for word in args)
        return Reply("error", f"ERR unknown command '{words[0]}', with args beginning with: {given} ".rstrip(" ") + " ")
    command, fewest, most = known
    if not fewest <= len(args) <= (most if most >= 0 else len(args)):
        return Reply("error", f"ERR wrong number of arguments for '{name}' command")
    try:
        return command(data, args)
    except _Wrong as error:
        return Reply("error", str(error))


def _text(data: Data, key: str) -> str | None:
    value = data.get(key)
    if value is not None and not isinstance(value, str):
        raise _Wrong(_TYPE)
    return value


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise _Wrong(_NUMBER) from None


def _add(data: Data, key: str, by: int) -> Reply:
    total = _whole(_text(data, key) or "0") + by
    data[key] = str(total)
    return Reply("integer", total)


def _set(data: Data, args: list[str]) -> Reply:
    options = [word.lower() for word in args[2:]]
    if ("nx" in options and args[0] in data) or ("xx" in options and args[0] not in data):
        return Reply("bulk")
    data[args[0]] = args[1]
    return Reply("status", "OK")


def _append(data: Data, args: list[str]) -> Reply:
    data[args[0]] = (_text(data, args[0]) or "") + args[1]
    return Reply("integer", len(data[args[0]]))


def _delete(data: Data, args: list[str]) -> Reply:
    return Reply("integer", sum(data.pop(key, None) is not None for key in args))


def _clear(data: Data, args: list[str]) -> Reply:
    data.clear()
    return Reply("status", "OK")


def _listed(data: Data, key: str) -> list[str]:
    value = data.setdefault(key, [])
    if not isinstance(value, list):
        raise _Wrong(_TYPE)
    return value


def _push(data: Data, args: list[str], *, left: bool) -> Reply:
    values = _listed(data, args[0])
    for word in args[1:]:
        values.insert(0 if left else len(values), word)
    return Reply("integer", len(values))


def _pop(data: Data, args: list[str], *, left: bool) -> Reply:
    values = _listed(data, args[0])
    popped = values.pop(0 if left else -1) if values else None
    if not values:
        del data[args[0]]
    return Reply("bulk", popped)


def _range(data: Data, args: list[str]) -> Reply:
    values = _listed(data, args[0]) if args[0] in data else []
    first, last = _whole(args[1]), _whole(args[2])
    end = len(values) if last == -1 else last + 1
    return Reply(
        "array", values[first:end] if first >= 0 else values[first:] if last == -1 else values[first : last + 1]
    )


def _length(data: Data, args: list[str]) -> Reply:
    return Reply("integer", len(_listed(data, args[0])) if args[0] in data else 0)


def _hash(data: Data, key: str) -> dict[str, str]:
    value = data.get(key, {})
    if not isinstance(value, dict):
        raise _Wrong(_TYPE)
    return value


def _hset(data: Data, args: list[str]) -> Reply:
    fields = _hash(data, args[0])
    new = dict(zip(args[1::2], args[2::2], strict=False))
    added = sum(key not in fields for key in new)
    data[args[0]] = {**fields, **new}
    return Reply("integer", added)


def _hincr(data: Data, args: list[str]) -> Reply:
    fields = _hash(data, args[0])
    total = _whole(fields.get(args[1], "0")) + _whole(args[2])
    data[args[0]] = {**fields, args[1]: str(total)}
    return Reply("integer", total)


def _kind(data: Data, args: list[str]) -> Reply:
    names = {"str": "string", "list": "list", "dict": "hash"}
    return Reply("status", names.get(type(data.get(args[0])).__name__, "none"))


Command = Callable[[Data, list[str]], Reply]
#: command -> (what it does, fewest and most arguments; -1: any number)
_COMMANDS: dict[str, tuple[Command, int, int]] = {
    "ping": (lambda data, args: Reply("bulk", args[0]) if args else Reply("status", "PONG"), 0, 1),
    "echo": (lambda data, args: Reply("bulk", args[0]), 1, 1),
    "select": (lambda data, args: Reply("status", "OK"), 1, 1),
    "get": (lambda data, args: Reply("bulk", _text(data, args[0])), 1, 1),
    "set": (_set, 2, -1),
    "append": (_append, 2, 2),
    "incr": (lambda data, args: _add(data, args[0], 1), 1, 1),
    "decr": (lambda data, args: _add(data, args[0], -1), 1, 1),
    "incrby": (lambda data, args: _add(data, args[0], _whole(args[1])), 2, 2),
    "decrby": (lambda data, args: _add(data, args[0], -_whole(args[1])), 2, 2),
    "del": (_delete, 1, -1),
    "exists": (lambda data, args: Reply("integer", sum(key in data for key in args)), 1, -1),
    "keys": (lambda data, args: Reply("array", fnmatch.filter(data, args[0])), 1, 1),
    "type": (_kind, 1, 1),
    "dbsize": (lambda data, args: Reply("integer", len(data)), 0, 0),
    "flushall": (_clear, 0, 1),
    "flushdb": (_clear, 0, 1),
    "mget": (lambda data, args: Reply("array", [_text(data, key) for key in args]), 1, -1),
    "lpush": (lambda data, args: _push(data, args, left=True), 2, -1),
    "rpush": (lambda data, args: _push(data, args, left=False), 2, -1),
    "lpop": (lambda data, args: _pop(data, args, left=True), 1, 1),
    "rpop": (lambda data, args: _pop(data, args, left=False), 1, 1),
    "lrange": (_range, 3, 3),
    "llen": (_length, 1, 1),
    "hset": (_hset, 3, -1),
    "hget": (lambda data, args: Reply("bulk", _hash(data, args[0]).get(args[1])), 2, 2),
    "hgetall": (lambda data, args: Reply("array", [w for pair in _hash(data, args[0]).items() for w in pair]), 1, 1),
    "hincrby": (_hincr, 3, 3),
}
