"""Services: the checks in their order, and what creating and updating means.

SwarmKit: ``manager/controlapi/service.go``.
"""

from swarmlab.core.constraints import parse_all
from swarmlab.core.manager.control.endpoints import check_endpoint, check_ports_are_free, needs_ingress
from swarmlab.core.manager.control.files import check_credentials, check_exist, check_references
from swarmlab.core.manager.control.names import check_name, is_image_reference
from swarmlab.core.manager.control.networks import ingress_of
from swarmlab.core.objects import (
    ContainerSpec,
    Healthcheck,
    JobStatus,
    NodeDescription,
    Platform,
    Resources,
    RestartPolicy,
    Service,
    ServiceMode,
    ServiceSpec,
    Task,
    TaskSpec,
    UpdateConfig,
    UpdateStatus,
)
from swarmlab.core.states import UpdateState
from swarmlab.core.store import Store
from swarmlab.core.templates import expand_container
from swarmlab.core.units import MIB, MILLISECOND
from swarmlab.errors import FailedPrecondition, InvalidArgument, NotFound, NotImplementedHere

MIN_NANO_CPUS = 1_000_000
MIN_MEMORY = 4 * MIB
_MOST_REPLICAS = 2**63  # the API sends an unsigned number, SwarmKit looks at it as a signed one


def create(store: Store, service_id: str, spec: ServiceSpec, now: int) -> Service:
    """Check `spec` and store a new service with this id."""
    _check(store, spec)
    check_ports_are_free(store, spec, "")
    job = JobStatus(0, now) if is_job(spec.mode) else None
    service = Service(service_id, spec, job_status=job)
    _check_ingress_exists(store, spec)
    check_exist(store, spec)
    with store.transaction("control") as write:
        write.create(service)
    return _stored(store, service_id)


def update(store: Store, service_id: str, version: int, spec: ServiceSpec, now: int, *, rollback: bool) -> Service:
    """Check `spec`, then exchange the specs as asked.

    The version is compared last: whatever else is wrong is said first.
    """
    _check(store, spec)
    service = store.service(service_id)
    if service is None:
        raise NotFound(f"service {service_id} not found")
    if spec.endpoint is not None and spec.endpoint != service.spec.endpoint:
        check_ports_are_free(store, spec, service_id)
    check_exist(store, spec)
    if spec.mode.kind != service.spec.mode.kind:
        raise NotImplementedHere("service mode change is not allowed")
    if spec.name != service.spec.name:
        raise NotImplementedHere("renaming services is not supported")
    updated = _rolled_back(service, now) if rollback else _updated(service, version, spec)
    if updated.job_status is not None:
        updated = updated._replace(job_status=JobStatus(updated.job_status.iteration + 1, now))
    _check_ingress_exists(store, updated.spec)
    with store.transaction("control") as write:
        write.update(updated, version)
    return _stored(store, service_id)


def _updated(service: Service, version: int, spec: ServiceSpec) -> Service:
    return service._replace(
        previous_spec=service.spec,
        previous_spec_version=service.spec_version,
        spec=spec,
        spec_version=version,  # the version the caller saw: it only has to differ from those before
        update_status=None,
    )


def _rolled_back(service: Service, now: int) -> Service:
    """Swap the two specs, so that a second rollback takes back the first."""
    if service.previous_spec is None:
        raise FailedPrecondition(f"service {service.id} does not have a previous spec")
    return service._replace(
        spec=service.previous_spec,
        spec_version=service.previous_spec_version,
        previous_spec=service.spec,
        previous_spec_version=service.spec_version,
        update_status=UpdateStatus(UpdateState.ROLLBACK_STARTED, "manually requested rollback", now),
    )


def remove(store: Store, service_id: str) -> None:
    """Take a service out of the store."""
    service = store.service(service_id)
    if service is None:
        raise NotFound(f"service {service_id} not found")
    with store.transaction("control") as write:
        write.delete(service)


def is_job(mode: ServiceMode) -> bool:
    """Return whether a service of this mode is meant to end."""
    return mode.kind.endswith("-job")


def _stored(store: Store, service_id: str) -> Service:
    service = store.service(service_id)
    assert service is not None
    return service


# --- checks -------------------------------------------------------------------------------------------


def _check(store: Store, spec: ServiceSpec) -> None:
    """Refuse a spec that makes no sense, whatever else there is in the swarm."""
    check_name(spec.name)
    _check_task(spec.task)
    _check_mode(spec.mode)
    if is_job(spec.mode):
        if spec.update is not None:
            raise InvalidArgument("Jobs may not have an update config")
    else:
        _check_update(spec.update)
    check_endpoint(spec.endpoint)
    for wanted in spec.task.networks:
        network = store.network(wanted.target)
        if network is not None and network.spec.ingress:
            name = network.spec.name
            raise InvalidArgument(f'Service cannot be explicitly attached to the ingress network "{name}"')


def _check_task(task: TaskSpec) -> None:
    if task.resources is not None:
        _check_resources(task.resources.limits)
        _check_resources(task.resources.reservations)
    _check_restart(task.restart)
    if task.placement is not None:
        parse_all(task.placement.constraints)
    container = task.container
    if container is not None:
        check_references("secret", container.secrets)
        check_references("config", container.configs)
        check_credentials(container)
        _check_container(_expanded(task))
    elif not task.attachment:
        raise InvalidArgument("TaskSpec: missing runtime")


def _check_resources(resources: Resources | None) -> None:
    if resources is None:
        return
    if resources.nano_cpus and resources.nano_cpus < MIN_NANO_CPUS:
        cpus = repr(resources.nano_cpus / 1e9).removesuffix(".0")
        raise InvalidArgument(f"invalid cpu value {cpus}: Must be at least 0.001")
    if resources.memory_bytes and resources.memory_bytes < MIN_MEMORY:
        raise InvalidArgument(f"invalid memory value {resources.memory_bytes}: Must be at least 4MiB")


def _check_restart(policy: RestartPolicy | None) -> None:
    if policy is None:
        return
    if policy.delay is not None and policy.delay < 0:
        raise InvalidArgument("TaskSpec: restart-delay cannot be negative")
    if policy.window is not None and policy.window < 0:
        raise InvalidArgument("TaskSpec: restart-window cannot be negative")


def _expanded(task: TaskSpec) -> ContainerSpec:
    """Try out the templates of a spec, on a task and a node that do not exist."""
    node = NodeDescription("nodeHostname", Platform("architecture", "os"))
    dry = Task("", "serviceid", 1, task, service_name="servicename", node_id="nodeid")
    return expand_container(dry, lambda: node)


def _check_container(container: ContainerSpec) -> None:
    if not container.image:
        raise InvalidArgument("ContainerSpec: image reference must be provided")
    if not is_image_reference(container.image):
        raise InvalidArgument(f'ContainerSpec: "{container.image}" is not a valid repository/tag')
    targets: dict[str, None] = {}
    for mount in container.mounts:
        if mount.target in targets:
            raise InvalidArgument(f"ContainerSpec: duplicate mount point: {mount.target}")
        targets[mount.target] = None
    _check_healthcheck(container.healthcheck)


def _check_healthcheck(check: Healthcheck | None) -> None:
    if check is None:
        return
    for name, value in (
        ("Interval", check.interval),
        ("Timeout", check.timeout),
        ("StartPeriod", check.start_period),
        ("StartInterval", check.start_interval),
    ):
        if value and value < MILLISECOND:
            raise InvalidArgument(f"ContainerSpec: {name} in HealthConfig cannot be less than 1ms")
    if check.retries < 0:
        raise InvalidArgument("ContainerSpec: Retries in HealthConfig cannot be negative")


def _check_mode(mode: ServiceMode) -> None:
    if mode.replicas >= _MOST_REPLICAS:
        raise InvalidArgument("Number of replicas must be non-negative")
    if mode.max_concurrent >= _MOST_REPLICAS:
        raise InvalidArgument("Maximum concurrent jobs must not be negative")
    if mode.total_completions >= _MOST_REPLICAS:
        raise InvalidArgument("Total completed jobs must not be negative")


def _check_update(config: UpdateConfig | None) -> None:
    """Check an update config.  The rollback config is not looked at: SwarmKit does not either."""
    if config is None:
        return
    if config.delay < 0:
        raise InvalidArgument("TaskSpec: update-delay cannot be negative")
    if config.monitor is not None and config.monitor < 0:
        raise InvalidArgument("TaskSpec: update-monitor cannot be negative")
    if not 0 <= config.max_failure_ratio <= 1:
        raise InvalidArgument("TaskSpec: update-maxfailureratio cannot be less than 0 or bigger than 1")


def _check_ingress_exists(store: Store, spec: ServiceSpec) -> None:
    if needs_ingress(spec) and ingress_of(store) is None:
        raise FailedPrecondition("service needs ingress network, but no ingress network is present")
