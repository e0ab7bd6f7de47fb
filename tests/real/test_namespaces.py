"""A real swarm on this machine: it comes up, goes away without a trace, and recovers from a crash halfway."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from swarmlab.errors import FailedPrecondition
from swarmlab.real import processes
from swarmlab.real.namespaces import Namespaces
from tests.real.conftest import connect

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]


def traces_of(lab: Namespaces) -> dict[str, Any]:
    """Return everything of `lab` that this machine shows; all of it empty if nothing is left.

    Other labs may come and go at the same time, so all is told apart by the lab's own names.
    """
    group = lab._group("*")
    return {
        "processes": sorted({*processes.marked(lab.path), *processes.in_networks(lab.path)}),
        "files": [str(path) for path in (lab.path, *lab.path.glob("*"))] if lab.path.exists() else [],
        "mounts": [line for line in Path("/proc/self/mountinfo").read_text().splitlines() if str(lab.path) in line],
        "groups": [str(path) for where in (group, f"*/{group}") for path in Path("/sys/fs/cgroup").glob(where)],
    }


NOTHING: dict[str, Any] = {key: [] for key in ("processes", "files", "mounts", "groups")}


def engines(lab: Namespaces) -> list[int]:
    """Return the engines of `lab`; what they start comes and goes."""
    return [pid for pid in processes.marked(lab.path) if processes.program(pid) == "dockerd"]


def started_in_the_network_of(lab: Namespaces, host: str) -> int:
    """Return the id of a process that is in a host's network and has not the lab's mark, as a command typed there."""
    command = ["nsenter", f"--net={lab.path / host / 'net'}", "sleep", "600"]
    return subprocess.Popen(command, env={"PATH": os.environ["PATH"]}, start_new_session=True).pid


def namespaces_of(pids: list[int]) -> set[str]:
    """Return the network namespaces in which processes run."""
    return {os.readlink(f"/proc/{pid}/ns/net") for pid in pids if not processes.is_gone(pid)}


def namespaces_in_use() -> set[str]:
    """Return all network namespaces that some process of this machine is in."""
    found = set()
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            found.add(os.readlink(f"/proc/{name}/ns/net"))
        except OSError:
            continue
    return found


def test_two_times_up_and_down_leave_nothing_behind(namespaces: Namespaces) -> None:
    for _ in range(2):
        assert namespaces.up()
        real = connect(namespaces)
        assert real.host("swarm-manage").sh("docker service create --replicas 3 --name web httpd:2.4").ok
        running = traces_of(namespaces)
        assert all(running.values()), running
        inside = namespaces_of(running["processes"])
        assert len(inside) == 4
        bystander = started_in_the_network_of(namespaces, "node1")
        containers = [
            child for pid in processes.marked(namespaces.path) for child in processes.descendants(pid)
        ]  # fmt: skip
        assert containers
        real.close()
        assert namespaces.down()
        assert traces_of(namespaces) == NOTHING
        assert not inside & namespaces_in_use()
        assert all(map(processes.is_gone, [*containers, bystander]))
    assert not namespaces.down()


#: Where programs keep things on a machine.
FOLDERS = ("etc", "opt", "run", "srv", "usr", "var")
#: Puts an empty layer over each folder, plays "$@", and lists what is left in the layers, and the links.  It has
#: mounts and a network of its own, so what other programs do meanwhile is not seen.
ON_A_CLEAN_MACHINE = f"""
set -e
mount -t tmpfs tmpfs "$LAYERS"
for dir in {" ".join(FOLDERS)}; do
  mkdir -p "$LAYERS/own/$dir" "$LAYERS/work/$dir"
  mount -t overlay -o "lowerdir=/$dir,upperdir=$LAYERS/own/$dir,workdir=$LAYERS/work/$dir" overlay "/$dir"
done
"$@" >&2
cd "$LAYERS/own"
find . -mindepth 2
ip -oneline link
"""
UP_AND_DOWN = """
set -e
eval "$($SWARMLAB real up --how namespaces --dir "$LAB")"
echo '[root@swarm-manage ~]# docker service create --name web httpd:2.4' | $SWARMLAB run --backend real -
$SWARMLAB real down --how namespaces --dir "$LAB"
"""
KILLED_UP_AND_DOWN = """
set -e
$SWARMLAB real up --how namespaces --dir "$LAB" &
until [ -S "$LAB/swarm-manage/docker.sock" ]; do kill -0 $!; sleep 0.01; done
kill -KILL $!
$SWARMLAB real down --how namespaces --dir "$LAB"
"""


@pytest.mark.parametrize("script", [UP_AND_DOWN, KILLED_UP_AND_DOWN], ids=["up and down", "killed up and down"])
def test_nothing_is_left_in_the_folders_of_the_machine(namespaces: Namespaces, tmp_path: Path, script: str) -> None:
    environment = {
        **os.environ, "LAYERS": str(tmp_path), "LAB": str(namespaces.path), "PYTHONDONTWRITEBYTECODE": "1",
        "SWARMLAB": f"{sys.executable} -m swarmlab",
    }  # fmt: skip
    done = subprocess.run(
        ["unshare", "--mount", "--net", "sh", "-c", ON_A_CLEAN_MACHINE, "sh", "sh", "-c", script],
        env=environment, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert [line.split()[1:2] for line in done.stdout.splitlines()] == [["lo:"]], done.stdout
    assert traces_of(namespaces) == NOTHING


def test_a_second_up_changes_nothing(namespaces: Namespaces) -> None:
    assert namespaces.up()
    real = connect(namespaces)
    real.host("swarm-manage").sh("docker service create --name web httpd:2.4")
    before = engines(namespaces)
    assert len(before) == 3
    assert not namespaces.up()
    assert engines(namespaces) == before
    assert real.host("swarm-manage").sh("docker service ls -q | wc -l").stdout.strip() == "1"
    assert [host.state for host in namespaces.status()] == ["manager", "worker", "worker"]
    real.close()


def test_a_swarm_that_somebody_made_by_hand_is_not_run_over(namespaces: Namespaces) -> None:
    namespaces.up()
    real = connect(namespaces)
    real.host("node1").sh("docker swarm leave")
    real.host("node1").sh("docker swarm init --advertise-addr 192.168.1.12")
    real.close()
    before = engines(namespaces)
    with pytest.raises(FailedPrecondition, match="node1 is no longer in the swarm"):
        namespaces.up()
    assert engines(namespaces) == before


def test_an_engine_that_has_died_is_replaced_by_the_next_up(namespaces: Namespaces) -> None:
    namespaces.up()
    os.kill(int((namespaces.path / "node2" / "pid").read_text()), signal.SIGKILL)
    assert namespaces.up()
    assert [host.state for host in namespaces.status()] == ["manager", "worker", "worker"]


def test_engines_that_have_not_met_form_no_swarm(namespaces: Namespaces) -> None:
    namespaces.up(swarm=False)
    assert [host.state for host in namespaces.status()] == ["no swarm"] * 3


#: Moments of `up` at which it is killed, told by what can be seen from outside.
MOMENTS: dict[str, Callable[[Namespaces], bool]] = {
    "the note is written": lambda lab: (lab.path / "state.json").exists(),
    "namespaces are made": lambda lab: (lab.path / "node1" / "net").exists(),
    "engines start": lambda lab: (lab.path / "node2" / "daemon.json").exists(),
    "an engine answers": lambda lab: (lab.path / "swarm-manage" / "docker.sock").exists(),
    "the swarm forms": lambda lab: (lab.path / "swarm-manage" / "data" / "swarm" / "docker-state.json").exists(),
}


def kill_up_at(lab: Namespaces, moment: str) -> None:
    """Start `swarmlab real up` and kill it, without a chance to tidy up, as soon as `moment` has come."""
    up = subprocess.Popen(
        [sys.executable, "-m", "swarmlab", "real", "up", "--how", "namespaces", "--dir", str(lab.path)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    pause = threading.Event()
    while not MOMENTS[moment](lab) and up.poll() is None:
        pause.wait(0.002)
    assert up.poll() is None, "it ended before it could be killed"
    up.kill()
    up.wait()


@pytest.mark.parametrize("moment", MOMENTS)
def test_what_a_killed_up_leaves_is_removed_by_down(namespaces: Namespaces, moment: str) -> None:
    kill_up_at(namespaces, moment)
    assert traces_of(namespaces) != NOTHING
    namespaces.down()
    assert traces_of(namespaces) == NOTHING


@pytest.mark.parametrize("moment", ["namespaces are made", "an engine answers", "the swarm forms"])
def test_what_a_killed_up_leaves_is_repaired_by_the_next_up(namespaces: Namespaces, moment: str) -> None:
    kill_up_at(namespaces, moment)
    assert namespaces.up()
    assert [host.state for host in namespaces.status()] == ["manager", "worker", "worker"]
    namespaces.down()
    assert traces_of(namespaces) == NOTHING
