"""Record what a real engine answers and what the real docker prints: ``python -m tests.cli.record``.

Needs the docker binary 28.2.2 and DOCKER_HOST at a manager of a real swarm of three that may be changed: it makes
the services web, gl, lg and pend and the network n1, and removes them.  Each line of `LOOK` is run by the real
docker and by ours, whose requests are kept; what the real one printed is what the tests expect.  The lines of
``data/words.txt`` (help, refused flags, templates) depend on nothing but a swarm being there.  `CHANGE` lines would
not find the same state twice, so only ours runs them: they pin the requests.
"""

import datetime
import io
import json
import os
import shlex
import subprocess
import sys
import time
from typing import Any

import docker

from swarmlab.cli.app import run
from swarmlab.cli.environment import Environment
from tests.cli.recorded import DATA, describe

SETUP = """
network create -d overlay n1
service create -q --name web --replicas 3 -p 8080:80 --label tier=front httpd:2.4
service update -q --image httpd web
service create -q --name gl --mode global --network n1 --constraint node.role==worker httpd
service create -q --name lg --replicas 2 busybox sh -c 'echo out; echo err >&2; sleep 1000'
service create -d --name pend --replicas 1 --constraint node.labels.no==such httpd
"""
TEARDOWN = """
service rm web gl lg pend
network rm n1
"""
LOOK = """
node ls
node ls --format 'table {{.Hostname}}\\t{{.Self}}\\t{{.TLSStatus}}'
node ls --format json
node ls -q
node ls --filter foo=bar
node ps
node ps self nope
node inspect self --pretty
node inspect node1 nope
node inspect node1 -f '{{.Spec}} {{.Status.Addr}} {{.Description.Resources}}'
service ls
service ls -q
service ls --format json
service ls --format raw
service ls --format '{{.Name}}: {{upper .Mode}} {{.Nope}}'
service ps web
service ps web gl nope
service ps --no-trunc pend
service ps --no-resolve -q web
service ps --format json gl
service inspect web
service inspect --pretty web
service inspect --pretty gl nope
service inspect -f '{{json .Endpoint.Spec.Ports}} {{.Spec.Mode.Replicated.Replicas}} {{.UpdateStatus.State}}' web
service inspect -f '{{.Spec.UpdateConfig.Delay}} {{.Nope}}' web
service inspect web nope
service logs --no-task-ids --raw --tail 1 nope
network ls
network ls --format json --no-trunc
network inspect n1
network inspect -f '{{range .IPAM.Config}}{{.Subnet}}{{end}} {{.Nope}}' n1
ps --filter label=com.docker.swarm.service.name=gl
ps --format '{{.Names}} {{.Label "com.docker.swarm.service.name"}} {{.State}}'
ps -a --no-trunc --filter name=web
images httpd
inspect web -f '{{.Spec.Name}} {{.Version.Index}}'
inspect nope
version
info -f '{{.Swarm.LocalNodeState}} {{.Swarm.Nodes}} {{.Nope}}'
service rm nope nope2
service scale nope=1 web=x gl=2
service create --name web httpd
service create --network nope httpd
swarm init
exec nope true
"""
CHANGE = r"""
service create -d --name full --replicas 2 -l a=b -e A=1 -p 8085:80 --constraint node.role==worker \
 --mount target=/v --network n1 httpd sleep 1
service update -d --publish-add 8086:81 --env-add B=2 --force full
service rollback -d full
service scale -d full=3
service inspect --pretty full
service rm full
node update --availability drain node1
node update --availability active --label-add x=1 node1
node promote swarm-manage
network create -d overlay --attachable --subnet 10.77.0.0/24 --gateway 10.77.0.1 n2
network rm n2 nope
service create --name quick --detach=false --update-monitor 1s busybox sleep 100
service update --detach=false --update-monitor 1s -q quick
service rm quick
"""


class _Recorder(docker.APIClient):
    """A client that notes its exchanges."""

    exchanges: list[dict[str, Any]]

    def send(self, request: Any, **kwargs: Any) -> Any:
        response = super().send(request, **kwargs)
        headers = {key: value for key, value in response.headers.items() if key in ("Content-Type", "Swarm")}
        body = response.content
        answer: dict[str, Any] = {"status": response.status_code, "headers": headers, "body": body.decode("latin-1")}
        self.exchanges.append({"request": describe(request), "answer": answer})
        return response


class _WallClock:
    def __init__(self) -> None:
        self.began = time.time_ns()
        self._slept = 0

    def now(self) -> int:
        return self.began + self._slept

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)
        self._slept += round(seconds * 10**9)


def _ours(argv: list[str]) -> dict[str, Any]:
    api = _Recorder(base_url=os.environ["DOCKER_HOST"], version="1.51")
    api.exchanges = []
    clock, stdout, stderr = _WallClock(), io.StringIO(), io.StringIO()
    code = run(argv, Environment(api, clock, stdout, stderr, io.BytesIO(b"")))
    return {
        "argv": argv, "now": clock.began, "exit": code, "stdout": stdout.getvalue(), "stderr": stderr.getvalue(),
        "http": api.exchanges,
    }  # fmt: skip


def _theirs(argv: list[str]) -> dict[str, Any]:
    done = subprocess.run(["docker", *argv], capture_output=True, text=True, check=False)
    return {"exit": done.returncode, "stdout": done.stdout, "stderr": done.stderr}


def _look(argv: list[str]) -> dict[str, Any]:
    for _ in range(5):  # a second may tick between the two
        theirs, ours = _theirs(argv), _ours(argv)
        if all(ours[key] == value for key, value in theirs.items()):
            break
    else:
        print("differs:", shlex.join(argv), file=sys.stderr)
    return {**ours, **theirs, "from": "docker 28.2.2"}


def _save(name: str, head: dict[str, str], commands: list[dict[str, Any]]) -> None:
    """Write a recording; a body that came several times is kept once."""
    bodies: dict[str, int] = {}
    for command in commands:
        for exchange in command["http"]:
            answer = exchange["answer"]
            answer["body"] = bodies.setdefault(answer["body"], len(bodies))
    lines = [json.dumps(command, ensure_ascii=False) for command in commands]
    rows = [json.dumps(body, ensure_ascii=False) for body in bodies]
    text = json.dumps(head)[:-1] + ',\n"bodies": [\n' + ",\n".join(rows) + '\n],\n"commands": [\n' + ",\n".join(lines)
    (DATA / f"{name}.json").write_text(text + "\n]}\n")


def _lines(text: str) -> list[list[str]]:
    return [shlex.split(line) for line in text.replace("\\\n", "").strip().splitlines()]


def main() -> None:
    """Make all recordings anew."""
    version = json.loads(_theirs(["version", "--format", "json"])["stdout"])["Server"]["Version"]
    head = {"engine": version, "recorded": datetime.date.today().isoformat()}
    words = [_look(argv) for argv in _lines((DATA / "words.txt").read_text())]
    for argv in _lines(SETUP):
        assert _theirs(argv)["exit"] == 0, argv
    try:
        looked = [_look(argv) for argv in _lines(LOOK)]
        changed = [{**_ours(argv), "from": "ours"} for argv in _lines(CHANGE)]
    finally:
        for argv in _lines(TEARDOWN):
            _theirs(argv)
    for name, commands in (("words", words), ("look", looked), ("change", changed)):
        _save(name, head, commands)


if __name__ == "__main__":
    main()
