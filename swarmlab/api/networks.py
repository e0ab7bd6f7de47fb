"""``/networks``.  moby: ``daemon/server/router/network/network_routes.go``, ``daemon/network.go``."""

import ipaddress
from collections.abc import Iterator
from dataclasses import replace
from typing import NoReturn

from swarmlab.api import filters
from swarmlab.api.call import NO_SWARM, WORKER, Call, empty, reply
from swarmlab.api.convert.basics import Json
from swarmlab.api.convert.endpoints import ENDPOINT, settings_of
from swarmlab.api.convert.networks import CREATE, network_spec_of
from swarmlab.api.endpoints import check_endpoint
from swarmlab.api.errors import from_manager
from swarmlab.api.filters import Filters
from swarmlab.api.networkview import NetworkView
from swarmlab.api.shapes import BOOL, STRING, Struct
from swarmlab.core.agent.container import Container
from swarmlab.core.manager.raft import Standing
from swarmlab.core.network.endpoints import EndpointSettings
from swarmlab.core.network.local import GWBRIDGE, PREDEFINED, LocalNetwork
from swarmlab.core.objects import Network
from swarmlab.errors import (
    AlreadyExists,
    Conflict,
    FailedPrecondition,
    Forbidden,
    InvalidArgument,
    NotFound,
    NotImplementedHere,
    SwarmlabError,
    Unavailable,
    Unknown,
)
from swarmlab.wire import Response

FILTERS = ("dangling", "driver", "id", "label", "name", "scope", "type")
CONNECT = Struct("network.ConnectOptions", {"Container": STRING, "EndpointConfig": ENDPOINT, "Force": BOOL})
DISCONNECT = Struct("network.DisconnectOptions", {"Container": STRING, "Force": BOOL})
#: Drivers whose networks span hosts: a manager makes those.
_OF_THE_SWARM = ("overlay",)


def list_(call: Call) -> Response:
    """``GET /networks``."""
    wanted = filters.read(call, FILTERS)
    for kind in wanted.get("type"):
        if kind not in ("builtin", "custom"):
            raise Unknown(f"invalid filter: 'type'='{kind}'")
    dangling = _dangling(wanted)
    view = NetworkView(call)
    found = [view.swarm_json(network) for network in view.of_swarm()]
    ids = {json["Id"] for json in found}
    found += [view.instance_json(network, listed=True) for network in view.in_use() if network.id not in ids]
    found += [view.local_json(network, listed=True) for network in view.local()]
    return reply([json for json in found if _matches(call, json, wanted, dangling)])


def _dangling(wanted: Filters) -> bool | None:
    values = wanted.get("dangling")
    if len(values) > 1:
        raise InvalidArgument('got more than one value for filter key "dangling"')
    if not values:
        return None
    if values[0] not in ("1", "true", "0", "false"):
        raise InvalidArgument('invalid value for filter \'dangling\', must be "true" (or "1"), or "false" (or "0")')
    return values[0] in ("1", "true")


def _matches(call: Call, json: Json, wanted: Filters, dangling: bool | None) -> bool:
    builtin = "builtin" if json["Name"] in PREDEFINED else "custom"
    return (
        wanted.exact("driver", json["Driver"])
        and wanted.match("id", json["Id"])
        and wanted.match("name", json["Name"])
        and wanted.labels("label", json["Labels"] or {})
        and wanted.exact("scope", json["Scope"])
        and wanted.exact("type", builtin)
        and (dangling is None or (builtin == "custom" and dangling is not _is_used(call, json["Id"])))
    )


def _is_used(call: Call, network_id: str) -> bool:
    local = call.engine.networks.find(network_id)
    return bool(call.engine.overlays.get(network_id)) or (local is not None and bool(local.endpoints))


def inspect(call: Call) -> Response:
    """``GET /networks/{id}``."""
    verbose = call.parse_bool("verbose")
    found = find(call, call.args["id"], call.param("scope"))
    view = NetworkView(call)
    if isinstance(found, LocalNetwork):
        return reply(view.local_json(found))
    if any(network.id == found.id for network in view.in_use()) and _has_containers(call, found):
        return reply(view.instance_json(found, verbose=verbose))
    return reply(view.swarm_json(found))


def _has_containers(call: Call, network: Network) -> bool:
    """Whether the network exists on this host; the routing mesh's does on every node."""
    return network.spec.ingress or bool(call.engine.overlays.get(network.id))


def find(call: Call, reference: str, scope: str = "") -> LocalNetwork | Network:
    """Return the network that `reference` means: its id, its name, or the beginning of one id only.

    Raises NotFound, or InvalidArgument if it means several.
    """
    view = NetworkView(call)
    known: dict[str, LocalNetwork | Network] = {}
    if scope in ("", "swarm", "global"):
        known |= {network.id: network for network in (*view.of_swarm(), *view.in_use())}
    if scope in ("", "local"):
        known |= {network.id: network for network in view.local()}
    if reference in known:
        return known[reference]
    named = [network for network in known.values() if _name(network) == reference]
    begun = [network for network in known.values() if network.id.startswith(reference)]
    for matching, how in ((named, "name"), (begun, "ID prefix")):
        if len(matching) > 1:
            raise InvalidArgument(f"network {reference} is ambiguous ({len(matching)} matches found based on {how})")
        if matching:
            return matching[0]
    raise NotFound(f"network {reference} not found")


def _name(network: LocalNetwork | Network) -> str:
    return network.name if isinstance(network, LocalNetwork) else network.spec.name


# --- create -------------------------------------------------------------------------------------------


def create(call: Call) -> Response:
    """``POST /networks/create``."""
    json = call.json(CREATE)
    name = json.get("Name", "")
    if not name.strip():
        raise InvalidArgument("invalid name: name is empty") if call.is_modern else Unknown(f"invalid name: {name}")
    if call.is_manager and call.local_manager.store.named("network", name) is not None:
        raise AlreadyExists(f"network with name {name} already exists")
    if name in PREDEFINED:
        raise Forbidden(f"operation is not permitted on predefined {name} network ")
    _check_pools(call, json)
    if not json.get("EnableIPv4", True):
        if not json.get("EnableIPv6", False):
            raise InvalidArgument("IPv4 or IPv6 must be enabled")
        raise NotImplementedHere("swarmlab has no networks without IPv4")
    if json.get("ConfigOnly", False) or json.get("ConfigFrom", {}).get("Network"):
        raise NotImplementedHere("swarmlab has no networks that are configurations of others")
    driver = json.get("Driver", "") or "bridge"
    if driver in _OF_THE_SWARM or json.get("Scope", "") == "swarm":
        return _create_in_swarm(call, json)
    if driver in ("host", "null"):
        raise Forbidden(f'only one instance of "{driver}" network is allowed')
    if driver != "bridge":
        if driver in ("macvlan", "ipvlan"):
            raise NotImplementedHere(f"swarmlab has no {driver} networks; use bridge or overlay")
        raise NotFound(f'plugin "{driver}" not found')
    if any(network.name == name for network in call.engine.networks.all()):
        raise AlreadyExists(f"network with name {name} already exists")
    pools = json.get("IPAM", {}).get("Config", [])
    pool: Json = next((pool for pool in pools if ":" not in pool.get("Subnet", "")), {})
    pool6: Json | None = next((pool for pool in pools if ":" in pool.get("Subnet", "")), None)
    network = call.engine.networks.add(
        call.engine.ids.hex(),
        name,
        "bridge",
        call.now,
        subnet=pool.get("Subnet", ""),
        gateway=pool.get("Gateway", ""),
        range_=pool.get("IPRange", ""),
        reserved=pool.get("AuxiliaryAddresses", {}),
        options=json.get("Options", {}),
        labels=json.get("Labels", {}),
        internal=json.get("Internal", False),
        attachable=json.get("Attachable", False),
    )
    if json.get("EnableIPv6", False):
        v6 = pool6 or {}
        try:
            call.engine.networks.add_ipv6(network, v6.get("Subnet", ""), v6.get("Gateway", ""), v6.get("IPRange", ""))
        except SwarmlabError:
            call.engine.networks.remove(network)
            raise
    call.engine.emit("network", "create", network.id, {"name": name, "type": "bridge"})
    return reply({"Id": network.id, "Warning": ""}, 201)


def _create_in_swarm(call: Call, json: Json) -> Response:
    if not call.is_manager:
        if call.is_modern:
            raise Forbidden(NO_SWARM)
        if call.host.swarm_state == "inactive":
            raise Unknown(NO_SWARM)
        raise Forbidden(
            "Cannot create a multi-host network from a worker node. Please create the network from a manager node."
        )
    control = call.manager.control
    with from_manager():
        network = control.create_network(network_spec_of(json))
    return reply({"Id": network.id, "Warning": ""}, 201)


def _check_pools(call: Call, json: Json) -> None:
    """Refuse subnets, ranges and addresses that do not fit (moby ``api/types/network/ipam.go``)."""
    pools = json.get("IPAM", {}).get("Config", [])
    faults = [fault for pool in pools for fault in _faults(pool)]
    if not faults:
        return
    if call.is_modern:
        raise InvalidArgument("invalid network config:\n" + "\n".join(faults))
    for pool in pools:  # 20.10 accepted host bits, and knew only this complaint
        subnet = pool.get("Subnet", "")
        try:
            ipaddress.ip_network(subnet, strict=False)
        except ValueError:
            raise Unknown(f"Invalid subnet {subnet} : invalid CIDR address: {subnet}") from None


def _faults(pool: Json) -> Iterator[str]:
    text = pool.get("Subnet", "")
    subnet = _network(text)
    if subnet is None:
        yield f"invalid subnet {text}: invalid CIDR block notation"
        return
    if subnet.version == 6:
        return
    if str(subnet) != text:
        yield f"invalid subnet {text}: it should be {subnet}"
    range_ = pool.get("IPRange", "")
    if range_:
        part = _network(range_)
        if part is None:
            yield f"invalid ip-range {range_}: invalid CIDR block notation"
        elif part.version != subnet.version:
            yield f"invalid ip-range {range_}: parent subnet is an IPv4 block"
        elif part.prefixlen < subnet.prefixlen:
            yield f"invalid ip-range {range_}: CIDR block is bigger than its parent subnet {subnet}"
        elif str(part) != range_:
            yield f"invalid ip-range {range_}: it should be {part}"
        elif not subnet.overlaps(part):
            yield f"invalid ip-range {range_}: parent subnet {subnet} doesn't contain ip-range"
    addresses = [("gateway", pool["Gateway"])] if pool.get("Gateway") else []
    reserved = sorted(pool.get("AuxiliaryAddresses", {}).items())
    for what, address in (*addresses, *(("auxiliary address", value) for _, value in reserved)):
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            yield f"invalid {what} {address}: invalid address"
            continue
        if parsed.version != subnet.version:
            yield f"invalid {what} {address}: parent subnet is an IPv4 block"
        elif parsed not in subnet:
            yield f"invalid {what} {address}: parent subnet {subnet} doesn't contain this address"


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    if "/" not in text:
        return None
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


# --- delete, prune, connect ---------------------------------------------------------------------------


def delete(call: Call) -> Response:
    """``DELETE /networks/{id}``."""
    found = find(call, call.args["id"])
    if isinstance(found, Network):
        if not call.is_manager:
            raise Unavailable(WORKER)
        control = call.manager.control
        with from_manager():
            control.remove_network(found.id)
        return empty(204)
    if found.name in PREDEFINED:
        raise Forbidden(f"{found.name} is a pre-defined network and cannot be removed")
    if found.endpoints or found.name == GWBRIDGE:
        raise Forbidden(f"error while removing network: network {found.name} id {found.id} has active endpoints")
    _remove(call, found)
    return empty(204)


def _remove(call: Call, network: LocalNetwork) -> None:
    call.engine.networks.remove(network)
    call.engine.emit("network", "destroy", network.id, {"name": network.name, "type": network.driver})


def prune(call: Call) -> Response:
    """``POST /networks/prune``: remove every network that nobody uses."""
    wanted = filters.read(call, ("label", "label!", "until"))
    removed: list[str] = []
    for network in list(call.engine.networks.all()):
        keeps = network.name in (*PREDEFINED, GWBRIDGE) or network.endpoints
        if not keeps and wanted.labels("label", network.labels):
            removed.append(network.name)
            _remove(call, network)
    # What cannot be asked of the swarm now is left alone (moby daemon/prune.go ignores the error).
    if call.is_manager and call.local_manager.standing(call.host.name, writes=True) is Standing.READY:
        for overlay in NetworkView(call).of_swarm():
            if not overlay.spec.ingress and wanted.labels("label", overlay.spec.labels):
                try:
                    call.local_manager.control.remove_network(overlay.id)
                except FailedPrecondition:  # in use
                    continue
                removed.append(overlay.spec.name)
    return reply({"NetworksDeleted": removed or None})


def connect(call: Call) -> Response:
    """``POST /networks/{id}/connect``."""
    json = call.json(CONNECT)
    container = _container(call, json)
    network = call.engine.networks.find(call.args["id"])
    if network is None and container.is_running:
        refuse_attachment(call, call.args["id"])
    if container.config.network_mode.startswith("container:"):
        raise InvalidArgument(
            "container sharing network namespace with another container or host cannot be connected to any other"
            " network"
        )
    settings = settings_of(network.name if network else call.args["id"], json.get("EndpointConfig", {}))
    if network is None:  # it is looked for when the container starts
        container.config = replace(container.config, endpoints=(*container.endpoints, settings))
        return empty()
    check_endpoint(call, network, settings)
    if network.name == "host":
        what = "cannot connect container to host network - container must be created in host network mode"
        if not call.is_modern:
            what = "container cannot be disconnected from host network or connected to host network"
        raise InvalidArgument(what)
    if network.name == "none":
        what = "container cannot be connected to multiple networks with one of the networks in private (none) mode"
        raise InvalidArgument(what)
    if container.is_running and any(interface.network_id == network.id for interface in container.interfaces):
        raise Forbidden(f"endpoint with name {container.name} already exists in network {network.name}")
    if _place(call, container, network) is None:
        before = container.endpoints
        container.config = replace(container.config, endpoints=(*before, settings))
    if container.is_running:
        call.engine.plug(container, _free_name(container), network.id, network)
    return empty()


def _place(call: Call, container: Container, network: LocalNetwork) -> EndpointSettings | None:
    """Return the place on `network` that the container is to have, None if it is to have none."""
    networks = call.engine.networks
    return next((e for e in container.endpoints if networks.find(e.network) is network), None)


def _container(call: Call, json: Json) -> Container:
    reference = json.get("Container", "")
    if not reference:
        raise InvalidArgument('invalid name or ID supplied: ""')
    return call.engine.find(reference)


def _free_name(container: Container) -> str:
    taken = [interface.name for interface in container.interfaces]
    return next(name for number in range(len(taken) + 1) if (name := f"eth{number}") not in taken)


def disconnect(call: Call) -> Response:
    """``POST /networks/{id}/disconnect``."""
    json = call.json(DISCONNECT)
    if json.get("Force", False):
        _refuse_force(call, json.get("Container", ""))
    container = _container(call, json)
    network = find(call, call.args["id"])
    place = _place(call, container, network) if isinstance(network, LocalNetwork) else None
    interface = next((item for item in container.interfaces if item.network_id == network.id), None)
    if interface is None and (container.is_running or place is None):
        the = "" if container.is_running else "the "
        raise Unknown(f"container {container.id} is not connected to {the}network {_name(network)}")
    if container.task_id and isinstance(network, Network):
        raise Conflict(f"container {container.id} belongs to a task; change the service's networks instead")
    if place is not None:
        left = tuple(settings for settings in container.endpoints if settings != place)
        container.config = replace(container.config, endpoints=left)
    if interface is not None:
        call.engine.unplug(container, interface)
    return empty()


def _refuse_force(call: Call, reference: str) -> None:
    """Raise what an engine has against force without a container, or without a network (``ForceEndpointDelete``)."""
    try:
        container = call.engine.find(reference)
    except SwarmlabError:
        find(call, call.args["id"])
        if not reference:
            raise InvalidArgument("invalid name: name is empty") from None
        raise NotFound(f"endpoint {reference} not found") from None
    try:
        find(call, call.args["id"])
    except NotFound:
        name = call.args["id"]
        raise Unknown(f"container {container.id} is not connected to the network {name}") from None


def refuse_attachment(call: Call, reference: str) -> NoReturn:
    """Raise: a container that no service made cannot be put on a network that this host does not have itself.

    The one place where attaching to attachable networks would begin.  A host in a swarm asks the swarm for it
    (moby ``daemon/container_operations.go``, ``findAndAttachNetwork``).
    """
    store = call.swarm.store if call.swarm is not None else None
    if store is None:
        raise NotFound(f"network {reference} not found")
    network = store.network(reference) or store.named("network", reference)
    if network is None:
        raise Unknown(
            f"Could not attach to network {reference}: rpc error: code = NotFound desc = network {reference} not found"
        )
    name = network.spec.name
    if not network.spec.attachable:
        raise Unknown(
            f"Could not attach to network {name}: rpc error: code = PermissionDenied desc = network {name} not"
            " manually attachable"
        )
    raise NotImplementedHere(f"swarmlab cannot attach single containers to network {name} yet; use a service")
