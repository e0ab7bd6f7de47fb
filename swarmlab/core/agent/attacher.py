"""Plain containers on networks of the swarm: their node asks the managers for a place, and gives it back.

What comes is a task without a container of its own (`manager.resources`).  It takes the way of all tasks; where others
start their container, this one hands its address to the container that waits for it.  So ``docker run`` takes a moment
longer there, and up to 20 seconds when no place is to be had.

moby: ``daemon/cluster/networks.go`` (AttachNetwork), ``executor/container/attachment.go``, ``daemon/network.go``.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from swarmlab.core.agent import taskcontainer
from swarmlab.core.agent.connection import Connection
from swarmlab.core.agent.container import Attachment, Container
from swarmlab.core.agent.engine import Engine, Unplugged, Wanted
from swarmlab.core.messages import Attached, AttachNetwork, DetachNetwork
from swarmlab.core.network.endpoints import EndpointSettings
from swarmlab.core.network.gossip import NetworkDB
from swarmlab.core.objects import Network, Task
from swarmlab.core.queue import Queue
from swarmlab.core.units import SECOND
from swarmlab.errors import SwarmlabError

PATIENCE = 20 * SECOND  # moby daemon/cluster/cluster.go: swarmRequestTimeout
LOOK = SECOND  # how often one looks whether patience has ended: whoever waits for quiet waits so much longer at most
_LATE = "context deadline exceeded"


class Impatient(NamedTuple):
    """Time to look whether a container has waited too long for its places."""

    container_id: str
    serial: int
    until: int


@dataclass(slots=True)
class _Waiting:
    """A container that waits: to be started, or (it runs) to be connected to one more network."""

    container: Container
    connects: bool
    wishes: dict[str, EndpointSettings]  # by network, as it was asked for
    serial: int
    heard: bool  # whether a manager was there to hear it
    tasks: dict[str, str] = field(default_factory=dict)  # those wishes that were granted -> their tasks
    places: dict[str, Attachment] = field(default_factory=dict)
    found: list[tuple[Task, dict[str, Network]]] = field(default_factory=list)


class Attacher:
    """The plain containers of one host that are on networks of the swarm, or want to be."""

    def __init__(self, engine: Engine, queue: Queue, names: NetworkDB, connection: Connection, address: str) -> None:
        self._engine = engine
        self._queue = queue
        self._names = names
        self._connection = connection
        self._address = address
        self._waiting: dict[str, _Waiting] = {}  # by container
        self._tasks: dict[tuple[str, str], str] = {}  # (container, network id) -> task
        self._refused: dict[str, str] = {}  # container -> why it was last refused
        self._serial = 0

    def is_waiting(self, container: Container) -> bool:
        """Return whether a container still waits."""
        return container.id in self._waiting

    def refusal(self, container: Container) -> str:
        """Return why a container was refused when it last asked; "" if it was not."""
        return self._refused.get(container.id, "")

    def ask(self, container: Container, wish: EndpointSettings | None = None) -> None:
        """Ask for a container's places, then start it; with `wish` for that one, then connect it."""
        wishes = self._engine.wiring.foreign(container) if wish is None else [wish]
        self._refused.pop(container.id, None)
        self._serial += 1
        waiting = _Waiting(
            container, wish is not None, {w.network: w for w in wishes}, self._serial, self._connection.is_open
        )
        self._waiting[container.id] = waiting
        for one in wishes:
            node_id = self._connection.host.node_id
            self._connection.send(AttachNetwork(node_id, container.id, one.network, one.ipv4))
        self._wait(Impatient(container.id, self._serial, self._queue.now + PATIENCE))

    def receive(self, payload: object) -> bool:
        """Take an event; return whether it was for us."""
        if isinstance(payload, Wanted):
            container = self._engine.containers.get(payload.container_id)
            if container is not None and not container.is_running:
                self.ask(container)
        elif isinstance(payload, Attached):
            self._answered(payload)
        elif isinstance(payload, Impatient):
            self._look(payload)
        elif isinstance(payload, Unplugged):
            self._names.withdraw(payload.container_id, payload.network_id)
            self._detach(self._tasks.pop((payload.container_id, payload.network_id), ""))
        else:
            return False
        return True

    # --- the managers' answers ------------------------------------------------------------------------

    def _answered(self, answer: Attached) -> None:
        waiting = self._waiting.get(answer.container_id)
        if waiting is None or answer.network not in waiting.wishes:
            self._detach(answer.task_id)
        elif answer.error:
            self._refuse(waiting, f"Could not attach to network {answer.network}: {answer.error}")
        else:
            waiting.tasks[answer.network] = answer.task_id

    def _wait(self, look: Impatient) -> None:
        self._queue.at(min(self._queue.now + LOOK, look.until), self._address, look)

    def _look(self, look: Impatient) -> None:
        waiting = self._waiting.get(look.container_id)
        if waiting is None or waiting.serial != look.serial:
            return
        if self._queue.now < look.until:
            self._wait(look)
            return
        network = next((name for name in waiting.wishes if name not in waiting.tasks), None)
        if network is None:
            what = "attaching to network failed, make sure your network options are correct and check manager logs"
            self._refuse(waiting, f"{what}: {_LATE}")
        elif waiting.heard:
            code = "rpc error: code = DeadlineExceeded desc = "
            self._refuse(waiting, f"Could not attach to network {network}: {code}{_LATE}")
        else:
            self._refuse(waiting, f"Could not attach to network {network}: {_LATE}")

    def _refuse(self, waiting: _Waiting, why: str) -> None:
        container = waiting.container
        del self._waiting[container.id]
        self._refused[container.id] = why
        for task_id in waiting.tasks.values():
            self._detach(task_id)
        container.restarting = False
        if waiting.connects or container.gone:
            return
        container.exit_code, container.error = 128, f"{self._engine.profile.networking}{why}"
        if container.config.auto_remove:
            self._engine.remove(container, force=True)

    # --- places ---------------------------------------------------------------------------------------

    def take(self, task: Task, networks: dict[str, Network]) -> str:
        """Take the place that `task` brings to its container; return what is wrong, "" if nothing is."""
        place = next(iter(taskcontainer.attachments(task, networks)), None)
        waiting = self._waiting.get(task.spec.attachment)
        asked = [n for n in waiting.wishes if waiting.tasks.get(n) == task.id] if waiting is not None else []
        if waiting is None or place is None or not asked:
            name = place.network if place is not None else ""
            return f"could not find attacher for container {task.spec.attachment} to network {name}"
        wish = waiting.wishes[asked[0]]
        waiting.places[asked[0]] = place._replace(aliases=wish.aliases)
        waiting.found.append((task, networks))
        self._tasks[waiting.container.id, place.network_id] = task.id
        if len(waiting.places) == len(waiting.wishes):
            self._finish(waiting)
        return ""

    def _finish(self, waiting: _Waiting) -> None:
        """All places are there: start the container, or connect it."""
        container = waiting.container
        places = tuple(waiting.places.values())
        try:
            if container.gone or container.is_running != waiting.connects:
                raise SwarmlabError(f"No such container: {container.id}")
            container.places += places
            if waiting.connects:
                self._engine.connect(container, places[0].network_id, places[0])
                container.wishes += tuple(waiting.wishes.values())
            elif container.restarting:
                self._engine.start_again(container)
            else:
                self._engine.start(container)
        except SwarmlabError as error:
            container.places = ()
            self._refuse(waiting, str(error))
            return
        del self._waiting[container.id]
        host, now = self._engine.host, self._queue.now
        for (task, networks), place in zip(waiting.found, places, strict=True):
            for record in taskcontainer.records(task, networks, container, host, now):
                self._names.enable(record._replace(aliases=place.aliases))

    def _detach(self, task_id: str) -> None:
        if task_id:
            self._connection.send(DetachNetwork(self._connection.host.node_id, task_id))

    # --- the host's own ups and downs -----------------------------------------------------------------

    def check(self, task: Task) -> None:
        """The managers have a task for a place here: give it back if its container has not got it any more."""
        container = self._engine.containers.get(task.spec.attachment)
        held = {attachment.network_id for attachment in task.networks}
        if task.spec.attachment in self._waiting:
            return
        if container is None or not held & {interface.network_id for interface in container.interfaces}:
            self._detach(task.id)

    def leave(self) -> None:
        """The host leaves the swarm: its containers stay, without their places (``clearAttachableNetworks``)."""
        for container in self._engine.containers.values():
            lost = {place.network_id for place in container.places if not container.task_id}
            for interface in [i for i in container.interfaces if i.network_id in lost]:
                self._engine.disconnect(container, interface)
                self._names.withdraw(container.id, interface.network_id)
                named = (interface.network, interface.network_id)
                container.wishes = tuple(wish for wish in container.wishes if wish.network not in named)
