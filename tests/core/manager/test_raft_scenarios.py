"""A swarm with three managers: what becomes of nodes, tasks and addresses when managers come and go.

What was seen on a real engine (20.10.24, three hosts) is marked *seen*, with its figures.
"""

from collections.abc import Callable

import pytest

from swarmlab.core import faults
from swarmlab.core.manager.raft import Standing
from swarmlab.core.network.world import Place
from swarmlab.core.objects import RestartPolicy, Task, UpdateConfig
from swarmlab.core.simulation import Simulation
from swarmlab.core.states import NodeState, Role, TaskState, UpdateState
from swarmlab.core.units import MILLISECOND, SECOND
from swarmlab.errors import FailedPrecondition, NotFound
from tests.builders import World, a_spec, publish

HOSTS = {f"n{number}": f"192.168.1.{10 + number}" for number in range(1, 6)}
MANAGERS = ("n1", "n2", "n3")


def a_world(seed: int = 3, shuffle: int | None = None) -> World:
    """Five hosts, of which n1 (leading), n2 and n3 manage."""
    world = World(seed, shuffle, HOSTS)
    for host in ("n2", "n3"):
        world.set_role(host, Role.MANAGER)
        world.run(2 * SECOND)
    assert shown(world) == {"n1": "leader", "n2": "reachable", "n3": "reachable", "n4": "", "n5": ""}
    return world


def shown(world: World) -> dict[str, str]:
    """Return the column MANAGER STATUS."""
    status = {name: world.manager.manager_status(world.node(name)) for name in HOSTS if _is_known(world, name)}
    return {name: "" if it is None else "leader" if it.leader else it.reachability for name, it in status.items()}


def _is_known(world: World, hostname: str) -> bool:
    return any(node.description and node.description.hostname == hostname for node in world.manager.store.nodes())


def leader(world: World) -> str:
    return next((name for name, status in shown(world).items() if status == "leader"), "")


def state(world: World, host: str) -> NodeState:
    return world.node(host).status.state


def until(world: World, holds: Callable[[], bool], seconds: float = 120) -> float:
    """Let time pass until something holds; return how many seconds that took."""
    begun = world.now
    while not holds():
        assert world.now - begun < seconds * SECOND, "it did not come to hold"
        world.run(50 * MILLISECOND)
    return (world.now - begun) / SECOND


# --- becoming a manager ---------------------------------------------------------------------------------


def test_a_promoted_node_is_a_reachable_manager_after_half_a_second() -> None:
    """*seen*: 0.57 s."""
    world = World(3, hosts=HOSTS)
    world.set_role("n2", Role.MANAGER)
    assert 0.3 < until(world, lambda: shown(world)["n2"] == "reachable") < 1
    assert world.node("n2").role is Role.MANAGER
    assert world.simulation.hosts["n2"].remote_managers == [
        (world.node("n1").id, "192.168.1.11:2377"),
        (world.node("n2").id, "192.168.1.12:2377"),
    ]


def test_a_demoted_node_is_a_worker_at_once_and_stays_ready() -> None:
    """*seen*: 0.03 s."""
    world = a_world()
    world.set_role("n2", Role.WORKER)
    assert until(world, lambda: shown(world)["n2"] == "") < 0.1
    assert world.node("n2").role is Role.WORKER
    assert not world.manager.manages("n2")
    for _ in range(40):
        world.run(SECOND)
        assert state(world, "n2") is NodeState.READY
    assert [address for _, address in world.simulation.hosts["n2"].remote_managers] == [
        "192.168.1.11:2377",
        "192.168.1.13:2377",
    ]


def test_a_leader_that_is_demoted_hands_over_and_the_new_one_does_it() -> None:
    """*seen*: asking another manager, the leader was a worker 0.05 s later."""
    world = a_world()
    world.set_role("n1", Role.WORKER)
    assert until(world, lambda: shown(world)["n1"] == "") < 0.1
    assert leader(world) == "n2"
    until(world, lambda: {state(world, host) for host in HOSTS} == {NodeState.READY}, 20)


def test_a_promotion_waits_for_a_node_that_is_away() -> None:
    world = a_world()
    faults.cut(world.simulation, "n4")
    world.set_role("n4", Role.MANAGER)
    world.run(5 * SECOND)
    assert (world.node("n4").role, shown(world)["n4"]) == (Role.MANAGER, "")
    faults.mend(world.simulation, "n4")
    until(world, lambda: shown(world)["n4"] == "reachable", 20)


def test_a_manager_joins_with_the_managers_token_through_any_manager() -> None:
    world = a_world()
    simulation = world.simulation
    simulation.leave_swarm("n5")
    simulation.join_swarm("n5", ("192.168.1.13:2377",), world.manager.store.cluster.manager_token)
    assert until(world, lambda: simulation.hosts["n5"].swarm_state == "active") < 2
    world.run(SECOND)
    node = world.manager.store.node(simulation.hosts["n5"].node_id)
    assert node is not None
    assert world.manager.manager_status(node) is not None


def test_the_last_manager_cannot_be_demoted() -> None:
    world = World(3, hosts=HOSTS)
    with pytest.raises(FailedPrecondition, match="attempting to demote the last manager of the swarm"):
        world.set_role("n1", Role.WORKER)


def test_who_was_promoted_but_is_not_yet_a_manager_cannot_be_demoted() -> None:
    world = World(3, hosts=HOSTS)
    world.set_role("n2", Role.MANAGER)
    world.run(50 * MILLISECOND)
    with pytest.raises(NotFound, match="can't find manager in raft memberlist"):
        world.set_role("n2", Role.WORKER)


def test_with_one_of_three_lost_only_that_one_may_be_demoted() -> None:
    world = a_world()
    faults.stop(world.simulation, "n3")
    world.run(5 * SECOND)
    with pytest.raises(
        FailedPrecondition, match="can't remove member from the raft: this would result in a loss of quorum"
    ):
        world.set_role("n2", Role.WORKER)
    world.set_role("n3", Role.WORKER)
    world.run(SECOND)
    assert shown(world)["n3"] == ""
    world.run(20 * SECOND)
    world.manager.control.remove_node(world.node("n3").id)


def test_a_manager_is_not_removed_not_even_by_force() -> None:
    world = a_world()
    with pytest.raises(FailedPrecondition, match="is a cluster manager and is a member of the raft cluster"):
        world.manager.control.remove_node(world.node("n2").id, force=True)


# --- losing the leader ----------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [faults.stop_engine, faults.stop, faults.cut])
def test_another_manager_leads_after_the_leader_has_gone(fault: Callable[[Simulation, str], None]) -> None:
    """*seen*, for an engine that was stopped: a new leader after 9.1 s, the old one Down after 50 s."""
    world = a_world()
    world.create(a_spec("web", 5))
    world.settle()
    fault(world.simulation, "n1")
    assert 8 < until(world, lambda: leader(world) in ("n2", "n3")) < 40
    assert world.node("n1").status.message == 'Node moved to "unknown" state due to leadership change in cluster'
    assert 25 < until(world, lambda: state(world, "n1") is NodeState.DOWN) < 35
    assert world.node("n1").status.message == 'heartbeat failure for node in "unknown" state'
    assert {state(world, host) for host in HOSTS if host != "n1"} == {NodeState.READY}
    until(world, lambda: len(world.running()) == 5 and "n1" not in world.hosts_of(world.running()), 15)


def test_nodes_are_ready_again_within_seconds_of_an_election_and_nothing_moves() -> None:
    """*seen*: 0.4 to 6.2 s; the tasks stay where they are."""
    world = a_world()
    world.create(a_spec("web", 4))
    world.settle()
    faults.stop_engine(world.simulation, "n1")
    until(world, lambda: leader(world) in ("n2", "n3"))
    before = [task.id for task in world.running() if task.node_id != world.node("n1").id]
    others = [host for host in HOSTS if host != "n1"]
    assert until(world, lambda: {state(world, host) for host in others} == {NodeState.READY}) < 12
    world.run(10 * SECOND)
    assert set(before) <= {task.id for task in world.running()}


def test_the_new_leaders_own_node_has_the_address_it_listens_on() -> None:
    """*seen*: 0.0.0.0, because it was never told what to advertise; its own address again when another leads."""
    world = a_world()
    faults.stop_engine(world.simulation, "n1")
    until(world, lambda: leader(world) != "" and state(world, leader(world)) is NodeState.READY)
    new = leader(world)
    assert world.node(new).status.addr == "0.0.0.0"
    status = world.manager.manager_status(world.node(new))
    assert status is not None
    assert status.addr == f"{HOSTS[new]}:2377"
    faults.start_engine(world.simulation, "n1")
    world.run(60 * SECOND)
    faults.stop_engine(world.simulation, new)
    until(world, lambda: leader(world) not in ("", new))
    faults.start_engine(world.simulation, new)
    until(world, lambda: world.node(new).status == world.node(new).status._replace(addr=HOSTS[new]), 30)


def test_a_stopped_leader_comes_back_as_a_follower() -> None:
    world = a_world()
    faults.stop_engine(world.simulation, "n1")
    world.run(60 * SECOND)
    new = leader(world)
    faults.start_engine(world.simulation, "n1")
    assert not world.manager.manages("n1")
    assert until(world, lambda: shown(world)["n1"] == "reachable" and state(world, "n1") is NodeState.READY) < 10
    assert leader(world) == new


def test_the_only_manager_leads_again_when_its_engine_has_started() -> None:
    """*seen*: two seconds after the start; its own task had failed, the workers' containers were the same."""
    world = World(3, hosts=dict(list(HOSTS.items())[:3]))
    world.create(a_spec("web", 3))
    world.settle()
    there = {task.node_id: task for task in world.running()}
    faults.stop_engine(world.simulation, "n1")
    assert world.manager.loops == []
    version = world.manager.store.version
    world.run(5 * SECOND)
    assert world.manager.store.version == version  # nobody there to write anything
    faults.start_engine(world.simulation, "n1")
    assert 1 < until(world, lambda: leader(world) == "n1") < 3
    old = there[world.node("n1").id]

    def task() -> Task:
        found = world.manager.store.task(old.id)
        assert found is not None
        return found

    assert until(world, lambda: task().status.state is TaskState.FAILED) < 1
    assert until(world, lambda: len(world.running()) == 3, 15) > 4  # the restart delay
    failed = task()
    assert (failed.status.message, failed.status.err) == ("started", f"No such container: web.{old.slot}.{old.id}")
    assert {task.id for task in there.values() if task.id != old.id} <= {task.id for task in world.running()}


# --- losing the quorum ----------------------------------------------------------------------------------


def _without_quorum() -> World:
    world = a_world()
    world.create(a_spec("web", 4, ports=[publish(8080)]))
    world.settle()
    for host in ("n1", "n2"):
        faults.stop(world.simulation, host)
    world.run(40 * SECOND)
    assert leader(world) == ""
    return world


def test_without_a_quorum_nothing_is_written_and_tasks_run_on() -> None:
    world = _without_quorum()
    version = world.manager.store.version
    alive = [c.id for name in ("n3", "n4", "n5") for c in world.simulation.hosts[name].engine.containers.values()]
    world.run(600 * SECOND)
    assert world.manager.store.version == version
    assert world.manager.standing("n3", writes=False) is Standing.LOST
    assert alive == [
        c.id for name in ("n3", "n4", "n5") for c in world.simulation.hosts[name].engine.containers.values()
    ]
    net = world.simulation.net
    assert {net.connect(Place("n5"), HOSTS[host], 8080).result for host in ("n3", "n4", "n5")} == {"ok"}


def test_what_ended_without_a_quorum_is_replaced_when_there_is_one_again() -> None:
    world = _without_quorum()
    victim = next(task for task in world.running() if world.hosts_of([task])[0] in ("n4", "n5"))
    faults.kill(world.simulation, victim.id)
    world.run(60 * SECOND)
    assert victim.id in {task.id for task in world.running()}  # so the store still says
    faults.start(world.simulation, "n2")
    until(world, lambda: leader(world) != "", 40)
    until(world, lambda: len(world.running()) == 4 and victim.id not in {t.id for t in world.running()}, 90)
    old = world.manager.store.task(victim.id)
    assert old is not None
    assert old.status.state is TaskState.FAILED


def test_a_leader_that_loses_its_majority_for_a_moment_only_waits() -> None:
    world = a_world()
    faults.partition(world.simulation, ["n2"])
    faults.partition(world.simulation, ["n3"])
    version = world.manager.store.version
    victim = world.create(a_spec("web", 2))  # the test reaches past the Engine API, which would make it wait
    world.run(5 * SECOND)
    assert world.manager.store.tasks_of(victim.id) == []
    assert world.manager.store.version == version + 1
    faults.mend(world.simulation, "n2")
    until(world, lambda: len(world.running()) == 2, 10)
    assert leader(world) == "n1"


def test_a_leader_cut_off_from_the_others_changes_nothing_while_they_elect_another() -> None:
    world = a_world()
    faults.partition(world.simulation, ["n1", "n4"])
    until(world, lambda: leader(world) in ("n2", "n3"))
    assert world.manager.standing("n1", writes=False) is not Standing.READY
    world.create(a_spec("web", 3))
    until(world, lambda: len(world.running()) == 3, 30)
    assert not {"n1", "n4"} & set(world.hosts_of(world.running()))
    world.run(60 * SECOND)
    assert {host for host in HOSTS if state(world, host) is NodeState.DOWN} == {"n1", "n4"}
    faults.mend(world.simulation, "n1")
    until(world, lambda: {state(world, host) for host in HOSTS} == {NodeState.READY}, 60)
    assert sum(status == "leader" for status in shown(world).values()) == 1


def test_a_worker_reaches_the_leader_through_any_manager() -> None:
    world = a_world()
    simulation = world.simulation
    faults.block(simulation, "n1", 2377)  # nobody from outside reaches n1: it cannot lead
    until(world, lambda: leader(world) in ("n2", "n3"), 60)
    until(world, lambda: {state(world, host) for host in ("n2", "n3", "n4", "n5")} == {NodeState.READY}, 60)
    faults.unblock(simulation, "n1", 2377)
    world.run(60 * SECOND)
    follower = next(host for host in MANAGERS if host != leader(world))
    agent = simulation.agents["n5"]
    agent.connection.open(follower)
    world.run(20 * SECOND)
    assert agent.connection.manager == follower
    assert agent.connection.is_open
    assert state(world, "n5") is NodeState.READY
    world.create(a_spec("everywhere", 5))
    until(world, lambda: len(world.running("everywhere")) == 5, 15)


def test_a_worker_whose_manager_falls_silent_finds_another_before_it_is_taken_for_dead() -> None:
    world = a_world()
    agent = world.simulation.agents["n5"]
    agent.connection.open("n3")
    world.run(10 * SECOND)
    faults.stop(world.simulation, "n3")
    for _ in range(60):
        world.run(SECOND)
        assert state(world, "n5") is NodeState.READY
    assert agent.connection.manager in ("n1", "n2")


# --- what a new leader makes of the store ----------------------------------------------------------------


def _elect_another(world: World) -> None:
    faults.stop_engine(world.simulation, leader(world))
    until(world, lambda: leader(world) != "", 60)


def test_a_new_leader_gives_out_no_address_or_port_twice() -> None:
    world = a_world()
    world.create(a_spec("web", 4, ports=[publish(8080), publish(0, 81)]))
    world.settle()
    _elect_another(world)
    world.create(a_spec("more", 3, ports=[publish(0, 80)]))
    until(world, lambda: len(world.running("more")) == 3, 30)
    store = world.manager.store
    given = [a.address for task in store.tasks() if not task.status.state.is_terminal for a in task.networks]
    given += [address for node in store.nodes() for address in node.attachments.values()]
    given += [vip.address for service in store.services() if service.endpoint for vip in service.endpoint.virtual_ips]
    assert len(given) == len(set(given)) > 10
    ports = [port.published for service in store.services() if service.endpoint for port in service.endpoint.ports]
    assert sorted(ports) == [8080, 30000, 30001]


def test_a_new_leader_carries_an_update_on() -> None:
    world = a_world()
    world.create(a_spec("web", 4, update=UpdateConfig(parallelism=1, delay=3 * SECOND)))
    world.settle()
    container = world.service().spec.task.container
    assert container is not None
    world.update(task=world.service().spec.task._replace(container=container._replace(image="nginx")))
    world.run(4 * SECOND)
    assert world.service().update_status.state is UpdateState.UPDATING
    _elect_another(world)
    until(world, lambda: world.service().update_status.state is UpdateState.COMPLETED, 120)
    images = {task.spec.container.image for task in world.running() if task.spec.container}
    assert images == {"nginx"}
    until(world, lambda: len(world.running()) == 4, 60)


def test_a_replacement_that_was_held_back_starts_under_the_new_leader() -> None:
    world = a_world()
    world.create(a_spec("web", 1))
    world.settle()
    [task] = world.running()
    assert world.hosts_of([task]) != ["n1"]  # the seed has not put it on the leader
    faults.kill(world.simulation, task.id)
    world.run(SECOND)
    assert [t.desired_state for t in world.tasks() if t.id != task.id] == [TaskState.READY]
    _elect_another(world)
    until(world, lambda: len(world.running()) == 1, 10)


def test_restarts_are_still_counted_under_a_new_leader() -> None:
    world = a_world()
    world.create(a_spec("web", 1, image="crash", restart=RestartPolicy("any", 10 * SECOND, 3)))
    world.run(16 * SECOND)
    assert 1 < len(world.tasks()) < 4
    _elect_another(world)
    world.run(120 * SECOND)
    made = [change for change in world.simulation.take_changes() if change.table == "task" and change.old is None]
    assert len(made) == 4  # the first one and three restarts


def test_a_service_removed_just_before_its_leader_was_lost_leaves_nothing_behind() -> None:
    world = a_world()
    world.create(a_spec("web", 4))
    world.settle()
    world.manager.control.remove_service(world.service().id)
    faults.stop_engine(world.simulation, "n1")
    world.run(80 * SECOND)
    assert world.tasks() == [] or {world.hosts_of([t])[0] for t in world.tasks()} == {"n1"}
    running = [c for host in world.simulation.hosts.values() for c in host.engine.containers.values() if c.is_running]
    assert running == []


# --- leaving and beginning anew ----------------------------------------------------------------------------


def test_a_manager_that_leaves_by_force_still_counts_until_it_is_demoted() -> None:
    world = a_world()
    world.simulation.leave_swarm("n3", force=True)
    world.run(30 * SECOND)
    assert shown(world)["n3"] == "unreachable"
    assert state(world, "n3") is NodeState.DOWN
    world.set_role("n3", Role.WORKER)
    world.run(SECOND)
    world.manager.control.remove_node(world.node("n3").id)
    assert len(list(world.manager.store.nodes())) == 4


def test_the_swarm_ends_with_the_last_of_its_managers() -> None:
    world = a_world()
    for host in ("n1", "n2"):
        world.simulation.leave_swarm(host, force=True)
        assert world.simulation.swarms
    world.simulation.leave_swarm("n3", force=True)
    assert not world.simulation.swarms


def test_a_survivor_makes_a_new_cluster_of_what_it_knows() -> None:
    world = _without_quorum()
    swarm_id, services = world.manager.id, [service.id for service in world.manager.store.services()]
    node_id = world.simulation.init_swarm("n3", force_new_cluster=True)
    assert node_id == world.node("n3").id
    assert (world.manager.id, [service.id for service in world.manager.store.services()]) == (swarm_id, services)
    assert shown(world) == {"n1": "", "n2": "", "n3": "leader", "n4": "", "n5": ""}
    until(world, lambda: {state(world, host) for host in ("n3", "n4", "n5")} == {NodeState.READY}, 15)
    until(world, lambda: {state(world, host) for host in ("n1", "n2")} == {NodeState.DOWN}, 40)
    until(world, lambda: len(world.running()) == 4, 15)


def test_a_host_that_wants_to_join_while_there_is_no_leader_is_let_in_later() -> None:
    world = a_world()
    simulation = world.simulation
    simulation.leave_swarm("n5")
    for host in ("n1", "n2"):
        faults.stop_engine(simulation, host)
    simulation.join_swarm("n5", ("192.168.1.13:2377",), world.manager.store.cluster.worker_token)
    world.run(25 * SECOND)
    host = simulation.hosts["n5"]
    assert host.swarm_state == "pending"
    assert host.swarm_error.startswith("Timeout was reached before node joined.")
    faults.start_engine(simulation, "n2")
    until(world, lambda: host.swarm_state == "active", 60)


# --- locked managers ---------------------------------------------------------------------------------------


def test_a_locked_manager_takes_no_part_until_it_gets_the_key() -> None:
    world = a_world()
    simulation = world.simulation
    cluster = world.manager.store.cluster
    world.manager.control.update_cluster(cluster.version, cluster.spec._replace(autolock=True))
    world.run(2 * SECOND)
    key = world.manager.store.cluster.unlock_key
    faults.stop_engine(simulation, "n2")
    world.run(SECOND)
    faults.start_engine(simulation, "n2")
    world.run(20 * SECOND)
    assert simulation.hosts["n2"].swarm_state == "locked"
    assert (shown(world)["n2"], state(world, "n2")) == ("unreachable", NodeState.DOWN)
    assert not simulation.unlock("n2", "SWMKEY-1-" + "A" * 43)
    assert simulation.unlock("n2", key)
    until(world, lambda: shown(world)["n2"] == "reachable" and state(world, "n2") is NodeState.READY, 10)


def test_a_manager_that_was_away_is_unlocked_with_the_key_it_knew() -> None:
    world = a_world()
    simulation = world.simulation

    def lock() -> str:
        cluster = world.manager.store.cluster
        world.manager.control.update_cluster(
            cluster.version, cluster.spec._replace(autolock=True), rotate_unlock_key=True
        )
        world.run(2 * SECOND)
        return world.manager.store.cluster.unlock_key

    old = lock()
    faults.stop_engine(simulation, "n2")
    new = lock()
    faults.start_engine(simulation, "n2")
    assert not simulation.unlock("n2", new)
    assert simulation.unlock("n2", old)


def test_workers_are_never_locked() -> None:
    world = a_world()
    cluster = world.manager.store.cluster
    world.manager.control.update_cluster(cluster.version, cluster.spec._replace(autolock=True))
    faults.stop_engine(world.simulation, "n4")
    faults.start_engine(world.simulation, "n4")
    assert world.simulation.hosts["n4"].swarm_state == "active"


# --- one seed, one history --------------------------------------------------------------------------------


def _story(world: World, acts: int) -> None:
    story = [
        lambda: world.create(a_spec("web", 5, ports=[publish(8080)])),
        lambda: faults.stop_engine(world.simulation, "n1"),
        lambda: faults.partition(world.simulation, ["n2"]),
        lambda: faults.start_engine(world.simulation, "n1"),
        lambda: faults.mend(world.simulation, "n2"),
    ]
    for act in story[:acts]:
        act()
        world.run(7 * SECOND)  # in the middle of whatever is going on


@pytest.mark.parametrize("acts", range(1, 6))
@pytest.mark.parametrize("shuffle", [None, 1])
def test_a_lab_restored_in_the_middle_of_an_election_ends_as_if_never_interrupted(
    acts: int, shuffle: int | None
) -> None:
    world = a_world(5, shuffle)
    _story(world, acts)
    copy = Simulation.restore(world.simulation.checkpoint())
    assert copy.digest() == world.simulation.digest()
    for simulation in (world.simulation, copy):
        simulation.run_until(simulation.now + 60 * SECOND)
    assert copy.digest() == world.simulation.digest()


def test_another_seed_elects_at_another_moment() -> None:
    digests = set()
    for seed in range(3):
        world = a_world(seed)
        _story(world, 2)
        world.run(30 * SECOND)
        digests.add((leader(world), world.node("n4").updated_at - world.simulation.started_at))
    assert len(digests) == 3
