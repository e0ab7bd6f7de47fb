"""What ``/…/prune`` takes: what nobody uses, narrowed down by age and labels (moby: ``daemon/prune.go``)."""

import json

import pytest

from tests.api.world import World


def prune(world: World, what: str, **wanted: list[str]) -> list[str]:
    answer = world.post(f"/{what}/prune", on="node1", filters=json.dumps(wanted))
    return next(value for key, value in answer.items() if key.endswith("Deleted")) or []


def test_what_is_younger_than_until_stays(world: World) -> None:
    old = world.container(name="old1", Cmd=["sleep", "1"])
    world.post("/networks/create", {"Name": "old"}, on="node1")
    world.run(600)
    new = world.container(name="new1", Cmd=["sleep", "1"])
    world.post("/networks/create", {"Name": "new"}, on="node1")
    assert prune(world, "containers", until=["1h"]) == []
    assert prune(world, "containers", until=["5m"]) == [old]
    assert prune(world, "networks", until=["5m"]) == ["old"]
    assert prune(world, "containers") == [new]
    assert prune(world, "networks") == ["new"]


def test_until_may_be_a_time_as_well(world: World) -> None:
    first = world.container(Cmd=["sleep", "1"])
    assert prune(world, "containers", until=["2020-01-01"]) == []
    assert prune(world, "containers", until=["2040-01-01T00:00:00Z"]) == [first]
    second = world.container(Cmd=["sleep", "1"])
    assert prune(world, "containers", until=["1.5"]) == []
    assert prune(world, "containers", until=["4000000000"]) == [second]


def test_images_go_by_the_time_they_were_built(world: World) -> None:
    world.container(Cmd=["sleep", "1"])  # its image is here now
    prune(world, "containers")
    assert prune(world, "images", dangling=["false"], until=["2020-01-01"]) == []
    assert prune(world, "images", dangling=["false"], until=["10m"])


@pytest.mark.parametrize(
    ("until", "text"),
    [
        (["1h", "2h"], "more than one until filter specified"),
        (["yesterday"], 'failed to parse value as time or duration: "yesterday"'),
    ],
)
def test_times_that_are_none(world: World, until: list[str], text: str) -> None:
    for what in ("containers", "networks", "images"):
        wanted = json.dumps({"until": until})
        assert world.refusal("POST", f"/{what}/prune", on="node1", filters=wanted) == (400, text)


def test_labels_choose_what_goes_and_what_stays(world: World) -> None:
    made = {name: world.container(name=name, Cmd=["sleep", "1"], Labels={"kind": name}) for name in ("aa", "bb", "cc")}
    assert prune(world, "containers", label=["kind=aa"]) == [made["aa"]]
    assert prune(world, "containers", **{"label!": ["kind=bb"]}) == [made["cc"]]
    assert prune(world, "containers", **{"label!": ["kind"]}) == []
    assert prune(world, "containers") == [made["bb"]]


def test_a_prune_is_an_event(world: World) -> None:
    prune(world, "containers")
    event = world.simulation.hosts["node1"].engine.events.kept[-1]
    assert (event.type, event.action, event.id, event.attributes) == ("container", "prune", "", {"reclaimed": "0"})


def test_networks_of_the_swarm_are_named_before_those_of_the_engine(world: World) -> None:
    world.post("/networks/create", {"Name": "over", "Driver": "overlay"})
    world.post("/networks/create", {"Name": "bridge1"})
    assert world.post("/networks/prune")["NetworksDeleted"] == ["over", "bridge1"]
