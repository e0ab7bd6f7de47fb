"""What a learner sees of a real swarm: magics, board, charts, hosts to type on, the tutorial."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

import swarmlab
from swarmlab import Lab, load_ipython_extension
from swarmlab.core.agent.images import IMAGES
from swarmlab.real import kernel
from swarmlab.real.lab import RealLab
from swarmlab.shell.transcript import Step, parse
from swarmlab.surface import Surface
from tests.real.conftest import reset

pytestmark = [pytest.mark.engine, pytest.mark.timeout(400)]

MANAGER = "swarm-manage"


@pytest.fixture
def lab(swarm: RealLab) -> Iterator[RealLab]:
    """The module's swarm, with nothing left on it from an earlier test."""
    reset(swarm)
    yield swarm
    swarm.unwatch()


# --- magics -----------------------------------------------------------------------------------------------------


@pytest.fixture
def notebook(lab: RealLab) -> Iterator[InteractiveShell]:
    shell = InteractiveShell()
    load_ipython_extension(shell)
    shell.user_ns["lab"] = lab
    yield shell
    shell.history_manager.end_session()


def run(shell: InteractiveShell, cell: str) -> str:
    with capture_output() as printed:
        shell.run_cell(cell)
    assert printed.stderr == ""
    return str(printed.stdout)


def test_cells_are_typed_on_real_hosts(notebook: InteractiveShell) -> None:
    text = run(notebook, "%%host node1 --no-echo\nhostname\ndocker info --format '{{.Name}}'\ndocker node ls")
    assert text.startswith("node1\nnode1\nError response from daemon: This node is not a swarm manager.")
    assert text.endswith("[exit status 1]\n")
    listed = run(notebook, "%docker node ls --format '{{.Hostname}} {{.Status}} {{.ManagerStatus}}'")
    assert sorted(listed.splitlines()) == ["node1 Ready ", "node2 Ready ", "swarm-manage Ready Leader"]


def test_lines_up_to_exit_are_typed_inside_a_real_container(notebook: InteractiveShell) -> None:
    text = run(notebook, "%%host node2 --no-echo\ndocker run -it --rm -h box busybox\nhostname\nexit\nhostname")
    assert re.search(r"/ # (\x1b\[6n)?hostname\nbox\n/ # exit\nnode2\n$", text)  # ash asks a terminal where it is


def test_network_commands_run_on_the_host_and_others_say_why_not(lab: RealLab) -> None:
    node1 = lab.host("node1")
    assert "192.168.1.12" in node1.sh("ip address show eth0").stdout
    assert node1.sh("ping -c 1 node2").ok
    refused = node1.sh("firewall-cmd --add-port=7946/tcp")
    assert refused.stderr.startswith("firewall-cmd: cannot run here: the hosts of `swarmlab real up`")


def states_of_all_images(lab: Surface) -> dict[str, str]:
    """Start a container of each image, wait a little, and return what they do then."""
    node = lab.host("node1")
    node.sh(
        "for image in " + " ".join(f"{it.repository}:{it.tags[0]}" for it in IMAGES) + "; do docker run -d $image; done"
    )
    lab.advance("3s")
    lines = node.sh("docker ps --all --format '{{.Image}} {{.State}}'").stdout.splitlines()
    return dict(line.rsplit(" ", 1) for line in lines)


def test_every_image_does_on_real_engines_what_it_does_on_simulated_ones(lab: RealLab) -> None:
    simulated = states_of_all_images(Lab())
    assert len(simulated) > 20
    assert states_of_all_images(lab) == simulated


# --- board and charts -------------------------------------------------------------------------------------------


def service(lab: RealLab, name: str) -> dict[str, Any]:
    return next(state for state in lab.history.world().services.values() if state["name"] == name)


def running(lab: RealLab, name: str) -> dict[str, int]:
    """Return node → how many tasks of a service run on it, asked of the engine."""
    shown = lab.host(MANAGER).sh(f"docker service ps {name} --filter desired-state=running --format '{{{{.Node}}}}'")
    nodes = shown.stdout.split()
    return {node: nodes.count(node) for node in sorted(set(nodes))}


def test_the_board_scales_and_drains_and_the_charts_draw_what_happened(lab: RealLab) -> None:
    lab.host(MANAGER).sh("docker service create --quiet --name web --replicas 2 httpd:2.4")
    board = lab.board()
    heard: list[dict[str, Any]] = []
    board.send = lambda content, buffers=None: heard.append(content)

    board._hear(board, {"t": "scale", "service": service(lab, "web")["id"], "by": 1}, [])
    assert [m["line"] for m in heard if m["t"] == "c"] == ["docker service scale web=3"] * 2
    assert heard[-1]["code"] == 0
    assert lab.settle()
    assert running(lab, "web") == {"node1": 1, "node2": 1, MANAGER: 1}
    assert "web (httpd:2.4): wanted 3, running 3." in board.text()
    assert lab.charts.placement().table()[1:] == [
        (MANAGER, "active", 1, 1), ("node1", "active", 1, 1), ("node2", "active", 1, 1)
    ]  # fmt: skip

    node = next(state for state in lab.history.world().nodes.values() if state["hostname"] == "node1")
    board._hear(board, {"t": "availability", "node": node["id"], "to": "drain"}, [])
    assert lab.settle()
    counts = running(lab, "web")
    assert "node1" not in counts
    assert sum(counts.values()) == 3
    assert re.search(r"node1 \(worker; ready, drain\b", board.text())
    placed = {row[0]: row[1:3] for row in lab.charts.placement().table()[1:]}
    assert placed == {MANAGER: ("active", counts[MANAGER]), "node1": ("drain", 0), "node2": ("active", counts["node2"])}
    lanes = lab.charts.timeline("web").table()[1:]
    assert any("node1" in row and "shutdown" in row for row in lanes), lanes
    assert sum("running" in row for row in lanes) >= 4
    assert [row[1] for row in lab.charts.replicas("web").table()[1:]][-1] == 3
    board.close()


def test_the_history_goes_on_while_a_board_is_looked_at(lab: RealLab) -> None:
    board = lab.board()
    lab.docker().services.create("httpd:2.4", name="quiet")  # not typed, so nobody but the poller can see it
    assert lab.settle()
    assert "quiet (httpd:2.4): wanted 1, running 1." in board.text()
    board.close()


# --- the tutorial -----------------------------------------------------------------------------------------------

TUTORIAL = Path(swarmlab.__file__).parent / "transcripts" / "tutorial.txt"
#: Lines of the tutorial that are not typed here → why.
LEFT_OUT = {
    r"firewall-cmd ": "hosts in network namespaces have no firewall of their own",
    **({} if kernel.has_ipvs() else {
        r"curl 192\.168\.1\.\d+:8080$": kernel.NO_IPVS,
        r"ping -c 2 my_web": kernel.NO_IPVS,
    }),
}  # fmt: skip
#: Typed where the container of a task is, which on a real swarm is left to chance → the task.
WHERE = {
    r"docker exec -it web_server\.1\.": "web_server.1",
    r"--network container:web_server1\.1\.": "web_server1.1",
    r"--network container:web_server1\.2\.": "web_server1.2",
    r"curl 172\.17\.0\.2$": "web_server1.1",
    r"docker exec util\.1\.": "util.1",
}


def slot_of(step: Step) -> str:
    """Return the task whose container `step` needs on its own host; "" if it can be typed as it stands."""
    return next((slot for pattern, slot in WHERE.items() if re.search(pattern, step.typed.command)), "")


def place(lab: RealLab, step: Step, slot: str) -> Step:
    """Return `step` as it has to be typed on this swarm."""
    name = slot.partition(".")[0]
    command = f"docker service ps {name} --no-trunc --filter name={slot} --filter desired-state=running"
    task, node = lab.host(MANAGER).sh(f"{command} --format '{{{{.ID}}}} {{{{.Node}}}}'").stdout.split()
    networks = lab.docker(node).containers.get(f"{slot}.{task}").attrs["NetworkSettings"]["Networks"]
    line = step.typed.command.replace("172.17.0.2", networks.get("bridge", {}).get("IPAddress", ""))
    line = re.sub(r"\$\(docker service ps .*\)", task, line)  # a worker cannot ask that
    return step._replace(host=node, typed=step.typed._replace(command=line))


def transcript(step: Step) -> str:
    """Return `step` as a file has it."""
    inner = "".join(f"/ # {line}\n" for line in step.typed.inner)
    return f"[root@{step.host} ~]# {step.typed.command}{' !' if step.must_fail else ''}\n{inner}"


def play(lab: RealLab, steps: list[Step]) -> str:
    """Run steps by ``swarmlab run --backend real``; return what it printed."""
    hosts = {name: lab.connection(name).address for name in lab.hosts}
    done = subprocess.run(
        [sys.executable, "-m", "swarmlab", "run", "--backend", "real", "-"], input="".join(map(transcript, steps)),
        text=True, capture_output=True, check=False, timeout=300,
        env={**os.environ, "SWARMLAB_HOSTS": json.dumps(hosts)},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    return done.stdout


def test_the_tutorial_runs_on_real_engines(lab: RealLab) -> None:
    steps = parse(TUTORIAL.read_text(encoding="utf-8").replace("sleep 60", "sleep 1"))
    typed = [
        step for step in steps if step.must_fail or not any(re.search(out, step.typed.command) for out in LEFT_OUT)
    ]
    assert len(steps) - len(typed) == (6 if kernel.has_ipvs() else 13)
    said = ""
    for slot, group in groupby(typed, key=slot_of):
        said += play(lab, [place(lab, step, slot) if slot else step for step in group])
    assert said.count("<html><body><h1>It works!</h1></body></html>") >= 2  # of a container, and by its address
    assert said.count("verify: Service web_server converged") == 2
    assert '[{"Protocol":"tcp","TargetPort":80,"PublishedPort":8080,"PublishMode":"ingress"}]' in said
    assert re.search(r"Name:\s+tasks\.my_web\nAddress(?: \d)?: 10\.0\.1\.\d", said)
    assert re.search(r"eth0@if\d+: .* mtu 1450", said)
    shown = lab.host(MANAGER).sh("docker service ls --format '{{.Name}} {{.Replicas}} {{.Ports}}'").stdout
    assert shown.splitlines() == [
        "my_web 3/3 ", "util 1/1 ", "web 3/3 *:8080->80/tcp", "web_server 3/3 ", "web_server1 2/2 "
    ]  # fmt: skip


@pytest.mark.ipvs
def test_every_host_answers_on_a_published_port(lab: RealLab) -> None:
    lab.host(MANAGER).sh("docker service create --quiet --name web --publish 8080:80 httpd:2.4")
    for host in lab.hosts:
        assert "It works!" in lab.host("node2").sh(f"curl -s {host}:8080").stdout
