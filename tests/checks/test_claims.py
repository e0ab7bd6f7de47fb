"""What can be said of one moment."""

import pytest

from swarmlab.checks import eventually, now, service
from swarmlab.checks.claims import Claim, typed
from swarmlab.checks.nodes import node, some_node_is
from swarmlab.checks.services import another_service, is_pinned, service_called

from .histories import History

WEB = service("web-server")


def scale(replicas: int, running: int) -> History:
    history = History().service(replicas=replicas)
    for slot in range(1, running + 1):
        history.task(f"t{slot}", slot=slot)
    return history


def holds(claim: Claim, history: History) -> bool:
    return history.meets(now(claim))


def found(claim: Claim, history: History) -> str:
    return history.found(now(claim))


def test_one_of_one_is_one_wanted_and_one_running():
    assert holds(WEB.shows(1), scale(1, 1))
    assert not holds(WEB.shows(1), scale(1, 0))
    assert not holds(WEB.shows(1), scale(3, 1))
    assert found(WEB.shows(1), scale(3, 1)) == "service `web-server` shows `1/3`"


def test_a_task_that_is_no_longer_wanted_does_not_count_as_running():
    assert not holds(WEB.has_running(1), History().service().task("a", "running", "shutdown"))


def test_a_task_that_waits_for_its_restart_delay_does_not_count_as_running():
    assert not holds(WEB.has_running(1), History().service().task("a", "ready", "ready"))


def test_a_missing_service_is_named_together_with_those_there_are():
    assert found(WEB.exists(), History()) == "there is no service `web-server`: there are no services at all"
    assert found(WEB.shows(1), History().service("b").service("a")) == (
        "there is no service `web-server`, only `a`, `b`"
    )


def test_claims_about_a_missing_service_are_false():
    for claim in (WEB.exists(), WEB.wants(0), WEB.has_running(0), WEB.has_pinned_image()):
        assert not holds(claim, History())


@pytest.mark.parametrize(
    "image", ["httpd:2.4", "httpd:2.4.65-alpine", "registry:5000/httpd:2", "httpd@sha256:ab", "redis:7"]
)
def test_a_version_or_a_digest_pins(image):
    assert is_pinned(image)


@pytest.mark.parametrize("image", ["httpd", "httpd:latest", "registry:5000/httpd", "nginx:stable", "httpd:alpine"])
def test_latest_and_moving_tags_do_not_pin(image):
    assert not is_pinned(image)


def test_wants_has_a_lower_and_an_upper_limit():
    assert holds(WEB.wants(2), scale(3, 0))
    assert not holds(WEB.wants(2), scale(1, 0))
    assert holds(WEB.wants(0, 0), scale(0, 0))
    assert not holds(WEB.wants(0, 0), scale(1, 0))
    assert [WEB.wants(2).text, WEB.wants(1, 1).text, WEB.wants(1, 3).text] == [
        "service `web-server` wants 2 or more replicas",
        "service `web-server` wants 1 replica",
        "service `web-server` wants 1 to 3 replicas",
    ]


def test_an_image_is_matched_as_a_whole():
    claim = WEB.has_image(r"httpd(:latest)?", "httpd, newest")
    assert holds(claim, History().service(image="httpd"))
    assert not holds(claim, History().service(image="httpd:2.4"))
    assert found(claim, History().service(image="httpd:2.4")) == "its image is `httpd:2.4`"


def test_a_task_in_a_state_is_seen_wanted_or_not():
    history = History().service().task("bad", "rejected", "shutdown").task("new", "preparing")
    assert holds(WEB.has_a_task("rejected"), history)
    assert not holds(WEB.has_a_task("failed", "complete"), history)
    assert "`bad012345678` is rejected" in found(WEB.has_a_task("failed"), history)


def killed() -> History:
    return History().service().task("old").begin().wait(1).task("old", "failed", "shutdown")


def test_the_first_task_is_the_one_that_ran_at_the_start():
    first = WEB.first_task()
    assert holds(first.ended_by_itself(), killed())
    assert holds(first.is_("failed"), killed())
    assert not holds(first.is_replaced(), killed())
    assert holds(first.is_replaced(), killed().wait(5).task("new"))


def test_a_task_that_swarm_shut_down_has_not_ended_by_itself():
    history = History().service().task("old").begin().wait(1).task("old", "shutdown", "shutdown").task("new")
    assert not holds(WEB.first_task().ended_by_itself(), history)
    assert holds(WEB.has_new_running_task(), history)
    assert found(WEB.first_task().ended_by_itself(), history) == "task `old012345678` is shutdown"


def test_a_deleted_first_task_is_told_from_one_that_never_was():
    history = History().service().task("old").begin().wait(1).gone("task", "old")
    assert holds(WEB.first_task().is_deleted(), history)
    assert "has been deleted" in found(WEB.first_task().ended_by_itself(), history)
    never_was = History().service().begin()
    assert not holds(WEB.first_task().is_deleted(), never_was)
    assert "no task ran in slot 1" in found(WEB.first_task().ended_by_itself(), never_was)


def test_the_task_of_the_start_is_not_new():
    assert not holds(WEB.has_new_running_task(), History().service().task("old").begin())
    assert not holds(WEB.has_new_running_task(), killed().task("new", slot=2))


def test_a_service_made_anew_under_the_same_name_is_another():
    history = History().service(id="s1").begin().wait(1).gone("service", "s1").wait(1).service(id="s2")
    assert holds(another_service(), history)
    assert found(another_service(), history) == "new: `web-server`"
    assert not holds(another_service(), History().service().begin().service(replicas=4))


def test_names_nodes_and_lines():
    history = History().begin().service("web_server").node("node1", "drain").typed("docker ps -a", "node2", 1)
    assert holds(service_called(r"web.server"), history)
    assert not holds(service_called(r"web"), history)
    assert holds(node("node1").is_("drain"), history)
    assert not holds(node("node2").is_("drain"), history)
    assert found(node("nowhere").is_("drain"), history) == "there is no node `nowhere`"
    assert holds(some_node_is("drain"), history)
    assert not holds(some_node_is("pause"), history)
    assert holds(typed(r"docker ps", "listed"), history)
    assert holds(typed(r"docker ps", "listed", {"node2"}, failed=True), history)
    assert not holds(typed(r"docker ps", "listed", {"node1"}), history)
    assert not holds(typed(r"docker ps", "listed", failed=False), history)


def test_lines_typed_before_the_start_do_not_count():
    assert not holds(typed("docker", "any"), History().typed("docker ps").begin())
    assert holds(typed("docker", "any"), History().begin().typed("docker ps"))


def test_two_claims_joined_hold_at_the_same_moment():
    both = WEB.shows(1) & WEB.has_pinned_image()
    assert holds(both, scale(1, 1))
    one_after_the_other = History().begin().service(image="httpd").task("a").wait(1).task("a", "failed").service()
    assert not one_after_the_other.meets(eventually(both))


def test_of_two_claims_joined_the_first_that_fails_is_told():
    both = WEB.shows(1) & WEB.has_pinned_image()
    assert found(both, scale(1, 0)) == "service `web-server` shows `0/1`"
    assert found(both, History().service(image="httpd").task("a")) == "its image is `httpd`"
