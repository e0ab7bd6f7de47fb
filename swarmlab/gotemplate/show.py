"""How Go prints a value with %v, and the other verbs of printf.

Go: fmt/print.go, fmt/format.go.
"""

import re
from typing import Any

from swarmlab.gostrings import format_float, quote
from swarmlab.gotemplate.values import NilPointer, Number, Object, Pointee, Stringer, Struct, type_name

_VERB = re.compile(r"%([-+# 0]*)(\d+|\*)?(?:\.(\d+|\*)?)?(?:\[(\d+)\])?(.|$)", re.DOTALL)
_ADDRESS = "0xc000012345"  # Go prints an address here, another one each time


def show(value: Any, depth: int = 0, *, names: bool = False) -> str:
    """Return `value` as ``%v`` prints it; with `names` of fields as ``%+v``."""
    if isinstance(value, Pointee) and depth and (value.text is None or value.go_type == "*bool"):
        return _ADDRESS
    if value is None or isinstance(value, NilPointer):
        return "<nil>"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Number):
        return value.text if value.text is not None else str(int(value))
    if isinstance(value, float):
        return format_float(value) if value != int(value) or abs(value) >= 1e21 else _general(value)
    if isinstance(value, (str, int)):
        return str(value)
    if isinstance(value, dict):
        inside = (f"{show(k, depth + 1)}:{show(value[k], depth + 1, names=names)}" for k in sorted(value))
        return "map[" + " ".join(inside) + "]"
    if isinstance(value, list):
        return "[" + " ".join(show(item, depth + 1, names=names) for item in value) + "]"
    if isinstance(value, Struct):
        if value.go_type == "swarm.Version":  # has a String method
            return show(value.fields["Index"])
        if value.pointer and depth:
            return _ADDRESS
        shown = (
            f"{f'{name}:' if names else ''}{show(item, depth + 1, names=names)}" for name, item in value.fields.items()
        )
        return "{" + " ".join(shown) + "}"
    return "{" + type_name(value) + "}" if isinstance(value, Object) else str(value)


def _general(value: float) -> str:
    text = str(int(value))
    if len(text.lstrip("-")) <= 21:
        return text
    return format_float(value)


def _handed(value: Any, *, names: bool = False) -> str:
    """Return a value that was handed to a function of fmt: what is held by pointer shows as such."""
    if isinstance(value, Pointee):
        return show(value, 1)
    if isinstance(value, Struct) and value.pointer:
        return "&" + show(value, names=names)
    return show(value, names=names)


def sprint(values: list[Any], *, reach: bool = False) -> str:
    """Return `fmt.Sprint`: a blank between two operands when neither is a string.

    `reach`: what is held by pointer is reached for first.
    """
    parts: list[str] = []
    for index, value in enumerate(values):
        if index and not _is_string(value) and not _is_string(values[index - 1]):
            parts.append(" ")
        parts.append(show(value) if reach else _handed(value))
    return "".join(parts)


def sprintln(values: list[Any]) -> str:
    """Return `fmt.Sprintln`."""
    return " ".join(_handed(value) for value in values) + "\n"


def _is_string(value: Any) -> bool:
    return isinstance(value, str) and not isinstance(value, Stringer)


def sprintf(form: str, values: list[Any]) -> str:
    """Return `fmt.Sprintf`."""
    rest = list(values)
    reordered = False

    def one(found: "re.Match[str]") -> str:
        nonlocal rest, reordered
        flags, width, precision, index, verb = found.groups()
        if verb == "%":
            return "%"
        if not verb:
            return "%!(NOVERB)"
        if width == "*":
            width = str(rest.pop(0)) if rest else "0"
        if index:
            reordered = True
            if not 1 <= int(index) <= len(values):
                return f"%!{verb}(BADINDEX)"
            rest = list(values[int(index) - 1 :])
        if not rest:
            return f"%!{verb}(MISSING)"
        text = _verb(verb, flags, precision, rest.pop(0))
        if not width:
            return text
        if "-" in flags:
            return text.ljust(int(width))
        if "0" in flags and text.lstrip("-").replace(".", "").isdigit():
            return text.zfill(int(width))
        return text.rjust(int(width))

    text = _VERB.sub(one, form)
    if rest and not reordered:
        text += "%!(EXTRA " + ", ".join(f"{type_name(v)}={show(v)}" for v in rest) + ")"
    return text


def _verb(verb: str, flags: str, precision: str | None, value: Any) -> str:
    if verb == "v":
        return _handed(value, names="+" in flags)
    if verb == "T":
        return type_name(value)
    is_integer = isinstance(value, int) and not isinstance(value, bool)
    if verb in ("s", "q", "x", "X") and isinstance(value, str):
        text = str(value) if precision is None else str(value)[: int(precision or 0)]
        if verb == "q":
            return quote(text)
        encoded = text.encode().hex(" ") if " " in flags else text.encode().hex()
        return text if verb == "s" else encoded.upper() if verb == "X" else encoded
    if verb in ("s", "q", "x", "X") and isinstance(value, list) and type_name(value) == "[]uint8":
        return _verb(verb, flags, precision, bytes(value).decode("utf-8", "replace"))
    if verb in ("s", "q") and isinstance(value, list):
        return "[" + " ".join(_verb(verb, flags, precision, item) for item in value) + "]"
    if verb == "t" and isinstance(value, bool):
        return show(value)
    if is_integer and verb in "dboxXcUq":
        sign = "+" if "+" in flags and value >= 0 else ""
        if verb == "c":
            return chr(value)
        if verb == "U":
            return f"U+{value:04X}"
        return quote(chr(value), "'") if verb == "q" else sign + format(int(value), verb)
    if isinstance(value, float) and verb in "feEgG":
        if precision is None and verb in "gG":
            return format_float(value)
        return format(value, f".{precision if precision is not None else 6}{verb}")
    if verb == "s" and (isinstance(value, Number) and value.text is not None):
        return value.text
    return f"%!{verb}({type_name(value)}={show(value)})"
