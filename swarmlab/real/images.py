"""The images of the lessons for the registry of a real lab, made from one static busybox; nothing is downloaded.

They carry the names of well-known images because the lessons use those names, and a label that says that they are
stand-ins.  Names, tags, settings and pages come from the simulation's own table, so that both swarms run the same.
Times, owners and order are fixed: the same busybox gives the same digests every time.
"""

import gzip
import hashlib
import io
import json
import platform
import shutil
import struct
import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from swarmlab.core.agent.images import IMAGES, Image
from swarmlab.core.units import rfc3339
from swarmlab.errors import Unavailable
from swarmlab.real.registry import MANIFEST

#: Path → bytes of a file, target of a link as text, or None for a folder.
Entries = Mapping[str, bytes | str | None]

_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm"}
_FOLDERS = (
    "bin dev etc home mnt opt proc root run sbin srv sys tmp usr usr/bin usr/local usr/local/bin usr/sbin var var/log"
).split()
_CONFIG = "application/vnd.docker.container.image.v1+json"
_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
LABEL = "a stand-in made from busybox by swarmlab, not the image of that name"


def find_busybox() -> Path:
    """Return a statically linked busybox of this machine.  Raises Unavailable."""
    for name in ("busybox", "busybox-static"):
        path = shutil.which(name)
        if path and is_static(Path(path)):
            return Path(path)
    raise Unavailable("A statically linked busybox is needed for the images: install the package busybox-static.")


def is_static(path: Path) -> bool:
    """Whether an ELF program needs no loader (no program header PT_INTERP), so that it runs in an empty image."""
    with path.open("rb") as file:
        head = file.read(64)
        if head[:4] != b"\x7fELF":
            return False
        wide, order = head[4] == 2, "<" if head[5] == 1 else ">"
        offset = struct.unpack_from(order + ("Q" if wide else "I"), head, 32 if wide else 28)[0]
        size, count = struct.unpack_from(order + "HH", head, 54 if wide else 42)
        file.seek(offset)
        headers = file.read(size * count)
    return all(struct.unpack_from(order + "I", headers, size * number)[0] != 3 for number in range(count))


def write_registry(folder: Path, busybox: Path) -> None:
    """Make `folder` with all images of the lessons, as `registry` serves them."""
    arch = _ARCHITECTURES.get(platform.machine(), platform.machine())
    (folder / "blobs").mkdir(parents=True)
    base = _layer(_base(busybox))
    base_blob = gzip.compress(base, mtime=0)
    for image in IMAGES:
        own = _layer(_own(image))
        blobs = (base_blob, gzip.compress(own, mtime=0))
        config = json.dumps(_config(image, [_digest(base), _digest(own)], arch), sort_keys=True).encode()
        layers = [_descriptor(folder, _LAYER, blob) for blob in blobs]
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": _descriptor(folder, _CONFIG, config),
            "layers": layers,
        }
        data = json.dumps(manifest).encode()
        name = image.repository if "/" in image.repository else f"library/{image.repository}"
        repository = folder / "manifests" / name
        repository.mkdir(parents=True, exist_ok=True)
        (repository / _digest(data)).write_bytes(data)
        for tag in image.tags:
            (repository / tag).symlink_to(_digest(data))


def _descriptor(folder: Path, kind: str, blob: bytes) -> dict[str, Any]:
    """Keep a blob and return how a manifest refers to it."""
    digest = _digest(blob)
    (folder / "blobs" / digest.removeprefix("sha256:")).write_bytes(blob)
    return {"mediaType": kind, "size": len(blob), "digest": digest}


def _digest(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _config(image: Image, layers: list[str], arch: str) -> dict[str, Any]:
    created = rfc3339(image.created)
    return {
        "architecture": arch,
        "os": "linux",
        "created": created,
        "config": {
            "Cmd": list(image.command),
            "Entrypoint": list(image.entrypoint) or None,
            "Env": list(image.env),
            "ExposedPorts": {port: {} for port in image.exposed} or None,
            "WorkingDir": image.workdir,
            "StopSignal": image.stop_signal,
            "Healthcheck": image.healthcheck
            and {
                "Test": list(image.healthcheck.test),
                "Interval": image.healthcheck.interval,
                "Timeout": image.healthcheck.timeout,
                "Retries": image.healthcheck.retries,
            },
            "Labels": {
                "org.opencontainers.image.description": LABEL,
                "org.opencontainers.image.version": image.release,
            },
        },
        "rootfs": {"type": "layers", "diff_ids": list(layers)},
        "history": [{"created": created, "created_by": "swarmlab real up"} for _ in layers],
    }


# --- layers -----------------------------------------------------------------------------------------------------


def _base(busybox: Path) -> dict[str, bytes | str | None]:
    listed = subprocess.run([busybox, "--list"], capture_output=True, text=True, check=True, timeout=20).stdout.split()
    entries: dict[str, bytes | str | None] = dict.fromkeys(_FOLDERS)
    entries |= {f"bin/{name}": "busybox" for name in listed if name != "busybox"}
    entries["bin/busybox"] = busybox.read_bytes()
    entries["etc/passwd"] = b"root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33:www-data:/var/www:/bin/false\n"
    entries["etc/group"] = b"root:x:0:\nwww-data:x:33:\n"
    return entries


def _own(image: Image) -> dict[str, bytes | str | None]:
    """Return what only this image has: its pages, and scripts in the place of its programs."""
    entries: dict[str, bytes | str | None] = {path.lstrip("/"): data for path, data in image.files.items()}
    entries.update(_PROGRAMS.get(image.repository, {}))
    entries["etc/os-release"] = f'ID=swarmlab\nPRETTY_NAME="{image.repository} {image.release}, {LABEL}"\n'.encode()
    for path in list(entries):
        for folder in Path(path).parents:
            if str(folder) != ".":
                entries.setdefault(str(folder), None)
    if image.workdir:
        entries.setdefault(image.workdir.lstrip("/"), None)
    return entries


def _server(command: str, signals: str) -> bytes:
    """Return a script that is process 1 of a server.

    A shell stands in front because busybox httpd as process 1 would ignore every stop signal, and cost the ten seconds
    of grace at each stop.
    """
    return f"#!/bin/sh\ntrap 'kill $pid; exit 0' {signals}\n{command} &\npid=$!\nwait $pid\n".encode()


_ENTRYPOINT = b'#!/bin/sh\nexec "$@"\n'
_WHOAMI = (
    b"#!/bin/sh\nprintf 'Content-Type: text/plain\\r\\n\\r\\n'\necho \"Hostname: $(hostname)\"\n"
    b'for ip in $(hostname -i); do echo "IP: $ip"; done\n'
)
#: Repository → its programs.  What a lesson asks of them is all they can do.
_PROGRAMS: dict[str, dict[str, bytes]] = {
    "httpd": {
        "usr/local/bin/httpd-foreground": _server("httpd -f -p 80 -h /usr/local/apache2/htdocs", "TERM INT WINCH")
    },
    "nginx": {
        "docker-entrypoint.sh": _ENTRYPOINT,
        "usr/sbin/nginx": _server("httpd -f -p 80 -h /usr/share/nginx/html", "TERM INT QUIT"),
    },
    "redis": {
        "usr/local/bin/docker-entrypoint.sh": _ENTRYPOINT,
        "usr/local/bin/redis-server": _server("nc -ll -p 6379 -e /usr/local/bin/redis-answer", "TERM INT"),
        "usr/local/bin/redis-answer": b"#!/bin/sh\nwhile read -r line; do printf '+PONG\\r\\n'; done\n",
        "usr/local/bin/redis-cli": b"#!/bin/sh\nprintf 'PING\\r\\n' | nc -w 1 127.0.0.1 6379 | tr -d '+\\r'\n",
    },
    **{
        repository: {
            "usr/local/bin/docker-entrypoint.sh": _ENTRYPOINT,
            f"usr/local/bin/{program}": _server(f"nc -ll -p {port} -e /bin/cat", "TERM INT"),
        }
        for repository, program, port in (
            ("postgres", "postgres", 5432),
            ("mysql", "mysqld", 3306),
            ("mariadb", "mariadbd", 3306),
        )
    },
    **{
        repository: {
            "usr/local/bin/docker-php-entrypoint": _ENTRYPOINT,
            "usr/local/bin/php-fpm": _server("nc -ll -p 9000 -e /bin/cat", "TERM INT QUIT"),
            "usr/local/bin/apache2-foreground": _server("httpd -f -p 80 -h /var/www/html", "TERM INT WINCH"),
        }
        for repository in ("php", "lnmp/php")
    },
    "dockersamples/examplevotingapp_vote": {"usr/local/bin/gunicorn": _server("httpd -f -p 80 -h /app", "TERM INT")},
    "dockersamples/examplevotingapp_result": {"usr/local/bin/node": _server("httpd -f -p 80 -h /app", "TERM INT")},
    "dockersamples/examplevotingapp_worker": {"usr/local/bin/worker": _server("sleep 1000000", "TERM INT")},
    "dockersamples/visualizer": {"usr/local/bin/node-visualizer": _server("httpd -f -p 8080 -h /app", "TERM INT")},
    "whoami": {"whoami": _server("httpd -f -p 80 -h /www", "TERM INT"), "www/cgi-bin/index.cgi": _WHOAMI},
}


def _layer(entries: Entries) -> bytes:
    """Return a file system layer: an uncompressed tar, the same bytes for the same entries."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for path in sorted(entries):
            _add(tar, path, entries[path])
    return data.getvalue()


def _add(tar: tarfile.TarFile, path: str, content: bytes | str | None) -> None:
    info = tarfile.TarInfo(path)  # owned by root, made in 1970
    if content is None:
        info.type, info.mode = tarfile.DIRTYPE, 0o1777 if path == "tmp" else 0o755
        tar.addfile(info)
    elif isinstance(content, str):
        info.type, info.linkname, info.mode = tarfile.SYMTYPE, content, 0o777
        tar.addfile(info)
    else:
        info.size, info.mode = len(content), 0o755 if content.startswith((b"#!", b"\x7fELF")) else 0o644
        tar.addfile(info, io.BytesIO(content))
