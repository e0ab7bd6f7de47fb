"""The functions a template may call: Go's own and docker's.

A function raises `CallError`; the evaluator says where.  Functions that Go evaluates lazily (and, or) are in
`evaluate`.  Go: text/template/funcs.go; docker/cli: templates/templates.go.
"""

import html
import urllib.parse
from collections.abc import Callable
from typing import Any

from swarmlab.cli.template.nodes import ConstantNode
from swarmlab.cli.template.show import show, sprint, sprintf, sprintln
from swarmlab.cli.template.values import NilPointer, Slice, Stringer, is_true, type_name


class CallError(Exception):
    """A function refused its arguments; the text is Go's, after "error calling x: "."""


class TypeRefused(Exception):
    """Argument number `index` has the wrong type."""

    def __init__(self, value: Any, expected: str, index: int) -> None:
        super().__init__(expected)
        self.value, self.expected, self.index = value, expected, index

    def words(self, node: object) -> str:
        """Return Go's text; a constant is refused while parsing arguments, hence in other words."""
        if isinstance(node, ConstantNode):
            return f"expected {'integer' if self.expected == 'int' else self.expected}; found {node}"
        if self.value is None:
            return f"invalid value; expected {self.expected}"
        return f"wrong type for value; expected {self.expected}; got {type_name(self.value)}"


def _text(value: Any, index: int = 0) -> str:
    if isinstance(value, str) and not isinstance(value, Stringer):
        return str(value)
    raise TypeRefused(value, "string", index)


def _whole(value: Any, index: int = 0) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    raise TypeRefused(value, "int", index)


def _words(value: Any) -> list[str]:
    if isinstance(value, list) and type_name(value) == "[]string":
        return [str(item) for item in value]
    raise TypeRefused(value, "[]string", 0)


def _json(value: Any) -> str:
    from swarmlab.cli.gojson import dumps  # which prints the values of this package

    return str(dumps(value, escape_html=False))


def _split(text: Any, separator: Any) -> Any:
    text, separator = _text(text), _text(separator, 1)
    return Slice("[]string", text.split(separator) if separator else list(text))


def _title(text: Any) -> str:
    out, start = [], True
    for char in _text(text):
        out.append(char.upper() if start else char)
        start = not (char.isalnum() or char in "_'") if char.isascii() else char.isspace()
        if char == "'":
            start = False
    return "".join(out)


def _pad(text: Any, before: Any, after: Any) -> str:
    shown = _text(text)
    return " " * _whole(before, 1) + shown + " " * _whole(after, 2) if shown else shown


def _truncate(text: Any, length: Any) -> str:
    encoded = _text(text).encode()
    return encoded[: _whole(length, 1)].decode("utf-8", "replace") if len(encoded) >= length else str(text)


def _len(value: Any) -> int:
    if isinstance(value, str) and not isinstance(value, Stringer):
        return len(value.encode())
    if isinstance(value, (list, dict)):
        return len(value)
    if value is None or isinstance(value, NilPointer):
        raise CallError("len of nil pointer")
    raise CallError(f"len of type {type_name(value)}")


def _index(item: Any, *keys: Any) -> Any:
    if item is None or isinstance(item, NilPointer):
        raise CallError("index of untyped nil")
    for key in keys:
        if isinstance(item, list) or (isinstance(item, str) and not isinstance(item, Stringer)):
            if key is None:
                raise CallError("cannot index slice/array with nil")
            if not isinstance(key, int) or isinstance(key, bool):
                raise CallError(f"cannot index slice/array with type {type_name(key)}")
            if not 0 <= key < len(item):
                raise CallError(f"index out of range: {int(key)}")
            item = item[key] if isinstance(item, list) else item.encode()[key]
        elif isinstance(item, dict):
            if not isinstance(key, str):
                raise CallError("value is nil; should be of type string" if key is None
                                else f"value has type {type_name(key)}; should be string")  # fmt: skip
            item = item[key] if key in item else _zero(type_name(item))
        else:
            raise CallError("index of nil pointer" if item is None else f"can't index item of type {type_name(item)}")
    return item


def _zero(map_type: str) -> Any:
    """Return what a Go map of this type gives for a key it has not."""
    element = map_type.partition("]")[2]
    return {"string": "", "int": 0, "bool": False}.get(element)


def _slice(item: Any, *bounds: Any) -> Any:
    if isinstance(item, str):
        low, high = ([_whole(bound) for bound in bounds] + [0, len(item.encode())][len(bounds) :])[:2]
        if not 0 <= low <= high <= len(item.encode()):
            raise CallError(f"index out of range: {high if high > len(item.encode()) else low}")
        return item.encode()[low:high].decode("utf-8", "replace")
    if isinstance(item, list):
        low, high = ([_whole(bound) for bound in bounds] + [0, len(item)][len(bounds) :])[:2]
        if not 0 <= low <= high <= len(item):
            raise CallError(f"index out of range: {high if high > len(item) else low}")
            return Slice(type_name(item), item[low:high])
    raise CallError(f"can't slice item of type {type_name(item)}")


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, Stringer):
        return "struct"
    for python, kind in ((int, "int"), (float, "float"), (str, "string")):
        if isinstance(value, python):
            return kind
    return "nil" if value is None else "other"


def _eq(first: Any, *others: Any) -> bool:
    if not others:
        raise CallError("missing argument for comparison")
    for other in others:
        if _kind(first) != _kind(other) and "nil" not in (_kind(first), _kind(other)):
            raise CallError("incompatible types for comparison")
        if isinstance(first, (dict, list)) and not (first is None or other is None):
            raise CallError(f"non-comparable type {show(first)}: {type_name(first)}")
        if _kind(first) == _kind(other) and first == other:
            return True
    return False


def _less(first: Any, other: Any) -> bool:
    if {_kind(first), _kind(other)} & {"other", "struct", "nil"}:
        raise CallError("invalid type for comparison")
    if _kind(first) != _kind(other):
        raise CallError("incompatible types for comparison")
    if _kind(first) == "bool":
        raise CallError("invalid type for comparison")
    return bool(first < other)


def _plain(value: Any) -> str:
    return show(value) if not isinstance(value, str) else str(value)


def _print_args(function: Callable[[str], str]) -> Callable[..., str]:
    return lambda *values: function(
        values[0] if len(values) == 1 and isinstance(values[0], str) else sprint(list(values))
    )


def _js(text: str) -> str:
    table = {"\\": "\\\\", "'": "\\'", '"': '\\"', "<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "=": "\\u003D"}
    return "".join(table.get(c, c if c >= " " else f"\\u{ord(c):04X}") for c in text)


def _html(text: str) -> str:
    return html.escape(text).replace("&quot;", "&#34;").replace("&#x27;", "&#39;").replace("\0", "\ufffd")


def _call(*_: Any) -> Any:
    raise CallError("call of nil")


DOCKER: dict[str, Callable[..., Any]] = {
    "and": lambda *values: next((v for v in values[:-1] if not is_true(v)), values[-1]),
    "or": lambda *values: next((v for v in values[:-1] if is_true(v)), values[-1]),
    "not": lambda value: not is_true(value),
    "len": _len,
    "index": _index,
    "slice": _slice,
    "eq": _eq,
    "ne": lambda first, other: not _eq(first, other),
    "lt": _less,
    "le": lambda first, other: _less(first, other) or _eq(first, other),
    "gt": lambda first, other: not (_less(first, other) or _eq(first, other)),
    "ge": lambda first, other: not _less(first, other),
    "print": lambda *values: sprint(list(values)),
    "printf": lambda form, *values: sprintf(_text(form), list(values)),
    "println": lambda *values: sprintln(list(values)),
    "html": _print_args(_html),
    "js": _print_args(_js),
    "urlquery": _print_args(urllib.parse.quote_plus),
    "call": _call,
    "json": _json,
    "split": _split,
    "join": lambda words, separator: _text(separator, 1).join(_words(words)),
    "title": _title,
    "lower": lambda text: _text(text).lower(),
    "upper": lambda text: _text(text).upper(),
    "pad": _pad,
    "truncate": _truncate,
}

#: In the header line of a table these leave the column's title alone.
HEADER: dict[str, Callable[..., Any]] = {
    name: lambda text, *_: text for name in ("json", "split", "join", "title", "lower", "upper", "truncate")
}

#: How many arguments each function takes: (least, most); most None for any number.
ARITY: dict[str, tuple[int, int | None]] = {
    "and": (1, None), "or": (1, None), "not": (1, 1), "len": (1, 1), "index": (1, None), "slice": (1, None),
    "eq": (1, None), "ne": (2, 2), "lt": (2, 2), "le": (2, 2), "gt": (2, 2), "ge": (2, 2), "print": (0, None),
    "printf": (1, None), "println": (0, None), "html": (0, None), "js": (0, None), "urlquery": (0, None),
    "call": (1, None), "json": (1, 1), "split": (2, 2), "join": (2, 2), "title": (1, 1), "lower": (1, 1),
    "upper": (1, 1), "pad": (3, 3), "truncate": (2, 2),
}  # fmt: skip
VARIADIC = frozenset(name for name, (_, most) in ARITY.items() if most is None)
