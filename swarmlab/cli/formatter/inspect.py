"""Objects as ``inspect`` prints them: indented JSON, compact JSON, or a Go template on the typed object.

docker/cli: cli/command/inspect/inspector.go.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TextIO

from swarmlab.cli.errors import CommandError, join_errors
from swarmlab.cli.formatter.functions import parse
from swarmlab.cli.formatter.gotypes import decode
from swarmlab.cli.gojson import compact, dumps, indent
from swarmlab.gotemplate import Template, TemplateError


class Found(NamedTuple):
    """One object: its Go type, the server's JSON, and whether that JSON is printed as it came.

    Services and nodes are not (`raw` False): docker decodes and encodes them, which drops what it does not know.
    """

    go_type: str
    json: bytes
    raw: bool = True


def inspect(references: Sequence[str], form: str, find: Callable[[str], Found], stdout: TextIO) -> None:
    """Print the objects that `references` name; those that are missing raise one CommandError at the end."""
    template = None
    if form not in ("", "json"):
        try:
            template = parse(form)
        except TemplateError as error:
            raise CommandError(f"template parsing error: {error}", 64) from None
    errors: list[CommandError] = []
    pieces: list[str] = []
    for reference in references:
        try:
            found = find(reference)
            pieces.append(_render(template, found) if template else _json(found, form))
        except CommandError as error:
            errors.append(error)
    if template is not None:
        stdout.write("".join(piece + "\n" for piece in pieces) or "\n")
    elif not pieces:
        stdout.write("[]\n")
    else:
        text = "[" + ",".join(pieces) + "]"
        stdout.write((compact(text) if form == "json" else indent(text)) + "\n")
    join_errors(errors)


def _json(found: Found, form: str) -> str:
    if found.raw:
        return found.json.decode().strip()
    return dumps(decode(found.go_type, json.loads(found.json)))


def _render(template: Template, found: Found) -> str:
    value = json.loads(found.json)
    try:
        return template.render(decode(found.go_type, value))
    except TemplateError as error:
        if not found.raw:
            raise CommandError(f"template parsing error: {error}") from None
    try:
        return template.render(value, strict=True)
    except TemplateError as error:
        raise CommandError(f"template parsing error: {error}") from None


def template_text(value: Any, form: str) -> str:
    """Return one plain object in a template, as ``info -f`` prints it; raises CommandError."""
    try:
        return parse(form).render(value)
    except TemplateError as error:
        raise CommandError(f"template parsing error: {error}", 64) from None
