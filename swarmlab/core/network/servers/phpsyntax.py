"""The grammar of a small PHP: pages that fetch something, count something, and print it.

A page becomes a tuple of statements; `php` runs them.  Understood are assignments, calls, methods, arrays, strings with
variables, arithmetic, comparison, ``if``, ``foreach``, ``try`` and ``echo``.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple


class ParseError(Exception):
    """A page that PHP cannot read; the text is PHP's own."""


class Node(NamedTuple):
    """A statement or an expression: its kind, its parts, and its line."""

    kind: str
    parts: tuple[Any, ...]
    line: int


class _Token(NamedTuple):
    kind: str  # variable, name, number, string, template, operator, html, end
    text: str
    line: int


_TOKENS = re.compile(
    r"(?P<space>\s+|//[^\n]*|#[^\n]*|/\*.*?\*/)|(?P<close>\?>\n?)|(?P<variable>\$\w+)|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<string>'(?:[^'\\]|\\.)*')|(?P<template>\"(?:[^\"\\]|\\.)*\")|(?P<name>\\?[A-Za-z_]\w*(?:\\\w+)*)"
    r"|(?P<operator>===|!==|==|!=|<=|>=|\?\?|=>|->|::|\+\+|--|\+=|-=|\.=|&&|\|\||[-+*/%.=<>!?:;,(){}\[\]&|@])",
    re.DOTALL,
)
#: Operators by how tightly they bind, loosest first.
_BINARY = (
    ("||",), ("&&",), ("??",), ("==", "!=", "===", "!=="), ("<", ">", "<=", ">="), (".",), ("+", "-"), ("*", "/", "%"),
)  # fmt: skip


@lru_cache(maxsize=64)
def parse(text: str) -> tuple[Node, ...]:
    """Return the statements of a page.  Raises ParseError in PHP's words."""
    return _Parser(_tokens(text)).page()


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    place, line = 0, 1
    while place < len(text):
        start = text.find("<?php", place)
        short = text.find("<?=", place)
        begin = min((at for at in (start, short) if at >= 0), default=len(text))
        if begin > place:
            found.append(_Token("html", text[place:begin], line))
            line += text.count("\n", place, begin)
        if begin == len(text):
            break
        echoes = begin == short
        place = begin + (3 if echoes else 5)
        if echoes:
            found.append(_Token("name", "echo", line))
        while place < len(text):
            match = _TOKENS.match(text, place)
            if match is None:
                raise ParseError(f"syntax error, unexpected character '{text[place]}' on line {line}")
            kind = str(match.lastgroup)
            place = match.end()
            if kind == "close":
                found.append(_Token("operator", ";", line))
                line += match[0].count("\n")
                break
            if kind != "space":
                found.append(_Token(kind, match[0], line))
            line += match[0].count("\n")
    return [*found, _Token("end", "end of file", line)]


#: Expressions within expressions.  PHP has room for more; nobody has written so many.
MOST_NESTED = 30


class _Parser:
    def __init__(self, tokens: Sequence[_Token]) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0

    # --- tokens -----------------------------------------------------------------------------------------

    @property
    def _next(self) -> _Token:
        return self._tokens[self._place]

    def _take(self, text: str = "", kind: str = "") -> _Token | None:
        token = self._next
        if (text and (token.text.lower() != text or token.kind in ("html", "string"))) or (kind and token.kind != kind):
            return None
        self._place += 1
        return token

    def _must(self, text: str = "", kind: str = "") -> _Token:
        token = self._take(text, kind)
        if token is None:
            wrong = self._next
            what = "end of file" if wrong.kind == "end" else f'token "{wrong.text}"'
            expected = f', expecting "{text}"' if text else ""
            raise ParseError(f"syntax error, unexpected {what}{expected} on line {wrong.line}")
        return token

    # --- statements -------------------------------------------------------------------------------------

    def page(self) -> tuple[Node, ...]:
        found: list[Node] = []
        while self._next.kind != "end":
            found.append(self._statement())
        return tuple(found)

    def _block(self) -> tuple[Node, ...]:
        if not self._take("{"):
            return (self._statement(),)
        found: list[Node] = []
        while not self._take("}"):
            found.append(self._statement())
        return tuple(found)

    def _statement(self) -> Node:
        line = self._next.line
        html = self._take(kind="html")
        if html:
            return Node("echo", (Node("value", (html.text,), line),), line)
        if self._take(";"):
            return Node("block", ((),), line)
        if self._next.text == "{":
            return Node("block", (self._block(),), line)
        if self._take("echo") or self._take("print"):
            parts = [self._expression()]
            while self._take(","):
                parts.append(self._expression())
            self._must(";")
            return Node("echo", tuple(parts), line)
        if self._take("if"):
            return self._if(line)
        if self._take("foreach"):
            return self._foreach(line)
        if self._take("try"):
            return self._try(line)
        if self._take("exit") or self._take("die"):
            said = self._expression() if self._take("(") and self._next.text != ")" else Node("value", ("",), line)
            self._take(")")
            self._must(";")
            return Node("exit", (said,), line)
        expression = self._expression()
        self._must(";")
        return Node("do", (expression,), line)

    def _if(self, line: int) -> Node:
        self._must("(")
        condition = self._expression()
        self._must(")")
        then = self._block()
        otherwise: tuple[Node, ...] = ()
        if self._take("elseif"):
            otherwise = (self._if(self._next.line),)
        elif self._take("else"):
            otherwise = self._block()
        return Node("if", (condition, then, otherwise), line)

    def _foreach(self, line: int) -> Node:
        self._must("(")
        values = self._expression()
        self._must("as")
        key, value = "", self._must(kind="variable").text
        if self._take("=>"):
            key, value = value, self._must(kind="variable").text
        self._must(")")
        return Node("foreach", (values, key, value, self._block()), line)

    def _try(self, line: int) -> Node:
        body = self._block()
        self._must("catch")
        self._must("(")
        name = self._must(kind="name").text
        while self._take("|"):
            name += "|" + self._must(kind="name").text
        held = self._take(kind="variable")
        self._must(")")
        return Node("try", (body, name, held.text if held else "", self._block()), line)

    # --- expressions ------------------------------------------------------------------------------------

    def _expression(self) -> Node:
        self._depth += 1
        if self._depth > MOST_NESTED:
            raise RecursionError
        left = self._assignment()
        self._depth -= 1
        return left

    def _assignment(self) -> Node:
        left = self._ternary()
        line = self._next.line
        if self._take("="):
            return Node("assign", (left, self._expression()), line)
        for sign in ("+=", "-=", ".="):
            if self._take(sign):
                return Node("assign", (left, Node("binary", (sign[0], left, self._expression()), line)), line)
        return left

    def _ternary(self) -> Node:
        condition = self._binary(0)
        line = self._next.line
        if not self._take("?"):
            return condition
        if self._take(":"):
            return Node("either", (condition, condition, self._expression()), line)
        then = self._expression()
        self._must(":")
        return Node("either", (condition, then, self._expression()), line)

    def _binary(self, level: int) -> Node:
        if level == len(_BINARY):
            return self._unary()
        left = self._binary(level + 1)
        while self._next.kind == "operator" and self._next.text in _BINARY[level]:
            sign = self._must()
            left = Node("binary", (sign.text, left, self._binary(level + 1)), sign.line)
        return left

    def _unary(self) -> Node:
        line = self._next.line
        if self._take("!"):
            return Node("not", (self._unary(),), line)
        if self._take("-"):
            return Node("binary", ("-", Node("value", (0,), line), self._unary()), line)
        self._take("@")
        return self._after(self._primary())

    def _primary(self) -> Node:
        token = self._must()
        line = token.line
        if token.kind == "variable":
            return Node("variable", (token.text,), line)
        if token.kind == "number":
            return Node("value", (float(token.text) if "." in token.text else int(token.text),), line)
        if token.kind == "string":
            return Node("value", (re.sub(r"\\(['\\])", r"\1", token.text[1:-1]),), line)
        if token.kind == "template":
            return Node("template", (token.text[1:-1],), line)
        if token.text == "(":
            inside = self._expression()
            self._must(")")
            return inside
        if token.text == "[":
            return Node("array", self._items("]"), line)
        if token.kind == "name":
            return self._named(token)
        self._place -= 1
        self._must("expression")
        raise AssertionError

    def _named(self, token: _Token) -> Node:
        line, name = token.line, token.text.lstrip("\\")
        if name.lower() == "new":
            made = self._must(kind="name").text.lstrip("\\")
            return Node("new", (made, self._arguments() if self._next.text == "(" else ()), line)
        if name.lower() == "array" and self._take("("):
            return Node("array", self._items(")"), line)
        if self._next.text == "(":
            return Node("call", (name, self._arguments()), line)
        if self._take("::"):
            return Node("constant", (f"{name}::{self._must(kind='name').text}",), line)
        known = {"true": True, "false": False, "null": None}
        if name.lower() in known:
            return Node("value", (known[name.lower()],), line)
        return Node("constant", (name,), line)

    def _arguments(self) -> tuple[Node, ...]:
        self._must("(")
        found: list[Node] = []
        while not self._take(")"):
            found.append(self._expression())
            if not self._take(","):
                self._must(")")
                break
        return tuple(found)

    def _items(self, end: str) -> tuple[tuple[Node | None, Node], ...]:
        found: list[tuple[Node | None, Node]] = []
        while not self._take(end):
            value: Node = self._expression()
            key: Node | None = None
            if self._take("=>"):
                key, value = value, self._expression()
            found.append((key, value))
            if not self._take(","):
                self._must(end)
                break
        return tuple(found)

    def _after(self, node: Node) -> Node:
        while True:
            line = self._next.line
            if self._take("["):
                if self._take("]"):
                    node = Node("append", (node,), line)
                    continue
                node = Node("index", (node, self._expression()), line)
                self._must("]")
            elif self._take("->"):
                name = self._must(kind="name").text
                arguments = self._arguments() if self._next.text == "(" else None
                node = Node("member", (node, name, arguments), line)
            elif self._take("++"):
                node = Node("assign", (node, Node("binary", ("+", node, Node("value", (1,), line)), line)), line)
            elif self._take("--"):
                node = Node("assign", (node, Node("binary", ("-", node, Node("value", (1,), line)), line)), line)
            else:
                return node
