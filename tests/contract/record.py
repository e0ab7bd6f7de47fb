"""Record what a real engine answers to wrong input: ``python -m tests.contract.record``.

Needs the docker command and, in SWARMLAB_HOSTS (JSON, name → DOCKER_HOST on unix sockets), the engines of a real
swarm of three with the hosts' names of the lessons, which may be changed.  The answers are kept in ``data/`` and
never edited by hand.
"""

import datetime
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.contract.exchange import exchange, without_ids
from tests.contract.wrong import LINES, MANAGER, REQUESTS, STAGE

DATA = Path(__file__).parent / "data"
CLEAN = (
    "docker service rm $(docker service ls -q)",
    "docker rm -f $(docker ps -aq)",
    "sleep 4; docker network prune -f",
)


def main() -> None:
    """Make both recordings anew, with nothing of this machine's user around the docker command."""
    with tempfile.TemporaryDirectory() as config:
        _record(config)


def _record(config: str) -> None:
    hosts: dict[str, str] = json.loads(os.environ["SWARMLAB_HOSTS"])

    def run(host: str, line: str) -> "subprocess.CompletedProcess[bytes]":
        environment = {"PATH": os.environ["PATH"], "DOCKER_HOST": hosts[host], "DOCKER_CONFIG": config, "TZ": "UTC"}
        return subprocess.run(["bash", "-c", line], env=environment, capture_output=True, timeout=60, check=False)

    for line in CLEAN:
        run(MANAGER, line)
    for line in STAGE:
        run(MANAGER, line).check_returncode()
    time.sleep(5)
    lines, requests = [], []
    for host, line in LINES:
        done = run(host, line)
        if done.returncode == 0:
            sys.exit(f"not refused: {line}\n{done.stdout.decode()}")
        texts = {"stdout": without_ids(done.stdout.decode()), "stderr": without_ids(done.stderr.decode())}
        lines.append({"host": host, "line": line, "exit": done.returncode, **texts})
    for ask in REQUESTS:
        told = exchange(hosts[MANAGER], ask)
        kept = {"method": ask.method, "target": ask.target, "type": ask.content_type}
        kept["body"] = None if ask.body is None else ask.body.decode()
        requests.append({**kept, "status": told.status, "text": without_ids(told.text)})
    version = run(MANAGER, "docker version --format '{{.Client.Version}} {{.Server.Version}}'").stdout.decode().split()
    head = {"client": version[0], "engine": version[1], "recorded": datetime.date.today().isoformat()}
    DATA.mkdir(exist_ok=True)
    for name, rows in (("lines", lines), ("requests", requests)):
        text = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (DATA / f"{name}.json").write_text(f'{json.dumps(head)[:-1]}, "{name}": [\n{text}\n]}}\n')
    for line in CLEAN:
        run(MANAGER, line)


if __name__ == "__main__":
    main()
