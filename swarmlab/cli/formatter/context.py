"""One list of objects in one format: a table, a Go template per row, or JSON.

docker/cli: cli/command/formatter/formatter.go, custom.go, reflect.go.
"""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from swarmlab.cli.errors import CommandError
from swarmlab.cli.formatter.functions import HEADER, parse
from swarmlab.cli.formatter.text import align
from swarmlab.gotemplate import TemplateError
from swarmlab.gotemplate.values import Map

TABLE, JSON = "table", "json"
QUIET = "{{.ID}}"


class Row:
    """One object as a list shows it.  `columns` are its methods, in no order; JSON sorts them.

    A subclass gives `go_type` (the name in error texts), `headers` (method → column title) and a Python method
    for each column, named as in Go.
    """

    go_type: str = ""
    has_methods = True
    headers: ClassVar[Mapping[str, str]] = {}
    unlisted: ClassVar[tuple[str, ...]] = ()  # columns that have no title (TLSStatus has, Self has not)

    def go_field(self, name: str) -> Any:
        """Return the column `name`; raises KeyError."""
        if name not in self.headers and name not in self.unlisted:
            raise KeyError(name)
        return getattr(self, name)()

    def go_json(self) -> dict[str, Any]:
        """Return all columns, sorted, as ``--format json`` prints them."""
        return {name: getattr(self, name)() for name in sorted({*self.headers, *self.unlisted})}

    @classmethod
    def header(cls) -> Map:
        """Return the column titles, as the template of a table's first line sees them."""
        titles = Map("formatter.SubHeaderContext", dict(cls.headers))
        titles.go_methods = {"Label": _label_title}
        return titles


def _label_title(name: str) -> str:
    """Return "com.example.my-label" as "my label"."""
    return name.rpartition(".")[2].replace("-", " ").replace("_", " ")


def write(form: str, row_type: type[Row], rows: Iterable[Row]) -> str:
    """Return the text for `rows` in the final format `form`; raises CommandError for a bad template."""
    is_table = form.startswith(TABLE)
    text = form[len(TABLE) :] if is_table else "{{json .}}" if form == JSON else form
    text = text.strip(" ").replace("\\t", "\t").replace("\\n", "\n")
    try:
        template = parse(text)
        body = "".join(_line(template.render(row), text, row) + "\n" for row in rows)
    except TemplateError as error:
        raise CommandError(f"template parsing error: {error}") from None
    if not is_table:
        return body
    try:
        header = template.render(row_type.header(), functions=HEADER)
    except TemplateError:
        header = ""
    return align(header + "\n" + body)


def _line(text: str, template: str, row: Row) -> str:
    if template == "{{json .}}":
        from swarmlab.cli.gojson import dumps

        return dumps(row)
    return text
