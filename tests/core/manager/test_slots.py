"""Which slots stay when a service is scaled down (SwarmKit: replicated_test.go, TestReplicatedScaleDown)."""

from swarmlab.core.manager.orchestrator.slots import removal_order, updatable
from swarmlab.core.objects import RestartPolicy, TaskSpec
from swarmlab.core.states import TaskState as S
from tests.builders import a_service, a_task


def order(*slots: tuple[int, str, S]) -> list[int]:
    return [slot[0].slot for slot in removal_order([[a_task(slot=n, node_id=node, state=s)] for n, node, s in slots])]


def test_the_fullest_nodes_give_first_and_higher_slots_before_lower_ones() -> None:
    tasks = [
        (1, "n1", S.STARTING),
        (2, "n2", S.RUNNING),
        (3, "n2", S.RUNNING),
        (4, "n3", S.RUNNING),
        (5, "n3", S.RUNNING),
        (6, "n3", S.RUNNING),
        (7, "", S.NEW),
    ]
    kept = order(*tasks)
    assert kept[6] == 7  # without a place: the first to go
    assert set(kept[4:6]) == {5, 6} or set(kept[:4]) == {1, 2, 3, 4}
    assert set(kept[:2]) == {2, 4}  # the task that does not run yet goes before those that do


def test_five_on_three_nodes_scaled_to_three_leaves_one_on_each() -> None:
    tasks = [(1, "node1", S.RUNNING), (2, "node2", S.RUNNING), (3, "node2", S.RUNNING), (4, "node1", S.RUNNING)]
    assert set(order(*tasks, (5, "swarm-manage", S.RUNNING))[:3]) == {1, 2, 5}  # numbers may get gaps


def test_a_slot_with_two_tasks_goes_before_all_others() -> None:
    double = [a_task(slot=1, node_id="n1"), a_task(slot=1, node_id="n2")]
    single = [a_task(slot=2, node_id="n1")]
    assert removal_order([double, single]) == [single, double]


def test_a_slot_whose_last_task_must_not_be_restarted_counts_as_filled() -> None:
    never = TaskSpec(restart=RestartPolicy("none"))
    finished = a_task(state=S.COMPLETE, desired=S.SHUTDOWN, spec=never)
    assert updatable([finished], a_service()) == [finished]
    assert updatable([finished._replace(spec=TaskSpec())], a_service()) == []


def test_a_slot_with_attempts_used_up_counts_as_filled() -> None:
    twice = TaskSpec(restart=RestartPolicy("any", max_attempts=2))
    failed = [a_task(state=S.FAILED, desired=S.SHUTDOWN, spec=twice, at=at) for at in (1, 2, 3)]
    assert updatable(failed, a_service()) == [failed[2]]
    assert updatable(failed[:2], a_service()) == []
