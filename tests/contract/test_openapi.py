"""What holds answers against the API's document: that it finds what is wrong, and what a lab in full swing answers.

All other answers to tests of the API are held against it as well (``tests/api/world.py``).
"""

import json
from typing import Any

import pytest

from swarmlab import Lab
from tests.contract import openapi

MANAGER = "swarm-manage"
STAGE = (
    "docker network create -d overlay net",
    "docker network create --ipv6 six",
    "echo hush | docker secret create key -",
    "echo page | docker config create page -",
    "docker volume create v",
    "docker service create -d --name web -p 8080:80 --network net --secret key --config page --health-cmd true"
    " --mount type=volume,source=v,target=/v --limit-memory 64m --constraint node.role==manager httpd",
    "docker service create -d --name job --mode replicated-job busybox true",
    "docker service create -d --name every --mode global --publish mode=host,target=81,published=81 httpd",
    "docker run -d --name box --network six -p 82:80 -v v:/v --restart always busybox sleep 1d",
    "docker run --name over busybox false",
)
#: What is asked; {service} and the like stand for each object of the kind.
QUESTIONS = (
    "/swarm", "/swarm/unlockkey", "/info", "/version", "/nodes", "/nodes/{node}", "/services", "/services/{service}",
    "/tasks", "/tasks/{task}", "/networks", "/networks/{network}", "/secrets", "/secrets/{secret}", "/configs",
    "/configs/{config}", "/containers/json", "/containers/{container}/json", "/containers/{container}/top",
    "/containers/{container}/stats", "/images/json", "/images/{image}/json", "/images/{image}/history", "/volumes",
    "/volumes/{volume}", "/distribution/httpd/json", "/plugins",
)  # fmt: skip
QUERY = {"/services": {"status": "true"}, "/containers/json": {"all": "true"}}


@pytest.fixture(scope="module")
def lab() -> Lab:
    made = Lab()
    for line in STAGE:
        made.host(MANAGER).sh(line)
    made.settle()
    made.host(MANAGER).sh("docker service update -d --image httpd:2.4.64 web")
    made.advance("3s")
    return made


def objects(lab: Lab, kind: str) -> list[str]:
    """Return the ids of all objects of a kind that the manager knows."""
    client = lab.docker(MANAGER).api
    listed: dict[str, list[Any]] = {
        "node": client.nodes(),
        "service": client.services(),
        "task": client.tasks(),
        "network": client.networks(),
        "secret": client.secrets(),
        "config": client.configs(),
        "container": client.containers(),
        "image": [{"Id": "httpd"}],
        "volume": [{"Id": volume["Name"]} for volume in client.volumes()["Volumes"]],
    }
    return [item.get("ID") or item["Id"] for item in listed[kind]]


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_answer_is_as_the_document_says(lab: Lab, question: str) -> None:
    before, brace, rest = question.partition("{")
    kind, _, after = rest.partition("}")
    paths = [f"{before}{name}{after}" for name in objects(lab, kind)] if brace else [question]
    assert paths
    for path in paths:
        status, value = ask(lab, path)
        assert status == 200
        assert openapi.faults("GET", path, status, value) == []


def ask(lab: Lab, path: str) -> tuple[int, Any]:
    client = lab.docker(MANAGER).api
    query = {"stream": "false", "one-shot": "true"} if path.endswith("/stats") else QUERY.get(path, {})
    response = client._get(client._url(path), params=query)
    return response.status_code, json.loads(response.content)


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        ("/version", {"Versoin": "28"}, "GET /version 200: it: the document knows no Versoin"),
        ("/version", {"Version": 28}, "GET /version 200: .Version: 28 is not of type 'string'"),
        ("/services", {}, "GET /services 200: it: {} is not of type 'array'"),
        (
            "/tasks",
            [{"Status": {"State": "asleep"}}],
            "GET /tasks 200: [0].Status.State: 'asleep' is not one of ['new', 'allocated', 'pending', 'assigned',"
            " 'accepted', 'preparing', 'ready', 'starting', 'running', 'complete', 'shutdown', 'failed', 'rejected',"
            " 'remove', 'orphaned']",
        ),
        ("/nodes/x", {"Spec": {"Role": 1}}, "GET /nodes/{id} 200: .Spec.Role: 1 is not of type 'string'"),
        ("/nope", {}, "GET /nope is not in the document"),
    ],
)
def test_what_is_wrong_in_an_answer_is_found(path: str, value: Any, fault: str) -> None:
    assert fault in openapi.faults("GET", path, 200, value)


def test_a_status_that_the_document_does_not_know_is_found() -> None:
    assert openapi.faults("GET", "/info", 201, {}) == ["GET /info answers 201; the document knows 200, 500"]
