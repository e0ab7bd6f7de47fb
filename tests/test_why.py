"""`lab.why`: the answer is what the scheduler saw, also after a rewind and in a copy."""

import itertools
import re
from collections.abc import Callable

import pytest

from swarmlab import Lab
from swarmlab.errors import InvalidArgument, NotFound, OnlySimulated
from swarmlab.why import Decision, Why


@pytest.fixture
def lab() -> Lab:
    return Lab()


@pytest.fixture
def docker(lab: Lab) -> Callable[[str], str]:
    def run(line: str) -> str:
        result = lab.host("swarm-manage").sh(f"docker {line}")
        assert result.exit_code == 0, result.stderr
        lab.settle()
        return result.stdout.strip()

    return run


def only(why: Why) -> Decision:
    (decision,) = why.decisions
    return decision


def seen(decision: Decision) -> dict[str, tuple[str, int, int]]:
    return {look.node: (look.refused, look.of_service, look.in_all) for look in decision.nodes}


def node_of(lab: Lab, name: str) -> str:
    tasks = [task for task in lab.history.world().tasks.values() if f"{task['service']}.{task['slot']}" == name]
    return str(tasks[-1]["node"])


def test_a_placed_task_shows_the_nodes_as_they_were_when_it_was_its_turn(lab: Lab, docker) -> None:
    docker("node update --availability drain node2")
    docker("service create -d --name web --replicas 3 httpd")
    first, second, third = (only(lab.why(f"web.{slot}")) for slot in (1, 2, 3))
    other = {"node1": "swarm-manage", "swarm-manage": "node1"}[node_of(lab, "web.1")]
    assert seen(first) == {
        "swarm-manage": ("", 0, 0), "node1": ("", 0, 0), "node2": ("it is drained", 0, 0)
    }  # fmt: skip
    assert first.sentences[-1] == (
        f"{other} would have done as well: as many tasks of this service, as many in all.  Chance decided."
    )
    assert seen(second)[other] == ("", 0, 0)
    assert seen(second)[node_of(lab, "web.1")] == ("", 1, 1)
    assert second.sentences[1:] == (
        "It was placed together with others of the same revision, as number 2.",
        "It had the fewest tasks of this service.",
    )
    assert third.sentences[1] == "It was placed together with others of the same revision, as number 3."
    assert {look.node_id for look in third.nodes if look.node == node_of(lab, "web.3")} == {third.chosen}


def test_what_decided_is_said(lab: Lab, docker) -> None:
    docker("service create -d --name pin --constraint node.hostname==node1 httpd")
    docker("node update --availability pause swarm-manage")
    docker("service create -d --name web httpd")
    assert only(lab.why("pin.1")).sentences == ("1 of 3 nodes passed all filters.", "No other node fitted.")
    web = only(lab.why("web.1"))
    assert node_of(lab, "web.1") == "node2"
    assert web.sentences[-1] == (
        "No other node had fewer tasks of this service, and of those with as few it had the fewest tasks in all."
    )
    docker("service scale -d web=2")
    assert only(lab.why("web.2")).sentences[-1] == "It had the fewest tasks of this service."


def test_the_answer_stays_what_it_was_whatever_happens_later(lab: Lab, docker) -> None:
    docker("service create -d --name web --replicas 2 httpd")
    before = lab.why("web.2")
    lab.checkpoint("early")
    docker("node update --availability drain node1")
    docker("service scale -d web=9")
    task_id = before.decisions[0].id
    assert lab.why(task_id) == before
    assert lab.fork().why(task_id) == before
    lab.rewind("early")
    assert lab.why("web.2") == before
    assert lab.why("web").decisions[-1] == before.decisions[0]


def test_looking_changes_nothing(lab: Lab, docker) -> None:
    docker("service create -d --name web --replicas 2 httpd")
    digest, rows = lab.digest(), len(lab.history)
    lab.why("web")
    assert (lab.digest(), len(lab.history)) == (digest, rows)


def test_a_task_of_a_global_service_was_bound_from_the_beginning(lab: Lab, docker) -> None:
    docker("service create -d --name agent --mode global httpd")
    decision = only(lab.why("agent.node2"))
    assert decision.outcome == "bound"
    assert decision.sentences == (
        "The service is global: its orchestrator made a task for each node, this one for node2.",
        "The scheduler chose nothing.  It only confirmed that the task may run there.",
    )
    assert len(lab.why("agent").decisions) == 3


def test_a_waiting_task_says_of_each_node_why_not_and_what_would_help(lab: Lab, docker) -> None:
    docker("node update --availability drain node2")
    docker("service create -d --name big --reserve-cpu 5 --constraint node.role==worker httpd")
    decision = only(lab.why("big.1"))
    assert decision.outcome == "waiting"
    short = "5 CPUs are reserved for the task, 2 are not reserved yet"
    assert {look.node: look.refused for look in decision.nodes} == {
        "swarm-manage": f"{short}; node.role==worker does not hold",
        "node1": short,
        "node2": f"it is drained; {short}",
    }
    assert decision.sentences[0].startswith("Swarm says: no suitable node (")
    assert "docker node update --availability active node2 and reserve less" in decision.sentences[1]


def test_what_is_said_to_help_helps(lab: Lab, docker) -> None:
    docker("node update --availability drain node2")
    docker("node update --availability pause swarm-manage")
    docker("service create -d --name web --replicas 2 --replicas-max-per-node 1 httpd")
    waiting = [decision for decision in lab.why("web").decisions if decision.outcome == "waiting"]
    (advice,) = {look.helps for look in waiting[0].nodes if look.node == "node2"}
    docker(advice.removeprefix("docker "))
    assert not [decision for decision in lab.why("web").decisions if decision.outcome == "waiting"]


def test_a_task_that_the_scheduler_has_given_up_says_so_and_what_makes_it_anew(lab: Lab, docker) -> None:
    docker("service create -d --name web --constraint node.labels.disk==ssd httpd")
    docker("service scale -d web=2")
    docker("node update --label-add disk=ssd node1")
    assert only(lab.why("web.1")).sentences[-1] == (
        "The scheduler does not look at it any more: it fitted nowhere, and its service was updated since it was made."
        "  docker service update --force web makes it anew."
    )
    docker("service update -d --force web")
    assert only(lab.why("web.1")).chosen


def test_a_global_task_that_waits_can_run_on_its_node_only(lab: Lab, docker) -> None:
    docker("service create -d --name first --reserve-memory 3GB --mode global httpd")
    docker("service create -d --name second --reserve-memory 3GB --mode global httpd")
    decision = only(lab.why("second.node1"))
    assert decision.sentences[:2] == (
        "Swarm says: insufficient resources on 1 node.",
        "The service is global: this task can run on node1 only.",
    )


def test_a_placement_preference_is_told_with_its_counts(lab: Lab, docker) -> None:
    docker("node update --label-add zone=east node1")
    docker("node update --label-add zone=west node2")
    docker("service create -d --name web --replicas 1 --placement-pref spread=node.labels.zone httpd")
    docker("service scale -d web=2")
    first, second = only(lab.why("web.1")), only(lab.why("web.2"))
    assert {look.node: look.branch for look in first.nodes} == {
        "swarm-manage": ("",), "node1": ("east",), "node2": ("west",)
    }  # fmt: skip
    assert "evens out tasks between label values first" in second.sentences[1]
    assert ": 1" in second.sentences[1]
    assert second.chosen != first.chosen
    assert second.sentences[-1] == "No other node fitted."  # on that branch


def test_names_are_those_that_service_ps_shows(lab: Lab, docker) -> None:
    docker("service create -d --name web httpd")
    full = docker("service ps -q --no-trunc web")
    answer = lab.why("web.1")
    names = (full, full[:12], f"web.1.{full}", "web", docker("service inspect -f '{{.ID}}' web"))
    assert {repr(lab.why(name)) for name in names} == {repr(answer)}
    assert lab.why(lab.docker().services.get("web").tasks()[0]) == answer


def test_a_name_that_nobody_has_is_one_clear_sentence(lab: Lab, docker) -> None:
    docker("service create -d --name web --replicas 40 httpd")
    with pytest.raises(NotFound, match='there is no task or service "nope"'):
        lab.why("nope")
    with pytest.raises(InvalidArgument, match="say which task"):
        lab.why("")
    ids = sorted(lab.history.world().tasks)
    shared = next(a[:1] for a, b in itertools.pairwise(ids) if a[0] == b[0])
    with pytest.raises(InvalidArgument, match=f'"{shared}" is the beginning of'):
        lab.why(shared)


def test_a_task_that_was_never_placed_says_so(lab: Lab, docker) -> None:
    docker("service create -d --name web --constraint node.role==nobody httpd")
    task_id = docker("service ps -q --no-trunc web")
    docker("service rm web")
    (said,) = only(lab.why(task_id)).sentences
    assert said == (
        "It was never placed; its last state is pending.  Swarm said: no suitable node"
        " (scheduling constraints not satisfied on 3 nodes)."
    )


def test_text_and_html_tell_the_same(lab: Lab, docker) -> None:
    docker("node update --availability drain node2")
    docker("service create -d --name web httpd")
    why = lab.why("web.1")
    plain = re.sub(r"<[^>]+>", " ", why._repr_html_())
    for words in re.split(r"\s{2,}|\n", repr(why)):
        assert words.strip() in plain or words.strip() in plain.replace("→ ", "→"), words
    assert repr(why).splitlines()[1].split() == ["node", "fits", "tasks", "of", "the", "service", "tasks", "in", "all"]


def test_a_real_lab_cannot_be_asked() -> None:
    from swarmlab.real.lab import RealLab

    with pytest.raises(OnlySimulated, match="docker service ps --no-trunc"):
        RealLab.why(RealLab.__new__(RealLab), "web.1")
