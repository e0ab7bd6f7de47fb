"""``/networks``.  moby: ``daemon/server/router/network/network_routes.go``, ``daemon/network.go``."""

import ipaddress
from collections.abc import Iterator

from swarmlab.api import filters
from swarmlab.api.call import NO_SWARM, WORKER, Call, empty, reply
from swarmlab.api.convert.basics import Json
from swarmlab.api.convert.networks import CREATE, network_spec_of
from swarmlab.api.errors import from_manager
from swarmlab.api.filters import Filters
from swarmlab.api.networkview import NetworkView
from swarmlab.api.pruning import Pruning
from swarmlab.core.manager.raft import Standing
from swarmlab.core.network.local import GWBRIDGE, PREDEFINED, LocalNetwork
from swarmlab.core.objects import Network
from swarmlab.errors import (
    AlreadyExists,
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
    if any(network.id == found.id for network in view.in_use()) and _is_here(call, found):
        return reply(view.instance_json(found, verbose=verbose))
    return reply(view.swarm_json(found))


def _is_here(call: Call, network: Network) -> bool:
    """Whether the network exists on this host; the routing mesh's does on every node."""
    return network.spec.ingress or network.id in call.engine.overlays


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
    named = [network for network in known.values() if name_of(network) == reference]
    begun = [network for network in known.values() if network.id.startswith(reference)]
    for matching, how in ((named, "name"), (begun, "ID prefix")):
        if len(matching) > 1:
            raise InvalidArgument(f"network {reference} is ambiguous ({len(matching)} matches found based on {how})")
        if matching:
            return matching[0]
    raise NotFound(f"network {reference} not found")


def name_of(network: LocalNetwork | Network) -> str:
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
    pool6: Json = next((pool for pool in pools if ":" in pool.get("Subnet", "")), {})
    own, network = call.engine.networks, None
    try:
        network = own.add(
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
            own.add_ipv6(network, pool6.get("Subnet", ""), pool6.get("Gateway", ""), pool6.get("IPRange", ""))
    except SwarmlabError as error:
        if network is not None:
            own.remove(network)
        if isinstance(error, Forbidden) and call.is_modern:
            raise Forbidden(f"invalid pool request: {error}") from None
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


# --- delete, prune ------------------------------------------------------------------------------------


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
        what = f"error while removing network: network {found.name}"
        if call.is_modern:
            ends = NetworkView(call).endpoints(found)
            raise Forbidden(f"{what} has active endpoints ({', '.join(ends)})")
        raise Forbidden(f"{what} id {found.id} has active endpoints")
    _remove(call, found)
    return empty(204)


def _remove(call: Call, network: LocalNetwork) -> None:
    call.engine.networks.remove(network)
    call.engine.emit("network", "destroy", network.id, {"name": network.name, "type": network.driver})


def prune(call: Call) -> Response:
    """``POST /networks/prune``: remove every network that nobody uses."""
    pruning = Pruning(call, "network")
    removed: list[str] = []
    # What cannot be asked of the swarm now is left alone (moby daemon/prune.go ignores the error).
    if call.is_manager and call.local_manager.standing(call.host.name, writes=True) is Standing.READY:
        for overlay in NetworkView(call).of_swarm():
            if not overlay.spec.ingress and pruning.takes(overlay.spec.labels, overlay.created_at):
                try:
                    call.local_manager.control.remove_network(overlay.id)
                except FailedPrecondition:  # in use
                    continue
                removed.append(overlay.spec.name)
    for network in list(call.engine.networks.all()):
        keeps = network.name in (*PREDEFINED, GWBRIDGE) or network.endpoints
        if not keeps and pruning.takes(network.labels, network.created_at):
            removed.append(network.name)
            _remove(call, network)
    pruning.tell()
    return reply({"NetworksDeleted": removed or None})
