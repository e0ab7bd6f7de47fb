"""Go templates, as docker and swarm use them: all of text/template but nested template files.

`parse` gives a `Template`; its `render` writes one object.  Both raise `TemplateError` with Go's own text.
Pure: the command line formats with it, the simulated agents expand host names and configs.
Go: text/template, text/template/parse.
"""

from collections.abc import Mapping
from typing import Any

from swarmlab.gotemplate.errors import TemplateError
from swarmlab.gotemplate.evaluate import Evaluator
from swarmlab.gotemplate.functions import BUILTIN, CallError, Function
from swarmlab.gotemplate.nodes import ListNode
from swarmlab.gotemplate.parse import Parser


class Template:
    """A parsed template."""

    def __init__(
        self, text: str, name: str, root: ListNode, defined: dict[str, ListNode], functions: Mapping[str, Function]
    ) -> None:
        self._text = text
        self._name = name
        self._root = root
        self._defined = defined
        self._functions = functions

    def render(self, data: Any, *, strict: bool = False, functions: Mapping[str, Function] | None = None) -> str:
        """Return the text for `data`.

        `strict` makes an absent map key an error; `functions` stand in for those it was parsed with.
        """
        used = self._functions if functions is None else functions
        return Evaluator(self._text, self._name, self._defined, used, strict).run(self._root, data)


def parse(text: str, functions: Mapping[str, Function] = BUILTIN, name: str = "") -> Template:
    """Parse a template that may call `functions`; raises TemplateError, in whose texts it is called `name`."""
    parser = Parser(text, functions, name)
    root = parser.parse()
    return Template(text, name, root, parser.defined, functions)


__all__ = ["BUILTIN", "CallError", "Function", "Template", "TemplateError", "parse"]
