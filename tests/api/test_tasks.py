"""``/tasks``: shape, filters, and the time a list takes."""

import json

import pytest

from tests.api.world import World
from tests.counting import python_calls


def test_a_running_task_has_these_keys_in_this_order(busy: World) -> None:
    task = busy.get("/tasks")[0]
    assert list(task) == [
        "ID", "Version", "CreatedAt", "UpdatedAt", "Labels", "Spec", "ServiceID", "Slot", "NodeID", "Status",
        "DesiredState", "NetworksAttachments", "Volumes",
    ]  # fmt: skip
    assert task["Volumes"] is None
    assert list(task["Spec"]) == ["ContainerSpec", "Networks", "ForceUpdate"]
    assert list(task["Status"]) == ["Timestamp", "State", "Message", "ContainerStatus", "PortStatus"]
    assert list(task["Status"]["ContainerStatus"]) == ["ContainerID", "PID", "ExitCode"]
    assert (task["Status"]["State"], task["Status"]["Message"], task["DesiredState"]) == (
        "running",
        "started",
        "running",
    )
    assert task["Status"]["PortStatus"] == {}


def test_a_task_carries_its_networks_ingress_first(busy: World) -> None:
    ingress, own = busy.get("/tasks")[0]["NetworksAttachments"]
    assert list(ingress) == ["Network", "Addresses"]
    network = ingress["Network"]
    assert list(network) == ["ID", "Version", "CreatedAt", "UpdatedAt", "Spec", "DriverState", "IPAMOptions"]
    assert network["Spec"] == {
        "Name": "ingress",
        "Labels": {},
        "DriverConfiguration": {},
        "Ingress": True,
        "IPAMOptions": {"Driver": {}},
        "Scope": "swarm",
    }
    assert network["DriverState"] == {
        "Name": "overlay",
        "Options": {"com.docker.network.driver.overlay.vxlanid_list": "4096"},
    }
    assert network["IPAMOptions"] == {
        "Driver": {"Name": "default"},
        "Configs": [{"Subnet": "10.0.0.0/24", "Gateway": "10.0.0.1"}],
    }
    assert own["Network"]["Spec"]["Name"] == "my_net"
    assert own["Addresses"][0].startswith("10.0.1.")


def test_a_task_that_waits_says_why_and_has_no_container(world: World) -> None:
    world.service("web", template={"Placement": {"Constraints": ["node.labels.x==y"]}})
    world.run(2)
    [task] = world.get("/tasks")
    assert "NodeID" not in task
    assert list(task["Status"]) == ["Timestamp", "State", "Message", "Err", "PortStatus"]
    assert task["Status"]["Err"] == "no suitable node (scheduling constraints not satisfied on 3 nodes)"


def test_an_old_engine_knows_no_volumes_of_tasks() -> None:
    old = World(profile="20.10")
    old.service()
    old.run(3)
    assert "Volumes" not in old.get("/tasks")[0]


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({}, 4),
        ({"service": ["web"]}, 3),
        ({"service": ["web", "other"]}, 4),
        ({"service": {"web": True}}, 3),
        ({"name": ["web.1."]}, 1),
        ({"label": ["tier=front"]}, 1),
        ({"desired-state": ["running"]}, 4),
        ({"desired-state": ["Running"]}, 4),
        ({"desired-state": ["shutdown"]}, 0),
        ({"service": ["web"], "node": ["node1", "node2", "swarm-manage"]}, 3),
        ({"_up-to-date": ["true"], "service": ["web"]}, 3),
        ({"runtime": ["container"]}, 4),
    ],
)
def test_tasks_can_be_filtered(pair: World, filters: dict, count: int) -> None:
    found = pair.get("/tasks", filters=json.dumps(filters))
    assert len(found) == count
    assert [task["ID"] for task in found] == sorted(task["ID"] for task in found)


@pytest.fixture(scope="module")
def pair() -> World:
    """Three tasks of one service and one of another."""
    world = World()
    world.service("web", Mode={"Replicated": {"Replicas": 3}})
    world.service("other", Labels={"tier": "front"})
    world.running("web", 3)
    world.running("other", 1)
    return world


def test_filters_name_things_that_are_there(pair: World) -> None:
    assert pair.refusal("GET", "/tasks", filters='{"service":["nope"]}') == (404, "service nope not found")
    assert pair.refusal("GET", "/tasks", filters='{"node":["nope"]}') == (404, "node nope not found")
    assert pair.refusal("GET", "/tasks", filters='{"desired-state":["x"]}') == (
        500,
        "Invalid desired-state filter: 'x'",
    )
    task = pair.get("/tasks")[0]
    assert pair.get("/tasks", filters=json.dumps({"id": [task["ID"][:8]]})) == [task]
    assert pair.get(f"/tasks/{task['ID'][:8]}") == task
    assert pair.refusal("GET", "/tasks/nope") == (404, "task nope not found")


def test_a_task_of_an_old_revision_is_not_up_to_date(world: World) -> None:
    world.service("web")
    world.running("web", 1)
    service = world.get("/services/web")
    spec = service["Spec"]
    spec["TaskTemplate"]["ContainerSpec"]["Env"] = ["A=1"]
    world.post("/services/web/update", spec, version=str(service["Version"]["Index"]))
    wanted = json.dumps({"service": ["web"], "_up-to-date": ["true"]})
    assert world.get("/tasks", filters=wanted) == []
    world.run(20)
    assert len(world.get("/tasks", filters=wanted)) == 1
    assert len(world.get("/tasks")) == 2


def test_a_list_of_tasks_costs_a_few_calls_a_task(world: World) -> None:
    world.service("web", EndpointSpec={"Ports": [{"TargetPort": 80}]}, Mode={"Replicated": {"Replicas": 20}})
    world.running("web", 20)
    assert len(world.begin("GET", "/tasks").body) > 20_000  # type: ignore[arg-type]
    assert python_calls(lambda: world.begin("GET", "/tasks")) < 900


def test_a_task_logs_where_its_service_says(world: World) -> None:
    world.service("usual")
    template = {"ContainerSpec": {"Image": "httpd"}, "LogDriver": {"Name": "none"}}
    world.post("/services/create", {"Name": "own", "TaskTemplate": template})
    for name, driver in (("usual", {"Type": "json-file", "Config": {}}), ("own", {"Type": "none", "Config": {}})):
        (task,) = world.running(name, 1)
        container = world.get(
            f"/containers/{task['Status']['ContainerStatus']['ContainerID']}/json", on=world.host_of(task["NodeID"])
        )
        assert container["HostConfig"]["LogConfig"] == driver
        assert ("LogDriver" in task["Spec"]) == (name == "own")
