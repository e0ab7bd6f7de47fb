"""Variables in Compose files: ``${TAG:-latest}`` and its like, and the types that what they give is turned into.

docker/cli: cli/compose/template, cli/compose/interpolation, cli/compose/loader/interpolate.go.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from swarmlab.cli.errors import CommandError
from swarmlab.gostrings import parse_float, quote

_NAME = r"[_a-z][_a-z0-9]*(?::?[-?][^}]*)?"
_PATTERN = re.compile(
    rf"\$(?:(?P<escaped>\$)|(?P<named>{_NAME})|{{(?P<braced>{_NAME})}}|(?P<invalid>))", re.I | re.ASCII
)
#: In this order; "-" is looked for in what ":?" would ask for, too.
_OPERATORS = (":-", "-", ":?", "?")
_TRUE, _FALSE = ("y", "yes", "true", "on"), ("n", "no", "false", "off")


def _integer(text: str) -> int:
    if not re.fullmatch(r"[-+]?[0-9]+", text):
        raise ValueError(f"strconv.Atoi: parsing {quote(text)}: invalid syntax")
    return int(text)


def _truth(text: str) -> bool:
    if text.lower() not in (*_TRUE, *_FALSE):
        raise ValueError(f"invalid boolean: {text}")
    return text.lower() in _TRUE


#: Where a variable's text stands for another type; "*" is any key, "[]" any place in a list.
_CASTS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(
        [
            f"services.*.{path}"
            for path in (
                "configs.[].mode", "secrets.[].mode", "healthcheck.retries", "deploy.replicas",
                "deploy.update_config.parallelism", "deploy.rollback_config.parallelism",
                "deploy.restart_policy.max_attempts", "deploy.placement.max_replicas_per_node", "ports.[].target",
                "ports.[].published", "ulimits.*", "ulimits.*.hard", "ulimits.*.soft", "oom_score_adj",
            )
        ],
        _integer,
    ),
    **dict.fromkeys(
        [
            f"services.*.{path}"
            for path in (
                "healthcheck.disable", "privileged", "read_only", "stdin_open", "tty", "volumes.[].read_only",
                "volumes.[].volume.nocopy",
            )
        ],
        _truth,
    ),
    **dict.fromkeys(
        [f"services.*.deploy.{which}_config.max_failure_ratio" for which in ("update", "rollback")], parse_float
    ),
    **dict.fromkeys([f"networks.*.{key}" for key in ("external", "internal", "attachable")], _truth),
    **dict.fromkeys([f"{section}.*.external" for section in ("volumes", "secrets", "configs")], _truth),
}  # fmt: skip


class _Invalid(Exception):
    """A template that cannot be filled in; the text names it."""


def substitute(template: str, environ: Mapping[str, str]) -> str:
    """Return `template` with its variables' values; raises `_Invalid`."""
    failed: _Invalid | None = None

    def value(match: re.Match[str]) -> str:
        nonlocal failed
        if match["escaped"]:
            return match["escaped"]
        wanted = match["named"] or match["braced"]
        if not wanted:
            failed = _Invalid(template)
            return ""
        for operator in _OPERATORS:
            if operator in wanted:
                try:
                    text = _apply(operator, wanted, environ)
                except _Invalid as error:
                    failed = error
                    return ""
                failed = None  # as there: what comes later covers an earlier mistake
                return text
        return environ.get(wanted, "")

    text = _PATTERN.sub(value, template)
    if failed is not None:
        raise failed
    return text


def _apply(operator: str, wanted: str, environ: Mapping[str, str]) -> str:
    name, _, other = wanted.partition(operator)
    value = environ.get(name)
    missing = value is None or (operator.startswith(":") and not value)
    if not missing:
        return value or ""
    if operator.endswith("-"):
        return other
    raise _Invalid(f"required variable {name} is missing a value: {other}")


def interpolate(config: dict[str, Any], environ: Mapping[str, str]) -> dict[str, Any]:
    """Return `config` with all variables replaced; raises CommandError."""
    return {key: _walk(value, (key,), environ) for key, value in config.items()}


def _walk(value: Any, path: tuple[str, ...], environ: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _walk(item, (*path, key), environ) for key, item in value.items()}
    if isinstance(value, list):
        return [_walk(item, (*path, "[]"), environ) for item in value]
    if not isinstance(value, str):
        return value
    where = ".".join(path)
    try:
        text = substitute(value, environ)
    except _Invalid as error:
        raise CommandError(
            f"invalid interpolation format for {where}: {quote(str(error))}; "
            "you may need to escape any $ with another $"
        ) from None
    cast = _cast(path) if text != value else None
    if cast is None:
        return text
    try:
        return cast(text)
    except ValueError as error:
        raise CommandError(f"error while interpolating {where}: failed to cast to expected type: {error}") from None


def _cast(path: tuple[str, ...]) -> Callable[[str], Any] | None:
    for pattern, cast in _CASTS.items():
        parts = pattern.split(".")
        if len(parts) == len(path) and all(part in ("*", name) for part, name in zip(parts, path, strict=True)):
            return cast
    return None
