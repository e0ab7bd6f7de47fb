"""The functions that every template may call: Go's own.  Who has more (docker, swarm) adds them.

A function raises `CallError`; the evaluator says where.  Functions that Go evaluates lazily (and, or) are in
`evaluate`.  Go: text/template/funcs.go.
"""

import html
import urllib.parse
from collections.abc import Callable
from typing import Any, NamedTuple

from swarmlab.gotemplate.nodes import ConstantNode
from swarmlab.gotemplate.show import show, sprint, sprintf, sprintln
from swarmlab.gotemplate.values import NilPointer, Pointee, Slice, Stringer, is_true, type_name


class Function(NamedTuple):
    """A function and how many arguments it takes; `most` None: any number."""

    call: Callable[..., Any]
    least: int = 1
    most: int | None = 1


class CallError(Exception):
    """A function refused its arguments; the text is Go's, after "error calling x: "."""


class TypeRefused(Exception):
    """Argument number `index` has the wrong type."""

    def __init__(self, value: Any, expected: str, index: int) -> None:
        super().__init__(expected)
        self.value, self.expected, self.index = value, expected, index

    def words(self, node: object) -> str:
        """Return Go's text; a constant is refused while parsing arguments, hence in other words."""
        if isinstance(node, ConstantNode) and self.expected.startswith("[]"):
            return f"can't handle {node} for arg of type {self.expected}"
        if isinstance(node, ConstantNode):
            return f"expected {'integer' if self.expected == 'int' else self.expected}; found {node}"
        if self.value is None:
            return f"invalid value; expected {self.expected}"
        return f"wrong type for value; expected {self.expected}; got {type_name(self.value)}"


def text_of(value: Any, index: int = 0) -> str:
    """Return argument number `index`, which must be a string."""
    if isinstance(value, str) and not isinstance(value, Stringer):
        return str(value)
    raise TypeRefused(value, "string", index)


def whole_of(value: Any, index: int = 0) -> int:
    """Return argument number `index`, which must be a whole number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    raise TypeRefused(value, "int", index)


def _len(value: Any) -> int:
    if isinstance(value, str) and not isinstance(value, Stringer):
        return len(value.encode())
    if isinstance(value, (list, dict)):
        return len(value)
    if value is None:
        raise CallError("reflect: call of reflect.Value.Type on zero Value")
    if isinstance(value, NilPointer):
        raise CallError("len of nil pointer")
    raise CallError(f"len of type {type_name(value).removeprefix('*')}")


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
    if isinstance(item, str) and not isinstance(item, Stringer):
        encoded = item.encode()
        low, high = _bounds(len(encoded), bounds)
        return encoded[low:high].decode("utf-8", "replace")
    if isinstance(item, list):
        low, high = _bounds(len(item), bounds)
        return Slice(type_name(item), item[low:high])
    raise CallError(f"can't slice item of type {type_name(item)}")


def _bounds(length: int, bounds: tuple[Any, ...]) -> tuple[int, int]:
    given = [whole_of(bound, number) for number, bound in enumerate(bounds, 1)]
    for bound in given:
        if not 0 <= bound <= length:
            raise CallError(f"index out of range: {bound}")
    low, high = (given + [0, length][len(given) :])[:2]
    if low > high:
        raise CallError(f"invalid slice index: {low} > {high}")
    return low, high


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, (Stringer, Pointee)):
        return "struct" if isinstance(value, Stringer) else "pointer"
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
    if {_kind(first), _kind(other)} & {"other", "struct", "pointer", "nil"}:
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
        values[0] if len(values) == 1 and isinstance(values[0], str) else sprint(list(values), reach=True)
    )


def _js(text: str) -> str:
    table = {"\\": "\\\\", "'": "\\'", '"': '\\"', "<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "=": "\\u003D"}
    return "".join(table.get(c, c if c >= " " else f"\\u{ord(c):04X}") for c in text)


def _html(text: str) -> str:
    return html.escape(text).replace("&quot;", "&#34;").replace("&#x27;", "&#39;").replace("\0", "\ufffd")


def _call(*_: Any) -> Any:
    raise CallError("call of nil")


BUILTIN: dict[str, Function] = {
    "and": Function(lambda *values: next((v for v in values[:-1] if not is_true(v)), values[-1]), 1, None),
    "or": Function(lambda *values: next((v for v in values[:-1] if is_true(v)), values[-1]), 1, None),
    "not": Function(lambda value: not is_true(value)),
    "len": Function(_len),
    "index": Function(_index, 1, None),
    "slice": Function(_slice, 1, None),
    "eq": Function(_eq, 1, None),
    "ne": Function(lambda first, other: not _eq(first, other), 2, 2),
    "lt": Function(_less, 2, 2),
    "le": Function(lambda first, other: _less(first, other) or _eq(first, other), 2, 2),
    "gt": Function(lambda first, other: not (_less(first, other) or _eq(first, other)), 2, 2),
    "ge": Function(lambda first, other: not _less(first, other), 2, 2),
    "print": Function(lambda *values: sprint(list(values)), 0, None),
    "printf": Function(lambda form, *values: sprintf(text_of(form), list(values)), 1, None),
    "println": Function(lambda *values: sprintln(list(values)), 0, None),
    "html": Function(_print_args(_html), 0, None),
    "js": Function(_print_args(_js), 0, None),
    "urlquery": Function(_print_args(urllib.parse.quote_plus), 0, None),
    "call": Function(_call, 1, None),
}
