"""The shell of a container: its image's files and programs, its environment, and what was written there since."""

import base64
from collections.abc import Mapping
from typing import Any

from swarmlab.core.agent import accounts, images
from swarmlab.core.agent.container import Container
from swarmlab.core.agent.processes import processes
from swarmlab.core.network.dataplane import DataPlane
from swarmlab.core.network.world import Place
from swarmlab.shell import dialects
from swarmlab.shell.bash import Shell, put
from swarmlab.shell.call import BUSYBOX, DEBIAN, HOST, Files
from swarmlab.shell.ports import Access, Write
from swarmlab.shell.tools import EVERYWHERE

_OS_RELEASE = {
    "alpine": 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.22.2\nPRETTY_NAME="Alpine Linux v3.22"\n'
    'HOME_URL="https://alpinelinux.org/"\n',
    "debian": 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nNAME="Debian GNU/Linux"\nVERSION_ID="13"\n'
    'VERSION="13 (trixie)"\nVERSION_CODENAME=trixie\nID=debian\n',
}
#: Folders that every image has, though there may be nothing in them.
_FOLDERS = ("/home", "/lib", "/opt", "/proc", "/root", "/run", "/sbin", "/sys", "/tmp", "/usr/bin", "/usr/lib", "/var")
#: Folders of the shell's own file system that belong to no image.
_OWN = ("/proc", "/dev", "/bin", "/usr/bin", "/sys")
_STDIN = "/dev/.stdin"
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def image_of(container: Container) -> images.Image | None:
    """Return a container's image."""
    return images.find(container.image_id)


def dialect_of(image: images.Image | None) -> str:
    """Return how the tools of an image speak."""
    if image is not None and "dig" in image.programs:
        return HOST  # full programs, whatever they are packed with
    return BUSYBOX if image is None or "ip" in image.programs else DEBIAN


def has_program(image: images.Image | None, name: str) -> bool:
    """Return whether an image has a program, given by name or path."""
    return image is None or name.rsplit("/", 1)[-1] in image.programs


def environment(container: Container, image: images.Image | None, extra: tuple[str, ...], tty: bool) -> dict[str, str]:
    """Return the environment of a process in a container, in the order in which the engine makes it.

    moby: ``container/container.go`` (CreateDaemonEnvironment); an image's variables come after the container's own.
    """
    own = {pair.partition("=")[0] for pair in container.config.env}
    inherited = [pair for pair in (image.env if image is not None else ()) if pair.partition("=")[0] not in own]
    pairs = [f"PATH={_PATH}", f"HOSTNAME={container.hostname}", *(["TERM=xterm"] if tty else [])]
    pairs += [*container.config.env, *inherited, *extra]
    found = dict(pair.partition("=")[::2] for pair in pairs)
    return {**found, "HOME": found.get("HOME", "/root")}


class ContainerShell:
    """A shell in a container, whose files it shares with the core."""

    def __init__(
        self,
        place: Place,
        container: Container,
        access: Access,
        *,
        env: Mapping[str, str],
        cwd: str,
    ) -> None:
        self._place = place
        self._access = access
        image = image_of(container)
        files = access.ask(lambda net: _files(net, place, container, image))
        self.shell = Shell(
            place,
            access,
            hostname=container.hostname,
            dialect=dialect_of(image),
            tools=EVERYWHERE,
            only=image.programs if image is not None else (),
            files=files,
            env=env,
            cwd=cwd,
            born=container.started_at,
            tty="TERM" in env,
            owners={path: (file.uid, file.gid) for path, file in container.mounted.items()},
        )
        for folder in _FOLDERS:
            self.shell.files.mkdir(folder, recursive=True)
        self._mounted = container.mounted
        self._refused: list[str] = []  # files that the last line tried to change and must not
        for path, file in self._mounted.items():
            self.shell.files.chmod(path, file.mode & 0o7777)
        self.shell.on_flush = self.flush
        self._seen = snapshot(self.shell.files)
        self._written: dict[str, bytes | None] = access.ask(lambda net: net.written_files(place))

    def enter(self, access: Access) -> None:
        """Have what follows reach the simulation through `access`; take over what others have written meanwhile."""
        self._access = self.shell.access = access
        written: dict[str, bytes | None] = access.ask(lambda net: net.written_files(self._place))
        for path, data in written.items():
            if self._written.get(path, b"") == data and path in self._written:
                continue
            if data is not None:
                put(self.shell.files, path, data)
            elif self.shell.files.exists(path):
                self.shell.files.remove(path)
        if written != self._written:
            self._written = written
            self._seen = snapshot(self.shell.files)

    def run(self, line: str, write: Write, stdin: bytes | None = None) -> int:
        """Run a command line and return its status.  `stdin`: all that it can read."""
        if stdin is not None:
            self.shell.files.write_file(_STDIN, stdin)
            line = f"{{ {line}\n}} < {_STDIN}"
        self._refused = []
        status = self.shell.run(line, write)
        self.flush()
        for path in dict.fromkeys(self._refused):
            write(2, dialects.read_only(path, self.shell.dialect))
        return 1 if self._refused else status

    def cancel(self) -> None:
        """Stop what runs."""
        self.shell.cancel()

    def flush(self, fs: Files | None = None) -> None:
        """Write to the core what has changed in the files since the last time.  `fs`: the handle to read them with."""
        fs = fs or self.shell.files
        self._keep_mounted(fs)
        now = snapshot(fs)
        if now == self._seen:
            return
        changed: dict[str, str | None] = {}
        for path, mark in now.items():
            if self._seen.get(path) != mark:
                self._written[path] = data = fs.read_file(path)
                changed[path] = base64.b64encode(data).decode()
        for path in self._seen:
            if path not in now:
                self._written[path] = changed[path] = None
        self._seen = now
        op = {"op": "files", "host": self._place.host, "container": self._place.container_id, "files": changed}
        self._access.apply(op)

    def _keep_mounted(self, fs: Any) -> None:
        """Secrets and configs are mounted read-only, which bashkit's files cannot be: undo what was done to them."""
        for path, file in self._mounted.items():
            if not fs.exists(path) or fs.read_file(path) != file.data:
                self._refused.append(path)
                put(fs, path, file.data)
                fs.chmod(path, file.mode & 0o7777)


def _files(net: DataPlane, place: Place, container: Container, image: images.Image | None) -> dict[str, bytes | None]:
    """Return all files of a container; None for those deleted."""
    base = "alpine" if image is not None and image.repository == "alpine" else "debian"
    made: dict[str, bytes | None] = {
        "/etc/hosts": net.hosts_file(place).encode(),
        "/etc/resolv.conf": net.resolv_conf(place).encode(),
        "/etc/hostname": f"{container.hostname}\n".encode(),
        "/etc/passwd": accounts.passwd_file(image).encode(),
        "/etc/group": accounts.group_file(image).encode(),
    }
    process = processes(container.argv)[0]
    made["/proc/1/cmdline"] = process.command.replace(" ", "\0").encode() + b"\0"
    made["/proc/1/comm"] = process.command.split()[0].rsplit("/", 1)[-1].rstrip(":").encode() + b"\n"
    if image is None or image.repository != "busybox":
        made["/etc/os-release"] = _OS_RELEASE[base].encode()
    else:
        made["/etc/os-release"] = None
    return {**made, **(image.files if image is not None else {}), **container.files}


def snapshot(fs: Any, *, with_folders: bool = False) -> dict[str, tuple[int, float]]:
    """Return size and time of change of every file, the shell's own left out; of folders nothing but that they are."""
    found: dict[str, tuple[int, float]] = {}
    left = ["/"]
    while left:
        folder = left.pop()
        for entry in fs.read_dir(folder) if fs.exists(folder) else ():  # after `rm -rf /` there is not even that
            path = f"{folder.rstrip('/')}/{entry['name']}"
            about = entry["metadata"]
            if about["file_type"] == "directory":
                if path not in _OWN:
                    left.append(path)
                    if with_folders:
                        found[f"{path}/"] = (0, 0.0)
            elif about["file_type"] == "file":
                found[path] = (about["size"], about["modified"])
    return dict(sorted(found.items()))
