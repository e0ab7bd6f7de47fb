"""``/containers``: lists, inspects, and a container's life."""

import json

import pytest

from swarmlab.api.convert.containers import duration_words
from swarmlab.core.units import HOUR, MINUTE, SECOND
from tests.api.world import World

SLEEP = {"Cmd": ["sleep", "1d"], "HostConfig": {"Init": True}}


def test_a_tasks_container_as_a_list_shows_it(busy: World) -> None:
    task = busy.get("/tasks")[0]
    host = busy.host_of(task["NodeID"])
    [container] = busy.get("/containers/json", on=host)
    assert list(container) == [
        "Id", "Names", "Image", "ImageID", "Command", "Created", "Ports", "Labels", "State", "Status", "HostConfig",
        "NetworkSettings", "Mounts",
    ]  # fmt: skip
    assert container["Id"] == task["Status"]["ContainerStatus"]["ContainerID"]
    assert container["Names"] == [f"/web.{task['Slot']}.{task['ID']}"]
    assert (container["Image"], container["Command"], container["State"]) == (
        "httpd:latest",
        "httpd-foreground",
        "running",
    )
    assert container["Status"].startswith("Up ")
    assert container["Ports"] == [{"PrivatePort": 80, "Type": "tcp"}]
    assert container["Labels"] == {
        "com.docker.swarm.node.id": task["NodeID"],
        "com.docker.swarm.service.id": task["ServiceID"],
        "com.docker.swarm.service.name": "web",
        "com.docker.swarm.task": "",
        "com.docker.swarm.task.id": task["ID"],
        "com.docker.swarm.task.name": f"web.{task['Slot']}.{task['ID']}",
    }
    networks = container["NetworkSettings"]["Networks"]
    assert list(networks) == ["ingress", "my_net"]
    assert networks["my_net"]["IPAMConfig"] == {"IPv4Address": networks["my_net"]["IPAddress"]}


def test_a_tasks_container_in_full(busy: World) -> None:
    task = busy.get("/tasks")[0]
    container_id = task["Status"]["ContainerStatus"]["ContainerID"]
    container = busy.get(f"/containers/{container_id[:12]}/json", on=busy.host_of(task["NodeID"]))
    assert list(container) == [
        "Id", "Created", "Path", "Args", "State", "Image", "ResolvConfPath", "HostnamePath", "HostsPath", "LogPath",
        "Name", "RestartCount", "Driver", "Platform", "MountLabel", "ProcessLabel", "AppArmorProfile", "ExecIDs",
        "HostConfig", "GraphDriver", "Mounts", "Config", "NetworkSettings",
    ]  # fmt: skip
    assert list(container["State"]) == [
        "Status", "Running", "Paused", "Restarting", "OOMKilled", "Dead", "Pid", "ExitCode", "Error", "StartedAt",
        "FinishedAt",
    ]  # fmt: skip
    assert container["State"]["Pid"] == task["Status"]["ContainerStatus"]["PID"]
    assert container["State"]["FinishedAt"] == "0001-01-01T00:00:00Z"
    assert list(container["Config"])[:7] == [
        "Hostname", "Domainname", "User", "AttachStdin", "AttachStdout", "AttachStderr", "ExposedPorts",
    ]  # fmt: skip
    assert container["Config"]["Hostname"] == container_id[:12]
    assert container["Config"]["Cmd"] == ["httpd-foreground"]
    assert len(container["HostConfig"]) > 60
    assert container["HostConfig"]["PortBindings"] == {}
    assert container["NetworkSettings"]["Ports"] == {"80/tcp": None}
    assert container["NetworkSettings"]["Networks"]["my_net"]["DNSNames"] == [
        f"web.{task['Slot']}.{task['ID']}",
        container_id[:12],
    ]


def test_a_container_comes_and_goes(world: World) -> None:
    made = world.container(name="c1", **SLEEP)
    assert len(made) == 64
    assert world.get("/containers/json", on="node1") == []
    [listed] = world.get("/containers/json", on="node1", all="1")
    assert (listed["State"], listed["Status"]) == ("created", "Created")
    assert world.ask("POST", "/containers/c1/start", on="node1") == (204, b"")
    assert world.ask("POST", "/containers/c1/start", on="node1") == (304, b"")
    world.run(5)
    [listed] = world.get("/containers/json", on="node1")
    assert listed["Status"] == "Up 5 seconds"
    assert world.refusal("DELETE", "/containers/c1", on="node1") == (
        409,
        'cannot remove container "c1": container is running: stop the container before removing or force remove',
    )
    begun = world.simulation.now
    assert world.ask("POST", "/containers/c1/stop", on="node1") == (204, b"")
    assert 0 < world.simulation.now - begun < SECOND
    assert world.ask("POST", "/containers/c1/stop", on="node1") == (304, b"")
    world.run(3)
    assert world.get("/containers/json", on="node1", all="1")[0]["Status"] == "Exited (143) 3 seconds ago"
    assert world.ask("DELETE", "/containers/c1", on="node1") == (204, b"")
    assert world.refusal("GET", "/containers/c1/json", on="node1") == (404, "No such container: c1")


def test_a_process_that_takes_no_notice_is_killed_after_its_grace(world: World) -> None:
    world.container(name="deaf", Cmd=["sleep", "1d"])
    for query, seconds in (({}, 10), ({"t": "2"}, 2), ({"t": "0"}, 0)):
        world.post("/containers/deaf/start", on="node1")
        begun = world.simulation.now
        world.post("/containers/deaf/stop", on="node1", **query)
        assert 0 <= world.simulation.now - begun - seconds * SECOND < SECOND // 10
        engine = world.simulation.hosts["node1"].engine
        signals = [event.attributes["signal"] for event in engine.events.kept if event.action == "kill"]
        assert signals[-2:] == ["15", "9"]
    assert world.refusal("POST", "/containers/deaf/stop", on="node1", t="x") == (
        500,
        'strconv.Atoi: parsing "x": invalid syntax',
    )


def test_a_restart_is_over_when_it_runs_again(world: World) -> None:
    world.container(name="c1", **SLEEP)
    world.post("/containers/c1/start", on="node1")
    first = world.get("/containers/c1/json", on="node1")["State"]["StartedAt"]
    world.run(1)
    assert world.ask("POST", "/containers/c1/restart", on="node1") == (204, b"")
    state = world.get("/containers/c1/json", on="node1")["State"]
    assert state["Running"]
    assert state["StartedAt"] > first


def test_signals_and_the_freezer(world: World) -> None:
    made = world.container(name="c1", Cmd=["sleep", "1d"])
    assert world.refusal("POST", "/containers/c1/kill", on="node1") == (
        409,
        f"cannot kill container: c1: container {made} is not running",
    )
    world.post("/containers/c1/start", on="node1")
    assert world.refusal("POST", "/containers/c1/kill", on="node1", signal="FOO") == (
        400,
        "cannot kill container: c1: invalid signal: FOO",
    )
    assert world.refusal("POST", "/containers/c1/kill", on="node1", signal="99") == (
        400,
        "cannot kill container: c1: the linux daemon does not support signal 99",
    )
    assert world.refusal("POST", "/containers/c1/stop", on="node1", signal="FOO") == (
        500,
        "cannot stop container: c1: invalid signal: FOO",
    )
    assert world.refusal("POST", "/containers/c1/unpause", on="node1") == (500, f"Container {made} is not paused")
    world.post("/containers/c1/pause", on="node1")
    assert world.get("/containers/json", on="node1")[0]["Status"] == "Up Less than a second (Paused)"
    assert world.refusal("POST", "/containers/c1/pause", on="node1")[0] == 409
    world.post("/containers/c1/unpause", on="node1")
    assert world.ask("POST", "/containers/c1/kill", on="node1") == (204, b"")
    assert world.get("/containers/c1/json", on="node1")["State"]["ExitCode"] == 137


def test_waiting_for_an_end(world: World) -> None:
    world.container(name="c1", Cmd=["sh", "-c", "sleep 3; exit 4"])
    waiting = world.begin("POST", "/containers/c1/wait", on="node1", condition="next-exit").body
    assert not isinstance(waiting, bytes)
    assert world.ask("POST", "/containers/c1/wait", on="node1") == (200, {"StatusCode": 0})  # it does not run
    world.post("/containers/c1/start", on="node1")
    begun = world.simulation.now
    assert waiting.read() == b""
    assert world.read(waiting) == b'{"StatusCode":4}\n'
    assert world.simulation.now - begun == 3 * SECOND
    assert world.refusal("POST", "/containers/nope/wait", on="node1") == (404, "No such container: nope")
    assert world.refusal("POST", "/containers/c1/wait", on="node1", condition="x")[0] == 400


def test_waiting_for_a_removal(world: World) -> None:
    world.container(name="c1", Cmd=["sh", "-c", "sleep 3; exit 4"], HostConfig={"AutoRemove": True})
    waiting = world.begin("POST", "/containers/c1/wait", on="node1", condition="removed").body
    assert not isinstance(waiting, bytes)
    world.post("/containers/c1/start", on="node1")
    assert world.read(waiting) == b'{"StatusCode":4}\n'
    assert world.get("/containers/json", on="node1", all="1") == []


def test_old_engines_answer_a_wait_with_an_error_field() -> None:
    old = World(profile="20.10")
    old.container(name="c1", Cmd=["sh", "-c", "exit 4"])
    old.post("/containers/c1/start", on="node1")
    old.run(1)
    assert old.ask("POST", "/containers/c1/wait", on="node1") == (200, {"Error": None, "StatusCode": 4})


def test_published_ports_are_bound_while_it_runs(world: World) -> None:
    binding = {"80/tcp": [{"HostIp": "", "HostPort": "8181"}], "81/udp": [{"HostPort": ""}]}
    world.container(name="c1", Cmd=["sleep", "1d"], HostConfig={"PortBindings": binding})
    world.post("/containers/c1/start", on="node1")
    ports = world.get("/containers/json", on="node1")[0]["Ports"]
    assert {"IP": "0.0.0.0", "PrivatePort": 80, "PublicPort": 8181, "Type": "tcp"} in ports
    assert {"IP": "::", "PrivatePort": 81, "PublicPort": 32768, "Type": "udp"} in ports
    bound = world.get("/containers/c1/json", on="node1")["NetworkSettings"]["Ports"]
    assert bound["80/tcp"] == [{"HostIp": "0.0.0.0", "HostPort": "8181"}, {"HostIp": "::", "HostPort": "8181"}]
    world.container(name="c2", Cmd=["sleep", "1d"], HostConfig={"PortBindings": binding})
    status, message = world.refusal("POST", "/containers/c2/start", on="node1")
    assert status == 409
    assert message.endswith("Bind for 0.0.0.0:8181 failed: port is already allocated")


def test_a_container_that_does_not_run_shows_the_network_it_was_made_for(world: World) -> None:
    world.container(name="c1", Cmd=["true"])
    settings = world.get("/containers/c1/json", on="node1")["NetworkSettings"]
    assert (list(settings["Networks"]), settings["Networks"]["bridge"]["NetworkID"]) == (["bridge"], "")
    world.post("/containers/c1/start", on="node1")
    world.run(1)
    endpoint = world.get("/containers/c1/json", on="node1")["NetworkSettings"]["Networks"]["bridge"]
    assert (len(endpoint["NetworkID"]), endpoint["IPAddress"]) == (64, "")


def test_what_has_no_meaning_here_is_shown_again_all_the_same(world: World) -> None:
    sent = {"CpuShares": 512, "PidMode": "host", "Tmpfs": {"/t": ""}, "RestartPolicy": {"Name": "always"}}
    world.container(name="c1", Cmd=["true"], HostConfig=sent)
    shown = world.get("/containers/c1/json", on="node1")["HostConfig"]
    assert {name: shown[name] for name in sent} == sent | {"RestartPolicy": {"Name": "always", "MaximumRetryCount": 0}}


@pytest.mark.parametrize(
    ("query", "body", "status", "message"),
    [
        ({}, {}, 400, "config cannot be empty in order to create a container"),
        ({}, {"HostConfig": {}}, 400, "config cannot be empty in order to create a container"),
        ({}, {"Image": "nope"}, 404, "No such image: nope:latest"),
        (
            {"name": "a/b"},
            {"Image": "busybox"},
            400,
            "Invalid container name (a/b), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed",
        ),
        ({"name": "c1"}, {"Image": "busybox"}, 409, None),
        (
            {},
            {"Image": "busybox", "Tty": "yes"},
            400,
            "invalid JSON: json: cannot unmarshal string into Go struct field .Tty of type bool",
        ),
        ({}, {"Image": "UPPER"}, 400, "invalid reference format: repository name (library/UPPER) must be lowercase"),
        ({}, {"Image": "-x"}, 400, "invalid reference format"),
        ({}, {"Image": ""}, 400, "no command specified"),
        ({}, {"Image": "busybox", "Entrypoint": [""]}, 400, "no command specified"),
    ],
)
def test_what_cannot_be_created(world: World, query: dict, body: dict, status: int, message: str | None) -> None:
    made = world.container(name="c1", Cmd=["sleep", "1"])
    message = message or (
        f'Conflict. The container name "/c1" is already in use by container "{made}". You have to remove (or rename)'
        " that container to be able to reuse that name."
    )
    assert world.refusal("POST", "/containers/create", body, on="node1", **query) == (status, message)


@pytest.mark.parametrize(
    ("config", "status", "message"),
    [
        (
            {"Cmd": ["nosuch"]},
            400,
            "failed to create task for container: failed to create shim task: OCI runtime create failed: runc create"
            " failed: unable to start container process: error during container init: exec:"
            ' "nosuch": executable file not found in $PATH',
        ),
        (
            {"Cmd": ["true"], "HostConfig": {"NetworkMode": "nosuch"}},
            500,
            "failed to set up container networking: Could not attach to network nosuch: rpc error: code = NotFound"
            " desc = network nosuch not found",
        ),
        (
            {"Cmd": ["true"], "HostConfig": {"NetworkMode": "ingress"}},
            500,
            "failed to set up container networking: Could not attach to network ingress: rpc error: code ="
            " PermissionDenied desc = network ingress not manually attachable",
        ),
        (
            {"Cmd": ["true"], "HostConfig": {"NetworkMode": "container:nope"}},
            404,
            "joining network namespace of container: No such container: nope",
        ),
        (
            {"Cmd": ["true"], "HostConfig": {"NetworkMode": "container:c1"}},
            409,
            "cannot join network namespace of a non running container: container c1 is created",
        ),
        ({"Cmd": ["true"], "User": "x"}, 400, "unable to find user x: no matching entries in passwd file"),
        ({"Cmd": ["true"], "User": "root:x"}, 400, "unable to find group x: no matching entries in group file"),
        ({"Cmd": ["true"], "User": "-1"}, 400, "uids and gids must be in range 0-2147483647"),
    ],
)
def test_what_cannot_be_started(world: World, config: dict, status: int, message: str) -> None:
    world.container(name="c1", **config)
    assert world.refusal("POST", "/containers/c1/start", on="node1") == (status, message)
    state = world.get("/containers/c1/json", on="node1")["State"]
    assert state["Status"] == "created"
    assert state["ExitCode"] in (127, 128)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"name": ["c"]}, ["c2", "c1"]),
        ({"name": ["^/c1$"]}, ["c1"]),
        ({"status": ["exited"]}, ["exited"]),
        ({"exited": ["3"]}, ["exited"]),
        ({"label": ["a=b"]}, ["c2"]),
        ({"ancestor": ["busybox"]}, ["exited", "c2", "c1"]),
        ({"network": ["bridge"]}, ["c2", "c1"]),
        ({"is-task": ["true"]}, []),
        ({"before": ["c2"]}, ["c1"]),
        ({"since": ["c1"]}, ["exited", "c2"]),
        ({"health": ["none"]}, ["exited", "c2", "c1"]),
        ({"expose": ["80"]}, []),
    ],
)
def test_containers_can_be_filtered(several: World, filters: dict, found: list[str]) -> None:
    listed = several.get("/containers/json", on="node1", all="1", filters=json.dumps(filters))
    assert [container["Names"][0] for container in listed] == [f"/{name}" for name in found]


@pytest.fixture(scope="module")
def several() -> World:
    """Two containers that run and one that has ended with 3."""
    world = World()
    world.container(name="c1", Cmd=["sleep", "1d"])
    world.container(name="c2", Cmd=["sleep", "1d"], Labels={"a": "b"})
    world.container(name="exited", Cmd=["sh", "-c", "exit 3"])
    for name in ("c1", "c2", "exited"):
        world.post(f"/containers/{name}/start", on="node1")
    world.run(1)
    return world


def test_lists_are_newest_first_and_can_be_cut(several: World) -> None:
    assert [c["Names"] for c in several.get("/containers/json", on="node1")] == [["/c2"], ["/c1"]]
    assert [c["Names"] for c in several.get("/containers/json", on="node1", limit="1")] == [["/exited"]]
    assert several.refusal("GET", "/containers/json", on="node1", limit="x") == (
        500,
        'strconv.Atoi: parsing "x": invalid syntax',
    )
    for key, why in (
        (
            "status",
            "=x': invalid value for state (x): must be one of created, running, paused, restarting, removing, exited,"
            " dead",
        ),
        ("health", "=x': invalid value for health (x): must be one of none, starting, healthy, unhealthy"),
        ("exited", '=x\': strconv.Atoi: parsing "x": invalid syntax'),
        ("is-task", "=[x]'"),
    ):
        wanted = f'{{"{key}":["x"]}}'
        assert several.refusal("GET", "/containers/json", on="node1", filters=wanted) == (
            400,
            f"invalid filter '{key}{why}",
        )
    assert several.refusal("GET", "/containers/json", on="node1", filters='{"publish":["x"]}') == (
        500,
        'error while looking up for publish x: strconv.ParseUint: parsing "x": invalid syntax',
    )


def test_looking_into_a_container(several: World) -> None:
    top = several.get("/containers/c1/top", on="node1")
    assert top["Processes"][0][7] == "sleep 1d"
    assert len(top["Titles"]) == len(top["Processes"][0])
    assert several.refusal("GET", "/containers/exited/top", on="node1")[0] == 409
    stats = several.get("/containers/c1/stats", on="node1", stream="0")
    assert stats["name"] == "/c1"
    assert stats["memory_stats"]["limit"] == 4 << 30
    stream = several.begin("GET", "/containers/c1/stats", on="node1").body
    assert not isinstance(stream, bytes)
    assert stream.read()
    assert stream.read() == b""


def test_renaming_and_pruning(world: World) -> None:
    world.container(name="c1", Cmd=["sleep", "1"])
    world.container(name="c2", Cmd=["sleep", "1"])
    assert world.ask("POST", "/containers/c1/rename", on="node1", name="c3") == (204, b"")
    assert world.refusal("POST", "/containers/c3/rename", on="node1", name="c2")[0] == 409
    assert world.refusal("POST", "/containers/c3/rename", on="node1", name="") == (
        400,
        "Neither old nor new names may be empty",
    )
    pruned = world.post("/containers/prune", on="node1")
    assert len(pruned["ContainersDeleted"]) == 2
    assert world.post("/containers/prune", on="node1") == {"ContainersDeleted": None, "SpaceReclaimed": 0}


@pytest.mark.parametrize(
    ("ns", "words"),
    [
        (0, "Less than a second"),
        (SECOND, "1 second"),
        (59 * SECOND, "59 seconds"),
        (MINUTE, "About a minute"),
        (59 * MINUTE, "59 minutes"),
        (HOUR, "About an hour"),
        (90 * MINUTE, "2 hours"),
        (47 * HOUR, "47 hours"),
        (49 * HOUR, "2 days"),
        (15 * 24 * HOUR, "2 weeks"),
        (70 * 24 * HOUR, "2 months"),
        (800 * 24 * HOUR, "2 years"),
    ],
)
def test_durations_as_people_say_them(ns: int, words: str) -> None:
    assert duration_words(ns) == words


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"Name": "v"}, "create v: volume name is too short, names should be at least two alphanumeric characters"),
        ({"Name": "vv", "DriverOpts": {"x": "y"}}, 'create vv: invalid option: "x"'),
        ({"Name": "vv", "DriverOpts": {"type": "nfs"}}, 'create vv: missing required option: "device"'),
    ],
)
def test_volumes_that_cannot_be_made(busy: World, body: dict, message: str) -> None:
    assert busy.refusal("POST", "/volumes/create", body) == (400, message)


def test_volumes_are_made_used_and_removed(world: World) -> None:
    made = world.post("/volumes/create", {"Name": "v1", "Labels": {"a": "b"}}, on="node1")
    assert list(made) == ["CreatedAt", "Driver", "Labels", "Mountpoint", "Name", "Options", "Scope"]
    assert world.post("/volumes/create", {"Name": "v1"}, on="node1") == made
    mount = {"Type": "volume", "Source": "v2", "Target": "/data"}
    container = world.container(Cmd=["true"], HostConfig={"Mounts": [mount]})
    names = [volume["Name"] for volume in world.get("/volumes", on="node1")["Volumes"]]
    assert names == ["v1", "v2"]
    assert world.refusal("DELETE", "/volumes/v2", on="node1") == (409, f"remove v2: volume is in use - [{container}]")
    assert world.refusal("GET", "/volumes/nope") == (404, "volume nope not found")
    assert world.refusal("GET", "/volumes/nope", on="node1") == (404, "get nope: no such volume")
    assert world.refusal("POST", "/volumes/create", {"Name": "a b"}, on="node1")[0] == 400
    assert world.ask("DELETE", "/volumes/v1", on="node1") == (204, b"")
    world.delete(f"/containers/{container}", on="node1")
    assert world.post("/volumes/prune", on="node1")["VolumesDeleted"] == ["v2"]


def test_what_a_paused_container_does_not_do(world: World) -> None:
    made = world.container(on="node1", name="box", Cmd=["sleep", "1d"])
    world.post("/containers/box/start", on="node1")
    world.post("/containers/box/pause", on="node1")
    assert world.refusal("POST", "/containers/box/pause", on="node1") == (409, f"Container {made} is already paused")
    assert world.refusal("POST", "/containers/box/exec", {"Cmd": ["ls"]}, on="node1") == (
        409,
        "Container box is paused, unpause the container before exec",
    )


def test_a_volume_for_a_place_where_something_is_mounted_is_none(world: World) -> None:
    made = world.container(Volumes={"/mnt": {}, "/else": {}}, HostConfig={"Binds": ["/data:/mnt:ro"]})
    mounts = world.get(f"/containers/{made}/json", on="node1")["Mounts"]
    assert [(mount["Type"], mount["Destination"]) for mount in mounts] == [("bind", "/mnt"), ("volume", "/else")]
