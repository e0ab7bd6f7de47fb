"""``service logs``: the lines of all tasks, each with the name of its task and node.

docker/cli: cli/command/service/logs.go.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_plus

from swarmlab.cli.api import frames
from swarmlab.cli.command import Call, Command, exact_args
from swarmlab.cli.commands.timestamps import log_time
from swarmlab.cli.errors import CommandError, EngineError
from swarmlab.cli.flags import flag, switch
from swarmlab.cli.formatter.task import Names
from swarmlab.cli.formatter.text import short_id
from swarmlab.cli.streams import copy_out
from swarmlab.cli.values import String

_CONTEXT = ("com.docker.swarm.node.id", "com.docker.swarm.service.id", "com.docker.swarm.task.id")


def _logs(call: Call) -> None:
    target = call.args[0]
    kind, is_tty, digits = _target(call, target)
    if is_tty and not call["raw"]:
        raise CommandError("tty service logs only supported with --raw")
    stream = call.engine.stream(
        f"/{kind}/{target}/logs", stdout=True, stderr=True, since=log_time(call, "since"),
        timestamps=call["timestamps"], follow=call["follow"], tail=call["tail"],
        details="1" if call["details"] or not call["raw"] else "0",
    )  # fmt: skip
    if call["raw"]:
        copy_out(call.env, lambda: next(stream, b""), is_tty)
        return
    prefixes = _Prefixes(call, digits)
    for number, payload in frames(lambda: next(stream, b"")):
        out = call.env.stderr if number == 2 else call.env.stdout
        out.write(_line(call, prefixes, payload.decode("utf-8", "replace")))
        out.flush()


def _target(call: Call, target: str) -> tuple[str, bool, int]:
    """Return whose logs these are ("services", "tasks"), whether raw, and the digits of the highest slot."""
    try:
        service = call.engine.get(f"/services/{target}", insertDefaults="false")
    except EngineError as error:
        if error.status != 404:
            raise
        try:
            task = call.engine.get(f"/tasks/{target}")
        except EngineError as inner:
            if inner.status != 404:
                raise
            raise CommandError(f"no such task or service: {target}") from None
        return "tasks", bool(task["Spec"]["ContainerSpec"].get("TTY")), len(str(task.get("Slot", 0)))
    spec = service["Spec"]
    replicas = ((spec.get("Mode") or {}).get("Replicated") or {}).get("Replicas")
    digits = len(str(replicas)) if replicas is not None else 1
    return "services", bool(spec["TaskTemplate"]["ContainerSpec"].get("TTY")), digits


class _Prefixes:
    """What stands before a task's lines; asked for once per task."""

    def __init__(self, call: Call, digits: int) -> None:
        self._call, self._digits = call, digits
        self._names = Names(call.engine, resolve=not call["no-resolve"])
        self._known: dict[tuple[str, ...], str] = {}

    def of(self, context: tuple[str, ...]) -> str:
        """Return "web.1.i3vfkocl7h34@node1" and the blanks that make up for short slot numbers."""
        if context not in self._known:
            node_id, service_id, task_id = context
            node, service = self._names.node(node_id), self._names.service(service_id)
            task = self._call.engine.get(f"/tasks/{task_id}")
            slot = task.get("Slot", 0)
            name = f"{service}.{slot}"
            if not self._call["no-task-ids"]:
                name += "." + (task["ID"] if self._call["no-trunc"] else short_id(task["ID"]))
            self._known[context] = f"{name}@{node}" + " " * (self._digits - len(str(slot)))
        return self._known[context]


def _line(call: Call, prefixes: _Prefixes, payload: str) -> str:
    """Return a payload "[time ]details text" as docker shows it."""
    parts = payload.split(" ", 2 if call["timestamps"] else 1)
    if len(parts) != (3 if call["timestamps"] else 2):
        raise CommandError(f"invalid context in log message: {payload}")
    details = dict(_details(parts[-2]))
    missing = next((key for key in _CONTEXT if key not in details), None)
    if missing:
        raise CommandError(f"missing {missing.split('.')[3]} id in details: {parts[-2]}")
    context = tuple(details.pop(key) for key in _CONTEXT)
    start = f"{parts[0]} " if call["timestamps"] else ""
    extra = ",".join(sorted(f"{key}={value}" for key, value in details.items())) + " " if call["details"] else ""
    return f"{start}{prefixes.of(context)}    | {extra}{parts[-1]}"


def _details(text: str) -> Iterator[tuple[str, Any]]:
    for word in text.split(","):
        key, _, value = word.partition("=")
        yield unquote_plus(key), unquote_plus(value)


COMMAND = Command("logs [OPTIONS] SERVICE|TASK", "Fetch the logs of a service or task", _logs, exact_args(1), (
    switch("no-resolve", "Do not map IDs to Names in output"),
    switch("no-trunc", "Do not truncate output"),
    switch("raw", "Do not neatly format logs", version="1.30"),
    switch("no-task-ids", "Do not include task IDs in output"),
    switch("follow", "Follow log output", short="f"),
    flag("since", 'Show logs since timestamp (e.g. "2013-01-02T13:23:37Z") or relative (e.g. "42m" for 42 minutes)'),
    switch("timestamps", "Show timestamps", short="t"),
    switch("details", "Show extra details provided to logs", version="1.30"),
    flag("tail", "Number of lines to show from the end of the logs", lambda: String("all"), short="n"),
))  # fmt: skip
