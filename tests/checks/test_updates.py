"""Claims about the rolling update of a service."""

from swarmlab.checks import eventually, now
from swarmlab.checks.updates import update_is

from .histories import History

CLAIM = update_is("web-server", "paused", "rollback_completed")


def test_the_last_update_has_one_of_several_states():
    history = History().begin().service()
    assert history.found(now(CLAIM)) == "it was never updated"
    history.wait(1).service(update="updating")
    assert history.found(now(CLAIM)) == "its last update is updating"
    history.wait(1).service(update="paused")
    assert history.meets(now(CLAIM))
    history.wait(1).service(update="completed")
    assert not history.meets(now(CLAIM))
    assert history.meets(eventually(CLAIM))


def test_a_service_that_is_not_there_has_no_update():
    assert History().found(now(CLAIM)) == "there is no service `web-server`"
    assert CLAIM.text == "the last update of `web-server` is paused or rollback_completed"
