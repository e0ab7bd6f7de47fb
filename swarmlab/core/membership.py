"""Which host is in which swarm, and in what role: making a swarm, joining, being promoted, leaving, coming back.

What spans engines, agents and managers is here, because none of these knows the others.

moby: ``daemon/cluster/swarm.go``, ``noderunner.go``; SwarmKit: ``node/node.go``.
"""

import hashlib
from typing import NamedTuple

from swarmlab.core.agent.agent import Agent
from swarmlab.core.agent.connection import BecomeManager
from swarmlab.core.host import Host
from swarmlab.core.manager.manager import Manager, Receiver
from swarmlab.core.manager.raft import Standing
from swarmlab.core.network.fabric import CLUSTER_PORT, Fabric, Path
from swarmlab.core.network.gossip import NetworkDB
from swarmlab.core.objects import ClusterSpec
from swarmlab.core.profile import Profile
from swarmlab.core.queue import Queue
from swarmlab.core.states import Availability, Role
from swarmlab.core.units import MILLISECOND, SECOND
from swarmlab.errors import InvalidArgument, Unavailable, Unknown

JOIN_TAKES = 150 * MILLISECOND
MANAGER_JOIN_TAKES = 600 * MILLISECOND  # it also joins the managers' group
MANAGER_STARTS = 1500 * MILLISECOND  # from the engine's start to a manager that takes part (seen: 1.9 s)
JOIN_REFUSED = 10 * SECOND  # a closed port, or a token that is not valid: the node asks again before it gives up
JOIN_TIMEOUT = 20 * SECOND  # moby daemon/cluster: swarmConnectTimeout
ASK_AGAIN = SECOND  # a host that wants to be in, while the swarm has no leader
ALREADY = 'This node is already part of a swarm. Use "docker swarm leave" to leave this swarm and join another one.'
_TIMED_OUT = (
    "Timeout was reached before node joined. The attempt to join the swarm will continue in the background. Use the"
    ' "docker info" command to see the current swarm status of your node.'
)


class Joined(NamedTuple):
    """A host's request to join has been answered."""

    host: str
    swarm_id: str
    role: Role
    availability: Availability
    error: str = ""
    via: str = ""  # the host of the manager that was asked
    advertise: str = ""
    until: int = 0  # when the client's patience ends
    attempt: int = 0  # which of the host's attempts to be in a swarm this is


class ManagerStarts(NamedTuple):
    """The engine of a manager's host has got so far as to start the manager."""

    host: str


def _role(manager: Manager | None, digest: str, token: str) -> Role | None:
    """Return the role that a token gives, None if it is not one of this swarm's."""
    if manager is None or digest != manager.store.cluster.ca_digest:
        return None
    try:
        return manager.role_of(token)
    except InvalidArgument:
        return None


class Membership:
    """The swarms of a lab and the hosts in them."""

    seed: str
    profile: Profile
    queue: Queue
    fabric: Fabric
    names: NetworkDB
    hosts: dict[str, Host]
    recording: bool  # whether swarms keep their changes

    def __init__(self) -> None:
        self.swarms: dict[str, Manager] = {}
        self.agents: dict[str, Agent] = {}
        self.components: dict[str, Receiver] = {"lab": self}
        self._left: list[Manager] = []  # swarms that have ended and whose last changes nobody has taken

    def swarm_of(self, host: str) -> Manager | None:
        """Return the swarm that a host belongs to, None if it is in none."""
        return self.swarms.get(self.hosts[host].swarm_id)

    def init_swarm(
        self,
        host: str,
        *,
        advertise: str = "",
        default_address_pool: tuple[str, ...] = (),
        subnet_size: int = 24,
        data_path_port: int = 0,
        spec: ClusterSpec | None = None,
        availability: Availability = Availability.ACTIVE,
        force_new_cluster: bool = False,
    ) -> str:
        """Make a new swarm with `host` as its manager; return the id of its node.

        With `force_new_cluster` a manager makes itself the only one of the swarm that it is in.

        Raises Unavailable when the host is in a swarm already.
        """
        machine = self.hosts[host]
        if machine.swarm_state != "inactive":
            present = self.swarm_of(host)
            if not force_new_cluster or present is None or not present.manages(host):
                raise Unavailable(ALREADY)
            present.force_new_cluster(host)
            return machine.node_id
        manager = Manager(
            host,
            self.queue,
            self.fabric,
            self.profile,
            self.seed,
            self.components,
            spec=spec,
            pools=default_address_pool,
            subnet_size=subnet_size,
            data_path_port=data_path_port,
        )
        if self.recording:
            manager.store.feed = []
        manager.start()
        self.swarms[manager.id] = manager
        self._enter(machine, manager, Role.MANAGER, availability, host, advertise or machine.address)
        return machine.node_id

    def join_swarm(
        self,
        host: str,
        remotes: tuple[str, ...],
        token: str,
        availability: Availability = Availability.ACTIVE,
        *,
        advertise: str = "",
    ) -> None:
        """Ask the manager at one of `remotes` (address:port) to take `host` in.  The token decides on its role.

        The answer takes time: until then the host's `swarm_state` is pending; then active, or inactive with
        the reason in `swarm_error`.  Raises Unavailable when the host is in a swarm, InvalidArgument without
        a remote, Unknown for a token that is none or of another swarm.  One that was valid once is refused later.
        """
        machine = self.hosts[host]
        if machine.swarm_state != "inactive":
            raise Unavailable(ALREADY)
        if not remotes:
            raise InvalidArgument("at least 1 RemoteAddr is required to join")
        parts = token.split("-")
        if len(parts) != 4 or parts[:2] != ["SWMTKN", "1"] or len(parts[2]) != 50 or len(parts[3]) != 25:
            raise Unknown("invalid join token")
        address, _, port = remotes[0].partition(":")
        target = self.fabric.host_at(address)
        path = Path.LOST if target is None else self.fabric.path(host, target, CLUSTER_PORT)
        manager = self.swarm_of(target) if target else None
        machine.swarm_state, machine.swarm_error = "pending", ""
        machine.attempts += 1
        machine.remote_managers = [("", f"{address}:{port or CLUSTER_PORT}")]
        listens = target is not None and manager is not None and manager.manages(target)
        until = self.queue.now + JOIN_TIMEOUT
        if path is Path.LOST:
            role = _role(manager, parts[2], token)
            if manager is None or role is None:
                self._answer(JOIN_TIMEOUT, host, error=_TIMED_OUT)
            else:  # nobody answers, but the node goes on asking
                asked = Joined(
                    host, manager.id, role, availability, "", str(target), advertise, until, machine.attempts
                )
                self.queue.at(until, "lab", asked)
        elif path is not Path.OPEN or manager is None or not listens or port not in ("", str(CLUSTER_PORT)):
            # Also where an engine is stopped: its host answers "no".
            reason = "no route to host" if path is Path.PROHIBITED else "connection refused"
            self._answer(
                JOIN_REFUSED,
                host,
                error='rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing:'
                f' dial tcp {address}:{port or CLUSTER_PORT}: connect: {reason}"',
            )
        elif parts[2] != manager.store.cluster.ca_digest:
            machine.swarm_state = "inactive"
            digest = hashlib.sha256(parts[2].encode()).hexdigest()
            raise Unknown(f"remote CA does not match fingerprint. Expected: {digest}")
        else:
            try:
                role = manager.role_of(token)
            except InvalidArgument as error:
                self._answer(JOIN_REFUSED, host, error=f"rpc error: code = InvalidArgument desc = {error}")
                return
            takes = JOIN_TAKES if role is Role.WORKER else MANAGER_JOIN_TAKES
            asked = Joined(host, manager.id, role, availability, "", str(target), advertise, until, machine.attempts)
            self.queue.after(takes, "lab", asked)

    def _answer(self, delay: int, host: str, *, error: str) -> None:
        refused = Joined(host, "", Role.WORKER, Availability.ACTIVE, error, attempt=self.hosts[host].attempts)
        self.queue.after(delay, "lab", refused)

    def receive(self, payload: object) -> None:
        """Take an event of the lab itself: what a host as a whole does, between its engine and a swarm."""
        if isinstance(payload, Joined):
            self._joined(payload)
        elif isinstance(payload, BecomeManager):
            self._become_manager(payload)
        elif isinstance(payload, ManagerStarts):
            machine, swarm = self.hosts[payload.host], self.swarm_of(payload.host)
            if swarm is not None and machine.is_up and machine.swarm_state == "active":
                swarm.start_manager(payload.host)

    def _joined(self, answer: Joined) -> None:
        host = self.hosts[answer.host]
        if host.swarm_state != "pending" or host.attempts != answer.attempt:
            return  # it has left meanwhile
        manager = self.swarms.get(answer.swarm_id)
        if answer.error or manager is None:
            host.swarm_error = answer.error
            # After a timeout the engine goes on trying; all other refusals end the attempt.
            host.swarm_state = "pending" if answer.error == _TIMED_OUT else "inactive"
        elif not self._is_heard(host, manager, answer.via):
            if self.queue.now >= answer.until:
                host.swarm_error = _TIMED_OUT
            self.queue.after(ASK_AGAIN, "lab", answer, background=self.queue.now >= answer.until)
        else:
            self._enter(host, manager, answer.role, answer.availability, answer.via, answer.advertise)

    def _is_heard(self, host: Host, manager: Manager, via: str) -> bool:
        """Return whether what a host says to the manager on `via` can be written down now."""
        reaches = host.is_up and self.fabric.path(host.name, via, CLUSTER_PORT) is Path.OPEN
        return reaches and manager.manages(via) and manager.standing(via, writes=True) is Standing.READY

    def _become_manager(self, promoted: BecomeManager) -> None:
        """A node was promoted: once the leader hears it, it is one of the managers."""
        host, manager = self.hosts[promoted.host], self.swarm_of(promoted.host)
        node = manager.store.node(host.node_id) if manager is not None else None
        if manager is None or node is None or node.role is not Role.MANAGER or manager.raft.has(node.id):
            return
        if not any(self._is_heard(host, manager, other) for other in self.hosts):
            self.queue.after(ASK_AGAIN, "lab", promoted, background=True)
            return
        manager.admit(node.id, host.name, host.address, host.advertise)

    def _enter(
        self, host: Host, manager: Manager, role: Role, availability: Availability, via: str, advertise: str
    ) -> None:
        node = manager.add_node(role, availability, host.address)
        host.swarm_state, host.swarm_error = "active", ""
        host.swarm_id, host.node_id, host.advertise = manager.id, node.id, advertise
        if role is Role.MANAGER:
            manager.admit(node.id, host.name, host.address, advertise)
        host.remote_managers = [(member.node_id, member.addr) for member in manager.raft.members.values()]
        engine = host.engine
        if engine.networks.find("docker_gwbridge") is None:
            engine.networks.add_gwbridge(engine.ids.hex(), self.queue.now)
        agent = Agent(host, self.queue, self.fabric, self.names, self.profile, self.seed)
        self.agents[host.name] = self.components[agent.address] = agent
        agent.connection.open(host.name if role is Role.MANAGER else via)

    def leave_swarm(self, host: str, *, force: bool = False) -> None:
        """Take a host out of its swarm.  The swarm is not told: it will find the node down.

        Raises Unavailable when it is in none, or is its last manager and `force` is not set.
        """
        machine = self.hosts[host]
        if machine.swarm_state == "inactive":
            raise Unavailable("This node is not part of a swarm")
        manager = self.swarms.get(machine.swarm_id)
        if manager is not None and manager.manages(host) and not force:
            raise Unavailable(
                "You are attempting to leave the swarm on a node that is participating as a manager. Removing the last"
                " manager erases all current state of the swarm. Use `--force` to ignore this message. "
            )
        agent = self.agents.pop(host, None)
        if agent is not None:
            agent.leave()
            del self.components[agent.address]
        if manager is not None and manager.raft.at(host) is not None:
            manager.abandon(host)
            if not manager.has_managers:
                del self.swarms[manager.id]
                manager.end()
                self._left.append(manager)
        machine.swarm_state, machine.swarm_error = "inactive", ""
        machine.swarm_id = machine.node_id = machine.advertise = ""
        machine.remote_managers = []

    # --- engines that stop and start --------------------------------------------------------------------

    def engine_stops(self, host: str) -> None:
        """A host's engine ends, for whatever reason: so do its agent, its manager and its pulls."""
        self.hosts[host].engine.images.call_off()
        agent = self.agents.get(host)
        if agent is not None:
            agent.connection.close()
        manager = self.swarm_of(host)
        if manager is not None:
            manager.stop_manager(host)

    def engine_starts(self, host: str) -> None:
        """A host's engine starts, and with it its place in a swarm, unless its keys are locked."""
        machine, manager = self.hosts[host], self.swarm_of(host)
        member = manager.raft.at(host) if manager is not None else None
        if member is not None and member.unlock_key:
            machine.swarm_state = "locked"
        elif host in self.agents:
            self._resume(host)

    def unlock(self, host: str, key: str) -> bool:
        """Give a locked manager the key; return whether it was the right one."""
        machine, manager = self.hosts[host], self.swarm_of(host)
        member = manager.raft.at(host) if manager is not None else None
        if member is None or member.unlock_key != key:
            return False
        machine.swarm_state = "active"
        self._resume(host)
        return True

    def _resume(self, host: str) -> None:
        self.agents[host].restart()
        self.queue.after(MANAGER_STARTS, "lab", ManagerStarts(host))
