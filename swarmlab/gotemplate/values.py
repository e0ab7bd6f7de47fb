"""What a template may be given besides plain JSON: objects that know their Go type.

Plain Python values stand for what Go's `encoding/json` makes of unknown JSON: dict for map[string]interface {},
list for []interface {}, None for nil.  The classes here carry a Go type's name, because Go's error texts and
its way of printing depend on it.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol, runtime_checkable


@runtime_checkable
class Object(Protocol):
    """Something with named fields or methods."""

    go_type: str

    def go_field(self, name: str) -> Any:
        """Return the value of a field or method; raises KeyError when there is none."""
        ...


class NilPointer:
    """A pointer that points nowhere, but knows to what it would."""

    def __init__(self, go_type: str, fields: frozenset[str] = frozenset()) -> None:
        self.go_type = go_type
        self.fields = fields

    def __bool__(self) -> bool:
        return False


class Struct:
    """A Go struct: fields in their order.  `pointer` tells whether it is held by address."""

    def __init__(self, go_type: str, fields: Mapping[str, Any], *, pointer: bool = False,
                 promoted: Mapping[str, Any] | None = None) -> None:  # fmt: skip
        self.go_type = ("*" if pointer else "") + go_type
        self.pointer = pointer
        self.fields = fields
        self._promoted = promoted or {}

    def go_field(self, name: str) -> Any:
        """Return a field, or one of an embedded struct."""
        if name in self.fields:
            return self.fields[name]
        return self._promoted[name]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.fields.values())


class Slice(list[Any]):
    """A slice of a known type."""

    def __init__(self, go_type: str, items: Any = (), *, nil: bool = False) -> None:
        super().__init__(items)
        self.go_type = go_type
        self.nil = nil


class Map(dict[str, Any]):
    """A map of a known type."""

    go_methods: Mapping[str, Callable[..., Any]] = {}  # methods that take arguments

    def __init__(self, go_type: str, items: Any = (), *, nil: bool = False) -> None:
        super().__init__(items)
        self.go_type = go_type
        self.nil = nil


class Stringer(str):
    """A value of another type that prints as this text (a time, say)."""

    go_type: str
    json: Any

    def __new__(cls, text: str, go_type: str, json: Any) -> "Stringer":
        self = super().__new__(cls, text)
        self.go_type, self.json = go_type, json
        return self


class Number(int):
    """A whole number of a named or sized type; `text` when it prints otherwise (a duration)."""

    go_type: str
    text: str | None

    def __new__(cls, value: int, go_type: str, text: str | None = None) -> "Number":
        self = super().__new__(cls, value)
        self.go_type, self.text = go_type, text
        return self


class Pointee(Number):
    """A number or bool held by pointer: zero is something, not nothing."""


def type_name(value: Any) -> str:
    """Return the Go type of `value` as error texts name it."""
    known = getattr(value, "go_type", None)
    if known is not None:
        return str(known)
    if value is None:
        return "interface {}"
    for python, go in (
        (bool, "bool"),
        (str, "string"),
        (int, "int"),
        (float, "float64"),
        (dict, "map[string]interface {}"),
    ):
        if isinstance(value, python):
            return go
    return "[]interface {}"


def is_true(value: Any) -> bool:
    """Is `value` neither zero nor empty?  A struct always counts."""
    if isinstance(value, (Stringer, Pointee)):
        return True
    if value is None or isinstance(value, NilPointer):
        return False
    if isinstance(value, (bool, int, float, str, list, dict)):
        return bool(value)
    return True
