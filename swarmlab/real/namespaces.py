"""Three Docker engines on one Linux machine without containers: each in network, mounts and host name of its own.

The switch (a bridge) sits in a network namespace too, so nothing meets the machine's own addresses, routes or
firewall, and no packet can leave.  Each engine sees a ``/run`` and ``/etc/docker`` of its own: three engines would
otherwise share one containerd and one identity.  All that lasts is below one folder: data, sockets, logs, the names
of the namespaces.

Not ``ip netns exec``: it mounts another /sys, which hides the control groups from the engine.
"""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import docker

from swarmlab.errors import FailedPrecondition, Unavailable
from swarmlab.real import images, nameserver, processes, registry
from swarmlab.real.hosts import GATEWAY, HOSTS, Host, Say, all_ready, describe, engine, form_swarm, node_id, until
from swarmlab.real.statefile import Folder, State

FOLDER = Path("/var/lib/swarmlab-real")
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#: Program → package of Debian that brings it.
_PROGRAMS = {
    "dockerd": "docker.io", "ip": "iproute2", "iptables": "iptables", "nsenter": "util-linux",
    "unshare": "util-linux", "setpriv": "util-linux", "mount": "mount", "umount": "mount", "hostname": "hostname",
}  # fmt: skip

#: What an engine does before it is one, in its own mount namespace.  $1 host name, $2 its folder, $3 another engine's
#: files or "".  Engines make folders in /etc and /opt whatever they are told: each gets a layer of its own over them,
#: which ends with it, so that nothing is made on the machine, and nothing has to be removed there while another lab
#: may need it.  The other engine's files are mounted last: after that no program of this machine is found any more.
_START = """
set -e
hostname "$1"
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /opt /run/own/etc /run/own/opt /run/work/etc /run/work/opt
cp "$2/resolv.conf" "$2/hosts" /run/own/etc/
for dir in etc opt; do
  mount -t overlay -o "lowerdir=/$dir,upperdir=/run/own/$dir,workdir=/run/work/$dir" overlay "/$dir"
done
mkdir -p /etc/docker
mount -t tmpfs -o mode=755 tmpfs /etc/docker
[ -z "$3" ] || mount --bind "$3/usr" /usr
exec dockerd --config-file "$2/daemon.json" --data-root "$2/data" --exec-root "$2/exec" \
  --pidfile "$2/pid" -H "unix://$2/docker.sock"
"""


def missing() -> str:
    """Return one sentence that says why this machine cannot do it; "" if it can."""
    if not sys.platform.startswith("linux"):
        return "Engines without containers need Linux."
    if os.geteuid() != 0:
        return "Starting engines needs root."
    lacking = [name for name in _PROGRAMS if shutil.which(name, path=_PATH) is None]
    if lacking:
        packages = " ".join(dict.fromkeys(_PROGRAMS[name] for name in lacking))
        return f"{lacking[0]} is missing: on Debian and Ubuntu, run: apt-get install {packages}"
    try:
        images.find_busybox()
    except Unavailable as error:
        return str(error)
    return ""


def socket_of(folder: Path, host: str) -> Path:
    """Return the socket of a host's engine."""
    return folder / host / "docker.sock"


def network_of(folder: Path, host: str) -> Path:
    """Return the file that names the network namespace of a host."""
    return folder / host / "net"


class Namespaces:
    """The real lab in one folder."""

    def __init__(
        self,
        folder: Path = FOLDER,
        hosts: dict[str, str] = HOSTS,
        say: Say = lambda text: None,
        files: Path | None = None,
    ) -> None:
        """Take a folder.  Raises InvalidArgument if it cannot hold a lab.

        `files`: a folder whose ``usr`` has the engine to run and all it needs, instead of this machine's own.
        """
        self._folder = Folder(folder)
        self.path = self._folder.path
        self._hosts = hosts
        self._say = say
        self._files = files

    # --- the three verbs ----------------------------------------------------------------------------------------

    def up(self, *, swarm: bool = True) -> bool:
        """Start the engines and their swarm (see `hosts.Backend`).

        What an interrupted `up`, a crash or a restart of the machine left half done is removed first.

        Raises:
            Unavailable: this machine cannot do it, or an engine does not come up.
            FailedPrecondition: another lab, or a swarm made by hand, is in the way.
        """
        if lacking := missing():
            raise Unavailable(lacking)
        with self._folder.locked():
            state = self._folder.read()
            if state is not None:
                if self._works(state, swarm):
                    return False
                self._say("removing what an interrupted or ended swarm has left")
                self._remove(state)
            state = State(dict(self._hosts), swarm)
            try:
                self._make(state)
            except BaseException:
                self._remove(state)
                self._folder.remove()
                raise
        return True

    def down(self) -> bool:
        """End the engines, with all containers, and remove everything (see `hosts.Backend`)."""
        if not self.path.exists():
            return False
        if os.geteuid() != 0:
            raise Unavailable("Stopping engines needs root.")
        with self._folder.locked():
            state = self._folder.read()
            self._remove(state or State(dict(self._hosts), swarm=False))
            self._folder.remove()
        return state is not None

    def status(self) -> list[Host]:
        """Return a line per host (see `hosts.Backend`)."""
        try:
            state = self._folder.read()
        except PermissionError:
            state = None
        if state is None:
            return []
        return [describe(name, address, self.docker_host(name)) for name, address in state.hosts.items()]

    def docker_host(self, name: str) -> str:
        """Return the address of a host's engine."""
        return f"unix://{socket_of(self.path, name)}"

    # --- what may happen to one host ------------------------------------------------------------------------------

    def stop(self, name: str) -> None:
        """Stop a host's engine, as ``systemctl stop docker`` does.  Raises Unavailable if it does not end."""
        for pid in processes.marked(self.path, name):
            if processes.program(pid) == "dockerd":
                os.kill(pid, signal.SIGTERM)
                until(partial(processes.is_gone, pid), 60, f"The engine of {name} does not stop.")

    def off(self, name: str) -> None:
        """Take a host's power: its engine and its containers end at once, and nobody is told."""
        processes.end_all(self.path, name)

    def start(self, name: str) -> None:
        """Start a host's engine again, if it does not run, and wait until it answers.  Raises Unavailable."""
        if not any(processes.program(pid) == "dockerd" for pid in processes.marked(self.path, name)):
            for stale in ("pid", "docker.sock", "exec/containerd/containerd.pid"):
                (self.path / name / stale).unlink(missing_ok=True)
            self._start_engine(name)
        self._wait_for(name).close()

    def cut(self, name: str) -> None:
        """Pull a host's network cable."""
        self._inside("lan", f"link set {self._port(name)} down")

    def heal(self, name: str) -> None:
        """Plug a host's network cable in again."""
        self._inside("lan", f"link set {self._port(name)} up")

    # --- up -----------------------------------------------------------------------------------------------------

    def _works(self, state: State, swarm: bool) -> bool:
        """Whether all is there as an earlier `up` left it.  Raises FailedPrecondition if somebody made it another."""
        if not state.complete:
            return False
        engines = {name: engine(self.docker_host(name), timeout=10) for name in state.hosts}
        if None in engines.values():
            return False
        if (state.hosts, state.swarm) != (self._hosts, swarm):
            raise FailedPrecondition(
                f"A lab with other hosts, or with{'out' if swarm else ''} a swarm, is up in {self.path}: run"
                " `swarmlab real down` first."
            )
        for name, api in engines.items():
            assert api is not None
            if swarm and node_id(api) != state.nodes.get(name):
                raise FailedPrecondition(
                    f"The engine of {name} is no longer in the swarm that `swarmlab real up` made: use the engines as"
                    " they are, or run `swarmlab real down` first."
                )
        manager = engines[next(iter(state.hosts))]
        if swarm and manager is not None:
            until(lambda: all_ready(manager, len(engines)), 60, "Not all nodes of the swarm are ready.")
        return True

    def _make(self, state: State) -> None:
        self._folder.write(state)
        self._make_network()
        for name in self._hosts:
            self._start_engine(name)
        self._say("engines start; making the images")
        images.write_registry(self.path / "images", images.find_busybox())
        self._serve(nameserver.__file__, GATEWAY)
        self._serve(registry.__file__, GATEWAY, str(self.path / "images"))
        engines = {name: self._wait_for(name) for name in self._hosts}
        if state.swarm:
            self._say("forming a swarm")
            form_swarm(engines, self._hosts)
            state.nodes = {name: node_id(api) for name, api in engines.items()}
        for api in engines.values():
            api.close()
        state.complete = True
        self._folder.write(state)

    def _make_network(self) -> None:
        """Make a namespace per host and one for the switch, and the cables between them."""
        for name in ("lan", *self._hosts):
            file = network_of(self.path, name)
            file.parent.mkdir(mode=0o700)
            file.touch()
            self._run("unshare", f"--net={file}", "ip", "link", "set", "lo", "up")
        self._inside("lan", "link add br0 type bridge", f"addr add {GATEWAY}/24 dev br0", "link set br0 up")
        for name, address in self._hosts.items():
            net, port = network_of(self.path, name), self._port(name)
            self._inside("lan", f"link add {port} type veth peer name eth0 netns {net}")
            self._inside("lan", f"link set {port} master br0", f"link set {port} up")
            self._inside(name, f"addr add {address}/24 dev eth0", "link set eth0 up")

    def _start_engine(self, name: str) -> None:
        home = self.path / name
        settings = {
            "exec-opts": ["native.cgroupdriver=cgroupfs"],
            "cgroup-parent": f"/{self._group(name)}",
            "registry-mirrors": [f"http://{GATEWAY}:{registry.PORT}"],
        }
        (home / "daemon.json").write_text(json.dumps(settings))
        (home / "resolv.conf").write_text(f"nameserver {GATEWAY}\n")
        known = [f"{address} {other}" for other, address in self._hosts.items()]
        (home / "hosts").write_text("\n".join(["127.0.0.1 localhost", *known, ""]))
        own = ["nsenter", f"--net={network_of(self.path, name)}", "unshare", "--uts", "--mount"]
        self._start(name, [*own, "sh", "-c", _START, "sh", name, str(home), str(self._files or "")])

    def _serve(self, script: str, *arguments: str) -> None:
        """Run a script of this package at the switch."""
        net = f"--net={network_of(self.path, 'lan')}"
        self._start(Path(script).stem, ["nsenter", net, sys.executable, "-I", "-S", script, *arguments])

    def _start(self, name: str, command: list[str]) -> None:
        """Start a program that goes on when we have ended, with the marks by which it is found.

        The lock is closed for it as its program begins, and not before: until then it has no mark.
        """
        home = self.path / name
        home.mkdir(mode=0o700, exist_ok=True)
        marks = {processes.MARK: str(self.path), processes.HOST: name}
        environment = {"PATH": _PATH, "HOME": "/root", "LANG": "C.UTF-8", **marks}
        with (home / "log").open("ab") as log:
            subprocess.Popen(
                command, env=environment, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, close_fds=False,
            )  # fmt: skip

    def _wait_for(self, name: str) -> docker.APIClient:
        log = self.path / name / "log"
        try:
            api = until(lambda: engine(self.docker_host(name)), 60, f"The engine of {name} does not come up")
        except Unavailable as error:
            said = log.read_text(errors="replace").strip().splitlines()
            raise Unavailable(f"{error}: {said[-1] if said else 'it said nothing'}") from None
        assert isinstance(api, docker.APIClient)
        return api

    def _port(self, name: str) -> str:
        """Return the end of a host's cable at the switch."""
        return f"v{self._hosts[name].rpartition('.')[2]}"

    def _group(self, name: str) -> str:
        """Return the name of a host's control groups, which no other folder's lab has."""
        return f"swarmlab-{hashlib.sha256(str(self.path).encode()).hexdigest()[:8]}-{name}"

    # --- commands -----------------------------------------------------------------------------------------------

    def _inside(self, host: str, *commands: str) -> None:
        """Run commands of ``ip`` in the network namespace of a host."""
        network = network_of(self.path, host)
        for command in commands:
            self._run("nsenter", f"--net={network}", "ip", *command.split())

    def _run(self, *command: str) -> None:
        """Run a command with the mark of the lab: if we are killed meanwhile, it must be found.

        It shares the lock: before it has begun its program it has no mark, and nobody else may tidy up until then.
        """
        environment = {"PATH": _PATH, "LANG": "C.UTF-8", processes.MARK: str(self.path)}
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=60,
            pass_fds=self._folder.held,
        )  # fmt: skip
        if done.returncode:
            said = (done.stderr or done.stdout).strip().splitlines()
            raise Unavailable(f"`{' '.join(command)}` failed: {said[-1] if said else f'status {done.returncode}'}.")

    # --- down ---------------------------------------------------------------------------------------------------

    def _remove(self, state: State) -> None:
        """Remove everything but the note."""
        processes.end_all(self.path)
        for mount in _mounts_below(self.path):
            self._run("umount", "--lazy", mount)
        for name in state.hosts:
            _remove_groups(self._group(name))
        for path in self.path.iterdir():
            if path.is_dir():
                shutil.rmtree(path)


def _mounts_below(folder: Path) -> list[str]:
    """Return what is mounted in `folder`, innermost and newest first."""
    points = [line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    return [point for point in reversed(points) if point.startswith(f"{folder}/")]


def _remove_groups(name: str, root: Path = Path("/sys/fs/cgroup")) -> None:
    """Remove the empty control groups called `name`: at the top (version 2) or per controller (version 1)."""
    for top in (root / name, *root.glob(f"*/{name}")):
        for folder, _, _ in os.walk(top, topdown=False):
            until(_gone(Path(folder)), 20, f"The control group {folder} is still in use.")


def _gone(folder: Path) -> Callable[[], bool]:
    def remove() -> bool:
        try:
            folder.rmdir()
        except FileNotFoundError:
            return True
        except OSError:  # the kernel needs a moment until a group whose processes have ended is free
            return False
        return True

    return remove
