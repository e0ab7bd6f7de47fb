"""``/networks/{id}/connect`` and ``disconnect``: one container more or less on a network.

moby: ``daemon/container_operations.go``, ``runconfig/errors.go``.
"""

from swarmlab.api.call import Answer, Call, Later, empty
from swarmlab.api.convert.basics import Json
from swarmlab.api.convert.endpoints import ENDPOINT, settings_of
from swarmlab.api.endpoints import check_endpoint
from swarmlab.api.networks import find, name_of
from swarmlab.api.shapes import BOOL, STRING, Struct
from swarmlab.core.agent.attacher import Attacher
from swarmlab.core.agent.container import Container
from swarmlab.core.manager.resources import attachable
from swarmlab.core.network.endpoints import EndpointSettings
from swarmlab.core.network.local import HOST, NONE, LocalNetwork
from swarmlab.core.objects import Network
from swarmlab.errors import Conflict, Forbidden, InvalidArgument, NotFound, SwarmlabError, Unknown
from swarmlab.wire import Response

CONNECT = Struct("network.ConnectOptions", {"Container": STRING, "EndpointConfig": ENDPOINT, "Force": BOOL})
DISCONNECT = Struct("network.DisconnectOptions", {"Container": STRING, "Force": BOOL})
SHARED = "container sharing network namespace with another container or host cannot be connected to any other network"


def connect(call: Call) -> Answer:
    """``POST /networks/{id}/connect``: answered at once, or when the swarm has found a place for the container."""
    json = call.json(CONNECT)
    container = _container(call, json)
    if container.config.network_mode.startswith("container:"):
        raise InvalidArgument(SHARED)
    network = call.engine.networks.find(call.args["id"])
    name = call.args["id"] if network is None else network.name
    wish = settings_of(name, json.get("EndpointConfig", {}))._replace(connected=True)
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


def _check_connection(call: Call, container: Container, network: LocalNetwork, wish: EndpointSettings) -> None:
    """Refuse connections that cannot be (moby ``daemon/container_operations.go``, ``runconfig/errors.go``)."""
    check_endpoint(call, network, wish)
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


def _connect_in_swarm(call: Call, container: Container, wish: EndpointSettings) -> Later:
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


def refuse_attachment(call: Call, wish: EndpointSettings) -> None:
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
    json = call.json(DISCONNECT)
    if json.get("Force", False):
        _refuse_force(call, json.get("Container", ""))
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
