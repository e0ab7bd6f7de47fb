"""Bind mounts: files of the host that a container sees.

Simplified: what the host changes later reaches a running container; what the container changes does not reach the host.
"""

from collections.abc import Iterable, Mapping

from swarmlab.core.objects import Mount


def bound(mounts: Iterable[Mount], files: Mapping[str, bytes]) -> dict[str, bytes | None]:
    """Return what a container with these mounts sees of the host's `files`, by its own paths."""
    seen: dict[str, bytes | None] = {}
    for mount in mounts:
        if mount.type != "bind" or not mount.source or not mount.target:
            continue
        source, target = mount.source.rstrip("/"), mount.target.rstrip("/")
        for path, data in files.items():
            if path == source or path.startswith(source + "/"):
                seen[target + path[len(source) :]] = data
    return seen
