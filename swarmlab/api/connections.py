"""``/networks/{id}/connect`` and ``disconnect``: one container more or less on a network.

moby: ``daemon/container_operations.go``, ``runconfig/errors.go``.
"""

from collections.abc import Iterable

from swarmlab.api.call import Answer, Call, Later, empty
from swarmlab.api.convert.basics import Json
from swarmlab.api.convert.create import wish_of
from swarmlab.api.networks import find, name_of
from swarmlab.api.shapes import BOOL, STRING, STRINGS, Struct
from swarmlab.core.agent.attacher import Attacher
from swarmlab.core.agent.container import Container, Wish
from swarmlab.core.manager.resources import attachable
from swarmlab.core.network.local import HOST, NONE, PREDEFINED, LocalNetwork
from swarmlab.core.objects import Network
from swarmlab.errors import Conflict, Forbidden, InvalidArgument, NotFound, SwarmlabError, Unknown
from swarmlab.wire import Response

CONNECT = Struct(
    "network.ConnectOptions",
    {
        "Container": STRING,
        "EndpointConfig": Struct(
            "network.EndpointSettings",
            {"IPAMConfig": Struct("network.EndpointIPAMConfig", {"IPv4Address": STRING}), "Aliases": STRINGS},
        ),
        "Force": BOOL,
    },
)

_NOT_INSIDE = "no configured subnet or ip-range contain the IP address"
SHARED = "container sharing network namespace with another container or host cannot be connected to any other network"


def connect(call: Call) -> Answer:
    """``POST /networks/{id}/connect``: answered at once, or when the swarm has found a place for the container."""
    json = call.json(CONNECT)
    container = _container(call, json)
    if container.config.network_mode.startswith("container:"):
        raise InvalidArgument(SHARED)
    network = call.engine.networks.find(call.args["id"])
    name = call.args["id"] if network is None else network.name
    wish = wish_of(name, json.get("EndpointConfig", {}))._replace(connected=True)
    if network is None and call.swarm is None:
        raise NotFound(f"network {wish.network} not found")
    if network is not None:
        _check_connection(call, container, network, wish)
    if not container.is_running:
        container.wishes = (*(known for known in container.wishes if known.network != wish.network), wish)
        return empty()
    on = next((i for i in container.interfaces if wish.network in (i.network, i.network_id)), None)
    if on is not None and network is None:
        raise Unknown(f"{container.name} is already attached to network {on.network}")
    if on is not None:
        raise Forbidden(f"endpoint with name {container.name} already exists in network {on.network}")
    if network is None:
        return _connect_in_swarm(call, container, wish)
    container.wishes = (*container.wishes, wish)
    try:
        call.engine.connect(container, network.id, network)
    except SwarmlabError:
        container.wishes = container.wishes[:-1]
        raise
    return empty()


def _check_connection(call: Call, container: Container, network: LocalNetwork, wish: Wish) -> None:
    """Refuse connections that cannot be (moby ``daemon/container_operations.go``, ``runconfig/errors.go``)."""
    mode = container.config.network_mode
    if network.name == HOST and mode != HOST:
        what = "cannot connect container to host network - container must be created in host network mode"
        if not call.is_modern:
            what = "container cannot be disconnected from host network or connected to host network"
        raise InvalidArgument(what)
    if mode == HOST and network.name != HOST:
        raise InvalidArgument(SHARED)
    if NONE in (network.name, mode):
        what = "container cannot be connected to multiple networks with one of the networks in private (none) mode"
        raise InvalidArgument(what)
    faults = endpoint_faults(network, wish)
    if faults:
        raise InvalidArgument(f"invalid endpoint settings:\n{_joined(faults)}" if call.is_modern else faults[0])


def check_wishes(call: Call, wishes: Iterable[Wish]) -> None:
    """Refuse what a container cannot have on its networks, when it is made or (before 23.0) started.

    Raises InvalidArgument.
    """
    for wish in wishes:
        network = call.engine.networks.find(wish.network)
        faults = endpoint_faults(network, wish) if network is not None else []
        if faults and call.is_modern:
            raise InvalidArgument(
                f"invalid config for network {wish.network}: invalid endpoint settings:\n{_joined(faults)}"
            )
        if faults and not faults[0].startswith(_NOT_INSIDE):  # that is found out when the address is to be taken
            raise InvalidArgument(faults[0])


def endpoint_faults(network: LocalNetwork, wish: Wish) -> list[str]:
    """Return what is wrong with an address or a name that a container is to have on a network."""
    faults = []
    if network.name in PREDEFINED:
        if wish.address:
            faults.append("user specified IP address is supported on user defined networks only")
        if wish.aliases:
            faults.append("network-scoped alias is supported only for containers in user defined networks")
    if wish.address and not network.chosen:
        faults.append("user specified IP address is supported only when connecting to networks with user configured"
                      " subnets")  # fmt: skip
    elif wish.address and network.pool is not None and wish.address not in network.pool:
        faults.append(f"{_NOT_INSIDE} {wish.address}")
    return faults


def _joined(faults: list[str]) -> str:
    return faults[0] if len(faults) == 1 else "\n".join(f"* {fault}" for fault in faults)


def _connect_in_swarm(call: Call, container: Container, wish: Wish) -> Later:
    refuse_attachment(call, wish)
    attacher = attacher_of(call)
    attacher.ask(container, wish)

    def poll() -> Response | None:
        if attacher.is_waiting(container):
            return None
        refused = attacher.refusal(container)
        if refused:
            raise Unknown(refused)
        return empty()

    return Later(poll)


def refuse_attachment(call: Call, wish: Wish) -> None:
    """Raise at once what a manager would answer within a millisecond, if one hears the question."""
    agent = call.simulation.agents.get(call.host.name)
    if agent is not None and call.swarm is not None and agent.connection.is_heard:
        _, why = attachable(call.swarm.store, wish.network)
        if why:
            raise Unknown(f"Could not attach to network {wish.network}: {why}")


def attacher_of(call: Call) -> Attacher:
    """Return who asks the swarm for places on its networks.  Raises Unknown where the host is in no swarm yet."""
    agent = call.simulation.agents.get(call.host.name)
    if agent is None:
        raise Unknown("invalid cluster node while attaching to network")
    return agent.attacher


def _container(call: Call, json: Json) -> Container:
    reference = json.get("Container", "")
    if not reference:
        raise InvalidArgument('invalid name or ID supplied: ""')
    return call.engine.find(reference)


def disconnect(call: Call) -> Response:
    """``POST /networks/{id}/disconnect``."""
    json = call.json(CONNECT)
    container = _container(call, json)
    network = find(call, call.args["id"])
    named = (network.id, name_of(network))
    interface = next((item for item in container.interfaces if item.network_id == network.id), None)
    wish = next((wish for wish in container.wishes if wish.network in named), None)
    if interface is None and (container.is_running or wish is None):
        the = "" if container.is_running else "the "
        raise Unknown(f"container {container.id} is not connected to {the}network {name_of(network)}")
    if container.task_id and isinstance(network, Network):
        raise Conflict(f"container {container.id} belongs to a task; change the service's networks instead")
    if interface is not None:
        call.engine.disconnect(container, interface)
    container.wishes = tuple(other for other in container.wishes if other is not wish)
    return empty()
