"""``/info`` and ``/version``."""

from tests.api.world import World


def test_a_version_says_what_the_engine_is(busy: World) -> None:
    version = busy.get("/version")
    assert list(version) == [
        "Platform", "Components", "Version", "ApiVersion", "MinAPIVersion", "GitCommit", "GoVersion", "Os", "Arch",
        "KernelVersion", "BuildTime",
    ]  # fmt: skip
    assert (version["Version"], version["ApiVersion"], version["MinAPIVersion"]) == ("28.5.2", "1.51", "1.24")
    assert [component["Name"] for component in version["Components"]] == ["Engine", "containerd", "runc", "docker-init"]
    assert World(profile="20.10", swarm=False).get("/version")["ApiVersion"] == "1.41"


def test_a_simulated_engine_says_so(busy: World) -> None:
    assert "simulated" in busy.get("/info")["OperatingSystem"]


def test_the_swarm_in_info_by_role(busy: World) -> None:
    manager, worker = busy.get("/info")["Swarm"], busy.get("/info", on="node1")["Swarm"]
    assert list(manager) == [
        "NodeID", "NodeAddr", "LocalNodeState", "ControlAvailable", "Error", "RemoteManagers", "Nodes", "Managers",
        "Cluster",
    ]  # fmt: skip
    assert (manager["Nodes"], manager["Managers"], manager["ControlAvailable"]) == (3, 1, True)
    assert "JoinTokens" not in manager["Cluster"]
    assert list(worker) == list(manager)[:6]
    assert World(swarm=False).get("/info")["Swarm"] == {
        "NodeID": "",
        "NodeAddr": "",
        "LocalNodeState": "inactive",
        "ControlAvailable": False,
        "Error": "",
        "RemoteManagers": None,
    }


def test_info_counts_what_is_there(busy: World) -> None:
    info = busy.get("/info", on="node1")
    assert (info["Containers"], info["ContainersRunning"], info["Images"], info["Name"]) == (1, 1, 1, "node1")
    assert (info["NCPU"], info["MemTotal"]) == (2, 4 << 30)


def test_fields_come_and_go_with_the_version(busy: World) -> None:
    assert "KernelMemory" in busy.get("/v1.41/info")
    assert "KernelMemory" not in busy.get("/info")
    assert "Expected" in busy.get("/v1.48/info")["RuncCommit"]
    assert busy.get("/info")["FirewallBackend"] == {"Driver": "iptables"}
    assert len(busy.get("/info")["ID"].split("-")) == 5
    assert len(World(profile="20.10", swarm=False).get("/info")["ID"].split(":")) == 12


def test_two_managers_are_warned_of(world: World) -> None:
    world.post("/swarm/leave", on="node2")
    token = world.get("/swarm")["JoinTokens"]["Manager"]
    body = {"ListenAddr": "0.0.0.0:2377", "RemoteAddrs": ["192.168.1.11:2377"], "JoinToken": token}
    world.post("/swarm/join", body, on="node2")
    world.run(2)
    info = world.get("/info")
    assert info["Swarm"]["Managers"] == 2
    assert info["Warnings"] == info["Swarm"]["Warnings"]
    assert info["Warnings"][0].startswith("WARNING: Running Swarm in a two-manager configuration.")
