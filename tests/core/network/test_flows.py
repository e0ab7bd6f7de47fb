"""What becomes of connections that are there already, and of datagrams, when tasks stop and firewalls change."""

from swarmlab.core import faults
from swarmlab.core.network.fabric import DOCKER_USER, ESP, OUTPUT, Path, Rule
from swarmlab.core.network.world import Place
from swarmlab.core.objects import Driver, NetworkSpec
from swarmlab.core.simulation import Simulation
from swarmlab.core.units import MILLISECOND, SECOND
from tests.builders import publish
from tests.core.network.scene import HOSTS, Scene


def test_a_connection_to_a_stopping_task_goes_on_until_its_process_ends() -> None:
    scene = Scene()
    scene.start("web", 1, ports=(publish(8080),))
    outside = Place("node1")
    kept = scene.net.connect(outside, "192.168.1.13", 8080)
    scene.scale("web", 0)
    scene.run(1900 * MILLISECOND)
    assert scene.net.connect(outside, "192.168.1.13", 8080).result == "refused"  # nothing new
    assert scene.net.request(kept).status == 200
    scene.run(10 * SECOND)
    assert scene.net.request(kept).result == "reset"


def test_a_connection_stays_where_it_is_when_tasks_come_and_go() -> None:
    scene = Scene()
    scene.start("web", 2, ports=(publish(8080),))
    kept = scene.net.connect(Place("node1"), "192.168.1.13", 8080)
    scene.scale("web", 5)
    scene.settle()
    assert {scene.net.request(kept).connection.server for _ in range(5)} == {kept.server}  # type: ignore[union-attr]
    assert len({scene.who(Place("node1"), "192.168.1.13", 8080) for _ in range(5)}) == 5


def test_a_flow_of_datagrams_stays_at_one_task_and_the_next_goes_to_the_next() -> None:
    scene = Scene()
    scene.network("my_net")
    scene.start("udp", 2, "my_net", image="traefik/whoamiudp", ports=(publish(9000, 8080)._replace(protocol="udp"),))
    client = scene.client("util", "my_net")
    flows = [scene.net.connect(client, scene.vip("udp", "my_net"), 8080, "udp") for _ in range(4)]
    assert len({flow.server for flow in flows}) == 2
    assert flows[0].server == flows[2].server != flows[1].server
    assert len({scene.net.send(flows[0], "WHO") for _ in range(3)}) == 1
    assert scene.net.send(flows[0], "hello") == "Received: hello"
    own = scene.net.connect(Place("node1"), "192.168.1.13", 9000, "udp")
    assert own.source == "10.0.0.4"
    assert scene.net.connect(Place("node1"), "192.168.1.13", 9000).result == "refused"  # tcp


def test_datagrams_to_a_task_that_hangs_vanish() -> None:
    scene = Scene()
    scene.network("my_net")
    scene.start("udp", 1, "my_net", image="traefik/whoamiudp")
    client = scene.client("util", "my_net")
    flow = scene.net.connect(client, scene.vip("udp", "my_net"), 8080, "udp")
    faults.hang(scene.simulation, "udp.1")
    assert scene.net.send(flow, "WHO") == ""


def test_each_direction_of_a_port_is_closed_by_itself() -> None:
    scene = Scene()
    faults.block(scene.simulation, "node1", 2377, direction="out")
    fabric = scene.simulation.fabric
    assert fabric.path("node1", "swarm-manage", 2377) is Path.PROHIBITED
    assert fabric.path("node2", "swarm-manage", 2377) is Path.OPEN
    assert fabric.path("swarm-manage", "node1", 2377) is Path.OPEN
    faults.unblock(scene.simulation, "node1", 2377)
    assert fabric.path("node1", "swarm-manage", 2377) is Path.OPEN


def test_the_first_rule_that_fits_decides_and_may_name_the_other_end() -> None:
    fabric = Scene().simulation.fabric
    rules = (
        Rule(80, "tcp", Path.OPEN, other="192.168.1.13"),
        Rule(80, "tcp", Path.REFUSED, other="192.168.1.8/29"),
        Rule(80, "tcp", Path.LOST),
        Rule(81, "tcp", Path.LOST, OUTPUT, other="192.168.1.12"),
    )
    with fabric.change():
        fabric.blocked["swarm-manage"].update(dict.fromkeys(rules))
    assert [fabric.path(host, "swarm-manage", 80) for host in ("node1", "node2")] == [Path.REFUSED, Path.OPEN]
    assert [fabric.path("swarm-manage", host, 81) for host in ("node1", "node2")] == [Path.LOST, Path.OPEN]


def test_an_encrypted_network_needs_esp_and_others_do_not() -> None:
    scene = Scene()
    control = scene.manager.control
    control.create_network(NetworkSpec("safe", driver=Driver("overlay", {"encrypted": ""})))
    scene.network("open")
    scene.start("web", 3, "safe", "open")
    faults.block(scene.simulation, "node2", 50, ESP, drop=True)
    client = next(place for place in scene.places("web") if place.host == "node1")
    far = [place.host for place in scene.places("web")].index("node2")
    addresses = {name: scene.addresses("web", name)[far] for name in ("safe", "open")}
    assert scene.net.connect(client, addresses["safe"], 80).result == "timeout"
    assert scene.net.connect(client, addresses["open"], 80).result == "ok"
    assert scene.net.ping(client, addresses["safe"]).result == "timeout"
    assert len(scene.net.look_up(client, "tasks.web").values) == 3


def test_what_is_blocked_for_containers_is_the_port_that_their_packets_have_by_then() -> None:
    scene = Scene()
    scene.start("mesh", 1, ports=(publish(8080),))
    scene.start("host", 3, ports=(publish(9090, mode="host"),))
    faults.block(scene.simulation, "node1", 8080, drop=True, direction="published")
    faults.block(scene.simulation, "node1", 9090, drop=True, direction="published")
    outside = Place("node2")
    assert scene.net.connect(outside, "192.168.1.12", 8080).result == "timeout"
    assert scene.net.connect(outside, "192.168.1.12", 9090).result == "ok"  # it is port 80 there already
    faults.block(scene.simulation, "node1", 80, drop=True, direction="published")
    assert scene.net.connect(outside, "192.168.1.12", 9090).result == "timeout"
    assert {rule.chain for rule in scene.simulation.fabric.blocked["node1"]} == {DOCKER_USER}


def test_host_ports_that_the_engine_chooses_begin_at_32768_on_each_host() -> None:
    scene = Scene()
    scene.start("web", 3, ports=(publish(0, mode="host"),))
    ports = {place.host: scene.net.views.container(place).ports[0].published for place in scene.places("web")}  # type: ignore[union-attr]
    assert ports == dict.fromkeys(HOSTS, 32768)
    assert {scene.curl(Place("node1"), address, 32768).status for address in scene.hosts.values()} == {200}


def test_of_two_host_ports_for_one_port_of_a_container_the_last_one_is_bound() -> None:
    scene = Scene()
    scene.start("web", 3, ports=(publish(8080, mode="host"), publish(8081, mode="host")))
    asked = {port: scene.net.connect(Place("node2"), "192.168.1.12", port).result for port in (8080, 8081)}
    assert asked == {8080: "refused", 8081: "ok"}


def test_the_data_path_port_of_a_swarm_is_the_one_that_counts() -> None:
    simulation = Simulation({"one": "192.168.1.11"}, seed=1)
    simulation.init_swarm("one", data_path_port=5000)
    assert simulation.net.views.tunnel("one", "") == (5000, False)
