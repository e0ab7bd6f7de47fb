"""The read models and sentences that board, charts and text twins share."""

from swarmlab import views, wording
from swarmlab.timeline.trace import Trace
from tests.traces import node, rows, service, task, three_nodes, web


def test_every_task_state_has_a_look_and_no_two_share_glyph_and_colour():
    looks = [tuple(look[:2]) for state, look in views.LOOKS.items() if state not in ("shutdown", "remove")]
    assert len(set(looks)) == len(looks) == 12
    assert views.look("no such state") == views.UNKNOWN


def test_a_service_says_what_was_asked_and_what_is():
    trace = web(3)
    trace.append(rows(("service", service("web", 5)), at=2)[0])
    assert "web (httpd:2.4): wanted 5, running 3." in wording.sentences(views.model(trace.world()))


def test_a_global_service_wants_one_task_per_node():
    tasks = [("task", task("agent", 0, name)) for name in ("node1", "node2")]
    trace = Trace([*three_nodes(), *rows(("service", service("agent", 0, mode="global")), *tasks)])
    drawn = views.model(trace.world())
    assert drawn["services"]["id-agent"]["wanted"] == 2
    assert drawn["tasks"]["agent0node1t1"]["label"] == "agent.id-no…"


def test_a_task_on_a_lost_node_still_counts_as_running_as_in_docker_service_ls():
    lost = task("web", 1, "node1", 1, desired="shutdown")
    trace = web(3)
    trace.rows += rows(("task", lost), ("task", task("web", 1, "node2", 2)), at=30)
    drawn = views.model(trace.world())
    assert (drawn["services"]["id-web"]["running"], drawn["services"]["id-web"]["wanted"]) == (4, 3)
    assert views.placement(trace.world()).counts == [[1], [0], [2]]


def test_the_history_of_a_slot_is_ranked_newest_first_and_wanted_tasks_are_not_history():
    chips = [task("web", 1, "node1", n, state="failed", desired="shutdown") for n in (1, 2)]
    chips.append(task("web", 1, "node2", 3))
    assert views.ages(chips) == {"web1t1": 2, "web1t2": 1, "web1t3": 0}


def test_a_task_that_waits_for_a_node_says_why():
    waiting = task("web", 4, "", state="pending", err="no suitable node (insufficient resources on 3 nodes)")
    trace = web(3)
    trace.rows += rows(("task", waiting), at=5)
    assert wording.sentences(views.model(trace.world()))[-1] == (
        "On no node: web.4 pending, desired running (no suitable node (insufficient resources on 3 nodes))."
    )


def test_a_desired_state_is_told_only_where_it_differs():
    leaving = task("web", 1, "node1", desired="shutdown")
    trace = web(2)
    trace.rows += rows(("task", leaving), at=5)
    lines = wording.sentences(views.model(trace.world()))
    assert "node1 (worker; ready, active; 192.168.1.12; 2 CPU, 4 GiB): web.1 running, desired shutdown." in lines
    assert "node2 (worker; ready, active; 192.168.1.13; 2 CPU, 4 GiB): web.2 running." in lines


def test_managers_stand_left_and_names_are_ordered_as_people_count():
    workers = [("node", node(f"node{n}", f"10.0.0.{n}")) for n in (10, 2)]
    trace = Trace(rows(*workers, ("node", node("zeus", "10.0.0.9", "manager"))))
    assert [n["name"] for _, n in views.node_order(views.model(trace.world()))] == ["zeus", "node2", "node10"]


def test_commands_go_to_the_leader():
    trace = Trace(
        rows(
            ("node", node("m1", "10.0.0.1", "manager", leader=False)),
            ("node", node("m2", "10.0.0.2", "manager", leader=True)),
        )
    )
    assert views.manager(views.model(trace.world())) == "m2"
    assert views.manager(views.model(Trace().world())) == ""


def test_a_service_keeps_its_colour_when_another_goes():
    services = {name: service(name, 1) for name in ("web", "db", "cache")}
    before = views.hues(services)
    assert len(set(before.values())) == 3
    del services["cache"]
    assert views.hues(services) == {name: before[name] for name in ("web", "db")}


def test_an_empty_world_says_that_there_is_no_swarm():
    assert wording.sentences(views.model(Trace().world())) == ["No swarm yet: no node has joined."]


def test_the_summary_names_nodes_that_are_not_as_usual():
    nodes = [node("a", "", "manager"), node("b", "", state="down"), node("c", "", availability="drain")]
    trace = Trace(rows(*(("node", n) for n in nodes)))
    drawn = views.model(trace.world())
    assert wording.summary(drawn) == ("2 of 3 nodes ready, b is down, c is set to drain; no services.")


def test_placement_counts_running_tasks_by_node_and_service():
    trace = web(5)
    trace.rows += rows(("node", node("node1", "192.168.1.12", availability="drain")), at=2)
    found = views.placement(trace.world())
    assert found.nodes == ["swarm-manage", "node1", "node2"]
    assert found.services == ["web"]
    assert found.counts == [[1], [2], [2]]
    assert found.closed == ["", "drain", ""]


def test_up_to_eight_services_have_eight_colours_and_a_ninth_one_has_one_too():
    services = {name: service(name, 1) for name in "ajbcdefgh"}
    chosen = views.hues(services)
    assert views.hues({"a": services["a"]})["a"] == views.hues({"j": services["j"]})["j"]  # alone both would have it
    assert len(set(list(chosen.values())[:8])) == 8
    assert chosen["h"] in views.HUES


def test_a_task_on_a_node_that_was_removed_is_told_as_being_on_none():
    trace = web(1)
    trace.append(trace.rows[1]._replace(state=None))  # node1, which runs web.1
    assert wording.sentences(views.model(trace.world()))[-1] == "On no node: web.1 running."
