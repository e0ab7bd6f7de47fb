"""What a board shows, in sentences: its text twin, the alternative text of its picture, what a screen reader says.

The words are made from the same read models (`swarmlab.views`) as the picture, so the two cannot differ.
"""

from collections.abc import Iterable

from swarmlab import views


def say_chip(drawn: views.Chip) -> str:
    """Return ``web.3 running``, with the desired state where it differs and the error where there is one."""
    words = f"{drawn['label']} {drawn['state']}"
    if drawn["desired"] != drawn["state"]:
        words += f", desired {drawn['desired']}"
    if drawn["health"]:
        words += f", {drawn['health']}"
    wrong = drawn["state"] in ("failed", "rejected") or not drawn["node"]
    return f"{words} ({drawn['note']})" if wrong and drawn["note"] else words


def say_service(row: views.ServiceRow) -> str:
    """Return one sentence on a service: what was asked and what is."""
    facts = ", ".join(filter(None, (row["image"], "" if row["mode"] == "replicated" else row["mode"], row["ports"])))
    of = f" of {row['total']}" if row["total"] else ""
    done = f", completed {row['completed']}{of}" if row["mode"].endswith("job") else ""
    update = f"; last update: {row['update']}" if row["update"] not in ("", "completed") else ""
    return f"{row['name']} ({facts}): wanted {row['wanted']}, running {row['running']}{done}{update}."


def say_role(node: views.Column) -> str:
    """Return a node's role, and its place among the managers where there is something to say."""
    if node["leader"]:
        return f"{node['role']}, leader"
    return f"{node['role']}, {node['reachability']}" if node["reachability"] else node["role"]


def say_room(node: views.Column) -> str:
    """Return what a node has, and what of it is reserved: ``2 CPU, 4 GiB, reserved 0.5 CPU, 256 MiB``."""
    if not node["cpus"]:
        return ""
    has = f"{node['cpus']:g} CPU, {say_mib(node['memory'])}"
    held = ([f"{node['used_cpus']:g} CPU"] if node["used_cpus"] else []) + (
        [say_mib(node["used_memory"])] if node["used_memory"] else []
    )
    return f"{has}, reserved {', '.join(held)}" if held else has


def say_mib(mib: int) -> str:
    """Return an amount of memory as people say it."""
    return f"{mib / 1024:.3g} GiB" if mib >= 1024 else f"{mib} MiB"


def say_node(node: views.Column, chips: Iterable[tuple[str, views.Chip]], host: views.Box | None = None) -> str:
    """Return one sentence on a node and the (id, chip) pairs of the tasks on it; `host` is its machine, if known."""
    place = [node["addr"], say_room(node), *(say_box(host) if host else [])]
    tasks = "; ".join(say_chip(c) for c in views.in_order(chips)) or "no tasks"
    facts = "; ".join(filter(None, (say_role(node), f"{node['state']}, {node['availability']}", *place)))
    return f"{node['name']} ({facts}): {tasks}."


def say_box(host: views.Box) -> list[str]:
    """Return what there is to say of a machine that a node does not tell by itself; nothing if all is well."""
    firewall = "" if host["firewall"] == "open for the swarm" else f"firewall {host['firewall']}"
    return list(filter(None, (host["trouble"], firewall)))


def summary(drawn: views.Model) -> str:
    """Return the whole in one sentence: what a screen reader says after a change."""
    nodes = [node for _, node in views.node_order(drawn)]
    if not nodes:
        return "No swarm yet: no node has joined."
    off = [f"{n['name']} is {n['state']}" for n in nodes if n["state"] != "ready"]
    off += [f"{n['name']} is set to {n['availability']}" for n in nodes if n["availability"] != "active"]
    ready = sum(n["state"] == "ready" for n in nodes)
    parts = [", ".join([f"{ready} of {len(nodes)} nodes ready", *off])]
    services = views.service_order(drawn)
    parts += [f"{s['name']} {s['running']} of {s['wanted']} running" for s in services] or ["no services"]
    return "; ".join(parts) + "."


def sentences(drawn: views.Model) -> list[str]:
    """Return the text twin of a board, one sentence per service and node, then tasks without a node."""
    columns = views.by_node(drawn)
    lines = [say_service(row) for row in views.service_order(drawn)]
    lines += [say_node(node, columns[i], drawn["hosts"].get(node["name"])) for i, node in views.node_order(drawn)]
    for host in views.loose(drawn):
        lines.append(f"{host['name']} ({'; '.join((host['address'], *say_box(host)))}): not in a swarm.")
    if columns[""]:
        lines.append("On no node: " + "; ".join(say_chip(c) for c in views.in_order(columns[""])) + ".")
    return lines or [summary(drawn)]
