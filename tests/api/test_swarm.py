"""``/swarm`` and ``/nodes``: making, joining, leaving, settings, availability."""

import json

import pytest

from swarmlab.core import faults
from swarmlab.core.units import SECOND
from tests.api.world import HOSTS, MANAGER, World

LISTEN = {"ListenAddr": "0.0.0.0:2377"}
ALREADY = 'This node is already part of a swarm. Use "docker swarm leave" to leave this swarm and join another one.'


def join(world: World, host: str, token: str, remote: str = "192.168.1.11:2377") -> tuple[int, object]:
    body = {**LISTEN, "RemoteAddrs": [remote], "JoinToken": token, "Availability": "active"}
    return world.ask("POST", "/swarm/join", body, on=host)


def test_a_swarm_begins_with_its_defaults() -> None:
    world = World(swarm=False)
    node_id = world.post("/swarm/init", {**LISTEN, "Spec": {"Labels": None, "Orchestration": {}, "Raft": {}}})
    swarm = world.get("/swarm")
    assert world.get("/info")["Swarm"]["NodeID"] == node_id
    assert world.get(f"/nodes/{node_id}")["Status"]["State"] == "ready"
    assert list(swarm) == [
        "ID", "Version", "CreatedAt", "UpdatedAt", "Spec", "TLSInfo", "RootRotationInProgress", "DefaultAddrPool",
        "SubnetSize", "DataPathPort", "JoinTokens",
    ]  # fmt: skip
    assert swarm["Spec"] == {
        "Name": "default",
        "Labels": {},
        "Orchestration": {"TaskHistoryRetentionLimit": 5},
        "Raft": {
            "SnapshotInterval": 10000,
            "KeepOldSnapshots": 0,
            "LogEntriesForSlowFollowers": 500,
            "ElectionTick": 10,
            "HeartbeatTick": 1,
        },
        "Dispatcher": {"HeartbeatPeriod": 5_000_000_000},
        "CAConfig": {"NodeCertExpiry": 7_776_000_000_000_000},
        "TaskDefaults": {},
        "EncryptionConfig": {"AutoLockManagers": False},
    }
    assert (swarm["SubnetSize"], swarm["DataPathPort"]) == (24, 4789)
    worker, manager = swarm["JoinTokens"]["Worker"].split("-"), swarm["JoinTokens"]["Manager"].split("-")
    assert worker[:3] == manager[:3]
    assert worker[3] != manager[3]
    assert [len(part) for part in worker] == [6, 1, 50, 25]


@pytest.mark.parametrize(
    ("sent", "shown"),
    [({}, ["10.0.0.0/8"]), ({"DefaultAddrPool": []}, None), ({"DefaultAddrPool": ["10.20.0.0/16"]}, ["10.20.0.0/16"])],
)
def test_the_address_pool_is_shown_as_docker_shows_it(sent: dict, shown: object) -> None:
    world = World(swarm=False)
    world.post("/swarm/init", LISTEN | sent)
    assert world.get("/swarm")["DefaultAddrPool"] == shown


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({}, 400, 'invalid ListenAddr "": invalid empty address'),
        (
            {"ListenAddr": "x y"},
            400,
            "listen address must be an IP address or network interface (with optional port number)",
        ),
        (LISTEN | {"Spec": {"Name": "x"}}, 400, 'swarm spec must be named "default"'),
        (LISTEN | {"DataPathPort": 80}, 500, "Datapath port number is not in valid range (1024-49151) : 80"),
        (
            LISTEN | {"AdvertiseAddr": "nosuch0"},
            400,
            "advertise address must be a non-zero IP address or network interface (with optional port number)",
        ),
        (LISTEN | {"Availability": "bogus"}, 400, 'invalid Availability: "bogus"'),
    ],
)  # fmt: skip
def test_a_swarm_that_cannot_be_made(body: dict, status: int, message: str) -> None:
    world = World(swarm=False)
    assert world.refusal("POST", "/swarm/init", body) == (status, message)
    assert world.get("/info")["Swarm"]["LocalNodeState"] == "inactive"


@pytest.mark.parametrize(
    ("pools", "size", "message"),
    [
        (["ingress"], 24, "invalid base pool ingress: invalid CIDR address: ingress"),
        (["10.0.0.300/8"], 24, "invalid base pool 10.0.0.300/8: invalid CIDR address: 10.0.0.300/8"),
        (["10.0.0.0/30"], 24, 'invalid CIDR: "10.0.0.0/30". Subnet size is too small for pool: 24'),
        (["10.0.0.0/8"], 30, "subnet size is out of range: 30"),
    ],
)
def test_address_pools_that_cannot_be(pools: list[str], size: int, message: str) -> None:
    body = {"ListenAddr": "0.0.0.0:2377", "DefaultAddrPool": pools, "SubnetSize": size}
    assert World(swarm=False).refusal("POST", "/swarm/init", body) == (500, message)


def test_a_size_without_pools_is_not_looked_at() -> None:
    lone = World(swarm=False)
    lone.post("/swarm/init", {"ListenAddr": "0.0.0.0:2377", "SubnetSize": 99})
    assert lone.get("/swarm")["SubnetSize"] == 24


@pytest.mark.parametrize("pool", ["10.0.0.1/8", "fd00::/8"])
def test_pools_that_give_nothing_leave_networks_without_addresses(pool: str) -> None:
    lone = World(swarm=False)
    lone.post("/swarm/init", {"ListenAddr": "0.0.0.0:2377", "DefaultAddrPool": [pool], "SubnetSize": 24})
    lone.run(2)
    ingress = lone.get("/networks/ingress")
    assert (ingress["Driver"], ingress["IPAM"]["Config"]) == ("", None)


def test_a_log_driver_for_all_tasks_is_accepted_and_forgotten() -> None:
    lone = World(swarm=False)
    spec = {"TaskDefaults": {"LogDriver": {"Name": "syslog"}}}
    lone.post("/swarm/init", {"ListenAddr": "0.0.0.0:2377", "Spec": spec})
    assert lone.get("/swarm")["Spec"]["TaskDefaults"] == {}


def test_joining_takes_time_and_ends_with_a_node() -> None:
    world = World(swarm=False)
    world.post("/swarm/init", LISTEN)
    begun = world.simulation.now
    assert join(world, "node1", world.get("/swarm")["JoinTokens"]["Worker"]) == (200, b"")
    assert world.simulation.now > begun
    world.run(1)
    assert [node["Description"]["Hostname"] for node in by_name(world)] == ["node1", "swarm-manage"]
    info = world.get("/info", on="node1")["Swarm"]
    assert (info["LocalNodeState"], info["ControlAvailable"]) == ("active", False)
    assert info["RemoteManagers"] == [{"NodeID": world.get("/info")["Swarm"]["NodeID"], "Addr": "192.168.1.11:2377"}]
    assert "Cluster" not in info


def by_name(world: World) -> list:
    return sorted(world.get("/nodes"), key=lambda node: node["Description"]["Hostname"])


def test_joins_that_fail(world: World) -> None:
    token = world.get("/swarm")["JoinTokens"]["Worker"]
    world.post("/swarm/leave", on="node2")
    for given, remote, status, message, after in (
        ("nonsense", "192.168.1.11:2377", 500, "invalid join token", 0),
        (
            token[:-2] + ("zz" if token[-2:] != "zz" else "aa"),
            "192.168.1.11:2377",
            400,
            "rpc error: code = InvalidArgument desc = A valid join token is necessary to join this cluster",
            10,  # seconds: the node tries again before it gives up
        ),
    ):
        began = world.simulation.now
        assert join(world, "node2", given, remote) == (status, {"message": message})
        assert (world.simulation.now - began) // SECOND == after
        assert world.get("/info", on="node2")["Swarm"]["LocalNodeState"] == "inactive"
    status, answer = join(world, "node2", token, "192.168.1.12:2377")
    assert status == 503
    assert "connection refused" in answer["message"]  # type: ignore[index]
    assert world.refusal("POST", "/swarm/join", LISTEN, on="node2") == (
        400,
        "at least 1 RemoteAddr is required to join",
    )
    assert join(world, "node1", token) == (503, {"message": ALREADY})


def test_a_join_to_nowhere_is_given_up_after_twenty_seconds(world: World) -> None:
    world.post("/swarm/leave", on="node2")
    begun = world.simulation.now
    status, answer = join(world, "node2", world.get("/swarm")["JoinTokens"]["Worker"], "192.168.1.99:2377")
    assert world.simulation.now - begun == 20 * 10**9
    assert (status, answer) == (
        503,
        {
            "message": "Timeout was reached before node joined. The attempt to join the swarm will continue in the"
            ' background. Use the "docker info" command to see the current swarm status of your node.'
        },
    )
    assert world.get("/info", on="node2")["Swarm"]["LocalNodeState"] == "pending"


def test_a_join_that_nobody_answered_goes_on_and_one_that_was_given_up_does_not(world: World) -> None:
    token = world.get("/swarm")["JoinTokens"]["Worker"]
    for host in ("node1", "node2"):
        world.post("/swarm/leave", on=host)
    faults.block(world.simulation, "swarm-manage", 2377, drop=True)
    for host in ("node1", "node2"):
        status, answer = join(world, host, token)
        assert (status, str(answer["message"])[:7]) == (503, "Timeout")  # type: ignore[index]
    world.post("/swarm/leave", on="node1", force="1")
    faults.unblock(world.simulation, "swarm-manage", 2377)
    world.run(5)
    states = [world.get("/info", on=host)["Swarm"]["LocalNodeState"] for host in ("node1", "node2")]
    assert states == ["inactive", "active"]
    assert join(world, "node1", token)[0] == 200
    world.run(60)
    assert len(world.get("/nodes")) == 5  # three that are there, and two that have left before


def test_the_last_manager_leaves_by_force_only(world: World) -> None:
    assert world.refusal("POST", "/swarm/init", LISTEN) == (503, ALREADY)
    assert world.refusal("POST", "/swarm/leave") == (
        503,
        "You are attempting to leave the swarm on a node that is participating as a manager. Removing the last manager"
        " erases all current state of the swarm. Use `--force` to ignore this message. ",
    )
    assert world.ask("POST", "/swarm/leave", force="1") == (200, b"")
    assert world.refusal("POST", "/swarm/leave") == (503, "This node is not part of a swarm")
    assert [network["Name"] for network in world.get("/networks")].count("ingress") == 0


def test_settings_and_tokens_change_by_update(world: World) -> None:
    swarm = world.get("/swarm")
    spec = swarm["Spec"] | {"Orchestration": {"TaskHistoryRetentionLimit": 2}, "Labels": {"a": "b"}}
    version = str(swarm["Version"]["Index"])
    assert world.refusal("POST", "/swarm/update", spec) == (
        400,
        "invalid swarm version '': strconv.ParseUint: parsing \"\": invalid syntax",
    )
    assert world.refusal("POST", "/swarm/update", spec, version=version, rotateWorkerToken="x") == (
        400,
        "invalid value for rotateWorkerToken: x",
    )
    world.post("/swarm/update", spec, version=version, rotateWorkerToken="true", rotateManagerToken="False")
    after = world.get("/swarm")
    assert after["Spec"] == spec
    assert after["JoinTokens"]["Worker"] != swarm["JoinTokens"]["Worker"]
    assert after["JoinTokens"]["Manager"] == swarm["JoinTokens"]["Manager"]
    assert world.refusal("POST", "/swarm/update", spec, version=version) == (
        500,
        "rpc error: code = Unknown desc = update out of sequence",
    )
    short = spec | {"CAConfig": {"NodeCertExpiry": 10**9}}
    assert world.refusal("POST", "/swarm/update", short, version=str(after["Version"]["Index"])) == (
        400,
        "rpc error: code = InvalidArgument desc = minimum certificate expiry time is: 1h0m0s",
    )


def test_the_unlock_key_is_there_while_the_swarm_locks_itself(world: World) -> None:
    assert world.get("/swarm/unlockkey") == {"UnlockKey": ""}
    swarm = world.get("/swarm")
    locked = swarm["Spec"] | {"EncryptionConfig": {"AutoLockManagers": True}}
    world.post("/swarm/update", locked, version=str(swarm["Version"]["Index"]))
    assert world.get("/swarm/unlockkey")["UnlockKey"].startswith("SWMKEY-1-")
    assert world.refusal("POST", "/swarm/unlock", {"UnlockKey": "x"}) == (409, "swarm is not locked")
    other = World(swarm=False)
    other.post("/swarm/init", {**LISTEN, "AutoLockManagers": True})
    assert other.get("/swarm/unlockkey")["UnlockKey"].startswith("SWMKEY-1-")


def test_a_node_has_these_keys(busy: World) -> None:
    node = busy.get("/nodes/swarm-manage")
    assert list(node) == [
        "ID", "Version", "CreatedAt", "UpdatedAt", "Spec", "Description", "Status", "ManagerStatus",
    ]  # fmt: skip
    assert node["Spec"] == {"Labels": {}, "Role": "manager", "Availability": "active"}
    assert list(node["Description"]) == ["Hostname", "Platform", "Resources", "Engine", "TLSInfo"]
    assert node["Description"]["Platform"] == {"Architecture": "x86_64", "OS": "linux"}
    assert {"Type": "Network", "Name": "overlay"} in node["Description"]["Engine"]["Plugins"]
    assert node["Status"] == {"State": "ready", "Addr": "192.168.1.11"}
    assert node["ManagerStatus"] == {"Leader": True, "Reachability": "reachable", "Addr": "192.168.1.11:2377"}
    assert "ManagerStatus" not in busy.get("/nodes/node1")
    assert busy.get("/swarm")["TLSInfo"] == node["Description"]["TLSInfo"]


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({}, list(HOSTS)),
        ({"name": ["node"]}, ["node1", "node2"]),
        ({"role": ["manager"]}, [MANAGER]),
        ({"role": ["Worker"]}, ["node1", "node2"]),
        ({"membership": ["accepted"]}, list(HOSTS)),
        ({"node.label": ["x"]}, []),
        ({"label": ["x"]}, []),
    ],
)
def test_nodes_can_be_filtered(busy: World, filters: dict, names: list[str]) -> None:
    found = busy.get("/nodes", filters=json.dumps(filters))
    assert sorted(node["Description"]["Hostname"] for node in found) == sorted(names)
    assert [node["ID"] for node in found] == sorted(node["ID"] for node in found)


def test_node_filters_that_are_none(busy: World) -> None:
    assert busy.refusal("GET", "/nodes", filters='{"role":["x"]}') == (500, "Invalid role filter: 'x'")
    assert busy.refusal("GET", "/nodes", filters='{"membership":["x"]}') == (500, "Invalid membership filter: 'x'")


def test_a_node_is_drained_and_labelled_by_update(world: World) -> None:
    node = world.get("/nodes/node1")
    version = str(node["Version"]["Index"])
    body = {"Labels": {"zone": "a"}, "Role": "worker", "Availability": "drain"}
    assert world.ask("POST", "/nodes/node1/update", body, version=version) == (200, b"")
    assert world.get("/nodes/node1")["Spec"] == body
    for query, wish, status, message in (
        ({"version": version}, body, 500, "rpc error: code = Unknown desc = update out of sequence"),
        ({}, body, 400, "invalid node version '': strconv.ParseUint: parsing \"\": invalid syntax"),
        ({"version": "1"}, body | {"Availability": "x"}, 400, 'invalid Availability: "x"'),
        ({"version": "1"}, body | {"Role": "x"}, 400, 'invalid Role: "x"'),
        ({"version": "1"}, {}, 400, 'invalid Role: ""'),
    ):
        assert world.refusal("POST", "/nodes/node1/update", wish, **query) == (status, message)
    assert world.refusal("GET", "/nodes/self") == (404, "node self not found")


def test_a_live_node_is_removed_by_force_only_and_a_manager_never(world: World) -> None:
    node_id, manager_id = world.get("/nodes/node1")["ID"], world.get("/nodes/swarm-manage")["ID"]
    prefix = "rpc error: code = FailedPrecondition desc = node"
    assert world.refusal("DELETE", "/nodes/node1") == (400, f"{prefix} {node_id} is not down and can't be removed")
    assert world.refusal("DELETE", "/nodes/swarm-manage", force="1") == (
        400,
        f"{prefix} {manager_id} is a cluster manager and is a member of the raft cluster."
        " It must be demoted to worker before removal",
    )
    world.delete("/nodes/node1", force="1")
    assert len(world.get("/nodes")) == 2


def test_a_name_that_two_nodes_have_is_ambiguous(world: World) -> None:
    world.post("/swarm/leave", on="node2")
    join(world, "node2", world.get("/swarm")["JoinTokens"]["Worker"])
    world.run(1)
    assert world.refusal("GET", "/nodes/node2") == (400, "node node2 is ambiguous (2 matches found)")
