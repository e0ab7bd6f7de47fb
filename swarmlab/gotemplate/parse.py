"""Tokens to nodes.  Go: text/template/parse/parse.go."""

from collections.abc import Container

from swarmlab.gostrings import quote, unquote
from swarmlab.gotemplate.errors import TemplateError
from swarmlab.gotemplate.lex import KEYWORDS, Token, TokenStream
from swarmlab.gotemplate.nodes import (
    ActionNode,
    BranchNode,
    ChainNode,
    CommandNode,
    ConstantNode,
    DotNode,
    FieldNode,
    FunctionNode,
    JumpNode,
    ListNode,
    NilNode,
    Node,
    PipeNode,
    TemplateNode,
    TextNode,
    VariableNode,
)  # fmt: skip

_OPERANDS = frozenset(
    ("bool", "char", "number", "dot", "field", "word", "lparen", "nil", "rawstring", "string", "variable")
)


def _describe(token: Token) -> str:
    if token.kind == "eof":
        return "EOF"
    if token.kind in KEYWORDS or token.kind == "dot":
        return f"<{token.text}>"
    return quote(token.text) if len(token.text) <= 10 else quote(token.text[:10]) + "..."


class Parser:
    """Parses the template called `name`; `defined` collects the named ones inside it."""

    def __init__(self, text: str, functions: Container[str], name: str) -> None:
        self._tokens = TokenStream(text, name)
        self._name = name
        self._functions = functions
        self._variables = ["$"]
        self._range_depth = 0
        self.defined: dict[str, ListNode] = {}

    def parse(self) -> ListNode:
        """Return the whole template; raises TemplateError."""
        root = ListNode(0)
        while self._tokens.peek().kind != "eof":
            node = self._text_or_action()
            if isinstance(node, str):
                self._fail(f"unexpected {{{{{node}}}}}")
            elif node is not None:
                root.nodes.append(node)
        return root

    def _failure(self, problem: str) -> TemplateError:
        return TemplateError(f"template: {self._name}:{self._tokens.line}: {problem}")

    def _fail(self, problem: str) -> None:
        raise self._failure(problem)

    def _unexpected(self, token: Token, where: str) -> TemplateError:
        return TemplateError(f"template: {self._name}:{token.line}: unexpected {_describe(token)} in {where}")

    def _text_or_action(self) -> "Node | str | None":
        """Return a node, or "end"/"else" when the enclosing block ends."""
        token = self._tokens.next()
        if token.kind == "text":
            return TextNode(token.pos, token.text)
        if token.kind != "left":
            raise self._unexpected(token, "input")
        token = self._tokens.next_solid()
        kind = token.kind
        if kind in ("if", "with", "range"):
            return self._branch(token)
        if kind == "end":
            self._expect_right("end")
            return "end"
        if kind == "else":
            follow = self._tokens.peek_solid()
            if follow.kind not in ("if", "with"):
                self._expect_right("else")
            return "else"
        if kind in ("break", "continue"):
            self._expect_right(f"{{{{{kind}}}}}")
            if not self._range_depth:
                self._fail(f"{{{{{kind}}}}} outside {{{{range}}}}")
            return JumpNode(token.pos, kind)
        if kind in ("template", "block", "define"):
            return self._template(token)
        self._tokens.back(token)
        return ActionNode(token.pos, self._pipeline("command", "right"))

    def _expect_right(self, where: str) -> None:
        token = self._tokens.next_solid()
        if token.kind != "right":
            raise self._unexpected(token, where)

    def _template(self, start: Token) -> "Node | None":
        name = self._tokens.next_solid()
        where = {"template": "template clause", "block": "block clause", "define": "define clause"}[start.kind]
        if name.kind not in ("string", "rawstring"):
            raise self._unexpected(name, where)
        title = self._unquote(name)
        pipe: PipeNode | None = None
        if start.kind == "define":
            self._expect_right("define clause")
        elif start.kind == "block" or self._tokens.peek_solid().kind != "right":
            pipe = self._pipeline(where, "right")
        else:
            self._tokens.next_solid()
        if start.kind != "template":
            saved, self._variables = self._variables, ["$"]
            body, ended = self._block()
            if ended != "end":
                self._fail(f"unexpected {{{{else}}}} in {where}")
            self._variables = saved
            self._define(title, body)
        return None if start.kind == "define" else TemplateNode(name.pos, title, pipe)

    def _define(self, title: str, body: ListNode) -> None:
        """Keep a named template; of two, one may be empty."""
        if title in self.defined and not _is_blank(self.defined[title]):
            if not _is_blank(body):
                self._fail(f"template: multiple definition of template {quote(title)}")
            return
        self.defined[title] = body

    def _block(self) -> tuple[ListNode, str]:
        body = ListNode(self._tokens.peek().pos)
        while self._tokens.peek().kind != "eof":
            node = self._text_or_action()
            if isinstance(node, str):
                return body, node
            if node is not None:
                body.nodes.append(node)
        self._fail("unexpected EOF")
        raise AssertionError

    def _branch(self, start: Token) -> BranchNode:
        kind = start.kind
        depth = len(self._variables)
        pipe = self._pipeline(kind, "right")
        self._range_depth += kind == "range"
        body, ended = self._block()
        otherwise: ListNode | None = None
        if ended == "else":
            follow = self._tokens.peek_solid()
            if follow.kind in ("if", "with") and follow.kind == kind:
                self._tokens.next_solid()
                otherwise = ListNode(follow.pos, [self._branch(follow)])
            else:
                otherwise, ended = self._block()
                if ended != "end":
                    self._fail("expected end; found {{else}}")
        self._range_depth -= kind == "range"
        del self._variables[depth:]
        return BranchNode(start.pos, kind, pipe, body, otherwise)

    def _pipeline(self, where: str, end: str) -> PipeNode:
        first = self._tokens.peek_solid()
        pipe = PipeNode(first.pos)
        self._declarations(pipe, where)
        while True:
            token = self._tokens.next_solid()
            if token.kind == end:
                self._check_pipeline(pipe, where)
                return pipe
            if token.kind not in _OPERANDS:
                raise self._unexpected(token, where)
            self._tokens.back(token)
            pipe.commands.append(self._command())

    def _declarations(self, pipe: PipeNode, where: str) -> None:
        while (token := self._tokens.peek_solid()).kind == "variable":
            self._tokens.next_solid()
            follow = self._tokens.next()
            after = follow if follow.kind != "space" else self._tokens.peek_solid()
            if after.kind in ("declare", "assign", "comma"):
                if follow.kind == "space":
                    self._tokens.next_solid()
                pipe.variables.append(token.text)
                pipe.assigns = after.kind == "assign"
                if after.kind != "assign":
                    self._variables.append(token.text)
                if after.kind == "comma":
                    if where != "range" or len(pipe.variables) > 1:
                        self._fail(f"too many declarations in {where}")
                    continue
                return
            self._tokens.back(token, follow)
            return

    def _check_pipeline(self, pipe: PipeNode, where: str) -> None:
        if not pipe.commands:
            self._fail(f"missing value for {where}")
        for index, command in enumerate(pipe.commands[1:], 2):
            if isinstance(command.args[0], (ConstantNode, DotNode, NilNode)):
                self._fail(f"non executable command in pipeline stage {index}")

    def _command(self) -> CommandNode:
        command = CommandNode(self._tokens.peek_solid().pos)
        while True:
            self._tokens.peek_solid()
            operand = self._operand()
            if operand is not None:
                command.args.append(operand)
            token = self._tokens.next()
            if token.kind == "space":
                continue
            if token.kind in ("right", "rparen"):
                self._tokens.back(token)
            elif token.kind != "pipe":
                raise self._unexpected(token, "operand")
            break
        if not command.args:
            self._fail("empty command")
        return command

    def _operand(self) -> Node | None:
        node = self._term()
        if node is None:
            return None
        follow = self._tokens.peek()
        if follow.kind != "field":
            return node
        names = []
        while self._tokens.peek().kind == "field":
            names.append(self._tokens.next().text[1:])
        if isinstance(node, FieldNode):
            return FieldNode(follow.pos, node.names + names)
        if isinstance(node, VariableNode):
            return VariableNode(follow.pos, node.names + names)
        if isinstance(node, (ConstantNode, NilNode, DotNode)):
            self._fail(f"unexpected . after term {quote(str(node))}")
        return ChainNode(follow.pos, node, names)

    def _term(self) -> Node | None:
        token = self._tokens.next_solid()
        match token.kind:
            case "word":
                if token.text not in self._functions:
                    self._fail(f"function {quote(token.text)} not defined")
                return FunctionNode(token.pos, token.text)
            case "dot":
                return DotNode(token.pos)
            case "nil":
                return NilNode(token.pos)
            case "variable":
                if token.text not in self._variables:
                    self._fail(f"undefined variable {quote(token.text)}")
                return VariableNode(token.pos, [token.text])
            case "field":
                return FieldNode(token.pos, [token.text[1:]])
            case "bool":
                return ConstantNode(token.pos, token.text == "true", token.text)
            case "number":
                return ConstantNode(token.pos, self._number(token), token.text)
            case "char":
                return ConstantNode(token.pos, ord(self._unquote(token)), token.text)
            case "string" | "rawstring":
                return ConstantNode(token.pos, self._unquote(token), token.text)
            case "lparen":
                return self._pipeline("parenthesized pipeline", "rparen")
        self._tokens.back(token)
        return None

    def _number(self, token: Token) -> int | float:
        text = token.text.replace("_", "")
        octal = text.lstrip("+-").startswith("0") and text.lstrip("+-").isdigit()
        try:
            return int(text, 8 if octal else 0)
        except ValueError:
            try:
                return float(text)
            except ValueError:
                self._tokens.line = token.line
                raise self._failure(f"illegal number syntax: {quote(token.text)}") from None

    def _unquote(self, token: Token) -> str:
        try:
            return unquote(token.text)
        except ValueError as error:
            self._tokens.line = token.line
            raise self._failure(str(error)) from None


def _is_blank(body: ListNode) -> bool:
    return all(isinstance(node, TextNode) and not node.text.strip() for node in body.nodes)
