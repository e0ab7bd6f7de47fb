"""Terms, votes and quorums: Raft as Swarm has configured it, sentence by sentence.

Sentences in quotes are from the Raft paper (Ongaro and Ousterhout, section 5) or from etcd-io/raft's documentation.
"""

import pickle

import pytest

from swarmlab.core.manager.raft import ELECTION, LOST_QUORUM, SEND_TIMEOUT, TICK, Member, Part, Raft, RaftTick, Standing
from swarmlab.core.network.fabric import CLUSTER_PORT, Fabric, Rule
from swarmlab.core.objects import Cluster
from swarmlab.core.queue import Queue
from swarmlab.core.store import Store
from swarmlab.core.units import SECOND


class Group:
    """Managers m1, m2 … on hosts of the same names, the first of them leading."""

    def __init__(self, size: int, seed: str = "raft") -> None:
        self.queue = Queue(0)
        self.fabric = Fabric(self.queue)
        self.store = Store(self.queue)
        self.raft = Raft(self.store, self.queue, self.fabric, seed, "raft")
        with self.store.transaction("test") as write:
            write.create(Cluster("c1"))
        for number in range(1, size + 1):
            name = f"m{number}"
            self.fabric.add_host(name, f"10.0.0.{number}")
            self.raft.add(name, name, f"10.0.0.{number}:{CLUSTER_PORT}")

    def __getitem__(self, name: str) -> Member:
        return self.raft.members[name]

    def run(self, ticks: float) -> "Group":
        until = self.queue.now + int(ticks * TICK)
        for event in self.queue.due(until):
            self.raft.receive(event.payload)
        self.queue.now = until
        return self

    def island(self, *names: str) -> None:
        with self.fabric.change():
            self.fabric.islands.append(frozenset(names))

    def heal(self) -> None:
        with self.fabric.change():
            self.fabric.islands.clear()

    def write(self) -> None:
        with self.store.transaction("test") as write:
            write.update(self.store.cluster)

    @property
    def leader(self) -> str:
        return self.raft.leader.node_id if self.raft.leader else ""

    def seconds_without_leader(self) -> int:
        for second in range(60):
            if self.leader:
                return second
            self.run(1)
        raise AssertionError("nobody was elected")


def test_the_first_manager_leads_and_the_others_follow_it() -> None:
    group = Group(3)
    assert group.leader == "m1"
    assert {group[name].leader for name in ("m1", "m2", "m3")} == {"m1"}
    term = group["m1"].term
    group.run(100)
    assert (group.leader, group["m1"].term) == ("m1", term)  # heartbeats keep it: there is no other election


def test_a_lone_manager_needs_no_clock() -> None:
    group = Group(1)
    assert group.leader == "m1"
    assert group.raft.can_commit()
    assert not len(group.queue)


@pytest.mark.parametrize("seed", [f"seed {number}" for number in range(20)])
def test_followers_elect_another_once_they_have_not_heard_their_leader_for_10_seconds(seed: str) -> None:
    group = Group(3, seed).run(30)
    old = group["m1"].term
    group.raft.stop(group["m1"])
    assert not group.leader
    # Now and then the first to stand is one of two at once, or comes too soon for the other to let its leader go.
    assert ELECTION - 1 <= group.seconds_without_leader() <= 4 * ELECTION
    assert group.leader in ("m2", "m3")
    assert group.raft.leader is not None
    assert group.raft.leader.term > old


def test_an_election_takes_10_to_20_seconds_as_a_rule() -> None:
    waits = []
    for number in range(50):
        group = Group(3, f"seed {number}").run(30)
        group.raft.stop(group["m1"])
        waits.append(group.seconds_without_leader())
    assert sum(wait <= 2 * ELECTION for wait in waits) > 40


def test_timeouts_differ_so_that_rarely_two_stand_at_once() -> None:
    """'Raft uses randomized election timeouts to ensure that split votes are rare' (5.2)."""
    waits = set()
    for number in range(30):
        group = Group(3, f"seed {number}").run(30)
        group.raft.stop(group["m1"])
        waits.add(group.seconds_without_leader())
    assert len(waits) > 4


def test_one_of_two_is_no_majority() -> None:
    group = Group(2).run(30)
    group.raft.stop(group["m2"])
    assert not group.raft.can_commit()
    assert group.leader == "m1"  # it has not noticed yet
    group.run(2 * ELECTION)
    assert not group.leader
    group.run(100)
    assert not group.leader


def test_a_leader_without_followers_steps_down_after_one_or_two_election_timeouts() -> None:
    """etcd-io/raft: 'CheckQuorum specifies if the leader should check quorum activity'."""
    group = Group(3).run(30.5)
    group.island("m1")
    group.run(ELECTION - 1)
    assert group["m1"].part is Part.LEADER
    group.run(ELECTION + 1)
    assert group["m1"].part is not Part.LEADER


def test_of_two_leaders_the_one_of_the_later_term_counts() -> None:
    for number in range(40):
        group = Group(3, f"seed {number}").run(25)  # it has just counted its followers, and will again in 15 s
        group.island("m1")
        for _ in range(25):
            group.run(1)
            both = [name for name in ("m1", "m2", "m3") if group[name].part is Part.LEADER]
            if len(both) == 2:
                assert group.leader != "m1"
                assert group.raft.standing(group["m1"], writes=False) is Standing.WAITING
                assert group.raft.can_commit()
                return
    raise AssertionError("no seed shows two leaders at once")


def test_each_term_has_one_leader_at_most() -> None:
    """'Election Safety: at most one leader can be elected in a given term' (figure 3)."""
    led: dict[int, str] = {}
    for number in range(15):
        led.clear()
        group = Group(5, f"seed {number}").run(20)
        for step in range(60):
            if step % 20 == 5:
                group.island("m1", group.leader or "m2")
            if step % 20 == 15:
                group.heal()
            group.run(1)
            for member in group.raft.members.values():
                if member.part is Part.LEADER:
                    assert led.setdefault(member.term, member.node_id) == member.node_id


def test_who_has_just_heard_its_leader_votes_for_nobody() -> None:
    """etcd-io/raft: a server in lease of its leader 'does not update its term or grant its vote'."""
    group = Group(3).run(20.5)
    with group.fabric.change():
        group.fabric.blocked["m3"][Rule(CLUSTER_PORT, "tcp")] = None  # it speaks, and hears nothing
    term = group["m1"].term
    group.run(60)
    assert group["m3"].term > term
    assert (group.leader, group["m1"].term) == ("m1", term)


def test_a_manager_that_comes_back_with_a_later_term_brings_about_an_election() -> None:
    group = Group(3).run(20.5)
    group.island("m3")
    group.run(60)
    assert (group.leader, group["m3"].part) == ("m1", Part.CANDIDATE)
    group.heal()
    group.run(2)
    assert not group.leader
    group.seconds_without_leader()
    assert group.raft.leader is not None
    assert group.raft.leader.term > 2


def test_a_manager_that_has_missed_something_is_not_elected() -> None:
    """'the voter denies its vote if its own log is more up-to-date than that of the candidate' (5.4.1)."""
    for number in range(10):
        group = Group(3, f"seed {number}").run(20.5)
        group.island("m3")
        group.run(2)
        group.write()
        group.run(30)
        group.heal()
        group.run(1.5)
        assert group["m3"].index < group.store.version or group["m3"].leader
        group.seconds_without_leader()
        assert group.leader != "m3"


def test_a_vote_outlives_the_engine_that_gave_it() -> None:
    group = Group(3).run(20)
    group["m2"].vote, group["m2"].term = "m3", 7
    group.raft.stop(group["m2"])
    group.raft.start(group["m2"])
    assert (group["m2"].vote, group["m2"].term) == ("m3", 7)


def test_a_call_waits_while_a_leader_is_to_be_hoped_for_and_then_hears_that_there_is_none() -> None:
    group = Group(3).run(20)
    for name in ("m1", "m2"):
        group.raft.stop(group[name])
    seen = []
    for _ in range(60):
        group.run(1)
        seen.append(group.raft.standing(group["m3"], writes=False))
    first = seen.index(Standing.LOST)
    assert set(seen[:first]) == {Standing.WAITING}
    assert set(seen[first:]) == {Standing.LOST}
    assert ELECTION + LOST_QUORUM - 2 <= first <= 2 * ELECTION + LOST_QUORUM + 1


def test_without_a_majority_a_leader_still_reads_but_does_not_write() -> None:
    group = Group(3).run(20)
    for name in ("m2", "m3"):
        group.raft.stop(group[name])
    assert group.raft.standing(group["m1"], writes=False) is Standing.READY
    assert group.raft.standing(group["m1"], writes=True) is Standing.WAITING


def test_an_engine_that_is_stopped_is_unreachable_at_once_one_that_is_silent_after_two_seconds() -> None:
    group = Group(3).run(20)
    group.raft.stop(group["m2"])
    with group.fabric.change():
        group.fabric.cut["m3"] = None
    group.run(1)
    assert [group.raft.is_reachable(name) for name in ("m1", "m2", "m3")] == [True, False, True]
    group.run(SEND_TIMEOUT // SECOND)
    assert [group.raft.is_reachable(name) for name in ("m1", "m2", "m3")] == [True, False, False]
    group.raft.start(group["m2"])
    group.run(1)
    assert group.raft.is_reachable("m2")


def test_a_member_may_be_lost_if_the_others_are_a_quorum_without_it() -> None:
    group = Group(3).run(20)
    assert all(group.raft.may_lose(name) for name in ("m1", "m2", "m3"))
    group.raft.stop(group["m3"])
    group.run(2)
    assert group.raft.may_lose("m3")
    assert not group.raft.may_lose("m2")


def test_a_leader_hands_over_at_once_although_everybody_hears_it() -> None:
    group = Group(3).run(20)
    assert group.raft.transfer()
    assert group.leader == "m2"
    assert {member.leader for member in group.raft.members.values()} == {"m2"}


def test_who_is_left_alone_leads() -> None:
    group = Group(2).run(20)
    group.raft.transfer()
    group.raft.remove("m1")
    assert group.leader == "m2"
    group.raft.remove("m2")
    assert group.raft.can_commit()  # nobody there to ask


def test_a_forced_group_is_of_one_whatever_the_others_think() -> None:
    group = Group(3).run(20)
    for name in ("m1", "m2"):
        group.raft.stop(group[name])
    group.run(40)
    assert not group.leader
    group.raft.force(group["m3"])
    assert (group.leader, list(group.raft.members)) == ("m3", ["m3"])
    assert group.raft.can_commit()


def test_clocks_of_an_earlier_life_do_not_tick() -> None:
    group = Group(3).run(20)
    stale = RaftTick("m2", group["m2"].serial)
    group.raft.stop(group["m2"])
    group.raft.start(group["m2"])
    group["m2"].elapsed = 0
    group.raft.receive(stale)
    assert group["m2"].elapsed == 0


def test_a_copy_in_the_middle_of_an_election_ends_it_in_the_same_way() -> None:
    group = Group(5).run(20)
    group.raft.stop(group["m1"])
    group.run(8)
    copy: Group = pickle.loads(pickle.dumps(group))
    for each in (group, copy):
        each.run(20)
    assert group.leader == copy.leader != ""
    assert list(group.raft.members.values()) == list(copy.raft.members.values())
