"""What the trace tells of machines, and that a replay tells the same, row for row."""

import pytest

from swarmlab import Lab
from swarmlab.timeline.session import Session
from swarmlab.timeline.trace import Row


def of_hosts(lab: Lab) -> list[Row]:
    return [row for row in lab.history.rows if row.kind == "host"]


def test_every_machine_has_a_row_also_without_a_swarm() -> None:
    lab = Lab(swarm=False)
    assert [(row.id, row.state["address"]) for row in of_hosts(lab) if row.state] == [
        ("swarm-manage", "192.168.1.11"),
        ("node1", "192.168.1.12"),
        ("node2", "192.168.1.13"),
    ]
    assert lab.history.world().nodes == {}


@pytest.mark.parametrize(
    ("act", "changed"),
    [
        (lambda lab: lab.faults.stop("node1"), {"powered": False, "engine": False}),
        (lambda lab: lab.host("node1").sh("systemctl stop docker"), {"engine": False}),
        (lambda lab: lab.faults.cut("node1"), {"wire": "cut"}),
        (lambda lab: lab.faults.partition({"node1"}), {"wire": "partitioned"}),
        (lambda lab: lab.host("node1").sh("firewall-cmd --remove-port 7946/tcp"), {"closed": ["7946/tcp"]}),
        (lambda lab: lab.host("node1").sh("systemctl stop firewalld"), {"firewall": False}),
    ],
)
def test_a_machine_that_changes_has_a_row_that_says_what(act, changed) -> None:  # type: ignore[no-untyped-def]
    lab = Lab()
    before = lab.history.world().hosts["node1"]
    count = len(of_hosts(lab))
    act(lab)
    assert lab.history.world().hosts["node1"] == before | changed
    assert len(of_hosts(lab)) == count + 1


def test_what_changes_no_machine_adds_no_row_of_one() -> None:
    lab = Lab()
    count = len(of_hosts(lab))
    lab.host("swarm-manage").sh("docker service create --name web httpd:2.4")
    lab.faults.kill(lab.history.world().tasks_of("web")[0]["id"])
    assert len(of_hosts(lab)) == count


def eventful() -> Lab:
    lab = Lab()
    manager = lab.host("swarm-manage")
    manager.sh("docker service create --name api --replicas 2 --reserve-cpu 0.5 --reserve-memory 256M health")
    lab.checkpoint("api runs")
    lab.faults.block("node1", 2377)
    lab.faults.stop("node2")
    lab.settle()
    lab.faults.start("node2")
    manager.sh("docker service create --name job --mode replicated-job --replicas 3 --max-concurrent 2 alpine sleep 1")
    lab.advance("30s")
    return lab


def test_a_replay_leaves_the_same_rows() -> None:
    lab = eventful()
    session = lab.session
    again = Session.replay(Lab.__new__(Lab, _session=None)._application, session.journal.header, session.journal.ops)
    again.advance_to(lab.now)
    assert again.trace.rows == session.trace.rows


def test_a_rewind_forgets_what_happened_to_machines_and_sees_it_when_it_happens_again() -> None:
    lab = eventful()
    lab.rewind("api runs")
    assert lab.history.world().hosts["node2"]["powered"]
    lab.faults.stop("node2")
    assert not lab.history.world().hosts["node2"]["powered"]


def test_a_copy_of_a_lab_tells_of_its_own_machines_only() -> None:
    lab = Lab()
    copy = lab.fork()
    copy.faults.stop("node1")
    lab.faults.stop("node1")
    assert not lab.history.world().hosts["node1"]["powered"]


def test_reservations_room_totals_and_health_are_told() -> None:
    world = eventful().history.world()
    api = next(t for t in world.tasks_of("api") if t["state"] == "running")
    assert (api["nano_cpus"], api["memory"], api["health"]) == (500_000_000, 256 * 2**20, "healthy")
    assert next(s for s in world.services.values() if s["name"] == "job")["total"] == 3
    assert {(n["nano_cpus"], n["memory"]) for n in world.nodes.values()} == {(2 * 10**9, 4 * 2**30)}


def test_a_task_that_waits_for_its_health_check_is_starting_and_one_that_fails_it_unhealthy() -> None:
    lab = Lab()
    check = "--health-cmd 'exit 1' --health-interval 1s --health-retries 1"
    lab.host("swarm-manage").sh(f"docker service create --detach --name api {check} alpine sleep 300")
    lab.advance("60s")
    states = {(s["state"], s["health"]) for r in lab.history.rows if r.kind == "task" and (s := r.state)}
    assert {("starting", "starting"), ("failed", "unhealthy")} <= states
    lab.host("swarm-manage").sh("docker service create --name quiet --no-healthcheck health")
    assert lab.history.world().tasks_of("quiet")[0]["health"] == ""


def test_a_fork_can_begin_in_the_past() -> None:
    lab = eventful()
    past = next(row.at for row in lab.history.rows if row.kind == "fault")
    copy = lab.fork(past - 1)
    assert copy.now == past - 1
    assert copy.history.world().hosts["node1"]["closed"] == []
    assert lab.history.world().hosts["node1"]["closed"] == ["2377/tcp"]
    copy.host("swarm-manage").sh("docker service scale api=4")
    assert len(lab.history.world().tasks_of("api")) < 5
