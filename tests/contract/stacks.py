"""Stacks to deploy and lines to type about them, and what the real docker says: ``python -m tests.contract.stacks``.

The real docker 28 is run at a simulated swarm; what it printed is kept in ``data/stacks/said.json``, so that ours is
held to it also where there is no docker.  ``data/stacks/files.txt`` has Compose files good and bad, ``---`` between.
"""

import json
import os
import re
import shlex
import shutil
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from swarmlab import Lab
from tests.contract.exchange import without_ids
from tests.contract.twins import Bench, Said, aged, theirs

DATA = Path(__file__).parent / "data" / "stacks"
MANAGER, WORKER = "swarm-manage", "node1"
#: Where the files lie, in the sandbox of a simulated host and, for the real docker, on this machine.
FOLDER = f"{tempfile.gettempdir()}/swarmlab-stacks-{os.getpid()}"
_FILES = {name: (DATA / name).read_text(encoding="utf-8") for name in ("full.yml", "base.yml", "over.yml", "over2.yml")}
_FILES |= {
    "sub/base.yml": _FILES["base.yml"],
    "sub/f1": "f\n",
    "f1": "f\n",
    "v8.yml": 'version: "3.8"\n',
    "a.yml": """
services:
  web: {image: httpd, deploy: {replicas: 2, placement: {constraints: [node.hostname == node1]}}}
  db: {image: busybox, command: sleep 100000, deploy: {placement: {constraints: [node.hostname == node1]}}}
""",
    "b.yml": "services: {web: {image: httpd, deploy: {replicas: 3}}}\n",
    "c.yml": "services: {web: {image: httpd, configs: [c]}}\nconfigs: {c: {file: f1}}\n",
    "d.yml": "secrets: {s: {file: f1}}\n",
    "missing.yml": "services: {web: {image: 'nosuch:2'}}\n",
    "good.env": "A=1\nB\n# c\nHOME\nC=\n",
    "other.env": "B=2\n",
    "bad.env": "a b=1\n",
}
STAGE = (
    (MANAGER, "docker network create -d overlay ovl"),
    (MANAGER, "echo x | docker secret create sec -"),
    (MANAGER, "echo x | docker config create pre -"),
    (MANAGER, f"mkdir -p {FOLDER}; cd {FOLDER}; echo f > f1"),
    (MANAGER, f"echo '{_FILES['a.yml']}' | docker stack deploy -d -c - st"),
    (MANAGER, f"cd {FOLDER}; echo '{_FILES['c.yml']}' | docker stack deploy -d -c - cc; cd"),
    (MANAGER, "docker service create -d --name lone httpd"),
)
COMPOSE_FILES = [text + "\n" for text in (DATA / "files.txt").read_text(encoding="utf-8").rstrip("\n").split("\n---\n")]
LINES = """
docker stack config -c full.yml
docker stack config -c base.yml
docker stack config -c base.yml -c over.yml
docker stack config -c base.yml,over2.yml
docker stack config -c base.yml -c over.yml -c over2.yml
docker stack config -c over.yml -c base.yml
docker stack config -c base.yml -c v8.yml
docker stack config -c sub/base.yml
docker stack config --skip-interpolation -c - <<< 'services: {web: {image: "$X:${Y:-z}"}}'
docker stack config -c sub
docker stack config -c nope.yml
docker stack config
docker stack deploy -d -c full.yml x
docker stack deploy -d -c base.yml -c over.yml -c over2.yml x
HERE=$PWD; cd /; docker stack deploy -d -c $HERE/sub/base.yml x
docker stack ls
docker stack ls --format json
docker stack ls --format '{{.Name}}={{.Services}}'
docker stack ls --format '{{.Nope}}'
docker stack list
docker stack ps st
docker stack ps st --no-trunc
docker stack ps -q st
docker stack ps --format '{{.Name}} {{.CurrentState}}' st
docker stack ps --filter desired-state=running --no-resolve --format '{{.DesiredState}}' st
docker stack ps --filter name=st_web st
docker stack ps nope
docker stack ps
docker stack ps ''
docker stack services st
docker stack services -q st
docker stack services --format '{{.Name}} {{.Replicas}}' st
docker stack services --filter name=st_db st
docker stack services nope
docker stack services '""'
docker stack rm nope
docker stack rm st
docker stack rm st cc nope
docker stack rm cc
docker stack down cc
docker stack rm
docker stack rm ''
docker stack nonsense
docker stack
docker stack --help
docker stack deploy --help
docker stack ls --help
docker stack ps --help
docker stack services --help
docker stack rm --help
docker stack config --help
docker stack deploy
docker stack deploy st
docker stack deploy -c a.yml
docker stack deploy -c a.yml a b
docker stack deploy -c a.yml ' '
docker stack deploy -c a.yml 'a b'
docker stack deploy -d -c a.yml st
docker stack deploy -c a.yml st
docker stack deploy -d -c b.yml st
docker stack deploy -d -c b.yml --prune st
docker stack deploy -d -c b.yml --prune new
docker stack deploy -d -c b.yml --resolve-image never st
docker stack deploy -d -c b.yml --resolve-image changed --with-registry-auth st
docker stack deploy -d -c b.yml --resolve-image bogus st
docker stack deploy --bogus st
docker stack up -d -c b.yml --resolve-image never fresh
docker stack deploy -d -c missing.yml st
docker stack deploy -d -c missing.yml fresh
echo changed > f1; docker stack deploy -d -c c.yml cc
docker stack deploy -d -c c.yml cc
docker stack deploy -d -c d.yml dd; docker stack deploy -d -c d.yml dd; docker secret ls -q --filter name=dd | wc -l
docker network rm st_default
docker config rm cc_c
docker service rm st_web; docker stack ps --format '{{.DesiredState}}' st | sort; docker stack services st
""".strip().splitlines()
AT_A_WORKER = """
docker stack deploy -d -c a.yml st
docker stack ls
docker stack ps st
docker stack services st
docker stack rm st
docker stack config -c a.yml
""".strip().splitlines()


class Case(NamedTuple):
    """A line typed in the folder of the files."""

    host: str
    line: str
    stdin: str = ""

    @property
    def typed(self) -> str:
        """The line, with the files made first and nothing of the caller's in the environment."""
        made = "; ".join(f"printf %s {shlex.quote(text)} > {name}" for name, text in _FILES.items())
        surroundings = "export EMPTY= HOME=/root; unset IMG TAG N NOPE"
        return f"mkdir -p {FOLDER}/sub; cd {FOLDER}; {made}; {surroundings}; {self.line}"


CASES = [
    *(Case(MANAGER, line) for line in LINES),
    *(Case(WORKER, line) for line in AT_A_WORKER),
    *(Case(MANAGER, "docker stack deploy -d -c - st2", text) for text in COMPOSE_FILES),
    *(Case(MANAGER, "docker stack config -c -", text) for text in COMPOSE_FILES),
]


def plain(said: Said) -> dict[str, Any]:
    """Return what was said without what differs from run to run: the clock, and the order in which Go walks a map."""
    stdout = re.sub(r"(?m)(?:^(?:Creating|Updating|Removing) .*\n)+", lambda block: _sorted(block[0]), said.stdout)
    stdout = re.sub(r"(?m)^[a-z0-9]{12}(?=$| {3})", "<short id>", stdout)  # some have no digit
    stderr = re.sub(r"\b[a-z]{25}\b", "<id>", said.stderr.replace(FOLDER, "FOLDER"))
    return {
        "stdout": without_ids(stdout.replace(FOLDER, "FOLDER")),
        "stderr": re.sub(r'time="[^"]*"', 'time=""', without_ids(stderr)),
        "exit": said.exit_code,
    }


def _sorted(block: str) -> str:
    return "".join(sorted(block.splitlines(keepends=True)))


def made(lab: Lab) -> dict[str, Any]:
    """Return the specs of all that is in a swarm, by name; ids are no part of them."""
    engine = lab.docker(MANAGER)
    found = {f"service {item['Spec']['Name']}": item["Spec"] for item in engine.api.services()}
    found |= {f"secret {item.name}": item.attrs["Spec"] for item in engine.secrets.list()}
    found |= {f"config {item.name}": item.attrs["Spec"] for item in engine.configs.list()}
    keys = ("Driver", "Scope", "Internal", "Attachable", "Labels", "Options", "IPAM")
    for network in engine.api.networks(filters={"driver": "overlay"}):
        found[f"network {network['Name']}"] = {key: network[key] for key in keys}
    names = {network["Id"]: network["Name"] for network in engine.api.networks()}
    for key, spec in found.items():
        if key.startswith("service "):
            _name_everything(spec["TaskTemplate"], names)
    text: dict[str, Any] = json.loads(json.dumps(found).replace(FOLDER, "FOLDER"))
    return text


def _name_everything(task: dict[str, Any], names: dict[str, str]) -> None:
    container = task["ContainerSpec"]
    for attachment in task.get("Networks", []):
        attachment["Target"] = names.get(attachment["Target"], "predefined")
    for kind in ("Secret", "Config"):
        for reference in container.get(f"{kind}s", []):
            del reference[f"{kind}ID"]


#: Lines after which it is kept what there is in the swarm.
KEPT = ("docker stack deploy -d -c full.yml x", "docker stack deploy -d -c base.yml -c over.yml -c over2.yml x")


def main() -> None:
    """Run everything with the real docker and keep what it says."""
    lab = aged(STAGE)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), lab.hosts)
        for case in CASES:
            world = lab.fork()
            row = {"host": case.host, "line": case.line, "stdin": case.stdin}
            row |= plain(theirs(bench, world, case.host, case.typed, case.stdin))
            if case.line in KEPT:
                row["made"] = made(world)
            rows.append(row)
        bench.close()
    shutil.rmtree(FOLDER)
    (DATA / "said.json").write_text(json.dumps({"docker": "28.2.2", "rows": rows}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
