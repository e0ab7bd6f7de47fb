"""Settings that no container can have: what real engines answer to them (28.5 and 20.10)."""

import json

import pytest

from tests.api.world import World

ALWAYS = '"RestartPolicy":{"Name":"always"'


@pytest.fixture
def world() -> World:
    world = World()
    world.container(name="c1", Cmd=["sleep", "1d"])
    return world


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ('"Memory":6291455', "Minimum memory limit allowed is 6MB"),
        ('"MemoryReservation":1', "Minimum memory reservation allowed is 6MB"),
        ('"Memory":10000000,"MemoryReservation":20000000',
         "Minimum memory limit can not be less than memory reservation limit, see usage"),
        ('"MemorySwap":1', "You should always set the Memory limit when using Memoryswap limit, see usage"),
        ('"Memory":10000000,"MemorySwap":1', "Minimum memoryswap limit should be larger than memory limit, see usage"),
        ('"MemorySwappiness":101', "Invalid value: 101, valid memory swappiness range is 0-100"),
        ('"ShmSize":-1', "SHM size can not be less than 0"),
        ('"OomScoreAdj":2000', "Invalid value 2000, range for oom score adj is [-1000, 1000]"),
        ('"NanoCpus":2000000001', "range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available"),
        ('"NanoCpus":-1', "range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available"),
        ('"NanoCpus":1,"CpuPeriod":1000', "Conflicting options: Nano CPUs and CPU Period cannot both be set"),
        ('"NanoCpus":1,"CpuQuota":1000', "Conflicting options: Nano CPUs and CPU Quota cannot both be set"),
        ('"CpuPeriod":5', "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)"),
        ('"CpuQuota":5', "CPU cfs quota can not be less than 1ms (i.e. 1000)"),
        ('"CpuShares":-1', "invalid CPU shares (-1): value must be a positive integer"),
        (f'{ALWAYS}}},"AutoRemove":true', "can't create 'AutoRemove' container with restart policy"),
        (f'{ALWAYS},"MaximumRetryCount":1}}',
         "invalid restart policy: maximum retry count can only be used with 'on-failure'"),
        (f'{ALWAYS},"MaximumRetryCount":-1}}',
         "invalid restart policy: maximum retry count can only be used with 'on-failure' and cannot be negative"),
        ('"RestartPolicy":{"Name":"on-failure","MaximumRetryCount":-1}',
         "invalid restart policy: maximum retry count cannot be negative"),
        ('"RestartPolicy":{"Name":"x"}',
         "invalid restart policy: unknown policy 'x'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'"),
        ('"LogConfig":{"Type":"x"}', 'error looking up logging plugin x: plugin "x" not found'),
        ('"PidMode":"x"', "invalid PID mode: x"),
        ('"IpcMode":"x"', "invalid IPC mode: x"),
        ('"UTSMode":"x"', "invalid UTS mode: x"),
        ('"CgroupnsMode":"x"', "invalid cgroup namespace mode: x"),
        ('"Isolation":"x"', "invalid isolation (x): linux only supports 'default'"),
        ('"ExtraHosts":["x"]', 'bad format for add-host: "x"'),
        ('"ExtraHosts":["a:b"]', 'invalid IP address in add-host: "b"'),
        ('"NetworkMode":"container:"', "invalid network mode: invalid container format container:<name|id>"),
        ('"NetworkMode":"container:c1","PortBindings":{"80/tcp":[{"HostPort":"1"}]}',
         "conflicting options: port publishing and the container type network mode"),
        ('"NetworkMode":"container:c1","Dns":["1.1.1.1"]', "conflicting options: dns and the network mode"),
    ],
)  # fmt: skip
def test_what_no_host_gives(world: World, setting: str, message: str) -> None:
    body = {"Image": "busybox", "HostConfig": json.loads(f"{{{setting}}}")}
    assert world.refusal("POST", "/containers/create", body, on="node1") == (400, message)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"WorkingDir": "x"}, "the working directory 'x' is invalid, it needs to be an absolute path"),
        ({"Env": ["a=b", "=c"]}, "invalid environment variable: =c"),
        ({"Env": [""]}, "invalid environment variable: "),
        ({"StopSignal": "FOO"}, "invalid signal: FOO"),
        ({"StopSignal": "0"}, "invalid signal: 0"),
        ({"Healthcheck": {"Interval": 1}}, "Interval in Healthcheck cannot be less than 1ms"),
        ({"Healthcheck": {"StartPeriod": -1}}, "StartPeriod in Healthcheck cannot be less than 1ms"),
        ({"Healthcheck": {"Retries": -1}}, "Retries in Healthcheck cannot be negative"),
    ],
)
def test_what_no_program_runs_with(world: World, setting: dict, message: str) -> None:
    assert world.refusal("POST", "/containers/create", {"Image": "busybox", **setting}, on="node1") == (400, message)


@pytest.mark.parametrize(
    "setting",
    [
        {"StopSignal": "RTMAX-3"},
        {"StopSignal": "sigsegv"},
        {"StopSignal": "99"},
        {"User": "bogus"},
        {"HostConfig": {"Memory": 6291456, "MemorySwap": -1, "MemorySwappiness": -1}},
        {"HostConfig": {"NanoCpus": 2000000000, "RestartPolicy": {"Name": "no"}, "AutoRemove": True}},
        {"HostConfig": {"PidMode": "container:c1", "IpcMode": "shareable", "LogConfig": {"Type": "none"}}},
        {"HostConfig": {"ExtraHosts": ["a:1.2.3.4", "b=host-gateway", "c:[::1]"]}},
        {"HostConfig": {"NetworkMode": "container:nope"}},
    ],
)
def test_what_is_found_out_later_or_never(world: World, setting: dict) -> None:
    world.post("/containers/create", {"Image": "busybox", **setting}, on="node1")


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"StopSignal": "FOO"}, "Invalid signal: FOO"),
        ({"Entrypoint": [""]}, "No command specified"),
        ({"HostConfig": {"RestartPolicy": {"Name": "x"}}}, "invalid restart policy 'x'"),
        (
            {"HostConfig": {"RestartPolicy": {"Name": "no", "MaximumRetryCount": 1}}},
            "maximum retry count cannot be used with restart policy 'no'",
        ),
        (
            {"HostConfig": {"NanoCpus": 2000000001}},
            "Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available",
        ),
    ],
)
def test_older_engines_have_other_words(setting: dict, message: str) -> None:
    world = World(profile="20.10")
    world.container(name="c1", Cmd=["sleep", "1d"])
    assert world.refusal("POST", "/containers/create", {"Image": "busybox", **setting}, on="node1") == (400, message)
