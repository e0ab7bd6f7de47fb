"""Who answers: virtual addresses, the routing mesh, published ports; and whom the server sees."""

from swarmlab.core.network import ops
from swarmlab.core.network.trace import Connection
from swarmlab.core.network.world import Place
from swarmlab.core.simulation import Simulation
from swarmlab.core.states import Availability
from swarmlab.core.units import MILLISECOND, SECOND
from tests.builders import publish
from tests.core.network.scene import HOSTS, Scene


def mesh(replicas: int = 3, **fields: object) -> Scene:
    scene = Scene()
    scene.start("web", replicas, ports=(publish(8080),), **fields)
    return scene


def test_each_task_answers_in_turn_and_each_entry_node_has_a_turn_of_its_own() -> None:
    scene = mesh()
    outside = Place("swarm-manage")
    first = [scene.who(outside, "192.168.1.12", 8080) for _ in range(6)]
    assert len(set(first)) == 3
    assert first[:3] == first[3:]
    assert scene.who(outside, "192.168.1.13", 8080) == first[0]  # node2 begins at its own beginning
    assert scene.who(outside, "192.168.1.12", 8080) == first[0]
    assert scene.who(outside, "192.168.1.13", 8080) == first[1]


def test_every_node_answers_with_or_without_a_task() -> None:
    scene = mesh(1)
    for address in scene.hosts.values():
        for host in HOSTS:
            result = scene.curl(Place(host), address, 8080)
            assert (result.status, result.body) == (200, b"<html><body><h1>It works!</h1></body></html>\n")
    assert scene.curl(Place("node1"), "127.0.0.1", 8080).status == 200


def test_a_drained_node_still_routes() -> None:
    scene = mesh(2)
    scene.set_availability("node2", Availability.DRAIN)
    scene.settle()
    scene.run(SECOND)
    assert "node2" not in scene.hosts_of(scene.running())
    assert scene.curl(Place("node1"), "192.168.1.13", 8080).status == 200


def test_an_unpublished_port_is_refused_and_so_is_one_without_tasks() -> None:
    scene = mesh(2)
    outside = Place("node1")
    assert scene.net.connect(outside, "192.168.1.13", 8081).result == "refused"
    scene.scale("web", 0)
    scene.run(1500 * MILLISECOND)
    assert scene.net.connect(outside, "192.168.1.13", 8080).result == "refused"  # all are stopping
    scene.settle()
    scene.run(SECOND)
    assert scene.net.connect(outside, "192.168.1.13", 8080).result == "refused"  # there is no rule any more


def test_the_published_port_follows_an_update() -> None:
    scene = Scene()
    scene.start("web", 2)
    outside = Place("node1")
    assert scene.net.connect(outside, "192.168.1.11", 8081).result == "refused"
    before = {task.id for task in scene.running()}
    endpoint = scene.service().spec.endpoint
    assert endpoint is not None
    scene.update(endpoint=endpoint._replace(ports=(publish(8081),)))
    scene.settle()
    scene.run(SECOND)
    assert not before & {task.id for task in scene.running()}
    assert {scene.curl(outside, address, 8081).status for address in scene.hosts.values()} == {200}


def test_one_connection_is_answered_by_one_task() -> None:
    scene = mesh()
    connection = scene.net.connect(Place("node1"), "192.168.1.13", 8080)
    servers = {scene.net.request(connection).connection for _ in range(5)}
    assert len(servers) == 1
    log = [len(scene.simulation.hosts[p.host].engine.containers[p.container_id].log) for p in scene.places("web")]
    assert max(log) - min(log) == 5


def test_the_server_sees_the_entry_nodes_address_on_ingress() -> None:
    scene = mesh()
    sources = {scene.net.connect(Place("swarm-manage"), address, 8080).source for address in scene.hosts.values()}
    assert sources == {"10.0.0.2", "10.0.0.3", "10.0.0.4"}
    connection = scene.net.connect(Place("swarm-manage"), "192.168.1.13", 8080)
    assert connection.source == scene.net.views.balancer_address("node2", scene.net.views.ingress("node2").id)  # type: ignore[union-attr]
    scene.net.request(connection)
    place = connection.server
    assert place is not None
    line = scene.simulation.hosts[place.host].engine.containers[place.container_id].log[-1].data.decode()
    assert line.startswith("10.0.0.4 - - [02/Mar/2026:")
    assert line.endswith('"GET / HTTP/1.1" 200 45\n')


def test_through_a_virtual_address_the_server_sees_the_clients_balancer_else_the_client() -> None:
    scene = Scene()
    network = scene.network("my_net")
    scene.start("my_web", 3, "my_net")
    client = scene.client("util", "my_net")
    own = scene.addresses("util", "my_net")[0]
    vip = scene.vip("my_web", "my_net")
    assert scene.net.connect(client, vip, 80).source == scene.net.views.balancer_address(client.host, network)
    task = scene.addresses("my_web", "my_net")[0]
    assert scene.net.connect(client, task, 80).source == own


def test_a_virtual_address_balances_any_port_without_mapping_it() -> None:
    scene = Scene()
    scene.network("my_net")
    scene.start("my_web", 3, "my_net", ports=(publish(8080),))
    client = scene.client("util", "my_net")
    vip = scene.vip("my_web", "my_net")
    answers = [scene.who(client, vip) for _ in range(6)]
    assert len(set(answers)) == 3
    assert answers[:3] == answers[3:]
    assert scene.net.connect(client, vip, 8080).result == "refused"


def test_a_ping_to_a_virtual_address_reaches_nobody_and_is_answered() -> None:
    scene = Scene()
    scene.network("my_net")
    scene.start("my_web", 1, "my_net")
    client = scene.client("util", "my_net")
    for place in scene.places("my_web"):
        engine = scene.simulation.hosts[place.host].engine
        engine.pause(engine.containers[place.container_id])
    pong = scene.net.ping(client, scene.vip("my_web", "my_net"))
    assert (pong.result, pong.ttl) == ("ok", 64)
    assert scene.net.request(scene.net.connect(client, scene.vip("my_web", "my_net"), 80)).result == "timeout"


def test_host_mode_answers_on_nodes_with_a_task_only_and_shows_the_client() -> None:
    scene = Scene()
    scene.start("web", 2, ports=(publish(8080, mode="host"),))
    with_task = scene.hosts_of(scene.running())
    client = Place("swarm-manage")
    for host, address in scene.hosts.items():
        connection = scene.net.connect(client, address, 8080)
        assert connection.result == ("ok" if host in with_task else "refused")
        if connection.is_open and host != client.host:
            assert connection.source == "192.168.1.11"


def test_a_container_on_the_bridge_is_reached_from_its_host_only() -> None:
    scene = Scene()
    scene.start("web", 1)
    place = scene.places("web")[0]
    address = next(link.address for link in scene.net.interfaces(place) if link.name == "eth0")
    assert address == "172.17.0.2"
    assert scene.curl(Place(place.host), address).status == 200
    other = next(host for host in HOSTS if host != place.host)
    assert scene.net.connect(Place(other), address, 80).result == "no route"


def test_a_host_is_not_on_overlays() -> None:
    scene = Scene()
    scene.network("my_net")
    scene.start("my_web", 1, "my_net")
    host = scene.places("my_web")[0].host
    assert scene.net.connect(Place(host), scene.vip("my_web", "my_net"), 80).result == "timeout"


def test_neighbours_on_the_gateway_bridge_are_hidden_from_each_other() -> None:
    scene = Scene()
    scene.network("my_net")
    scene.start("my_web", 6, "my_net")
    one, other = [p for p in scene.places("my_web") if p.host == "node1"]
    address = next(link.address for link in scene.net.interfaces(other) if link.network == "docker_gwbridge")
    assert scene.net.connect(one, address, 80).result == "timeout"
    assert scene.net.ping(one, "172.18.0.1").result == "ok"
    assert scene.net.ping(one, "192.168.1.13").ttl == 63


def test_interfaces_and_routes_of_a_published_task() -> None:
    scene = Scene()
    scene.network("my_net")
    scene.start("web", 1, "my_net", ports=(publish(8080),))
    links = scene.net.interfaces(scene.places("web")[0])
    by_network = {link.network: link for link in links}
    assert by_network["ingress"].mtu == by_network["my_net"].mtu == 1450
    assert by_network["docker_gwbridge"].mtu == 1500
    assert by_network["my_net"].mac == "02:42:0a:00:01:03"
    routes = scene.net.routes(scene.places("web")[0])
    assert [route.destination for route in routes] == ["default", "10.0.0.0/24", "10.0.1.0/24", "172.18.0.0/16"]
    assert routes[0].via == "172.18.0.1"


def test_the_same_seed_and_the_same_requests_give_the_same_answers() -> None:
    def story() -> list[object]:
        scene = mesh()
        scene.network("my_net")
        scene.start("my_web", 3, "my_net")
        client = scene.client("util", "my_net")
        answers: list[object] = [scene.who(Place("node1"), "192.168.1.13", 8080) for _ in range(4)]
        return answers + [scene.net.resolve(client, "tasks.my_web").values for _ in range(4)]

    assert story() == story()


def test_inputs_are_json_and_survive_a_checkpoint() -> None:
    scene = mesh()
    op = {"op": "connect", "host": "node1", "container": None, "address": "192.168.1.13", "port": 8080}
    first = ops.apply(scene.net, op)
    copy = Simulation.restore(scene.simulation.checkpoint())
    assert ops.apply(copy.net, op) == ops.apply(scene.net, op) != first
    connection = Connection.from_json(first)
    assert connection.as_json() == first
    answer = ops.apply(scene.net, {"op": "request", "connection": first, "path": "/nosuch"})
    assert answer["status"] == 404
    import json

    assert json.loads(json.dumps([first, answer])) == [first, answer]


def test_hops_tell_the_whole_way_and_where_it_ended() -> None:
    scene = mesh(1)
    holder = scene.places("web")[0].host
    entry = next(host for host in HOSTS if host != holder)
    connection = scene.net.connect(Place(entry), scene.hosts[entry], 8080)
    assert [hop.station for hop in connection.hops] == [
        "loopback", "published port", "ingress sandbox", "ipvs", "vxlan", "container",
    ]  # fmt: skip
    assert all(hop.passed for hop in connection.hops)
    failed = scene.net.connect(Place(entry), scene.hosts[entry], 9999)
    assert not failed.hops[-1].passed
    assert failed.hops[-1].text == f"nothing listens on port 9999 of {entry}"
