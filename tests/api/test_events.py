"""``/events``: of this host and of the swarm."""

import json

import pytest

from tests.api.world import World


def events(world: World, on: str = "swarm-manage", **query: str) -> list[dict]:
    """Return what has happened so far."""
    until = str(world.simulation.now // 10**9 + 1)
    stream = world.begin("GET", "/events", on=on, **({"since": "0", "until": until} | query)).body
    assert not isinstance(stream, bytes)
    return [json.loads(line) for line in world.read(stream, wait=False).splitlines()]


def test_a_swarm_event_and_a_local_one(busy: World) -> None:
    created = next(e for e in events(busy) if (e["Type"], e["Action"]) == ("service", "create"))
    assert list(created) == ["Type", "Action", "Actor", "scope", "time", "timeNano"]
    assert created["Actor"] == {"ID": busy.get("/services/web")["ID"], "Attributes": {"name": "web"}}
    assert (created["scope"], created["time"]) == ("swarm", created["timeNano"] // 10**9)
    started = next(e for e in events(busy, "node1") if (e["Type"], e["Action"]) == ("container", "start"))
    assert list(started) == ["status", "id", "from", "Type", "Action", "Actor", "scope", "time", "timeNano"]
    assert (started["status"], started["from"], started["scope"]) == ("start", "httpd:latest", "local")
    assert started["id"] == started["Actor"]["ID"]
    assert started["Actor"]["Attributes"]["com.docker.swarm.service.name"] == "web"


def test_workers_hear_of_their_own_containers_only(busy: World) -> None:
    assert {event["scope"] for event in events(busy, "node1")} == {"local"}
    assert {event["scope"] for event in events(busy)} == {"local", "swarm"}


@pytest.mark.parametrize(
    ("filters", "kinds"),
    [
        ({"type": ["network"], "scope": ["swarm"]}, {"network"}),
        ({"service": ["web"]}, {"service", "container"}),  # by the beginning of names, of whatever: as in Docker
        ({"service": ["web"], "type": ["service"]}, {"service"}),
        ({"event": ["start"]}, {"container"}),
        ({"image": ["httpd"], "type": ["container"]}, {"container"}),
        ({"label": ["com.docker.swarm.service.name=web"], "event": ["create"]}, {"container"}),
        ({"node": ["node"]}, {"node"}),
        ({"scope": ["local"], "type": ["service", "container"]}, {"container"}),
        ({"type": ["plugin"]}, set()),
    ],
)
def test_events_can_be_filtered(busy: World, filters: dict, kinds: set[str]) -> None:
    assert {event["Type"] for event in events(busy, filters=json.dumps(filters))} == kinds


def test_an_action_with_a_command_is_found_without_it(world: World) -> None:
    world.container(name="c1", Cmd=["sleep", "1d"])
    world.post("/containers/c1/start", on="node1")
    world.post("/containers/c1/exec", {"Cmd": ["ls", "-l"]}, on="node1")
    [event] = events(world, "node1", filters='{"event":["exec_create"]}')
    assert event["Action"] == "exec_create: ls -l"


def test_without_a_beginning_only_new_events_come(world: World) -> None:
    stream = world.begin("GET", "/events", filters='{"type":["service"]}').body
    assert not isinstance(stream, bytes)
    assert stream.read() == b""
    world.service()
    assert json.loads(stream.read() or b"")["Action"] == "create"
    assert stream.read() == b""
    world.delete("/services/web")
    assert json.loads((stream.read() or b"").splitlines()[-1])["Action"] == "remove"


def test_a_stream_ends_when_its_time_has_come(world: World) -> None:
    until = str(world.simulation.now // 10**9 + 5)
    stream = world.begin("GET", "/events", until=until).body
    assert not isinstance(stream, bytes)
    while stream.read():
        pass
    world.run(4)
    assert stream.read() is not None
    world.run(3)
    while stream.read():
        pass
    assert stream.read() is None


def test_times_that_make_no_sense(world: World) -> None:
    assert world.refusal("GET", "/events", since="20", until="10") == (
        400,
        "`since` time (20) cannot be after `until` time (10)",
    )
    assert world.refusal("GET", "/events", since="yesterday")[0] == 500


def test_a_filter_that_no_event_has_changes_nothing(busy: World) -> None:
    everything = events(busy)
    assert len(everything) > 5
    assert events(busy, filters='{"bogus":["x"]}') == everything
