"""Who asks a database: the door of redis and mysql, with passwords, and where they keep what they are told.

What a database has is kept in its container, or in the volume that is mounted at its folder; so a new task begins
empty, or goes on with what is in the volume of that node, as in life.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from swarmlab.core.network.servers import redis, sql
from swarmlab.core.network.trace import Connection, Login, Talk
from swarmlab.core.network.world import ContainerLike, Place
from swarmlab.core.units import MILLISECOND, rfc3339

if TYPE_CHECKING:
    from swarmlab.core.network.dataplane import DataPlane

ANSWERS_AFTER = MILLISECOND // 2
#: Where each keeps its data.
FOLDERS = {"redis": "/data", "mysql": "/var/lib/mysql", "postgres": "/var/lib/postgresql/data"}
_SYSTEM = ("information_schema", "mysql", "performance_schema", "sys")


def talk(plane: "DataPlane", connection: Connection, login: Login, words: Sequence[str]) -> Talk:
    """Say one thing to the database behind an open connection: the words of a redis command, or one SQL statement."""
    assert connection.server is not None
    container = plane.views.container(connection.server)
    if container is None or not container.is_running:
        return Talk("closed", ANSWERS_AFTER)
    if container.is_frozen:
        return Talk("timeout")
    if connection.application == "redis":
        return _redis(plane, connection.server, container, login, words)
    if connection.application in ("mysql", "postgres"):
        return _sql(plane, connection, container, login, words[0])
    return Talk("empty", ANSWERS_AFTER)


def _redis(plane: "DataPlane", place: Place, container: ContainerLike, login: Login, words: Sequence[str]) -> Talk:
    password = _after(container.argv, "--requirepass")
    if login.password and not password:
        text = "ERR AUTH <password> called without any password configured for the default user."
        text += " Are you sure your configuration is correct?"
        return Talk("error", ANSWERS_AFTER, "warning", error=text)
    if login.password != password:
        wrong = "WRONGPASS invalid username-password pair or user is disabled."
        return Talk(
            "error", ANSWERS_AFTER, "error", error=wrong if login.password else "NOAUTH Authentication required."
        )
    about = {"redis_version": plane.release(container), "redis_mode": "standalone", "tcp_port": "6379"}
    about |= {"uptime_in_seconds": str((plane.now - container.started_at) // 10**9)}
    reply = redis.execute(plane.kept(place, FOLDERS["redis"]).setdefault("redis", {}), words, about=about)
    if reply.kind == "error":
        return Talk("error", ANSWERS_AFTER, "error", error=str(reply.value))
    return Talk("ok", ANSWERS_AFTER, reply.kind, reply.value)


def _after(argv: Sequence[str], flag: str) -> str:
    words = list(argv)
    return words[words.index(flag) + 1] if flag in words[:-1] else ""


def _sql(plane: "DataPlane", connection: Connection, container: ContainerLike, login: Login, text: str) -> Talk:
    assert connection.server is not None
    kept = plane.kept(connection.server, FOLDERS[connection.application])
    if "users" not in kept:
        _begin(plane, connection.server, connection.application, container, kept)
    users: Mapping[str, str] = kept["users"]
    local = connection.source.startswith("127.")
    if login.user not in users or (users[login.user] != login.password and not (local and "trust" in kept)):
        return _denied(connection, login, local=local)
    databases: sql.Databases = kept["databases"]
    if login.database and login.database not in databases:
        if connection.application == "postgres":
            return Talk("error", ANSWERS_AFTER, error=f'database "{login.database}" does not exist')
        return Talk("error", ANSWERS_AFTER, error=f"Unknown database '{login.database}'", code=1049, state="42000")
    release = plane.release(container)
    now = rfc3339(plane.now)[:19].replace("T", " ")
    facts = {
        "version()": release if connection.application == "mysql" else f"PostgreSQL {release} (Debian {release}-1)",
        "now()": now, "current_timestamp": now, "current_timestamp()": now, "database()": login.database or None,
        "current_database()": login.database, "user()": f"{login.user}@{connection.source}", "current_user": login.user,
        "@@hostname": container.hostname, "@@version": release, "@@port": connection.server_port,
        "@@server_id": 1, "connection_id()": 8,
    }  # fmt: skip
    session = sql.Session(databases, login.database, facts)
    try:
        done = session.execute(text)
    except sql.SqlError as error:
        return Talk("error", ANSWERS_AFTER, error=str(error), code=error.number, state=error.state)
    return Talk(
        "ok", ANSWERS_AFTER, done.verb, columns=done.columns, rows=done.rows, affected=done.affected,
        database=done.database or login.database,
    )  # fmt: skip


def _begin(plane: "DataPlane", place: Place, kind: str, container: ContainerLike, kept: dict[str, Any]) -> None:
    """Make users and databases as the image's entrypoint does at the first start: from its environment."""
    env = dict(entry.partition("=")[::2] for entry in container.config.env)

    def told(name: str) -> str:
        for brand in ("MYSQL", "MARIADB") if kind == "mysql" else ("POSTGRES",):
            path = env.get(f"{brand}_{name}_FILE")
            if path:
                return (plane.file(place, path) or b"").decode().rstrip("\n")
            if f"{brand}_{name}" in env:
                return env[f"{brand}_{name}"]
        return ""

    if kind == "postgres":
        user = told("USER") or "postgres"
        kept["users"] = {user: told("PASSWORD")}
        kept["trust"] = True  # pg_hba.conf lets everybody in who comes from the container itself
        kept["databases"] = {"postgres": {}, told("DB") or user: {}}
        return
    random = _random(container.id) if told("RANDOM_ROOT_PASSWORD") else ""
    kept["users"] = {"root": told("ROOT_PASSWORD") or random}
    if told("USER"):
        kept["users"][told("USER")] = told("PASSWORD")
    kept["databases"] = {name: {} for name in (*_SYSTEM, *([told("DATABASE")] if told("DATABASE") else []))}


def _random(container_id: str) -> str:
    """Return a password that nobody guesses and every replay repeats."""
    return container_id[-24:]


def _denied(connection: Connection, login: Login, *, local: bool) -> Talk:
    if connection.application == "postgres":
        return Talk("error", ANSWERS_AFTER, error=f'password authentication failed for user "{login.user}"')
    used = "YES" if login.password else "NO"
    host = "localhost" if local else connection.source
    text = f"Access denied for user '{login.user}'@'{host}' (using password: {used})"
    return Talk("error", ANSWERS_AFTER, error=text, code=1045, state="28000")
