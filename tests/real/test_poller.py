"""The history of a real swarm, tried on a simulated one: its API is what a poller sees, its own rows are the truth."""

import pytest

from swarmlab import Lab
from swarmlab.errors import Unavailable
from swarmlab.real.poller import Poller, busy
from swarmlab.real.rows import image_name
from swarmlab.timeline.trace import World

MANAGER = "swarm-manage"


@pytest.fixture
def lab() -> Lab:
    return Lab(seed=1)


@pytest.fixture
def poller(lab: Lab) -> Poller:
    return Poller(lambda: lab.docker().api, lambda: lab.now)


def test_a_poller_sees_what_the_simulation_wrote_down(lab: Lab, poller: Poller) -> None:
    manager = lab.host(MANAGER)
    manager.sh("docker network create -d overlay --attachable net1")
    manager.sh("docker service create --name web --replicas 3 -p 8080:80 --network net1 httpd:2.4")
    manager.sh("docker service create -d --name agent --mode global busybox:1.36 sleep 1000")
    manager.sh("docker service create -d --name bad httpd:99")
    manager.sh("docker node update --availability drain node2")
    lab.advance("7s")
    poller.look()
    seen, true = poller.trace.world(), lab.history.world()
    assert len(true.tasks) > 6
    assert seen.nodes == true.nodes
    assert seen.networks == true.networks
    assert seen.services == true.services
    assert seen.tasks == true.tasks


def test_a_second_look_writes_only_what_is_different(lab: Lab, poller: Poller) -> None:
    poller.look()
    before = len(poller.trace)
    assert before > 0
    assert not poller.look()
    assert len(poller.trace) == before
    lab.host(MANAGER).sh("docker node update --availability pause node1")
    assert poller.look()
    assert [row.kind for row in poller.trace.rows[before:]] == ["node"]


def test_what_is_gone_gets_a_row_without_a_state(lab: Lab, poller: Poller) -> None:
    lab.host(MANAGER).sh("docker service create --name web httpd:2.4")
    poller.look()
    lab.host(MANAGER).sh("docker service rm web")
    lab.advance("20s")
    poller.look()
    assert poller.trace.world().services == {}
    assert poller.trace.world().tasks == {}


def test_a_row_has_the_time_of_the_change_and_not_of_the_look(lab: Lab, poller: Poller) -> None:
    poller.look()
    lab.host(MANAGER).sh("docker service create -d --name web httpd:2.4")
    lab.advance("30s")
    poller.look()
    (running,) = [row for row in poller.trace.rows if row.kind == "task"]
    assert running.state is not None
    assert running.state["state"] == "running"
    assert running.at == running.state["at"] < lab.now


def test_a_clock_that_is_wrong_moves_no_row_out_of_its_place(lab: Lab) -> None:
    behind = Poller(lambda: lab.docker().api, lambda: lab.now - 3600 * 10**9)
    behind.look()
    lab.host(MANAGER).sh("docker service create --name web httpd:2.4")
    behind.look()
    times = [row.at for row in behind.trace.rows]
    assert times == sorted(times)
    assert times[-1] <= behind.now


def test_without_a_swarm_there_is_nothing_to_see() -> None:
    poller = Poller(lambda: None)
    assert not poller.look()
    assert len(poller.trace) == 0


def test_an_engine_that_is_no_manager_is_told_in_one_sentence(lab: Lab) -> None:
    poller = Poller(lambda: lab.docker("node1").api, lambda: lab.now)
    with pytest.raises(Unavailable, match="not a swarm manager"):
        poller.look()
    poller.try_to_look()


def test_a_service_under_way_is_busy_and_one_that_runs_is_not(lab: Lab, poller: Poller) -> None:
    lab.host(MANAGER).sh("docker service create -d --name web httpd:2.4")
    poller.look()
    assert poller.is_busy()
    lab.advance("10s")
    poller.look()
    assert not poller.is_busy()


def test_a_task_that_no_node_can_take_waits_for_somebody_and_not_for_time(lab: Lab, poller: Poller) -> None:
    lab.host(MANAGER).sh("docker service create -d --name web --constraint node.labels.a==b httpd:2.4")
    lab.advance("5s")
    poller.look()
    (task,) = poller.trace.world().tasks.values()
    assert task["state"] == "pending"
    assert not poller.is_busy()


def test_an_empty_world_is_not_busy() -> None:
    assert not busy(World())


@pytest.mark.parametrize(
    ("reference", "shown"),
    [("docker.io/library/httpd:2.4@sha256:0", "httpd:2.4"), ("httpd", "httpd"), ("a:5000/b:1", "a:5000/b:1")],
)  # fmt: skip
def test_an_image_is_named_as_people_write_it(reference: str, shown: str) -> None:
    assert image_name(reference) == shown
