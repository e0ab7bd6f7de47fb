"""``service ls``, ``ps``, ``inspect`` and ``rm``.

docker/cli: cli/command/service/list.go, ps.go, inspect.go, remove.go.
"""

import json
from typing import Any

from swarmlab.cli.command import Call, Command, min_args, no_args
from swarmlab.cli.commands.common import FORMAT, INSPECT_FORMAT, LIST_FILTER, PRETTY, QUIET_IDS, TASK_FLAGS, remove_each
from swarmlab.cli.commands.node_reference import node_reference
from swarmlab.cli.errors import CommandError, EngineError
from swarmlab.cli.formatter.context import write
from swarmlab.cli.formatter.inspect import Found, inspect
from swarmlab.cli.formatter.service import ServiceRow, list_format
from swarmlab.cli.formatter.service_pretty import pretty
from swarmlab.cli.formatter.task import Names, show_tasks
from swarmlab.cli.formatter.text import NaturalKey


def _list(call: Call) -> None:
    services = call.engine.get("/services", filters=call["filter"], status=None if call["quiet"] else "true")
    if not call["quiet"]:
        add_status(call, services)
    services.sort(key=lambda service: NaturalKey(service["Spec"].get("Name", "")))
    form = list_format(call["format"] or "table", call["quiet"])
    call.env.stdout.write(write(form, ServiceRow, [ServiceRow(service) for service in services]))


def add_status(call: Call, services: list[dict[str, Any]]) -> None:
    """Count tasks for engines too old (API before 1.41) to do it."""
    uncounted = {service["ID"]: service for service in services if service.get("ServiceStatus") is None}
    if not uncounted:
        return
    for service in uncounted.values():
        replicas = ((service["Spec"].get("Mode") or {}).get("Replicated") or {}).get("Replicas", 0)
        service["ServiceStatus"] = {"RunningTasks": 0, "DesiredTasks": replicas, "CompletedTasks": 0}
    tasks = call.engine.get("/tasks", filters={"service": dict.fromkeys(uncounted, True)})
    if not tasks:
        return
    active = {node["ID"] for node in call.engine.get("/nodes") if node["Status"].get("State") != "down"}
    for service_id, service in uncounted.items():
        own = [task for task in tasks if task.get("ServiceID") == service_id]
        service["ServiceStatus"] = {
            "RunningTasks": sum(t["Status"]["State"] == "running" and t.get("NodeID") in active for t in own),
            "DesiredTasks": sum(t.get("DesiredState") != "shutdown" for t in own),
            "CompletedTasks": 0,
        }


def _ps(call: Call) -> None:
    filters, missing = _task_filters(call)
    for node in list(filters.get("node", ())):
        del filters["node"][node]
        filters["node"][node_reference(call.engine, node)] = True
    tasks = call.engine.get("/tasks", filters=filters)
    names = Names(call.engine, resolve=not call["no-resolve"])
    cut = not (call["no-trunc"] or call["quiet"])
    text = show_tasks(tasks, names, call["format"] or "table", now=call.env.clock.now(), cut=cut, quiet=call["quiet"])
    call.env.stdout.write(text)
    if missing:
        raise CommandError("\n".join(missing))


def _task_filters(call: Call) -> tuple[dict[str, dict[str, bool]], list[str]]:
    """Return the filter for the tasks of the services named, and a line for each that is unknown."""
    filters = call["filter"]
    references = dict.fromkeys(call.args, True)
    by_id = call.engine.get("/services", filters={"id": references})
    by_name = call.engine.get("/services", filters={"name": references})
    missing = []
    found_any = False
    for reference in call.args:
        exact = [s["ID"] for s in by_id if s["ID"] == reference]
        exact += [s["ID"] for s in by_name if s["Spec"].get("Name") == reference]
        found = exact[:1] or [s["ID"] for s in by_id if s["ID"].startswith(reference)]
        if len(found) > 1:
            raise CommandError(f"multiple services found with provided prefix: {reference}")
        if found:
            filters.setdefault("service", {})[found[0]] = True
            found_any = True
        else:
            missing.append(f"no such service: {reference}")
    if not found_any:
        raise CommandError("\n".join(missing))
    return filters, missing


def _find(call: Call, reference: str) -> Found:
    try:
        return Found("swarm.Service", call.engine.raw(f"/services/{reference}", insertDefaults="true"), raw=False)
    except EngineError as error:
        if error.status != 404:
            raise
        raise CommandError(f"Error: no such service: {reference}") from None


def _inspect(call: Call) -> None:
    form = call["format"]
    if call["pretty"] and form:
        raise CommandError("--format is incompatible with human friendly format")
    if form.startswith("pretty") and form != "pretty":
        raise CommandError("Cannot supply extra formatting options to the pretty template")
    if call["pretty"] or form == "pretty":
        texts = []
        for reference in call.args:
            service = json.loads(_find(call, reference).json)
            texts.append(pretty(service, _network_names(call, service), call.env.clock.now()))
        call.env.stdout.write("".join(texts))
        return
    form = form.removeprefix("raw")
    try:
        inspect(call.args, form, lambda reference: _find(call, reference), call.env.stdout)
    except CommandError as error:
        # docker wraps whatever went wrong in an error of status 1, even a template that cannot be parsed.
        raise CommandError(error.text) from None


def _network_names(call: Call, service: dict[str, Any]) -> dict[str, str]:
    names = {}
    for attachment in service["Spec"]["TaskTemplate"].get("Networks") or []:
        try:
            network = call.engine.get(f"/networks/{attachment['Target']}", scope="swarm")
            names[network["Id"]] = network["Name"]
        except EngineError:
            continue
    return names


def _remove(call: Call) -> None:
    remove_each(call, "/services/")


LIST = Command("ls [OPTIONS]", "List services", _list, no_args, (QUIET_IDS, FORMAT, LIST_FILTER), aliases=("list",))
PS = Command(
    "ps [OPTIONS] SERVICE [SERVICE...]", "List the tasks of one or more services", _ps, min_args(1), TASK_FLAGS
)
INSPECT = Command(
    "inspect [OPTIONS] SERVICE [SERVICE...]", "Display detailed information on one or more services", _inspect,
    min_args(1), (INSPECT_FORMAT, PRETTY),
)  # fmt: skip
REMOVE = Command("rm SERVICE [SERVICE...]", "Remove one or more services", _remove, min_args(1), aliases=("remove",))
