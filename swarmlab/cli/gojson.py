"""JSON as Go writes it: key order, HTML escapes, indentation that leaves numbers as they came.

Go: encoding/json (Marshal, Indent, Compact).
"""

import json
from typing import Any

from swarmlab.gostrings import format_float
from swarmlab.gotemplate.values import NilPointer, Pointee, Stringer

_HTML = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}


def _string(text: str, escape_html: bool) -> str:
    encoded = json.dumps(text, ensure_ascii=False).replace("\x7f", "\x7f")
    encoded = encoded.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    if escape_html:
        for char, escape in _HTML.items():
            encoded = encoded.replace(char, escape)
    return encoded


def dumps(value: Any, *, escape_html: bool = True) -> str:
    """Return compact JSON: maps by key, structs in field order; `escape_html` as `json.Marshal` does."""
    parts: list[str] = []
    _write(value, escape_html, parts)
    return "".join(parts)


def _write(value: Any, escape: bool, parts: list[str]) -> None:
    if isinstance(value, Pointee) and value.go_type == "*bool":
        parts.append("true" if value else "false")
    elif hasattr(value, "go_json"):
        _write(value.go_json(), escape, parts)
    elif isinstance(value, Stringer):
        _write(value.json, escape, parts)
    elif value is None or isinstance(value, NilPointer) or getattr(value, "nil", False):
        parts.append("null")
    elif isinstance(value, bool):
        parts.append("true" if value else "false")
    elif isinstance(value, str):
        parts.append(_string(value, escape))
    elif isinstance(value, int):
        parts.append(str(int(value)))
    elif isinstance(value, float):
        parts.append(_float(value))
    elif isinstance(value, dict):
        _write_items(list(value.items()) if getattr(value, "ordered", False) else sorted(value.items()), escape, parts)
    else:
        parts.append("[")
        for index, item in enumerate(value):
            if index:
                parts.append(",")
            _write(item, escape, parts)
        parts.append("]")


def _float(value: float) -> str:
    if value != 0 and not 1e-6 <= abs(value) < 1e21:
        mantissa, _, exponent = f"{value!r}".partition("e")
        return f"{mantissa}e{int(exponent):+d}" if exponent else format_float(value)
    text = f"{value:.25f}".rstrip("0").rstrip(".") if "e" in repr(value) else repr(value)
    return text.removesuffix(".0")


def _write_items(items: list[tuple[str, Any]], escape: bool, parts: list[str]) -> None:
    parts.append("{")
    for index, (key, item) in enumerate(items):
        if index:
            parts.append(",")
        parts.append(_string(str(key), escape))
        parts.append(":")
        _write(item, escape, parts)
    parts.append("}")


def indent(text: str, step: str = "    ") -> str:
    """Return JSON text laid out anew, its tokens untouched: `json.Indent`."""
    return _layout(text, step)


def compact(text: str) -> str:
    """Return JSON text without its blanks: `json.Compact`."""
    return _layout(text, None)


def _layout(text: str, step: str | None) -> str:
    parts: list[str] = []
    depth, pos, size = 0, 0, len(text)
    fresh = False  # right behind an opening bracket
    newline = "" if step is None else "\n"

    def line() -> None:
        if step is not None:
            parts.append("\n" + step * depth)

    while pos < size:
        char = text[pos]
        if char in " \t\r\n":
            pos += 1
            continue
        if fresh and char not in "}]":
            fresh = False
            depth += 1
            line()
        if char == '"':
            end = pos + 1
            while text[end] != '"':
                end += 2 if text[end] == "\\" else 1
            parts.append(text[pos : end + 1])
            pos = end + 1
            continue
        if char in "{[":
            fresh = True
            parts.append(char)
        elif char == ",":
            parts.append(char)
            line()
        elif char == ":":
            parts.append(": " if newline else ":")
        elif char in "}]":
            if fresh:
                fresh = False
            else:
                depth -= 1
                line()
            parts.append(char)
        else:
            parts.append(char)
        pos += 1
    return "".join(parts)
