"""Known images, as data: what each contains, runs and answers.

There is no registry to reach: this table is the registry.  Ids and digests are made from the name, so
they are the same everywhere.  Adding an image is adding a row (as in kwok, where a kind of node is a row).
"""

import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

from swarmlab.core.agent import imagefiles
from swarmlab.core.agent.binaries import BUSYBOX, DEBIAN, NETSHOOT
from swarmlab.core.objects import Healthcheck
from swarmlab.core.units import MIB, MILLISECOND, SECOND, parse_rfc3339

IT_WORKS = b"<html><body><h1>It works!</h1></body></html>\n"


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
    programs: frozenset[str] = DEBIAN
    extensions: frozenset[str] = frozenset()  # of PHP
    created: int = parse_rfc3339("2026-01-15T00:00:00Z")
    pull_time: int = 700 * MILLISECOND
    start_time: int = 350 * MILLISECOND
    shell: str = "sh"
    healthcheck: Healthcheck | None = None

    @cached_property
    def id(self) -> str:
        """The image's own id: ``sha256:`` and 64 digits."""
        return "sha256:" + hashlib.sha256(f"image {self.repository} {self.release}".encode()).hexdigest()

    @cached_property
    def digest(self) -> str:
        """The digest of its manifest, as a registry tells it."""
        return "sha256:" + hashlib.sha256(f"manifest {self.repository} {self.release}".encode()).hexdigest()


def _httpd(
    release: str, tags: tuple[str, ...], body: bytes = IT_WORKS, size: int = 56, repository: str = "httpd"
) -> Image:
    return Image(
        repository,
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
        programs=DEBIAN | {"httpd-foreground", "ab"},
    )


def _health(release: str, tags: tuple[str, ...], files: dict[str, bytes]) -> Image:
    """A web server that says whether it is well: it is while the file ``health`` is among its pages."""
    image = _httpd(release, tags, size=24, repository="health")
    return replace(
        image,
        files={**image.files, **files},
        programs=BUSYBOX | {"httpd-foreground"},
        healthcheck=Healthcheck(
            ("CMD-SHELL", "wget -q -O /dev/null http://127.0.0.1/health || exit 1"),
            interval=SECOND,
            timeout=2 * SECOND,
            retries=3,
        ),
    )


_CLIENTS = {
    "postgres": {"psql", "pg_isready"},
    "mysql": {"mysql", "mysqladmin"},
    "mariadb": {"mariadb", "mariadb-admin", "mysql", "mysqladmin"},
}


def _database(repository: str, release: str, tags: tuple[str, ...], program: str, port: int) -> Image:
    """A database: it starts only when told a password, and keeps its data in a volume."""
    return Image(
        repository,
        tags,
        release,
        180 * MIB,
        (program,),
        entrypoint=("docker-entrypoint.sh",),
        exposed=(f"{port}/tcp",),
        programs=DEBIAN | {program, "docker-entrypoint.sh"} | _CLIENTS[repository],
        pull_time=1500 * MILLISECOND,
        start_time=900 * MILLISECOND,
    )


def _page(title: str) -> bytes:
    head = f"<!DOCTYPE html>\n<html>\n<head><title>{title}</title></head>\n"
    return f"{head}<body><h1>{title}</h1></body>\n</html>\n".encode()


def _sample(name: str, tags: tuple[str, ...], program: str, page: str = "", port: int = 80) -> Image:
    """A part of Docker's voting app; one with a page answers HTTP."""
    return Image(
        f"dockersamples/{name}",
        tags,
        "1",
        90 * MIB,
        (program,),
        exposed=(f"{port}/tcp",) if page else (),
        workdir="/app",
        files={"/app/index.html": _page(page)} if page else {},
        programs=DEBIAN | {program},
        pull_time=1200 * MILLISECOND,
    )


def _crash(tag: str, script: str) -> Image:
    """An image that fails, for lessons about failure."""
    return Image("crash", (tag,), tag, 4 * MIB, ("sh", "-c", script), programs=BUSYBOX)


_BARE_NGINX = Image(
    "nginx",
    ("latest", "1", "1.29", "1.29.3"),
    "1.29.3",
    72 * MIB,
    ("nginx", "-g", "daemon off;"),
    entrypoint=("/docker-entrypoint.sh",),
    env=("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "NGINX_VERSION=1.29.3"),
    exposed=("80/tcp",),
    stop_signal="SIGQUIT",
    files=imagefiles.NGINX,
    programs=DEBIAN | {"nginx", "docker-entrypoint.sh", "curl"},
)

IMAGES: tuple[Image, ...] = (
    _httpd("2.4.65", ("latest", "2", "2.4", "2.4.65")),
    _httpd("2.4.64", ("2.4.64",)),
    _httpd("2.4.65-alpine", ("alpine", "2.4-alpine", "2.4.65-alpine"), size=24),
    *(
        replace(
            _BARE_NGINX,
            tags=tags,
            release=release,
            size=size * MIB,
            env=(_BARE_NGINX.env[0], f"NGINX_VERSION={release}"),
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
        for release, tags in (
            ("3.22.2", ("latest", "3", "3.22", "3.22.2")),
            ("3.21.5", ("3.21", "3.21.5")),
            ("3.10.9", ("3.10", "3.10.9")),  # what docker-py's own tests run
        )
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
            programs=DEBIAN | {"redis-server", "redis-cli", "docker-entrypoint.sh"},
        )
        for release, tags in (
            ("8.2.2", ("latest", "8", "8.2")),
            ("7.4.6", ("7", "7.4")),
            ("8.2.2-alpine", ("alpine", "8-alpine", "3.2")),
        )
    ),
    _database("postgres", "18.1", ("latest", "18", "alpine"), "postgres", 5432),
    _database("postgres", "16.11", ("16", "15", "15-alpine", "16-alpine"), "postgres", 5432),
    _database("postgres", "9.4.26", ("9.4",), "postgres", 5432),
    _database("mysql", "9.5.0", ("latest", "9"), "mysqld", 3306),
    _database("mysql", "8.4.7", ("8", "8.0", "8.4", "5.7"), "mysqld", 3306),
    _database("mariadb", "12.1.2", ("latest", "11", "12"), "mariadbd", 3306),
    *(
        Image(
            "php",
            tags,
            release,
            160 * MIB,
            (command,),
            entrypoint=("docker-php-entrypoint",),
            env=(
                "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                f"PHP_VERSION={release.partition('-')[0]}",
            ),
            exposed=(f"{port}/tcp",),
            workdir="/var/www/html",
            stop_signal="SIGQUIT" if port == 9000 else "SIGWINCH",
            programs=DEBIAN | {command, "docker-php-entrypoint", "php"},
            pull_time=1200 * MILLISECOND,
        )
        for release, tags, command, port in (
            ("8.5.0-fpm", ("fpm", "8-fpm", "8.5-fpm", "7-fpm", "7.4-fpm", "fpm-alpine"), "php-fpm", 9000),
            ("8.5.0-apache", ("apache", "8-apache", "8.5-apache"), "apache2-foreground", 80),
        )
    ),
    _sample("examplevotingapp_vote", ("latest", "before", "after"), "gunicorn", "Cats vs Dogs!"),
    _sample("examplevotingapp_result", ("latest", "before", "after"), "node", "Cats vs Dogs -- Result"),
    _sample("examplevotingapp_worker", ("latest",), "worker"),
    _sample("visualizer", ("latest", "stable"), "node-visualizer", "Visualizer", 8080),
    Image(
        "nicolaka/netshoot",
        ("latest", "v0.14"),
        "0.14",
        200 * MIB,
        ("bash",),
        programs=NETSHOOT,
        pull_time=1500 * MILLISECOND,
        shell="bash",
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
    # PHP with what a web shop needs, and a page that counts its visitors.
    Image(
        "lnmp/php",
        ("latest", "8.5", "fpm"),
        "8.5.0",
        170 * MIB,
        ("php-fpm",),
        entrypoint=("docker-php-entrypoint",),
        env=("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "PHP_VERSION=8.5.0"),
        exposed=("9000/tcp",),
        workdir="/var/www/html",
        stop_signal="SIGQUIT",
        files=imagefiles.COUNTER,
        programs=DEBIAN | {"php-fpm", "docker-php-entrypoint", "php"},
        extensions=frozenset({"redis", "mysqli"}),
        pull_time=1200 * MILLISECOND,
    ),
    # Servers that say which container answers.
    Image(
        "traefik/whoami",
        ("latest", "v1.11", "v1.10"),
        "1.11.0",
        7 * MIB,
        (),
        entrypoint=("/whoami",),
        exposed=("80/tcp",),
        programs=frozenset({"whoami"}),
    ),
    Image(
        "jwilder/whoami",
        ("latest",),
        "1",
        11 * MIB,
        ("/app/http",),
        exposed=("8000/tcp",),
        workdir="/app",
        programs=BUSYBOX | {"http"},
    ),
    replace(
        _BARE_NGINX,
        repository="nginxdemos/hello",
        tags=("latest", "plain-text"),
        size=23 * MIB,
        files={**imagefiles.NGINX, **imagefiles.HELLO},
        programs=BUSYBOX | {"nginx", "docker-entrypoint.sh", "curl"},
    ),
    *(
        Image(
            "haproxy",
            tags,
            release,
            size * MIB,
            ("haproxy", "-f", "/usr/local/etc/haproxy/haproxy.cfg"),
            entrypoint=("docker-entrypoint.sh",),
            env=("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", f"HAPROXY_VERSION={release}"),
            workdir="/var/lib/haproxy",
            stop_signal="SIGUSR1",
            programs=base | {"haproxy", "docker-entrypoint.sh"},
        )
        for release, tags, size, base in (
            ("3.2.9", ("latest", "3.2", "3.2.9", "lts", "2.9", "3.0"), 46, DEBIAN),
            ("3.2.9-alpine", ("alpine", "3.2-alpine", "lts-alpine"), 15, BUSYBOX),
        )
    ),
    Image(
        "traefik/whoamiudp",
        ("latest",),
        "1",
        4 * MIB,
        ("/whoamiudp",),
        exposed=("8080/udp",),
        programs=BUSYBOX | {"whoamiudp"},
    ),
    _health("2.4.65", ("latest", "good"), {"/usr/local/apache2/htdocs/health": b"ok\n"}),
    _health("2.4.65-bad", ("bad",), {}),
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


@lru_cache(maxsize=1024)  # asked for each container, five times
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
