"""The Engine API of several managers: who answers, after what time, and in whose words when there is no leader.

Texts, statuses and delays are those of real engines: 20.10.24 with three managers, of which two were stopped.
"""

import json
from typing import Any

import pytest

from swarmlab.api.app import App
from swarmlab.core import faults
from swarmlab.core.simulation import Simulation
from swarmlab.core.units import SECOND
from swarmlab.wire import Request
from tests.api.world import JSON_TYPE, World

WORKER = (
    "This node is not a swarm manager. Worker nodes can't be used to view or modify cluster state. Please run this"
    " command on a manager node or promote the current node to a manager."
)
NO_LEADER = (
    "rpc error: code = Unknown desc = The swarm does not have a leader. It's possible that too few managers are online."
    " Make sure more than half of the managers are online."
)
LEAVING = "You are attempting to leave the swarm on a node that is participating as a manager. "
LEAVING_END = (
    "The only way to restore a swarm that has lost consensus is to reinitialize it with `--force-new-cluster`."
    " Use `--force` to suppress this message."
)


def set_role(world: World, host: str, role: str, on: str = "swarm-manage") -> tuple[int, Any]:
    node = world.get(f"/nodes/{host}", on=on)
    return world.ask(
        "POST",
        f"/nodes/{node['ID']}/update",
        node["Spec"] | {"Role": role},
        on=on,
        version=str(node["Version"]["Index"]),
    )


def three(profile: str = "28") -> World:
    """Three hosts, all of them managers, swarm-manage leading."""
    world = World(profile=profile)
    for host in ("node1", "node2"):
        assert set_role(world, host, "manager") == (200, b"")
        world.run(2)
    return world


def stop(world: World, *hosts: str) -> None:
    for host in hosts:
        faults.stop_engine(world.simulation, host)


def manager_status(world: World, on: str) -> dict[str, str]:
    shown = {}
    for node in world.get("/nodes", on=on):
        status = node.get("ManagerStatus", {})
        shown[node["Description"]["Hostname"]] = "leader" if status.get("Leader") else status.get("Reachability", "")
    return shown


def seconds(world: World, begun: int) -> float:
    return (world.simulation.now - begun) / SECOND


def test_every_manager_answers() -> None:
    world = three()
    for host in ("swarm-manage", "node1", "node2"):
        assert manager_status(world, host) == {"swarm-manage": "leader", "node1": "reachable", "node2": "reachable"}
        assert world.begin("GET", "/_ping", on=host).header("swarm") == "active/manager"
    service = world.post(
        "/services/create", {"Name": "web", "TaskTemplate": {"ContainerSpec": {"Image": "httpd"}}}, on="node2"
    )
    assert world.get("/services/web", on="node1")["ID"] == service["ID"]


def test_a_managers_status_is_shown_in_the_node() -> None:
    world = three()
    assert world.get("/nodes/node1")["ManagerStatus"] == {"Reachability": "reachable", "Addr": "192.168.1.12:2377"}
    assert world.get("/nodes/swarm-manage")["ManagerStatus"] == {
        "Leader": True,
        "Reachability": "reachable",
        "Addr": "192.168.1.11:2377",
    }


def test_info_counts_nodes_and_managers_and_knows_all_managers() -> None:
    world = three()
    for host in ("swarm-manage", "node1", "node2"):
        swarm = world.get("/info", on=host)["Swarm"]
        assert (swarm["Nodes"], swarm["Managers"], swarm["ControlAvailable"]) == (3, 3, True)
        assert sorted(peer["Addr"] for peer in swarm["RemoteManagers"]) == [
            "192.168.1.11:2377", "192.168.1.12:2377", "192.168.1.13:2377",
        ]  # fmt: skip
    assert world.get("/info")["Warnings"] is None


def test_two_managers_are_warned_of() -> None:
    world = World()
    set_role(world, "node1", "manager")
    world.run(1)
    assert world.get("/info")["Warnings"][0].startswith("WARNING: Running Swarm in a two-manager configuration.")


def test_a_demoted_manager_is_a_worker_again() -> None:
    world = three()
    assert set_role(world, "node1", "worker", on="node2") == (200, b"")
    world.run(0.1)
    assert world.refusal("GET", "/nodes", on="node1") == (503, WORKER)
    assert world.begin("GET", "/_ping", on="node1").header("swarm") == "active/worker"
    swarm = world.get("/info", on="node1")["Swarm"]
    assert (swarm["ControlAvailable"], "Cluster" in swarm) == (False, False)


def test_a_node_that_slept_while_all_managers_changed_looks_for_the_old_ones_until_it_joins_anew() -> None:
    # as seen on 20.10.24; there the log of node2 repeats that swarm-manage's port 2377 refuses the connection
    world = World()
    faults.stop(world.simulation, "node2")
    set_role(world, "node1", "manager")
    world.run(8)
    set_role(world, "swarm-manage", "worker", on="node1")
    world.run(8)
    faults.start(world.simulation, "node2")
    world.run(120)
    assert {node["Description"]["Hostname"]: node["Status"]["State"] for node in world.get("/nodes", on="node1")} == {
        "swarm-manage": "ready", "node1": "ready", "node2": "down",
    }  # fmt: skip
    swarm = world.get("/info", on="node2")["Swarm"]
    assert (swarm["LocalNodeState"], [known["Addr"] for known in swarm["RemoteManagers"]]) == (
        "pending", ["192.168.1.11:2377"],
    )  # fmt: skip
    assert world.get("/info", on="swarm-manage")["Swarm"]["LocalNodeState"] == "active"
    world.simulation.leave_swarm("node2")
    token = world.get("/swarm", on="node1")["JoinTokens"]["Worker"]
    world.simulation.join_swarm("node2", ("192.168.1.12:2377",), token)
    world.run(5)
    assert world.get("/info", on="node2")["Swarm"]["LocalNodeState"] == "active"


def test_refusals_about_roles() -> None:
    world = three()
    stop(world, "node2")
    world.run(5)
    assert set_role(world, "node1", "worker") == (
        400,
        {
            "message": "rpc error: code = FailedPrecondition desc = can't remove member from the raft: this would"
            " result in a loss of quorum"
        },
    )
    node = world.get("/nodes/node2")["ID"]
    assert world.refusal("DELETE", f"/nodes/{node}", force="1") == (
        400,
        f"rpc error: code = FailedPrecondition desc = node {node} is a cluster manager and is a member of the raft"
        " cluster. It must be demoted to worker before removal",
    )


# --- while there is no leader -------------------------------------------------------------------------------


def test_a_call_that_comes_while_there_is_no_leader_waits_for_the_next_one() -> None:
    world = three()
    stop(world, "swarm-manage")
    begun = world.simulation.now
    assert manager_status(world, "node1")["swarm-manage"] == "unreachable"
    assert 8 < seconds(world, begun) < 20


def test_what_is_written_while_there_is_no_leader_is_done_by_the_next_one() -> None:
    world = three()
    stop(world, "swarm-manage")
    begun = world.simulation.now
    body = {"Name": "web", "TaskTemplate": {"ContainerSpec": {"Image": "httpd"}}}
    service = world.post("/services/create", body, on="node2")
    assert 8 < seconds(world, begun) < 20
    assert [it["ID"] for it in world.get("/services", on="node1")] == [service["ID"]]
    assert not world.simulation.parked


@pytest.mark.parametrize(("profile", "code"), [("20.10", "Unknown"), ("28", "DeadlineExceeded")])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_without_a_quorum_a_call_waits_20_seconds_and_later_ones_hear_it_at_once(
    profile: str, code: str, method: str
) -> None:
    world = three(profile)
    stop(world, "swarm-manage", "node1")
    begun = world.simulation.now
    path, body = ("/services", None) if method == "GET" else ("/services/create", {"Name": "late"})
    assert world.refusal(method, path, body, on="node2") == (
        500,
        f"rpc error: code = {code} desc = context deadline exceeded",
    )
    assert 20 <= seconds(world, begun) < 21
    world.run(15)
    begun = world.simulation.now
    assert world.refusal(method, path, body, on="node2") == (500, NO_LEADER)
    assert world.simulation.now == begun
    faults.start_engine(world.simulation, "node1")
    world.run(60)
    assert world.get("/services", on="node2") == []  # what was given up is not done later


def test_a_network_of_the_swarm_needs_a_leader() -> None:
    world = three()
    overlay = world.post("/networks/create", {"Name": "my_net", "Driver": "overlay"})["Id"]
    stop(world, "swarm-manage", "node1")
    world.run(60)
    body = {"Name": "more", "Driver": "overlay"}
    assert world.refusal("POST", "/networks/create", body, on="node2") == (500, NO_LEADER)
    assert world.refusal("DELETE", f"/networks/{overlay}", on="node2") == (500, NO_LEADER)
    world.post("/networks/create", {"Name": "mine"}, on="node2")
    assert world.post("/networks/prune", on="node2") == {"NetworksDeleted": ["mine"]}


def test_info_tells_why_nobody_answers() -> None:
    world = three()
    stop(world, "swarm-manage", "node1")
    world.run(60)
    swarm = world.get("/info", on="node2")["Swarm"]
    assert (swarm["LocalNodeState"], swarm["ControlAvailable"], swarm["Error"]) == ("active", True, NO_LEADER)
    assert "Nodes" not in swarm
    assert json.dumps(swarm["Cluster"], separators=(",", ":")) == (
        '{"ID":"","Version":{},"CreatedAt":"0001-01-01T00:00:00Z","UpdatedAt":"0001-01-01T00:00:00Z",'
        '"Spec":{"Labels":null,"Orchestration":{},"Raft":{"ElectionTick":0,"HeartbeatTick":0},"Dispatcher":{},'
        '"CAConfig":{},"TaskDefaults":{},"EncryptionConfig":{"AutoLockManagers":false}},"TLSInfo":{},'
        '"RootRotationInProgress":false,"DefaultAddrPool":null,"SubnetSize":0,"DataPathPort":0}'
    )
    assert len(swarm["RemoteManagers"]) == 3


def test_an_engine_needs_no_leader_for_what_is_its_own() -> None:
    world = three()
    stop(world, "swarm-manage", "node1")
    world.run(60)
    assert world.get("/containers/json", on="node2") == []
    assert {network["Name"] for network in world.get("/networks", on="node2")} >= {"bridge", "ingress"}
    assert world.post("/networks/create", {"Name": "mine"}, on="node2")["Warning"] == ""


def test_a_leader_that_cannot_commit_still_reads_and_gives_writers_up_when_it_steps_down() -> None:
    world = three()
    stop(world, "node1", "node2")
    begun = world.simulation.now
    assert manager_status(world, "swarm-manage") == {
        "swarm-manage": "leader", "node1": "reachable", "node2": "reachable",
    }  # fmt: skip
    assert world.simulation.now == begun
    world.run(1)
    assert manager_status(world, "swarm-manage")["node1"] == "unreachable"
    assert world.refusal("POST", "/services/create", {"Name": "late"}) == (
        500,
        "rpc error: code = Unknown desc = raft: failed to process the request: node lost leader status",
    )
    assert 8 < seconds(world, begun) < 21


def test_a_write_of_a_leader_cut_off_for_a_moment_is_done_when_it_is_heard_again() -> None:
    world = three()
    for host in ("node1", "node2"):
        faults.cut(world.simulation, host)
    begun = world.simulation.now
    answers: list[Any] = []
    later = world.app.handle("swarm-manage", _create("web"))
    while not answers:
        if seconds(world, begun) > 3 and world.simulation.fabric.cut:
            for host in ("node1", "node2"):
                faults.mend(world.simulation, host)
        assert world.simulation.step()
        world.app.poll()
        response = later.poll()  # type: ignore[union-attr]
        answers += [response] if response is not None else []
    assert answers[0].status == 201
    assert seconds(world, begun) < 5


def _create(name: str) -> Any:
    body = json.dumps({"Name": name, "TaskTemplate": {"ContainerSpec": {"Image": "httpd"}}}).encode()
    return Request("POST", "/services/create", (), JSON_TYPE, body)


def test_what_waits_for_a_leader_survives_a_rewind() -> None:
    world = three()
    stop(world, "swarm-manage")
    world.app.handle("node1", _create("web"))
    world.run(1)
    copy = Simulation.restore(world.simulation.checkpoint())
    other = App(copy)
    for _ in range(400):
        copy.step()
        other.poll()
    (swarm,) = copy.swarms.values()
    assert [service.spec.name for service in swarm.store.services()] == ["web"]


def test_a_manager_that_is_cut_off_hears_no_events_of_the_others() -> None:
    world = three()
    faults.partition(world.simulation, ["node2"])
    world.run(40)
    stream = world.begin("GET", "/events", on="node2").body
    world.service("web")
    world.run(5)
    assert stream.read() == b""
    faults.mend(world.simulation, "node2")
    world.run(60)
    assert b'"Action":"create"' in stream.read()


# --- leaving -----------------------------------------------------------------------------------------------


def test_a_manager_is_warned_before_it_leaves_and_in_worse_words_when_the_quorum_would_go() -> None:
    world = three()
    assert world.refusal("POST", "/swarm/leave", on="node2") == (503, LEAVING + LEAVING_END)
    stop(world, "node1")
    world.run(5)
    assert world.refusal("POST", "/swarm/leave", on="node2") == (
        503,
        f"{LEAVING}Removing this node leaves 1 managers out of 3. Without a Raft quorum your swarm will be"
        f" inaccessible. {LEAVING_END}",
    )
    stop(world, "swarm-manage")
    world.run(60)
    assert world.refusal("POST", "/swarm/leave", on="node2") == (503, LEAVING + LEAVING_END)
    assert world.ask("POST", "/swarm/leave", on="node2", force="1") == (200, b"")


def test_a_manager_just_started_is_being_prepared() -> None:
    world = three()
    stop(world, "node2")
    faults.start_engine(world.simulation, "node2")
    assert world.refusal("GET", "/nodes", on="node2") == (
        503,
        "This node is not a swarm manager. Manager is being prepared or has trouble connecting to the cluster.",
    )
    assert world.get("/info", on="node2")["Swarm"]["LocalNodeState"] == "pending"
    assert world.refusal("POST", "/swarm/leave", on="node2") == (
        503,
        f"{LEAVING}Doing so may lose the consensus of your cluster. {LEAVING_END}",
    )


def test_a_new_cluster_is_forced_by_a_manager_only() -> None:
    world = World()
    body = {"ListenAddr": "0.0.0.0:2377", "ForceNewCluster": True}
    assert world.refusal("POST", "/swarm/init", body, on="node1") == (503, WORKER)


def test_a_new_cluster_of_what_one_manager_knows() -> None:
    world = three()
    before = world.get("/swarm")
    stop(world, "swarm-manage", "node1")
    world.run(60)
    node_id = world.get("/info", on="node2")["Swarm"]["NodeID"]
    assert world.post("/swarm/init", {"ListenAddr": "0.0.0.0:2377", "ForceNewCluster": True}, on="node2") == node_id
    assert world.get("/swarm", on="node2")["ID"] == before["ID"]
    assert manager_status(world, "node2") == {"swarm-manage": "", "node1": "", "node2": "leader"}


# --- locked managers -----------------------------------------------------------------------------------------


def _locked() -> tuple[World, str]:
    world = three()
    swarm = world.get("/swarm")
    spec = swarm["Spec"] | {"EncryptionConfig": {"AutoLockManagers": True}}
    world.post("/swarm/update", spec, version=str(swarm["Version"]["Index"]))
    world.run(2)
    key = world.get("/swarm/unlockkey", on="node1")["UnlockKey"]
    stop(world, "node2")
    faults.start_engine(world.simulation, "node2")
    return world, key


def test_a_locked_manager_says_so() -> None:
    world, _ = _locked()
    text = (
        "Swarm is encrypted and needs to be unlocked before it can be used."
        ' Please use "docker swarm unlock" to unlock it.'
    )
    assert world.refusal("GET", "/services", on="node2") == (503, text)
    assert world.begin("GET", "/_ping", on="node2").header("swarm") == "locked"
    assert world.get("/info", on="node2")["Swarm"] == {
        "NodeID": "",
        "NodeAddr": "192.168.1.13",
        "LocalNodeState": "locked",
        "ControlAvailable": False,
        "Error": text,
        "RemoteManagers": None,
    }
    assert world.refusal("POST", "/swarm/leave", on="node2") == (
        503,
        "Swarm is encrypted and locked. Please unlock it first or use `--force` to ignore this message.",
    )


def test_a_locked_manager_is_unlocked_by_its_key_alone() -> None:
    world, key = _locked()
    assert world.refusal("POST", "/swarm/unlock", {"UnlockKey": "x"}, on="node2") == (400, "invalid key string")
    assert world.refusal("POST", "/swarm/unlock", {"UnlockKey": "SWMKEY-1-" + "A" * 43}, on="node2") == (
        401,
        "swarm could not be unlocked: invalid key provided",
    )
    assert world.ask("POST", "/swarm/unlock", {"UnlockKey": key}, on="node2") == (200, b"")
    world.run(5)
    assert manager_status(world, "node2")["node2"] == "reachable"
    assert world.refusal("POST", "/swarm/unlock", {"UnlockKey": key}, on="node2") == (409, "swarm is not locked")


def test_a_worker_has_nothing_to_unlock() -> None:
    assert World().refusal("POST", "/swarm/unlock", {"UnlockKey": "x"}, on="node1") == (503, WORKER)


# --- tokens --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["Worker", "Manager"])
def test_a_rotated_token_lets_nobody_in_and_the_new_one_does(role: str) -> None:
    world = three()
    swarm = world.get("/swarm")
    world.post("/swarm/leave", on="node2", force="1")
    query = {f"rotate{role}Token": "true", "version": str(swarm["Version"]["Index"])}
    world.post("/swarm/update", swarm["Spec"], **query)
    tokens = world.get("/swarm", on="node1")["JoinTokens"]
    other = "Manager" if role == "Worker" else "Worker"
    assert tokens[other] == swarm["JoinTokens"][other]
    join = {"ListenAddr": "0.0.0.0:2377", "RemoteAddrs": ["192.168.1.12:2377"]}
    assert world.refusal("POST", "/swarm/join", join | {"JoinToken": swarm["JoinTokens"][role]}, on="node2") == (
        400,
        "rpc error: code = InvalidArgument desc = A valid join token is necessary to join this cluster",
    )
    assert world.ask("POST", "/swarm/join", join | {"JoinToken": tokens[role]}, on="node2") == (200, b"")
    assert world.get("/info", on="node2")["Swarm"]["ControlAvailable"] is (role == "Manager")


def test_the_root_certificate_is_not_rotated() -> None:
    world = World()
    swarm = world.get("/swarm")
    spec = swarm["Spec"] | {"CAConfig": swarm["Spec"]["CAConfig"] | {"ForceRotate": 1}}
    assert world.refusal("POST", "/swarm/update", spec, version=str(swarm["Version"]["Index"])) == (
        501,
        "swarmlab shows the root certificate of a swarm but does not rotate it",
    )
