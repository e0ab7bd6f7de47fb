"""Known images, as data: what each contains, runs and answers.

There is no registry to reach: this table is the registry.  Ids and digests are made from the name, so
they are the same everywhere.  Adding an image is adding a row (as in kwok, where a kind of node is a row).
"""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

from swarmlab.core.units import MIB, MILLISECOND, parse_rfc3339

#: Programs of busybox that images here offer, and that the sandboxed shell runs.
BUSYBOX = frozenset(
    [
        "[",
        "arp",
        "ash",
        "awk",
        "basename",
        "cat",
        "chmod",
        "chown",
        "clear",
        "cp",
        "cut",
        "date",
        "df",
        "dirname",
        "du",
        "echo",
        "egrep",
        "env",
        "expr",
        "false",
        "fgrep",
        "find",
        "free",
        "grep",
        "head",
        "hostname",
        "httpd",
        "id",
        "ifconfig",
        "ip",
        "kill",
        "killall",
        "ln",
        "ls",
        "mkdir",
        "more",
        "mount",
        "mv",
        "nc",
        "netstat",
        "nslookup",
        "pidof",
        "ping",
        "printenv",
        "printf",
        "ps",
        "pwd",
        "readlink",
        "realpath",
        "rm",
        "rmdir",
        "route",
        "sed",
        "seq",
        "sh",
        "sleep",
        "sort",
        "stat",
        "tail",
        "tee",
        "telnet",
        "test",
        "time",
        "timeout",
        "top",
        "touch",
        "tr",
        "traceroute",
        "true",
        "tty",
        "umask",
        "uname",
        "uniq",
        "uptime",
        "vi",
        "watch",
        "wc",
        "wget",
        "which",
        "whoami",
        "xargs",
        "yes",
    ]
)
_DEBIAN = frozenset(
    [
        "[",
        "bash",
        "cat",
        "chmod",
        "cp",
        "cut",
        "date",
        "df",
        "dirname",
        "du",
        "echo",
        "env",
        "expr",
        "false",
        "getent",
        "grep",
        "head",
        "hostname",
        "id",
        "kill",
        "ln",
        "ls",
        "mkdir",
        "mv",
        "printenv",
        "printf",
        "ps",
        "pwd",
        "readlink",
        "rm",
        "rmdir",
        "sed",
        "seq",
        "sh",
        "sleep",
        "sort",
        "stat",
        "tail",
        "tee",
        "test",
        "timeout",
        "touch",
        "tr",
        "true",
        "tty",
        "uname",
        "uniq",
        "wc",
        "which",
        "whoami",
        "xargs",
        "yes",
    ]
)

IT_WORKS = b"<html><body><h1>It works!</h1></body></html>\n"
WELCOME = (
    b"<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\n</head>\n<body>\n"
    b"<h1>Welcome to nginx!</h1>\n</body>\n</html>\n"
)


@dataclass(frozen=True)
class Image:
    """One image as a registry keeps it."""

    repository: str
    tags: tuple[str, ...]
    release: str  # tells builds apart: tags with one release are one image
    size: int  # bytes
    command: tuple[str, ...]
    entrypoint: tuple[str, ...] = ()
    env: tuple[str, ...] = ("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",)
    exposed: tuple[str, ...] = ()
    workdir: str = ""
    stop_signal: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    programs: frozenset[str] = _DEBIAN
    created: int = parse_rfc3339("2026-01-15T00:00:00Z")
    pull_time: int = 700 * MILLISECOND
    start_time: int = 350 * MILLISECOND
    shell: str = "sh"

    @cached_property
    def id(self) -> str:
        """The image's own id: ``sha256:`` and 64 digits."""
        return "sha256:" + hashlib.sha256(f"image {self.repository} {self.release}".encode()).hexdigest()

    @cached_property
    def digest(self) -> str:
        """The digest of its manifest, as a registry tells it."""
        return "sha256:" + hashlib.sha256(f"manifest {self.repository} {self.release}".encode()).hexdigest()


def _httpd(release: str, tags: tuple[str, ...], body: bytes = IT_WORKS, size: int = 56) -> Image:
    return Image(
        "httpd",
        tags,
        release,
        size * MIB,
        ("httpd-foreground",),
        env=(
            "PATH=/usr/local/apache2/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HTTPD_PREFIX=/usr/local/apache2",
            f"HTTPD_VERSION={release}",
        ),
        exposed=("80/tcp",),
        workdir="/usr/local/apache2",
        stop_signal="SIGWINCH",
        files={"/usr/local/apache2/htdocs/index.html": body},
        programs=_DEBIAN | {"httpd-foreground"},
    )


def _crash(tag: str, script: str) -> Image:
    """An image that fails, for lessons about failure."""
    return Image("crash", (tag,), tag, 4 * MIB, ("sh", "-c", script), programs=BUSYBOX)


IMAGES: tuple[Image, ...] = (
    _httpd("2.4.65", ("latest", "2", "2.4", "2.4.65")),
    _httpd("2.4.64", ("2.4.64",)),
    _httpd("2.4.65-alpine", ("alpine", "2.4-alpine", "2.4.65-alpine"), size=24),
    *(
        Image(
            "nginx",
            tags,
            release,
            size * MIB,
            ("nginx", "-g", "daemon off;"),
            entrypoint=("/docker-entrypoint.sh",),
            env=("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", f"NGINX_VERSION={release}"),
            exposed=("80/tcp",),
            stop_signal="SIGQUIT",
            files={"/usr/share/nginx/html/index.html": WELCOME},
            programs=_DEBIAN | {"nginx", "docker-entrypoint.sh"},
        )
        for release, tags, size in (
            ("1.29.3", ("latest", "1", "1.29", "1.29.3"), 72),
            ("1.28.0", ("1.28", "1.28.0", "stable"), 72),
            ("1.29.3-alpine", ("alpine", "1.29-alpine"), 23),
        )
    ),
    *(
        Image(
            "busybox",
            tags,
            release,
            4 * MIB,
            ("sh",),
            programs=BUSYBOX,
            pull_time=400 * MILLISECOND,
        )
        for release, tags in (("1.37.0", ("latest", "1", "1.37", "1.37.0")), ("1.36.1", ("1.36", "1.36.1")))
    ),
    *(
        Image(
            "alpine",
            tags,
            release,
            8 * MIB,
            ("/bin/sh",),
            programs=BUSYBOX | {"apk", "getent"},
            pull_time=500 * MILLISECOND,
        )
        for release, tags in (("3.22.2", ("latest", "3", "3.22", "3.22.2")), ("3.21.5", ("3.21", "3.21.5")))
    ),
    *(
        Image(
            "redis",
            tags,
            release,
            42 * MIB,
            ("redis-server",),
            entrypoint=("docker-entrypoint.sh",),
            exposed=("6379/tcp",),
            workdir="/data",
            programs=_DEBIAN | {"redis-server", "redis-cli", "docker-entrypoint.sh"},
        )
        for release, tags in (("8.2.2", ("latest", "8", "8.2")), ("7.4.6", ("7", "7.4")))
    ),
    Image(
        "whoami",
        ("latest",),
        "1",
        4 * MIB,
        ("/whoami",),
        exposed=("80/tcp",),
        programs=BUSYBOX,
    ),
    _crash("latest", "echo starting; sleep 1; echo 'fatal: no configuration'; exit 1"),
    _crash("at-once", "exit 1"),
    _crash("slow", "echo starting; sleep 8; exit 1"),
)

_BY_NAME: dict[str, Image] = {f"{image.repository}:{tag}": image for image in IMAGES for tag in image.tags}
_BY_ID: dict[str, Image] = {image.id: image for image in IMAGES}


def familiar(reference: str) -> str:
    """Return a reference without Docker Hub's own host and folder: ``docker.io/library/httpd`` is ``httpd``."""
    for prefix in ("docker.io/library/", "docker.io/", "library/"):
        if reference.startswith(prefix):
            return reference[len(prefix) :]
    return reference


def normalise(reference: str) -> str:
    """Return ``name:tag`` of a reference: ``:latest`` added, digest and Docker Hub's prefix dropped."""
    name = familiar(reference).split("@", 1)[0]
    return name if ":" in name.rsplit("/", 1)[-1] else f"{name}:latest"


def find(reference: str) -> Image | None:
    """Return the image that `reference` (name, name:tag, with or without digest, or id) means, or None."""
    known = _BY_NAME.get(reference) or _BY_ID.get(reference)
    if known is not None:
        return known
    _, _, digest = reference.partition("@")
    image = _BY_NAME.get(normalise(reference))
    if digest and (image is None or image.digest != digest):
        name = familiar(reference).split("@", 1)[0].split(":")[0]
        image = next((i for i in IMAGES if i.digest == digest and i.repository == name), None)
    return image
