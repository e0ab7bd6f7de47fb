"""Claims about services on networks."""

from swarmlab.checks import Claim, now
from swarmlab.checks.networks import has_new_addresses, is_on, keeps_its_vip, share_a_network

from .histories import History


def holds(claim: Claim, history: History) -> bool:
    return history.meets(now(claim))


def found(claim: Claim, history: History) -> str:
    return history.found(now(claim))


def front_and_back() -> History:
    history = History().service("front", vips={"front-net": "10.0.1.2", "back-net": "10.0.2.2"})
    return history.service("back", vips={"back-net": "10.0.2.3"}).service("util", vips={"front-net": "10.0.1.3"})


def test_a_service_is_on_its_networks_and_shares_them():
    history = front_and_back().service("alone")
    assert holds(is_on("front", "back-net"), history)
    assert not holds(is_on("back", "front-net"), history)
    assert holds(share_a_network("front", "back"), history)
    assert holds(share_a_network("util", "front"), history)
    assert not holds(share_a_network("util", "back"), history)
    assert not holds(share_a_network("alone", "alone"), history)
    assert found(share_a_network("util", "back"), history) == "`util` is on `front-net`, and `back` is on `back-net`"
    assert found(is_on("alone", "x"), history) == "`alone` is on no network of the swarm"
    assert found(is_on("gone", "x"), history) == "there is no service `gone`"


def test_a_virtual_address_stays_until_the_service_is_made_anew():
    claim = keeps_its_vip("web-server", "net")
    history = History().service(vips={"net": "10.0.1.2"}).wait(1).begin()
    assert holds(claim, history)
    history.wait(1).gone("service", "s-web-server")
    assert found(claim, history) == "it was 10.0.1.2 at the start, and is none"
    history.service(id="s2", vips={"net": "10.0.1.9"})
    assert found(claim, history) == "it was 10.0.1.2 at the start, and is 10.0.1.9"
    assert not holds(keeps_its_vip("web-server", "other"), History().service(vips={"net": "10.0.1.2"}))


def test_addresses_are_new_when_no_running_task_has_one_of_the_start():
    claim = has_new_addresses("web-server", "net")
    history = History().service(replicas=2)
    for slot in (1, 2):
        history.task(f"t{slot}", slot=slot, addresses={"net": f"10.0.1.{slot + 2}"})
    history.wait(1).begin()
    assert found(claim, history) == "in use as at the start: 10.0.1.3, 10.0.1.4"
    history.wait(1).task("t1", "shutdown", "shutdown", slot=1).task("u1", slot=1, addresses={"net": "10.0.1.7"})
    assert found(claim, history) == "in use as at the start: 10.0.1.4"
    history.wait(1).task("t2", "shutdown", "shutdown", slot=2).task("u2", slot=2, addresses={"net": "10.0.1.8"})
    assert holds(claim, history)
    history.wait(1).task("u1", "shutdown", "shutdown").task("u2", "shutdown", "shutdown", slot=2)
    assert found(claim, history) == "no task of `web-server` runs"
