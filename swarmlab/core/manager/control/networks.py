"""Networks of the swarm.  SwarmKit: ``manager/controlapi/network.go``."""

import ipaddress

from swarmlab.core.manager.control.endpoints import needs_ingress
from swarmlab.core.manager.control.names import check_name
from swarmlab.core.objects import IPAMConfig, Network, NetworkSpec
from swarmlab.core.states import TaskState
from swarmlab.core.store import Store
from swarmlab.errors import AlreadyExists, FailedPrecondition, Forbidden, InvalidArgument, NotFound, NotImplementedHere

PREDEFINED_LABEL = "com.docker.swarm.predefined"
#: Drivers that every engine of the lab has (moby ``daemon/libnetwork/cnmallocator``).
DRIVERS = ("overlay", "macvlan", "ipvlan", "bridge", "host")


def ingress_of(store: Store) -> Network | None:
    """Return the network of the routing mesh, or None."""
    return next((network for network in store.networks() if network.spec.ingress), None)


def create(store: Store, network_id: str, spec: NetworkSpec) -> Network:
    """Check `spec` and store a new network with this id."""
    if spec.ingress and spec.attachable:
        raise InvalidArgument("ingress network cannot be attachable")
    check_name(spec.name)
    if PREDEFINED_LABEL in spec.labels:
        raise Forbidden(
            f"label {PREDEFINED_LABEL} is for internally created predefined networks and cannot be applied by users"
        )
    if spec.driver is not None:
        if spec.ingress and spec.driver.name not in ("", "overlay"):
            raise NotImplementedHere("only overlay driver is currently supported for ingress network")
        if not spec.driver.name:
            raise InvalidArgument("driver name: if driver is specified name is required")
        if spec.driver.name not in DRIVERS:
            raise InvalidArgument(f"error during lookup of plugin {spec.driver.name}")
    for config in spec.ipam:
        _check_ipam(config)
    ingress = ingress_of(store)
    if spec.ingress and ingress is not None:
        raise AlreadyExists(f"ingress network ({ingress.id}) is already present")
    with store.transaction("control") as write:
        write.create(Network(network_id, spec))
    network = store.network(network_id)
    assert network is not None
    return network


def _check_ipam(config: IPAMConfig) -> None:
    try:
        subnet = ipaddress.ip_network(config.subnet, strict=False) if config.subnet else None
    except ValueError:
        raise InvalidArgument(f"ipam configuration: invalid subnet {config.subnet}") from None
    if config.range:
        try:
            part = ipaddress.ip_network(config.range, strict=False)
        except ValueError:
            raise InvalidArgument(f"ipam configuration: invalid range {config.range}") from None
        if subnet is not None and part.network_address not in subnet:
            raise InvalidArgument(f"ipam configuration: subnet {config.subnet} does not contain range {config.range}")
    if config.gateway:
        try:
            gateway = ipaddress.ip_address(config.gateway)
        except ValueError:
            raise InvalidArgument(f"ipam configuration: invalid gateway {config.gateway}") from None
        if subnet is not None and gateway not in subnet:
            raise InvalidArgument(
                f"ipam configuration: subnet {config.subnet} does not contain gateway {config.gateway}"
            )


def remove(store: Store, network_id: str) -> None:
    """Take a network out of the store.  The first user found is named, by id."""
    network = store.network(network_id)
    if network is None:
        raise NotFound(f"network {network_id} not found")
    if network.is_predefined:
        raise FailedPrecondition(
            f"network {network_id} ({network.spec.name}) is a swarm predefined network and cannot be removed"
        )
    for service in sorted(store.services(), key=lambda service: service.id):
        if network.spec.ingress and needs_ingress(service.spec):
            raise FailedPrecondition(f"ingress network cannot be removed because service {service.id} depends on it")
        if any(wanted.target == network_id for wanted in service.spec.task.networks):
            raise FailedPrecondition(f"network {network_id} is in use by service {service.id}")
    for task in sorted(store.tasks(), key=lambda task: task.id) if not network.spec.ingress else ():
        # A task whose service has been removed is about to be told to go.  SwarmKit looks at its desired state
        # only, which its orchestrator changes within microseconds; here that takes an event of its own.
        leaving = bool(task.service_id) and store.service(task.service_id) is None
        uses = not leaving and any(wanted.target == network_id for wanted in task.spec.networks)
        if uses and task.desired_state <= TaskState.RUNNING and task.status.state <= TaskState.RUNNING:
            raise FailedPrecondition(f"network {network_id} is in use by task {task.id}")
    with store.transaction("control") as write:
        write.delete(network)
