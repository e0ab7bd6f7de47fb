"""``docker node``.  docker/cli: cli/command/node."""

import json
from collections.abc import Callable
from typing import Any

from swarmlab.cli.command import Call, Command, exact_args, min_args, no_args
from swarmlab.cli.commands.common import FORMAT, INSPECT_FORMAT, LIST_FILTER, PRETTY, QUIET_IDS, TASK_FLAGS, remove_each
from swarmlab.cli.commands.node_reference import node_reference
from swarmlab.cli.errors import CommandError
from swarmlab.cli.flags import flag, switch
from swarmlab.cli.formatter.context import write
from swarmlab.cli.formatter.inspect import Found, inspect
from swarmlab.cli.formatter.node import NodeRow, list_format, pretty
from swarmlab.cli.formatter.task import Names, show_tasks
from swarmlab.cli.formatter.text import NaturalKey
from swarmlab.cli.options import checks
from swarmlab.cli.values import List


def _list(call: Call) -> None:
    nodes = call.engine.get("/nodes", filters=call["filter"])
    info = call.engine.get("/info") if nodes and not call["quiet"] else {}
    nodes.sort(key=lambda node: NaturalKey((node.get("Description") or {}).get("Hostname", "")))
    form = list_format(call["format"] or "table", call["quiet"])
    call.env.stdout.write(write(form, NodeRow, [NodeRow(node, info) for node in nodes]))


def _ps(call: Call) -> None:
    tasks: list[dict[str, Any]] = []
    errors: list[str] = []
    filters = call["filter"]
    for reference in call.args or ["self"]:
        try:
            node = call.engine.get(f"/nodes/{node_reference(call.engine, reference)}")
            # docker's own slip: the filter is shared, so a second node asks for the first one's tasks again.
            filters.setdefault("node", {})[node["ID"]] = True
            tasks += call.engine.get("/tasks", filters=filters)
        except CommandError as error:
            errors.append(error.text)
    if tasks or not errors:
        names = Names(call.engine, resolve=not call["no-resolve"])
        form = call["format"] or "table"
        now = call.env.clock.now()
        call.env.stdout.write(show_tasks(tasks, names, form, now=now, cut=not call["no-trunc"], quiet=call["quiet"]))
    if errors:
        raise CommandError("\n".join(errors))


def _inspect(call: Call) -> None:
    form = "pretty" if call["pretty"] else call["format"]
    if form.startswith("pretty") and form != "pretty":
        raise CommandError("cannot supply extra formatting options to the pretty template")

    def find(reference: str) -> Found:
        return Found("swarm.Node", call.engine.raw(f"/nodes/{node_reference(call.engine, reference)}"), raw=False)

    if form == "pretty":
        texts = [pretty(json.loads(find(reference).json)) for reference in call.args]
        call.env.stdout.write("".join(texts))
        return
    try:
        inspect(call.args, form, find, call.env.stdout)
    except CommandError as error:
        raise CommandError(error.text) from None  # status 1, whatever it was


class _Unchanged(Exception):
    """The node is already as asked."""


def _change(call: Call, change: Callable[[dict[str, Any]], None], said: str) -> None:
    """Apply `change` to the spec of each node named and print `said` with its name; stops at the first error."""
    for reference in call.args:
        node = call.engine.get(f"/nodes/{reference}")
        try:
            change(node)
        except _Unchanged:
            continue
        version = node["Version"].get("Index", 0)
        call.engine.post(f"/nodes/{node['ID']}/update", node["Spec"], version=version)
        call.out(said.format(reference))


def _update(call: Call) -> None:
    def change(node: dict[str, Any]) -> None:
        spec = node["Spec"]
        if call.flags.changed("role"):
            spec["Role"] = call["role"]
        if call.flags.changed("availability"):
            spec["Availability"] = call["availability"]
        labels = spec["Labels"] = {**(spec.get("Labels") or {}), **checks.pairs(call["label-add"])}
        for key in call["label-rm"]:
            if key not in labels:
                raise CommandError(f"key {key} doesn't exist in node's labels")
            del labels[key]

    _change(call, change, "{}")


def _promote(call: Call) -> None:
    def change(node: dict[str, Any]) -> None:
        if node["Spec"].get("Role") == "manager":
            call.out(f"Node {node['ID']} is already a manager.")
            raise _Unchanged
        node["Spec"]["Role"] = "manager"

    _change(call, change, "Node {} promoted to a manager in the swarm.")


def _demote(call: Call) -> None:
    def change(node: dict[str, Any]) -> None:
        if node["Spec"].get("Role") == "worker":
            call.out(f"Node {node['ID']} is already a worker.")
            raise _Unchanged
        node["Spec"]["Role"] = "worker"

    _change(call, change, "Manager {} demoted in the swarm.")


def _remove(call: Call) -> None:
    remove_each(call, "/nodes/", force=call["force"])


def command() -> Command:
    """Return the group with its commands."""
    return Command("node", "Manage Swarm nodes", None, no_args, swarm="manager").add(
        Command("demote NODE [NODE...]", "Demote one or more nodes from manager in the swarm", _demote, min_args(1)),
        Command("inspect [OPTIONS] self|NODE [NODE...]", "Display detailed information on one or more nodes", _inspect,
                min_args(1), (INSPECT_FORMAT, PRETTY)),
        Command("ls [OPTIONS]", "List nodes in the swarm", _list, no_args, (QUIET_IDS, FORMAT, LIST_FILTER),
                aliases=("list",)),
        Command("promote NODE [NODE...]", "Promote one or more nodes to manager in the swarm", _promote, min_args(1)),
        Command("ps [OPTIONS] [NODE...]", "List tasks running on one or more nodes, defaults to current node", _ps,
                min_args(0), TASK_FLAGS),
        Command("rm [OPTIONS] NODE [NODE...]", "Remove one or more nodes from the swarm", _remove, min_args(1),
                (switch("force", "Force remove a node from the swarm", short="f"),), aliases=("remove",)),
        Command("update [OPTIONS] NODE", "Update a node", _update, exact_args(1), (
            flag("role", 'Role of the node ("worker", "manager")'),
            flag("availability", 'Availability of the node ("active", "pause", "drain")'),
            flag("label-add", 'Add or update a node label ("key=value")', List),
            flag("label-rm", "Remove a node label if exists", List),
        )),
    )  # fmt: skip
