"""A swarm's manager: the store, and the control loops around it.

The order of the loops is the order in which they hear of a change, and roughly the way of a task:
allocator, orchestrators, scheduler, dispatcher, and at the end the reaper.

Simplified: one leader.  The store stands for the log that raft would copy to all managers.
"""

from swarmlab.core.events import Event
from swarmlab.core.ids import Ids
from swarmlab.core.manager.allocator import DEFAULT_POOL, Allocator
from swarmlab.core.manager.control import Control
from swarmlab.core.manager.dispatcher import Dispatcher
from swarmlab.core.manager.events import Events
from swarmlab.core.manager.loop import Context, Loop
from swarmlab.core.manager.orchestrator.enforcer import Enforcer
from swarmlab.core.manager.orchestrator.global_ import GlobalOrchestrator
from swarmlab.core.manager.orchestrator.jobs import JobsOrchestrator
from swarmlab.core.manager.orchestrator.reaper import Reaper
from swarmlab.core.manager.orchestrator.replicated import ReplicatedOrchestrator
from swarmlab.core.manager.orchestrator.restart import Supervisor
from swarmlab.core.manager.orchestrator.update import Updater
from swarmlab.core.manager.scheduler.scheduler import Scheduler
from swarmlab.core.network.fabric import CLUSTER_PORT, Fabric
from swarmlab.core.objects import (
    Cluster,
    ClusterSpec,
    Driver,
    ManagerStatus,
    Network,
    NetworkSpec,
    Node,
    NodeSpec,
    NodeStatus,
)
from swarmlab.core.profile import Profile
from swarmlab.core.queue import Queue
from swarmlab.core.states import Availability, Role
from swarmlab.core.store import Store
from swarmlab.errors import InvalidArgument

PREDEFINED = "com.docker.swarm.predefined"


class Manager:
    """One swarm, seen from its leader on host `host`."""

    def __init__(
        self,
        host: str,
        queue: Queue,
        fabric: Fabric,
        profile: Profile,
        seed: str,
        *,
        spec: ClusterSpec | None = None,
        pools: tuple[str, ...] = (),
        subnet_size: int = 24,
        data_path_port: int = 4789,
    ) -> None:
        self.host = host
        self.store = Store(queue)
        self.ids = Ids(f"{seed}/swarm/{host}/{queue.now}")
        cluster = Cluster(
            id=self.ids.swarm(),
            spec=spec or ClusterSpec(),
            ca_digest=self.ids.secret(50),
            worker_secret=self.ids.secret(25),
            manager_secret=self.ids.secret(25),
            default_address_pool=pools or DEFAULT_POOL,
            subnet_size=subnet_size or 24,
            data_path_port=data_path_port or 4789,
        )
        self.id = cluster.id
        self.control = Control(self.store, self.ids, queue)
        context = Context(self.store, queue, self.ids, f"{seed}/{host}", f"manager/{self.id}")
        supervisor = Supervisor(context)
        updater = Updater(context, supervisor)
        self.dispatcher = Dispatcher(context, fabric, host)
        self._events = Events(context)
        self.scheduler = Scheduler(context)
        self.loops: list[Loop] = [
            Allocator(context, profile, pools, cluster.subnet_size),
            supervisor,
            updater,
            ReplicatedOrchestrator(context, supervisor, updater),
            GlobalOrchestrator(context, supervisor, updater),
            JobsOrchestrator(context, supervisor, profile),
            Enforcer(context),
            self.scheduler,
            self.dispatcher,
            Reaper(context),
            self._events,
        ]
        for loop in self.loops:
            self.store.watch(loop.watches, loop.observe)
        self._cluster = cluster

    def start(self) -> None:
        """Write the first objects of the swarm: itself and its predefined networks."""
        with self.store.transaction("control") as write:
            write.create(self._cluster)
            write.create(Network(self.ids.swarm(), NetworkSpec("ingress", ingress=True)))
        with self.store.transaction("control") as write:
            for name in ("bridge", "host"):
                predefined = NetworkSpec(name, {PREDEFINED: "true"}, Driver(name), scope="local")
                write.create(Network(self.ids.swarm(), predefined))

    def end(self) -> None:
        """The last manager has left: nothing remains of the swarm."""
        with self.store.transaction("control") as write:
            for table in ("task", "service", "node", "network", "secret", "config"):
                for thing in list(self.store.table(table).values()):
                    write.delete(thing)

    # --- nodes ----------------------------------------------------------------------------------------

    def add_node(self, role: Role, availability: Availability, address: str) -> Node:
        """Make a node object; its agent has yet to register."""
        node = Node(
            self.ids.swarm(),
            NodeSpec(role=role, availability=availability),
            role=role,
            status=NodeStatus(addr=address),
        )
        with self.store.transaction("control") as write:
            write.create(node)
        return node

    def role_of(self, token: str) -> Role:
        """Return the role a join token gives.  Raises InvalidArgument unless it is one of this swarm's."""
        cluster = self.store.cluster
        if token == cluster.worker_token:
            return Role.WORKER
        if token == cluster.manager_token:
            return Role.MANAGER
        raise InvalidArgument("A valid join token is necessary to join this cluster")

    def manager_status(self, node: Node) -> ManagerStatus | None:
        """Return a node's place among the managers, None for a worker."""
        if node.role is not Role.MANAGER:
            return None
        hostname = node.description.hostname if node.description else ""
        return ManagerStatus(f"{node.status.addr}:{CLUSTER_PORT}", leader=hostname == self.host)

    # --- events ---------------------------------------------------------------------------------------

    @property
    def events(self) -> list[Event]:
        """The newest swarm events, oldest first."""
        return self._events.kept

    @property
    def events_seen(self) -> int:
        """How many swarm events there ever were."""
        return self._events.seen
