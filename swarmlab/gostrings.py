"""Texts as Go writes and reads them: quoting, numbers, durations.

Error messages quote what the user typed with `%q`, and every flag value is read by `strconv`, whose own
words appear in the message.  Go: strconv, time.ParseDuration, time.Duration.String.
"""

import math
import re
from fractions import Fraction

_ESCAPES = {"\a": r"\a", "\b": r"\b", "\f": r"\f", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\v": r"\v", "\\": r"\\"}
_DURATION_UNITS = {
    "ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9,
}  # fmt: skip
_MAX_INT64 = 2**63 - 1


def quote(text: str, mark: str = '"') -> str:
    """Return `text` as `strconv.Quote` writes it."""
    parts = [mark]
    for char in text:
        if char == mark:
            parts.append("\\" + mark)
        elif char in _ESCAPES:
            parts.append(_ESCAPES[char])
        elif char.isprintable():
            parts.append(char)
        elif ord(char) < 0x80:
            parts.append(f"\\x{ord(char):02x}")
        elif ord(char) < 0x10000:
            parts.append(f"\\u{ord(char):04x}")
        else:
            parts.append(f"\\U{ord(char):08x}")
    return "".join([*parts, mark])


_UNESCAPES = {escape[1]: char for char, escape in _ESCAPES.items()}
_ESCAPE = re.compile(r"""\\(?:([abfnrtv\\'"])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|)""")


def unquote(text: str) -> str:
    """Return what a quoted text stands for, as `strconv.Unquote`; its error text for what is none (ValueError)."""
    mark, body = text[:1], text[1:-1]
    if mark == "`":
        return body

    def one(found: "re.Match[str]") -> bytes:
        simple, byte, short, long, octal = found.groups()
        if simple in ("'", '"') and simple != mark:
            raise ValueError("invalid syntax")
        if simple:
            return _UNESCAPES.get(simple, simple).encode()
        if byte or octal:
            value = int(byte, 16) if byte else int(octal, 8)
            return bytes([value]) if mark == '"' else chr(value).encode()
        if not (short or long):
            raise ValueError("invalid syntax")
        return chr(int(short or long, 16)).encode()

    pieces, end = [], 0
    for found in _ESCAPE.finditer(body):
        pieces += [body[end : found.start()].encode(), one(found)]
        end = found.end()
    return b"".join([*pieces, body[end:].encode()]).decode("utf-8", "replace")


def _digits(text: str, base: int) -> int:
    """Return the value of `text`; raises ValueError unless Go reads it too (prefixes for base 0 only)."""
    if base == 0:
        lower = text.lower()
        if lower[:2] in ("0x", "0b", "0o"):
            return int(lower, 0)
        if len(lower) > 1 and lower[0] == "0":
            return int(lower[1:].lstrip("_"), 8)
        return int(lower, 10)
    if "_" in text:
        raise ValueError(text)
    return int(text, base)


def parse_uint(text: str, base: int = 10, bits: int = 64) -> int:
    """Return `strconv.ParseUint`'s value; its error text otherwise (ValueError)."""
    return _parse_integer("ParseUint", text, base, 0, 2**bits - 1)


def parse_int(text: str, base: int = 10, bits: int = 64) -> int:
    """Return `strconv.ParseInt`'s value; its error text otherwise (ValueError)."""
    return _parse_integer("ParseInt", text, base, -(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


def _parse_integer(function: str, text: str, base: int, low: int, high: int) -> int:
    bad = f"strconv.{function}: parsing {quote(text)}: "
    body = text[1:] if low < 0 and text[:1] in ("-", "+") else text
    try:
        if not body or not body[0].isalnum() or not body.isascii():
            raise ValueError
        value = _digits(body, base)
    except ValueError:
        raise ValueError(bad + "invalid syntax") from None
    if text[:1] == "-" and low < 0:
        value = -value
    if not low <= value <= high:
        raise ValueError(bad + "value out of range")
    return value


def parse_bool(text: str) -> bool:
    """Return `strconv.ParseBool`'s value; its error text otherwise (ValueError)."""
    if text in ("1", "t", "T", "TRUE", "true", "True"):
        return True
    if text in ("0", "f", "F", "FALSE", "false", "False"):
        return False
    raise ValueError(f"strconv.ParseBool: parsing {quote(text)}: invalid syntax")


def parse_float(text: str) -> float:
    """Return `strconv.ParseFloat`'s value; its error text otherwise (ValueError)."""
    if re.fullmatch(r"[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?|(?i:inf|infinity|nan))", text):
        return float(text)
    raise ValueError(f"strconv.ParseFloat: parsing {quote(text)}: invalid syntax")


def format_float(value: float, bits: int = 64) -> str:
    """Return the shortest text that reads back as `value`: `strconv.FormatFloat(v, 'g', -1, bits)`."""
    if value != value or math.isinf(value):
        return "NaN" if value != value else ("+Inf" if value > 0 else "-Inf")
    if bits == 32:
        import struct

        single = struct.unpack("f", struct.pack("f", value))[0]
        value = next(float(f"{value:.{n}g}") for n in range(1, 18)
                     if struct.unpack("f", struct.pack("f", float(f"{value:.{n}g}")))[0] == single)  # fmt: skip
    if value == 0:
        return "0"
    mantissa, _, exponent = f"{value:e}".partition("e")
    shortest = repr(value)
    digits = re.sub(r"[^0-9]", "", shortest.partition("e")[0]).strip("0") or "0"
    power = int(exponent)
    if -4 <= power < 21:
        text = format(Fraction(shortest), ".30f") if "e" in shortest and power < 0 else shortest
        if "e" in shortest and power >= 0:
            text = str(int(value))
        return text.rstrip("0").rstrip(".") if "." in text else text
    sign = "-" if mantissa.startswith("-") else ""
    head = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
    return f"{sign}{head}e{'-' if power < 0 else '+'}{abs(power):02d}"


def parse_duration(text: str) -> int:
    """Return nanoseconds for "1h30m" and the like; `time.ParseDuration`'s error text otherwise (ValueError)."""
    body = text
    sign = -1 if body[:1] == "-" else 1
    if body[:1] in ("-", "+"):
        body = body[1:]
    if body == "0":
        return 0
    if not body:
        raise ValueError(f"time: invalid duration {quote(text)}")
    total = 0
    while body:
        number = re.match(r"(\d*)(?:\.(\d*))?", body)
        assert number is not None
        if not (number[1] or number[2]):
            raise ValueError(f"time: invalid duration {quote(text)}")
        body = body[number.end() :]
        unit = re.match(r"[^.0-9]*", body)
        assert unit is not None
        if not unit[0]:
            raise ValueError(f"time: missing unit in duration {quote(text)}")
        if unit[0] not in _DURATION_UNITS:
            raise ValueError(f"time: unknown unit {quote(unit[0])} in duration {quote(text)}")
        body = body[unit.end() :]
        total += int(Fraction(f"{number[1] or 0}.{number[2] or 0}") * _DURATION_UNITS[unit[0]])
        if total > _MAX_INT64:
            raise ValueError(f"time: invalid duration {quote(text)}")
    return sign * total


def format_duration(ns: int) -> str:
    """Return `time.Duration.String`: "1h0m0s", "1.5s", "0s"."""
    if ns == 0:
        return "0s"
    sign, value = ("-", -ns) if ns < 0 else ("", ns)
    if value < 10**9:
        for unit, size in (("ms", 10**6), ("µs", 10**3), ("ns", 1)):
            if value >= size:
                return sign + _decimal(value, size) + unit
    minutes, rest = divmod(value, 60 * 10**9)
    text = _decimal(rest, 10**9) + "s"
    if minutes:
        hours, minutes = divmod(minutes, 60)
        text = f"{minutes}m{text}"
        if hours:
            text = f"{hours}h{text}"
    return sign + text


def _decimal(value: int, size: int) -> str:
    whole, rest = divmod(value, size)
    if not rest:
        return str(whole)
    return f"{whole}.{rest:0{len(str(size)) - 1}d}".rstrip("0")
