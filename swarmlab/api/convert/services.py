"""Services.  moby: ``daemon/cluster/convert/service.go``; defaults: swarmkit ``api/defaults/service.go``."""

from typing import NamedTuple

from swarmlab.api.convert.basics import Json, meta, present, sorted_labels, unquoted_float
from swarmlab.api.convert.taskspec import NETWORKS, TASK_SPEC, networks_of, task_spec_json, task_spec_of
from swarmlab.api.shapes import DURATION, EMPTY, FLOAT32, LABELS, STRING, UINT32, UINT64, ListOf, Scalar, Struct
from swarmlab.core import defaults
from swarmlab.core.objects import (
    DNSConfig,
    Endpoint,
    EndpointSpec,
    Placement,
    PortConfig,
    ResourceRequirements,
    Resources,
    Service,
    ServiceMode,
    ServiceSpec,
    UpdateConfig,
    UpdateStatus,
)
from swarmlab.core.units import rfc3339
from swarmlab.errors import InvalidArgument

UPDATE_CONFIG = Struct(
    "swarm.UpdateConfig",
    {
        "Parallelism": UINT64,
        "Delay": DURATION,
        "FailureAction": STRING,
        "Monitor": DURATION,
        "MaxFailureRatio": FLOAT32,
        "Order": STRING,
    },
)
PORT = Struct(
    "swarm.PortConfig",
    {
        "Name": STRING,
        "Protocol": Scalar("swarm.PortConfigProtocol", "string"),
        "TargetPort": UINT32,
        "PublishedPort": UINT32,
        "PublishMode": Scalar("swarm.PortConfigPublishMode", "string"),
    },
)
SERVICE_SPEC = Struct(
    "swarm.ServiceSpec",
    {
        "Name": STRING,
        "Labels": LABELS,
        "TaskTemplate": TASK_SPEC,
        "Mode": Struct(
            "swarm.ServiceMode",
            {
                "Replicated": Struct("swarm.ReplicatedService", {"Replicas": UINT64}),
                "Global": Struct("swarm.GlobalService", {}),
                "ReplicatedJob": Struct("swarm.ReplicatedJob", {"MaxConcurrent": UINT64, "TotalCompletions": UINT64}),
                "GlobalJob": EMPTY,
            },
        ),
        "UpdateConfig": UPDATE_CONFIG,
        "RollbackConfig": UPDATE_CONFIG,
        "Networks": NETWORKS,
        "EndpointSpec": Struct(
            "swarm.EndpointSpec", {"Mode": Scalar("swarm.ResolutionMode", "string"), "Ports": ListOf(PORT)}
        ),
    },
)


def service_spec_of(json: Json) -> ServiceSpec:
    """Return the service spec that JSON says; network targets stay as they were sent.

    Networks may be named beside the template, as they were in old times (moby ``populateNetworkID``).

    Raises InvalidArgument for words that mean nothing.
    """
    task = task_spec_of(json.get("TaskTemplate", {}))
    if not task.networks:
        task = task._replace(networks=networks_of(json.get("Networks", [])))
    update, rollback = update_config_of(json.get("UpdateConfig")), update_config_of(json.get("RollbackConfig"))
    return ServiceSpec(
        name=json.get("Name", ""),
        labels=json.get("Labels", {}),
        task=task,
        update=update,
        rollback=rollback,
        endpoint=_endpoint_of(json.get("EndpointSpec")),
        mode=_mode_of(json.get("Mode", {})),
    )


def _mode_of(json: Json) -> ServiceMode:
    if len(json) > 1:
        raise InvalidArgument("must specify only one service mode")
    if "Global" in json:
        return ServiceMode("global", 0)
    if "GlobalJob" in json:
        return ServiceMode("global-job", 0)
    job = json.get("ReplicatedJob")
    if job is not None:
        concurrent = job.get("MaxConcurrent", 1)
        return ServiceMode("replicated-job", 0, concurrent, job.get("TotalCompletions", concurrent))
    return ServiceMode("replicated", json.get("Replicated", {}).get("Replicas", 1))


def update_config_of(json: Json | None) -> UpdateConfig | None:
    """Return how tasks are to be replaced, None if nothing is said."""
    if json is None:
        return None
    action, order = json.get("FailureAction", "") or "pause", json.get("Order", "") or "stop-first"
    if action not in ("pause", "continue", "rollback"):
        raise InvalidArgument(f"unrecognized update failure action {action}")
    if order not in ("stop-first", "start-first"):
        raise InvalidArgument(f"unrecognized update order {order}")
    return UpdateConfig(
        json.get("Parallelism", 0),
        json.get("Delay", 0),
        action,
        json.get("Monitor") or None,
        json.get("MaxFailureRatio", 0),
        order,
    )


def _endpoint_of(json: Json | None) -> EndpointSpec | None:
    if json is None:
        return None
    mode = json.get("Mode", "") or "vip"
    if mode not in ("vip", "dnsrr"):
        raise InvalidArgument(f'invalid resolution mode: "{mode}"')
    return EndpointSpec(mode, tuple(_port_of(port) for port in json.get("Ports", ())))


def _port_of(json: Json) -> PortConfig:
    """Return a published port.  What is no protocol or mode of Docker's means the first one, as in moby."""
    protocol, mode = json.get("Protocol", "").lower(), json.get("PublishMode", "").lower()
    return PortConfig(
        json.get("TargetPort", 0),
        json.get("PublishedPort", 0),
        protocol if protocol in ("udp", "sctp") else "tcp",
        "host" if mode == "host" else "ingress",
        json.get("Name", ""),
    )


# --- out ----------------------------------------------------------------------------------------------


class Counts(NamedTuple):
    """How many tasks of a service run, should run, and have completed."""

    running: int
    desired: int
    completed: int


def service_json(service: Service, *, insert_defaults: bool = False, counts: Counts | None = None) -> Json:
    """Return a service.  `insert_defaults` fills in what its spec leaves open; `counts` adds ServiceStatus."""
    spec = with_defaults(service.spec) if insert_defaults else service.spec
    json = meta(service)
    json["Spec"] = service_spec_json(spec)
    if service.previous_spec is not None:
        json["PreviousSpec"] = service_spec_json(service.previous_spec)
    json["Endpoint"] = _endpoint_json(service.endpoint)
    if service.update_status is not None:
        json["UpdateStatus"] = _update_status_json(service.update_status)
    if counts is not None:
        json["ServiceStatus"] = {
            "RunningTasks": counts.running,
            "DesiredTasks": counts.desired,
            "CompletedTasks": counts.completed,
        }
    if service.job_status is not None:
        json["JobStatus"] = {
            "JobIteration": present(Index=service.job_status.iteration),
            "LastExecution": rfc3339(service.job_status.last_execution),
        }
    return json


def service_spec_json(spec: ServiceSpec) -> Json:
    """Return a service spec: objects that were not given are not there."""
    json: Json = {
        "Name": spec.name,
        "Labels": sorted_labels(spec.labels),
        "TaskTemplate": task_spec_json(spec.task, runtime=True),
        "Mode": _mode_json(spec.mode),
    }
    if spec.update is not None:
        json["UpdateConfig"] = update_config_json(spec.update)
    if spec.rollback is not None:
        json["RollbackConfig"] = update_config_json(spec.rollback)
    if spec.endpoint is not None:
        json["EndpointSpec"] = _endpoint_spec_json(spec.endpoint)
    return json


def _mode_json(mode: ServiceMode) -> Json:
    if mode.kind == "global":
        return {"Global": {}}
    if mode.kind == "global-job":
        return {"GlobalJob": {}}
    if mode.kind == "replicated-job":
        return {"ReplicatedJob": {"MaxConcurrent": mode.max_concurrent, "TotalCompletions": mode.total_completions}}
    return {"Replicated": {"Replicas": mode.replicas}}


def update_config_json(config: UpdateConfig) -> Json:
    """Return how tasks are replaced."""
    json: Json = {"Parallelism": config.parallelism}
    if config.delay:
        json["Delay"] = config.delay
    json["FailureAction"] = config.failure_action
    if config.monitor:
        json["Monitor"] = config.monitor
    json["MaxFailureRatio"] = unquoted_float(config.max_failure_ratio)
    json["Order"] = config.order
    return json


def port_json(port: PortConfig) -> Json:
    """Return a published port."""
    return present(
        Name=port.name,
        Protocol=port.protocol,
        TargetPort=port.target,
        PublishedPort=port.published,
        PublishMode=port.mode,
    )


def _endpoint_spec_json(spec: EndpointSpec) -> Json:
    return {"Mode": spec.mode, **present(Ports=[port_json(port) for port in spec.ports])}


def _endpoint_json(endpoint: Endpoint | None) -> Json:
    if endpoint is None:
        return {"Spec": {}}
    return {
        "Spec": _endpoint_spec_json(endpoint.spec) if endpoint.spec is not None else {},
        **present(
            Ports=[port_json(port) for port in endpoint.ports],
            VirtualIPs=[present(NetworkID=vip.network_id, Addr=vip.address) for vip in endpoint.virtual_ips],
        ),
    }


def _update_status_json(status: UpdateStatus) -> Json:
    json: Json = {"State": status.state.word}
    if status.started_at:
        json["StartedAt"] = rfc3339(status.started_at)
    if status.completed_at:
        json["CompletedAt"] = rfc3339(status.completed_at)
    json["Message"] = status.message
    return json


def with_defaults(spec: ServiceSpec) -> ServiceSpec:
    """Return `spec` with what Swarm assumes wherever it is silent."""
    task = spec.task
    container = task.container
    if container is not None:
        if container.stop_grace_period is None:
            container = container._replace(stop_grace_period=defaults.STOP_GRACE_PERIOD)
        if container.dns_config is None:
            container = container._replace(dns_config=DNSConfig())
    restart = task.restart or defaults.RESTART._replace(window=None)
    if restart.delay is None:
        restart = restart._replace(delay=defaults.RESTART_DELAY)
    resources = task.resources or ResourceRequirements()
    task = task._replace(
        container=container,
        resources=ResourceRequirements(resources.limits or Resources(), resources.reservations or Resources()),
        restart=restart,
        placement=task.placement if task.placement is not None else Placement(),
    )
    return spec._replace(
        task=task,
        update=_update_default(spec.update),
        rollback=_update_default(spec.rollback),
        endpoint=spec.endpoint or EndpointSpec(),
    )


def _update_default(config: UpdateConfig | None) -> UpdateConfig:
    if config is None:
        return defaults.UPDATE
    return config if config.monitor else config._replace(monitor=defaults.UPDATE_MONITOR)
