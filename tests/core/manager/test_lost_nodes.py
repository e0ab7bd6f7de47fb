"""A node that is lost: Down at first, after a day its tasks are given up; and what happens when it comes back.

SwarmKit: ``manager/dispatcher/dispatcher.go`` (markNodeNotReady, moveTasksToOrphaned).
"""

import pytest

from swarmlab.core import faults
from swarmlab.core.objects import (
    Driver,
    IPAMConfig,
    NetworkAttachmentConfig,
    NetworkSpec,
    Placement,
    ServiceMode,
    Task,
)
from swarmlab.core.states import Availability, NodeState
from swarmlab.core.states import TaskState as S
from swarmlab.core.units import HOUR, MINUTE, SECOND
from tests.builders import World, a_job, a_spec


@pytest.fixture
def world() -> World:
    return World()


def lost(world: World, fault: str = "stop") -> Task:
    """Run a service, lose node2 with one task on it, and return that task once the node is down."""
    world.create(a_spec(replicas=3))
    world.settle()
    node = world.node("node2")
    (task,) = world.manager.store.tasks_on(node.id)
    getattr(faults, fault)(world.simulation, "node2")
    world.run(MINUTE)
    assert world.node("node2").status.state is NodeState.DOWN
    assert world.node("node2").status.message == "heartbeat failure"
    return task


def now(world: World, task: Task) -> Task:
    found = world.manager.store.task(task.id)
    assert found is not None
    return found


def test_the_tasks_of_a_node_that_is_down_are_no_longer_wanted_but_still_said_to_run(world: World) -> None:
    task = now(world, lost(world))
    assert (task.status.state, task.desired_state) == (S.RUNNING, S.SHUTDOWN)
    world.run(23 * HOUR)
    assert now(world, task).status.state is S.RUNNING


def test_after_a_day_they_are_orphaned_and_nothing_else_in_their_status_changes(world: World) -> None:
    task = lost(world)
    world.run(24 * HOUR)
    before, after = task.status, now(world, task).status
    assert after.state is S.ORPHANED
    assert (after.timestamp, after.message, after.err) == (before.timestamp, "started", "")


def test_an_operator_s_change_of_the_node_meanwhile_does_not_start_the_day_anew(world: World) -> None:
    task = lost(world)
    world.run(12 * HOUR)
    world.set_availability("node2", Availability.DRAIN)
    world.run(12 * HOUR)
    assert now(world, task).status.state is S.ORPHANED


def test_a_node_that_was_back_meanwhile_has_another_day(world: World) -> None:
    lost(world)
    world.run(20 * HOUR)
    faults.start(world.simulation, "node2")
    world.run(MINUTE)
    assert world.node("node2").status.state is NodeState.READY
    world.scale("web", 6)
    world.settle()
    (task, *_) = [t for t in world.running() if t.node_id == world.node("node2").id]
    faults.stop(world.simulation, "node2")
    world.run(20 * HOUR)
    assert now(world, task).status.state is S.RUNNING
    world.run(5 * HOUR)
    assert now(world, task).status.state is S.ORPHANED


def test_an_orphaned_task_gives_its_address_back(world: World) -> None:
    """On a network of five addresses the lost task and its node hold two that somebody else waits for."""
    small = NetworkSpec("small", driver=Driver("overlay"), ipam=(IPAMConfig("10.9.0.0/29"),))
    on_small = [NetworkAttachmentConfig(world.manager.control.create_network(small).id)]
    world.create(a_spec(networks=on_small, placement=Placement(("node.hostname==node2",))))
    world.settle()
    faults.stop(world.simulation, "node2")
    world.run(MINUTE)
    where = Placement(("node.hostname==node1",))
    world.create(a_spec("other", 2, networks=on_small, placement=where, endpoint_mode="dnsrr"))
    world.run(HOUR)
    waiting = {task.status.state for task in world.tasks("other") if task.desired_state <= S.RUNNING}
    assert S.NEW in waiting
    assert S.RUNNING not in waiting  # its node has no address there either
    world.run(24 * HOUR)
    wanted = [task for task in world.tasks("other") if task.desired_state is S.RUNNING]
    assert [task.status.state for task in wanted] == [S.RUNNING] * 2


def test_a_node_that_comes_back_stops_what_it_should_no_longer_run_and_gets_nothing_back(world: World) -> None:
    task = lost(world, "cut")
    assert world.container_of(task).is_running
    faults.mend(world.simulation, "node2")
    world.run(30 * SECOND)
    assert world.node("node2").status.state is NodeState.READY
    assert not world.container_of(task).is_running
    assert (now(world, task).status.state, now(world, task).desired_state) == (S.SHUTDOWN, S.SHUTDOWN)
    assert len(world.running()) == 3
    assert "node2" not in world.hosts_of(world.running())


def test_a_node_that_comes_back_after_a_day_stops_its_tasks_which_stay_orphans(world: World) -> None:
    task = lost(world, "cut")
    world.run(25 * HOUR)
    faults.mend(world.simulation, "node2")
    world.run(30 * SECOND)
    assert not world.container_of(task).is_running
    assert now(world, task).status.state is S.ORPHANED


def test_a_job_goes_on_elsewhere_when_its_task_is_given_up(world: World) -> None:
    world.create(a_job(args=("sleep", "30")))
    world.run(3 * SECOND)
    (task,) = world.tasks("job")
    (host,) = world.hosts_of([task])
    if host == "swarm-manage":
        pytest.skip("the manager itself cannot be lost here")
    faults.stop(world.simulation, host)
    world.run(23 * HOUR)
    assert [t.status.state for t in world.tasks("job")] == [S.RUNNING]
    world.run(2 * HOUR)
    assert [t.status.state for t in world.tasks("job")] == [S.ORPHANED, S.COMPLETE]


def test_a_node_that_is_removed_while_it_runs_still_hears_that_its_tasks_are_to_stop_and_nothing_after_that(
    world: World,
) -> None:
    # seen: containers are gone within seconds; the node goes on thinking that it is in the swarm
    world.create(a_spec(replicas=3))
    world.create(a_spec("everywhere", mode=ServiceMode("global", 0)))
    world.settle()
    node = world.node("node2")
    assert len(world.manager.store.tasks_on(node.id)) == 2
    world.manager.control.remove_node(node.id, force=True)
    world.run(4 * SECOND)
    host = world.simulation.hosts["node2"]
    assert [c.name for c in host.engine.containers.values() if c.is_running] == []
    world.run(30 * SECOND)
    assert host.swarm_state == "active"
    assert not host.engine.overlays
    assert node.id not in world.manager.dispatcher.sessions
    assert {task.status.state for task in world.manager.store.tasks_on(node.id)} == {S.ORPHANED}
