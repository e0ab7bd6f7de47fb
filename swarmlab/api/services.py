"""``/services``.  moby: ``daemon/cluster/services.go``, ``daemon/server/router/swarm/cluster_routes.go``."""

from swarmlab.api import filters, lookup
from swarmlab.api.call import Call, empty, reply
from swarmlab.api.convert.basics import Json
from swarmlab.api.convert.services import SERVICE_SPEC, Counts, service_json, service_spec_of
from swarmlab.api.errors import from_manager
from swarmlab.api.filters import Filters
from swarmlab.core.agent.images import find
from swarmlab.core.objects import NetworkAttachmentConfig, Service, ServiceSpec
from swarmlab.core.states import TaskState
from swarmlab.core.store import Store
from swarmlab.errors import Forbidden, NotFound, Unknown
from swarmlab.wire import Response

FILTERS = ("name", "id", "label", "mode", "runtime")


def list_(call: Call) -> Response:
    """``GET /services``."""
    wanted = filters.read(call, FILTERS)
    with_status = call.parse_bool("status") and call.at_least(1, 41)
    store = call.manager.store
    found = [service for service in _chosen(store, wanted) if _matches(service, wanted)]
    found.sort(key=lambda service: service.id)
    return reply([service_json(s, counts=count(store, s) if with_status else None) for s in found])


def _chosen(store: Store, wanted: Filters) -> list[Service]:
    """Return the services that can match: few, when one full id is asked for."""
    ids = wanted.get("id")
    if len(ids) == 1 and (service := store.service(ids[0])) is not None:
        return [service]
    return list(store.services())


def _matches(service: Service, wanted: Filters) -> bool:
    spec = service.spec
    runtime = "attachment" if spec.task.attachment else "container"
    return (
        wanted.prefix("id", service.id)
        and wanted.prefix("name", spec.name)
        and wanted.labels("label", spec.labels)
        and (runtime in wanted.get("runtime") if "runtime" in wanted else runtime == "container")
        and wanted.exact("mode", spec.mode.kind)
    )


def count(store: Store, service: Service) -> Counts:
    """Return how many tasks run, should run and have completed (swarmkit ``ListServiceStatuses``).

    *Running* is what was observed: the tasks of a node that is no longer heard from still count.
    """
    mode = service.spec.mode
    tasks = store.tasks_of(service.id)
    job = service.job_status
    if job is not None:
        tasks = [task for task in tasks if task.job_iteration == job.iteration]
    running = sum(task.status.state is TaskState.RUNNING for task in tasks)
    completed = sum(task.status.state is TaskState.COMPLETE for task in tasks)
    if mode.kind == "replicated":
        desired = mode.replicas
    elif mode.kind == "replicated-job":
        desired = mode.max_concurrent
    elif mode.kind == "global-job":
        desired = sum(t.desired_state is TaskState.COMPLETE is not t.status.state for t in tasks)
    else:
        desired = sum(task.desired_state is TaskState.RUNNING for task in tasks)
    return Counts(running, desired, completed if job is not None else 0)


def inspect(call: Call) -> Response:
    """``GET /services/{id}``."""
    insert_defaults = call.parse_bool("insertDefaults")
    service = lookup.service(call.manager.store, call.args["id"])
    return reply(service_json(service, insert_defaults=insert_defaults))


def create(call: Call) -> Response:
    """``POST /services/create``."""
    json = _known(call, call.json(SERVICE_SPEC))
    manager = call.manager
    spec = service_spec_of(json)
    spec = _with_networks(call, manager.store, spec)
    if not spec.name:
        spec = spec._replace(name=call.engine.invent_name())
    if not call.at_least(1, 30):
        spec = _with_digest(spec)
    with from_manager():
        service = manager.control.create_service(spec)
    if call.is_modern:
        return reply({"ID": service.id, "Warnings": None}, 201)
    return reply({"ID": service.id}, 201)


def update(call: Call) -> Response:
    """``POST /services/{id}/update``."""
    json = _known(call, call.json(SERVICE_SPEC))
    version = call.object_version("service")
    manager = call.manager
    spec = service_spec_of(json)
    spec = _with_networks(call, manager.store, spec)
    service = lookup.service(manager.store, call.args["id"])
    if call.param("registryAuthFrom") not in ("", "spec", "previous-spec"):
        raise Unknown("unsupported registryAuthFrom value")
    rollback = call.param("rollback")
    if rollback not in ("", "none", "previous"):
        raise Unknown(f"unrecognized rollback option {rollback}")
    if not call.at_least(1, 30):
        spec = _with_digest(spec)
    with from_manager():
        manager.control.update_service(service.id, version, spec, rollback=rollback == "previous")
    return reply({"Warnings": None})


def delete(call: Call) -> Response:
    """``DELETE /services/{id}``."""
    manager = call.manager
    service = lookup.service(manager.store, call.args["id"])
    with from_manager():
        manager.control.remove_service(service.id)
    return empty()


def _known(call: Call, json: Json) -> Json:
    """Return a spec without the settings that its engine is too old to know."""
    privileges = json.get("TaskTemplate", {}).get("ContainerSpec", {}).get("Privileges")
    for later in () if call.is_modern or not privileges else ("Seccomp", "AppArmor", "NoNewPrivileges"):
        privileges.pop(later, None)
    return json


def _with_networks(call: Call, store: Store, spec: ServiceSpec) -> ServiceSpec:
    """Return `spec` with the ids of its networks instead of their names."""
    if not spec.task.networks:
        return spec
    networks = tuple(
        NetworkAttachmentConfig(_network_id(call, store, wanted.target), wanted.aliases, wanted.driver_opts)
        for wanted in spec.task.networks
    )
    return spec._replace(task=spec.task._replace(networks=networks))


def _network_id(call: Call, store: Store, reference: str) -> str:
    try:
        return lookup.network(store, reference).id
    except NotFound:
        local = call.engine.networks.find(reference)
        if local is None:
            raise Unknown(f"network {reference} not found") from None
        predefined = store.named("network", local.name)
        if predefined is not None and predefined.is_predefined:
            return str(predefined.id)
        raise Forbidden(
            f"The network {reference} cannot be used with services. Only networks scoped to the swarm can be used,"
            " such as those created with the overlay driver."
        ) from None


def _with_digest(spec: ServiceSpec) -> ServiceSpec:
    """Return `spec` with its image pinned, which the engine does for clients older than API 1.30."""
    container = spec.task.container
    if container is None:
        return spec
    image = find(container.image)
    if image is None or "@" in container.image:
        return spec
    pinned = container._replace(image=f"{container.image}@{image.digest}")
    return spec._replace(task=spec.task._replace(container=pinned))
