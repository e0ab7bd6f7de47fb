"""Service discovery: names, scopes and their life, as 127.0.0.11 answers them."""

import pytest

from swarmlab.core.network.world import Place
from swarmlab.core.objects import NetworkAttachmentConfig
from swarmlab.core.units import MILLISECOND, SECOND
from tests.builders import a_spec, publish
from tests.core.network.scene import Scene

NXDOMAIN = ("NXDOMAIN", ())


@pytest.fixture
def scene() -> Scene:
    scene = Scene()
    scene.network("my_net")
    scene.start("my_web", 3, "my_net")
    return scene


def test_a_service_name_is_its_virtual_address_and_tasks_dot_name_all_tasks(scene: Scene) -> None:
    client = scene.client("util", "my_net")
    assert scene.lookup(client, "my_web") == ("NOERROR", ("10.0.1.2",))
    status, values = scene.lookup(client, "tasks.my_web")
    assert (status, sorted(values)) == ("NOERROR", ["10.0.1.3", "10.0.1.4", "10.0.1.5"])
    assert sorted(values) == sorted(scene.addresses("my_web", "my_net"))


def test_a_name_that_exists_has_no_address_of_another_type_but_is_no_error(scene: Scene) -> None:
    client = scene.client("util", "my_net")
    assert scene.lookup(client, "my_web", "AAAA") == ("NOERROR", ())
    assert scene.lookup(client, "nosuch", "AAAA") == NXDOMAIN


def test_two_queries_differ_in_order_only(scene: Scene) -> None:
    client = scene.client("util", "my_net")
    orders = {scene.net.resolve(client, "tasks.my_web").values for _ in range(20)}
    assert len(orders) > 1
    assert {tuple(sorted(order)) for order in orders} == {("10.0.1.3", "10.0.1.4", "10.0.1.5")}


def test_a_slot_has_no_name_but_a_container_has_two(scene: Scene) -> None:
    client = scene.client("util", "my_net")
    task = scene.in_slot_order("my_web")[0]
    address = scene.addresses("my_web", "my_net")[0]
    assert task.status.container is not None
    assert scene.lookup(client, "my_web.1") == NXDOMAIN
    assert scene.lookup(client, f"my_web.1.{task.id}") == ("NOERROR", (address,))
    assert scene.lookup(client, task.status.container.container_id[:12]) == ("NOERROR", (address,))


def test_a_name_may_carry_its_network_and_any_letters(scene: Scene) -> None:
    client = scene.client("util", "my_net")
    assert scene.lookup(client, "MY_WEB.my_net") == ("NOERROR", ("10.0.1.2",))
    assert scene.lookup(client, "tasks.my_web.MY_NET.")[0] == "NOERROR"
    assert scene.lookup(client, "my_web.other_net") == NXDOMAIN


def test_names_end_at_the_edge_of_their_network(scene: Scene) -> None:
    scene.network("other_net")
    stranger = scene.client("stranger", "other_net")
    assert scene.lookup(stranger, "my_web") == NXDOMAIN
    assert scene.net.addresses_of(stranger, "my_web") == ()


def test_services_that_are_only_published_cannot_see_each_other() -> None:
    scene = Scene()
    scene.start("one", 1, ports=(publish(8080),))
    scene.start("two", 1, ports=(publish(8081),))
    place = scene.places("one")[0]
    assert scene.net.look_up(place, "one").server == "127.0.0.11"
    assert scene.lookup(place, "one") == scene.lookup(place, "two") == NXDOMAIN
    assert [scene.curl(Place("node1"), "192.168.1.13", port).status for port in (8080, 8081)] == [200, 200]


def test_an_alias_stands_for_the_service(scene: Scene) -> None:
    scene.start("shop", 2, "my_net", aliases=("foo",))
    client = scene.client("util", "my_net")
    assert scene.lookup(client, "foo") == scene.lookup(client, "shop") == ("NOERROR", (scene.vip("shop", "my_net"),))
    assert scene.lookup(client, "tasks.foo") == scene.lookup(client, "tasks.shop")


def test_dnsrr_has_no_virtual_address(scene: Scene) -> None:
    scene.start("api", 2, "my_net", endpoint_mode="dnsrr")
    client = scene.client("util", "my_net")
    assert scene.lookup(client, "api") == scene.lookup(client, "tasks.api")
    assert sorted(scene.lookup(client, "api")[1]) == sorted(scene.addresses("api", "my_net"))


def test_the_network_that_sorts_first_wins_for_a_service_on_two() -> None:
    scene = Scene()
    scene.network("zebra")
    scene.network("alpha")
    scene.start("both", 1, "zebra", "alpha")
    client = scene.client("util", "zebra", "alpha")
    assert scene.lookup(client, "both")[1] == (scene.vip("both", "alpha"),)
    assert scene.lookup(client, "both.zebra")[1] == (scene.vip("both", "zebra"),)


def test_addresses_of_tasks_have_names_and_virtual_ones_have_none(scene: Scene) -> None:
    client = scene.client("util", "my_net")
    task = scene.in_slot_order("my_web")[0]
    first = scene.addresses("my_web", "my_net")[0]
    reverse = ".".join(reversed(first.split("."))) + ".in-addr.arpa"
    assert scene.lookup(client, reverse, "PTR") == ("NOERROR", (f"my_web.1.{task.id}.my_net",))
    assert scene.lookup(client, "2.1.0.10.in-addr.arpa", "PTR") == NXDOMAIN


def test_a_stopping_task_leaves_at_once_but_the_name_stays_until_the_last_has_ended(scene: Scene) -> None:
    client = scene.client("util", "my_net")
    scene.scale("my_web", 0)
    scene.run(1500 * MILLISECOND)  # what its agent did is called off by now; not yet sent a signal
    assert scene.lookup(client, "tasks.my_web") == NXDOMAIN
    assert scene.lookup(client, "my_web") == ("NOERROR", ("10.0.1.2",))
    assert scene.net.connect(client, "10.0.1.2", 80).result == "refused"
    scene.settle()
    scene.run(SECOND)
    assert scene.lookup(client, "my_web") == NXDOMAIN
    assert scene.net.connect(client, "10.0.1.2", 80).result == "no route"
    assert scene.vip("my_web", "my_net") == "10.0.1.2"  # kept for when it is scaled up again


def test_after_an_update_addresses_are_new_and_the_virtual_one_is_not(scene: Scene) -> None:
    client = scene.client("util", "my_net")
    before = scene.addresses("my_web", "my_net")
    spec = scene.service("my_web").spec
    scene.update("my_web", task=spec.task._replace(force_update=1))
    scene.settle()
    scene.run(SECOND)
    after = scene.addresses("my_web", "my_net")
    assert not set(before) & set(after)
    assert scene.lookup(client, "my_web") == ("NOERROR", ("10.0.1.2",))
    assert sorted(scene.lookup(client, "tasks.my_web")[1]) == sorted(after)


def test_a_task_on_the_default_bridge_has_no_names(scene: Scene) -> None:
    scene.start("plain", 1)
    place = scene.places("plain")[0]
    assert scene.net.look_up(place, "plain").server == "192.168.1.1"
    assert scene.lookup(place, "my_web") == NXDOMAIN


def test_a_host_knows_hosts_and_no_services(scene: Scene) -> None:
    host = Place("node1")
    assert scene.net.addresses_of(host, "node2") == ("192.168.1.13",)
    assert scene.net.addresses_of(host, "localhost") == ("127.0.0.1",)
    assert scene.net.addresses_of(host, "my_web") == ()


def test_an_internal_network_resolves_its_own_names_and_fails_for_others() -> None:
    scene = Scene()
    scene.network("back", internal=True)
    scene.start("db", 1, "back")
    client = scene.client("util", "back")
    assert scene.lookup(client, "db")[0] == "NOERROR"
    assert scene.lookup(client, "example.com") == ("SERVFAIL", ())
    assert scene.net.ping(client, "192.168.1.11").result == "unreachable"
    assert [link.name for link in scene.net.interfaces(client)] == ["lo", "eth0"]


def test_hosts_and_resolv_conf_are_what_the_engine_writes(scene: Scene) -> None:
    client = scene.client("util", "my_net")
    container = scene.net.views.container(client)
    assert container is not None
    address = scene.addresses("util", "my_net")[0]
    assert scene.net.hosts_file(client).splitlines()[-1] == f"{address}\t{container.short_id}"
    assert "nameserver 127.0.0.11\noptions ndots:0\n" in scene.net.resolv_conf(client)


def test_a_published_only_task_has_no_line_of_its_own_in_hosts() -> None:
    scene = Scene()
    scene.start("web", 1, ports=(publish(8080),))
    assert scene.net.hosts_file(scene.places("web")[0]).splitlines()[-1] == "ff02::2\tip6-allrouters"


def test_who_writes_hosts_changes_what_names_mean(scene: Scene) -> None:
    client = scene.client("util", "my_net")
    scene.net.write_files(client, {"/etc/hosts": b"10.9.9.9 my_web  # mine\n"})
    assert scene.net.addresses_of(client, "my_web") == ("10.9.9.9",)
    assert scene.lookup(client, "my_web")[1] == ("10.0.1.2",)  # nslookup does not look there


def test_a_lookup_costs_the_same_in_a_big_swarm(scene: Scene) -> None:
    client = scene.client("util", "my_net")
    network = scene.manager.store.named("network", "my_net").id
    for number in range(10):
        scene.create(a_spec(f"s{number}", 5, networks=(NetworkAttachmentConfig(network),)))
    scene.settle()
    seen: list[str] = []
    names = scene.simulation.names
    look = names._see

    def counting(viewer: str, network_id: str, ids: object) -> object:
        found = look(viewer, network_id, ids)  # type: ignore[arg-type]
        seen.extend(known.record.container_id for known in found)
        return found

    names._see = counting  # type: ignore[method-assign, assignment]
    scene.lookup(client, "tasks.my_web")
    assert len(seen) == 3
