"""``/networks``: what managers and workers see, making and removing."""

import json

import pytest

from tests.api.world import World

RPC = "rpc error: code = "


def names(world: World, on: str = "swarm-manage", **query: str) -> list[str]:
    return [network["Name"] for network in world.get("/networks", on=on, **query)]


def test_a_swarm_network_as_a_manager_lists_it(world: World) -> None:
    made = world.post(
        "/networks/create", {"Name": "net", "Driver": "overlay", "Labels": {"a": "b"}, "Attachable": True}
    )
    assert list(made) == ["Id", "Warning"]
    assert len(made["Id"]) == 25
    world.run(1)
    network = next(network for network in world.get("/networks") if network["Name"] == "net")
    assert list(network) == [
        "Name", "Id", "Created", "Scope", "Driver", "EnableIPv4", "EnableIPv6", "IPAM", "Internal", "Attachable",
        "Ingress", "ConfigFrom", "ConfigOnly", "Containers", "Options", "Labels",
    ]  # fmt: skip
    created = network.pop("Created")
    assert created.startswith("2026-03-02T09:")
    assert network == {
        "Name": "net",
        "Id": made["Id"],
        "Scope": "swarm",
        "Driver": "overlay",
        "EnableIPv4": True,
        "EnableIPv6": False,
        "IPAM": {"Driver": "default", "Options": None, "Config": [{"Subnet": "10.0.1.0/24", "Gateway": "10.0.1.1"}]},
        "Internal": False,
        "Attachable": True,
        "Ingress": False,
        "ConfigFrom": {"Network": ""},
        "ConfigOnly": False,
        "Containers": None,
        "Options": {"com.docker.network.driver.overlay.vxlanid_list": "4097"},
        "Labels": {"a": "b"},
    }
    assert "EnableIPv4" not in world.get("/v1.47/networks/net")


def test_managers_list_all_networks_and_workers_those_they_use(busy: World) -> None:
    busy.post("/networks/create", {"Name": "idle", "Driver": "overlay"})
    local = ["bridge", "docker_gwbridge", "host", "none"]
    assert sorted(names(busy)) == sorted([*local, "idle", "ingress", "my_net"])
    assert sorted(names(busy, "node1")) == sorted([*local, "ingress", "my_net"])


def test_a_network_in_use_shows_who_is_on_it_here(busy: World) -> None:
    task = next(t for t in busy.get("/tasks") if busy.host_of(t["NodeID"]) == "node1")
    network = busy.get("/networks/my_net", on="node1")
    container = task["Status"]["ContainerStatus"]["ContainerID"]
    assert list(network["Containers"]) == [container, "lb-my_net"]
    endpoint = network["Containers"][container]
    assert list(endpoint) == ["Name", "EndpointID", "MacAddress", "IPv4Address", "IPv6Address"]
    assert endpoint["Name"] == f"web.{task['Slot']}.{task['ID']}"
    assert endpoint["IPv4Address"] == task["NetworksAttachments"][1]["Addresses"][0]
    last = int(endpoint["IPv4Address"].split(".")[3].split("/")[0])
    assert endpoint["MacAddress"] == f"02:42:0a:00:01:{last:02x}"
    assert network["Containers"]["lb-my_net"]["Name"] == "my_net-endpoint"
    assert [peer["IP"] for peer in network["Peers"]] == ["192.168.1.11", "192.168.1.12", "192.168.1.13"]
    assert network["Labels"] == {}


def test_a_verbose_look_shows_the_services_on_it(busy: World) -> None:
    busy.run(1)  # until all hosts have heard of it
    web = busy.get("/networks/my_net", verbose="true")["Services"]["web"]
    assert web["VIP"] == "10.0.1.2"
    assert {task["Info"]["Host IP"] for task in web["Tasks"]} == {"192.168.1.11", "192.168.1.12", "192.168.1.13"}
    ingress = busy.get("/networks/ingress", verbose="true")
    assert ingress["Services"]["web"]["Ports"] == ["Target: 80, Publish: 8080"]
    assert ingress["Containers"]["ingress-sbox"]["Name"] == "ingress-endpoint"
    assert ingress["Ingress"] is True


def test_networks_of_one_engine(busy: World) -> None:
    bridge = busy.get("/networks/bridge")
    assert (bridge["Scope"], bridge["Driver"], bridge["Containers"]) == ("local", "bridge", {})
    assert bridge["IPAM"]["Config"] == [{"Subnet": "172.17.0.0/16", "Gateway": "172.17.0.1"}]
    assert bridge["Options"]["com.docker.network.bridge.name"] == "docker0"
    assert busy.get("/networks/host")["IPAM"]["Config"] is None
    gateway = busy.get("/networks/docker_gwbridge")["Containers"]
    assert gateway["ingress-sbox"]["Name"] == "gateway_ingress-sbox"
    assert gateway["ingress-sbox"]["IPv4Address"] == "172.18.0.2/16"
    assert len(gateway) == 2


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"driver": ["overlay"]}, ["ingress", "my_net"]),
        ({"name": ["net"]}, ["my_net"]),
        ({"scope": ["local"], "type": ["custom"]}, ["docker_gwbridge"]),
        ({"type": ["builtin"]}, ["bridge", "host", "none"]),
        ({"label": ["x"]}, []),
        ({"dangling": ["true"]}, []),
    ],
)
def test_networks_can_be_filtered(busy: World, filters: dict, found: list[str]) -> None:
    assert sorted(set(names(busy, filters=json.dumps(filters))) - {"idle"}) == found


def test_network_filters_that_are_none(busy: World) -> None:
    assert busy.refusal("GET", "/networks", filters='{"type":["x"]}') == (500, "invalid filter: 'type'='x'")
    assert busy.refusal("GET", "/networks", filters='{"dangling":["x"]}') == (
        400,
        'invalid value for filter \'dangling\', must be "true" (or "1"), or "false" (or "0")',
    )


def test_a_network_is_found_by_id_name_and_beginning_of_its_id(busy: World) -> None:
    network = busy.get("/networks/my_net", scope="swarm")
    assert busy.get(f"/networks/{network['Id']}")["Id"] == network["Id"]
    assert busy.get(f"/networks/{network['Id'][:9]}")["Id"] == network["Id"]
    assert busy.refusal("GET", "/networks/nope") == (404, "network nope not found")
    assert busy.refusal("GET", "/networks/my_net", scope="local") == (404, "network my_net not found")


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({"Name": "my_net", "Driver": "overlay"}, 409, "network with name my_net already exists"),
        ({"Name": "my_net"}, 409, "network with name my_net already exists"),
        ({"Name": "docker_gwbridge"}, 409, "network with name docker_gwbridge already exists"),
        ({"Name": "host"}, 409, "network with name host already exists"),
        ({"Name": "none"}, 403, "operation is not permitted on predefined none network "),
        ({"Name": ""}, 400, "invalid name: name is empty"),
        ({"Name": "n", "Driver": "bogus"}, 404, 'plugin "bogus" not found'),
        ({"Name": "n", "Driver": "host"}, 403, 'only one instance of "host" network is allowed'),
        (
            {"Name": "a b", "Driver": "overlay"},
            400,
            f"{RPC}InvalidArgument desc = name must be valid as a DNS name component",
        ),
        (
            {"Name": "n", "Driver": "overlay", "IPAM": {"Config": [{"Subnet": "bad"}, {"Subnet": "10.9.0.1/24"}]}},
            400,
            "invalid network config:\ninvalid subnet bad: invalid CIDR block notation\n"
            "invalid subnet 10.9.0.1/24: it should be 10.9.0.0/24",
        ),
        (
            {
                "Name": "n",
                "IPAM": {"Config": [{"Subnet": "10.9.0.0/24", "Gateway": "10.8.0.1", "IPRange": "10.7.0.0/25"}]},
            },
            400,
            "invalid network config:\n"
            "invalid ip-range 10.7.0.0/25: parent subnet 10.9.0.0/24 doesn't contain ip-range\n"
            "invalid gateway 10.8.0.1: parent subnet 10.9.0.0/24 doesn't contain this address",
        ),
    ],
)
def test_what_cannot_be_created(busy: World, body: dict, status: int, message: str) -> None:
    assert busy.refusal("POST", "/networks/create", body) == (status, message)


def test_an_overlay_needs_a_manager(world: World) -> None:
    wish = {"Name": "n", "Driver": "overlay"}
    assert world.refusal("POST", "/networks/create", wish, on="node1") == (
        403,
        'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm'
        " and try again.",
    )
    status, message = World(swarm=False).refusal("POST", "/networks/create", wish)
    assert (status, message.startswith("This node is not a swarm manager.")) == (403, True)


def test_networks_that_cannot_be_removed(busy: World) -> None:
    service, network = busy.get("/services/web")["ID"], busy.get("/networks/my_net", scope="swarm")["Id"]
    assert busy.refusal("DELETE", "/networks/my_net") == (
        400,
        f"{RPC}FailedPrecondition desc = network {network} is in use by service {service}",
    )
    assert busy.refusal("DELETE", "/networks/ingress") == (
        400,
        f"{RPC}FailedPrecondition desc = ingress network cannot be removed because service {service} depends on it",
    )
    assert busy.refusal("DELETE", "/networks/bridge") == (403, "bridge is a pre-defined network and cannot be removed")
    status, message = busy.refusal("DELETE", "/networks/docker_gwbridge")
    assert status == 403
    assert " docker_gwbridge has active endpoints (" in message
    assert 'name:"gateway_ingress-sbox" id:"' in message
    assert busy.refusal("DELETE", "/networks/my_net", on="node1")[0] == 503


def test_bridges_of_ones_own_come_and_go(world: World) -> None:
    made = world.post("/networks/create", {"Name": "b1", "IPAM": {"Config": [{"Subnet": "10.50.0.0/24"}]}}, on="node1")
    assert len(made["Id"]) == 64
    assert world.get("/networks/b1", on="node1")["IPAM"]["Config"] == [
        {"Subnet": "10.50.0.0/24", "Gateway": "10.50.0.1"}
    ]
    container = world.container(Cmd=["sleep", "1d"], HostConfig={"NetworkMode": "b1"})
    world.post(f"/containers/{container}/start", on="node1")
    assert list(world.get("/networks/b1", on="node1")["Containers"]) == [container]
    assert world.refusal("DELETE", "/networks/b1", on="node1")[0] == 403
    world.post("/networks/b1/disconnect", {"Container": container}, on="node1")
    world.post("/networks/bridge/connect", {"Container": container}, on="node1")
    networks = world.get(f"/containers/{container}/json", on="node1")["NetworkSettings"]["Networks"]
    assert list(networks) == ["bridge"]
    assert world.post("/networks/prune", on="node1") == {"NetworksDeleted": ["b1"]}
    assert world.refusal("GET", "/networks/b1", on="node1") == (404, "network b1 not found")


def test_a_bridge_hands_out_from_its_range_and_keeps_what_is_reserved(world: World) -> None:
    pool = {
        "Subnet": "10.50.0.0/16",
        "IPRange": "10.50.5.0/24",
        "Gateway": "10.50.5.254",
        "AuxiliaryAddresses": {"a": "10.50.5.0"},
    }
    world.post("/networks/create", {"Name": "b1", "IPAM": {"Config": [pool]}}, on="node1")
    assert world.get("/networks/b1", on="node1")["IPAM"]["Config"] == [pool]
    container = world.container(Cmd=["sleep", "1d"], HostConfig={"NetworkMode": "b1"})
    world.post(f"/containers/{container}/start", on="node1")
    settings = world.get(f"/containers/{container}/json", on="node1")["NetworkSettings"]["Networks"]["b1"]
    assert (settings["IPAddress"], settings["Gateway"]) == ("10.50.5.1", "10.50.5.254")


@pytest.mark.parametrize("profile", ["28", "20.10"])
def test_where_a_running_container_cannot_be_put(profile: str) -> None:
    world = World(profile=profile)
    made = world.container(Cmd=["sleep", "1d"])
    world.post(f"/containers/{made}/start", on="node1")
    host = (
        "cannot connect container to host network - container must be created in host network mode"
        if profile == "28"
        else "container cannot be disconnected from host network or connected to host network"
    )
    swarm = "Could not attach to network {0}: rpc error: code = {1} desc = network {0} not {2}"
    for network, container, status, message in (
        ("bridge", "", 400, 'invalid name or ID supplied: ""'),
        ("nope", "nobody", 404, "No such container: nobody"),
        ("nope", made, 500, swarm.format("nope", "NotFound", "found")),
        ("ingress", made, 500, swarm.format("ingress", "PermissionDenied", "manually attachable")),
        ("host", made, 400, host),
        (
            "none",
            made,
            400,
            "container cannot be connected to multiple networks with one of the networks in private (none) mode",
        ),
    ):
        wish = {"Container": container}
        assert world.refusal("POST", f"/networks/{network}/connect", wish, on="node1") == (status, message)
    wish = {"Container": made}
    assert world.refusal("POST", "/networks/host/disconnect", wish, on="node1") == (
        500,
        f"container {made} is not connected to network host",
    )


def test_without_a_swarm_nobody_else_can_have_the_network() -> None:
    lone = World(swarm=False)
    made = lone.container(Cmd=["sleep", "1d"])
    lone.post(f"/containers/{made}/start", on="node1")
    assert lone.refusal("POST", "/networks/nope/connect", {"Container": made}, on="node1") == (
        404,
        "network nope not found",
    )


def test_a_swarm_network_with_ipv6_only_is_never_set_up(world: World) -> None:
    body = {"Name": "six", "Driver": "overlay", "EnableIPv6": True, "IPAM": {"Config": [{"Subnet": "fd00:9::/64"}]}}
    world.post("/networks/create", body)
    world.run(2)
    network = world.get("/networks/six")
    assert (network["Driver"], network["IPAM"]["Config"], network["EnableIPv6"]) == ("", None, True)


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({"EnableIPv4": False}, 400, "IPv4 or IPv6 must be enabled"),
        ({"EnableIPv4": False, "EnableIPv6": True}, 501, "swarmlab has no networks without IPv4"),
        ({"ConfigOnly": True}, 501, "swarmlab has no networks that are configurations of others"),
        ({"ConfigFrom": {"Network": "x"}}, 501, "swarmlab has no networks that are configurations of others"),
    ],
)
def test_networks_that_are_none_here(busy: World, body: dict, status: int, message: str) -> None:
    assert busy.refusal("POST", "/networks/create", {"Name": "x1", **body}) == (status, message)


def test_force_tells_of_what_is_missing_in_words_of_its_own(busy: World) -> None:
    path, made = "/networks/{}/disconnect", busy.container(on="swarm-manage")
    for network, container, told in (
        ("bridge", "nope", (404, "endpoint nope not found")),
        ("bridge", "", (400, "invalid name: name is empty")),
        ("nope", "nope", (404, "network nope not found")),
        ("nope", made, (500, f"container {made} is not connected to the network nope")),
    ):
        assert busy.refusal("POST", path.format(network), {"Container": container, "Force": True}) == told
