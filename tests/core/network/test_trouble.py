"""Closed ports, cut cables and dead hosts: what each does to names, balancing and connections."""

import pytest

from swarmlab.core import faults
from swarmlab.core.network.fabric import DOCKER_USER, Path, Rule
from swarmlab.core.network.firewall import Opening
from swarmlab.core.network.world import Place
from swarmlab.core.units import MILLISECOND, SECOND
from tests.builders import publish
from tests.core.network.scene import HOSTS, Scene


@pytest.fixture
def scene() -> Scene:
    scene = Scene()
    scene.network("my_net")
    scene.start("web", 3, "my_net", ports=(publish(8080),))
    return scene


def test_without_vxlan_names_are_fine_and_every_third_request_hangs(scene: Scene) -> None:
    scene.net.set_firewall("node2", "close", Opening(4789, "udp"))
    client = scene.places("web")[[p.host for p in scene.places("web")].index("node1")]
    assert len(scene.net.look_up(client, "tasks.web").values) == 3
    results = [scene.net.connect(Place("swarm-manage"), "192.168.1.12", 8080) for _ in range(6)]
    assert sorted(r.result for r in results) == ["ok"] * 4 + ["timeout"] * 2
    hung = next(r for r in results if r.result == "timeout")
    assert hung.after > 130 * SECOND
    assert hung.hops[-1].station == "vxlan"
    scene.net.set_firewall("node2", "open", Opening(4789, "udp"))
    assert {scene.net.connect(client, "192.168.1.12", 8080).result for _ in range(3)} == {"ok"}


def test_without_gossip_each_side_soon_knows_its_own_only(scene: Scene) -> None:
    inside = {place.host: place for place in scene.places("web")}
    scene.net.set_firewall("node2", "close", Opening(7946, "udp"))
    scene.run(5 * SECOND)
    assert len(scene.net.look_up(inside["node1"], "tasks.web").values) == 3
    scene.run(800 * MILLISECOND)
    assert len(scene.net.look_up(inside["node1"], "tasks.web").values) == 2
    assert len(scene.net.look_up(inside["node2"], "tasks.web").values) == 1
    assert not scene.simulation.names.sees("node1", "node2")
    scene.run(60 * SECOND)
    assert {node.status.state.name for node in scene.manager.store.nodes()} == {"READY"}


def test_a_node_without_gossip_and_without_a_task_refuses() -> None:
    scene = Scene()
    scene.start("web", 1, ports=(publish(8080),))
    lonely = next(host for host in HOSTS if host != scene.places("web")[0].host)
    assert scene.net.connect(Place(lonely), scene.hosts[lonely], 8080).result == "ok"
    scene.net.set_firewall(lonely, "close", Opening(7946, "tcp"))
    scene.run(6 * SECOND)
    assert scene.net.connect(Place(lonely), scene.hosts[lonely], 8080).result == "refused"


def test_gossip_comes_back_within_its_time_and_stays(scene: Scene) -> None:
    client = next(place for place in scene.places("web") if place.host == "node1")
    scene.net.set_firewall("node2", "close", Opening(7946, "udp"))
    scene.run(30 * SECOND)
    scene.net.set_firewall("node2", "open", Opening(7946, "udp"))
    scene.run(SECOND - MILLISECOND)
    assert len(scene.net.look_up(client, "tasks.web").values) == 2
    scene.run(25 * SECOND)
    assert len(scene.net.look_up(client, "tasks.web").values) == 3


def test_a_short_silence_is_not_noticed_but_news_wait(scene: Scene) -> None:
    client = next(place for place in scene.places("web") if place.host == "node1")
    faults.cut(scene.simulation, "node2")
    scene.run(3 * SECOND)
    assert len(scene.net.look_up(client, "tasks.web").values) == 3
    faults.mend(scene.simulation, "node2")
    scene.run(SECOND)
    assert len(scene.net.look_up(client, "tasks.web").values) == 3


def test_a_change_needs_a_fifth_of_a_second_to_the_others_and_none_at_home(scene: Scene) -> None:
    places = {place.host: place for place in scene.places("web")}
    scene.simulation.names.disable(places["node2"].container_id or "")
    assert len(scene.net.look_up(places["node2"], "tasks.web").values) == 2
    assert len(scene.net.look_up(places["node1"], "tasks.web").values) == 3
    scene.run(200 * MILLISECOND)
    assert len(scene.net.look_up(places["node1"], "tasks.web").values) == 2


def test_a_dead_host_makes_its_share_hang_until_gossip_forgets_it(scene: Scene) -> None:
    faults.stop(scene.simulation, "node2")
    outside = Place("swarm-manage")
    first = {scene.net.connect(outside, "192.168.1.12", 8080).result for _ in range(3)}
    assert first == {"ok", "timeout"}
    assert scene.net.connect(outside, "192.168.1.13", 8080).result == "timeout"
    scene.run(6 * SECOND)
    later = [scene.net.connect(outside, "192.168.1.12", 8080).result for _ in range(4)]
    assert set(later) == {"ok"}
    assert scene.node("node2").status.state.name == "READY"  # the manager notices later


def test_a_host_firewall_does_not_stop_published_ports_but_docker_user_does(scene: Scene) -> None:
    faults.block(scene.simulation, "node1", 8080)
    assert scene.net.connect(Place("node2"), "192.168.1.12", 8080).result == "ok"
    with scene.simulation.fabric.change():
        scene.simulation.fabric.blocked["node1"][Rule(8080, "tcp", Path.LOST, DOCKER_USER)] = None
    assert scene.net.connect(Place("node2"), "192.168.1.12", 8080).result == "timeout"


def test_a_closed_port_of_a_host_is_no_route_at_once_and_a_dropped_one_a_timeout(scene: Scene) -> None:
    manager, client = "192.168.1.11", Place("node1")
    assert scene.net.connect(client, manager, 2377).result == "ok"
    faults.block(scene.simulation, "swarm-manage", 2377)
    refused = scene.net.connect(client, manager, 2377)
    assert (refused.result, refused.after < MILLISECOND) == ("no route", True)
    faults.block(scene.simulation, "swarm-manage", 2377, drop=True)
    assert scene.net.connect(client, manager, 2377).result == "timeout"
    faults.block(scene.simulation, "swarm-manage", 2377)
    assert scene.net.connect(client, manager, 2377).result == "no route"
    faults.unblock(scene.simulation, "swarm-manage", 2377)
    assert scene.net.connect(client, manager, 2377).result == "ok"


def test_an_address_of_nobody_is_no_route_after_three_seconds(scene: Scene) -> None:
    result = scene.net.connect(Place("node1"), "192.168.1.99", 80)
    assert (result.result, result.after) == ("no route", 3_074 * MILLISECOND)
    inside = scene.places("web")[0]
    assert scene.net.connect(inside, "10.0.1.200", 80).result == "no route"


def test_a_killed_container_is_forgotten_and_its_replacement_found(scene: Scene) -> None:
    client = next(place for place in scene.places("web") if place.host == "node1")
    victim = next(task for task in scene.running("web") if task.slot == 2)
    old = scene.addresses("web", "my_net")
    faults.kill(scene.simulation, victim.id)
    scene.run(SECOND)
    assert len(scene.net.look_up(client, "tasks.web").values) == 2
    scene.settle()
    scene.run(SECOND)
    new = sorted(scene.net.look_up(client, "tasks.web").values)
    assert len(new) == 3
    assert len(set(new) - set(old)) == 1


def test_only_swarm_ports_are_listed_open_and_what_is_closed_is_not(scene: Scene) -> None:
    ports = scene.net.firewalls
    assert [str(p) for p in ports.open_ports("node1")] == ["esp", "2377/tcp", "4789/udp", "7946/tcp", "7946/udp"]
    assert not scene.net.set_firewall("node1", "open", Opening(7946, "tcp"))
    assert scene.net.set_firewall("node1", "close", Opening(7946, "tcp"))
    assert [str(port) for port in ports.open_ports("node1")] == ["esp", "2377/tcp", "4789/udp", "7946/udp"]
    assert scene.net.set_firewall("node1", "reload")
    assert ports.is_open("node1", Opening(7946, "tcp"))
    assert scene.simulation.fabric.gossips("node1", "node2")


def test_a_stopped_firewall_blocks_nothing(scene: Scene) -> None:
    scene.net.set_firewall("node1", "close", Opening(7946, "tcp"))
    scene.net.set_firewall("node1", "stop")
    assert scene.simulation.fabric.gossips("node1", "node2")


def test_answers_must_get_back_too(scene: Scene) -> None:
    scene.net.set_firewall("node1", "close", Opening(4789, "udp"))  # the entry node's own
    results = sorted(scene.net.connect(Place("node2"), "192.168.1.12", 8080).result for _ in range(3))
    assert results == ["ok", "timeout", "timeout"]


def test_a_firewall_does_not_stand_between_a_host_and_itself(scene: Scene) -> None:
    faults.block(scene.simulation, "swarm-manage", 2377)
    assert scene.net.connect(Place("swarm-manage"), "192.168.1.11", 2377).result == "ok"


def test_without_its_engine_a_host_routes_nothing(scene: Scene) -> None:
    faults.stop_engine(scene.simulation, "node1")
    assert scene.net.connect(Place("node2"), "192.168.1.12", 8080).result == "refused"
    assert scene.net.connect(Place("node2"), "192.168.1.11", 8080).result == "ok"
