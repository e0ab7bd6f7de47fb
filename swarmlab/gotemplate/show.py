"""How Go prints a value with %v, and the other verbs of printf.

Go: fmt/print.go, fmt/format.go.
"""

import re
from typing import Any

from swarmlab.gostrings import format_float, quote
from swarmlab.gotemplate.values import NilPointer, Number, Object, Stringer, Struct, type_name

_VERB = re.compile(r"%([-+# 0]*)(\d+|\*)?(?:\.(\d+|\*)?)?(.)", re.DOTALL)
_ADDRESS = "0xc000012345"  # Go prints an address here, another one each time


def show(value: Any, depth: int = 0) -> str:
    """Return `value` as ``%v`` prints it."""
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
        return "map[" + " ".join(f"{show(k, depth + 1)}:{show(value[k], depth + 1)}" for k in sorted(value)) + "]"
    if isinstance(value, list):
        return "[" + " ".join(show(item, depth + 1) for item in value) + "]"
    if isinstance(value, Struct):
        if value.go_type == "swarm.Version":  # has a String method
            return show(value.fields["Index"])
        if value.pointer and depth:
            return _ADDRESS
        return "{" + " ".join(show(item, depth + 1) for item in value) + "}"
    return "{" + type_name(value) + "}" if isinstance(value, Object) else str(value)


def _general(value: float) -> str:
    text = str(int(value))
    if len(text.lstrip("-")) <= 21:
        return text
    return format_float(value)


def sprint(values: list[Any]) -> str:
    """Return `fmt.Sprint`: a blank between two operands when neither is a string."""
    parts: list[str] = []
    for index, value in enumerate(values):
        if index and not _is_string(value) and not _is_string(values[index - 1]):
            parts.append(" ")
        parts.append(show(value))
    return "".join(parts)


def sprintln(values: list[Any]) -> str:
    """Return `fmt.Sprintln`."""
    return " ".join(show(value) for value in values) + "\n"


def _is_string(value: Any) -> bool:
    return isinstance(value, str) and not isinstance(value, Stringer)


def sprintf(form: str, values: list[Any]) -> str:
    """Return `fmt.Sprintf`."""
    rest = list(values)

    def one(found: "re.Match[str]") -> str:
        flags, width, precision, verb = found.groups()
        if verb == "%":
            return "%"
        if width == "*":
            width = str(rest.pop(0)) if rest else "0"
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
    if rest:
        text += "%!(EXTRA " + ", ".join(f"{type_name(v)}={show(v)}" for v in rest) + ")"
    return text


def _verb(verb: str, flags: str, precision: str | None, value: Any) -> str:
    if verb == "v":
        return show(value)
    if verb == "T":
        return type_name(value)
    is_integer = isinstance(value, int) and not isinstance(value, bool)
    if verb in ("s", "q", "x", "X") and isinstance(value, str):
        text = str(value) if precision is None else str(value)[: int(precision or 0)]
        if verb == "q":
            return quote(text)
        encoded = text.encode().hex()
        return text if verb == "s" else encoded.upper() if verb == "X" else encoded
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
