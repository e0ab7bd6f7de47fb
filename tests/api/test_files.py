"""``/secrets`` and ``/configs``."""

import json

import pytest

from tests.api.world import World


@pytest.mark.parametrize("kind", ["secret", "config"])
def test_they_are_made_looked_at_labelled_and_removed(world: World, kind: str) -> None:
    made = world.post(f"/{kind}s/create", {"Name": "a.b", "Labels": {"x": "y"}, "Data": "aGVsbG8="})
    thing = world.get(f"/{kind}s/a.b")
    data = {"Data": "aGVsbG8="} if kind == "config" else {}
    assert list(thing) == ["ID", "Version", "CreatedAt", "UpdatedAt", "Spec"]
    assert thing["ID"] == made["ID"]
    assert thing["Spec"] == {"Name": "a.b", "Labels": {"x": "y"}, **data}
    version = str(thing["Version"]["Index"])
    assert world.ask("POST", f"/{kind}s/a.b/update", {"Name": "a.b", "Labels": {}}, version=version) == (200, b"")
    assert world.get(f"/{kind}s/a.b")["Spec"] == {"Name": "a.b", "Labels": {}, **data}
    assert world.ask("DELETE", f"/{kind}s/{made['ID'][:8]}") == (204, b"")
    assert world.get(f"/{kind}s") == []


@pytest.mark.parametrize("kind", ["secret", "config"])
def test_what_is_refused(world: World, kind: str) -> None:
    limit = {"secret": 512000, "config": 1024000}[kind]
    prefix = "rpc error: code ="
    bad = (
        f"invalid JSON: json: cannot unmarshal string into Go struct field {kind.capitalize()}Spec.Data of type"
        " []uint8: illegal base64 data at input byte 0"
    )
    world.post(f"/{kind}s/create", {"Name": "s", "Data": "eA=="})
    for body, status, message in (
        ({"Name": "s", "Data": "eA=="}, 409, f"{prefix} AlreadyExists desc = {kind} s already exists"),
        ({"Name": "", "Data": "eA=="}, 400, f"{prefix} InvalidArgument desc = name must be provided"),
        (
            {"Name": "t", "Data": ""},
            400,
            f"{prefix} InvalidArgument desc = {kind} data must be larger than 0 and less than {limit} bytes",
        ),
        ({"Name": "t", "Data": "?"}, 400, bad),
        ({"Name": "t", "Data": "²"}, 400, bad),
    ):
        assert world.refusal("POST", f"/{kind}s/create", body) == (status, message)
    assert world.refusal("GET", f"/{kind}s/nope") == (404, f"{kind} nope not found")
    assert world.refusal("POST", f"/{kind}s/s/update", {"Name": "s"}) == (400, f"invalid {kind} version")
    assert world.refusal("POST", f"/{kind}s/s/update", {"Name": "other"}, version="1") == (
        400,
        f"{prefix} InvalidArgument desc = only updates to Labels are allowed",
    )


def test_one_in_use_names_its_users(world: World) -> None:
    secret = world.post("/secrets/create", {"Name": "key", "Data": "eA=="})["ID"]
    file = {"Name": "key", "UID": "0", "GID": "0", "Mode": 292}
    world.service("web", container={"Secrets": [{"File": file, "SecretID": secret, "SecretName": "key"}]})
    assert world.refusal("DELETE", "/secrets/key") == (
        400,
        "rpc error: code = InvalidArgument desc = secret 'key' is in use by the following service: web",
    )


def test_they_can_be_filtered(world: World) -> None:
    for name, labels in (("a1", {"x": "1"}), ("a2", {}), ("b", {"x": "2"})):
        world.post("/configs/create", {"Name": name, "Labels": labels, "Data": "eA=="})
    for filters, found in (
        ({"name": ["a"]}, ["a1", "a2"]),
        ({"names": ["a1"]}, ["a1"]),
        ({"label": ["x"]}, ["a1", "b"]),
        ({"label": {"x=2": True}}, ["b"]),
    ):
        things = world.get("/configs", filters=json.dumps(filters))
        assert sorted(thing["Spec"]["Name"] for thing in things) == found
    assert world.refusal("GET", "/configs", filters='{"bogus":["x"]}') == (400, "invalid filter 'bogus'")


@pytest.mark.parametrize("kind", ["Secret", "Config"])
def test_a_reference_must_say_what_and_where(world: World, kind: str) -> None:
    noun = kind.lower()
    made = world.post(f"/{noun}s/create", {"Name": "key", "Data": "eA=="})["ID"]
    known = {f"{kind}ID": made, f"{kind}Name": "key"}
    file = {"Name": "key", "UID": "0", "GID": "0", "Mode": 292}
    for reference, words in (
        ({"File": file}, f"malformed {noun} reference"),
        (
            {**known, "File": {**file, "Name": ""}},
            f"malformed file {noun} reference, invalid target file name provided",
        ),
    ):
        body = {"Name": "web", "TaskTemplate": {"ContainerSpec": {"Image": "httpd", f"{kind}s": [reference]}}}
        status, said = world.refusal("POST", "/services/create", body)
        assert (status, said) == (400, f"rpc error: code = InvalidArgument desc = {words}")
    body = {"Name": "web", "TaskTemplate": {"ContainerSpec": {"Image": "httpd", f"{kind}s": [known]}}}
    no_target = {
        "Secret": "rpc error: code = InvalidArgument desc = malformed secret reference, no target provided",
        "Config": "invalid Config: either File or Runtime should be set",
    }
    assert world.refusal("POST", "/services/create", body) == (400, no_target[kind])
    twice = {"Image": "httpd", f"{kind}s": [{**known, "File": file}, {**known, "File": file}]}
    assert world.refusal("POST", "/services/create", {"Name": "web", "TaskTemplate": {"ContainerSpec": twice}}) == (
        400,
        f"rpc error: code = InvalidArgument desc = {noun} references 'key' and 'key' have a conflicting target: 'key'",
    )


def test_a_config_for_the_engine_itself_is_no_file(world: World) -> None:
    made = world.post("/configs/create", {"Name": "spec", "Data": "eA=="})["ID"]
    reference = {"Runtime": {}, "ConfigID": made, "ConfigName": "spec"}
    world.service("web", container={"Configs": [reference]})
    spec = world.get("/services/web")["Spec"]["TaskTemplate"]["ContainerSpec"]
    assert spec["Configs"] == [reference]


@pytest.mark.parametrize("kind", ["secret", "config"])
def test_templates_came_with_version_1_37(world: World, kind: str) -> None:
    body = {"Name": "x", "Data": "YQ==", "Templating": {"Name": "golang"}}
    assert world.refusal("POST", f"/v1.36/{kind}s/create", body) == (
        400,
        f"{kind} templating is not supported on the specified API version: 1.36",
    )


def test_data_may_be_written_as_numbers_as_in_go(world: World) -> None:
    made = world.post("/configs/create", {"Name": "x", "Data": [104, 105]})
    assert world.get(f"/configs/{made['ID']}")["Spec"]["Data"] == "aGk="
    assert world.refusal("POST", "/configs/create", {"Name": "y", "Data": [1, 300]}) == (
        400,
        "invalid JSON: json: cannot unmarshal number 300 into ConfigSpec.Data.1 of type uint8",
    )
