"""``/images`` and ``/distribution``."""

import json

import pytest

from swarmlab.core import faults
from swarmlab.core.agent import images
from swarmlab.core.units import SECOND
from tests.api.world import World


def test_a_pull_takes_time_and_tells_how_it_gets_on(world: World) -> None:
    begun = world.simulation.now
    response = world.begin("POST", "/images/create", on="node1", fromImage="docker.io/library/busybox", tag="latest")
    assert response.header("content-type") == "application/json"
    stream = response.body
    assert not isinstance(stream, bytes)
    assert stream.read() == b'{"status":"Pulling from library/busybox","id":"latest"}\r\n'
    assert stream.read() == b""
    assert world.refusal("GET", "/images/busybox/json", on="node1") == (404, "No such image: busybox:latest")
    lines = [json.loads(line) for line in world.read(stream).split(b"\r\n") if line]
    assert SECOND // 10 < world.simulation.now - begun < 2 * SECOND
    assert [line["status"] for line in lines][-3:] == [
        "Pull complete",
        f"Digest: {images.find('busybox').digest}",  # type: ignore[union-attr]
        "Status: Downloaded newer image for busybox:latest",
    ]
    assert {"Pulling fs layer", "Downloading", "Verifying Checksum", "Extracting"} < {line["status"] for line in lines}
    assert world.get("/images/busybox/json", on="node1")["RepoTags"] == ["busybox:latest"]
    again = world.ask("POST", "/images/create", on="node1", fromImage="busybox", tag="latest")[1]
    assert again.endswith(b'{"status":"Status: Image is up to date for busybox:latest"}\r\n')


def test_while_the_registry_fails_nobody_pulls_nor_learns_a_digest(world: World) -> None:
    faults.fail_registry(world.simulation)
    refused = (500, "received unexpected HTTP status: 503 Service Unavailable")
    assert world.refusal("POST", "/images/create", on="node1", fromImage="busybox", tag="latest") == refused
    assert world.refusal("GET", "/distribution/busybox/json", on="node1") == refused
    faults.mend_registry(world.simulation)
    assert world.ask("POST", "/images/create", on="node1", fromImage="busybox", tag="latest")[0] == 200


def test_a_pull_that_finds_the_disk_full_ends_with_that_and_leaves_no_image(world: World) -> None:
    faults.fill_disk(world.simulation, "node1")
    status, body = world.ask("POST", "/images/create", on="node1", fromImage="busybox", tag="latest")
    assert status == 200
    lines = [json.loads(line) for line in body.split(b"\r\n") if line]
    full = "failed to register layer: no space left on device"
    assert lines[-1] == {"errorDetail": {"message": full}, "error": full}
    assert not any("Status: " in line.get("status", "") for line in lines)
    assert world.refusal("GET", "/images/busybox/json", on="node1") == (404, "No such image: busybox:latest")
    assert world.ask("POST", "/images/create", on="node2", fromImage="busybox", tag="latest")[0] == 200


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        (
            {"fromImage": "nosuch", "tag": "latest"},
            404,
            "pull access denied for nosuch, repository does not exist or may require 'docker login': denied:"
            " requested access to the resource is denied",
        ),
        (
            {"fromImage": "busybox", "tag": "nope"},
            404,
            "manifest for busybox:nope not found: manifest unknown: manifest unknown",
        ),
        (
            {"fromImage": "UPPER"},
            400,
            "invalid reference format: repository name (library/UPPER) must be lowercase",
        ),
        ({"fromSrc": "-"}, 501, "swarmlab pulls images but does not import them"),
    ],
)
def test_pulls_that_fail_are_refused_before_the_first_byte(
    world: World, query: dict, status: int, message: str
) -> None:
    begun = world.simulation.now
    assert world.refusal("POST", "/images/create", on="node1", **query) == (status, message)
    assert (world.simulation.now > begun) is (status == 404)  # asking the registry takes time


def test_a_list_of_images(busy: World) -> None:
    [image] = busy.get("/images/json", on="node1")
    assert list(image) == [
        "Containers", "Created", "Id", "Labels", "ParentId", "RepoDigests", "RepoTags", "SharedSize", "Size",
    ]  # fmt: skip
    assert (image["Containers"], image["RepoTags"]) == (1, ["httpd:latest"])
    assert list(busy.get("/v1.43/images/json", on="node1")[0])[-1] == "VirtualSize"
    assert busy.get("/images/json", on="node1", filters='{"reference":["nginx"]}') == []


def test_an_image_in_full(busy: World) -> None:
    image = busy.get("/images/httpd/json", on="node1")
    assert list(image["Config"]) == ["ExposedPorts", "Env", "Cmd", "WorkingDir", "StopSignal"]
    assert image["Config"]["Cmd"] == ["httpd-foreground"]
    assert "Hostname" in busy.get("/v1.49/images/httpd/json", on="node1")["Config"]
    assert image["Config"]["ExposedPorts"] == {"80/tcp": {}}
    assert len(image["RootFS"]["Layers"]) > 1
    assert busy.get(f"/images/{image['Id'][7:19]}/json", on="node1") == image
    assert busy.get("/images/httpd/history", on="node1")[0]["CreatedBy"] == "CMD httpd-foreground"


def test_images_are_removed_when_nobody_uses_them(world: World) -> None:
    made = world.container(name="c1", Cmd=["sleep", "1"])
    [image] = world.get("/images/json", on="node1")
    short = image["Id"][7:19]
    assert world.refusal("DELETE", "/images/busybox", on="node1") == (
        409,
        f'conflict: unable to remove repository reference "busybox" (must force) - container {made[:12]} is using its'
        f" referenced image {short}",
    )
    assert world.refusal("DELETE", f"/images/{short}", on="node1") == (
        409,
        f"conflict: unable to delete {short} (must be forced) - image is being used by stopped container {made[:12]}",
    )
    world.delete("/containers/c1", on="node1")
    gone = world.delete("/images/busybox", on="node1")
    assert gone[0] == {"Untagged": "busybox:latest"}
    assert "Deleted" in gone[-1]
    assert world.refusal("DELETE", "/images/busybox", on="node1") == (404, "No such image: busybox:latest")
    world.simulation.hosts["node1"].engine.images.add("redis")
    assert world.post("/images/prune", on="node1") == {"ImagesDeleted": None, "SpaceReclaimed": 0}
    assert world.post("/images/prune", on="node1", filters='{"dangling":["false"]}')["SpaceReclaimed"] > 0


def test_what_a_registry_knows(busy: World) -> None:
    answer = busy.get("/distribution/httpd:latest/json")
    assert answer["Descriptor"]["digest"] == images.find("httpd").digest  # type: ignore[union-attr]
    assert answer["Platforms"] == [{"architecture": "amd64", "os": "linux"}]
    assert busy.get("/distribution/docker.io/library/httpd/json") == answer
    assert busy.refusal("GET", "/distribution/nosuch/json")[0] == 403
    assert busy.refusal("GET", "/distribution/httpd:nope/json") == (404, "manifest unknown: manifest unknown")
    assert busy.refusal("GET", "/distribution/a/UPPER/json") == (
        400,
        "invalid reference format: repository name (a/UPPER) must be lowercase",
    )


def test_an_image_in_use_loses_its_name_by_force_and_stays(world: World) -> None:
    world.container(name="c1", Cmd=["sleep", "1"])
    gone = world.delete("/images/busybox", on="node1", force="1")
    assert [list(line) for line in gone] == [["Untagged"], ["Untagged"]]
    [image] = world.get("/images/json", on="node1")
    assert image["RepoTags"] == []


def test_on_a_host_itself_there_is_no_registry(world: World) -> None:
    refused = (500, 'Get "http://127.0.0.1:9/v2/": dial tcp 127.0.0.1:9: connect: connection refused')
    assert world.refusal("POST", "/images/create", on="node1", fromImage="127.0.0.1:9/none", tag="latest") == refused
    assert world.refusal("GET", "/distribution/127.0.0.1:9/none/json") == refused


@pytest.mark.parametrize(
    ("platform", "status", "message"),
    [
        ("linux/amd64", 400, "failed to parse platform: invalid character 'l' looking for beginning of value"),
        ("{}", 400, "both OS and Architecture must be provided"),
        ('{"os":"linux"}', 400, "both OS and Architecture must be provided"),
        (
            '{"variant":"v8"}',
            400,
            "optional platform fields provided, but OS and Architecture are missing",
        ),
        (
            '{"os":"linux","architecture":"arm64"}',
            404,
            "image with reference httpd was found but its platform (linux/amd64) does not match the specified platform"
            " (linux/arm64)",
        ),
    ],
)
def test_a_platform_that_is_none_or_another(busy: World, platform: str, status: int, message: str) -> None:
    for what in ("json", "history"):
        assert busy.refusal("GET", f"/images/httpd/{what}", platform=platform) == (status, message)
    assert busy.get("/images/httpd/json", platform='{"os":"linux","architecture":"amd64"}')["Os"] == "linux"
    assert busy.get("/v1.47/images/httpd/json", platform="x")["Os"] == "linux"
