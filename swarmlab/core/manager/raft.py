"""Who leads: terms, votes and quorums among the managers of a swarm.

A manager is a follower, a candidate or the leader.  Each has a clock that ticks once a second, and all that is
said between two of them is said within a tick, if the cables let it pass:

    follower  ──10 to 19 ticks without a leader──►  candidate, in a new term  ──a majority votes──►  leader
        ▲                                                │                                            │
        └───────── somebody has a higher term ───────────┴──── no majority heard for 10 ticks ────────┘

A follower that has just heard its leader votes for nobody; a vote goes only to those who know as much.  Only what
a majority has heard is committed, so without one nothing is written, by anybody.

Simplified: the log is the store, shared by all managers; a member keeps the number of the last version it has got.
Who belongs to the group is known to all of it at once.

SwarmKit: ``manager/state/raft/raft.go``; etcd-io/raft ``raft.go`` (with CheckQuorum, without PreVote).
"""

import random
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from swarmlab.core.network.fabric import CLUSTER_PORT, Fabric, Path
from swarmlab.core.queue import Queue
from swarmlab.core.store import Store
from swarmlab.core.units import SECOND

TICK = SECOND  # raft.go: opts.TickInterval
ELECTION = 10  # ticks; DefaultRaftConfig: ElectionTick
LOST_QUORUM = 10  # ticks without a leader after which calls fail at once; raft.go: lostQuorumTimeout
SEND_TIMEOUT = 2 * SECOND  # node.go: SendTimeout; a peer that swallows messages is found out after that


class Part(StrEnum):
    """What a member is in its term."""

    FOLLOWER = "follower"
    CANDIDATE = "candidate"
    LEADER = "leader"


_LEADER = Part.LEADER


class Standing(StrEnum):
    """What becomes of a call to a manager."""

    READY = "ready"  # it leads, or passes the call on to the leader
    WAITING = "waiting"  # the leader has gone, or cannot commit: the call waits for better times
    LOST = "lost"  # there has been no leader for so long that the manager says so at once


class RaftTick(NamedTuple):
    """Event: a second has passed for a member."""

    node_id: str
    serial: int


@dataclass
class Member:
    """One manager in the group, as it sees itself."""

    node_id: str
    host: str
    addr: str  # where the others find it, with port
    advertise: str = ""  # the address it was told to give; "" if the others found it out by themselves
    running: bool = True  # its engine runs, and it is not locked
    part: Part = Part.FOLLOWER
    term: int = 0
    vote: str = ""  # whom it has voted for in this term
    leader: str = ""  # whom it follows
    elapsed: int = 0  # ticks since it heard of its leader; for a leader, since it last counted its followers
    patience: int = ELECTION  # after so many it stands for election
    leaderless: int = 0  # ticks without a leader
    index: int = 0  # the version of the store that it has got
    unlock_key: str = ""  # what its keys on disk are locked with, "" if they are not
    heard: dict[str, None] = field(default_factory=dict)  # a leader: who has answered since it last counted
    serial: int = 0  # of its clock, which starts anew with its engine


class Raft:
    """The group.  `receive` and the methods that change it may change who leads: whoever calls them looks then."""

    def __init__(self, store: Store, queue: Queue, fabric: Fabric, seed: str, address: str) -> None:
        self.store = store
        self.queue = queue
        self.fabric = fabric
        self.random = random.Random(f"{seed}/raft")
        self.address = address
        self.members: dict[str, Member] = {}
        self.revision = 0  # grows whenever `can_commit` might have changed
        self._failing: dict[str, int] = {}  # member -> since when the leader has not got through to it
        self._counted: tuple[int, int, bool] = (-1, -1, False)

    # --- asking ---------------------------------------------------------------------------------------

    def at(self, host: str) -> Member | None:
        """Return the member on a host, None if it has none."""
        return next((member for member in self.members.values() if member.host == host), None)

    @property
    def leader(self) -> Member | None:
        """The leader; of two the newer one, as the other only does not know yet that it has lost."""
        leader = None
        for member in self.members.values():
            if member.part is _LEADER and (leader is None or member.term > leader.term):
                leader = member
        return leader

    @property
    def quorum(self) -> int:
        """How many members are a majority."""
        return len(self.members) // 2 + 1

    def can_commit(self) -> bool:
        """Return whether the leader has a majority now (itself included)."""
        if len(self.members) < 2:
            return not self.members or self.leader is not None
        if self._counted[:2] != (self.fabric.revision, self.revision):
            leader = self.leader
            followers = sum(self._talk(leader, other) for other in self._others(leader)) if leader else -1
            self._counted = (self.fabric.revision, self.revision, followers + 1 >= self.quorum)
        return self._counted[2]

    def leader_for(self, member: Member) -> Member | None:
        """Return the leader if `member` is it or can pass a call on to it."""
        leader = self.leader
        if leader is None or not member.running or member.leader != leader.node_id:
            return None
        return leader if leader is member or self._talk(member, leader) else None

    def standing(self, member: Member, *, writes: bool) -> Standing:
        """Return what becomes of a call to `member` that reads or writes the store."""
        if self.leader_for(member) is not None and (not writes or self.can_commit()):
            return Standing.READY
        if not member.leader and member.leaderless > LOST_QUORUM:
            return Standing.LOST
        return Standing.WAITING

    def has(self, node_id: str) -> bool:
        """Return whether a node is a member."""
        return node_id in self.members

    def may_lose(self, node_id: str) -> bool:
        """Return whether, as the leader sees it, there is a quorum without a member.  raft.go: CanRemoveMember."""
        left = sum(self.is_reachable(other) for other in self.members if other != node_id)
        return left >= (len(self.members) - 1) // 2 + 1

    def is_reachable(self, node_id: str) -> bool:
        """Return whether the leader gets through to a member; without a leader, whether the last one did."""
        since = self._failing.get(node_id)
        return since is None or self.queue.now - since < SEND_TIMEOUT

    def _others(self, member: Member) -> list[Member]:
        return [other for other in self.members.values() if other is not member]

    def _reaches(self, source: Member, target: Member) -> bool:
        return (
            source.running and target.running and self.fabric.path(source.host, target.host, CLUSTER_PORT) is Path.OPEN
        )

    def _talk(self, one: Member, other: Member) -> bool:
        return self._reaches(one, other) and self._reaches(other, one)

    # --- the group ------------------------------------------------------------------------------------

    def add(self, node_id: str, host: str, addr: str, advertise: str = "") -> Member:
        """Let a manager in.  The first one leads; for others the leader must be able to commit."""
        member = self.members[node_id] = Member(node_id, host, addr, advertise)
        self.revision += 1
        leader = self.leader
        if leader is None:
            self._campaign(member)
        else:
            member.term, member.leader = leader.term, leader.node_id
            member.patience = self._patience()
            self._copy(member)
            for waking in self.members.values() if len(self.members) == 2 else (member,):
                self._start_clock(waking)
        return member

    def remove(self, node_id: str) -> None:
        """Put a member out of the group.  One that is left alone leads."""
        self.members.pop(node_id, None)
        self._failing.pop(node_id, None)
        self.revision += 1
        left = list(self.members.values())
        if len(left) == 1 and left[0].running and left[0].part is not Part.LEADER:
            self._campaign(left[0])

    def start(self, member: Member) -> None:
        """A manager starts: it waits for a leader, unless it is alone (raft.go: campaignWhenAble)."""
        member.running = True
        member.leaderless = 0
        self._follow(member, member.term, "")
        self.revision += 1
        if len(self.members) == 1:
            self._campaign(member)
        else:
            self._start_clock(member)

    def stop(self, member: Member) -> None:
        """A manager stops, of itself or for want of power.  Its log and its term stay on its disk."""
        if self.leader_for(member) is not None:
            self._copy(member)
        self._follow(member, member.term, "")
        member.running = False
        member.serial += 1
        self.revision += 1

    def transfer(self) -> bool:
        """Have the leader hand over to the member it has known longest; return whether there was one."""
        leader = self.leader
        heir = next((other for other in self._others(leader) if self._talk(leader, other)), None) if leader else None
        if heir is None:
            return False
        self._copy(heir)
        self._campaign(heir, forced=True)
        return heir.part is Part.LEADER

    def force(self, member: Member) -> None:
        """Make a group of `member` alone, whatever the others think (``--force-new-cluster``)."""
        self.members = {member.node_id: member}
        self._failing.clear()
        self.revision += 1
        self._campaign(member)

    # --- time -----------------------------------------------------------------------------------------

    def _patience(self) -> int:
        return self.random.randrange(ELECTION, 2 * ELECTION)  # etcd-io/raft: resetRandomizedElectionTimeout

    def _start_clock(self, member: Member) -> None:
        member.serial += 1
        member.patience = self._patience()
        phase = self.random.randrange(1, TICK)
        self.queue.after(phase, self.address, RaftTick(member.node_id, member.serial), background=True)

    def receive(self, payload: object) -> None:
        """Take an event off the queue: somebody's clock has ticked."""
        if not isinstance(payload, RaftTick):
            return
        member = self.members.get(payload.node_id)
        if member is None or member.serial != payload.serial or len(self.members) < 2:
            return
        if member.part is Part.LEADER:
            self._lead(member)
        else:
            member.elapsed += 1
            if member.elapsed >= member.patience:
                self._campaign(member)
        member.leaderless = 0 if member.leader else member.leaderless + 1
        self.queue.after(TICK, self.address, payload, background=True)

    # --- leading --------------------------------------------------------------------------------------

    def _lead(self, leader: Member) -> None:
        """One tick of a leader: a heartbeat to everybody, and now and then a count of those who answered."""
        self._heartbeat(leader)
        if leader.part is not Part.LEADER:
            return
        leader.elapsed += 1
        if leader.elapsed >= ELECTION:
            heard = len(leader.heard) + 1
            leader.elapsed, leader.heard = 0, {}
            if heard < self.quorum:
                self._follow(leader, leader.term, "")

    def _heartbeat(self, leader: Member) -> None:
        for other in self._others(leader):
            arrives = self._reaches(leader, other)
            if leader is self.leader:
                self._note_way(leader, other, arrives)
            if not arrives:
                continue
            answers = self._reaches(other, leader)
            if other.term > leader.term:
                if answers:  # "you are of an old term": it was cut off and has stood for election meanwhile
                    self._follow(leader, other.term, "")
                    return
                continue
            if other.term < leader.term or other.part is not Part.FOLLOWER:
                self._follow(other, leader.term, leader.node_id)
            other.leader, other.elapsed = leader.node_id, 0
            self._copy(other)
            if answers:
                leader.heard[other.node_id] = None

    def _note_way(self, leader: Member, other: Member, arrives: bool) -> None:
        if arrives:
            self._failing.pop(other.node_id, None)
        elif other.node_id not in self._failing:
            silent = self.fabric.path(leader.host, other.host, CLUSTER_PORT) is Path.LOST
            self._failing[other.node_id] = self.queue.now - (0 if silent else SEND_TIMEOUT)

    def _copy(self, member: Member) -> None:
        """A member gets all that has been committed."""
        member.index = self.store.version
        member.unlock_key = self.store.cluster.unlock_key

    # --- electing -------------------------------------------------------------------------------------

    def _follow(self, member: Member, term: int, leader: str) -> None:
        if member is self.leader:
            self._copy(member)  # all that has been committed came from itself
        if term != member.term:
            member.term, member.vote = term, ""
        member.part, member.leader = Part.FOLLOWER, leader
        member.elapsed, member.patience, member.heard = 0, self._patience(), {}
        self.revision += 1

    def _campaign(self, member: Member, *, forced: bool = False) -> None:
        """Stand for election in a new term.  `forced`: the leader itself has asked for it."""
        member.term += 1
        member.vote = member.node_id
        member.part, member.leader = Part.CANDIDATE, ""
        member.elapsed, member.patience = 0, self._patience()
        self.revision += 1
        votes = 1 + sum(
            self._votes(other, member, forced) and self._reaches(other, member)
            for other in self._others(member)
            if self._reaches(member, other)
        )
        if votes >= self.quorum:
            member.part, member.leader, member.heard = Part.LEADER, member.node_id, {}
            self._failing.pop(member.node_id, None)
            self._heartbeat(member)

    def _votes(self, voter: Member, candidate: Member, forced: bool) -> bool:
        leased = voter.leader and voter.elapsed < ELECTION and not forced  # it has a leader: no need of another
        if leased or candidate.term < voter.term:
            return False
        if candidate.term > voter.term:
            self._follow(voter, candidate.term, "")
        if voter.vote not in ("", candidate.node_id) or voter.leader or candidate.index < voter.index:
            return False
        voter.vote, voter.elapsed = candidate.node_id, 0
        return True
