"""``/swarm``: making, joining and leaving one, its settings and keys.

moby: ``daemon/cluster/swarm.go``, ``listen_addr.go``.
"""

import ipaddress
import re

from swarmlab.api.call import Answer, Call, Later, empty, quote, reply
from swarmlab.api.convert.basics import Json
from swarmlab.api.convert.nodes import availability_of
from swarmlab.api.convert.swarm import INIT, JOIN, SPEC, UNLOCK, cluster_json, cluster_spec_of
from swarmlab.api.errors import Unauthorized, from_manager, refusal
from swarmlab.core.objects import ClusterSpec
from swarmlab.core.states import Availability, NodeState
from swarmlab.errors import Conflict, InvalidArgument, NotImplementedHere, Unavailable, Unknown
from swarmlab.wire import Response

ALREADY = 'This node is already part of a swarm. Use "docker swarm leave" to leave this swarm and join another one.'
NOT_IN_ONE = "This node is not part of a swarm"
#: Interfaces that a simulated host has beside its Ethernet card.
CARD = "eth0"
_UNLOCK_KEY = re.compile(r"SWMKEY-1-[0-9A-Za-z+/]{43}")  # 32 bytes in base 64, as swarmkit manager/encryption reads it


def inspect(call: Call) -> Response:
    """``GET /swarm``."""
    return reply(cluster_json(call.manager.store.cluster, tokens=True))


def init(call: Call) -> Answer:
    """``POST /swarm/init``: answered when the swarm's first node is ready."""
    json = call.json(INIT)
    host = call.host
    force = json.get("ForceNewCluster", False)
    if host.swarm_state != "inactive":
        if not force:
            raise Unavailable(ALREADY)
        _ = call.local_manager  # raises Unavailable: only a manager knows enough
    spec = json.get("Spec", {})
    if spec.get("Name", "") not in ("", "default"):
        raise InvalidArgument('swarm spec must be named "default"')
    present = host.swarm_id
    _check_listen(json.get("ListenAddr", ""))
    advertise = _advertised(call, json.get("AdvertiseAddr", ""))
    _check_data_path(json.get("DataPathAddr", ""))
    port = json.get("DataPathPort", 0)
    if port and not 1024 <= port <= 49151:
        raise Unknown(f"Datapath port number is not in valid range (1024-49151) : {port}")
    size = _subnet_size(json)
    availability = _availability(json.get("Availability", ""))
    settings = cluster_spec_of(spec, ClusterSpec())
    if json.get("AutoLockManagers", False):
        settings = settings._replace(autolock=True)
    # A list that is there but empty means "the default, and do not show it"; without one it is shown.
    pools = tuple(json["DefaultAddrPool"]) if "DefaultAddrPool" in json else ("10.0.0.0/8",)
    node_id = call.simulation.init_swarm(
        host.name,
        advertise=advertise,
        default_address_pool=pools,
        subnet_size=size,
        data_path_port=port,
        spec=settings,
        availability=availability,
        force_new_cluster=force,
    )
    if settings.autolock and not (force and present):
        control = call.local_manager.control
        control.update_cluster(control.store.cluster.version, settings, rotate_unlock_key=True)

    def poll() -> Response | None:
        store = call.swarm.store if call.swarm is not None else None
        node = store.node(node_id) if store is not None else None
        # Ready, and on the ingress network if there can be one: then nothing changes the node any more by itself.
        has_ingress = store is not None and any(network.spec.ingress and network.ipam for network in store.networks())
        on_ingress = node is None or bool(node.attachments) or not has_ingress
        settled = node is None or (node.status.state is NodeState.READY and on_ingress)
        return reply(node_id) if settled else None

    return Later(poll)


def _subnet_size(json: Json) -> int:
    """Return the size of the subnets to be cut from the pools.

    Raises Unknown for pools or a size that cannot be (``daemon/cluster/listen_addr.go``, ``validateDefaultAddrPool``).
    """
    if "DefaultAddrPool" not in json:
        return 24  # the size alone is not looked at
    size: int = json.get("SubnetSize", 0) or 24
    if size > 29:
        raise Unknown(f"subnet size is out of range: {size}")
    for pool in (written.strip() for written in json["DefaultAddrPool"]):
        try:
            prefix = ipaddress.ip_network(pool, strict=False).prefixlen if pool.rpartition("/")[2].isdigit() else None
        except ValueError:
            prefix = None
        if prefix is None:
            raise Unknown(f"invalid base pool {pool}: invalid CIDR address: {pool}")
        if size < prefix:
            raise Unknown(f"invalid CIDR: {quote(pool)}. Subnet size is too small for pool: {size}")
    return size


def join(call: Call) -> Answer:
    """``POST /swarm/join``: answered when the manager has answered, or after 20 seconds."""
    json = call.json(JOIN)
    host = call.host
    if host.swarm_state != "inactive":
        raise Unavailable(ALREADY)
    _check_listen(json.get("ListenAddr", ""))
    remotes = tuple(json.get("RemoteAddrs", ()))
    if not remotes:
        raise InvalidArgument("at least 1 RemoteAddr is required to join")
    advertise = _advertised(call, json["AdvertiseAddr"]) if json.get("AdvertiseAddr", "") else ""
    _check_data_path(json.get("DataPathAddr", ""))
    availability = _availability(json.get("Availability", ""))
    call.simulation.join_swarm(host.name, remotes, json.get("JoinToken", ""), availability, advertise=advertise)

    def poll() -> Response | None:
        if host.swarm_state == "active":
            return empty()
        if host.swarm_error or host.swarm_state == "inactive":
            error = host.swarm_error
            # What a manager has said keeps its code (moby: daemon/server/httpstatus/status.go).
            return refusal(InvalidArgument(error) if "code = InvalidArgument" in error else Unavailable(error))
        return None

    return Later(poll)


def leave(call: Call) -> Response:
    """``POST /swarm/leave``."""
    host = call.host
    if host.swarm_state == "inactive":
        raise Unavailable(NOT_IN_ONE)
    force = call.flag("force")
    if host.swarm_state == "locked" and not force:
        raise Unavailable(
            "Swarm is encrypted and locked. Please unlock it first or use `--force` to ignore this message."
        )
    if call.swarm is not None and call.swarm.is_member(host.name) and not force:
        _warn_before_leaving(call)
    call.simulation.leave_swarm(host.name, force=True)
    return empty()


def _warn_before_leaving(call: Call) -> None:
    """Raise Unavailable: a manager leaves only by force, and Docker says what that would do."""
    text = "You are attempting to leave the swarm on a node that is participating as a manager. "
    try:
        manager = call.manager
    except Unknown:  # no leader can be asked
        pass
    except Unavailable:  # its manager is only just starting
        text += "Doing so may lose the consensus of your cluster. "
    else:
        seen = {
            node.id: status.reachability
            for node in manager.store.nodes()
            if (status := manager.manager_status(node)) is not None
        }
        reachable = sum(reachability == "reachable" for reachability in seen.values())
        unreachable = len(seen) - reachable
        if (reachable, unreachable) == (1, 0):
            raise Unavailable(
                f"{text}Removing the last manager erases all current state of the swarm."
                " Use `--force` to ignore this message. "
            )
        # helpers.go: removingManagerCausesLossOfQuorum
        if seen.get(call.host.node_id) == "reachable" and reachable - 2 <= unreachable:
            text += (
                f"Removing this node leaves {reachable - 1} managers out of {len(seen)}."
                " Without a Raft quorum your swarm will be inaccessible. "
            )
    raise Unavailable(
        f"{text}The only way to restore a swarm that has lost consensus is to reinitialize it with"
        " `--force-new-cluster`. Use `--force` to suppress this message."
    )


def update(call: Call) -> Response:
    """``POST /swarm/update``."""
    json = call.json(SPEC)
    version = call.object_version("swarm")
    rotate = {
        name: call.parse_bool(name, cause=False)
        for name in ("rotateWorkerToken", "rotateManagerToken", "rotateManagerUnlockKey")
    }
    manager = call.manager
    if json.get("Name", "") not in ("", "default"):
        raise InvalidArgument('swarm spec must be named "default"')
    spec = cluster_spec_of(json, manager.store.cluster.spec)
    if spec.force_rotate != manager.store.cluster.spec.force_rotate:
        raise NotImplementedHere("swarmlab shows the root certificate of a swarm but does not rotate it")
    with from_manager():
        manager.control.update_cluster(
            version,
            spec,
            rotate_worker_token=rotate["rotateWorkerToken"],
            rotate_manager_token=rotate["rotateManagerToken"],
            rotate_unlock_key=rotate["rotateManagerUnlockKey"],
        )
    return empty()


def unlock_key(call: Call) -> Response:
    """``GET /swarm/unlockkey``."""
    return reply({"UnlockKey": call.manager.store.cluster.unlock_key})


def unlock(call: Call) -> Response:
    """``POST /swarm/unlock``."""
    key = call.json(UNLOCK).get("UnlockKey", "")
    if call.host.swarm_state != "locked":
        _ = call.local_manager  # raises Unavailable for whoever has nothing that could be locked
        raise Conflict("swarm is not locked")
    if not _UNLOCK_KEY.fullmatch(key):
        raise InvalidArgument("invalid key string")
    if not call.simulation.unlock(call.host.name, key):
        raise Unauthorized("swarm could not be unlocked: invalid key provided")
    return empty()


# --- addresses ----------------------------------------------------------------------------------------


def _availability(word: str) -> Availability:
    return availability_of(word) if word else Availability.ACTIVE


def _check_listen(text: str) -> None:
    if not text:
        raise InvalidArgument('invalid ListenAddr "": invalid empty address')
    address = _host_part(text)
    if address != CARD and not _is_address(address):
        raise InvalidArgument("listen address must be an IP address or network interface (with optional port number)")


def _advertised(call: Call, text: str) -> str:
    """Return the address that the host is to be known by.  Raises InvalidArgument if it is none."""
    if not text or _host_part(text) == CARD:
        return call.host.address
    address = _host_part(text)
    if not _is_address(address) or ipaddress.ip_address(address).is_unspecified:
        raise InvalidArgument(
            "advertise address must be a non-zero IP address or network interface (with optional port number)"
        )
    return address


def _check_data_path(text: str) -> None:
    if text and text != CARD and (not _is_address(text) or ipaddress.ip_address(text).is_unspecified):
        raise InvalidArgument(
            "data path address must be a non-zero IP address or network interface (without a port number)"
        )


def _host_part(text: str) -> str:
    if text.startswith("["):
        return text[1:].partition("]")[0]
    host, colon, port = text.rpartition(":")
    return host if colon and port.isdigit() and ":" not in host else text


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
