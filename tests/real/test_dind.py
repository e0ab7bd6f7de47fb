"""Engines in containers, for real: in an engine that runs in a network namespace, with an image made from this machine.

The image stands in for docker:dind: the machine's own engine, and what that needs, as a file system.  What this cannot
show is that image's own entry point, and Docker Desktop.
"""

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import docker
import pytest

from swarmlab.client import connect
from swarmlab.real import images
from swarmlab.real.hosts import until
from swarmlab.real.namespaces import Namespaces, network_of
from tests.real import narrow_runc
from tests.real.conftest import folder

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]

IMAGE = "engine:test"
_PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
_PROGRAMS = (
    "dockerd docker-proxy docker-init containerd containerd-shim-runc-v2 runc iptables ip6tables xtables-nft-multi"
).split()


def image() -> bytes:
    """Return a file system in which an engine can run, as a tar."""
    files: dict[str, Path] = {}
    for name in _PROGRAMS:
        found = shutil.which(name, path=_PATH)
        assert found is not None, name
        files[f"usr/bin/{name}"] = Path(found).resolve()
        needed = subprocess.run(["ldd", found], capture_output=True, text=True, check=False).stdout
        files |= {path.lstrip("/"): Path(path).resolve() for path in re.findall(r"/\S+\.so\S*", needed)}
    files |= {str(path).lstrip("/"): path for path in Path("/usr/lib").glob("*/xtables/*.so")}
    files["usr/bin/busybox"] = images.find_busybox()
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as tar:
        for name in ("dev", "etc", "proc", "root", "run", "sys", "tmp", "var/lib", "var/run"):
            folder_info = tarfile.TarInfo(name)
            folder_info.type, folder_info.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(folder_info)
        for name, path in files.items():
            tar.add(path, arcname=name)
        for applet in ("hostname", "sleep", "uname"):
            link = tarfile.TarInfo(f"usr/bin/{applet}")
            link.type, link.linkname = tarfile.SYMTYPE, "busybox"
            tar.addfile(link)
    return data.getvalue()


class Outer(NamedTuple):
    """The engine in which the others run.  Their ports are on its own loopback, so commands are run there."""

    lab: Namespaces
    api: Any
    docker_host: str

    def command(self, *words: str) -> list[str]:
        return ["nsenter", f"--net={network_of(self.lab.path, 'outer')}", sys.executable, "-m", "swarmlab", *words]

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "DOCKER_HOST": self.docker_host}

    def swarmlab(self, *words: str, typed: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words), env={**self.environment, **more}, input=typed, capture_output=True, text=True,
            check=False, timeout=200,
        )  # fmt: skip

    def real(self, verb: str, *words: str) -> subprocess.CompletedProcess[str]:
        more = ["--image", IMAGE] if verb == "up" else []
        return self.swarmlab("real", verb, "--how", "containers", *more, *words)

    def containers(self) -> dict[str, str]:
        return {it["Names"][0].lstrip("/"): it["Id"] for it in self.api.containers(all=True)}

    def everything(self) -> dict[str, list[str]]:
        """Return all that an engine keeps, images apart."""
        networks = [network["Name"] for network in self.api.networks()]
        volumes = [volume["Name"] for volume in self.api.volumes()["Volumes"] or []]
        return {"containers": sorted(self.containers()), "networks": sorted(networks), "volumes": sorted(volumes)}


@pytest.fixture(scope="module")
def engine() -> Iterator[Outer]:
    """One engine, with the image, and a container that is somebody else's."""
    lab = Namespaces(folder(), hosts={"outer": "192.168.77.11"})
    try:
        lab.up(swarm=False)
        docker_host = lab.docker_host("outer")
        api = connect(docker_host, timeout=120).api
        give_narrow_runc(lab, api)
        changes = ["VOLUME /var/lib/docker", "ENV PATH=/usr/bin"]
        api.import_image_from_data(image(), *IMAGE.split(":"), changes=changes)
        api.start(api.create_container(IMAGE, command=["sleep", "600"], name="mine", labels={"swarmlab": "mine"}))
        yield Outer(lab, api, docker_host)
        api.close()
    finally:
        lab.down()


def give_narrow_runc(lab: Namespaces, api: docker.APIClient) -> None:
    home = lab.path / "outer"
    script = home / "narrow-runc"
    script.write_text(f'#!/bin/sh\nexec {sys.executable} -IS {narrow_runc.__file__} "$@"\n')
    script.chmod(0o755)
    settings = json.loads((home / "daemon.json").read_text())
    settings |= {"runtimes": {"narrow": {"path": str(script)}}, "default-runtime": "narrow"}
    (home / "daemon.json").write_text(json.dumps(settings))
    os.kill(int((home / "pid").read_text()), signal.SIGHUP)
    until(lambda: api.info()["DefaultRuntime"] == "narrow", 20, "The engine does not read its settings again.")


@pytest.fixture
def outer(engine: Outer) -> Iterator[Outer]:
    """The engine, with nothing of a real lab."""
    yield engine
    done = engine.real("down")
    assert done.returncode == 0, done.stderr


def hosts(outer: Outer) -> dict[str, str]:
    shown = outer.real("status").stdout
    return dict(re.findall(r"^(\S+) .*DOCKER_HOST=(\S+)$", shown, re.MULTILINE))


#: Gives the engines of SWARMLAB_HOSTS an image, as there is no registry: the tar on standard input.
LOAD = """
import json, os, sys
from swarmlab.client import connect
data = sys.stdin.buffer.read()
for address in json.loads(os.environ["SWARMLAB_HOSTS"]).values():
    connect(address).api.import_image_from_data(data, "box", "1", changes=["ENV PATH=/usr/bin"])
"""


def box() -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as tar:
        tar.add(images.find_busybox(), arcname="usr/bin/sleep")
    return data.getvalue()


def test_up_makes_a_swarm_that_works_and_down_leaves_what_is_not_its_own(outer: Outer) -> None:
    before = outer.everything()
    up = outer.real("up")
    assert up.returncode == 0, up.stderr
    first = outer.containers()
    assert sorted(first) == ["mine", "swarmlab-real-node1", "swarmlab-real-node2", "swarmlab-real-swarm-manage"]
    assert outer.real("up").stdout == up.stdout
    assert outer.containers() == first
    assert re.findall(r"^(\S+) +(\S+) +(\S+) ", outer.real("status").stdout, re.MULTILINE) == [
        ("swarm-manage", "192.168.1.11", "manager"),
        ("node1", "192.168.1.12", "worker"),
        ("node2", "192.168.1.13", "worker"),
    ]
    addresses = json.dumps(hosts(outer))
    load = [*outer.command()[:3], "-c", LOAD]
    subprocess.run(load, env={**os.environ, "SWARMLAB_HOSTS": addresses}, input=box(), check=True, timeout=100)
    create = "docker service create --quiet --name web --replicas 3 --no-resolve-image box:1 sleep 600"
    lines = [f"[root@swarm-manage ~]# {create}", "[root@node2 ~]# hostname"]
    lines += ["[root@node1 ~]# docker ps --format '{{.Image}} {{.State}}'", ""]
    typed = outer.swarmlab("run", "--backend", "real", "-", typed="\n".join(lines), SWARMLAB_HOSTS=addresses)
    assert typed.returncode == 0, typed.stdout + typed.stderr
    assert "[root@node2 ~]# hostname\nnode2\n" in typed.stdout
    assert typed.stdout.endswith("box:1 running\n")
    assert outer.real("down").stdout == "everything is removed\n"
    assert outer.everything() == before
    assert outer.containers()["mine"] == first["mine"]
    assert outer.real("down").stdout == "nothing was up\n"


def test_an_up_that_was_killed_is_repaired_by_the_next_and_removed_by_down(outer: Outer) -> None:
    before = outer.everything()
    for verb, name in (("up", "swarmlab-real-node1"), ("down", "swarmlab-real-swarm-manage")):
        command = outer.command("real", "up", "--how", "containers", "--image", IMAGE)
        up = subprocess.Popen(command, env=outer.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        pause = threading.Event()
        while name not in outer.containers() and up.poll() is None:
            pause.wait(0.01)
        up.kill()
        assert up.wait() == -signal.SIGKILL, "it ended before it could be killed"
        assert outer.everything() != before
        done = outer.real(verb)
        assert done.returncode == 0, done.stderr
        if verb == "up":
            assert len(hosts(outer)) == 3
            outer.real("down")
        assert outer.everything() == before


def test_a_name_that_is_taken_is_refused(outer: Outer) -> None:
    other = outer.api.create_container(IMAGE, command=["sleep", "600"], name="swarmlab-real-node2")["Id"]
    before = outer.everything()
    done = outer.real("up")
    assert (done.returncode, done.stderr) == (
        2,
        "swarmlab: A container called swarmlab-real-node2 exists that `swarmlab real` did not make: rename it.\n",
    )
    assert outer.everything() == before
    outer.api.remove_container(other)


def test_an_engine_of_a_swarm_is_not_run_over(outer: Outer) -> None:
    outer.api.init_swarm(advertise_addr="192.168.77.11")
    before = outer.everything()
    done = outer.real("up")
    outer.api.leave_swarm(force=True)
    assert done.returncode == 2
    assert done.stderr.startswith("swarmlab: This engine belongs to a swarm already: use it with Lab.connect")
    assert "containers" in before
    assert "swarmlab-real-node1" not in outer.containers()


def test_a_swarm_that_was_changed_by_hand_is_not_run_over(outer: Outer) -> None:
    assert outer.real("up").returncode == 0
    before = outer.containers()
    addresses = json.dumps(hosts(outer))
    for by_hand in (
        "[root@node1 ~]# docker swarm leave\n",  # leaves a swarm in which a node is down
        "[root@swarm-manage ~]# docker swarm leave --force\n[root@node1 ~]# docker swarm init --advertise-addr eth0\n",
    ):
        done = outer.swarmlab("run", "--backend", "real", "-", typed=by_hand, SWARMLAB_HOSTS=addresses)
        assert done.returncode == 0, done.stdout + done.stderr
        refused = outer.real("up")
        assert outer.containers() == before
        assert (refused.returncode, refused.stderr) == (
            2,
            "swarmlab: The engines of `swarmlab real up` are in another swarm, or in none: use them as they are, or"
            " run `swarmlab real down` first.\n",
        )
