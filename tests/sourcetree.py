"""Read a Python package without importing it: which modules it has, what they import, what they call.

tests/test_architecture.py holds the rules; this module only knows Python.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

MUTABLE_CALLS = {
    "list", "dict", "set", "bytearray", "defaultdict", "deque", "Counter", "OrderedDict",
    "count", "cycle", "iter", "Random", "WeakKeyDictionary", "WeakValueDictionary", "WeakSet",
}  # fmt: skip
MUTATORS = {
    "append", "extend", "insert", "remove", "pop", "popitem", "clear", "sort", "reverse",
    "add", "discard", "update", "setdefault", "appendleft", "popleft",
}  # fmt: skip


class Import(NamedTuple):
    """One imported module, as written at one line."""

    target: str  # absolute dotted name: "swarmlab.core.units", "docker.errors"
    line: int
    at_load: bool  # it runs when the module is loaded, not only inside a function or for the type checker


@dataclass(frozen=True)
class Module:
    """One source file.  `name` is dotted and below the package; a package's own file ends in ``__init__``."""

    name: str
    path: Path
    source: str

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.source, str(self.path))


class Package:
    """All modules below the folder `root`, which is the package itself."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.name = root.name
        self.modules: dict[str, Module] = {}
        for path in sorted(root.rglob("*.py")):
            name = ".".join(path.relative_to(root).with_suffix("").parts)
            self.modules[name] = Module(name, path, path.read_text(encoding="utf-8"))

    def inside(self, target: str) -> str | None:
        """Return which of our modules the absolute name `target` means; None: it is somebody else's."""
        if target != self.name and not target.startswith(self.name + "."):
            return None
        below = target[len(self.name) + 1 :]
        package = f"{below}.__init__" if below else "__init__"
        return package if package in self.modules else below

    def imports(self, module: Module) -> Iterator[Import]:
        """Yield every import in `module`, in functions too; ``from a import b`` means a.b if that is a module."""
        for node, at_load in _with_load_time(module.tree, True):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield Import(alias.name, node.lineno, at_load)
            elif isinstance(node, ast.ImportFrom):
                base = self._absolute(module, node)
                for alias in node.names:
                    full = f"{base}.{alias.name}"
                    ours = self.inside(full)
                    yield Import(full if ours in self.modules else base, node.lineno, at_load)

    def _absolute(self, module: Module, node: ast.ImportFrom) -> str:
        """Return the dotted name that ``from <this> import …`` means inside `module`."""
        if not node.level:
            return node.module or ""
        parts = [self.name, *module.name.split(".")][: -node.level]
        return ".".join([*parts, node.module] if node.module else parts)


def _with_load_time(node: ast.AST, at_load: bool) -> Iterator[tuple[ast.AST, bool]]:
    """Yield every node below `node`, and whether it runs when the module is loaded."""
    for child in ast.iter_child_nodes(node):
        later = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        typing_only = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
        yield child, at_load
        yield from _with_load_time(child, at_load and not later and not typing_only)


def dotted(node: ast.expr) -> str:
    """Return ``a.b.c`` for such an expression, else an empty string."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (base := dotted(node.value)):
        return f"{base}.{node.attr}"
    return ""


def calls(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield the dotted name and line of every call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (name := dotted(node.func)):
            yield name, node.lineno


def shared_state(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Yield name and line of module-level values that change, or that do not look like constant tables.

    A table is written in capitals and never touched again.  A mutable value with a small name, a table that
    some line of the module changes, and every ``global`` statement are shared state.
    """
    tables: dict[str, int] = {}
    for statement in tree.body:
        if isinstance(statement, ast.Assign):
            targets, value = statement.targets, statement.value
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            targets, value = [statement.target], statement.value
        else:
            continue
        if _is_mutable(value):
            tables.update({name.id: statement.lineno for name in targets if isinstance(name, ast.Name)})
    for name, line in tables.items():
        constant = name.isupper() or (name.startswith("__") and name.endswith("__"))
        if not constant:
            yield name, line
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            yield from ((name, node.lineno) for name in node.names)
        elif (name := _changed_name(node)) in tables and not _is_local(tree, node, name):
            yield name, getattr(node, "lineno", tables[name])


def _is_mutable(value: ast.expr) -> bool:
    if isinstance(value, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp):
        return True
    return isinstance(value, ast.Call) and dotted(value.func).rpartition(".")[2] in MUTABLE_CALLS


def _changed_name(node: ast.AST) -> str:
    """Return the name whose value `node` changes in place, else an empty string."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MUTATORS:
        return dotted(node.func.value)
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
        return dotted(node.value)
    if isinstance(node, ast.AugAssign):
        return dotted(node.target)
    return ""


def _is_local(tree: ast.Module, node: ast.AST, name: str) -> bool:
    """Whether `name` at `node` is a parameter or local of a function around it, not the module's."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and any(n is node for n in ast.walk(function)):
            bound = {a.arg for a in ast.walk(function) if isinstance(a, ast.arg)}
            bound |= {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
            if name in bound:
                return True
    return False
