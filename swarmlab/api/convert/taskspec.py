"""The TaskTemplate of a service: container, resources, restart policy, placement, networks.

moby: ``daemon/cluster/convert/service.go``, ``task.go``.
"""

from swarmlab.api.convert.basics import DRIVER, Json, driver_json, driver_of, present
from swarmlab.api.convert.containerspec import CONTAINER_SPEC, container_spec_json, container_spec_of
from swarmlab.api.shapes import DURATION, INT64, LABELS, STRING, STRINGS, UINT64, ListOf, Scalar, Struct
from swarmlab.core.objects import (
    GenericResource,
    NetworkAttachmentConfig,
    Placement,
    Platform,
    ResourceRequirements,
    Resources,
    RestartPolicy,
    TaskSpec,
)
from swarmlab.errors import InvalidArgument

_GENERIC = Struct(
    "swarm.GenericResource",
    {
        "NamedResourceSpec": Struct("swarm.NamedGenericResource", {"Kind": STRING, "Value": STRING}),
        "DiscreteResourceSpec": Struct("swarm.DiscreteGenericResource", {"Kind": STRING, "Value": INT64}),
    },
)
RESOURCES = Struct(
    "swarm.ResourceRequirements",
    {
        "Limits": Struct("swarm.Limit", {"NanoCPUs": INT64, "MemoryBytes": INT64, "Pids": INT64}),
        "Reservations": Struct(
            "swarm.Resources", {"NanoCPUs": INT64, "MemoryBytes": INT64, "GenericResources": ListOf(_GENERIC)}
        ),
    },
)
RESTART_POLICY = Struct(
    "swarm.RestartPolicy",
    {
        "Condition": Scalar("swarm.RestartPolicyCondition", "string"),
        "Delay": DURATION,
        "MaxAttempts": UINT64,
        "Window": DURATION,
    },
)
PLACEMENT = Struct(
    "swarm.Placement",
    {
        "Constraints": STRINGS,
        "Preferences": ListOf(
            Struct(
                "swarm.PlacementPreference",
                {"Spread": Struct("swarm.SpreadOver", {"SpreadDescriptor": STRING})},
            )
        ),
        "MaxReplicas": UINT64,
        "Platforms": ListOf(Struct("swarm.Platform", {"Architecture": STRING, "OS": STRING})),
    },
)
NETWORKS = ListOf(Struct("swarm.NetworkAttachmentConfig", {"Target": STRING, "Aliases": STRINGS, "DriverOpts": LABELS}))
TASK_SPEC = Struct(
    "swarm.TaskSpec",
    {
        "PluginSpec": Struct("runtime.PluginSpec", {}),
        "ContainerSpec": CONTAINER_SPEC,
        "NetworkAttachmentSpec": Struct("swarm.NetworkAttachmentSpec", {"ContainerID": STRING}),
        "Resources": RESOURCES,
        "RestartPolicy": RESTART_POLICY,
        "Placement": PLACEMENT,
        "Networks": NETWORKS,
        "LogDriver": DRIVER,
        "ForceUpdate": UINT64,
        "Runtime": Scalar("swarm.RuntimeType", "string"),
    },
)
_CONDITIONS = ("none", "on-failure", "any")


def task_spec_of(json: Json) -> TaskSpec:
    """Return the task template that JSON says; network targets stay as they were sent.

    Raises InvalidArgument for words that mean nothing.
    """
    if json.get("Runtime", "") not in ("", "container"):
        raise InvalidArgument("unsupported runtime")
    if "ContainerSpec" not in json:
        raise InvalidArgument("mismatched Runtime and *Spec fields")
    return TaskSpec(
        container=container_spec_of(json["ContainerSpec"]),
        resources=_resources_of(json.get("Resources")),
        restart=_restart_of(json.get("RestartPolicy")),
        placement=_placement_of(json.get("Placement")),
        networks=networks_of(json.get("Networks", [])),
        log_driver=driver_of(json.get("LogDriver")),
        force_update=json.get("ForceUpdate", 0),
    )


def task_spec_json(spec: TaskSpec, *, runtime: bool) -> Json:
    """Return a task template as JSON; `runtime`: services name it, tasks do not."""
    json: Json = {}
    if spec.container is not None:
        json["ContainerSpec"] = container_spec_json(spec.container)
    elif spec.attachment:
        json["NetworkAttachmentSpec"] = {"ContainerID": spec.attachment}
    if spec.resources is not None:
        json["Resources"] = _resources_json(spec.resources)
    if spec.restart is not None:
        json["RestartPolicy"] = _restart_json(spec.restart)
    if spec.placement is not None:
        json["Placement"] = _placement_json(spec.placement)
    if spec.networks:
        json["Networks"] = [
            {"Target": item.target, **present(Aliases=item.aliases, DriverOpts=item.driver_opts)}
            for item in spec.networks
        ]
    if spec.log_driver is not None:
        json["LogDriver"] = driver_json(spec.log_driver)
    json["ForceUpdate"] = spec.force_update
    if runtime:
        json["Runtime"] = "attachment" if spec.attachment else "container"
    return json


def networks_of(json: list[Json]) -> tuple[NetworkAttachmentConfig, ...]:
    """Return the networks asked for."""
    return tuple(
        NetworkAttachmentConfig(item.get("Target", ""), tuple(item.get("Aliases", ())), item.get("DriverOpts"))
        for item in json
    )


def _resources_of(json: Json | None) -> ResourceRequirements | None:
    if json is None:
        return None
    return ResourceRequirements(_amount_of(json.get("Limits")), _amount_of(json.get("Reservations")))


def _amount_of(json: Json | None) -> Resources | None:
    if json is None:
        return None
    return Resources(
        json.get("NanoCPUs", 0),
        json.get("MemoryBytes", 0),
        json.get("Pids", 0),
        tuple(_generic_of(item) for item in json.get("GenericResources", ())),
    )


def _generic_of(json: Json) -> GenericResource:
    named = json.get("NamedResourceSpec")
    if named is not None:
        return GenericResource(named.get("Kind", ""), 0, named.get("Value", ""))
    discrete = json.get("DiscreteResourceSpec", {})
    return GenericResource(discrete.get("Kind", ""), discrete.get("Value", 0))


def generic_json(resources: tuple[GenericResource, ...]) -> list[Json]:
    """Return invented resources: with a name, or so many of a kind."""
    return [
        {"NamedResourceSpec": {"Kind": item.kind, "Value": item.name}}
        if item.name
        else {"DiscreteResourceSpec": present(Kind=item.kind, Value=item.value)}
        for item in resources
    ]


def amount_json(amount: Resources) -> Json:
    """Return an amount of resources."""
    return present(
        NanoCPUs=amount.nano_cpus,
        MemoryBytes=amount.memory_bytes,
        Pids=amount.pids,
        GenericResources=generic_json(amount.generic),
    )


def _resources_json(resources: ResourceRequirements) -> Json:
    json: Json = {}
    if resources.limits is not None:
        json["Limits"] = amount_json(resources.limits)
    if resources.reservations is not None:
        json["Reservations"] = amount_json(resources.reservations)
    return json


def _restart_of(json: Json | None) -> RestartPolicy | None:
    if json is None:
        return None
    condition = json.get("Condition", "") or "any"
    if condition not in _CONDITIONS:
        raise InvalidArgument(f'invalid RestartCondition: "{condition}"')
    return RestartPolicy(condition, json.get("Delay"), json.get("MaxAttempts"), json.get("Window"))


def _restart_json(policy: RestartPolicy) -> Json:
    json: Json = {"Condition": policy.condition}
    if policy.delay is not None:
        json["Delay"] = policy.delay
    json["MaxAttempts"] = policy.max_attempts or 0
    if policy.window is not None:
        json["Window"] = policy.window
    return json


def _placement_of(json: Json | None) -> Placement | None:
    if json is None:
        return None
    return Placement(
        constraints=tuple(json.get("Constraints", ())),
        preferences=tuple(
            preference["Spread"].get("SpreadDescriptor", "")
            for preference in json.get("Preferences", ())
            if "Spread" in preference
        ),
        max_replicas=json.get("MaxReplicas", 0),
        platforms=tuple(
            Platform(item.get("Architecture", ""), item.get("OS", "")) for item in json.get("Platforms", ())
        ),
    )


def _placement_json(placement: Placement) -> Json:
    return present(
        Constraints=placement.constraints,
        Preferences=[{"Spread": {"SpreadDescriptor": text}} for text in placement.preferences],
        MaxReplicas=placement.max_replicas,
        Platforms=[present(Architecture=item.architecture, OS=item.os) for item in placement.platforms],
    )
