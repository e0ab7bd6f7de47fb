"""JSON as Go writes and reads it: the same bytes, and the same words for what cannot be read.

Python's parser does the reading; only when it refuses does `_complaint` look again for the sentence that
Go's scanner would have said (``encoding/json/scanner.go``).
"""

import json
from typing import Any

_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)
_SPACE = " \t\r\n"
_HEX = "0123456789abcdefABCDEF"
#: What Go 1.27 says instead.
_SHORTER = {
    "in string literal": "in string",
    "after decimal point in numeric literal": "in numeric literal",
    "in exponent of numeric literal": "in numeric literal",
}
_MAX_DEPTH = 10_000  # Go refuses to nest deeper; Python's parser gives up long before


class JSONFault(ValueError):
    """The text is not JSON; ``str(fault)`` is Go's sentence, "" for nothing but blanks (Go: ``io.EOF``)."""


class Decimal(float):
    """A number with a fraction or exponent, which remembers how it was written."""

    text: str

    def __new__(cls, text: str) -> "Decimal":
        """Return the number that `text` says."""
        number = super().__new__(cls, text)
        number.text = text
        return number


def dumps(value: Any) -> bytes:
    """Return `value` as ``json.Encoder`` writes it with HTML escaping off: compact, and one newline."""
    text = _encoder.encode(value)
    if "\u2028" in text or "\u2029" in text:
        text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return text.encode("utf-8", "replace") + b"\n"


def loads(data: bytes, *, stream: bool = True, go127: bool = False) -> tuple[Any, bool]:
    """Return the first JSON value of `data`, and whether something else follows it.

    `stream`: read as ``json.Decoder`` does, which stops after one value; else as ``json.Unmarshal``.
    `go127`: complain in the words of Go 1.27 and newer.

    Raises JSONFault.
    """
    text = data.decode("utf-8", "replace")
    start = len(text) - len(text.lstrip(_SPACE))
    try:
        value, end = _DECODER.raw_decode(text, start)
        if isinstance(value, float | int) and text[end : end + 1] in (*"0123456789.eE",):
            raise ValueError("a number that has not ended")
    except (ValueError, RecursionError) as error:
        complaint = _complaint(data.decode("latin-1"), stream, go127)
        if complaint is None:
            complaint = "exceeded max depth" if isinstance(error, RecursionError) else "invalid value"
        raise JSONFault(complaint) from None
    rest = text[end:].lstrip(_SPACE)
    if rest and not stream:
        raise JSONFault(f"invalid character {_quoted(rest[0])} after top-level value")
    if b"\\ud" in data or b"\\uD" in data:
        value = _mended(value)
    return value, bool(rest) and rest[0] not in "]}"


def _no_constant(name: str) -> Any:
    raise ValueError(name)  # NaN and Infinity are Python's own idea


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text) < 100 else Decimal(text)


_DECODER = json.JSONDecoder(parse_float=Decimal, parse_int=_integer, parse_constant=_no_constant)


def _mended(value: Any) -> Any:
    """Replace half surrogates, which Go does not keep and UTF-8 cannot say."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_mended(item) for item in value]
    if isinstance(value, dict):
        return {_mended(key): _mended(item) for key, item in value.items()}
    return value


def _quoted(character: str) -> str:
    """Return a character as Go quotes it in these sentences."""
    if character == "'":
        return r"'\''"
    if character == '"':
        return "'\"'"
    special = {"\\": r"\\", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\a": r"\a", "\b": r"\b", "\f": r"\f", "\v": r"\v"}
    if character in special:
        return f"'{special[character]}'"
    if not character.isprintable():
        code = ord(character)
        return f"'\\x{code:02x}'" if code < 0x80 else f"'\\u{code:04x}'"
    return f"'{character}'"


class _Scanner:
    """Walks over text that is no JSON until it finds out why; `text` has one character per byte."""

    def __init__(self, text: str, eof: str, go127: bool) -> None:
        self.text = text
        self.at = 0
        self.eof = eof
        self.go127 = go127

    def fail(self, context: str) -> JSONFault:
        if self.at >= len(self.text):
            return JSONFault(self.eof)
        if self.go127:  # it tells less of numbers and strings
            context = _SHORTER.get(context, context)
        return JSONFault(f"invalid character {_quoted(self.text[self.at])} {context}")

    def peek(self) -> str:
        """Return the next character that is no blank, "" at the end."""
        while self.at < len(self.text) and self.text[self.at] in _SPACE:
            self.at += 1
        return self.text[self.at : self.at + 1]

    def scan(self) -> None:
        """Read one value.  Raises JSONFault."""
        stack: list[str] = []  # "{" or "[" of what we are in
        while True:
            opening = self.peek()
            if opening in ("{", "["):
                self.at += 1
                if len(stack) >= _MAX_DEPTH:
                    raise JSONFault("exceeded max depth")
                if self.peek() != ("}" if opening == "{" else "]"):
                    stack.append(opening)
                    if opening == "{":
                        self.key()
                    continue
                self.at += 1
            else:
                self.scalar(opening)
            while stack:  # a value has ended
                inside = stack[-1]
                following = self.peek()
                if following == ",":
                    self.at += 1
                    if inside == "{":
                        self.peek()
                        self.key()
                    break
                if following != ("}" if inside == "{" else "]"):
                    raise self.fail("after object key:value pair" if inside == "{" else "after array element")
                self.at += 1
                stack.pop()
            else:
                return

    def key(self) -> None:
        if self.peek() != '"':
            raise self.fail("looking for beginning of object key string")
        self.string()
        if self.peek() != ":":
            raise self.fail("after object key")
        self.at += 1

    def scalar(self, first: str) -> None:
        if first == '"':
            self.string()
        elif first == "-" or (first and first in "0123456789"):
            self.number()
        else:
            word = {"t": "true", "f": "false", "n": "null"}.get(first)
            if word is None:
                raise self.fail("looking for beginning of value")
            for letter in word:
                if self.text[self.at : self.at + 1] != letter:
                    raise self.fail(f"in literal {word} (expecting {_quoted(letter)})")
                self.at += 1

    def string(self) -> None:
        self.at += 1
        while True:
            character = self.text[self.at : self.at + 1]
            if character == "" or character < " ":
                raise self.fail("in string literal")
            self.at += 1
            if character == '"':
                return
            if character == "\\":
                self.escape()

    def escape(self) -> None:
        """Read what follows a backslash."""
        begin = self.at - 1
        escape = self.text[self.at : self.at + 1]
        context = ""
        if escape == "" or escape not in 'bfnrt\\/"u':
            context = "in string escape code"
        else:
            self.at += 1
            for _ in range(4 if escape == "u" else 0):
                digit = self.text[self.at : self.at + 1]
                if digit == "" or digit not in _HEX:
                    context = "in \\u hexadecimal character escape"
                    break
                self.at += 1
        if context and self.go127 and self.at < len(self.text):
            whole = self.text[begin : begin + (6 if escape == "u" else 2)]
            raise JSONFault(f"invalid escape sequence `{whole}` in string")
        if context:
            raise self.fail(context)

    def digits(self, context: str) -> None:
        """Read one digit or more."""
        begin = self.at
        while self.text[self.at : self.at + 1].isascii() and self.text[self.at : self.at + 1].isdigit():
            self.at += 1
        if self.at == begin:
            raise self.fail(context)

    def number(self) -> None:
        if self.text[self.at] == "-":
            self.at += 1
        if self.text[self.at : self.at + 1] == "0":
            self.at += 1
        else:
            self.digits("in numeric literal")
        if self.text[self.at : self.at + 1] == ".":
            self.at += 1
            self.digits("after decimal point in numeric literal")
        if self.text[self.at : self.at + 1] in ("e", "E"):
            self.at += 1
            if self.text[self.at : self.at + 1] in ("+", "-"):
                self.at += 1
            self.digits("in exponent of numeric literal")


def _complaint(text: str, stream: bool, go127: bool) -> str | None:
    """Return what Go has against `text`, None if nothing."""
    if not text.strip(_SPACE):
        return "" if stream else "unexpected end of JSON input"
    try:
        _Scanner(text, "unexpected EOF" if stream else "unexpected end of JSON input", go127).scan()
    except JSONFault as fault:
        return str(fault)
    return None
