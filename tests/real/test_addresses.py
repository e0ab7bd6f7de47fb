"""Every kind of address that a host can have: a port of loopback, a context of the docker command, ssh.

The engines are simulated: what leads to them is real.
"""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from swarmlab import Lab
from swarmlab.errors import InvalidArgument, Unavailable
from swarmlab.real import contexts, kernel
from swarmlab.real.lab import RealLab
from swarmlab.runtime import doctor
from tests.real.serving import Engines


@pytest.fixture(scope="module")
def ports() -> Iterator[Engines]:
    """Engines on ports of loopback."""
    engines = Engines(None)
    yield engines
    engines.stop()


@pytest.fixture(scope="module")
def sockets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    """Engines on unix sockets."""
    engines = Engines(tmp_path_factory.mktemp("e"))
    yield engines
    engines.stop()


def nodes(lab: RealLab) -> list[str]:
    shown = lab.host("swarm-manage").sh("docker node ls --format '{{.Hostname}} {{.Status}}'")
    return sorted(shown.stdout.splitlines())


ALL_READY = ["node1 Ready", "node2 Ready", "swarm-manage Ready"]


# --- tcp --------------------------------------------------------------------------------------------------------


def test_engines_on_ports_of_loopback_are_a_lab(ports: Engines) -> None:
    assert all(address.startswith("tcp://127.0.0.1:") for address in ports.hosts.values())
    lab = Lab.connect(ports.hosts)
    assert nodes(lab) == ALL_READY
    assert "leads to the Docker engine of node1, not to a shell" in lab.host("node1").sh("ip address").stderr
    lab.close()


# --- contexts ---------------------------------------------------------------------------------------------------


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the docker command in which nobody has logged in yet: it has no config.json."""
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def docker(*words: str) -> str:
    return subprocess.run(["docker", *words], capture_output=True, text=True, check=True, timeout=60).stdout.strip()


@pytest.mark.docker
def test_a_context_of_the_docker_command_leads_to_its_engine(config: Path, ports: Engines) -> None:
    for host, address in ports.hosts.items():
        docker("context", "create", host, "--docker", f"host={address}")
    assert not (config / "config.json").exists()
    lab = Lab.connect({host: f"context:{host}" for host in ports.hosts})
    assert nodes(lab) == ALL_READY
    lab.close()


@pytest.mark.docker
def test_the_current_context_is_the_docker_command_s(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    docker("context", "create", "far", "--docker", "host=tcp://127.0.0.1:2375")
    docker("context", "create", "near", "--docker", "host=tcp://127.0.0.1:2376")
    assert contexts.current() == docker("context", "show") == "default"
    docker("context", "use", "far")
    assert contexts.current() == docker("context", "show") == "far"
    monkeypatch.setenv("DOCKER_CONTEXT", "near")
    assert contexts.current() == docker("context", "show") == "near"
    monkeypatch.setenv("DOCKER_HOST", "unix:///x.sock")
    monkeypatch.delenv("DOCKER_CONTEXT")
    assert contexts.find(contexts.current()).docker_host == "unix:///x.sock"


@pytest.mark.docker
def test_doctor_looks_at_the_engine_that_the_docker_command_would_use(
    config: Path, ports: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = ports.hosts["node1"]
    docker("context", "create", "near", "--docker", f"host={address}")
    docker("context", "use", "near")
    engine, real_swarm = (next(it for it in doctor.findings() if it.what == what) for what in ENGINE_LINES)
    assert engine.ok
    assert engine.detail.endswith(f" at {address}")
    assert real_swarm.detail == "`swarmlab real up` can start one in containers"
    monkeypatch.setenv("DOCKER_HOST", f"unix://{config}/none.sock")
    nothing = next(it for it in doctor.findings() if it.what == "Docker engine")
    assert nothing.detail.startswith(f"none at unix://{config}/none.sock; the simulated swarm needs none; for a real")
    monkeypatch.delenv("DOCKER_HOST")
    monkeypatch.setenv("DOCKER_CONTEXT", "gone")
    assert "no docker context" in next(it for it in doctor.findings() if it.what == "Docker engine").detail


#: The lines of `swarmlab doctor` about engines.
ENGINE_LINES = ("Docker engine", "real swarm")


def test_doctor_says_what_to_do_where_ipvs_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    for there in (True, False):
        monkeypatch.setattr(kernel, "has_ipvs", lambda there=there: there)
        (line,) = (it for it in doctor.findings() if it.what == "IPVS in the kernel")
        assert line.ok == there
        assert line.detail.endswith("carry traffic here" if there else kernel.FIX)


@pytest.mark.docker
def test_the_certificates_of_a_context_are_used(config: Path) -> None:
    docker("context", "create", "safe", "--docker", "host=tcp://127.0.0.1:2376")
    store = (
        config / "contexts/tls" / docker("context", "inspect", "safe", "--format", "{{.Storage.TLSPath}}") / "docker"
    )
    store.mkdir(parents=True)  # docker itself takes only certificates that are valid
    for name in ("ca", "cert", "key"):
        (store / f"{name}.pem").write_text(name)
    target = contexts.find("safe")
    assert isinstance(target.tls, contexts.docker.tls.TLSConfig)
    assert target.tls.verify
    assert [Path(str(path)).read_text() for path in (target.tls.ca_cert, *target.tls.cert)] == ["ca", "cert", "key"]


def test_a_context_that_is_not_there_is_told(config: Path) -> None:
    with pytest.raises(InvalidArgument, match='there is no docker context "far"'):
        Lab.connect({"node1": "context:far"})


# --- ssh --------------------------------------------------------------------------------------------------------


class Sshd:
    """An ssh server of its own: keys, settings and log in one folder, a port of loopback."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "log"
        for name in ("host", "mine", "stranger"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True, timeout=60)
        (folder / "authorized").write_bytes((folder / "mine.pub").read_bytes())
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        settings = {
            "ListenAddress": "127.0.0.1", "Port": self.port, "HostKey": folder / "host", "PidFile": "none",
            "AuthorizedKeysFile": folder / "authorized", "StrictModes": "no", "UsePAM": "no",
            "PasswordAuthentication": "no", "KbdInteractiveAuthentication": "no",
            "PermitRootLogin": "prohibit-password",
        }  # fmt: skip
        (folder / "sshd_config").write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # where sshd, as root, wants to be alone
        sshd = shutil.which("sshd")
        assert sshd is not None
        command = [sshd, "-D", "-f", folder / "sshd_config", "-E", self.log]
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        end = time.monotonic() + 20
        while not self._answers():
            assert self._process.poll() is None, self.log.read_text()
            assert time.monotonic() < end, self.log.read_text()

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(20)


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sshd, Path]]:
    folder = tmp_path_factory.mktemp("ssh")
    server = Sshd(folder)
    yield server, folder
    server.stop()


@pytest.fixture
def key(sshd: tuple[Sshd, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The machine's own ssh with settings of ours, which the user's are; returns the file to name a key in."""
    folder = sshd[1]
    ssh = shutil.which("ssh")
    settings = tmp_path / "config"
    (tmp_path / "ssh").write_text(f'#!/bin/sh\nexec {ssh} -F {settings} "$@"\n')
    (tmp_path / "ssh").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    known = (folder / "host.pub").read_text()
    (tmp_path / "known").write_text(f"[127.0.0.1]:{sshd[0].port} {known}")
    settings.write_text(
        f"UserKnownHostsFile {tmp_path / 'known'}\nIdentitiesOnly yes\nIdentityFile {folder / 'mine'}\n"
    )
    return settings


def by_ssh(sshd: tuple[Sshd, Path], engines: Engines) -> dict[str, str]:
    machine = f"ssh://127.0.0.1:{sshd[0].port}"
    return {host: machine + address.removeprefix("unix://") for host, address in engines.hosts.items()}


@pytest.mark.sshd
def test_engines_behind_ssh_are_a_lab(sshd: tuple[Sshd, Path], key: Path, sockets: Engines) -> None:
    lab = Lab.connect(by_ssh(sshd, sockets))
    assert nodes(lab) == ALL_READY
    node1 = lab.host("node1")
    assert node1.sh("docker info --format '{{.Name}}'").stdout == "node1\n"
    typed = node1.sh("echo hostname | docker run -i --rm -h box busybox sh")  # a connection that is taken over
    assert typed.stdout.endswith("box\n")
    lab.close()


@pytest.mark.sshd
def test_commands_of_the_machine_run_there(sshd: tuple[Sshd, Path], key: Path, sockets: Engines) -> None:
    lab = Lab.connect({"node1": by_ssh(sshd, sockets)["node1"]})
    node1 = lab.host("node1")
    assert node1.sh("uname -s").stdout == "Linux\n"
    assert node1.sh("hostname -f 'a b'; uname --nosuch").exit_code == 1
    lab.close()


@pytest.mark.sshd
def test_closing_a_lab_ends_its_tunnels(sshd: tuple[Sshd, Path], key: Path, sockets: Engines) -> None:
    lab = Lab.connect({"node1": by_ssh(sshd, sockets)["node1"]})
    tunnel = lab.connection("node1")._tunnel
    assert tunnel is not None
    local = Path(tunnel.docker_host.removeprefix("unix://"))
    assert local.exists()
    lab.close()
    assert tunnel._process.poll() is not None
    assert not local.parent.exists()


@pytest.mark.sshd
def test_a_key_that_is_not_known_is_told_in_one_sentence(sshd: tuple[Sshd, Path], key: Path, sockets: Engines) -> None:
    key.write_text(key.read_text().replace("/mine", "/stranger"))
    with pytest.raises(Unavailable, match=r"^ssh does not lead to ssh://.*: .*Permission denied \(publickey\)\.$"):
        Lab.connect({"node1": by_ssh(sshd, sockets)["node1"]})


@pytest.mark.sshd
def test_a_machine_whose_key_has_changed_is_not_trusted(
    sshd: tuple[Sshd, Path], key: Path, sockets: Engines, tmp_path: Path
) -> None:
    stranger = (sshd[1] / "stranger.pub").read_text()
    (tmp_path / "known").write_text(f"[127.0.0.1]:{sshd[0].port} {stranger}")
    with pytest.raises(Unavailable, match="Host key verification failed"):
        Lab.connect({"node1": by_ssh(sshd, sockets)["node1"]})


@pytest.mark.sshd
def test_a_machine_without_an_engine_is_told(sshd: tuple[Sshd, Path], key: Path) -> None:
    with pytest.raises(Unavailable, match="No Docker engine answers"):
        Lab.connect({"node1": f"ssh://127.0.0.1:{sshd[0].port}/nowhere.sock"})
