"""A container's places on an engine's own networks: what may be asked for, and what is shown of it."""

from typing import Any

import pytest

from tests.api.world import World

ON = "node1"
ALL = {
    "IPAMConfig": {"IPv4Address": "172.28.0.9", "LinkLocalIPs": ["169.254.8.8"]},
    "Links": ["db:store"],
    "Aliases": ["www"],
    "MacAddress": "02:42:AC:1C:00:09",
    "DriverOpts": {"a": "b"},
    "GwPriority": 3,
}


@pytest.fixture
def net(world: World) -> World:
    """A lab whose node1 has a network `net` with a subnet that its user chose."""
    pool = {"Subnet": "172.28.0.0/16"}
    world.post("/networks/create", {"Name": "net", "IPAM": {"Config": [pool]}}, on=ON)
    return world


def places(world: World, container: str) -> dict[str, Any]:
    """Return the networks of a container."""
    networks: dict[str, Any] = world.get(f"/containers/{container}/json", on=ON)["NetworkSettings"]["Networks"]
    return networks


def make(world: World, **more: Any) -> str:
    """Make a container that stays."""
    return world.container(on=ON, Cmd=["sleep", "1d"], **more)


def start(world: World, container: str) -> None:
    world.post(f"/containers/{container}/start", on=ON)


def asked(place: dict[str, Any]) -> dict[str, Any]:
    """Return what a client can ask for of what is shown."""
    return {name: place[name] for name in ALL}


def test_what_a_container_is_made_with_is_what_it_gets(net: World) -> None:
    made = make(net, HostConfig={"NetworkMode": "net"}, NetworkingConfig={"EndpointsConfig": {"net": ALL}})
    shown = {**ALL, "MacAddress": "02:42:ac:1c:00:09"}
    assert asked(places(net, made)["net"]) == shown
    start(net, made)
    place = places(net, made)["net"]
    assert asked(place) == shown
    assert (place["IPAddress"], place["IPPrefixLen"]) == ("172.28.0.9", 16)
    assert net.get("/networks/net", on=ON)["Containers"][made]["IPv4Address"] == "172.28.0.9/16"


def test_what_it_is_connected_with_is_what_it_gets(net: World) -> None:
    made = make(net)
    start(net, made)
    net.post("/networks/net/connect", {"Container": made, "EndpointConfig": ALL}, on=ON)
    assert places(net, made)["net"]["IPAddress"] == "172.28.0.9"
    assert places(net, made)["net"]["Aliases"] == ["www"]


def test_a_container_that_does_not_run_is_connected_when_it_starts(net: World) -> None:
    made = make(net)
    net.post("/networks/net/connect", {"Container": made}, on=ON)
    assert sorted(places(net, made)) == ["bridge", "net"]
    assert places(net, made)["net"]["IPAddress"] == ""
    start(net, made)
    assert places(net, made)["net"]["IPAddress"] == "172.28.0.2"
    assert places(net, made)["bridge"]["IPAddress"] == "172.17.0.2"


def test_it_stays_connected_and_disconnected_when_it_is_started_again(net: World) -> None:
    made = make(net)
    start(net, made)
    net.post("/networks/net/connect", {"Container": made, "EndpointConfig": ALL}, on=ON)
    net.post("/networks/bridge/disconnect", {"Container": made}, on=ON)
    net.post(f"/containers/{made}/restart", on=ON, t="0")
    assert {name: place["IPAddress"] for name, place in places(net, made).items()} == {"net": "172.28.0.9"}
    net.post(f"/containers/{made}/stop", on=ON, t="0")
    net.post("/networks/net/disconnect", {"Container": made}, on=ON)
    assert places(net, made) == {}
    assert net.refusal("POST", "/networks/net/disconnect", {"Container": made}, on=ON) == (
        500,
        f"container {made} is not connected to the network net",
    )


def test_several_networks_can_be_asked_for_at_once_and_are_plugged_in_by_name(net: World) -> None:
    net.post("/networks/create", {"Name": "also"}, on=ON)
    endpoints = {"also": {}, "net": {}}
    made = make(net, HostConfig={"NetworkMode": "net"}, NetworkingConfig={"EndpointsConfig": endpoints})
    start(net, made)
    container = net.simulation.hosts[ON].engine.find(made)
    assert [(i.name, i.network) for i in container.interfaces] == [("eth0", "also"), ("eth1", "net")]


def test_a_mac_address_of_the_whole_container_is_that_of_its_first_network(net: World) -> None:
    made = make(net, MacAddress="0a:c1:d3:82:1d:c9", NetworkingConfig={"EndpointsConfig": {"bridge": {}}})
    start(net, made)
    assert places(net, made)["bridge"]["MacAddress"] == "0a:c1:d3:82:1d:c9"


def test_two_mac_addresses_for_one_network_are_one_too_many(net: World) -> None:
    body = {
        "Image": "busybox",
        "MacAddress": "02:42:ac:11:00:02",
        "NetworkingConfig": {"EndpointsConfig": {"bridge": {"MacAddress": "02:42:ac:11:00:03"}}},
    }
    assert net.refusal("POST", "/containers/create", body, on=ON) == (
        400,
        "the container-wide MAC address must match the endpoint-specific MAC address for the main network, or be left"
        " empty",
    )


def test_a_network_that_nobody_knows_is_looked_for_when_the_container_starts(net: World) -> None:
    made = make(net)
    net.post("/networks/later/connect", {"Container": made}, on=ON)
    assert net.refusal("POST", f"/containers/{made}/start", on=ON) == (
        500,
        "failed to set up container networking: Could not attach to network later: rpc error: code = NotFound desc ="
        " network later not found",
    )
    net.post("/networks/create", {"Name": "later"}, on=ON)
    start(net, made)
    assert sorted(places(net, made)) == ["bridge", "later"]


def test_an_address_that_somebody_has_is_not_given_twice(net: World) -> None:
    settings = {"IPAMConfig": {"IPv4Address": "172.28.0.9"}}
    first, second = (
        make(net, HostConfig={"NetworkMode": "net"}, NetworkingConfig={"EndpointsConfig": {"net": settings}})
        for _ in range(2)
    )
    start(net, first)
    assert net.refusal("POST", f"/containers/{second}/start", on=ON) == (
        403,
        "failed to set up container networking: Address already in use",
    )
    net.post(f"/containers/{first}/stop", on=ON, t="0")
    start(net, second)
    assert places(net, second)["net"]["IPAddress"] == "172.28.0.9"


@pytest.mark.parametrize(
    ("network", "settings", "fault"),
    [
        ("bridge", {"Aliases": ["a"]},
            "network-scoped alias is supported only for containers in user defined networks"),
        (
            "bridge",
            {"IPAMConfig": {"IPv4Address": "172.17.0.9"}},
            "* user specified IP address is supported on user defined networks only\n"
            "* user specified IP address is supported only when connecting to networks with user configured subnets",
        ),
        ("net", {"IPAMConfig": {"IPv4Address": "fd00::1"}}, "* invalid IPv4 address: fd00::1\n"
            "* user specified IP address is supported only when connecting to networks with user configured subnets"),
        ("net", {"IPAMConfig": {"LinkLocalIPs": ["x"]}}, "invalid link-local IP address: x"),
        (
            "net",
            {"IPAMConfig": {"IPv4Address": "10.9.9.9"}},
            "no configured subnet or ip-range contain the IP address 10.9.9.9",
        ),
    ],
)  # fmt: skip
def test_places_that_cannot_be_had(net: World, network: str, settings: dict[str, Any], fault: str) -> None:
    made = make(net, HostConfig={"NetworkMode": "none"} if network == "bridge" else {})
    body = {"Container": made, "EndpointConfig": settings}
    assert net.refusal("POST", f"/networks/{network}/connect", body, on=ON) == (
        400,
        f"invalid endpoint settings:\n{fault}",
    )


def test_a_mac_address_that_is_none(net: World) -> None:
    body = {"Container": make(net), "EndpointConfig": {"MacAddress": "02:42"}}
    assert net.refusal("POST", "/networks/net/connect", body, on=ON) == (400, "invalid MAC address 02:42")


def test_a_network_with_ipv6_gives_addresses_of_both_kinds(world: World) -> None:
    pool = {"Subnet": "2001:389::/64", "IPRange": "2001:389::/96", "Gateway": "2001:389::ffff"}
    world.post("/networks/create", {"Name": "six", "EnableIPv6": True, "IPAM": {"Config": [pool]}}, on=ON)
    network = world.get("/networks/six", on=ON)
    assert network["EnableIPv6"] is True
    assert [item["Subnet"] for item in network["IPAM"]["Config"]] == ["172.19.0.0/16", "2001:389::/64"]
    settings = {"IPAMConfig": {"IPv6Address": "2001:389::f00d"}}
    made = make(world, HostConfig={"NetworkMode": "six"}, NetworkingConfig={"EndpointsConfig": {"six": settings}})
    start(world, made)
    place = places(world, made)["six"]
    assert (place["IPAddress"], place["GlobalIPv6Address"], place["GlobalIPv6PrefixLen"], place["IPv6Gateway"]) == (
        "172.19.0.2",
        "2001:389::f00d",
        64,
        "2001:389::ffff",
    )
    assert world.get("/networks/six", on=ON)["Containers"][made]["IPv6Address"] == "2001:389::f00d/64"


def test_a_subnet_for_ipv6_is_the_engines_own_where_nobody_names_one(world: World) -> None:
    for name in ("a", "b"):
        world.post("/networks/create", {"Name": name, "EnableIPv6": True}, on=ON)
    a, b = (world.get(f"/networks/{name}", on=ON)["IPAM"]["Config"][1]["Subnet"] for name in ("a", "b"))
    assert (a[:2], a[-5:], b[-7:]) == ("fd", "::/64", ":1::/64")


def test_a_subnet_for_ipv6_belongs_to_one_network(world: World) -> None:
    body = {"Name": "a", "EnableIPv6": True, "IPAM": {"Config": [{"Subnet": "fd00:9::/64"}]}}
    world.post("/networks/create", body, on=ON)
    assert world.refusal("POST", "/networks/create", {**body, "Name": "b"}, on=ON) == (
        403,
        "invalid pool request: Pool overlaps with other one on this address space",
    )
    assert "b" not in [network["Name"] for network in world.get("/networks", on=ON)]
    world.delete("/networks/a", on=ON)
    world.post("/networks/create", {**body, "Name": "b"}, on=ON)
