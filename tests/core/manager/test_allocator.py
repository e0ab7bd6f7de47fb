"""Addresses, subnets and VXLAN ids: given once, given back, and in which order (SwarmKit: allocator/; moby: ipams)."""

from swarmlab.core.manager.ports import PortAllocator
from swarmlab.core.network.ipam import AddressPool
from swarmlab.core.objects import Driver, IPAMConfig, NetworkAttachmentConfig, NetworkSpec
from swarmlab.core.states import TaskState as S
from swarmlab.core.units import SECOND
from tests.builders import World, a_spec, publish


def test_a_bridge_gives_out_the_lowest_free_address() -> None:
    pool = AddressPool("172.17.0.0/16", serial=False)
    assert [pool.take() for _ in range(4)] == ["172.17.0.1", "172.17.0.2", "172.17.0.3", "172.17.0.4"]
    pool.free("172.17.0.3")
    pool.free("172.17.0.2")
    assert [pool.take() for _ in range(3)] == ["172.17.0.2", "172.17.0.3", "172.17.0.5"]


def test_the_swarm_counts_on_and_comes_round() -> None:
    pool = AddressPool("10.0.1.0/29")
    assert [pool.take() for _ in range(3)] == ["10.0.1.1", "10.0.1.2", "10.0.1.3"]
    pool.free("10.0.1.3")  # just given back, and not given out again
    pool.free("10.0.1.2")
    assert [pool.take() for _ in range(5)] == ["10.0.1.4", "10.0.1.5", "10.0.1.6", "10.0.1.2", "10.0.1.3"]
    assert pool.take() is None
    pool.free("10.0.1.5")
    assert pool.take() == "10.0.1.5"
    assert pool.take() is None


def test_reserved_addresses_are_left_out() -> None:
    for serial in (True, False):
        pool = AddressPool("10.0.1.0/29", serial=serial)
        pool.reserve("10.0.1.1")
        pool.reserve("10.0.1.3")
        assert [pool.take() for _ in range(3)] == ["10.0.1.2", "10.0.1.4", "10.0.1.5"]


def test_a_pool_of_the_newer_kind_writes_its_addresses_as_such() -> None:
    assert AddressPool("fd00::/64").take() == "fd00::1"


def an_overlay(world: World, name: str, subnet: str = "") -> str:
    ipam = (IPAMConfig(subnet),) if subnet else ()
    network = world.manager.control.create_network(NetworkSpec(name, driver=Driver("overlay"), ipam=ipam))
    world.settle()
    return network.id


def test_each_overlay_has_a_vxlan_id_of_its_own() -> None:
    world = World()
    for name in ("one", "two"):
        an_overlay(world, name)
    ids = [
        network.driver_state.options["com.docker.network.driver.overlay.vxlanid_list"]
        for network in world.manager.store.networks()
        if not network.is_predefined
    ]
    assert len(ids) == 3  # the ingress network too
    assert len(set(ids)) == 3


def test_a_task_that_has_ended_gives_its_address_back_while_its_history_stays() -> None:
    world = World()
    network = an_overlay(world, "small", "10.9.0.0/28")  # 13 addresses; gateway, VIP and three nodes take 5
    world.create(a_spec(replicas=2, image="crash:at-once", networks=[NetworkAttachmentConfig(network)]))
    world.run(90 * SECOND)
    assert len(world.tasks()) >= 10
    assert [task for task in world.tasks() if task.status.state is S.NEW] == []


def test_a_published_port_belongs_to_one_service_until_it_is_released() -> None:
    ports = PortAllocator()
    wish = (publish(8080),)
    assert ports.allocate("a", wish, ()) == wish
    assert ports.allocate("b", wish, ()) is None
    assert ports.allocate("b", (publish(8080)._replace(protocol="udp"),), ()) is not None
    assert ports.allocate("b", (publish(8080, mode="host"),), ()) is not None
    ports.release("a")
    assert ports.allocate("b", wish, ()) == wish


def test_ports_that_are_left_open_are_given_one_after_the_other_and_kept() -> None:
    ports = PortAllocator()
    first = ports.allocate("a", (publish(0),), ())
    assert first == (publish(30_000),)
    assert ports.allocate("b", (publish(0),), ()) == (publish(30_001),)
    assert ports.allocate("a", (publish(0),), first) == first
    ports.release("a")
    assert ports.allocate("c", (publish(0),), ()) == (publish(30_002),)


def test_a_network_whose_subnet_is_taken_has_no_addresses_until_it_is_free_and_its_tasks_stay_new() -> None:
    world = World()
    first = an_overlay(world, "first", "10.60.0.0/24")
    control = world.manager.control
    second = control.create_network(NetworkSpec("second", ipam=(IPAMConfig("10.60.0.128/25"),))).id
    world.create(a_spec(networks=[NetworkAttachmentConfig(second)]))
    world.run(30 * SECOND)
    network = world.manager.store.network(second)
    assert network is not None
    assert (network.driver_state, network.ipam) == (None, ())
    assert [(task.status.state, task.status.message) for task in world.tasks()] == [(S.NEW, "created")]
    control.remove_network(first)
    world.settle()
    network = world.manager.store.network(second)
    assert network is not None
    assert [pool.subnet for pool in network.ipam] == ["10.60.0.128/25"]
    assert len(world.running()) == 1


def test_without_a_free_address_tasks_stay_new_until_one_is_given_back() -> None:
    world = World()
    network = an_overlay(world, "tiny", "10.61.0.0/29")  # six addresses, two for gateway and VIP
    world.create(a_spec(replicas=9, networks=[NetworkAttachmentConfig(network)]))
    world.run(30 * SECOND)
    waiting = [task for task in world.tasks() if task.status.state is S.NEW]
    assert len(waiting) == 5
    world.scale("web", 0)
    world.settle()
    world.scale("web", 1)
    world.settle()
    assert len(world.running()) == 1
