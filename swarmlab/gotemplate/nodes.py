"""The parts of a parsed template.  ``str(node)`` is its source form, which Go shows in errors.

Go: text/template/parse/node.go.
"""

from dataclasses import dataclass, field
from typing import Any

from swarmlab.gostrings import quote


@dataclass
class Node:
    """`pos` is the byte offset in the template."""

    pos: int


@dataclass
class ListNode(Node):
    """Texts and actions in a row."""

    nodes: list[Node] = field(default_factory=list)


@dataclass
class TextNode(Node):
    """Text to copy."""

    text: str


@dataclass
class FieldNode(Node):
    """``.A.B``"""

    names: list[str]

    def __str__(self) -> str:
        return "".join("." + name for name in self.names)


@dataclass
class DotNode(Node):
    """``.``"""

    def __str__(self) -> str:
        return "."


@dataclass
class NilNode(Node):
    """``nil``"""

    def __str__(self) -> str:
        return "nil"


@dataclass
class VariableNode(Node):
    """``$x.A``; names[0] is the variable."""

    names: list[str]

    def __str__(self) -> str:
        return ".".join(self.names)


@dataclass
class ConstantNode(Node):
    """A number, string or bool, with its source text."""

    value: Any
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass
class FunctionNode(Node):
    """The name of a function."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass
class ChainNode(Node):
    """``(pipeline).A.B``"""

    node: Node
    names: list[str]

    def __str__(self) -> str:
        inner = f"({self.node})" if isinstance(self.node, PipeNode) else str(self.node)
        return inner + "".join("." + name for name in self.names)


@dataclass
class CommandNode(Node):
    """One step of a pipeline."""

    args: list[Node] = field(default_factory=list)

    def __str__(self) -> str:
        return " ".join(f"({arg})" if isinstance(arg, PipeNode) else str(arg) for arg in self.args)


@dataclass
class PipeNode(Node):
    """``$x := a | b | c``"""

    variables: list[str] = field(default_factory=list)
    assigns: bool = False  # "=", not ":="
    commands: list[CommandNode] = field(default_factory=list)

    def __str__(self) -> str:
        start = f"{', '.join(self.variables)} {'=' if self.assigns else ':='} " if self.variables else ""
        return start + " | ".join(str(command) for command in self.commands)


@dataclass
class ActionNode(Node):
    """``{{pipeline}}``"""

    pipe: PipeNode


@dataclass
class BranchNode(Node):
    """``if``, ``with`` or ``range`` with its two arms."""

    kind: str
    pipe: PipeNode
    body: ListNode
    otherwise: ListNode | None


@dataclass
class JumpNode(Node):
    """``break`` or ``continue``"""

    kind: str


@dataclass
class TemplateNode(Node):
    """``{{template "name" pipeline}}``"""

    name: str
    pipe: PipeNode | None

    def __str__(self) -> str:
        return f"{{{{template {quote(self.name)}{f' {self.pipe}' if self.pipe else ''}}}}}"


def last_of(node: Node) -> Node:
    """Return the part of `node` that is evaluated last: where Go says that it was when something went wrong after."""
    if isinstance(node, PipeNode):
        return last_of(node.commands[-1].args[-1])
    return last_of(node.node) if isinstance(node, ChainNode) else node
