"""Logs of services and tasks: the real docker and ours print the same of the same containers."""

import pytest

from swarmlab import Lab
from tests.contract.serving import docker_28
from tests.contract.twins import Bench, aged, ours, theirs

MANAGER = "swarm-manage"
_ON = "--constraint node.hostname=={}"
STAGE = (
    (MANAGER, f"docker service create -d --name talk --replicas 12 --label a=b --log-opt x=y {_ON.format('node1')}"
     " busybox sh -c 'echo one; echo two >&2; sleep 1; echo three; sleep 100000'"),
    (MANAGER, "docker service create -d --name everywhere --mode global busybox sh -c 'echo here; sleep 100000'"),
    (MANAGER, f"docker service create -d --name screen --tty {_ON.format('node1')} busybox sh -c 'echo t; sleep 1d'"),
    (MANAGER, f"docker service create -d --name lost {_ON.format('node2')} busybox sh -c 'echo l; sleep 1d'"),
    (MANAGER, "docker service create -d --name nowhere --constraint node.labels.no==such busybox"),
    (MANAGER, f"docker service create -d --name page {_ON.format('swarm-manage')} httpd"),
    (MANAGER, "docker service create -d --name over --restart-condition none busybox sh -c 'echo bye; exit 3'"),
)  # fmt: skip
LINES = """
service logs talk
service logs --raw talk
service logs --no-trunc talk
service logs --no-task-ids talk
service logs --no-resolve talk
service logs --timestamps talk
service logs --details talk
service logs --raw --details talk
service logs --raw -t talk
service logs --tail 1 talk
service logs -n 0 talk
service logs --tail x talk
service logs --tail -1 talk
service logs --since 1h talk
service logs --since 5h --tail 2 talk
service logs --since bogus talk
service logs everywhere
service logs screen
service logs --raw screen
service logs lost
service logs --raw lost
service logs nowhere
service logs page
service logs over
service logs nope
service logs
service logs a b
service logs --help
service logs $(docker service ps -q talk | head -1)
service logs --raw $(docker service ps -q talk | head -1)
service logs $(docker service ps -q nowhere | head -1)
service logs $(docker service ps -q lost | head -1)
logs $(docker ps -q --filter name=page)
logs -t --tail 1 $(docker ps -q --filter name=page)
logs --details $(docker ps -q --filter name=page)
logs --since 1h $(docker ps -q --filter name=page)
logs --until 1h $(docker ps -q --filter name=page)
logs --tail x $(docker ps -q --filter name=page)
logs nope
""".strip().splitlines()


@pytest.fixture(scope="module")
def lab() -> Lab:
    docker_28()
    lab = aged(STAGE)
    lab.faults.stop("node2")
    lab.advance("1m")
    return lab


@pytest.mark.docker
@pytest.mark.parametrize("line", LINES)
def test_the_real_docker_and_ours_print_the_same(bench: Bench, lab: Lab, line: str) -> None:
    mine = ours(lab.fork(), MANAGER, f"docker {line}")
    assert theirs(bench, lab.fork(), MANAGER, f"docker {line}") == mine


def test_a_node_that_cannot_be_asked_is_named() -> None:
    lab = Lab()
    host = lab.host(MANAGER)
    host.sh("docker service create --name web --constraint node.hostname==node2 busybox sh -c 'echo hi; sleep 1d'")
    node = host.sh("docker node inspect -f '{{.ID}}' node2").stdout.strip()
    assert host.sh("docker service logs --raw web").text == "hi\n"
    lab.faults.stop("node2")
    lab.advance("1m")
    said = host.sh("docker service logs web")
    assert said.exit_code == 1
    assert said.stderr.startswith(
        "error from daemon in stream: Error grabbing logs: rpc error: code = Unknown desc = warning: incomplete log"
        " stream. some logs could not be retrieved for the following reasons: node " + node + " is not available"
    )
