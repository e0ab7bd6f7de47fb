"""``/services``: what is stored, what comes back, what is refused."""

import json

import pytest

from tests.api.world import World

#: What ``docker service create --name min httpd`` of the command line sends …
MINIMAL = (
    '{"Name":"min","Labels":{},"TaskTemplate":{"ContainerSpec":{"Image":"httpd:latest","Init":false,"DNSConfig":{}},'
    '"Resources":{"Limits":{},"Reservations":{}},"Placement":{},"ForceUpdate":0},"Mode":{"Replicated":{}},'
    '"EndpointSpec":{"Mode":"vip"}}'
)
#: … and what Docker makes of it, key by key in this order.
MINIMAL_STORED = (
    '"Spec":{"Name":"min","Labels":{},"TaskTemplate":{"ContainerSpec":{"Image":"httpd:latest","Init":false,'
    '"DNSConfig":{},"Isolation":"default"},"Resources":{"Limits":{},"Reservations":{}},"Placement":{},'
    '"ForceUpdate":0,"Runtime":"container"},"Mode":{"Replicated":{"Replicas":1}},"EndpointSpec":{"Mode":"vip"}},'
    '"Endpoint":{"Spec":{}}}\n'
)
#: Every field that the command line can set, as it comes back.
FULL = (
    '{"Name":"full","Labels":{"sl":"1"},"TaskTemplate":{"ContainerSpec":{"Image":"httpd:latest","Labels":{"cl":"2"},'
    '"Command":["/bin/sh","-c"],"Args":["sleep","1d"],"Hostname":"h-{{.Node.Hostname}}","Env":["A=1","B=2"],'
    '"Dir":"/w","User":"1:2","Groups":["g"],"Init":true,"StopSignal":"SIGINT","TTY":true,"ReadOnly":true,'
    '"Mounts":[{"Type":"volume","Source":"vv","Target":"/v"},{"Type":"bind","Source":"/data","Target":"/h",'
    '"ReadOnly":true},{"Type":"tmpfs","Target":"/t","TmpfsOptions":{"SizeBytes":67108864,"Mode":1016}}],'
    '"StopGracePeriod":20000000000,"Healthcheck":{"Test":["CMD-SHELL","true"],"Interval":5000000000,'
    '"Timeout":2000000000,"StartPeriod":7000000000,"Retries":4},"Hosts":["1.2.3.4 foo"],'
    '"DNSConfig":{"Nameservers":["8.8.8.8"],"Search":["a.b"],"Options":["ndots:2"]},'
    '"Secrets":[{"File":{"Name":"s1","UID":"0","GID":"0","Mode":292},"SecretID":"SECRET","SecretName":"s1"}],'
    '"Configs":[{"File":{"Name":"/c1","UID":"0","GID":"0","Mode":292},"ConfigID":"CONFIG","ConfigName":"c1"}],'
    '"Isolation":"default","Sysctls":{"net.core.somaxconn":"1024"},"CapabilityAdd":["CAP_NET_ADMIN"],'
    '"CapabilityDrop":["ALL"],"Ulimits":[{"Name":"nofile","Hard":20,"Soft":10}]},'
    '"Resources":{"Limits":{"NanoCPUs":500000000,"MemoryBytes":67108864,"Pids":10},'
    '"Reservations":{"NanoCPUs":100000000,"MemoryBytes":33554432}},'
    '"RestartPolicy":{"Condition":"on-failure","Delay":2000000000,"MaxAttempts":3,"Window":30000000000},'
    '"Placement":{"Constraints":["node.role==manager"],"Preferences":[{"Spread":{"SpreadDescriptor":'
    '"node.labels.zone"}}],"MaxReplicas":1},"Networks":[{"Target":"NETWORK"}],'
    '"LogDriver":{"Name":"json-file","Options":{"max-size":"1m"}},"ForceUpdate":0,"Runtime":"container"},'
    '"Mode":{"Replicated":{"Replicas":2}},"UpdateConfig":{"Parallelism":2,"Delay":3000000000,'
    '"FailureAction":"rollback","Monitor":10000000000,"MaxFailureRatio":0.25,"Order":"start-first"},'
    '"RollbackConfig":{"Parallelism":0,"Delay":1000000000,"FailureAction":"continue","Monitor":1000000000,'
    '"MaxFailureRatio":0.1,"Order":"start-first"},"EndpointSpec":{"Mode":"vip","Ports":[{"Protocol":"tcp",'
    '"TargetPort":80,"PublishedPort":8085,"PublishMode":"ingress"},{"Protocol":"udp","TargetPort":81,'
    '"PublishedPort":8181,"PublishMode":"host"}]}}'
)


def body_of(world: World, path: str, **query: str) -> str:
    body = world.begin("GET", path, **query).body
    assert isinstance(body, bytes)
    return body.decode()


def test_a_minimal_service_comes_back_byte_for_byte(world: World) -> None:
    status, answer = world.ask("POST", "/services/create", raw=MINIMAL.encode())
    assert (status, list(answer)) == (201, ["ID", "Warnings"])
    text = body_of(world, "/services/min")
    assert text.endswith(MINIMAL_STORED)
    service = json.loads(text)
    assert list(service) == ["ID", "Version", "CreatedAt", "UpdatedAt", "Spec", "Endpoint"]
    assert service["ID"] == answer["ID"]
    assert service["CreatedAt"] == service["UpdatedAt"]


def test_a_full_spec_comes_back_byte_for_byte(world: World) -> None:
    network = world.post("/networks/create", {"Name": "n", "Driver": "overlay"})["Id"]
    secret = world.post("/secrets/create", {"Name": "s1", "Data": "eA=="})["ID"]
    config = world.post("/configs/create", {"Name": "c1", "Data": "eA=="})["ID"]
    full = FULL.replace("NETWORK", network).replace("SECRET", secret).replace("CONFIG", config)
    world.post("/services/create", None, raw=full.replace(network, "n").encode())
    assert f'"Spec":{full},' in body_of(world, "/services/full")


def test_what_is_not_given_is_not_there(world: World) -> None:
    world.post("/services/create", {"Name": "x1", "TaskTemplate": {"ContainerSpec": {"Image": "busybox"}}, "Mode": {}})
    assert (
        '"TaskTemplate":{"ContainerSpec":{"Image":"busybox","Isolation":"default"},"ForceUpdate":0,"Runtime":'
        '"container"},"Mode":{"Replicated":{"Replicas":1}}},"Endpoint":{"Spec":{}}}' in body_of(world, "/services/x1")
    )


def test_a_service_without_a_name_gets_one(world: World) -> None:
    made = world.post("/services/create", {"TaskTemplate": {"ContainerSpec": {"Image": "busybox"}}})
    name = world.get(f"/services/{made['ID']}")["Spec"]["Name"]
    adjective, surname = name.split("_")
    assert adjective
    assert surname


def test_defaults_are_filled_in_when_asked_for_and_not_stored(world: World) -> None:
    world.service()
    spec = world.get("/services/web", insertDefaults="true")["Spec"]
    update = {
        "Parallelism": 1,
        "FailureAction": "pause",
        "Monitor": 5_000_000_000,
        "MaxFailureRatio": 0,
        "Order": "stop-first",
    }
    assert (spec["UpdateConfig"], spec["RollbackConfig"]) == (update, update)
    assert list(spec["UpdateConfig"]) == list(update)
    assert spec["TaskTemplate"]["RestartPolicy"] == {"Condition": "any", "Delay": 5_000_000_000, "MaxAttempts": 0}
    assert spec["TaskTemplate"]["ContainerSpec"]["StopGracePeriod"] == 10_000_000_000
    assert "UpdateConfig" not in world.get("/services/web")["Spec"]
    assert world.refusal("GET", "/services/web", insertDefaults="x") == (
        400,
        'invalid value for insertDefaults: x: strconv.ParseBool: parsing "x": invalid syntax',
    )


def test_ports_and_virtual_addresses_appear_in_the_endpoint(busy: World) -> None:
    service = busy.get("/services/web")
    ports = [{"Protocol": "tcp", "TargetPort": 80, "PublishedPort": 8080, "PublishMode": "ingress"}]
    assert service["Endpoint"]["Spec"] == {"Mode": "vip", "Ports": ports}
    assert service["Endpoint"]["Ports"] == ports
    ids = {network["Name"]: network["Id"] for network in busy.get("/networks")}
    assert service["Endpoint"]["VirtualIPs"] == [
        {"NetworkID": ids["ingress"], "Addr": "10.0.0.5/24"},
        {"NetworkID": ids["my_net"], "Addr": "10.0.1.2/24"},
    ]


def test_counts_of_tasks_come_with_lists_when_asked_for(busy: World) -> None:
    [service] = busy.get("/services", status="true")
    assert service["ServiceStatus"] == {"RunningTasks": 3, "DesiredTasks": 3, "CompletedTasks": 0}
    assert "ServiceStatus" not in busy.get("/services")[0]
    assert "ServiceStatus" not in busy.get("/v1.40/services", status="true")[0]


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"name": ["we"]}, ["web", "web2"]),
        ({"name": ["eb"]}, []),
        ({"name": {"web2": True}}, ["web2"]),
        ({"name": ["web2", "other"]}, ["other", "web2"]),
        ({"label": ["a=b"]}, ["web"]),
        ({"label": ["a", "c"]}, []),
        ({"mode": ["global"]}, ["other"]),
        ({"mode": ["nope"]}, []),
        ({"runtime": ["attachment"]}, []),
        ({}, ["other", "web", "web2"]),
    ],
)
def test_services_can_be_filtered(world: World, filters: dict, names: list[str]) -> None:
    world.service("web", Labels={"a": "b"})
    world.service("web2", Labels={"c": ""})
    world.service("other", Mode={"Global": {}})
    found = world.get("/services", filters=json.dumps(filters))
    assert sorted(service["Spec"]["Name"] for service in found) == names
    assert [service["ID"] for service in found] == sorted(service["ID"] for service in found)


def test_filters_that_are_none(busy: World) -> None:
    assert busy.refusal("GET", "/services", filters="{bad") == (400, "invalid filter")
    assert busy.refusal("GET", "/services", filters='{"foo":["x"]}') == (400, "invalid filter 'foo'")
    assert len(busy.get("/services", filters="")) == 1


def test_a_service_is_found_by_id_name_and_beginning_of_its_id(world: World) -> None:
    service_id = world.service("web")
    for reference in (service_id, "web", "WEB", service_id[:10]):
        assert world.get(f"/services/{reference}")["ID"] == service_id
    assert world.refusal("GET", "/services/w") == (404, "service w not found")


def spec(**more: object) -> dict:
    return {"Name": "web", "TaskTemplate": {"ContainerSpec": {"Image": "httpd"}}, **more}


def template(**more: object) -> dict:
    return spec(TaskTemplate={"ContainerSpec": {"Image": "httpd"}, **more})


RPC = "rpc error: code = "


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({}, 400, "mismatched Runtime and *Spec fields"),
        (
            spec(TaskTemplate={"ContainerSpec": {}}),
            400,
            f"{RPC}InvalidArgument desc = ContainerSpec: image reference must be provided",
        ),
        (spec(Name="a b"), 400, f"{RPC}InvalidArgument desc = name must be valid as a DNS name component"),
        (spec(Mode={"Replicated": {}, "Global": {}}), 400, "must specify only one service mode"),
        (
            spec(Mode={"Replicated": {"Replicas": -1}}),
            400,
            "invalid JSON: json: cannot unmarshal number -1 into Go struct field"
            " ServiceSpec.Mode.Replicated.Replicas of type uint64",
        ),
        (
            template(Placement={"Constraints": ["x"]}),
            500,
            f"{RPC}Unknown desc = constraint expected one operator from ==, !=",
        ),
        (spec(Networks=[{"Target": "nosuch"}]), 500, "network nosuch not found"),
        (template(Networks=[{"Target": "nosuch"}]), 500, "network nosuch not found"),
        (
            template(Networks=[{"Target": "docker_gwbridge"}]),
            403,
            "The network docker_gwbridge cannot be used with services. Only networks scoped to the swarm can be used,"
            " such as those created with the overlay driver.",
        ),
        (
            template(Networks=[{"Target": "ingress"}]),
            400,
            f'{RPC}InvalidArgument desc = Service cannot be explicitly attached to the ingress network "ingress"',
        ),
        (template(Runtime="plugin"), 400, "unsupported runtime"),
        (template(RestartPolicy={"Condition": "bogus"}), 400, 'invalid RestartCondition: "bogus"'),
        (spec(UpdateConfig={"FailureAction": "bogus"}), 400, "unrecognized update failure action bogus"),
        (spec(UpdateConfig={"Order": "bogus"}), 400, "unrecognized update order bogus"),
        (spec(EndpointSpec={"Mode": "bogus"}), 400, 'invalid resolution mode: "bogus"'),
        (
            spec(TaskTemplate={"ContainerSpec": {"Image": "httpd", "Mounts": [{"Type": "bogus"}]}}),
            400,
            'invalid MountType: "bogus"',
        ),
        (
            spec(TaskTemplate={"ContainerSpec": {"Image": "httpd", "Secrets": [
                {"SecretID": "x", "SecretName": "key", "File": {"Name": "key"}}]}}),
            400,
            f"{RPC}InvalidArgument desc = secret not found: key",
        ),
        (
            spec(TaskTemplate={"ContainerSpec": {"Image": "httpd", "Secrets": [{"SecretID": "x", "SecretName": "x"}]}}),
            400,
            f"{RPC}InvalidArgument desc = malformed secret reference, no target provided",
        ),
        (
            spec(TaskTemplate={"ContainerSpec": {"Image": "httpd", "Configs": [{"ConfigID": "x", "ConfigName": "x"}]}}),
            400,
            "invalid Config: either File or Runtime should be set",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_created(busy: World, body: dict, status: int, message: str) -> None:
    assert busy.refusal("POST", "/services/create", body) == (status, message)


def test_a_name_or_port_that_is_taken(busy: World) -> None:
    assert busy.refusal("POST", "/services/create", spec()) == (
        409,
        f"{RPC}AlreadyExists desc = name conflicts with an existing object: service web already exists",
    )
    wish = spec(Name="other", EndpointSpec={"Ports": [{"TargetPort": 80, "PublishedPort": 8080}]})
    service_id = busy.get("/services/web")["ID"]
    assert busy.refusal("POST", "/services/create", wish) == (
        400,
        f"{RPC}InvalidArgument desc = port '8080' is already in use by service 'web' ({service_id}) as an ingress port",
    )


def test_predefined_networks_may_be_used(world: World) -> None:
    world.post("/services/create", template(Networks=[{"Target": "host"}]))
    target = world.get("/services/web")["Spec"]["TaskTemplate"]["Networks"][0]["Target"]
    assert len(target) == 25


def test_an_update_replaces_the_whole_spec_and_keeps_the_old_one(world: World) -> None:
    world.service("web", Labels={"a": "b"})
    before = world.get("/services/web")
    version = str(before["Version"]["Index"])
    body = {
        "Name": "web",
        "TaskTemplate": {"ContainerSpec": {"Image": "httpd:2.4"}},
        "Mode": {"Replicated": {"Replicas": 2}},
    }
    assert world.post("/services/web/update", body, version=version) == {"Warnings": None}
    after = world.get("/services/web")
    assert after["Spec"]["Labels"] == {}
    assert after["PreviousSpec"] == before["Spec"]
    assert list(after)[4:6] == ["Spec", "PreviousSpec"]
    assert world.refusal("POST", "/services/web/update", body, version=version) == (
        500,
        f"{RPC}Unknown desc = update out of sequence",
    )


def test_a_rollback_swaps_the_specs(world: World) -> None:
    world.service("web")
    first = world.get("/services/web")
    version = str(first["Version"]["Index"])
    assert world.refusal("POST", "/services/web/update", spec(), version=version, rollback="previous") == (
        400,
        f"{RPC}FailedPrecondition desc = service {first['ID']} does not have a previous spec",
    )
    wish = spec(TaskTemplate={"ContainerSpec": {"Image": "httpd:2.4"}})
    world.post("/services/web/update", wish, version=str(first["Version"]["Index"]))
    version = str(world.get("/services/web")["Version"]["Index"])
    world.post("/services/web/update", spec(), version=version, rollback="previous")
    service = world.get("/services/web")
    assert service["Spec"] == first["Spec"]
    assert service["UpdateStatus"]["State"] == "rollback_started"
    assert service["UpdateStatus"]["Message"] == "manually requested rollback"


@pytest.mark.parametrize(
    ("query", "body", "status", "message"),
    [
        ({}, spec(), 400, "invalid service version '': strconv.ParseUint: parsing \"\": invalid syntax"),
        (
            {"version": "x"},
            spec(),
            400,
            "invalid service version 'x': strconv.ParseUint: parsing \"x\": invalid syntax",
        ),
        ({"version": "1"}, spec(), 500, f"{RPC}Unknown desc = update out of sequence"),
        ({"version": "1"}, {"Name": "web"}, 400, "mismatched Runtime and *Spec fields"),
        ({"version": "1", "rollback": "bogus"}, spec(), 500, "unrecognized rollback option bogus"),
        ({"version": "1", "registryAuthFrom": "bogus"}, spec(), 500, "unsupported registryAuthFrom value"),
        ({"version": "1"}, spec(Name="x"), 501, f"{RPC}Unimplemented desc = renaming services is not supported"),
        (
            {"version": "1"},
            spec(Mode={"Global": {}}),
            501,
            f"{RPC}Unimplemented desc = service mode change is not allowed",
        ),
    ],
)
def test_what_cannot_be_updated(busy: World, query: dict, body: dict, status: int, message: str) -> None:
    assert busy.refusal("POST", "/services/web/update", body, **query) == (status, message)


def test_a_removed_service_is_gone_at_once(world: World) -> None:
    world.service("web")
    assert world.ask("DELETE", "/services/web") == (200, b"")
    assert world.get("/services") == []
    assert world.refusal("DELETE", "/services/web") == (404, "service web not found")


def test_only_managers_answer(busy: World) -> None:
    worker = (
        "This node is not a swarm manager. Worker nodes can't be used to view or modify cluster state. Please run this"
        " command on a manager node or promote the current node to a manager."
    )
    for method, path in (
        ("GET", "/services"),
        ("GET", "/tasks"),
        ("GET", "/nodes"),
        ("GET", "/swarm"),
        ("DELETE", "/secrets/x"),
    ):
        assert busy.refusal(method, path, on="node1") == (503, worker), path
    assert busy.refusal("POST", "/services/create", spec(), on="node1") == (503, worker)


def test_before_there_is_a_swarm_nothing_is_there() -> None:
    lone = World(swarm=False)
    message = (
        'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm'
        " and try again."
    )
    for path in ("/services", "/swarm", "/nodes", "/secrets", "/configs/x"):
        assert lone.refusal("GET", path) == (503, message)
    assert [network["Name"] for network in lone.get("/networks")] == ["bridge", "host", "none"]


def test_old_clients_get_their_images_pinned(world: World) -> None:
    world.post("/v1.29/services/create", spec())
    assert "@sha256:" in world.get("/services/web")["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"]


def test_networks_beside_the_template_count_where_it_names_none(world: World) -> None:
    ids = [world.post("/networks/create", {"Name": name, "Driver": "overlay"})["Id"] for name in ("n", "m")]
    beside = [{"Target": "n"}]
    world.post("/services/create", spec(Name="beside", Networks=beside))
    world.post("/services/create", {**template(Networks=[{"Target": "m"}]), "Name": "in", "Networks": beside})
    named = [world.get(f"/services/{name}")["Spec"]["TaskTemplate"]["Networks"] for name in ("beside", "in")]
    assert named == [[{"Target": ids[0]}], [{"Target": ids[1]}]]
