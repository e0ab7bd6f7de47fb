"""The classes that a page of PHP may make: exceptions, and the clients of redis and mysql.

phpredis; php-src ``ext/mysqli``.
"""

from typing import TYPE_CHECKING, Any

from swarmlab.core.network.servers.phpvalues import Thrown, text, whole
from swarmlab.core.network.trace import OK, Connection, Login, Talk

if TYPE_CHECKING:
    from swarmlab.core.network.servers.php import Page


class Caught:
    """An exception in the hands of the page."""

    def __init__(self, thrown: Thrown) -> None:
        self._thrown = thrown

    def property(self, name: str) -> Any:
        """Exceptions keep theirs to themselves."""
        raise Thrown("Error", f"Cannot access protected property {self._thrown.kind}::${name}")

    def call(self, name: str, args: list[Any]) -> Any:
        """``getMessage``, ``getLine``."""
        if name == "getMessage":
            return str(self._thrown)
        if name == "getLine":
            return self._thrown.line
        raise Thrown("Error", f"Call to undefined method {self._thrown.kind}::{name}()")


class Redis:
    """The class of phpredis."""

    def __init__(self, page: "Page") -> None:
        self._page = page
        self._connection: Connection | None = None
        self._login = Login()

    def property(self, name: str) -> Any:
        """It has none."""
        raise Thrown("Error", f"Undefined property: Redis::${name}")

    def call(self, name: str, args: list[Any]) -> Any:
        """Connect, log in, or do a command of redis."""
        if name.lower() in ("connect", "pconnect"):
            port = whole(args[1]) if len(args) > 1 else 6379
            self._connection = self._page.connect(text(args[0]), port, "RedisException")
            return True
        if name.lower() == "auth":
            self._login = Login(password=text(args[0]))
            return True
        if self._connection is None:
            raise Thrown("RedisException", "Redis server went away")
        words = [name, *(text(arg) for arg in args)]
        answer = self._page.talk(self._connection, self._login, words)
        if answer.result == "error":
            raise Thrown("RedisException", answer.error)
        if answer.result != OK:
            raise Thrown("RedisException", "read error on connection")
        if answer.kind == "status":
            return True if answer.value == "OK" else answer.value
        if answer.kind == "bulk" and answer.value is None:
            return False
        return dict(enumerate(answer.value)) if answer.kind == "array" else answer.value


class Mysqli:
    """The class ``mysqli``, which throws since PHP 8.1."""

    def __init__(self, page: "Page", args: list[str]) -> None:
        host, user, password, database, port = [*args, "", "", "", "", ""][:5]
        self._page = page
        self._login = Login(user, password, database)
        self._affected = 0
        self._connection = page.connect(host or "localhost", whole(port or 3306), "mysqli_sql_exception")
        self._ask("SELECT 1")

    def property(self, name: str) -> Any:
        """What is known of the last query."""
        known = {"affected_rows": self._affected, "connect_error": None, "connect_errno": 0, "error": ""}
        return known.get(name)

    def call(self, name: str, args: list[Any]) -> Any:
        """``query``, ``real_escape_string``, ``close``."""
        if name == "query":
            return self._ask(text(args[0]))
        if name == "real_escape_string":
            return text(args[0]).replace("\\", "\\\\").replace("'", "\\'")
        if name in ("close", "set_charset", "select_db"):
            return True
        raise Thrown("Error", f"Call to undefined method mysqli::{name}()")

    def _ask(self, statement: str) -> Any:
        answer = self._page.talk(self._connection, self._login, [statement])
        if answer.result == "error":
            raise Thrown("mysqli_sql_exception", answer.error)
        if answer.result != OK:
            raise Thrown("mysqli_sql_exception", "MySQL server has gone away")
        self._affected = answer.affected
        return Rows(answer) if answer.columns else True


class Rows:
    """The result of a query, read row by row."""

    def __init__(self, answer: Talk) -> None:
        self._rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
        self._place = 0

    def property(self, name: str) -> Any:
        """``num_rows``."""
        return len(self._rows) if name == "num_rows" else None

    def call(self, name: str, args: list[Any]) -> Any:
        """``fetch_assoc``, ``fetch_row``, ``fetch_all``."""
        if name == "fetch_all":
            return dict(enumerate(self._rows))
        if self._place >= len(self._rows):
            return None
        row = self._rows[self._place]
        self._place += 1
        if name == "fetch_assoc":
            return dict(row)
        if name == "fetch_row":
            return dict(enumerate(row.values()))
        raise Thrown("Error", f"Call to undefined method mysqli_result::{name}()")
