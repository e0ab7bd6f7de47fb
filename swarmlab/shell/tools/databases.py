"""Clients of databases: ``redis-cli``, ``mysql``, ``mysqladmin``, ``psql`` and ``pg_isready``.

redis ``src/redis-cli.c`` (cliFormatReplyTTY), mysql ``client/mysql.cc`` (print_table_data, print_tab_data), postgres
``src/bin/psql``.
"""

import re
import shlex
from typing import Any

from swarmlab.core.network.servers import sql
from swarmlab.core.network.trace import NO_ROUTE, OK, REFUSED, Connection, Login, Talk
from swarmlab.core.units import SECOND
from swarmlab.shell.call import Call, UsageError
from swarmlab.shell.tools.options import Missing, Options, Unknown, parse

_REASONS = {REFUSED: ("Connection refused", 111), NO_ROUTE: ("No route to host", 113)}
_TIMED_OUT = ("Connection timed out", 110)


def _connect(call: Call, host: str, port: int) -> Connection | None:
    """Return the connection to a server, open or not; None if the name is unknown."""
    addresses = call.addresses_of(host)
    if not addresses:
        return None
    connection = call.connect(addresses[0], port)
    call.sleep(connection.after / SECOND)
    return connection


def _say(call: Call, connection: Connection, login: Login, words: list[str]) -> Talk:
    answer = call.talk(connection, login, words)
    call.sleep(answer.after / SECOND)
    return answer


def _typed(call: Call, prompt: str) -> list[str]:
    """Return the lines to do: those of a pipe, or those typed at the terminal until ``exit``."""
    if call.stdin is not None:
        return call.stdin.splitlines()
    lines: list[str] = []
    while call.terminal is not None:
        line = call.terminal.readline().decode("utf-8", "replace")
        if not line:
            break
        lines.append(line.rstrip("\r\n"))
    return lines


# --- redis ------------------------------------------------------------------------------------------------------


def redis_cli(call: Call) -> int:
    """Do commands of redis."""
    words = list(call.argv)
    host, port, password, raw = "127.0.0.1", 6379, call.env.get("REDISCLI_AUTH", ""), False
    while words and words[0].startswith("-"):
        flag = words.pop(0)
        if flag in ("-h", "-p", "-a", "--pass", "-n") and words:
            value = words.pop(0)
            if flag == "-h":
                host = value
            elif flag == "-p" and value.isdigit():
                port = int(value)
            elif flag in ("-a", "--pass"):
                password = value
        elif flag == "--raw":
            raw = True
        elif flag not in ("--no-auth-warning", "--no-raw"):
            call.err(f"Unrecognized option or bad number of args for: '{flag}'\n")
            return 1
    if password and not raw and "--no-auth-warning" not in call.argv:
        call.err("Warning: Using a password with '-a' or '-u' option on the command line interface may not be safe.\n")
    connection = _connect(call, host, port)
    if connection is None:
        call.err(f"Could not connect to Redis at {host}:{port}: Name or service not known\n")
        return 1
    if not connection.is_open:
        reason, _ = _REASONS.get(connection.result, _TIMED_OUT)
        call.err(f"Could not connect to Redis at {host}:{port}: {reason}\n")
        return 1
    login = Login(password=password)
    if words:
        return _redis(call, connection, login, words, raw)
    for line in _typed(call, f"{host}:{port}> "):
        if line.strip().lower() in ("exit", "quit"):
            break
        try:
            typed = shlex.split(line)
        except ValueError:
            call.out("Invalid argument(s)\n")
            continue
        if typed:
            _redis(call, connection, login, typed, raw)
    return 0


def _redis(call: Call, connection: Connection, login: Login, words: list[str], raw: bool) -> int:
    answer = _say(call, connection, login, words)
    if answer.kind == "warning":
        call.err(f"AUTH failed: {answer.error}\n")
        answer = _say(call, connection, Login(), words)
    if answer.result == "error":
        call.out(f"(error) {answer.error}\n\n" if call.is_terminal else f"{answer.error}\n\n")
        return 1
    if answer.result != OK:
        call.err("Error: Server closed the connection\n")
        return 1
    plain = raw or not call.is_terminal
    call.out(_shown(answer.kind, answer.value, plain=plain))
    return 0


def _shown(kind: str, value: Any, *, plain: bool) -> str:
    if kind == "array":
        if plain:
            return "".join(f"{'' if each is None else each}\n" for each in value) or "\n"
        lines = [f"{n}) {'(nil)' if each is None else _quoted(each)}\n" for n, each in enumerate(value, 1)]
        return "".join(lines) or "(empty array)\n"
    if kind == "integer":
        return f"{value}\n" if plain else f"(integer) {value}\n"
    if kind == "bulk" and not plain:
        return "(nil)\n" if value is None else f"{_quoted(value)}\n"
    return f"{'' if value is None else value}\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'


# --- mysql ------------------------------------------------------------------------------------------------------


def _mysql_options(call: Call) -> Options:
    try:
        words = [f"--password={word[2:]}" if re.match(r"-p.", word) else word for word in call.argv]
        return parse(
            words, "psNtBvV", "huPeD", "password silent table batch skip-column-names version skip-ssl force",
            "host user port execute database password protocol ssl-mode default-auth connect-timeout",
        )  # fmt: skip
    except (Unknown, Missing) as error:
        raise UsageError(f"{call.name}: [ERROR] unknown option '{error}'.\n", 7) from None


def mysql(call: Call) -> int:
    """Do SQL statements at MySQL or MariaDB."""
    options = _mysql_options(call)
    password = options.last("password") or call.env.get("MYSQL_PWD", "")
    if options.last("password") and call.name != "mariadb":
        call.err("mysql: [Warning] Using a password on the command line interface can be insecure.\n")
    database = options.last("D", "database") or next(iter(options.args), "")
    login = Login(options.last("u", "user") or "root", password, database)
    connection = _mysql_connection(call, options)
    if isinstance(connection, int):
        return connection
    text = options.last("e", "execute")
    statements = sql.split(text if text is not None else "\n".join(_typed(call, "mysql> ")))
    if not statements:  # a login alone
        statements = ["SELECT 1"]
        answer = _say(call, connection, login, statements)
        return _mysql_error(call, answer) if answer.result != OK else 0
    for number, statement in enumerate(statements, 1):
        if statement.lower() in ("exit", "quit", "\\q"):
            break
        answer = _say(call, connection, login, [statement])
        if answer.result != OK:
            return _mysql_error(call, answer, number if text is None and call.terminal is None else 0)
        login = login._replace(database=answer.database)
        _mysql_rows(call, answer, options)
    return 0


def _mysql_connection(call: Call, options: Options) -> Connection | int:
    host = options.last("h", "host") or "localhost"
    port = options.last("P", "port") or "3306"
    if not port.isdigit():
        raise UsageError(f"{call.name}: [ERROR] Unknown suffix in '{port}' for variable 'port'.\n", 7)
    connection = _connect(call, "127.0.0.1" if host == "localhost" else host, int(port))
    if connection is None:
        call.err(f"ERROR 2005 (HY000): Unknown MySQL server host '{host}' (-2)\n")
        return 1
    if connection.is_open:
        return connection
    if host == "localhost":
        socket = "/var/run/mysqld/mysqld.sock"
        call.err(f"ERROR 2002 (HY000): Can't connect to local MySQL server through socket '{socket}' (2)\n")
    else:
        number = _REASONS.get(connection.result, _TIMED_OUT)[1]
        call.err(f"ERROR 2003 (HY000): Can't connect to MySQL server on '{host}:{port}' ({number})\n")
    return 1


def _mysql_error(call: Call, answer: Talk, line: int = 0) -> int:
    if answer.result != "error":
        call.err("ERROR 2013 (HY000): Lost connection to MySQL server during query\n")
        return 1
    where = f" at line {line}" if line else ""
    call.err(f"ERROR {answer.code} ({answer.state}){where}: {answer.error}\n")
    return 1


def _mysql_rows(call: Call, answer: Talk, options: Options) -> None:
    if not answer.rows:
        return
    cells = [tuple("NULL" if value is None else str(value) for value in row) for row in answer.rows]
    head = not options.has("N", "skip-column-names")
    if options.has("t", "table") or (call.is_terminal and not options.has("s", "B", "silent", "batch")):
        call.out(_grid(answer.columns, cells, [isinstance(v, int | float) for v in answer.rows[0]], head=head))
        return
    lines = [answer.columns, *cells] if head else cells
    call.out("".join("\t".join(line) + "\n" for line in lines))


def _grid(columns: tuple[str, ...], cells: list[tuple[str, ...]], numbers: list[bool], *, head: bool) -> str:
    shown = [columns, *cells] if head else cells
    widths = [max(map(len, column)) for column in zip(*shown, strict=True)]
    rule = "+" + "+".join("-" * (width + 2) for width in widths) + "+\n"
    lines = ""
    for place, row in enumerate(shown):
        right = [number and not (head and place == 0) for number in numbers]
        padded = (
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(row, widths, right, strict=True)
        )
        lines += "| " + " | ".join(padded) + " |\n"
        if head and place == 0:
            lines += rule
    return rule + lines + rule


def mysqladmin(call: Call) -> int:
    """Ask whether MySQL is alive: ``mysqladmin ping``."""
    options = _mysql_options(call)
    if options.args != ["ping"]:
        raise UsageError(f"{call.name}: Unknown command: '{' '.join(options.args)}'\n", 1)
    host = options.last("h", "host") or "localhost"
    connection = _connect(call, "127.0.0.1" if host == "localhost" else host, 3306)
    if connection is not None and connection.is_open:
        call.out("mysqld is alive\n")  # so it says even to whom it does not let in
        return 0
    call.err(f"{call.name}: connect to server at '{host}' failed\n")
    if host == "localhost":
        call.err("error: 'Can't connect to local MySQL server through socket '/var/run/mysqld/mysqld.sock' (2)'\n")
    else:
        number = _REASONS.get(connection.result, _TIMED_OUT)[1] if connection is not None else -2
        call.err(f"error: 'Can't connect to MySQL server on '{host}:3306' ({number})'\n")
    return 1


# --- postgres ---------------------------------------------------------------------------------------------------


def psql(call: Call) -> int:
    """Do SQL statements at PostgreSQL."""
    try:
        options = parse(call.argv, "tAqw", "hUpdc", "tuples-only no-align quiet", "host username port dbname command")
    except (Unknown, Missing) as error:
        raise UsageError(f"psql: unrecognized option '{error}'\n", 1) from None
    user = options.last("U", "username") or call.env.get("PGUSER", "root")
    database = options.last("d", "dbname") or next(iter(options.args), user)
    host, port = options.last("h", "host") or call.env.get("PGHOST", ""), options.last("p", "port") or "5432"
    connection = _connect(call, host or "127.0.0.1", int(port) if port.isdigit() else 5432)
    socket = f'psql: error: connection to server on socket "/var/run/postgresql/.s.PGSQL.{port}" failed: '
    if connection is None:
        call.err(f'psql: error: could not translate host name "{host}" to address: Name or service not known\n')
        return 2
    where = f'psql: error: connection to server at "{host}" ({connection.address}), port {port} failed: '
    if not connection.is_open:
        reason, _ = _REASONS.get(connection.result, _TIMED_OUT)
        asks = "Is the server running on that host and accepting TCP/IP connections?"
        local = "No such file or directory\n\tIs the server running locally and accepting connections on that socket?"
        call.err(f"{where}{reason}\n\t{asks}\n" if host else f"{socket}{local}\n")
        return 2
    login = Login(user, call.env.get("PGPASSWORD", ""), database)
    text = options.last("c", "command")
    for statement in sql.split(text if text is not None else "\n".join(_typed(call, f"{database}=# "))):
        if statement in ("\\q", "exit", "quit"):
            break
        answer = _say(call, connection, login, [statement])
        if answer.result != OK and not answer.code:
            call.err(f"{where if host else socket}FATAL:  {answer.error}\n")
            return 2
        if answer.result != OK:
            call.err(f"ERROR:  {answer.error}\n")
            return 1
        _psql_rows(call, answer, options)
    return 0


def _psql_rows(call: Call, answer: Talk, options: Options) -> None:
    if not answer.columns:
        counted = {"INSERT": f"INSERT 0 {answer.affected}", "UPDATE": f"UPDATE {answer.affected}"}
        counted |= {"DELETE": f"DELETE {answer.affected}", "CREATE": "CREATE TABLE", "DROP": "DROP TABLE"}
        call.out(counted.get(answer.kind, answer.kind) + "\n")
        return
    cells = [tuple("" if value is None else str(value) for value in row) for row in answer.rows]
    if options.has("t", "tuples-only") and options.has("A", "no-align"):
        call.out("".join("|".join(row) + "\n" for row in cells))
        return
    names = tuple(name.lower().replace("count(*)", "count").replace("()", "") for name in answer.columns)
    widths = [max(map(len, column)) for column in zip(names, *cells, strict=True)]
    numbers = [bool(answer.rows) and isinstance(value, int | float) for value in (answer.rows or (names,))[0]]
    lines = ""
    if not options.has("t", "tuples-only"):
        lines += (
            " " + " | ".join(name.center(width) for name, width in zip(names, widths, strict=True)).rstrip() + " \n"
        )
        lines += "-" + "-+-".join("-" * width for width in widths) + "-\n"
    for row in cells:
        padded = [c.rjust(w) if n else c.ljust(w) for c, w, n in zip(row, widths, numbers, strict=True)]
        lines += " " + " | ".join(padded).rstrip() + "\n"
    if not options.has("t", "tuples-only"):
        lines += f"({len(cells)} row{'' if len(cells) == 1 else 's'})\n"
    call.out(lines + "\n")


def pg_isready(call: Call) -> int:
    """Ask whether PostgreSQL takes connections."""
    try:
        options = parse(call.argv, "q", "hUpdt", "quiet", "host username port dbname timeout")
    except (Unknown, Missing) as error:
        raise UsageError(f"pg_isready: unrecognized option '{error}'\n", 3) from None
    host, port = options.last("h", "host") or "", options.last("p", "port") or "5432"
    connection = _connect(call, host or "127.0.0.1", int(port) if port.isdigit() else 5432)
    ready = connection is not None and connection.is_open
    where = f"{host or '/var/run/postgresql'}:{port}"
    if not options.has("q", "quiet"):
        call.out(f"{where} - {'accepting connections' if ready else 'no response'}\n")
    return 0 if ready else 2
