"""What a request's JSON must look like: Go's structs as data, and its words for a value of the wrong type.

`decode` gives back plain dicts that hold only known fields, each of the right type, so whatever turns them
into objects of the core need not check again.  As in Go (``encoding/json/decode.go``) unknown fields are
ignored, names match whatever their case, and null means "not given".
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from swarmlab.api.gojson import Decimal
from swarmlab.errors import InvalidArgument


@dataclass(frozen=True)
class Scalar:
    """A string, number or truth value; `go` is its Go type, as error texts name it."""

    go: str
    kind: str  # string bool int uint float any bytes strings


@dataclass(frozen=True)
class ListOf:
    """A JSON array; `size` is its length if that is part of its type."""

    of: "Type"
    size: int = 0

    @property
    def go(self) -> str:
        """Its Go type."""
        return f"[{self.size or ''}]{self.of.go}"


@dataclass(frozen=True)
class MapOf:
    """A JSON object whose keys are free."""

    of: "Type"
    key: str = "string"

    @property
    def go(self) -> str:
        """Its Go type."""
        return f"map[{self.key}]{self.of.go}"


@dataclass(frozen=True)
class Struct:
    """A JSON object with known fields; `go` is the struct's name with its package.

    `nameless`: moby has an interface filled with it, and what is said about a field then leaves the name out.
    """

    go: str
    fields: "Mapping[str, Type]"
    nameless: bool = False
    folded: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "folded", {name.casefold(): name for name in self.fields})


Type = Scalar | ListOf | MapOf | Struct

STRING = Scalar("string", "string")
BOOL = Scalar("bool", "bool")
INT = Scalar("int", "int")
INT64 = Scalar("int64", "int")
UINT64 = Scalar("uint64", "uint")
UINT32 = Scalar("uint32", "uint")
UINT16 = Scalar("uint16", "uint")
UINT = Scalar("uint", "uint")
FLOAT32 = Scalar("float32", "float")
DURATION = Scalar("time.Duration", "int")
BYTES = Scalar("[]uint8", "bytes")
ANY = Scalar("interface {}", "any")
FILE_MODE = Scalar("fs.FileMode", "uint")
STRINGS = ListOf(STRING)
LABELS = MapOf(STRING)
_BYTE = Scalar("uint8", "uint")
#: A list of strings that may also be written as one string (moby ``api/types/strslice``).
WORDS = Scalar("strslice.StrSlice", "strings")
EMPTY = Struct("struct {}", {})

_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_BITS = {
    **dict.fromkeys(("int", "int64", "time.Duration", "uint", "uint64"), 64),
    **{"uint32": 32, "fs.FileMode": 32, "uint16": 16, "uint8": 8},
}
_LARGEST = 3.4028235677973366e38  # half a step above it still becomes it


class _Place(NamedTuple):
    """Where in a request a value stands, as error texts tell it.

    Go up to 1.26 named the innermost struct and the fields that lead to the value.  Since 1.27 ``encoding/json`` names
    the outermost one and every step, list places and keys of maps too, as they are written in the request.
    """

    every_step: bool
    struct: str = ""
    steps: tuple[str, ...] = ()
    in_list: bool = False

    def inside(self, shape: Struct) -> "_Place":
        """Return the place of the value as a struct that has fields."""
        if self.every_step and self.steps:
            return self
        return self._replace(struct="" if self.every_step and shape.nameless else shape.go.rpartition(".")[2])

    def field(self, name: str, written: str) -> "_Place":
        """Return the place of a field's value."""
        return self._replace(steps=(*self.steps, written if self.every_step else name), in_list=False)

    def entry(self, key: str) -> "_Place":
        """Return the place of a value of a map."""
        if not self.every_step:
            return self
        return self._replace(steps=(*self.steps, key.replace("~", "~0").replace("/", "~1")), in_list=False)

    def item(self, number: int) -> "_Place":
        """Return the place of an element of a list."""
        return self._replace(steps=(*self.steps, str(number)), in_list=True) if self.every_step else self

    def wrong(self, value: Any, shape: Type) -> InvalidArgument:
        """Return the error that says that `value` does not fit."""
        path = ".".join((self.struct, *self.steps))
        where = "Go value" if not self.steps else path if self.in_list else f"Go struct field {path}"
        return InvalidArgument(f"json: cannot unmarshal {_what(value, shape)} into {where} of type {shape.go}")


def decode(shape: Type, value: Any, *, every_step: bool = True) -> Any:
    """Return `value` in its shape; None for null.  `every_step`: whether errors tell the whole way (see `_Place`).

    Raises InvalidArgument in Go's words for the first value of a wrong type.
    """
    return _decode(shape, value, _Place(every_step))


def _decode(shape: Type, value: Any, place: _Place) -> Any:
    if value is None:
        return None
    if isinstance(shape, Struct):
        if not isinstance(value, dict):
            raise place.wrong(value, shape)
        inside = place.inside(shape)
        decoded = {}
        for key, item in value.items():
            known = key if key in shape.fields else shape.folded.get(key.casefold())
            if known is not None and item is not None:
                decoded[known] = _decode(shape.fields[known], item, inside.field(known, key))
        return decoded
    if isinstance(shape, ListOf):
        if not isinstance(value, list):
            raise place.wrong(value, shape)
        zero = _zero(shape.of)
        return [zero if item is None else _decode(shape.of, item, place.item(i)) for i, item in enumerate(value)]
    if isinstance(shape, MapOf):
        if not isinstance(value, dict):
            raise place.wrong(value, shape)
        zero = _zero(shape.of)
        return {
            key: zero if item is None else _decode(shape.of, item, place.entry(key))
            for key, item in sorted(value.items())
        }
    return _scalar(shape, value, place)


def _scalar(shape: Scalar, value: Any, place: _Place) -> Any:
    kind = shape.kind
    if kind == "any":
        return value
    if kind == "string" and isinstance(value, str):
        return value
    if kind == "bool" and isinstance(value, bool):
        return value
    if kind in ("int", "uint") and isinstance(value, int) and not isinstance(value, bool):
        bits = _BITS[shape.go]
        low, high = (0, 2**bits) if kind == "uint" else (-(2 ** (bits - 1)), 2 ** (bits - 1))
        if low <= value < high:
            return value
    if kind == "float" and isinstance(value, int | float) and abs(value) < _LARGEST and not isinstance(value, bool):
        return int(value) if value == value // 1 and abs(value) < 1e15 else float(value)
    if kind == "bytes" and isinstance(value, list):
        return bytes(_decode(_BYTE, item, place.item(i)) or 0 for i, item in enumerate(value))
    if kind == "bytes" and isinstance(value, str):
        return _bytes(shape, value, place)
    if kind == "strings":
        return _words(value, place)
    raise place.wrong(value, shape)


def _words(value: Any, place: _Place) -> list[str]:
    """Return a list of strings, or one string as a list.  What is neither was tried as a string last."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, list) and all(item is None or isinstance(item, str) for item in value):
        return [item or "" for item in value]
    raise (_Place(True) if place.every_step else place).wrong(value, STRING)


def _bytes(shape: Scalar, text: str, place: _Place) -> bytes:
    clean = text.replace("\r", "").replace("\n", "")
    if _BASE64.fullmatch(clean):
        return base64.b64decode(clean)
    why = f"illegal base64 data at input byte {_fault(text.encode('utf-8', 'replace'))}"
    raise InvalidArgument(f"{place.wrong(text, shape)}: {why}" if place.every_step else why)


def _fault(text: bytes) -> int:
    """Return the place at which Go gives up on what is not base64 (``encoding/base64``, ``decodeQuantum``)."""
    within = 0  # how many letters of a group of four have been read
    written = [(at, byte) for at, byte in enumerate(text) if byte not in b"\r\n"]
    for number, (at, byte) in enumerate(written):
        if byte in _LETTERS:
            within = (within + 1) % 4
            continue
        if byte != ord("=") or within < 2:
            return at
        after = written[number + 1 :]
        if within == 2:  # a second one has to follow
            if not after:
                return len(text)
            if after[0][1] != ord("="):
                return at
            after = after[1:]
        return after[0][0]
    return len(text) - within


def _zero(shape: Type) -> Any:
    """Return what an element is when it is written as null."""
    if isinstance(shape, Struct | MapOf):
        return {}
    if isinstance(shape, ListOf):
        return []
    return {"string": "", "bool": False, "int": 0, "uint": 0, "float": 0, "bytes": b"", "strings": []}.get(shape.kind)


def _what(value: Any, shape: Type) -> str:
    """Return what JSON calls `value`; numbers that do not fit are shown."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | Decimal):
        text = value.text if isinstance(value, Decimal) else str(value)
        return f"number {text}" if isinstance(shape, Scalar) and shape.kind in ("int", "uint", "float") else "number"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"
