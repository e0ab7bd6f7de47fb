"""Go templates, as far as ``--format`` reaches: all of text/template but nested template files.

`parse` gives a `Template`; its `render` writes one object.  Both raise `TemplateError` with Go's own text.
Go: text/template, text/template/parse; docker/cli: templates/templates.go.
"""

from collections.abc import Callable
from typing import Any

from swarmlab.cli.template.errors import TemplateError
from swarmlab.cli.template.evaluate import Evaluator
from swarmlab.cli.template.functions import DOCKER, HEADER
from swarmlab.cli.template.nodes import ListNode
from swarmlab.cli.template.parse import Parser


class Template:
    """A parsed format."""

    def __init__(self, text: str, root: ListNode, defined: dict[str, ListNode]) -> None:
        self._text = text
        self._root = root
        self._defined = defined

    def render(self, data: Any, *, strict: bool = False, header: bool = False) -> str:
        """Return the text for `data`.

        `strict` makes an absent map key an error; `header` lets `upper` and the like keep column titles as
        they are.
        """
        functions: dict[str, Callable[..., Any]] = {**DOCKER, **HEADER} if header else DOCKER
        return Evaluator(self._text, self._defined, functions, strict).run(self._root, data)


def parse(text: str) -> Template:
    """Parse a format; raises TemplateError."""
    parser = Parser(text, DOCKER)
    root = parser.parse()
    return Template(text, root, parser.defined)


__all__ = ["Template", "TemplateError", "parse"]
