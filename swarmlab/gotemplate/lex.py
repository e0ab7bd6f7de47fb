"""Template text to tokens.  Go: text/template/parse/lex.go."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from swarmlab.gostrings import quote
from swarmlab.gotemplate.errors import TemplateError

_SPACES = " \t\r\n"
KEYWORDS = frozenset(("block", "break", "continue", "define", "else", "end", "if", "nil", "range", "template", "with"))
_TOKENS = re.compile(
    r"""(?P<space>[ \t\r\n]+)
      | (?P<declare>:=) | (?P<assign>=) | (?P<pipe>\|) | (?P<lparen>\() | (?P<rparen>\)) | (?P<comma>,)
      | (?P<string>"(?:[^"\\\n]|\\.)*")
      | (?P<rawstring>`[^`]*`)
      | (?P<char>'(?:[^'\\\n]|\\.)+')
      | (?P<number>[+-]?(?:0[xX][0-9a-fA-F_]*|0[bB][01_]*|0[oO][0-7_]*|(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)i?)
      | (?P<field>\.[^\W\d]\w*)
      | (?P<dot>\.)
      | (?P<variable>\$\w*)
      | (?P<word>[^\W\d]\w*)
      | (?P<other>[!#%&*+,./;<>?@\[\\\]^{}~-])""",
    re.VERBOSE,
)


class Token(NamedTuple):
    """A piece of the template; `pos` is its byte offset."""

    kind: str
    text: str
    pos: int
    line: int


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of `text`; a token of kind "error" carries the message and is the last one."""
    pos, line = 0, 1
    trim_next = False
    while True:
        start = text.find("{{", pos)
        literal = text[pos:] if start < 0 else text[pos:start]
        end_line = line + literal.count("\n")
        shown = literal.lstrip(_SPACES) if trim_next else literal
        trim_next = False
        if start >= 0 and text.startswith("- ", start + 2) | text.startswith("-\t", start + 2) | text.startswith(
            "-\n", start + 2
        ):
            shown = shown.rstrip(_SPACES)
        if shown:
            yield Token("text", shown, pos + literal.find(shown), line)
        line = end_line
        if start < 0:
            yield Token("eof", "", len(text), line)
            return
        pos = start + 2
        if text[pos : pos + 1] == "-" and text[pos + 1 : pos + 2] in (" ", "\t", "\r", "\n"):
            pos += 2
        if text.startswith("/*", pos):
            close = text.find("*/", pos)
            if close < 0:
                yield Token("error", "unclosed comment", pos, line)
                return
            line += text.count("\n", pos, close)
            pos = close + 2
            if text.startswith("}}", pos):
                pos += 2
            elif re.match(r"[ \t\r\n]-}}", text[pos : pos + 4]):
                pos += 4
                trim_next = True
            else:
                yield Token("error", "comment ends before closing delimiter", pos, line)
                return
            continue
        yield Token("left", "{{", start, line)
        depth = 0
        while True:
            closing = re.compile(r"[ \t\r\n]-}}").match(text, pos)
            if closing or text.startswith("}}", pos):
                if depth:
                    yield Token("error", "unclosed left paren", pos, line)
                    return
                yield Token("right", "}}", pos + (2 if closing else 0), line)
                trim_next = closing is not None
                pos += 4 if closing else 2
                break
            if pos >= len(text):
                yield Token("error", "unclosed action", pos, line)
                return
            found = _TOKENS.match(text, pos)
            problem = _problem(text, pos, found)
            if found is None or problem:
                yield Token("error", problem, pos, line)
                return
            kind, word = str(found.lastgroup), found[0]
            if kind == "lparen":
                depth += 1
            elif kind == "rparen":
                depth -= 1
                if depth < 0:
                    yield Token("error", "unexpected right paren", pos, line)
                    return
            if kind == "word" and word in KEYWORDS:
                kind = word
            elif kind == "word" and word in ("true", "false"):
                kind = "bool"
            yield Token(kind, word, pos, line)
            line += word.count("\n")
            pos = found.end()


def _problem(text: str, pos: int, found: "re.Match[str] | None") -> str:
    char = text[pos]
    if found is None:
        if char == '"':
            return "unterminated quoted string"
        if char == "`":
            return "unterminated raw quoted string"
        if char == "'":
            return "unterminated character constant"
        if char == ":":
            return "expected :="
        return f"unrecognized character in action: U+{ord(char):04X} {quote(char, chr(39))}"
    after = text[found.end() : found.end() + 1]
    kind = found.lastgroup
    if (
        kind in ("field", "variable", "word", "dot")
        and after
        and not (after in " \t\r\n.,|:)(=" or text.startswith("}}", found.end()))
    ):
        return f"bad character U+{ord(after):04X} {quote(after, chr(39))}"
    if kind == "dot" and not after:  # Go's lexer takes it for the beginning of a number
        return f"illegal number syntax: {quote(found[0])}"
    if kind == "number" and after and (after.isalnum() or after == "_"):
        return f"bad number syntax: {quote(found[0] + after)}"
    return ""


class TokenStream:
    """Tokens with look-ahead; raises TemplateError when the lexer found an error."""

    def __init__(self, text: str, name: str) -> None:
        self._name = name
        self._source = tokens(text)
        self._ahead: list[Token] = []
        self.line = 1

    def next(self) -> Token:
        """Take the next token."""
        token = self._ahead.pop(0) if self._ahead else self._read()
        self.line = token.line
        return token

    def peek(self) -> Token:
        """Look at the next token."""
        if not self._ahead:
            self._ahead.append(self._read())
        return self._ahead[0]

    def back(self, *tokens_back: Token) -> None:
        """Put tokens back, first one first."""
        self._ahead = [*tokens_back, *self._ahead]

    def next_solid(self) -> Token:
        """Take the next token that is not blank."""
        while (token := self.next()).kind == "space":
            pass
        return token

    def peek_solid(self) -> Token:
        """Look at the next token that is not blank; blanks before it are dropped."""
        token = self.next_solid()
        self.back(token)
        return token

    def _read(self) -> Token:
        token = next(self._source)
        if token.kind == "error":
            raise TemplateError(f"template: {self._name}:{token.line}: {token.text}")
        return token
