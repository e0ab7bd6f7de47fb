"""The Engine API as its OpenAPI document has it, and what of an answer does not fit.

The document (Swagger 2.0, API 1.51) is ``vendor/moby/v1.51.yaml``.  Its schemas are JSON Schema of draft 4 but for
``x-nullable``.  Go writes an empty list or map that was never made as ``null``, which the document mentions in a few
places only: there null is taken everywhere.  And an answer may hold no field that the document does not know, so that
a slip in a name is found.
"""

import functools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from jsonschema import Draft4Validator, FormatChecker, ValidationError
from jsonschema.validators import extend

DOCUMENT = Path(__file__).parent / "vendor" / "moby" / "v1.51.yaml"
VERSION = "1.51"

#: What engines of this version (28.5.2) send, as recorded, and the document has otherwise: pattern of a fault → why.
KNOWN = {
    r"^(GET|POST) .*: the document knows no PreviousSpec$": "of a service that was updated",
    r"^GET /tasks.*: the document knows no Volumes$": "cluster volumes, null without any",
    r"ContainerSpec: the document knows no Healthcheck$": "which the document calls HealthCheck",
    r"^GET /tasks.*NetworksAttachments.*Network: the document knows no": "the swarm's object, not that of /networks",
    r"^GET /networks/{id} 200: it: the document knows no (Services|Peers)$": "of a verbose look",
    r"^GET /info 200: \.Swarm: the document knows no Warnings$": "of two managers, for instance",
    r"^POST /(secrets|configs)/create 201: it: (the document knows no ID|'Id' is a required property)$": "it is ID",
    r"UpdateStatus\.State: 'rollback_\w+' is not one of": "the document knows no rollbacks",
    r"HostConfig\.MemorySwappiness: None": "nothing was asked for, or -1",
    r"HostConfig\.OomKillDisable: None": "control groups of version 2 know no such thing",
    r"(Templating|Driver|LogDriver): 'Name' is a required property$": "Go leaves an empty name out",
    r"^GET /exec/{id}/json 200: \.ExitCode: None": "it runs still",
}


class Operation(NamedTuple):
    """One route of the document."""

    method: str
    path: str  # with its {names}
    pattern: re.Pattern[str]
    responses: dict[str, Any]


@functools.cache
def document() -> dict[str, Any]:
    """Return the document."""
    loaded: dict[str, Any] = yaml.load(
        DOCUMENT.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    )
    return loaded


@functools.cache
def operations() -> tuple[Operation, ...]:
    """Return all routes; those without names in their path first."""
    found = []
    for path, item in document()["paths"].items():
        text = re.sub(r"\\\{\w+\\\}", ".+", re.escape(path)) + "/?"
        found += [
            Operation(
                method.upper(),
                path,
                re.compile(text),
                {str(status): response for status, response in operation["responses"].items()},
            )
            for method, operation in item.items()
            if method != "parameters"
        ]
    return tuple(sorted(found, key=lambda o: ("{" in o.path, -len(o.path))))


def operation(method: str, path: str) -> Operation | None:
    """Return the route of a request, None if the document has none."""
    plain = re.sub(r"^/v[0-9.]+(?=/)", "", path)
    return next((o for o in operations() if o.method == method and o.pattern.fullmatch(plain)), None)


def faults(method: str, path: str, status: int, value: Any) -> list[str]:
    """Return what of an answer (its JSON as `value`) is not as the document says."""
    found = operation(method, path)
    if found is None:
        return [f"{method} {path} is not in the document"]
    response = found.responses.get(str(status)) or found.responses.get("default")
    if response is None:
        known = ", ".join(sorted(found.responses))
        return [] if status >= 400 else [f"{method} {found.path} answers {status}; the document knows {known}"]
    if "schema" not in response:
        return []
    said = [f"{method} {found.path} {status}: {fault}" for fault in _mismatches(response["schema"], value)]
    return [fault for fault in said if not any(re.search(pattern, fault) for pattern in KNOWN)]


def _mismatches(schema: dict[str, Any], value: Any) -> Iterator[str]:
    validator = _Validator({**schema, "definitions": document()["definitions"]}, format_checker=FormatChecker())
    for error in validator.iter_errors(value):
        where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path)
        yield f"{where or 'it'}: {error.message[:300]}"


# --- the dialect --------------------------------------------------------------------------------------------


def _type(validator: Any, types: Any, value: Any, schema: dict[str, Any]) -> Iterator[Any]:
    if value is None and (schema.get("x-nullable") or types in ("array", "object")):
        return
    yield from Draft4Validator.VALIDATORS["type"](validator, types, value, schema)


def _enum(validator: Any, words: Any, value: Any, schema: dict[str, Any]) -> Iterator[Any]:
    if value is not None or not schema.get("x-nullable"):
        yield from Draft4Validator.VALIDATORS["enum"](validator, words, value, schema)


def _all_of(validator: Any, parts: Any, value: Any, schema: dict[str, Any]) -> Iterator[Any]:
    if value is None:
        return
    if not isinstance(value, dict):
        for part in parts:
            yield from validator.descend(value, _resolved(part))
        return
    together: dict[str, Any] = {}
    for part in parts:
        together |= _resolved(part).get("properties", {})
    yield from validator.descend(value, {"type": "object", "properties": together})


def _properties(validator: Any, properties: Any, value: Any, schema: dict[str, Any]) -> Iterator[Any]:
    yield from Draft4Validator.VALIDATORS["properties"](validator, properties, value, schema)
    if isinstance(value, dict) and not schema.get("additionalProperties"):
        for name in value:
            if name not in properties:
                yield ValidationError(f"the document knows no {name}")


def _reference(validator: Any, reference: str, value: Any, schema: dict[str, Any]) -> Iterator[Any]:
    if value is not None or not _is_optional(_resolved(schema)):
        yield from validator.descend(value, _resolved(schema))


def _is_optional(schema: dict[str, Any]) -> bool:
    return bool(schema.get("x-nullable")) or schema.get("type") in ("array", "object", None)


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    name = schema["$ref"].removeprefix("#/definitions/")
    found: dict[str, Any] = document()["definitions"][name]
    return _resolved(found)


_Validator = extend(
    Draft4Validator,
    {"type": _type, "enum": _enum, "allOf": _all_of, "properties": _properties, "$ref": _reference},
)
