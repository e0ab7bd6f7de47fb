"""A small database: the statements that lessons type at mysql and postgres, on data that is plain dicts and lists.

Simplified: one table a query, no joins, no transactions, conditions joined by AND.  What it does not understand is the
database's own syntax error.
"""

import operator
import re
from typing import Any, NamedTuple

Row = dict[str, Any]


class Table(NamedTuple):
    """One table; its rows are changed in place."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    key: str  # the column of the primary key, "" for none
    counts: bool  # whether the key counts up by itself
    rows: list[Row]


class Outcome(NamedTuple):
    """What came of a statement."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    affected: int = 0
    verb: str = ""  # SELECT, INSERT, …
    database: str = ""  # the one that ``USE`` has chosen


class SqlError(Exception):
    """A statement that fails: the number and state of MySQL, and the words."""

    def __init__(self, number: int, state: str, text: str) -> None:
        super().__init__(text)
        self.number = number
        self.state = state


_COUNT = {"+": operator.add, "-": operator.sub, "*": operator.mul}
Databases = dict[str, dict[str, Table]]
_WORD = r"[`\"]?(\w+)[`\"]?"
_TEXT = r"'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.)*\""
_VALUE = rf"{_TEXT}|-?\d+(?:\.\d+)?|\w+\(\)|NULL|CURRENT_TIMESTAMP"


def split(text: str) -> list[str]:
    """Return the statements in `text`."""
    found = re.findall(rf"(?:{_TEXT}|[^;'\"])+", text)
    return [statement.strip() for statement in found if statement.strip()]


class Session:
    """One client: its database, and what functions tell it."""

    def __init__(self, databases: Databases, database: str, facts: dict[str, Any]) -> None:
        self._databases = databases
        self._database = database
        self._facts = facts  # of functions and variables without arguments, in lower case: version(), now()

    def execute(self, statement: str) -> Outcome:
        """Do one statement.  Raises SqlError."""
        text = re.sub(r"\s+", " ", statement.strip().rstrip(";")).strip()
        for pattern, act in _STATEMENTS:
            match = re.fullmatch(pattern, text, re.IGNORECASE)
            if match:
                return act(self, match)
        near = text.partition(" ")[0] if text.partition(" ")[0].upper() not in _VERBS else text.partition(" ")[2]
        raise SqlError(
            1064, "42000", "You have an error in your SQL syntax; check the manual that corresponds to your MySQL"
            f" server version for the right syntax to use near '{near[:80]}' at line 1",
        )  # fmt: skip

    # --- databases and tables ---------------------------------------------------------------------------

    def _tables(self) -> dict[str, Table]:
        if not self._database:
            raise SqlError(1046, "3D000", "No database selected")
        if self._database not in self._databases:
            raise SqlError(1049, "42000", f"Unknown database '{self._database}'")
        return self._databases[self._database]

    def _table(self, name: str) -> Table:
        tables = self._tables()
        if name not in tables:
            raise SqlError(1146, "42S02", f"Table '{self._database}.{name}' doesn't exist")
        return tables[name]

    def _use(self, match: re.Match[str]) -> Outcome:
        if match[1] not in self._databases:
            raise SqlError(1049, "42000", f"Unknown database '{match[1]}'")
        self._database = match[1]
        return Outcome(verb="USE", database=match[1])

    def _create_database(self, match: re.Match[str]) -> Outcome:
        if match[2] in self._databases and not match[1]:
            raise SqlError(1007, "HY000", f"Can't create database '{match[2]}'; database exists")
        self._databases.setdefault(match[2], {})
        return Outcome(affected=1, verb="CREATE")

    def _drop_database(self, match: re.Match[str]) -> Outcome:
        if match[2] not in self._databases and not match[1]:
            raise SqlError(1008, "HY000", f"Can't drop database '{match[2]}'; database doesn't exist")
        tables = self._databases.pop(match[2], {})
        return Outcome(affected=len(tables), verb="DROP")

    def _create_table(self, match: re.Match[str]) -> Outcome:
        tables, name = self._tables(), match[2]
        if name in tables:
            if match[1]:
                return Outcome(verb="CREATE")
            raise SqlError(1050, "42S01", f"Table '{name}' already exists")
        columns: list[str] = []
        types: list[str] = []
        key, counts = "", False
        for part in re.findall(r"(?:\([^)]*\)|[^,(])+", match[3]):
            apart = re.fullmatch(rf"\s*PRIMARY KEY \({_WORD}\)\s*", part, re.IGNORECASE)
            if apart:
                key = apart[1]
                continue
            column = re.match(rf"\s*{_WORD} (\w+(?:\([\d,]+\))?)", part)
            if column is None:
                continue
            columns.append(column[1])
            types.append(column[2].lower())
            if re.search(r"PRIMARY KEY", part, re.IGNORECASE):
                key = column[1]
            if re.search(r"AUTO_INCREMENT|SERIAL|GENERATED", part, re.IGNORECASE):
                counts = True
        tables[name] = Table(tuple(columns), tuple(types), key, counts, [])
        return Outcome(verb="CREATE")

    def _drop_table(self, match: re.Match[str]) -> Outcome:
        tables = self._tables()
        if match[2] not in tables and not match[1]:
            raise SqlError(1051, "42S02", f"Unknown table '{self._database}.{match[2]}'")
        tables.pop(match[2], None)
        return Outcome(verb="DROP")

    def _show_databases(self, match: re.Match[str]) -> Outcome:
        return Outcome(("Database",), tuple((name,) for name in sorted(self._databases)), verb="SHOW")

    def _show_tables(self, match: re.Match[str]) -> Outcome:
        return Outcome((f"Tables_in_{self._database}",), tuple((name,) for name in sorted(self._tables())), verb="SHOW")

    def _show_variable(self, match: re.Match[str]) -> Outcome:
        value = self._facts.get("@@" + match[1].lower())
        rows = ((match[1], value),) if value is not None else ()
        return Outcome(("Variable_name", "Value"), rows, verb="SHOW")

    # --- rows -------------------------------------------------------------------------------------------

    def _value(self, text: str, row: Row | None = None, table: Table | None = None) -> Any:
        text = text.strip()
        if text[:1] in "'\"" and len(text) > 1:
            return re.sub(r"\\(.)", r"\1", text[1:-1].replace("''", "'"))
        if re.fullmatch(r"-?\d{1,18}", text):
            return int(text)
        if re.fullmatch(r"-?\d+\.\d+", text):
            return float(text)
        if text.upper() == "NULL":
            return None
        if text.lower() in self._facts:
            return self._facts[text.lower()]
        total = re.fullmatch(rf"(.+?) ?([-+*]) ?({_VALUE})", text)
        if total:
            left, right = self._value(total[1], row, table), self._value(total[3], row, table)
            if left is None or right is None:
                return None
            return _COUNT[total[2]](_number(left), _number(right))
        name = text.strip('`"').rpartition(".")[2]
        if row is not None and name in row:
            return row[name]
        raise SqlError(1054, "42S22", f"Unknown column '{text}' in 'field list'")

    def _fitting(self, table: Table, where: str | None) -> list[Row]:
        rows = table.rows
        for part in re.split(r" AND ", where or "", flags=re.IGNORECASE) if where else ():
            match = re.fullmatch(rf"{_WORD} ?(=|!=|<>|<=|>=|<|>|LIKE) ?({_VALUE})", part.strip(), re.IGNORECASE)
            if match is None or match[1] not in table.columns:
                name = match[1] if match else part.strip()
                raise SqlError(1054, "42S22", f"Unknown column '{name}' in 'where clause'")
            wanted = self._value(match[3])
            rows = [row for row in rows if _holds(row[match[1]], match[2].upper(), wanted)]
        return list(rows)

    def _insert(self, match: re.Match[str]) -> Outcome:
        table = self._table(match[1])
        named = tuple(name.strip(' `"') for name in match[2].split(",")) if match[2] else table.columns
        again = re.search(r" ON DUPLICATE KEY UPDATE (.+)$", match[3], re.IGNORECASE)
        values = match[3][: again.start()] if again else match[3]
        added = 0
        for group in re.findall(rf"\(((?:{_TEXT}|\w+\(\)|[^()'\"])*)\)", values):
            given = [self._value(text) for text in re.findall(_VALUE, group, re.IGNORECASE)]
            if len(given) != len(named):
                raise SqlError(1136, "21S01", f"Column count doesn't match value count at row {added + 1}")
            row: Row = dict.fromkeys(table.columns) | dict(zip(named, given, strict=True))
            if table.counts and table.key and row[table.key] is None:
                row[table.key] = max((int(old[table.key]) for old in table.rows), default=0) + 1
            same = [old for old in table.rows if table.key and old[table.key] == row[table.key]]
            if same and again is None:
                text = f"Duplicate entry '{row[table.key]}' for key '{match[1]}.PRIMARY'"
                raise SqlError(1062, "23000", text)
            if same and again is not None:
                self._assign(table, same, again[1])
            else:
                table.rows.append(row)
            added += 1
        return Outcome(affected=added, verb="INSERT")

    def _assign(self, table: Table, rows: list[Row], text: str) -> None:
        for part in text.split(","):
            name, _, value = part.partition("=")
            column = name.strip(' `"')
            if column not in table.columns:
                raise SqlError(1054, "42S22", f"Unknown column '{column}' in 'field list'")
            for row in rows:
                row[column] = self._value(value, row, table)

    def _update(self, match: re.Match[str]) -> Outcome:
        table = self._table(match[1])
        rows = self._fitting(table, match[3])
        self._assign(table, rows, match[2])
        return Outcome(affected=len(rows), verb="UPDATE")

    def _delete(self, match: re.Match[str]) -> Outcome:
        table = self._table(match[1])
        gone = self._fitting(table, match[2])
        table.rows[:] = [row for row in table.rows if not any(row is other for other in gone)]
        return Outcome(affected=len(gone), verb="DELETE")

    def _select(self, match: re.Match[str]) -> Outcome:
        wanted = [part.strip() for part in re.findall(r"(?:'[^']*'|\([^)]*\)|[^,'(])+", match[1])]
        if match[2] is None:
            names, values = zip(*((_alias(part)[1], self._value(_alias(part)[0])) for part in wanted), strict=True)
            return Outcome(tuple(names), (tuple(values),), verb="SELECT")
        table = self._table(match[2])
        rows = self._fitting(table, match[3])
        if match[4]:
            column = match[4].strip('`"')
            if column not in table.columns:
                raise SqlError(1054, "42S22", f"Unknown column '{column}' in 'order clause'")
            rows.sort(key=lambda row: _order(row[column]), reverse=(match[5] or "").upper() == "DESC")
        if match[6]:
            rows = rows[: int(match[6])]
        if wanted == ["*"]:
            return Outcome(table.columns, tuple(tuple(row.values()) for row in rows), verb="SELECT")
        names = tuple(_alias(part)[1] for part in wanted)
        totals = [re.fullmatch(r"(COUNT|SUM|MAX|MIN)\((.+)\)", _alias(part)[0], re.IGNORECASE) for part in wanted]
        if all(totals):
            line = tuple(_total(total[1].upper(), total[2].strip('`" '), rows) for total in totals if total)
            return Outcome(names, (line,), verb="SELECT")
        lines = tuple(tuple(self._value(_alias(part)[0], row, table) for part in wanted) for row in rows)
        if not rows:
            for part in wanted:  # an unknown column is one even where there are no rows
                self._value(_alias(part)[0], dict.fromkeys(table.columns), table)
        return Outcome(names, lines, verb="SELECT")


def _alias(part: str) -> tuple[str, str]:
    match = re.fullmatch(rf"(.+?) AS {_WORD}", part, re.IGNORECASE)
    if match:
        return match[1].strip(), match[2]
    return part, part.strip('`"').rpartition(".")[2] if "(" not in part and "'" not in part else part.strip("'")


def _total(name: str, column: str, rows: list[Row]) -> Any:
    if name == "COUNT":
        return len(rows) if column == "*" else sum(row.get(column) is not None for row in rows)
    if rows and column not in rows[0]:
        raise SqlError(1054, "42S22", f"Unknown column '{column}' in 'field list'")
    values = [row[column] for row in rows if row[column] is not None]
    if not values:
        return None
    if name == "SUM":
        return sum(_number(value) for value in values)
    return (max if name == "MAX" else min)(values, key=_order)


def _number(value: Any) -> int | float:
    """Return a value as MySQL counts with it: a text is the number that it begins with."""
    if isinstance(value, int | float):
        return value
    match = re.match(r"\s*-?\d{1,18}(\.\d{1,18})?", str(value))
    return (float(match[0]) if match[1] else int(match[0])) if match else 0


def _order(value: Any) -> tuple[int, float, str]:
    """Return what values of any kind are sorted by: NULL, numbers, texts."""
    if value is None:
        return 0, 0, ""
    return (2, 0, value.lower()) if isinstance(value, str) else (1, value, "")


def _holds(value: Any, sign: str, wanted: Any) -> bool:
    if value is None or wanted is None:
        return False
    if sign == "LIKE":
        pattern = re.escape(str(wanted)).replace("%", ".*").replace("_", ".")
        return re.fullmatch(pattern, str(value), re.IGNORECASE) is not None
    if isinstance(value, str) != isinstance(wanted, str):
        value, wanted = str(value), str(wanted)
    return bool({
        "=": value == wanted, "!=": value != wanted, "<>": value != wanted, "<": value < wanted,
        ">": value > wanted, "<=": value <= wanted, ">=": value >= wanted,
    }[sign])  # fmt: skip


_VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "SHOW", "USE")
_WHERE = r"(?: WHERE (.+?))?"
#: What is understood: the form of a statement, and what does it.
_STATEMENTS = (
    (rf"USE {_WORD}", Session._use),
    (rf"CREATE DATABASE (IF NOT EXISTS )?{_WORD}.*", Session._create_database),
    (rf"DROP DATABASE (IF EXISTS )?{_WORD}", Session._drop_database),
    (rf"CREATE TABLE (IF NOT EXISTS )?{_WORD} ?\((.+)\)[^)]*", Session._create_table),
    (rf"DROP TABLE (IF EXISTS )?{_WORD}", Session._drop_table),
    (r"SHOW DATABASES", Session._show_databases),
    (r"SHOW TABLES", Session._show_tables),
    (r"SHOW (?:GLOBAL )?(?:VARIABLES|STATUS) LIKE '(\w+)'", Session._show_variable),
    (rf"INSERT INTO {_WORD} ?(?:\(([^)]*)\))? ?VALUES ?(.+)", Session._insert),
    (rf"UPDATE {_WORD} SET (.+?){_WHERE}", Session._update),
    (rf"DELETE FROM {_WORD}{_WHERE}", Session._delete),
    (
        rf"SELECT (.+?)(?: FROM {_WORD}{_WHERE}(?: ORDER BY ([\w`\"]+)(?: (ASC|DESC))?)?(?: LIMIT (\d+))?)?",
        Session._select,
    ),
)  # fmt: skip
