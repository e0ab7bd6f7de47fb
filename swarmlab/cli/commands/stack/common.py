"""What the commands of a stack share.  docker/cli: cli/command/stack/common.go, swarm/common.go."""

from typing import Any

from swarmlab.cli.api import Engine
from swarmlab.cli.compose.mounts import NAMESPACE
from swarmlab.cli.errors import CommandError
from swarmlab.gostrings import quote


def check_name(name: str) -> str:
    """Return `name`; raises CommandError if there is nothing in it."""
    if not name.strip(" \t\n\r\v\f\u0085\u00a0\"'"):
        raise CommandError(f"invalid stack name: {quote(name)}")
    return name


def stack_filter(name: str, given: dict[str, dict[str, bool]] | None = None) -> dict[str, dict[str, bool]]:
    """Return a filter for what belongs to a stack, beside what a user asks for."""
    filters = {key: dict(values) for key, values in (given or {}).items()}
    filters.setdefault("label", {})[f"{NAMESPACE}={name}"] = True
    return filters


def of_stack(engine: Engine, nouns: str, name: str) -> list[dict[str, Any]]:
    """Return the services, networks, secrets or configs (`nouns`) of a stack."""
    found: list[dict[str, Any]] = engine.get(f"/{nouns}", filters=stack_filter(name)) or []
    return found
