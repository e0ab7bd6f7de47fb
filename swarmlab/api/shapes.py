"""What a request's JSON must look like: Go's structs as data, and its words for a value of the wrong type.

`decode` gives back plain dicts that hold only known fields, each of the right type, so whatever turns them
into objects of the core need not check again.  As in Go (``encoding/json/decode.go``) unknown fields are
ignored, names match whatever their case, and null means "not given".
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from swarmlab.api.gojson import Decimal
from swarmlab.errors import InvalidArgument


@dataclass(frozen=True)
class Scalar:
    """A string, number or truth value; `go` is its Go type, as error texts name it."""

    go: str
    kind: str  # string bool int uint float any bytes strings


@dataclass(frozen=True)
class ListOf:
    """A JSON array."""

    of: "Type"

    @property
    def go(self) -> str:
        """Its Go type."""
        return f"[]{self.of.go}"


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
    """A JSON object with known fields; `go` is the struct's name with its package."""

    go: str
    fields: "Mapping[str, Type]"
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
FLOAT32 = Scalar("float32", "float")
DURATION = Scalar("time.Duration", "int")
BYTES = Scalar("[]uint8", "bytes")
ANY = Scalar("interface {}", "any")
STRINGS = ListOf(STRING)
LABELS = MapOf(STRING)
#: A list of strings that may also be written as one string (moby ``api/types/strslice``).
WORDS = Scalar("strslice.StrSlice", "strings")
EMPTY = Struct("struct {}", {})

_BITS = {"int": 64, "int64": 64, "time.Duration": 64, "uint64": 64, "uint32": 32}


def decode(shape: Type, value: Any) -> Any:
    """Return `value` in its shape; None for null.

    Raises InvalidArgument in Go's words for the first value of a wrong type.
    """
    return _decode(shape, value, "", "")


def _decode(shape: Type, value: Any, struct: str, path: str) -> Any:
    if value is None:
        return None
    if isinstance(shape, Struct):
        if not isinstance(value, dict):
            raise _wrong(value, shape, struct, path)
        name = shape.go.rpartition(".")[2]
        decoded = {}
        for key, item in value.items():
            known = key if key in shape.fields else shape.folded.get(key.casefold())
            if known is not None and item is not None:
                decoded[known] = _decode(shape.fields[known], item, name, f"{path}.{known}" if path else known)
        return decoded
    if isinstance(shape, ListOf):
        if not isinstance(value, list):
            raise _wrong(value, shape, struct, path)
        zero = _zero(shape.of)
        return [zero if item is None else _decode(shape.of, item, struct, path) for item in value]
    if isinstance(shape, MapOf):
        if not isinstance(value, dict):
            raise _wrong(value, shape, struct, path)
        zero = _zero(shape.of)
        return {
            key: zero if item is None else _decode(shape.of, item, struct, path) for key, item in sorted(value.items())
        }
    return _scalar(shape, value, struct, path)


def _scalar(shape: Scalar, value: Any, struct: str, path: str) -> Any:
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
    if kind == "float" and isinstance(value, int | float) and not isinstance(value, bool):
        return int(value) if value == value // 1 and abs(value) < 1e15 else float(value)
    if kind == "bytes" and isinstance(value, str):
        return _bytes(value)
    if kind == "strings":
        if isinstance(value, str):
            return [value]
        return _decode(STRINGS, value, struct, path)
    raise _wrong(value, shape, struct, path)


def _bytes(text: str) -> bytes:
    clean = text.replace("\r", "").replace("\n", "")
    try:
        return base64.b64decode(clean, validate=True)
    except ValueError:
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        place = next((i for i, c in enumerate(clean) if c not in alphabet), len(clean) // 4 * 4)
        raise InvalidArgument(f"illegal base64 data at input byte {place}") from None


def _zero(shape: Type) -> Any:
    """Return what an element is when it is written as null."""
    if isinstance(shape, Struct | MapOf):
        return {}
    if isinstance(shape, ListOf):
        return []
    return {"string": "", "bool": False, "int": 0, "uint": 0, "float": 0, "bytes": b"", "strings": []}.get(shape.kind)


def _wrong(value: Any, shape: Type, struct: str, path: str) -> InvalidArgument:
    if isinstance(value, bool):
        what = "bool"
    elif isinstance(value, Decimal):
        what = f"number {value.text}" if isinstance(shape, Scalar) and shape.kind in ("int", "uint") else "number"
    elif isinstance(value, int):
        what = f"number {value}" if isinstance(shape, Scalar) and shape.kind in ("int", "uint") else "number"
    else:
        what = "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"
    if path:
        return InvalidArgument(f"json: cannot unmarshal {what} into Go struct field {struct}.{path} of type {shape.go}")
    return InvalidArgument(f"json: cannot unmarshal {what} into Go value of type {shape.go}")
