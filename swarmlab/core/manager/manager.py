"""A swarm's managers: the store, who leads, and the control loops around it on the leader.

The order of the loops is the order in which they hear of a change, and roughly the way of a task:
allocator, orchestrators, scheduler, dispatcher, and at the end the reaper.

The loops run on the leader only.  When another manager becomes leader they begin anew there, with nothing but the
store (`Loop.start`; SwarmKit ``manager/manager.go``: becomeLeader).  What a manager must know before it leads is in
the store, and that all managers share (see `manager.raft`).
"""

from collections.abc import Collection, MutableMapping
from typing import NamedTuple, Protocol

from swarmlab.core.events import Event
from swarmlab.core.ids import Ids
from swarmlab.core.manager.allocator import Allocator
from swarmlab.core.manager.control import Control
from swarmlab.core.manager.dispatcher import Dispatcher
from swarmlab.core.manager.door import Door
from swarmlab.core.manager.events import Events
from swarmlab.core.manager.loop import Context, Loop
from swarmlab.core.manager.orchestrator.enforcer import Enforcer
from swarmlab.core.manager.orchestrator.global_ import GlobalOrchestrator
from swarmlab.core.manager.orchestrator.jobs import JobsOrchestrator
from swarmlab.core.manager.orchestrator.reaper import Reaper
from swarmlab.core.manager.orchestrator.replicated import ReplicatedOrchestrator
from swarmlab.core.manager.orchestrator.restart import Supervisor
from swarmlab.core.manager.orchestrator.update import Updater
from swarmlab.core.manager.raft import Member, Raft, Standing
from swarmlab.core.manager.resources import ResourceAllocator
from swarmlab.core.manager.roles import RoleManager
from swarmlab.core.manager.scheduler.scheduler import Scheduler
from swarmlab.core.messages import ManagersChanged, agent, door
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
from swarmlab.core.store import Change, Store
from swarmlab.core.units import MILLISECOND
from swarmlab.errors import InvalidArgument

PREDEFINED = "com.docker.swarm.predefined"


class Receiver(Protocol):
    """Anything that the queue delivers to."""

    def receive(self, payload: object) -> None:
        """Take an event."""


class HandOver(NamedTuple):
    """Event: the leader is to be demoted, so somebody else must lead."""


class Manager:
    """One swarm, as its managers keep it."""

    def __init__(
        self,
        host: str,
        queue: Queue,
        fabric: Fabric,
        profile: Profile,
        seed: str,
        components: MutableMapping[str, Receiver],
        *,
        spec: ClusterSpec | None = None,
        pools: tuple[str, ...] = (),
        subnet_size: int = 24,
        data_path_port: int = 4789,
    ) -> None:
        self.host = host  # of the leader; without one, of the last
        self.store = Store(queue)
        self.queue = queue
        self.fabric = fabric
        self.profile = profile
        self.ids = Ids(f"{seed}/swarm/{host}/{queue.now}")
        cluster = Cluster(
            id=self.ids.swarm(),
            spec=spec or ClusterSpec(),
            ca_digest=self.ids.secret(50),
            worker_secret=self.ids.secret(25),
            manager_secret=self.ids.secret(25),
            default_address_pool=pools,
            subnet_size=subnet_size or 24,
            data_path_port=data_path_port or 4789,
        )
        self.id = cluster.id
        self.control = Control(self.store, self.ids, queue)
        self.raft = Raft(self.store, queue, fabric, f"{seed}/{host}", f"managers/{cluster.id}")
        self.control.members = self.raft
        self.loops: list[Loop] = []  # of the leader
        self.scheduler: Scheduler | None = None
        self.dispatcher: Dispatcher | None = None
        self.resources: ResourceAllocator | None = None
        self._seed = seed
        self._components = components
        self._led: tuple[str, int] | None = None  # whose loops these are, and since which term
        self._elections = 0
        self._held: list[tuple[str, object]] = []  # what the loops would do if they had a majority
        self._shown: dict[str, ManagerStatus] = {}
        self._following: dict[str, None] = {}  # members that can pass a call on to the leader, or are it
        self._cluster = cluster
        components[self.raft.address] = self
        # Every manager keeps its own events, from changes that all of them get: no matter who leads.
        self._events = Events(Context(self.store, queue, self.ids, seed, f"manager/{self.id}"))
        self.store.watch(self._events.watches, self._events.observe)
        self._run_loops(host, "")

    # --- leading --------------------------------------------------------------------------------------

    def _run_loops(self, host: str, advertise: str) -> None:
        self.host = host
        cluster = self._cluster
        nth = f"/{self._elections}" if self._elections else ""
        self._elections += 1
        prefix = f"manager/{self.id}{nth}"
        context = Context(self.store, self.queue, self.ids, f"{self._seed}/{host}{nth}", prefix, self)
        supervisor = Supervisor(context)
        updater = Updater(context, supervisor)
        self.scheduler = Scheduler(context)
        self.dispatcher = Dispatcher(context, self.fabric, self.raft, host, advertise)
        self.resources = ResourceAllocator(context, self.dispatcher)
        self.loops = [
            Allocator(context, self.profile, cluster.default_address_pool, cluster.subnet_size),
            supervisor,
            updater,
            ReplicatedOrchestrator(context, supervisor, updater),
            GlobalOrchestrator(context, supervisor, updater),
            JobsOrchestrator(context, supervisor, self.profile),
            Enforcer(context),
            RoleManager(context, self),
            self.scheduler,
            self.dispatcher,
            self.resources,
            Reaper(context),
        ]
        for loop in self.loops:
            self.store.watch(loop.watches, loop.observe, hears=loop.hears)
            self._components[loop.address] = loop

    def _drop_loops(self) -> None:
        for loop in self.loops:
            self.store.unwatch(loop.observe)
            self._components.pop(loop.address, None)
        self.loops, self.scheduler, self.dispatcher, self.resources, self._held = [], None, None, None, []

    def look(self) -> None:
        """See who leads now, and let its loops run.  To be called after whatever may have changed it."""
        leader = self.raft.leader
        led = (leader.node_id, leader.term) if leader is not None else None
        if led != self._led:
            self._led = led
            self._drop_loops()
            if leader is not None:
                self._run_loops(leader.host, leader.advertise)
                for loop in self.loops:
                    loop.start()
        if self._held and self.raft.can_commit():
            held, self._held = self._held, []
            for address, payload in held:
                self.queue.after(0, address, payload)
        following = {m.node_id: None for m in self.raft.members.values() if self.raft.leader_for(m) is not None}
        for node_id in following:
            if node_id not in self._following and len(following) > 1:
                self._tell_node(self.raft.members[node_id].host)
        self._following = following
        self._show()

    def holds(self, address: str, payload: object) -> bool:
        """Keep what a loop would do while nothing can be committed; return whether it was kept."""
        if self.raft.can_commit():
            return False
        self._held.append((address, payload))
        return True

    def receive(self, payload: object) -> None:
        """Take an event of the managers among themselves."""
        if isinstance(payload, HandOver):
            self.raft.transfer()
        else:
            self.raft.receive(payload)
        self.look()

    def _show(self) -> None:
        """Let whoever follows the changes know of a new leader or an unreachable manager: no object says so."""
        shown = {node_id: self._status(member) for node_id, member in self.raft.members.items()}
        if shown != self._shown and self.store.feed is not None:
            for node_id in {**self._shown, **shown}:
                node = self.store.node(node_id)
                if node is not None and shown.get(node_id) != self._shown.get(node_id):
                    self.store.feed.append(Change("node", node, node, "raft", self.queue.now))
        self._shown = shown

    # --- managers -------------------------------------------------------------------------------------

    def admit(self, node_id: str, host: str, address: str, advertise: str = "") -> None:
        """Let the manager on `host` in; the first one is there already and leads."""
        first = not self.raft.members
        member = self.raft.add(node_id, host, f"{address}:{CLUSTER_PORT}", advertise)
        self._components[door(host)] = Door(self, node_id)
        if first:
            self._led = (node_id, member.term)
            assert self.dispatcher is not None
            self.dispatcher.advertise = advertise
        else:
            self._tell_managers(host)
        self.look()

    def evict(self, node_id: str) -> None:
        """Put a manager out of the group; the leader itself hands over first."""
        member = self.raft.members[node_id]
        if self._led is not None and self._led[0] == node_id:
            self.queue.after(0, self.raft.address, HandOver())
            return
        self.raft.remove(node_id)
        self._components.pop(door(member.host), None)
        self._tell_managers(member.host)

    def start_manager(self, host: str) -> None:
        """The manager on `host` starts."""
        member = self.raft.at(host)
        if member is not None and not member.running:
            self.raft.start(member)
            self._tell_managers(host)
            self.look()

    def stop_manager(self, host: str) -> None:
        """The manager on `host` stops, if there is one."""
        member = self.raft.at(host)
        if member is not None and member.running:
            self.raft.stop(member)
            self.look()

    def abandon(self, host: str) -> None:
        """The host of a manager leaves the swarm without a word: the group still counts it as a member."""
        self.stop_manager(host)
        member = self.raft.at(host)
        if member is not None:
            member.host = ""
            self._components.pop(door(host), None)

    def force_new_cluster(self, host: str) -> None:
        """Make the manager on `host` the only one, with all that the store holds."""
        member = self.raft.at(host)
        assert member is not None
        for other in self.raft.members.values():
            if other is not member:
                self._components.pop(door(other.host), None)
        dropped = [other.host for other in self.raft.members.values() if other is not member and other.host]
        self.raft.force(member)
        self.look()
        for name in (host, *dropped):
            self._tell_managers(name)

    def _tell_managers(self, host: str) -> None:
        """The managers have changed: the one on `host` tells its own node, the dispatcher all others."""
        self._tell_node(host)
        if self.dispatcher is not None:
            self.dispatcher.tell_managers()

    def _tell_node(self, host: str) -> None:
        """The manager on `host` tells its own node, on whose connection no network has a part."""
        managers = tuple((member.node_id, member.addr) for member in self.raft.members.values())
        self.queue.after(MILLISECOND, agent(host), ManagersChanged(managers), background=True)

    @property
    def has_managers(self) -> bool:
        """Whether any host still has what the swarm has stored."""
        return any(member.host for member in self.raft.members.values())

    def is_member(self, host: str) -> bool:
        """Return whether `host` has a manager, running or not."""
        return self.raft.at(host) is not None

    def manages(self, host: str) -> bool:
        """Return whether a manager runs on `host`."""
        member = self.raft.at(host)
        return member is not None and member.running

    def standing(self, host: str, *, writes: bool) -> Standing:
        """Return what becomes of a call to the manager on `host`."""
        member = self.raft.at(host)
        return Standing.WAITING if member is None else self.raft.standing(member, writes=writes)

    def follows(self, host: str) -> bool:
        """Return whether the manager on `host` hears what the leader does."""
        return self.term(host) > 0

    def term(self, host: str) -> int:
        """Return the term of the leader to which a call to `host` goes now, 0 if there is none."""
        member = self.raft.at(host)
        leader = self.raft.leader_for(member) if member is not None else None
        return leader.term if leader is not None else 0

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
        """Return a node's place among the managers, None for a worker, or for a manager that is yet to join them."""
        member = self.raft.members.get(node.id)
        return self._status(member) if member is not None else None

    def _status(self, member: Member) -> ManagerStatus:
        leads = self._led is not None and self._led[0] == member.node_id
        reachability = "reachable" if self.raft.is_reachable(member.node_id) else "unreachable"
        return ManagerStatus(member.addr, leads, reachability)

    # --- events ---------------------------------------------------------------------------------------

    @property
    def events(self) -> Collection[Event]:
        """The newest swarm events, oldest first."""
        return self._events.log.kept

    @property
    def events_seen(self) -> int:
        """How many swarm events there ever were."""
        return self._events.log.seen
