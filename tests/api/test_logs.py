"""Logs of containers, services and tasks."""

import pytest

from swarmlab.api.frames import frame
from tests.api.world import World

CHATTY = ["sh", "-c", "echo one; sleep 1; echo two; sleep 1; echo three; sleep 1d"]


@pytest.fixture
def world() -> World:
    """A container that says one, two and three, a second apart; two seconds have passed."""
    world = World()
    world.container(name="c1", Cmd=CHATTY)
    world.post("/containers/c1/start", on="node1")
    world.run(1.5)
    return world


def logs(world: World, path: str = "/containers/c1/logs", **query: str) -> bytes:
    return world.get(path, **({"on": "node1"} if "containers" in path else {}), **({"stdout": "1"} | query))


def test_a_log_comes_in_frames(world: World) -> None:
    response = world.begin("GET", "/containers/c1/logs", on="node1", stdout="1")
    assert response.header("content-type") == "application/vnd.docker.multiplexed-stream"
    assert logs(world) == frame(1, b"one\n") + frame(1, b"two\n")
    assert logs(world, "/v1.41/containers/c1/logs") == logs(world)
    assert logs(world, stdout="0", stderr="1") == b""


def test_a_terminals_log_is_raw(world: World) -> None:
    world.container(name="c2", Cmd=["sh", "-c", "echo one; exit 0"], Tty=True)
    world.post("/containers/c2/start", on="node1")
    world.run(1)
    assert logs(world, "/containers/c2/logs") == b"one\r\n"


@pytest.mark.parametrize(
    ("query", "lines"),
    [
        ({"tail": "1"}, [b"two\n"]),
        ({"tail": "all"}, [b"one\n", b"two\n"]),
        ({"tail": "0"}, []),
        ({"since": "99999999999"}, []),
        ({"until": "1"}, []),
    ],
)
def test_part_of_a_log(world: World, query: dict, lines: list[bytes]) -> None:
    assert logs(world, **query) == b"".join(frame(1, line) for line in lines)


def test_since_and_until_cut_to_the_nanosecond(world: World) -> None:
    first, second = (line.at for line in world.simulation.hosts["node1"].engine.find("c1").log)

    def moment(at: int) -> str:
        return f"{at // 10**9}.{at % 10**9:09d}"

    assert logs(world, since=moment(first + 1)) == frame(1, b"two\n")
    assert logs(world, until=moment(second - 1)) == frame(1, b"one\n")
    assert world.refusal("GET", "/containers/c1/logs", on="node1", stdout="1", since="x") == (
        500,
        'strconv.ParseInt: parsing "x": invalid syntax',
    )


def test_timestamps_have_nine_digits(world: World) -> None:
    text = logs(world, timestamps="1", tail="1")[8:].decode()
    moment, word = text.split(" ")
    assert word == "two\n"
    assert len(moment) == len("2026-03-02T09:00:03.500000000Z")


def test_following_gives_new_lines_and_ends_with_the_container(world: World) -> None:
    stream = world.begin("GET", "/containers/c1/logs", on="node1", stdout="1", follow="1", tail="1").body
    assert not isinstance(stream, bytes)
    assert stream.read() == frame(1, b"two\n")
    assert stream.read() == b""
    world.run(1)
    assert stream.read() == frame(1, b"three\n")
    world.post("/containers/c1/kill", on="node1")
    assert stream.read() is None


def test_a_line_counts_when_it_is_complete(world: World) -> None:
    engine = world.simulation.hosts["node1"].engine
    container = engine.find("c1")
    engine.write_log(container, 1, b"half")
    assert logs(world, tail="1") == frame(1, b"two\n")
    engine.write_log(container, 2, b"oops\n")
    engine.write_log(container, 1, b" and half\nrest")
    assert logs(world, tail="2", stderr="1") == frame(2, b"oops\n") + frame(1, b"half and half\n")
    world.post("/containers/c1/kill", on="node1")
    assert logs(world, tail="1") == frame(1, b"rest")


def test_a_stream_must_be_chosen(world: World) -> None:
    assert world.refusal("GET", "/containers/c1/logs", on="node1") == (
        400,
        "Bad parameters: you must choose at least one stream",
    )
    assert world.refusal("GET", "/containers/nope/logs", stdout="1") == (404, "No such container: nope")


def test_a_services_log_is_that_of_all_its_tasks(world: World) -> None:
    world.service("talk", "busybox", container={"Command": CHATTY}, Mode={"Replicated": {"Replicas": 2}})
    world.running("talk", 2)
    world.run(5)
    assert logs(world, "/services/talk/logs").count(b"three\n") == 2
    assert logs(world, "/services/talk/logs", tail="1") == frame(1, b"three\n") * 2
    task = world.get("/tasks")[0]
    line = logs(world, f"/tasks/{task['ID']}/logs", details="1", tail="1")[8:].decode()
    assert line == (
        f"com.docker.swarm.node.id={task['NodeID']},com.docker.swarm.service.id={task['ServiceID']},"
        f"com.docker.swarm.task.id={task['ID']} three\n"
    )
    text = logs(world, f"/tasks/{task['ID']}/logs", details="1", timestamps="1", tail="1")[8:].decode()
    assert [part.partition("=")[0] for part in text.split(" ")][1] == "com.docker.swarm.node.id"
    assert world.refusal("GET", "/services/nope/logs") == (500, "Bad parameters: you must choose at least one stream")
    assert world.refusal("GET", "/services/talk/logs", stdout="1", since="1.x") == (
        500,
        'could not parse since timestamp: strconv.ParseInt: parsing "x": invalid syntax',
    )
    assert world.refusal("GET", "/services/talk/logs", stdout="1", tail="-1") == (
        500,
        "negative tail values not supported",
    )
    assert world.refusal("GET", "/services/talk/logs", stdout="1", tail="x") == (
        500,
        'tail value must be a positive integer or "all"',
    )


def test_following_a_service_hears_of_new_tasks(world: World) -> None:
    world.service("talk", "busybox", container={"Command": CHATTY})
    world.running("talk", 1)
    world.run(5)
    stream = world.begin("GET", "/services/talk/logs", stdout="1", follow="1").body
    assert not isinstance(stream, bytes)
    assert (stream.read() or b"").count(b"one\n") == 1
    service = world.get("/services/talk")
    spec = service["Spec"] | {"Mode": {"Replicated": {"Replicas": 2}}}
    world.post("/services/talk/update", spec, version=str(service["Version"]["Index"]))
    world.run(5)
    assert (stream.read() or b"").count(b"one\n") == 1


def test_what_keeps_no_log_has_none_to_show(world: World) -> None:
    container = world.container(Cmd=["sleep", "1"], HostConfig={"LogConfig": {"Type": "none"}})
    refused = world.refusal("GET", f"/containers/{container}/logs", on="node1", stdout="1")
    assert refused == (501, "configured logging driver does not support reading")
    kept = world.container(Cmd=["sleep", "1"], HostConfig={"LogConfig": {"Type": "local"}})
    assert world.ask("GET", f"/containers/{kept}/logs", on="node1", stdout="1")[0] == 200
