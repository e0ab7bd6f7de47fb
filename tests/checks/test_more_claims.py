"""Claims about nodes, spread, ports, requests and time, and answers that are numbers, lists or tables."""

from typing import Any

import pytest

from swarmlab.checks import answer, eventually, never, node, now, service
from swarmlab.checks.answers import words
from swarmlab.checks.claims import Claim, elapsed, longer_than, typed
from swarmlab.checks.hosts import firewalls_run
from swarmlab.checks.nodes import is_id_of_leader, some_node_has_status
from swarmlab.checks.requests import in_a_row, last_are_pages
from swarmlab.checks.services import no_service, some_task_is

from .histories import History, long

WEB = service("web-server")
MESH = {"published": 8080, "target": 80, "protocol": "tcp", "mode": "ingress"}


def spread(*nodes: str) -> History:
    history = History().service(replicas=len(nodes))
    for slot, name in enumerate(nodes, 1):
        history.task(f"t{slot}", slot=slot, node=name)
    return history


def holds(claim: Claim, history: History, **answers: Any) -> bool:
    return history.meets(now(claim), **answers)


def found(claim: Claim, history: History, **answers: Any) -> str:
    return history.found(now(claim), **answers)


def test_a_node_has_a_status_tasks_and_perhaps_the_lead():
    history = spread("node1", "node1").task("old", "shutdown", "shutdown", node="node2").node("node2", state="down")
    assert holds(node("node2").has_status("down"), history)
    assert found(node("node1").has_status("down"), history) == "its status is ready"
    assert holds(some_node_has_status("down"), history)
    assert found(some_node_has_status("unknown"), history) == "unknown: no node"
    assert holds(node("node1").runs(2), history)
    assert holds(node("node2").runs(0), history)
    assert found(node("node1").runs(0), history) == "it runs web-server.1, web-server.2"
    assert holds(node("swarm-manage").is_leader(), history)
    assert not holds(node("node1").is_leader(), history)


def test_spread_looks_at_the_nodes_that_take_tasks():
    assert holds(WEB.is_spread(), spread("node1", "node2", "swarm-manage", "node1"))
    assert not holds(WEB.is_spread(), spread("node1", "node1", "node2"))
    assert holds(WEB.is_spread(), spread("node1", "node1", "node2").node("swarm-manage", "drain"))
    assert holds(WEB.is_spread(), spread("node1", "node1", "node2").node("swarm-manage", state="down"))
    assert not holds(WEB.is_spread(), History().service(replicas=0))
    assert found(WEB.is_spread(), spread("node1", "node1")) == (
        "running tasks: 2 on `node1`, 0 on `node2`, 0 on `swarm-manage`"
    )


def test_tasks_on_a_node_are_counted_and_those_of_the_start_are_kept():
    history = spread("node1", "node2")
    assert holds(WEB.has_running_on("node1", 1, 1), history)
    assert not holds(WEB.has_running_on("node1", 2), history)
    history.begin().wait(1).task("t2", "shutdown", "shutdown", slot=2, node="node2").task("n", slot=2, node="node2")
    assert holds(WEB.keeps_its_tasks("node1"), history)
    assert found(WEB.keeps_its_tasks("node2"), history) == "ended: web-server.2"


def test_a_service_made_anew_is_not_the_same():
    history = spread("node1").begin().wait(1)
    assert holds(WEB.is_the_same(), history)
    history.gone("service", "s-web-server")
    assert holds(no_service("web-server"), history)
    history.service(id="other")
    assert found(WEB.is_the_same(), history) == "service `web-server` was removed and made anew"


def test_a_port_is_published_with_both_numbers_and_the_mode():
    history = History().service(ports=(MESH,))
    assert holds(WEB.publishes(8080, 80), history)
    assert not holds(WEB.publishes(80, 8080), history)
    assert not holds(WEB.publishes(8080, 80, "host"), history)
    assert found(WEB.publishes_nothing(), history) == "it publishes 8080 → 80/tcp (ingress)"
    assert holds(WEB.has_endpoint_mode("vip"), history)
    assert found(WEB.has_endpoint_mode("dnsrr"), history) == "its endpoint mode is vip"
    assert holds(WEB.publishes_nothing().negated("a port is published"), history)
    assert not holds(WEB.publishes_nothing().negated("a port is published"), History().service())


def test_tasks_about_to_be_deleted_have_left_no_trace():
    history = History().service().task("a", "complete", "shutdown").task("b", "failed", "remove")
    assert holds(some_task_is("complete"), history)
    assert not holds(some_task_is("failed"), history)
    assert found(some_task_is("failed"), history) == "there are tasks that are complete"
    assert not holds(some_task_is("complete"), history.gone("service", "s-web-server"))


def test_requests_in_a_row_are_counted_from_the_beginning_on():
    history = History().request("a").begin().wait(1).request("a").request("a").request("", "refused").request("b")
    assert history.meets(eventually(in_a_row(2, 1)))
    assert history.meets(eventually(in_a_row(3, 2)))
    assert not history.meets(eventually(in_a_row(3, 1)))
    assert not history.meets(eventually(in_a_row(4, 2)))
    assert history.found(eventually(in_a_row(3, 1))) == "3 requests were answered, the last 3 by 2 containers"


def test_the_last_requests_for_a_port_have_to_be_pages():
    history = History().request("", "timeout", "192.168.1.11:8080").begin().wait(1)
    assert history.found(now(last_are_pages("8080", 2))) == "no request was made"
    history.request("", "refused", "192.168.1.11:8080").request("a", url="192.168.1.11:8080")
    assert holds(last_are_pages("8080"), history)
    assert not holds(last_are_pages("8080", 2), history)
    assert found(last_are_pages("8080", 2), history) == "of the last 2 requests, 1 failed (refused)"
    history.wait(1).request("b", url="192.168.1.12:8080").request("", "timeout", "192.168.1.11:80")
    assert holds(last_are_pages("8080", 2), history)
    assert not holds(last_are_pages("8080", 4), history)
    assert holds(last_are_pages("192.168.1.12:8080"), history)
    assert not holds(last_are_pages("192.168.1.12:8080", 2), history)
    assert not holds(last_are_pages("80"), history)  # 8080 is another port
    history.request("a", status=503, url="192.168.1.11:8080")
    assert found(last_are_pages("8080", 2), history) == "of the last 2 requests, 1 failed (status 503)"


def test_all_firewalls_run_or_those_that_do_not_are_named():
    history = History().host("node1").host("node2")
    assert holds(firewalls_run(), history)
    assert found(firewalls_run(), history.host("node2", firewall=False)) == "switched off: `node2`"
    assert not holds(firewalls_run(), history)


def test_tasks_are_of_one_image_if_all_that_run_are():
    history = History().service().task("a", slot=1, image="httpd:2.5").task("b", slot=2).task("c", "failed", image="x")
    assert not holds(WEB.runs_only("httpd:2.4"), history)
    assert found(WEB.runs_only("httpd:2.5"), history) == "they are of `httpd:2.4` and `httpd:2.5`"
    assert holds(WEB.runs_only("httpd:2.4"), history.task("a", slot=1))
    assert not holds(WEB.runs_only("httpd:2.4"), History().service())


def test_time_passes_exactly_or_is_exceeded():
    history = History().begin().wait(30)
    assert holds(elapsed(30), history)
    assert not holds(longer_than(30), history)
    history.wait(1)
    assert not holds(elapsed(30), history)
    assert holds(longer_than(30), history)
    assert found(elapsed(30), history) == "31 s have passed"


@pytest.mark.parametrize("value", [12, 12.0, "12", " 12 s", 10, 14])
def test_a_number_may_be_written_in_many_ways(value: Any):
    assert holds(answer("n").is_number("the number", lambda scene: 12, 2), History(), n=value)


@pytest.mark.parametrize("value", [None, "", "twelve", 9.9, True, [12], {"n": 12}, "1" * 400])
def test_what_is_no_such_number_is_wrong_and_no_error(value: Any):
    assert not holds(answer("n").is_number("the number", lambda scene: 12, 2), History(), n=value)
    assert not holds(answer("n").is_number("the number", lambda scene: None), History(), n=12)


def test_a_list_may_be_a_text_and_what_was_given_is_shown():
    for given in (["New", " pending "], "new, PENDING", "new → pending", "new pending"):
        assert words(given) == ["new", "pending"]
    assert words(7) == []
    claim = answer("l").is_list("the list", lambda scene, given: given == ["1", "2"])
    assert holds(claim, History(), l=[1, 2])
    assert found(claim, History(), l=[2, 1]) == "you gave `[2, 1]`"
    assert found(claim, History()) == "you gave no `l` yet"
    assert holds(answer("l").is_not_given(), History(), l=[])
    assert not holds(answer("l").is_not_given(), History(), l=0)


def test_the_leader_s_id_needs_twelve_characters():
    goal = eventually(is_id_of_leader(answer()))
    assert History().meets(goal, answer=long("swarm-manage"))
    assert History().meets(goal, answer=long("swarm-manage")[:12])
    for wrong in (long("swarm-manage")[:11], long("node1"), "", "swarm-manager"):
        assert not History().meets(goal, answer=wrong), wrong


def test_a_goal_of_safety_tells_what_broke_it():
    history = History().begin().wait(2).node("node1", "drain").wait(1).node("node1")
    assert not history.meets(never(node("node1").is_("drain")))
    assert history.found(never(node("node1").is_("drain"))) == "its availability is drain, 2 s after the start"


def test_of_a_line_that_failed_is_said_that_it_failed():
    asked = eventually(typed("curl", "a page is asked for", failed=False))
    history = History().begin().typed("curl x", exit_code=7)
    assert not history.meets(asked)
    assert history.found(asked) == "`curl x` was typed, and failed"
    assert history.typed("curl y").meets(asked)
