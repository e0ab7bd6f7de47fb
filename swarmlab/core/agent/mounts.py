"""Bind mounts: files of the host that a container sees.

Simplified: what the host changes later reaches a running container; what the container changes does not reach the host.
Files of a host are a mapping from path to content.  A folder that somebody made is in it as well: its path ends in "/".
"""

from collections.abc import Iterable, Mapping
from posixpath import normpath

from swarmlab.core.objects import Mount

#: What every host has, apart from what somebody has written there.
_EVERYWHERE = (
    "/bin", "/boot", "/dev/shm", "/etc/hostname", "/etc/hosts", "/etc/localtime", "/etc/os-release", "/etc/passwd",
    "/etc/resolv.conf", "/etc/ssl/certs", "/etc/timezone", "/home", "/lib/modules", "/media", "/mnt", "/opt", "/proc",
    "/root", "/run/docker.sock", "/sbin", "/srv", "/sys/fs/cgroup", "/tmp", "/usr/bin", "/usr/lib", "/usr/local",
    "/usr/share/zoneinfo", "/var/lib/docker", "/var/log", "/var/run/docker.sock", "/var/tmp",
)  # fmt: skip


def missing_source(mounts: Iterable[Mount], files: Mapping[str, bytes]) -> str:
    """Return the first path that is to be mounted and that a host with these `files` lacks; "" if it has all.

    ``docker run -v`` makes what is missing, as an empty folder.  From: moby volume/mounts/linux_parser.go.
    """
    for mount in mounts:
        asked = mount.type == "bind" and not (mount.bind_options or {}).get("CreateMountpoint")
        if asked and not is_there(mount.source, files):
            return mount.source
    return ""


def is_there(source: str, files: Mapping[str, bytes]) -> bool:
    """Return whether a host with these `files` has a file or folder of this path."""
    path = normpath(source)
    below = path.rstrip("/") + "/"
    return any(it == path or it.startswith(below) for it in (*_EVERYWHERE, *files))


def bound(mounts: Iterable[Mount], files: Mapping[str, bytes]) -> dict[str, bytes | None]:
    """Return what a container with these mounts sees of the host's `files`, by its own paths."""
    seen: dict[str, bytes | None] = {}
    for mount in mounts:
        if mount.type != "bind" or not mount.source or not mount.target:
            continue
        source, target = mount.source.rstrip("/"), mount.target.rstrip("/")
        for path, data in files.items():
            if path.endswith("/"):
                continue  # empty folders are not shown
            if path == source or path.startswith(source + "/"):
                seen[target + path[len(source) :]] = data
    return seen
