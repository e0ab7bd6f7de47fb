"""What a learner hands in is compared with the history, and is never trusted to be sane."""

import pytest

from swarmlab.checks import answer, eventually, now, service

from .histories import History, container, long

FIRST = service("web-server").first_task()


def killed() -> History:
    return History().service().task("old").begin().wait(1).task("old", "failed", "shutdown").wait(5).task("new")


def test_the_container_has_the_name_of_service_slot_and_whole_task_id():
    goal = eventually(answer().is_container_of("web-server"))
    history = History().service().task("old").begin()
    assert history.meets(goal, answer=f"web-server.1.{long('old')}")
    assert history.meets(goal, answer=f"  /web-server.1.{long('old')}\n")
    for wrong in ("web-server", "web-server.1", f"web-server.1.{long('old')[:12]}", long("old"), "", f"x{long('old')}"):
        assert not history.meets(goal, answer=wrong), wrong


def test_the_container_of_an_ended_task_is_not_the_one_that_runs():
    history = killed()
    assert not history.meets(now(answer().is_container_of("web-server")), answer=f"web-server.1.{long('old')}")


def test_twelve_characters_of_an_id_are_enough_and_eleven_are_not():
    goal = now(answer("old").is_id_of_first(FIRST))
    assert killed().meets(goal, old=long("old"))
    assert killed().meets(goal, old=long("old")[:12])
    assert not killed().meets(goal, old=long("old")[:11])
    assert not killed().meets(goal, old=long("old") + "x")


def test_old_and_new_are_not_confused():
    assert killed().meets(now(answer("new").is_id_of_new("web-server")), new=long("new"))
    assert not killed().meets(now(answer("new").is_id_of_new("web-server")), new=long("old"))
    assert not killed().meets(now(answer("old").is_id_of_first(FIRST)), old=long("new"))
    assert killed().meets(now(answer("new").is_an_ended_task_id()), new=long("old"))
    assert not killed().meets(now(answer("new").is_an_ended_task_id()), new=long("new"))


def test_ids_of_containers_and_tasks_are_told_apart():
    given = container(long("old"))[:12]
    assert killed().meets(now(answer().is_a_container_id()), answer=given)
    assert not killed().meets(now(answer().is_a_task_id()), answer=given)
    assert killed().meets(now(answer().is_a_task_id()), answer=long("new"))


def test_the_id_of_a_task_that_is_gone_is_still_known_as_one():
    history = History().service().task("old").begin().wait(1).gone("task", "old")
    assert history.meets(now(answer().is_a_task_id()), answer=long("old"))


@pytest.mark.parametrize("junk", [None, 7, True, ["a"], {"a": 1}, object(), b"web"])
def test_an_answer_that_is_no_text_is_wrong_and_no_error(junk):
    goal = now(answer().is_container_of("web-server"))
    history = History().service().task("old").begin()
    assert not history.meets(goal, answer=junk)
    assert history.found(goal, answer=junk)


def test_what_was_given_is_told_and_cut_short():
    goal = now(answer().is_container_of("web-server"))
    assert History().found(goal) == "you gave no `answer` yet"
    assert History().found(goal, answer="") == "you gave no `answer` yet"
    assert History().found(goal, answer="web") == "you gave `web`"
    assert History().found(goal, answer=5) == "your `answer` has the type int, but a text in quotes is needed"
    assert len(History().found(goal, answer="x" * 5000)) < 120


def test_missing_and_matching():
    assert History().meets(now(answer().is_missing()))
    assert not History().meets(now(answer().is_missing()), answer="x")
    assert History().meets(now(answer().matches(r"a+", "many a")), answer="aaa")
    assert not History().meets(now(answer().matches(r"a+", "many a")), answer="aab")


def test_a_goal_about_an_answer_reads_without_a_moment():
    assert eventually(answer("old").is_id_of_first(FIRST)).text == (
        "Your `old` is the id of the first task of slot 1 of `web-server`."
    )
