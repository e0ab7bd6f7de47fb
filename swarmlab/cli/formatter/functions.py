"""The templates of ``--format``: Go's, with the functions that docker adds.  docker/cli: templates/templates.go."""

from typing import Any

from swarmlab import gotemplate
from swarmlab.cli.gojson import dumps
from swarmlab.gotemplate import BUILTIN, Function, Template
from swarmlab.gotemplate.functions import CallError, TypeRefused, text_of, whole_of
from swarmlab.gotemplate.values import Slice, type_name


def parse(text: str) -> Template:
    """Parse a format; raises TemplateError."""
    return gotemplate.parse(text, FUNCTIONS)


def _words(value: Any) -> list[str]:
    if isinstance(value, list) and type_name(value) == "[]string":
        return [str(item) for item in value]
    raise TypeRefused(value, "[]string", 0)


def _json(value: Any) -> str:
    return str(dumps(value, escape_html=False))


def _split(text: Any, separator: Any) -> Any:
    text, separator = text_of(text), text_of(separator, 1)
    return Slice("[]string", text.split(separator) if separator else list(text))


def _title(text: Any) -> str:
    out, start = [], True
    for char in text_of(text):
        out.append(char.upper() if start else char)
        start = not (char.isalnum() or char in "_'") if char.isascii() else char.isspace()
        if char == "'":
            start = False
    return "".join(out)


def _pad(text: Any, before: Any, after: Any) -> str:
    shown, left, right = text_of(text), whole_of(before, 1), whole_of(after, 2)
    if shown and (left < 0 or right < 0):
        raise CallError("strings: negative Repeat count")
    return " " * left + shown + " " * right if shown else shown


def _truncate(text: Any, length: Any) -> str:
    encoded, most = text_of(text).encode(), whole_of(length, 1)
    return encoded[:most].decode("utf-8", "replace") if len(encoded) >= most else str(text)


_OWN = {
    "json": Function(_json),
    "split": Function(_split, 2, 2),
    "join": Function(lambda words, separator: text_of(separator, 1).join(_words(words)), 2, 2),
    "title": Function(_title),
    "lower": Function(lambda text: text_of(text).lower()),
    "upper": Function(lambda text: text_of(text).upper()),
    "pad": Function(_pad, 3, 3),
    "truncate": Function(_truncate, 2, 2),
}
FUNCTIONS: dict[str, Function] = {**BUILTIN, **_OWN}

#: In the header line of a table all but `pad` leave the column's title alone.
HEADER: dict[str, Function] = {
    **FUNCTIONS,
    **{name: known._replace(call=lambda text, *_: text) for name, known in _OWN.items() if name != "pad"},
}
