"""Walking a parsed template over an object.  Go: text/template/exec.go."""

from collections.abc import Mapping
from typing import Any

from swarmlab.gostrings import quote
from swarmlab.gotemplate.errors import TemplateError
from swarmlab.gotemplate.functions import CallError, Function, TypeRefused
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
    last_of,
)  # fmt: skip
from swarmlab.gotemplate.show import show
from swarmlab.gotemplate.values import NilPointer, Object, is_true, type_name


class _Absent:
    """Go's invalid value: what a map gives for a key it has not."""

    def __bool__(self) -> bool:
        return False


_ABSENT = _Absent()
_NONE: Any = object()  # no final argument from an earlier stage of the pipeline


class _Break(Exception):
    """Leave the innermost range."""


class _Continue(Exception):
    """Go on with the next element of the innermost range."""


class Evaluator:
    """Runs the template called `name` once.  `strict` makes an absent key of a map an error."""

    def __init__(
        self, text: str, name: str, defined: Mapping[str, ListNode], functions: Mapping[str, Function], strict: bool
    ) -> None:
        self._text = text
        self._defined = defined
        self._functions = functions
        self._strict = strict
        self._out: list[str] = []
        self._file = self._name = name
        self._variables: list[tuple[str, Any]] = []

    def run(self, root: ListNode, data: Any) -> str:
        """Return the text; raises TemplateError."""
        self._variables = [("$", data)]
        try:
            self._walk(root, data)
        except TemplateError as error:
            error.partial = "".join(self._out)
            raise
        return "".join(self._out)

    def _error(self, node: Node, problem: str) -> TemplateError:
        before = self._text.encode()[: node.pos] if not self._text.isascii() else self._text[: node.pos].encode()
        line_start = before.rfind(b"\n")
        column = node.pos if line_start < 0 else node.pos - (line_start + 1)
        line = 1 + before.count(b"\n")
        where = f"template: {self._file}:{line}:{column}: executing {quote(self._name)}"
        return TemplateError(f"{where} at <{node}>: {problem}")

    def _walk(self, node: Node, dot: Any) -> None:
        match node:
            case TextNode():
                self._out.append(node.text)
            case ListNode():
                for inner in node.nodes:
                    self._walk(inner, dot)
            case ActionNode():
                value = self._pipe(node.pipe, dot)
                if not node.pipe.variables:
                    self._out.append("<no value>" if value is _ABSENT or value is None else show(value))
            case BranchNode(kind="range"):
                self._range(node, dot)
            case BranchNode():
                mark = len(self._variables)
                value = self._pipe(node.pipe, dot)
                if is_true(value if value is not _ABSENT else None):
                    self._walk(node.body, value if node.kind == "with" else dot)
                elif node.otherwise is not None:
                    self._walk(node.otherwise, dot)
                del self._variables[mark:]
            case JumpNode():
                raise _Break if node.kind == "break" else _Continue
            case TemplateNode():
                self._template(node, dot)

    def _template(self, node: TemplateNode, dot: Any) -> None:
        body = self._defined.get(node.name)
        if body is None:
            raise self._error(node, f"template {quote(node.name)} not defined")
        value = self._pipe(node.pipe, dot) if node.pipe else None
        saved, self._variables = self._variables, [("$", value)]
        name, self._name = self._name, node.name
        self._walk(body, value)
        self._variables, self._name = saved, name

    def _range(self, node: BranchNode, dot: Any) -> None:
        mark = len(self._variables)
        value = self._pipe(node.pipe, dot, bind=False)
        pairs: list[tuple[Any, Any]]
        if value is _ABSENT or value is None or isinstance(value, NilPointer):
            pairs = []
        elif isinstance(value, dict):
            pairs = [(key, value[key]) for key in sorted(value)]
        elif isinstance(value, list):
            pairs = list(enumerate(value))
        elif isinstance(value, int) and not isinstance(value, bool):
            pairs = [(n, n) for n in range(value)]
        else:
            raise self._error(last_of(node.pipe), f"range can't iterate over {show(value)}")
        names = node.pipe.variables
        for key, element in pairs:
            bound = len(self._variables)
            if len(names) == 1:
                self._bind(node.pipe, names[0], element)
            elif names:
                self._bind(node.pipe, names[0], key)
                self._bind(node.pipe, names[1], element)
            try:
                self._walk(node.body, element)
            except _Break:
                break
            except _Continue:
                continue
            finally:
                del self._variables[bound:]
        if not pairs and node.otherwise is not None:
            self._walk(node.otherwise, dot)
        del self._variables[mark:]

    def _bind(self, pipe: PipeNode, name: str, value: Any) -> None:
        if pipe.assigns:
            for index in range(len(self._variables) - 1, -1, -1):
                if self._variables[index][0] == name:
                    self._variables[index] = (name, value)
                    return
            raise self._error(last_of(pipe), f"undefined variable: {name}")
        self._variables.append((name, value))

    def _pipe(self, pipe: PipeNode, dot: Any, bind: bool = True) -> Any:
        value: Any = _NONE
        for command in pipe.commands:
            value = self._command(command, dot, value)
        if bind:
            for name in pipe.variables:
                self._bind(pipe, name, value)
        return value

    def _command(self, command: CommandNode, dot: Any, final: Any) -> Any:
        first = command.args[0]
        if isinstance(first, FunctionNode):
            return self._call(first, command.args[1:], dot, final, command)
        if not isinstance(first, (FieldNode, ChainNode, VariableNode)) and (
            len(command.args) > 1 or final is not _NONE
        ):
            raise self._error(first, f"can't give argument to non-function {first}")
        if isinstance(first, NilNode):
            raise self._error(first, "nil is not a command")
        if isinstance(first, FieldNode) and len(command.args) + (final is not _NONE) > 1:
            method = getattr(self._fields(first, dot, first.names[:-1]), "go_methods", {}).get(first.names[-1])
            if method is not None and len(command.args) - 1 + (final is not _NONE) == 1:
                values = [self._value(arg, dot) for arg in command.args[1:]]
                return method(*values, *([] if final is _NONE else [final]))
        value = self._value(first, dot)
        if len(command.args) > 1 or final is not _NONE:
            if isinstance(first, VariableNode) and len(first.names) == 1:
                raise self._error(first, f"can't give argument to non-function {first}")
            assert isinstance(first, (FieldNode, ChainNode, VariableNode))
            holder = self._fields(first, dot, first.names[:-1]) if isinstance(first, FieldNode) else dot
            given = len(command.args) - 1 + (final is not _NONE)
            raise self._error(first, self._refusal(first.names[-1], holder, given))
        return value

    @staticmethod
    def _refusal(name: str, dot: Any, given: int) -> str:
        if isinstance(dot, dict):
            return f"{name} is not a method but has arguments"
        if getattr(dot, "has_methods", False):
            return f"wrong number of args for {name}: want 0 got {given}"
        return f"{name} has arguments but cannot be invoked as function"

    def _value(self, node: Node, dot: Any) -> Any:
        match node:
            case DotNode():
                return dot
            case ConstantNode():
                return node.value
            case NilNode():
                return None
            case FieldNode():
                return self._fields(node, dot, node.names)
            case VariableNode():
                return self._fields(node, self._variable(node), node.names[1:])
            case ChainNode():
                return self._fields(last_of(node), self._value(node.node, dot), node.names)
            case PipeNode():
                return self._pipe(node, dot)
            case FunctionNode():
                return self._call(node, [], dot, _NONE, node)
        raise self._error(node, f"can't handle {node}")

    def _variable(self, node: VariableNode) -> Any:
        return next(value for name, value in reversed(self._variables) if name == node.names[0])

    def _fields(self, node: Node, value: Any, names: list[str]) -> Any:
        for name in names:
            value = self._field(node, value, name)
        return value

    def _field(self, node: Node, value: Any, name: str) -> Any:
        if value is _ABSENT:
            if self._strict:
                raise self._error(node, f"nil data; no entry for key {quote(name)}")
            return _ABSENT
        if value is None:
            raise self._error(node, f"nil pointer evaluating interface {{}}.{name}")
        if isinstance(value, NilPointer):
            if name in value.fields:
                raise self._error(node, f"nil pointer evaluating {value.go_type}.{name}")
        elif isinstance(value, dict):
            if name in value:
                return value[name]
            if self._strict:
                raise self._error(node, f"map has no entry for key {quote(name)}")
            return _ABSENT
        elif isinstance(value, Object):
            try:
                return value.go_field(name)
            except KeyError:
                if name in getattr(value, "go_methods", ()):
                    raise self._error(node, f"wrong number of args for {name}: want 1 got 0") from None
        raise self._error(node, f"can't evaluate field {name} in type {type_name(value)}")

    def _call(self, node: FunctionNode, args: list[Node], dot: Any, final: Any, whole: Node) -> Any:
        name = node.name
        function = self._functions[name]
        least, most = function.least, function.most
        given = len(args) + (final is not _NONE)
        if most is None and given < least:
            raise self._error(node, f"wrong number of args for {name}: want at least {least} got {given}")
        if most is not None and given != most:
            raise self._error(node, f"wrong number of args for {name}: want {most} got {given}")
        if name in ("and", "or"):
            return self._logic(name, args, dot, final)
        values = [self._value(arg, dot) for arg in args]
        if final is not _NONE:
            values.append(final)
        values = [None if value is _ABSENT else value for value in values]
        try:
            if name == "call" and values[0] is not None:
                raise CallError(f"non-function {args[0] if args else whole} of type {type_name(values[0])}")
            return function.call(*values)
        except CallError as error:
            raise self._error(whole, f"error calling {name}: {error}") from None
        except TypeRefused as error:
            index = error.index
            at = args[index] if index < len(args) else whole
            raise self._error(at, error.words(at)) from None

    def _logic(self, name: str, args: list[Node], dot: Any, final: Any) -> Any:
        value: Any = None
        for arg in args:
            value = self._value(arg, dot)
            if is_true(None if value is _ABSENT else value) == (name == "or"):
                return value
        return value if final is _NONE else final
