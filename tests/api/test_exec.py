"""``/exec`` and attach: streams both ways, and what remains when there is nobody to run programs."""

import json
from typing import Any

import pytest

from swarmlab.api.app import App
from swarmlab.api.frames import frame
from swarmlab.api.programs import Report
from swarmlab.core.agent.container import Container
from swarmlab.wire import Request, Response, Stream
from tests.api.world import UPGRADE, Line, Lines, World


@pytest.fixture
def programs() -> Lines:
    return Lines()


@pytest.fixture
def world(programs: Lines) -> World:
    """A host with a container called c1 that runs, and somebody who runs programs."""
    world = World(programs=programs)
    world.container(name="c1", Cmd=["sleep", "1d"])
    world.post("/containers/c1/start", on="node1")
    return world


def prepared(world: World, *cmd: str, **options: object) -> str:
    body = {"AttachStdout": True, "AttachStderr": True, "Cmd": list(cmd), **options}
    return str(world.post("/containers/c1/exec", body, on="node1")["Id"])


def begun(world: World, exec_id: str, version: str = "", **options: object) -> tuple[Response, Stream]:
    body = {"Detach": False, "Tty": False, **options}
    headers = (*UPGRADE, ("content-type", "application/json"))
    response = world.begin("POST", f"{version}/exec/{exec_id}/start", body, on="node1", headers=headers)
    assert response.hijack
    assert not isinstance(response.body, bytes)
    return response, response.body


def test_an_exec_takes_over_its_connection(world: World) -> None:
    exec_id = prepared(world, "ls", "-l")
    response, stream = begun(world, exec_id)
    assert response.status == 101
    assert response.headers[:3] == (
        ("Content-Type", "application/vnd.docker.multiplexed-stream"),
        ("Connection", "Upgrade"),
        ("Upgrade", "tcp"),
    )
    assert response.header("api-version") == "1.51"
    assert world.get(f"/exec/{exec_id}/json", on="node1")["ExitCode"] is None
    assert world.read(stream) == frame(1, b"ls -l\n")
    state = world.get(f"/exec/{exec_id}/json", on="node1")
    assert list(state) == [
        "ID", "Running", "ExitCode", "ProcessConfig", "OpenStdin", "OpenStderr", "OpenStdout", "CanRemove",
        "ContainerID", "DetachKeys", "Pid",
    ]  # fmt: skip
    assert (state["Running"], state["ExitCode"]) == (False, 0)
    assert state["ProcessConfig"] == {"tty": False, "entrypoint": "ls", "arguments": ["-l"], "privileged": False}


def test_output_and_errors_are_kept_apart_unless_on_a_terminal(world: World) -> None:
    world.simulation.hosts["node1"].engine.find("c1").write({"fail": b""})
    _, stream = begun(world, prepared(world, "fail"))
    assert world.read(stream) == frame(1, b"fail\n") + frame(2, b"oh no\n")
    response, stream = begun(world, prepared(world, "fail", Tty=True), Tty=True)
    assert response.header("content-type") == "application/vnd.docker.raw-stream"
    assert world.read(stream) == b"fail\r\noh no\n"
    _, stream = begun(world, prepared(world, "fail", AttachStdout=False))
    assert world.read(stream) == frame(2, b"oh no\n")
    _, stream = begun(world, prepared(world, "fail", Tty=True))  # a terminal inside, frames for the client
    assert world.read(stream) == frame(1, b"fail\r\n") + frame(2, b"oh no\n")
    response, _ = begun(world, prepared(world, "fail"), "/v1.41")
    assert response.header("content-type") == "application/vnd.docker.raw-stream"


def test_input_reaches_the_program_until_it_ends(world: World) -> None:
    exec_id = prepared(world, "cat", AttachStdin=True)
    _, stream = begun(world, exec_id)
    stream.write(b"one ")  # before the program has started
    assert stream.read() == frame(1, b"cat\n") + frame(1, b"ONE ")
    stream.write(b"two")
    assert stream.read() == frame(1, b"TWO")
    assert stream.read() == b""
    stream.close_write()
    assert world.read(stream) == b""
    assert world.get(f"/exec/{exec_id}/json", on="node1")["ExitCode"] == 7


def test_ctrl_p_ctrl_q_leaves_a_terminal_and_the_program_goes_on(world: World, programs: Lines) -> None:
    exec_id = prepared(world, "sh", AttachStdin=True, Tty=True)
    _, stream = begun(world, exec_id, Tty=True)
    assert stream.read() == b"sh\r\n"
    stream.write(b"a\x10")
    assert stream.read() == b"A"
    stream.write(b"\x11b")
    assert stream.read() is None
    assert world.get(f"/exec/{exec_id}/json", on="node1")["Running"]


def test_the_terminal_has_a_size(world: World, programs: Lines) -> None:
    exec_id = prepared(world, "top", Tty=True, AttachStdin=True)
    _, stream = begun(world, exec_id, Tty=True, ConsoleSize=[24, 80])
    stream.read()
    assert programs.processes[-1].size == (24, 80)
    assert world.ask("POST", f"/exec/{exec_id}/resize", on="node1", h="50", w="100") == (200, b"")
    assert programs.processes[-1].size == (50, 100)
    assert world.refusal("POST", f"/exec/{exec_id}/resize", on="node1", h="x", w="1") == (
        400,
        'invalid resize height "x": invalid syntax',
    )


def test_a_detached_exec_runs_without_a_client(world: World) -> None:
    exec_id = prepared(world, "ls")
    assert world.ask("POST", f"/exec/{exec_id}/start", {"Detach": True}, on="node1") == (200, b"")
    world.run(1)
    assert world.get(f"/exec/{exec_id}/json", on="node1")["ExitCode"] == 0


def test_a_program_that_is_not_in_the_image(world: World, programs: Lines) -> None:
    exec_id = prepared(world, "nosuch")
    _, stream = begun(world, exec_id)
    text = (
        "OCI runtime exec failed: exec failed: unable to start container process: exec:"
        ' "nosuch": executable file not found in $PATH\r\n'
    )
    assert world.read(stream) == frame(1, text.encode())
    assert world.get(f"/exec/{exec_id}/json", on="node1")["ExitCode"] == 127
    assert programs.started == []


@pytest.mark.parametrize(
    ("folder", "exit_code", "text"),
    [
        (
            "/nope",
            127,
            'unable to start container process: chdir to cwd ("/nope") set in config.json failed: no such file or'
            " directory",
        ),
        ("etc", 128, "Cwd must be an absolute path"),
    ],
)
def test_a_folder_that_is_not_in_the_container(
    world: World, programs: Lines, folder: str, exit_code: int, text: str
) -> None:
    exec_id = prepared(world, "ls", WorkingDir=folder)
    _, stream = begun(world, exec_id)
    assert world.read(stream) == frame(1, f"OCI runtime exec failed: exec failed: {text}\r\n".encode())
    assert world.get(f"/exec/{exec_id}/json", on="node1")["ExitCode"] == exit_code
    assert programs.started == []


def test_older_engines_find_out_at_the_start(programs: Lines) -> None:
    world = World(profile="20.10", programs=programs)
    world.container(name="c1", Cmd=["sleep", "1d"])
    world.post("/containers/c1/start", on="node1")
    for options, text in (
        ({"User": "x"}, "unable to find user x: no matching entries in passwd file"),
        ({"WorkingDir": "x"}, "OCI runtime exec failed: exec failed: Cwd must be an absolute path: unknown"),
    ):
        exec_id = prepared(world, "ls", **options)
        _, stream = begun(world, exec_id)
        assert world.read(stream) == frame(1, f"{text}\r\n".encode())
        assert world.get(f"/exec/{exec_id}/json", on="node1")["ExitCode"] == 126
    assert programs.started == []


def test_a_folder_is_entered_without_detours(world: World, programs: Lines) -> None:
    exec_id = prepared(world, "ls", WorkingDir="/etc/../usr/bin/")
    world.read(begun(world, exec_id)[1])
    assert world.simulation.hosts["node1"].engine.execs.get(exec_id).dir == "/usr/bin"
    assert len(programs.started) == 1


def test_execs_that_are_refused(world: World) -> None:
    assert world.refusal("POST", "/containers/nope/exec", {"Cmd": ["ls"]}) == (404, "No such container: nope")
    assert world.refusal("POST", "/containers/c1/exec", {}, on="node1") == (400, "No exec command specified")
    for wish, status, text in (
        ({"User": "x"}, 400, "unable to find user x: no matching entries in passwd file"),
        ({"DetachKeys": "zz-y"}, 500, "Invalid escape keys (zz-y) provided"),
    ):
        assert world.refusal("POST", "/containers/c1/exec", {"Cmd": ["ls"], **wish}, on="node1") == (status, text)
    assert world.refusal("POST", "/exec/nope/start", {}) == (404, "No such exec instance: nope")
    exec_id = prepared(world, "ls")
    world.read(begun(world, exec_id)[1])
    assert world.refusal("POST", f"/exec/{exec_id}/start", {}, on="node1") == (
        409,
        f"exec command {exec_id} has already run",
    )
    stopped = world.container(name="c2", Cmd=["sleep", "1"])
    assert world.refusal("POST", "/containers/c2/exec", {"Cmd": ["ls"]}, on="node1") == (
        409,
        f"container {stopped} is not running",
    )


def test_an_exec_ends_with_its_container(world: World, programs: Lines) -> None:
    exec_id = prepared(world, "cat", AttachStdin=True)
    _, stream = begun(world, exec_id)
    stream.read()
    world.post("/containers/c1/kill", on="node1")
    assert stream.read() is None
    assert programs.processes[-1].closed
    assert world.get(f"/exec/{exec_id}/json", on="node1")["ExitCode"] == 137


# --- attach -------------------------------------------------------------------------------------------


def test_run_attaches_before_it_starts_and_gets_everything(world: World, programs: Lines) -> None:
    """``printf 'hello' | docker run -i --rm busybox ip a``."""
    world.container(name="r1", Cmd=["ip", "a"], OpenStdin=True, StdinOnce=True, HostConfig={"AutoRemove": True})
    attached = world.begin(
        "POST", "/containers/r1/attach", on="node1", headers=UPGRADE, stream="1", stdin="1", stdout="1", stderr="1"
    )
    assert (attached.status, attached.hijack) == (101, True)
    assert attached.header("api-version") == ""  # as in Docker: exec has it, attach has not
    stream = attached.body
    assert not isinstance(stream, bytes)
    waiting = world.begin("POST", "/containers/r1/wait", on="node1", condition="removed").body
    assert not isinstance(waiting, bytes)
    stream.write(b"hello")
    stream.close_write()
    assert stream.read() == b""
    world.post("/containers/r1/start", on="node1")
    assert world.read(stream) == frame(1, b"ip a\n") + frame(1, b"HELLO")
    assert world.read(waiting) == b'{"StatusCode":7}\n'
    assert programs.started == [("node1", "r1", ("ip", "a"))]
    assert world.refusal("GET", "/containers/r1/json", on="node1")[0] == 404


def test_what_a_program_prints_is_in_its_containers_log(world: World) -> None:
    world.container(name="r1", Cmd=["ip", "a"])
    world.post("/containers/r1/start", on="node1")
    world.run(1)
    assert world.ask("GET", "/containers/r1/logs", on="node1", stdout="1") == (200, frame(1, b"ip a\n"))
    assert world.get("/containers/r1/json", on="node1")["State"]["Status"] == "exited"


def test_attaching_shows_what_comes_from_now_on_or_the_log_as_well(world: World) -> None:
    world.container(name="r1", Cmd=["sh", "-c", "echo one; sleep 1; echo two; sleep 1d"])
    world.post("/containers/r1/start", on="node1")
    world.run(0.5)
    query = {"stream": "1", "stdout": "1", "stderr": "1"}
    for more, before in (({}, b""), ({"logs": "1"}, frame(1, b"one\n"))):
        stream = world.begin("POST", "/containers/r1/attach", on="node1", **query, **more).body
        assert not isinstance(stream, bytes)
        assert stream.read() == before
    world.run(1)
    assert stream.read() == frame(1, b"two\n")
    assert world.ask("POST", "/containers/r1/attach", on="node1", detachKeys="bogus") == (
        400,
        b"Invalid detach keys (bogus) provided\r\n",
    )


def test_an_attachment_lasts_from_the_start_to_the_end(world: World) -> None:
    world.container(name="r1", Cmd=["sh", "-c", "echo one; sleep 1; echo two; sleep 1; exit 3"])
    stream = world.begin("POST", "/containers/r1/attach", on="node1", stream="1", stdout="1").body
    assert not isinstance(stream, bytes)
    world.post("/containers/r1/start", on="node1")
    assert world.read(stream) == frame(1, b"one\n") + frame(1, b"two\n")


def test_stopping_a_container_ends_its_program(world: World, programs: Lines) -> None:
    world.container(name="r1", Cmd=["ip", "monitor"], OpenStdin=True)
    world.post("/containers/r1/start", on="node1")
    world.run(0.1)
    world.post("/containers/r1/resize", on="node1", h="1", w="2")
    assert programs.processes[-1].size == (1, 2)
    world.post("/containers/r1/stop", on="node1", t="1")
    world.run(0.1)
    assert programs.processes[-1].closed


class Faulty(Lines):
    """Programs of which one cannot be run."""

    def start(self, host: str, container: Container, argv: tuple[str, ...], **more: Any) -> Line:
        if argv == ("ls",):
            raise RuntimeError("no room")
        return super().start(host, container, argv, **more)


def test_a_program_with_a_fault_does_not_break_the_streams_of_others() -> None:
    world = World(programs=Faulty())
    world.container(name="c1", Cmd=["sleep", "1d"])
    world.post("/containers/c1/start", on="node1")
    _, broken = begun(world, prepared(world, "ls"))
    _, fine = begun(world, prepared(world, "cat", AttachStdin=True))
    assert fine.read() == frame(1, b"cat\n")
    assert b"swarmlab could not run this: RuntimeError: no room" in (broken.read() or b"")
    assert broken.read() is None
    assert fine.read() == b""


# --- replay -------------------------------------------------------------------------------------------


def test_a_replay_without_programs_comes_to_the_same_state() -> None:
    live = World(programs=Lines())
    inputs: list[tuple[int, Request | Report]] = []

    def record(report: Report) -> None:
        inputs.append((live.simulation.now, report))
        live.app.apply(report)

    def send(method: str, path: str, body: object = None, **query: str) -> object:
        request = Request(method, path, tuple(query.items()), (), b"")
        if body is not None:
            headers = (("content-type", "application/json"),)
            request = request._replace(headers=headers, body=json.dumps(body).encode())
        if live.app.is_write(request):
            inputs.append((live.simulation.now, request))
        return live.app.handle("node1", request)

    live.app.report = record
    before = live.simulation.checkpoint()
    live.simulation.hosts["node1"].engine.images.add("busybox")
    send("POST", "/containers/create", {"Image": "busybox", "Cmd": ["ip", "a"]}, name="r1")
    send("POST", "/containers/r1/start")
    live.run(1)
    send("POST", "/containers/r1/start")
    live.run(1)
    send("POST", "/containers/r1/wait")
    send("GET", "/containers/r1/json")
    assert any(not isinstance(thing, Request) for _, thing in inputs)

    again = live.simulation.restore(before)
    again.hosts["node1"].engine.images.add("busybox")
    app = App(again, None)
    for at, thing in inputs:
        again.run_until(at)
        if isinstance(thing, Request):
            app.handle("node1", thing)
        else:
            app.apply(thing)
    again.run_until(live.simulation.now)
    assert again.digest() == live.simulation.digest()
