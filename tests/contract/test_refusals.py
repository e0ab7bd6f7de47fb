"""Wrong input of every kind gets Docker's own words and exit status, from our docker and from the real one alike."""

from collections.abc import Iterator

import pytest

from swarmlab import Lab
from swarmlab.wire import Request, Response
from tests.contract.serving import Served, docker_28

M, W = "swarm-manage", "node1"
ASIDE = "See 'docker service create --help' for more information"

#: (host, command line, exit status, what it says; "…" stands for anything)
WRONG = [
    (M, "docker nonsense", 1, "docker: unknown command: docker nonsense"),
    (M, "docker service nonsense", 1, "docker: unknown command: docker service nonsense"),
    (M, "docker service ps nope", 1, "no such service: nope"),
    (M, "docker service inspect nope", 1, "Error: no such service: nope"),
    (M, "docker service rm nope", 1, "Error response from daemon: service nope not found"),
    (M, "docker service scale nope=2", 1, "nope: Error response from daemon: service nope not found"),
    (M, "docker service scale web", 1, "invalid scale specifier 'web'."),
    (M, "docker service scale web=-1", 1, "web: invalid replicas value -1: strconv.ParseUint: parsing"),
    (M, "docker service update nope", 1, "Error response from daemon: service nope not found"),
    (M, "docker service update", 1, "docker: 'docker service update' requires 1 argument"),
    (M, "docker service create", 1, "docker: 'docker service create' requires at least 1 argument"),
    (M, "docker service create --bogus httpd", 125, "unknown flag: --bogus"),
    (M, "docker service create --replicas x httpd", 125, 'invalid argument "x" for "--replicas" flag:'),
    (M, "docker service create --update-delay 5 httpd", 125, 'time: missing unit in duration "5"'),
    (M, "docker service create -p 99999:80 httpd", 125, "invalid hostPort: 99999"),
    (M, "docker service create -p mode=foo,target=80 httpd", 125, "must be either 'ingress' or 'host'"),
    (M, "docker service create --limit-cpu x httpd", 125, "failed to parse x as a rational number"),
    (M, "docker service create --mode bogus httpd", 1, "Unknown mode: bogus, only replicated and global supported"),
    (M, "docker service create --mode global --replicas 2 httpd", 1, "replicas can only be used with replicated"),
    (M, "docker service create --name web httpd", 1, "name conflicts with an existing object: service web already"),
    (M, "docker service create --name a_b- httpd", 1, "name must be valid as a DNS name component"),
    (M, f"docker service create --name {'x' * 64} httpd", 1, "name must be 63 characters or fewer"),
    (M, "docker service create -d -p 8080:80 httpd", 1, "port '8080' is already in use by service 'web'"),
    (M, "docker service create -d -p 81:80 -p 81:81 httpd", 1, "EndpointSpec: duplicate published ports provided"),
    (M, "docker service create -d --network nope httpd", 1, "Error response from daemon: network nope not found"),
    (M, "docker service create -d --network ingress httpd", 1, "cannot be explicitly attached to the ingress network"),
    (M, "docker service create -d --constraint node.role=x httpd", 1, "constraint expected one operator from ==, !="),
    (M, "docker service create -d --constraint a==b httpd", 1, "key 'a' is invalid"),
    (M, "docker service create -d --limit-memory 1m httpd", 1, "invalid memory value 1048576: Must be at least 4MiB"),
    (M, "docker service create -d --restart-condition x httpd", 1, 'invalid RestartCondition: "x"'),
    (M, "docker service create -d --endpoint-mode dnsrr -p 90:80 httpd", 1, "can't be used with dnsrr mode"),
    (M, "docker service create -d UPPER/Case", 1, "is not a valid repository/tag"),
    (M, "docker service rollback web", 1, "does not have a previous spec"),
    (M, "docker service logs nope", 1, "no such task or service: nope"),
    (M, "docker service ls --filter foo=bar", 1, "invalid filter 'foo'"),
    (M, "docker service ls --format '{{.Nope}}'", 1, "can't evaluate field Nope in type *service.serviceContext"),
    (M, "docker service ls --format '{{'", 1, "template parsing error: template: :1: unclosed action"),
    (M, "docker node update --availability bogus node1", 1, 'invalid Availability: "bogus"'),
    (M, "docker node update --label-rm zz node1", 1, "key zz doesn't exist in node's labels"),
    (M, "docker node inspect nope", 1, "Error response from daemon: node nope not found"),
    (M, "docker node rm node1", 1, "is not down and can't be removed"),
    (M, "docker node demote swarm-manage", 1, "attempting to demote the last manager of the swarm"),
    (M, "docker network inspect nope", 1, "Error response from daemon: network nope not found"),
    (M, "docker network rm bridge", 1, "bridge is a pre-defined network and cannot be removed"),
    (M, "docker network create -d overlay --subnet bad n2", 1, "invalid subnet bad"),
    (M, "docker network create -d overlay net", 1, "network with name net already exists"),
    (M, "docker network rm net", 1, "is in use by service"),
    (M, "docker swarm init", 1, "This node is already part of a swarm."),
    (M, "docker swarm leave", 1, "Removing the last manager erases all current state of the swarm."),
    (M, "docker swarm join-token bogus", 1, "unknown role bogus"),
    (M, "docker exec nope ls", 1, "Error response from daemon: No such container: nope"),
    (M, "docker stop nope", 1, "No such container: nope"),
    (M, "docker run --rm nosuch:1 ls", 125, "pull access denied for nosuch"),
    (M, "docker run --network net busybox true", 125, "network net not manually attachable"),
    (M, "docker run --rm --name box busybox nosuchcmd", 127, '"nosuchcmd": executable file not found in $PATH'),
    (W, "docker service ls", 1, "Worker nodes can't be used to view or modify cluster state."),
    (W, "docker node ls", 1, "Worker nodes can't be used to view or modify cluster state."),
    (W, "docker service create httpd", 1, "Worker nodes can't be used to view or modify cluster state."),
    (W, "docker network create -d overlay x", 1, "This node is not a swarm manager. Use"),
    (W, "docker network inspect nope", 1, "network nope not found"),
]

STAGE = (
    "docker network create -d overlay net",
    "docker service create -d --name web -p 8080:80 httpd",
    "docker service create -d --name inside --network net httpd",
)


@pytest.fixture(scope="module")
def lab() -> Lab:
    made = Lab()
    for line in STAGE:
        assert made.host(M).sh(line).exit_code == 0
    made.settle()
    return made


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    docker_28()
    made = Served(tmp_path_factory.mktemp("serve"), "--speed", "20")
    for line in STAGE:
        assert made.run(M, line).returncode == 0
    yield made
    assert made.stop() == (0, "")


@pytest.mark.parametrize(("host", "line", "status", "words"), WRONG, ids=[line for _, line, _, _ in WRONG])
def test_our_docker_refuses_in_docker_s_words_and_changes_nothing(
    lab: Lab, host: str, line: str, status: int, words: str
) -> None:
    before = len(lab.history)
    result = lab.host(host).sh(line)
    assert words in result.text
    assert result.exit_code == status
    assert "Traceback" not in result.text
    changed = {row.kind for row in lab.history.rows[before:]} - {"command"}
    assert changed == set()


@pytest.mark.docker
@pytest.mark.parametrize(("host", "line", "status", "words"), WRONG, ids=[line for _, line, _, _ in WRONG])
def test_the_real_docker_is_refused_in_the_same_words(
    served: Served, host: str, line: str, status: int, words: str
) -> None:
    done = served.run(host, line)
    assert words in done.stdout + done.stderr
    assert done.returncode == status


def ask(lab: Lab, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, str]:
    path, _, query = path.partition("?")
    pairs = tuple((key, value) for key, _, value in (pair.partition("=") for pair in query.split("&") if pair))
    sent = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    answer = lab.request(M, Request(method, path, pairs, sent, body))
    assert isinstance(answer, Response)
    assert isinstance(answer.body, bytes)
    return answer.status, answer.body.decode()


JSON = {"content_type": "application/json"}


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status", "words"),
    [
        ("GET", "/nonsense", b"", {}, 404, "page not found"),
        ("PUT", "/services", b"", {}, 404, "page not found"),
        ("POST", "/services/create", b"{bad", JSON, 400, "invalid JSON: invalid character 'b'"),
        ("POST", "/services/create", b'"text"', JSON, 400, "cannot unmarshal string into Go value"),
        ("POST", "/services/create", b"{}", JSON, 400, "mismatched Runtime and *Spec fields"),
        ("POST", "/services/create", b"{}", {"content_type": "text/plain"}, 400, "must be 'application/json'"),
        ("POST", "/services/create", b'{"Mode":{"Replicated":{"Replicas":-1}}}', JSON, 400, "of type uint64"),
        ("POST", "/services/web/update", b"{}", JSON, 400, "invalid service version ''"),
        ("GET", "/v1.99/services", b"", {}, 400, "1.99 is too new. Maximum supported API version is 1.51"),
        ("GET", "/v1.12/services", b"", {}, 400, "1.12 is too old. Minimum supported API version is 1.24"),
        ("GET", "/services/nope", b"", {}, 404, "service nope not found"),
        ("GET", "/containers/nope/json", b"", {}, 404, "No such container: nope"),
        ("GET", "/services?filters={bad", b"", {}, 400, "invalid filter"),
        ("GET", '/tasks?filters={"desired-state":["x"]}', b"", {}, 500, "Invalid desired-state filter"),
        ("POST", "/build", b"", {}, 501, ""),
        ("POST", "/swarm/update?version=x", b"{}", JSON, 400, "invalid swarm version 'x'"),
        ("POST", "/exec/nope/start", b"{}", JSON, 404, "No such exec instance: nope"),
    ],
)  # fmt: skip
def test_the_api_refuses_in_docker_s_words(
    lab: Lab, method: str, path: str, body: bytes, headers: dict[str, str], status: int, words: str
) -> None:
    digest = lab.digest()
    found, said = ask(lab, method, path, body, **headers)
    assert words in said
    assert found == status
    assert lab.digest() == digest


def test_a_stale_version_is_out_of_sequence(lab: Lab) -> None:
    body = b'{"Name":"web","TaskTemplate":{"ContainerSpec":{"Image":"httpd"}}}'
    found, said = ask(lab, "POST", "/services/web/update?version=1", body, **JSON)
    assert found == 500
    assert "update out of sequence" in said
