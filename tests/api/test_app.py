"""What all routes have in common: versions, headers, errors, and never an exception."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swarmlab.api import coverage
from swarmlab.api.app import App
from swarmlab.api.routes import ROUTES
from swarmlab.wire import Later, Request, Response
from tests.api.world import MANAGER, World
from tests.contract import openapi

IDENTITY = (
    ("Api-Version", "1.51"),
    ("Docker-Experimental", "false"),
    ("Ostype", "linux"),
    ("Server", "Docker/28.5.2 (linux)"),
)


def test_every_handled_answer_says_which_engine_it_is_from(busy: World) -> None:
    for method, path in (("GET", "/version"), ("GET", "/v1.41/services"), ("DELETE", "/services/nope")):
        assert busy.begin(method, path).headers[:4] == IDENTITY


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/nope"),
        ("PUT", "/services"),
        ("GET", "/v1.41"),
        ("GET", "/v1.99/nope"),
        ("GET", "/services/"),
        ("GET", ""),
    ],
)
def test_an_unknown_route_or_method_is_not_found_and_nothing_more(busy: World, method: str, path: str) -> None:
    response = busy.begin(method, path)
    assert response == Response(404, (("Content-Type", "application/json"),), b'{"message":"page not found"}\n')


@pytest.mark.parametrize(
    ("method", "path", "target"),
    [
        ("GET", "/containers//json", "/containers/json"),
        ("POST", "//services/create", "/services/create"),
        ("GET", "/v1.51/../info", "/info"),
        ("GET", "/v1.51/./networks//", "/v1.51/networks/"),
        ("GET", "/services//a b", "/services/a%20b"),
    ],
)
def test_a_path_with_empty_parts_or_dots_leads_to_the_one_without(
    busy: World, method: str, path: str, target: str
) -> None:
    assert busy.begin(method, path) == Response(301, (("Location", target),))
    assert busy.begin(method, path, a="b c").header("location") == f"{target}?a=b+c"


def test_a_name_may_hold_slashes_where_an_engine_looks_for_it(busy: World) -> None:
    assert busy.refusal("GET", "/containers/a/b/json") == (404, "No such container: a/b")
    assert busy.refusal("GET", "/networks/a/connect") == (404, "network a/connect not found")
    assert busy.refusal("GET", "/volumes/a/b", on="node1") == (404, "get a/b: no such volume")
    assert busy.refusal("GET", "/exec/a/b/json") == (404, "No such exec instance: a/b")
    assert busy.refusal("GET", "/nodes/a/b") == (404, "page not found")


def test_networks_are_listed_with_a_slash_too(busy: World) -> None:
    assert busy.ask("GET", "/networks/") == busy.ask("GET", "/networks")


def test_options_of_any_path_are_none(busy: World) -> None:
    assert busy.begin("OPTIONS", "/what/ever") == Response(200, IDENTITY)


def test_every_route_of_the_document_is_there(busy: World) -> None:
    for operation in openapi.operations():
        path = operation.path.replace("{", "").replace("}", "")
        assert busy.app.handle(MANAGER, Request(operation.method, path)) != busy.app.handle(MANAGER, Request("GET", ""))


@pytest.mark.parametrize(
    ("version", "message"),
    [
        ("1.99", "client version 1.99 is too new. Maximum supported API version is 1.51"),
        (
            "1.12",
            "client version 1.12 is too old. Minimum supported API version is 1.24, please upgrade your client to a"
            " newer version",
        ),
    ],
)
def test_versions_that_cannot_be_spoken_are_refused(busy: World, version: str, message: str) -> None:
    response = busy.begin("GET", f"/v{version}/services")
    assert response.status == 400
    if version == "1.12":  # so old that errors were plain text
        assert response.body == message.encode() + b"\n"
        assert response.header("content-type") == "text/plain; charset=utf-8"
    else:
        assert response.body == json.dumps({"message": message}, separators=(",", ":")).encode() + b"\n"
    assert response.header("api-version") == "1.51"
    assert response.header("docker-experimental") == ""


def test_a_ping_answers_before_all_else(busy: World) -> None:
    response = busy.begin("GET", "/_ping")
    assert (response.status, response.body) == (200, b"OK")
    assert response.header("swarm") == "active/manager"
    assert response.header("builder-version") == "2"
    assert response.header("content-type") == "text/plain; charset=utf-8"
    head = busy.begin("HEAD", "/_ping", on="node1")
    assert (head.status, head.body, head.header("content-length")) == (200, b"", "0")
    assert head.header("swarm") == "active/worker"
    assert World(swarm=False).begin("GET", "/_ping").header("swarm") == "inactive"


def test_an_old_engine_is_old_in_everything() -> None:
    old = World(profile="20.10")
    response = old.begin("GET", "/_ping")
    assert response.header("api-version") == "1.41"
    assert response.header("swarm") == ""
    assert old.refusal("GET", "/services", filters='{"foo":["x"]}') == (400, "Invalid filter 'foo'")
    assert old.refusal("POST", "/services/create", raw=b"bad") == (
        400,
        "invalid character 'b' looking for beginning of value",
    )
    assert old.refusal("POST", "/services/create") == (400, "got EOF while reading request body")
    assert old.refusal("POST", "/networks/create", {"Name": ""}) == (500, "invalid name: ")
    assert "EnableIPv4" not in old.get("/networks")[0]


@pytest.mark.parametrize(
    ("raw", "headers", "message"),
    [
        (b"bad", None, "invalid JSON: invalid character 'b' looking for beginning of value"),
        (b" ", None, "invalid JSON: got EOF while reading request body"),
        (b"{} x", None, "unexpected content after JSON"),
        (b'"x"', None, "invalid JSON: json: cannot unmarshal string into Go value of type swarm.ServiceSpec"),
        (b"{}", "text/plain", "unsupported Content-Type header (text/plain): must be 'application/json'"),
        (b"{}", "", "malformed Content-Type header (): mime: no media type"),
        (b"{}", None, "mismatched Runtime and *Spec fields"),
        (b"null", "application/json; charset=utf-8", "mismatched Runtime and *Spec fields"),
        (b"", "", "mismatched Runtime and *Spec fields"),
    ],
)
def test_bodies_that_are_not_what_they_should_be(busy: World, raw: bytes, headers: str | None, message: str) -> None:
    type_ = () if headers is None else (("content-type", headers),) if headers else (("x", "y"),)
    assert busy.refusal("POST", "/services/create", raw=raw, headers=type_) == (400, message)


@pytest.mark.parametrize("profile", ["28", "20.10"])
def test_a_refused_request_changes_nothing(profile: str) -> None:
    world = World(profile=profile)
    before = world.simulation.digest()
    for method, path, body in (
        ("POST", "/services/create", {}),
        ("POST", "/services/create", {"Name": "a b", "TaskTemplate": {"ContainerSpec": {"Image": "x"}}}),
        ("POST", "/nodes/node1/update", {"Role": "boss"}),
        ("POST", "/networks/create", {"Name": "bridge"}),
        ("POST", "/containers/create", {"Image": "nope"}),
        ("DELETE", "/services/nope", None),
        ("POST", "/swarm/init", {"ListenAddr": "x"}),
        ("POST", "/exec/nope/start", {}),
    ):
        status, _ = world.ask(method, path, body)
        assert status >= 400, path
    assert world.simulation.digest() == before


def test_looking_changes_nothing(busy: World) -> None:
    task = busy.get("/tasks")[0]
    host = busy.host_of(task["NodeID"])
    ids = {
        "/services/{id}": "web",
        "/nodes/{id}": "node1",
        "/tasks/{id}": task["ID"],
        "/networks/{id}": "my_net",
        "/containers/{id}": task["Status"]["ContainerStatus"]["ContainerID"],
        "/images/{name...}": "httpd",
        "/distribution/{name...}": "httpd",
    }
    before = busy.simulation.digest()
    looked = 0
    for route in ROUTES:
        if route.method != "GET" or not route.simulated:
            continue
        path = route.path
        for pattern, value in ids.items():
            if path.startswith(pattern):
                path = path.replace(pattern, pattern.partition("{")[0] + value, 1)
        answer = busy.app.handle(host, Request("GET", path, (("stdout", "1"), ("stderr", "1"))))
        assert not isinstance(answer, Later)
        if not isinstance(answer.body, bytes):
            answer.body.read()
        looked += 1
    assert looked > 30
    assert busy.simulation.digest() == before


def test_writes_are_known_as_such(busy: World) -> None:
    for method, path, writes in (
        ("GET", "/services", False),
        ("POST", "/v1.41/services/create", True),
        ("DELETE", "/services/x", True),
        ("POST", "/containers/x/attach", True),
        ("POST", "/containers/x/wait", False),
        ("POST", "/exec/x/start", True),
        ("POST", "/exec/x/resize", False),
        ("POST", "/images/create", True),
        ("POST", "/nope", False),
        ("HEAD", "/_ping", False),
    ):
        assert busy.app.is_write(Request(method, path)) is writes, path
    assert not [route for route in ROUTES if route.method == "GET" and route.writes]


def test_what_is_not_simulated_says_so(busy: World) -> None:
    for method, path in (("POST", "/build"), ("POST", "/auth"), ("GET", "/containers/x/export")):
        status, message = busy.refusal(method, path)
        assert status == 501
        assert message.startswith("swarmlab does not simulate ")
    assert busy.get("/plugins") == []
    assert busy.refusal("GET", "/plugins/x/json") == (404, 'plugin "x" not found')


def test_the_coverage_page_is_up_to_date() -> None:
    assert coverage.FILE.read_text(encoding="utf-8") == coverage.render(), "run python -m swarmlab.api.coverage"


PARTS = st.sampled_from(
    ["", "services", "create", "web", "update", "tasks", "nodes", "node1", "networks", "bridge", "swarm", "init",
     "join", "leave", "containers", "json", "exec", "start", "images", "httpd", "events", "volumes", "wait", "logs",
     "..", "%", "ä", "prune", "secrets", "configs", "distribution", "info", "v1.41", "rename", "kill", "stop"]
)  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2**70) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["Name", "Labels", "TaskTemplate", "ContainerSpec", "Image", "Mode", "Replicated", "Replicas", "Cmd",
             "HostConfig", "PortBindings", "Mounts", "EndpointSpec", "Ports", "TargetPort", "Networks", "Target",
             "Config", "Subnet", "Role", "Availability", "Data", "Spec", "ListenAddr", "RemoteAddrs", "Detach", "x"]
        ),
        inner,
        max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


class Fuzzed:
    """A lab that is asked nonsense; made once, because whatever it accepts must not break it either."""

    world = World()


@settings(max_examples=150, deadline=None)
@given(
    method=st.sampled_from(["GET", "POST", "DELETE", "HEAD"]),
    parts=st.lists(PARTS, max_size=4),
    query=st.lists(
        st.tuples(
            st.sampled_from(
                ["filters", "all", "limit", "t", "signal", "version", "since", "tail", "stdout", "name", "h"]
            ),
            st.sampled_from(["1", "", "x", "-1", '{"a":', '{"name":["["]}', '{"status":["x"]}', "9" * 30, "ä"]),
        ),
        max_size=3,
    ),
    body=VALUES | st.binary(max_size=20),
    host=st.sampled_from([MANAGER, "node1"]),
)
def test_nothing_that_is_asked_raises(method: str, parts: list[str], query: list, body: object, host: str) -> None:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = (("content-type", "application/json"),)
    answer = Fuzzed.world.app.handle(host, Request(method, "/" + "/".join(parts), tuple(query), headers, data))
    if isinstance(answer, Later):
        answer = answer.poll() or Response(202)
    assert 100 <= answer.status < 600
    if not isinstance(answer.body, bytes):
        answer.body.read()
        answer.body.close()
    elif answer.status >= 500 and answer.status != 501:
        assert b"message" in answer.body


def test_a_closed_app_ends_its_streams(world: World) -> None:
    stream = world.begin("GET", "/events").body
    assert not isinstance(stream, bytes)
    assert stream.read() == b""
    world.app.close()
    assert stream.read() is None


def test_two_apps_over_one_simulation_do_not_meet(world: World) -> None:
    other = App(world.simulation)
    assert other.runs is not world.app.runs
    assert isinstance(other.handle(MANAGER, Request("GET", "/info")), Response)
