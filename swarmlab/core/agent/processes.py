"""The processes inside a container: what its command becomes, with the helpers that servers start.

An entrypoint script ends by becoming the command (``exec "$@"``), so its own name is not seen any more.
"""

from collections.abc import Sequence
from typing import NamedTuple


class Process(NamedTuple):
    """One process, as the container counts them."""

    pid: int
    user: str
    command: str


_ENTRYPOINTS = ("docker-entrypoint.sh", "docker-php-entrypoint")
_HAPROXY = "haproxy -W -db -f /usr/local/etc/haproxy/haproxy.cfg"
#: program -> (user, what its first process is called, user and command of the others)
_SERVERS: dict[str, tuple[str, str, tuple[tuple[str, str], ...]]] = {
    "nginx": ("root", "nginx: master process {}", (("nginx", "nginx: worker process"),) * 2),
    "httpd-foreground": ("root", "httpd -DFOREGROUND", (("www-data", "httpd -DFOREGROUND"),) * 3),
    "apache2-foreground": ("root", "apache2 -DFOREGROUND", (("www-data", "apache2 -DFOREGROUND"),) * 5),
    "php-fpm": (
        "root", "php-fpm: master process (/usr/local/etc/php-fpm.conf)", (("www-data", "php-fpm: pool www"),) * 2
    ),
    "redis-server": ("redis", "redis-server *:6379", ()),
    "mysqld": ("mysql", "mysqld", ()),
    "mariadbd": ("mysql", "mariadbd", ()),
    "postgres": (
        "postgres", "postgres",
        tuple(
            ("postgres", f"postgres: {name}")
            for name in ("checkpointer", "background writer", "walwriter", "autovacuum launcher")
        ),
    ),
    "haproxy": ("haproxy", _HAPROXY, (("haproxy", _HAPROXY),)),
}  # fmt: skip
_FIRST_HELPER = 29


def command_of(argv: Sequence[str]) -> tuple[str, ...]:
    """Return the command that a container's process runs: without the entrypoint that became it."""
    if len(argv) > 1 and argv[0].rsplit("/", 1)[-1] in _ENTRYPOINTS:
        return tuple(argv[1:])
    return tuple(argv)


def processes(argv: Sequence[str]) -> list[Process]:
    """Return the processes of a container that was started with `argv`."""
    command = command_of(argv)
    known = _SERVERS.get(command[0].rsplit("/", 1)[-1]) if command else None
    if known is None:
        return [Process(1, "root", " ".join(command))]
    user, title, helpers = known
    first = Process(1, user, title.format(" ".join(command)))
    return [first, *(Process(_FIRST_HELPER + n, name, text) for n, (name, text) in enumerate(helpers))]
