"""Published ports: which a spec may ask for, and which are taken by other services.

SwarmKit: ``manager/controlapi/service.go``, ``validateEndpointSpec`` and ``checkPortConflicts``.
"""

from swarmlab.core.objects import EndpointSpec, PortConfig, Service, ServiceSpec
from swarmlab.core.store import Store
from swarmlab.errors import InvalidArgument

_Key = tuple[int, str]  # published port, protocol


def needs_ingress(spec: ServiceSpec) -> bool:
    """Return whether the service publishes a port through the routing mesh."""
    return spec.endpoint is not None and any(port.mode == "ingress" for port in spec.endpoint.ports)


def check_endpoint(endpoint: EndpointSpec | None) -> None:
    """Refuse an endpoint spec that contradicts itself."""
    seen: dict[_Key, None] = {}
    for port in endpoint.ports if endpoint else ():
        if endpoint and endpoint.mode == "dnsrr" and port.mode == "ingress":
            raise InvalidArgument("EndpointSpec: port published with ingress mode can't be used with dnsrr mode")
        if not port.published:
            continue  # to be chosen: conflicts with none
        if _key(port) in seen:
            raise InvalidArgument("EndpointSpec: duplicate published ports provided")
        seen[_key(port)] = None


def check_ports_are_free(store: Store, spec: ServiceSpec, service_id: str) -> None:
    """Refuse ports that another service than `service_id` has.

    Two services may publish one port in host mode: the scheduler then keeps them on different nodes.
    """
    wanted = [port for port in (spec.endpoint.ports if spec.endpoint else ()) if port.published]
    if not wanted:
        return
    ingress = {_key(port) for port in wanted if port.mode == "ingress"}
    host = {_key(port) for port in wanted if port.mode == "host"}
    for other in sorted(store.services(), key=lambda service: service.id):
        if other.id != service_id:
            for port in _ports_of(other):
                _check_port(port, other, ingress, host)


def _ports_of(service: Service) -> tuple[PortConfig, ...]:
    """Return what a service asks for and what it was given."""
    asked = service.spec.endpoint.ports if service.spec.endpoint else ()
    return asked + (service.endpoint.ports if service.endpoint else ())


def _check_port(port: PortConfig, owner: Service, ingress: set[_Key], host: set[_Key]) -> None:
    key = _key(port)
    if not port.published:
        return
    if port.mode == "host" and key in ingress:
        how = "a host-published port"
    elif port.mode == "ingress" and (key in ingress or key in host):
        how = "an ingress port"
    else:
        return
    name = owner.spec.name
    raise InvalidArgument(f"port '{port.published}' is already in use by service '{name}' ({owner.id}) as {how}")


def _key(port: PortConfig) -> _Key:
    return port.published, port.protocol
