"""Plain containers on networks of the swarm, and on more networks than one."""

import json

import pytest

from swarmlab import Lab
from swarmlab.core import faults
from swarmlab.core.network.world import Place
from swarmlab.core.simulation import Simulation
from swarmlab.core.units import SECOND
from tests.api.world import World

RPC = "rpc error: code = "


@pytest.fixture
def att(world: World) -> World:
    """A swarm with an attachable network."""
    world.post("/networks/create", {"Name": "att", "Driver": "overlay", "Attachable": True})
    world.run(1)
    return world


def begin(world: World, name: str, *, on: str = "node1", **host: object) -> str:
    made = world.container(on=on, name=name, Cmd=["sleep", "1d"], HostConfig={"NetworkMode": "att", **host})
    world.post(f"/containers/{made}/start", on=on)
    return made


def settings(world: World, container: str, on: str = "node1") -> dict:
    return world.get(f"/containers/{container}/json", on=on)["NetworkSettings"]["Networks"]


def interfaces(world: World, container: str, on: str = "node1") -> dict[str, str]:
    return {i.name: i.network for i in world.simulation.hosts[on].engine.containers[container].interfaces}


def names(world: World, on: str) -> list[str]:
    return [network["Name"] for network in world.get("/networks", on=on) if network["Scope"] == "swarm"]


def test_a_container_has_its_place_when_it_has_been_started(att: World) -> None:
    assert names(att, "node1") == ["ingress"]
    first = begin(att, "first")
    assert settings(att, first)["att"]["IPAddress"] == "10.0.1.2"
    assert interfaces(att, first) == {"eth0": "att", "eth1": "docker_gwbridge"}
    assert set(names(att, "node1")) == {"ingress", "att"}
    inspected = att.get("/networks/att", on="node1")["Containers"]
    assert inspected["lb-att"]["IPv4Address"] == "10.0.1.3/24"  # the node's own, after the container's
    assert settings(att, begin(att, "second"))["att"]["IPAddress"] == "10.0.1.4"


def test_its_task_has_no_service_and_is_shown_to_who_asks_for_it(att: World) -> None:
    made = begin(att, "solo")
    att.run(1)
    assert att.get("/tasks") == []
    (task,) = att.get("/tasks", filters='{"runtime":["attachment"]}')
    assert task["Spec"]["NetworkAttachmentSpec"] == {"ContainerID": made}
    assert task["Status"]["State"] == "running"
    network = att.get("/networks/att", scope="swarm")["Id"]
    assert att.refusal("DELETE", "/networks/att") == (
        400,
        f"{RPC}FailedPrecondition desc = network {network} is in use by task {task['ID']}",
    )
    att.delete(f"/containers/{made}", on="node1", force="1")
    att.run(1)
    assert att.get("/tasks", filters='{"runtime":["attachment"]}') == []
    assert names(att, "node1") == ["ingress"]
    att.delete("/networks/att")


def test_names_of_containers_are_known_on_all_hosts(att: World) -> None:
    made = att.container(
        name="solo",
        Cmd=["sleep", "1d"],
        Hostname="lonely",
        HostConfig={"NetworkMode": "att"},
        NetworkingConfig={"EndpointsConfig": {"att": {"Aliases": ["nick"]}}},
    )
    att.post(f"/containers/{made}/start", on="node1")
    other = begin(att, "other", on="node2")
    att.run(1)
    for name in ("solo", "nick", "lonely", made[:12], "solo.att"):
        answer = att.simulation.net.look_up(Place("node2", other), name)
        assert answer.values == ("10.0.1.2",), name
    answer = att.simulation.net.look_up(Place("node2", other), "2.1.0.10.in-addr.arpa", "PTR")
    assert answer.values == ("solo.att",)
    att.post(f"/containers/{made}/stop", on="node1")
    att.run(1)
    assert att.simulation.net.look_up(Place("node2", other), "solo").status == "NXDOMAIN"


@pytest.mark.parametrize(("profile", "again"), [("28", ("eth0", "eth1")), ("20.10", ("eth2", "eth3"))])
def test_off_a_network_and_on_it_again_a_container_has_another_address(profile: str, again: tuple[str, str]) -> None:
    world = World(profile=profile)
    world.post("/networks/create", {"Name": "att", "Driver": "overlay", "Attachable": True})
    world.run(1)
    made = begin(world, "solo")
    world.post("/networks/att/disconnect", {"Container": made}, on="node1")
    world.run(1)
    assert interfaces(world, made) == {}
    assert settings(world, made) == {}
    world.post("/networks/att/connect", {"Container": made}, on="node1")
    assert interfaces(world, made) == dict(zip(again, ("att", "docker_gwbridge"), strict=True))
    assert settings(world, made)["att"]["IPAddress"] != "10.0.1.2"


def test_a_bridge_of_its_own_makes_the_gateway_bridge_superfluous(att: World) -> None:
    att.post("/networks/create", {"Name": "b1"}, on="node1")
    made = begin(att, "solo")
    att.post("/networks/b1/connect", {"Container": made}, on="node1")
    assert sorted(interfaces(att, made).values()) == ["att", "b1"]
    att.post("/networks/b1/disconnect", {"Container": made}, on="node1")
    assert sorted(interfaces(att, made).values()) == ["att", "docker_gwbridge"]


def test_an_internal_network_has_no_way_out_for_containers_either(world: World) -> None:
    world.post("/networks/create", {"Name": "att", "Driver": "overlay", "Attachable": True, "Internal": True})
    world.run(1)
    assert interfaces(world, begin(world, "solo")) == {"eth0": "att"}


def test_what_is_connected_while_it_is_stopped_counts_when_it_starts(att: World) -> None:
    att.post("/networks/create", {"Name": "b1"}, on="node1")
    made = att.container(Cmd=["sleep", "1d"])
    for network in ("b1", "att"):
        att.post(f"/networks/{network}/connect", {"Container": made}, on="node1")
    att.post("/networks/bridge/disconnect", {"Container": made}, on="node1")
    assert list(settings(att, made)) == ["att", "b1"]
    att.post(f"/containers/{made}/start", on="node1")
    assert sorted(interfaces(att, made).values()) == ["att", "b1"]
    assert att.refusal("POST", "/networks/bridge/disconnect", {"Container": made}, on="node1") == (
        500,
        f"container {made} is not connected to network bridge",
    )


def test_a_restart_gives_a_container_its_places_anew(att: World) -> None:
    made = begin(att, "solo")
    att.post(f"/containers/{made}/restart", on="node1", t="0")
    assert settings(att, made)["att"]["IPAddress"] == "10.0.1.4"
    att.run(1)
    assert len(att.get("/tasks", filters='{"runtime":["attachment"]}')) == 1


def test_an_address_of_its_own_choice_can_be_had_once(att: World) -> None:
    chosen = {"EndpointsConfig": {"att": {"IPAMConfig": {"IPv4Address": "10.0.1.77"}}}}
    made = att.container(name="one", Cmd=["sleep", "1d"], HostConfig={"NetworkMode": "att"}, NetworkingConfig=chosen)
    att.post(f"/containers/{made}/start", on="node1")
    assert settings(att, made)["att"]["IPAddress"] == "10.0.1.77"
    other = att.container(name="two", Cmd=["sleep", "1d"], HostConfig={"NetworkMode": "att"}, NetworkingConfig=chosen)
    begun = att.simulation.now
    status, message = att.refusal("POST", f"/containers/{other}/start", on="node1")
    assert (status, att.simulation.now - begun >= 20 * SECOND) == (500, True)
    assert message == (
        "failed to set up container networking: attaching to network failed, make sure your network options are correct"
        " and check manager logs: context deadline exceeded"
    )


def test_a_drained_node_has_no_place_for_containers_either(att: World) -> None:
    node = next(n for n in att.get("/nodes") if n["Description"]["Hostname"] == "node1")
    spec = {**node["Spec"], "Availability": "drain"}
    att.post(f"/nodes/{node['ID']}/update", spec, version=str(node["Version"]["Index"]))
    made = att.container(name="one", Cmd=["sleep", "1d"], HostConfig={"NetworkMode": "att"})
    _, message = att.refusal("POST", f"/containers/{made}/start", on="node1")
    assert message.endswith("check manager logs: context deadline exceeded")
    att.run(1)
    assert att.get("/tasks", filters='{"runtime":["attachment"]}') == []


@pytest.mark.parametrize(("seconds", "code"), [(0, f"{RPC}DeadlineExceeded desc = "), (60, "")])
def test_out_of_reach_of_a_manager_no_place_is_to_be_had(att: World, seconds: int, code: str) -> None:
    made = att.container(name="one", Cmd=["sleep", "1d"], HostConfig={"NetworkMode": "att"})
    faults.cut(att.simulation, "node1")
    att.run(seconds)
    assert att.refusal("POST", f"/containers/{made}/start", on="node1") == (
        500,
        "failed to set up container networking: Could not attach to network att: " + code + "context deadline exceeded",
    )


def test_a_host_that_leaves_the_swarm_takes_its_containers_off_the_network(att: World) -> None:
    made = begin(att, "solo")
    att.post("/swarm/leave", on="node1", force="1")
    assert interfaces(att, made) == {}
    assert settings(att, made) == {}


def test_places_of_containers_that_went_with_their_host_are_given_back(att: World) -> None:
    begin(att, "solo")
    faults.stop(att.simulation, "node1")
    att.run(30)
    assert len(att.get("/tasks", filters='{"runtime":["attachment"]}')) == 1
    faults.start(att.simulation, "node1")
    att.run(30)
    assert att.get("/tasks", filters='{"runtime":["attachment"]}') == []


def test_a_container_that_waits_for_its_place_waits_on_after_a_rewind(att: World) -> None:
    made = att.container(name="one", Cmd=["sleep", "1d"], HostConfig={"NetworkMode": "att"})
    att.ask("POST", f"/containers/{made}/start", on="node1", wait=False)
    copy = Simulation.restore(att.simulation.checkpoint())
    copy.run_until(copy.now + 2 * SECOND)
    att.run(2)
    assert copy.digest() == att.simulation.digest()
    assert copy.hosts["node1"].engine.containers[made].is_running


def test_a_service_on_the_network_of_its_hosts_is_on_them(world: World) -> None:
    network = next(n for n in world.get("/networks") if n["Name"] == "host")
    spec = {
        "Name": "web",
        "TaskTemplate": {"ContainerSpec": {"Image": "httpd"}, "Networks": [{"Target": "host"}]},
        "Mode": {"Replicated": {"Replicas": 1}},
    }
    assert network["Scope"] == "local"
    world.post("/services/create", spec)
    (task,) = world.running("web", 1)
    host = world.host_of(task["NodeID"])
    made = task["Status"]["ContainerStatus"]["ContainerID"]
    inspected = world.get(f"/containers/{made}/json", on=host)
    assert inspected["HostConfig"]["NetworkMode"] == "host"
    assert json.dumps(inspected["NetworkSettings"]["Networks"]).count("host") == 1


def test_what_a_plain_container_needs_of_the_swarm_is_in_no_history() -> None:
    lab = Lab()
    lab.host("swarm-manage").sh("docker network create -d overlay --attachable att; docker pull -q busybox")
    assert lab.host("swarm-manage").sh("docker run -d --network att busybox sleep 1000").exit_code == 0
    assert [row for row in lab.history.rows if row.kind == "task"] == []
