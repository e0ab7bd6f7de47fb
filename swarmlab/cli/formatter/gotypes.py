"""JSON to typed Go values, and back.

``service inspect -f`` works on Go structs: a field that the engine left out has its zero value, an unknown one
is an error, and `{{.Spec.Mode}}` prints as a struct.  The real program decodes and encodes services and nodes
again, so what it does not know vanishes.  The types are in `types_swarm` and `types_engine`.
"""

import base64
import re
from functools import cache
from typing import Any, NamedTuple

from swarmlab.cli.formatter.gotime import go_time
from swarmlab.gostrings import format_duration
from swarmlab.gotemplate.values import Map, NilPointer, Number, Pointee, Slice, Stringer, Struct

_INTEGERS = frozenset(("int", "int64", "uint64", "uint32", "uint16", "int32", "uint", "uint8"))


#: Types that go through a map on their way to JSON (moby: api/types/registry, ServiceConfig.MarshalJSON).
_MARSHALLED_AS_MAPS = frozenset(("registry.ServiceConfig", "registry.IndexInfo"))


class _Field(NamedTuple):
    name: str
    key: str  # in JSON
    go_type: str
    omit_empty: bool
    embedded: bool
    hidden: bool  # never in JSON


@cache
def _schema() -> dict[str, list[_Field]]:
    from swarmlab.cli.formatter import types_engine, types_swarm

    schema = {}
    for text in (types_swarm.TYPES, types_engine.TYPES):
        for entry in re.sub(r"\n +", " ", text).strip().split("\n"):
            name, _, body = entry.partition(":")
            schema[name] = [_field(part) for part in body.split(";") if part.strip()]
    return schema


def _field(text: str) -> _Field:
    head, go_type = text.strip().split(" ", 1)
    omit, hidden, embedded = head.endswith("?"), head.endswith("-"), head.startswith("~")
    name, _, key = head.strip("~?-").partition("=")
    return _Field(name, key or name, go_type, omit, embedded, hidden)


class Typed(Struct):
    """A struct that knows how its fields are spelled in JSON."""

    def __init__(self, go_type: str, fields: dict[str, Any], promoted: dict[str, Any], *, pointer: bool) -> None:
        super().__init__(go_type, fields, pointer=pointer, promoted=promoted)
        self._schema_name = go_type

    def go_json(self) -> "Fields":
        """Return the fields as `json.Marshal` writes them."""
        out = Fields()
        for field in _schema()[self._schema_name]:
            value = self.fields[field.name]
            if field.hidden:
                continue
            if field.embedded:
                if not isinstance(value, NilPointer):
                    out.update(value.go_json())
            elif not (field.omit_empty and _is_empty(value)):
                out[field.key] = value
        if self._schema_name in _MARSHALLED_AS_MAPS:
            return Fields(sorted(out.items()))
        return out


class Fields(dict[str, Any]):
    """A JSON object whose keys stay in order."""

    ordered = True


class Bytes(Slice):
    """A []byte: numbers to print, base64 in JSON."""

    def go_json(self) -> str | None:
        """Return the base64 text."""
        return None if self.nil else base64.b64encode(bytes(self)).decode()


def _is_empty(value: Any) -> bool:
    if isinstance(value, Stringer):
        return False
    if isinstance(value, Pointee):
        return False
    return (
        value is None
        or isinstance(value, NilPointer)
        or (isinstance(value, (str, int, float, list, dict)) and not value)
    )


def decode(go_type: str, value: Any) -> Any:
    """Return the JSON `value` as a value of `go_type` ("swarm.Service", "[]string", "*bool" …)."""
    if go_type.startswith("*"):
        return _pointer(go_type[1:], value)
    if go_type.startswith("[]"):
        return Slice(go_type, [decode(go_type[2:], item) for item in value or ()], nil=value is None)
    if go_type.startswith("map["):
        inner = go_type.partition("]")[2]
        return Map(go_type, {k: decode(inner, v) for k, v in (value or {}).items()}, nil=value is None)
    match go_type:
        case "string":
            return value or ""
        case "bool":
            return bool(value)
        case "float32" | "float64":
            return float(value or 0)
        case "time":
            return go_time(value)
        case "duration":
            return Number(value or 0, "time.Duration", format_duration(value or 0))
        case "filemode":
            return Number(value or 0, "fs.FileMode", file_mode(value or 0))
        case "bytes":
            return Bytes("[]uint8", base64.b64decode(value or ""), nil=value is None)
        case "any":
            return value
        case "struct{}":
            return Struct("struct {}", {})
    if go_type in _INTEGERS:
        return Number(value or 0, go_type)
    return _struct(go_type, value or {}, pointer=False)


def _pointer(go_type: str, value: Any) -> Any:
    if value is None:
        names = frozenset(field.name for field in _schema().get(go_type, ()))
        return NilPointer("*" + go_type, names)
    if go_type == "duration":
        return Pointee(value, "*time.Duration", format_duration(value))
    if go_type in _INTEGERS:
        return Pointee(value, "*" + go_type)
    if go_type == "bool":
        return Pointee(int(value), "*bool", "true" if value else "false")
    if go_type in _schema():
        return _struct(go_type, value, pointer=True)
    return decode(go_type, value)


def _struct(go_type: str, value: dict[str, Any], *, pointer: bool) -> Typed:
    fields: dict[str, Any] = {}
    promoted: dict[str, Any] = {}
    for field in _schema()[go_type]:
        if field.embedded:
            inner = _struct(field.go_type.lstrip("*"), value, pointer=field.go_type.startswith("*"))
            fields[field.name] = inner
            promoted.update({**inner._promoted, **inner.fields})
        else:
            fields[field.name] = decode(field.go_type, value.get(field.key))
    return Typed(go_type, fields, promoted, pointer=pointer)


def file_mode(mode: int) -> str:
    """Return a Go file mode: 292 is "-r--r--r--"."""
    bits = "".join("rwx"[i % 3] if mode >> (8 - i) & 1 else "-" for i in range(9))
    special = "".join(char for i, char in enumerate("dalTLDpSugct?") if mode >> (31 - i) & 1)
    return (special or "-") + bits
