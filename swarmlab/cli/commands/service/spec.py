"""Parts of a service spec that create and update share.

docker/cli: cli/command/service/opts.go, parse.go; moby: client/service_create.go.
"""

from typing import Any

from swarmlab.cli.api import Engine
from swarmlab.cli.command import Call
from swarmlab.cli.errors import CommandError, EngineError
from swarmlab.cli.flags import FlagSet
from swarmlab.cli.reference import parse_reference, with_default_tag
from swarmlab.gostrings import parse_int

Spec = dict[str, Any]
_SECOND = 10**9
HEALTH_FLAGS = ("health-cmd", "health-interval", "health-retries", "health-timeout", "health-start-period")


def default_update_config() -> Spec:
    """Return swarmkit's defaults for a rolling update or rollback.  swarmkit: api/defaults/service.go."""
    return {
        "Parallelism": 1,
        "FailureAction": "pause",
        "Monitor": 5 * _SECOND,
        "MaxFailureRatio": 0,
        "Order": "stop-first",
    }


def default_restart_policy() -> Spec:
    """Return swarmkit's default restart policy."""
    return {"Condition": "any", "Delay": 5 * _SECOND, "MaxAttempts": 0}


_UPDATE_FIELDS = {
    "parallelism": "Parallelism", "delay": "Delay", "monitor": "Monitor", "failure-action": "FailureAction",
    "max-failure-ratio": "MaxFailureRatio", "order": "Order",
}  # fmt: skip


def apply_update_flags(flags: FlagSet, kind: str, config: Spec | None) -> Spec | None:
    """Return `config` with the given ``--update-*`` (or ``--rollback-*``) flags; unchanged without any."""
    given = {f"{kind}-{name}": field for name, field in _UPDATE_FIELDS.items() if flags.changed(f"{kind}-{name}")}
    if not given:
        return config
    config = default_update_config() if config is None else config
    for name, field in given.items():
        config[field] = flags[name]
    return config


def apply_restart_flags(flags: FlagSet, policy: Spec | None) -> Spec | None:
    """Return `policy` with the given ``--restart-*`` flags; unchanged without any."""
    fields = {"condition": "Condition", "delay": "Delay", "max-attempts": "MaxAttempts", "window": "Window"}
    given = {f"restart-{name}": field for name, field in fields.items() if flags.changed(f"restart-{name}")}
    if not given:
        return policy
    policy = default_restart_policy() if policy is None else policy
    for name, field in given.items():
        policy[field] = flags[name]
    return policy


def swarm_network_id(engine: Engine, reference: str) -> str:
    """Return the ID of a swarm network; raises EngineError for an unknown one."""
    return str(engine.get(f"/networks/{reference}", scope="swarm")["Id"])


def resolve_files(engine: Engine, noun: str, wanted: list[Spec]) -> list[Spec]:
    """Fill in the IDs of secrets or configs (`noun` "secret", "config"); raises CommandError for unknown ones."""
    key = noun.capitalize()
    targets: dict[str, Spec] = {}
    by_runtime: list[Spec] = []
    for reference in wanted:
        if "File" not in reference:
            by_runtime.append(dict(reference))
            continue
        target = reference["File"]["Name"]
        if target in targets:
            raise CommandError(f"duplicate {noun} target for {reference[f'{key}Name']} not allowed")
        targets[target] = dict(reference)
    references = [*targets.values(), *by_runtime]
    if not references:
        return []
    filters = {"name": {reference[f"{key}Name"]: True for reference in references}}
    known = {found["Spec"]["Name"]: found["ID"] for found in engine.get(f"/{noun}s", filters=filters)}
    for reference in references:
        name = reference[f"{key}Name"]
        if name not in known:
            raise CommandError(f"{noun} not found: {name}")
        reference[f"{key}ID"] = known[name]
    return references


def generic_resources(words: list[str]) -> list[Spec]:
    """Return ``name=amount`` words as the API wants them.  swarmkit: api/genericresource/parse.go."""
    amounts: dict[str, list[str]] = {}
    for word in words:
        parts = word.split("=")
        if len(parts) != 2:
            raise _bad_resource(f"incorrect term {word}, missing '=' or malformed expression")
        amounts.setdefault(parts[0].strip(), []).append(parts[1].strip())
    resources: list[Spec] = []
    for kind, values in amounts.items():
        numbers = [_whole(value) for value in values]
        if len(numbers) == 1 and numbers[0] is not None:
            if numbers[0] < 0:
                raise _bad_resource(f"cannot ask for negative resource {kind}")
            resources.append({"DiscreteResourceSpec": {"Kind": kind, "Value": numbers[0]}})
        elif all(number is None for number in numbers):
            raise CommandError(
                f"invalid generic-resource request `{kind}={values[0]}`, "
                "Named Generic Resources is not supported for service create or update"
            )
        else:
            raise _bad_resource(f"mixed discrete and named resources in expression '{kind}=[{' '.join(values)}]'")
    return resources


def _bad_resource(reason: str) -> CommandError:
    return CommandError(f"invalid generic resource specification: could not parse GenericResource: {reason}")


def _whole(text: str) -> int | None:
    try:
        return parse_int(text)
    except ValueError:
        return None


def pin_image(engine: Engine, spec: Spec, ask_registry: bool) -> list[str]:
    """Complete the image's name and, if asked, pin its digest; return the warnings for the user."""
    task = spec["TaskTemplate"]
    container = task["ContainerSpec"]
    image = container["Image"] = with_default_tag(container.get("Image", ""))
    if not ask_registry:
        return []
    try:
        found = engine.get(f"/distribution/{image}/json")
    except EngineError:
        return [
            f"image {image} could not be accessed on a registry to record\n"
            f"its digest. Each node will access {image} independently,\n"
            "possibly leading to different nodes running different\nversions of the image.\n"
        ]
    digest = (found.get("Descriptor") or {}).get("digest", "")
    reference = parse_reference(image)
    if digest and not reference.digest:
        container["Image"] = reference._replace(digest=digest).shown()
    platforms = found.get("Platforms") or []
    if platforms:
        task["Placement"] = task.get("Placement") or {}
        task["Placement"]["Platforms"] = [_platform(platform) for platform in platforms]
    return []


def _platform(platform: Spec) -> Spec:
    # "arm" says too little (v6, v7 …) to match on.
    architecture = platform.get("architecture", "")
    shown = {} if architecture.lower() == "arm" else {"Architecture": architecture}
    return {**shown, "OS": platform.get("os", "")}


def registry_auth(call: Call) -> dict[str, str]:
    """Return the header for ``--with-registry-auth``: the lab keeps no logins, so an empty one."""
    import base64

    return {"X-Registry-Auth": base64.urlsafe_b64encode(b"{}").decode()} if call["with-registry-auth"] else {}


def drop_empty(value: Any) -> Any:
    """Return a dict without its None, "", 0, False, [] and {} members: Go's omitempty, one level deep."""
    return {
        key: item for key, item in value.items() if item not in (None, "", [], {}) and item is not False and item != 0
    }
