"""Is this a Compose file?  The published schemas, checked in the order and told in the words of docker's validator.

Docker names one mistake out of many: the deepest, and of several ways to write something the one that came closest,
by a score that its validator keeps while it walks.  To name the same, the walk and the score have to be the same; a
validator that finds the same mistakes in another way would name others.

docker/cli: cli/compose/schema/schema.go; xeipuuv/gojsonschema: validation.go, locales.go.
"""

import json
import re
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from swarmlab.cli.errors import CommandError
from swarmlab.cli.options.ports import parse_port_spec
from swarmlab.gostrings import format_float, parse_duration

LATEST = "3.13"
Json = Any


def version_of(config: dict[str, Any]) -> str:
    """Return the version of a Compose file; none, or just "3", means the latest."""
    given = config.get("version", LATEST)
    text = format_float(given) if isinstance(given, float) else "<nil>" if given is None else str(given)
    return LATEST if text in ("", "3") else text


def validate(config: dict[str, Any], version: str) -> None:
    """Raise CommandError with docker's sentence if `config` is no Compose file of this version."""
    schema = _schema(version)
    if schema is None:
        raise CommandError(f"unsupported Compose file version: {version}")
    result = _Walk(schema).check(schema, config, ("(root)",))
    if result.mistakes:
        raise CommandError(_sentence(result.mistakes))


@cache
def _schema(version: str) -> Json:
    file = resources.files("swarmlab.cli.compose") / "schemas" / f"config_schema_v{version}.json"
    return json.loads(file.read_text(encoding="utf-8")) if re.fullmatch(r"3\.\d+", version) and file.is_file() else None


class _Mistake(NamedTuple):
    kind: str
    path: tuple[str, ...]
    text: str
    expected: str = ""  # of an invalid type

    @property
    def field(self) -> str:
        return ".".join(self.path).removeprefix("(root).")


class _Result:
    """What one part of a file did wrong, and how close it came to what its schema wants."""

    def __init__(self) -> None:
        self.mistakes: list[_Mistake] = []
        self.score = 0

    def add(self, kind: str, path: tuple[str, ...], text: str, expected: str = "") -> None:
        self.mistakes.append(_Mistake(kind, path, text, expected))
        self.score -= 2

    def merge(self, other: "_Result") -> None:
        self.mistakes += other.mistakes
        self.score += other.score


class _Walk:
    """One schema, walked along one file."""

    def __init__(self, root: Json) -> None:
        self._root = root

    def check(self, schema: Json, value: Json, path: tuple[str, ...]) -> _Result:
        """Return what is wrong with `value`."""
        result = _Result()
        self._node(schema, value, result, path)
        return result

    def _node(self, schema: Json, value: Json, result: _Result, path: tuple[str, ...]) -> None:
        while "$ref" in schema:
            schema = self._resolve(schema["$ref"])
        wanted = schema.get("type", [])
        types = wanted if isinstance(wanted, list) else [wanted]
        given = _type(value)
        if types and given not in types and not (given == "integer" and "number" in types):
            expected = f"[{','.join(types)}]" if len(types) > 1 else types[0]
            result.add("invalid_type", path, f"Invalid type. Expected: {expected}, given: {given}", expected)
            return
        self._alternatives(schema, value, result, path)
        if isinstance(value, list):
            self._array(schema, value, result, path)
        elif isinstance(value, dict):
            self._object(schema, value, result, path)
        elif _is_number(value):
            self._number(schema, value, result, path)
        self._common(schema, value, result, path)
        if isinstance(value, dict):
            for name, inner in schema.get("properties", {}).items():
                if name in value:
                    self._node(inner, value[name], result, (*path, name))
        elif isinstance(value, str):
            self._format(schema, value, result, path)
            result.score += 1
        result.score += 1

    def _resolve(self, reference: str) -> Json:
        found = self._root
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        return found

    def _alternatives(self, schema: Json, value: Json, result: _Result, path: tuple[str, ...]) -> None:
        for word, kind, text in (
            ("anyOf", "number_any_of", "Must validate at least one schema (anyOf)"),
            ("oneOf", "number_one_of", "Must validate one and only one schema (oneOf)"),
        ):
            if word not in schema:
                continue
            best: _Result | None = None
            valid = 0
            for inner in schema[word]:
                tried = self.check(inner, value, path)
                if not tried.mistakes:
                    valid += 1
                elif not valid and (best is None or tried.score > best.score):
                    best = tried
            if valid != 1 and (word == "oneOf" or not valid):
                result.add(kind, path, text)
                if not valid and best is not None:
                    result.merge(best)
        result.score += 1

    def _array(self, schema: Json, value: list[Json], result: _Result, path: tuple[str, ...]) -> None:
        if "items" in schema:
            for number, item in enumerate(value):
                result.merge(self.check(schema["items"], item, (*path, str(number))))
        if schema.get("uniqueItems"):
            seen: dict[str, int] = {}
            for number, item in enumerate(value):
                text = json.dumps(item, sort_keys=True)
                if text in seen:
                    result.add("unique", path, f"array items[{seen[text]},{number}] must be unique")
                seen[text] = number
        result.score += 1

    def _object(self, schema: Json, value: dict[str, Json], result: _Result, path: tuple[str, ...]) -> None:
        for name in schema.get("required", []):
            if name in value:
                result.score += 1
            else:
                result.add("required", path, f"{name} is required")
        for name, item in sorted(value.items()):
            described = self._pattern(schema, name, item, result, path)
            if name in schema.get("properties", {}) or described:
                continue
            further = schema.get("additionalProperties", True)
            if further is False:
                result.add("additional_property_not_allowed", path, f"Additional property {name} is not allowed")
            elif isinstance(further, dict):
                result.merge(self.check(further, item, (*path, name)))
        result.score += 1

    def _pattern(self, schema: Json, name: str, item: Json, result: _Result, path: tuple[str, ...]) -> bool:
        patterns = [inner for pattern, inner in schema.get("patternProperties", {}).items() if re.search(pattern, name)]
        for inner in patterns:
            result.merge(self.check(inner, item, (*path, name)))
        result.score += bool(patterns)
        return bool(patterns)

    def _number(self, schema: Json, value: float, result: _Result, path: tuple[str, ...]) -> None:
        if value < schema.get("minimum", value):
            result.add("number_gte", path, f"Must be greater than or equal to {schema['minimum']}")
        self._format(schema, value, result, path)
        result.score += 1

    def _common(self, schema: Json, value: Json, result: _Result, path: tuple[str, ...]) -> None:
        if "enum" in schema and value not in schema["enum"]:
            allowed = ", ".join(json.dumps(item) for item in schema["enum"])
            field = ".".join(path).removeprefix("(root).")
            result.add("enum", path, f"{field} must be one of the following: {allowed}")
        result.score += 1

    def _format(self, schema: Json, value: Json, result: _Result, path: tuple[str, ...]) -> None:
        name = schema.get("format", "")
        if not _has_format(name, value):
            result.add("format", path, f"Does not match format '{name}'")


def _is_number(value: Json) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _type(value: Json) -> str:
    if _is_number(value):
        return "integer" if value == int(value) else "number"
    kinds = {type(None): "null", bool: "boolean", str: "string", list: "array", dict: "object"}
    return kinds[type(value)]


def _has_format(name: str, value: Json) -> bool:
    """Whether a value has a format; one that docker does not know, every value has."""
    try:
        if name == "ports":
            parse_port_spec(value if isinstance(value, str) else str(int(value)))
        elif name == "duration":
            parse_duration(value if isinstance(value, str) else "")
    except ValueError:
        return False
    return True


def _sentence(mistakes: list[_Mistake]) -> str:
    """Return the sentence for the most specific mistake: the deepest, and of those the first about a type."""

    def depth(mistake: _Mistake) -> int:
        return mistake.field.count(".")

    chosen = 0
    for number, mistake in enumerate(mistakes):
        best = mistakes[chosen]
        if depth(mistake) > depth(best) or (
            depth(mistake) == depth(best) and mistake.kind == "invalid_type" and best.kind != "invalid_type"
        ):
            chosen = number
    parent = mistakes[chosen]
    text = parent.text
    if parent.kind == "invalid_type":
        text = f"must be a {_readable(parent.expected)}"
    elif parent.kind in ("number_one_of", "number_any_of") and chosen + 1 < len(mistakes):
        text = mistakes[chosen + 1].text
    return f"{parent.field} {text}"


def _readable(expected: str) -> str:
    if expected.startswith("["):
        *words, last = [_readable(word) for word in expected[1:-1].split(",")]
        return f"{', '.join(words)} or {last}"
    return {"object": "mapping", "array": "list"}.get(expected, expected)
