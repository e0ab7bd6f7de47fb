"""What a probe looks at: the objects of the API, normalised, with unordered things in a fixed order."""

import json
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.parity.steps import HOSTS, MANAGER, Json

if TYPE_CHECKING:
    from tests.parity.play import Player

#: States that last shorter than polling can see, or as long as the machine takes.
_PASSING = ("new", "pending", "assigned", "accepted", "preparing", "ready", "starting")


def services(player: "Player") -> Json:
    """All services, complete."""
    return player.refs.json(sorted(player.get("/services"), key=lambda service: service["Spec"]["Name"]))


def tasks(player: "Player") -> Json:
    """The tasks in the order of their names: what each should be, is, and says of itself."""
    rows = []
    for task in player.sorted_tasks():
        status = task["Status"]
        row = {
            "task": task["ID"],
            "desired": task["DesiredState"],
            "state": status["State"],
            "message": status.get("Message", ""),
            "err": status.get("Err", ""),
            "exit": status.get("ContainerStatus", {}).get("ExitCode"),
            "container": status.get("ContainerStatus", {}).get("ContainerID", ""),
            "addresses": sorted(
                address for part in task.get("NetworksAttachments") or () for address in part["Addresses"]
            ),
        }
        rows.append(row | ({"node": task.get("NodeID", "")} if player.probe.pinned else {}))
    return player.refs.json(rows)


def tasks_full(player: "Player") -> Json:
    """The tasks, complete."""
    return player.refs.json(
        [task if player.probe.pinned else task | {"NodeID": "<host>"} for task in player.sorted_tasks()]
    )


def placement(player: "Player") -> Json:
    """How many tasks that are wanted each host has, by service; without names where chance decides."""
    names = {node["ID"]: node["Description"].get("Hostname", "") for node in player.get("/nodes")}
    counts: dict[str, Counter[str]] = {}
    for task in player.sorted_tasks():
        if task["DesiredState"] == "running" and task.get("NodeID"):
            counts.setdefault(player.service_name(task), Counter())[names.get(task["NodeID"], "?")] += 1
    if player.probe.pinned:
        return {service: dict(sorted(count.items())) for service, count in sorted(counts.items())}
    return {service: sorted(count.values(), reverse=True) for service, count in sorted(counts.items())}


def states(player: "Player") -> Json:
    """How many tasks are in each state, by service."""
    counts: dict[str, Counter[str]] = {}
    for task in player.sorted_tasks():
        counts.setdefault(player.service_name(task), Counter())[task["Status"]["State"]] += 1
    return {service: dict(sorted(count.items())) for service, count in sorted(counts.items())}


def occupied(player: "Player") -> Json:
    """The hosts that have tasks that are wanted."""
    names = {node["ID"]: node["Description"].get("Hostname", "") for node in player.get("/nodes")}
    wanted = [task for task in player.sorted_tasks() if task["DesiredState"] == "running"]
    return sorted({names.get(task["NodeID"], "?") for task in wanted if task.get("NodeID")})


def nodes(player: "Player") -> Json:
    """The nodes, but for what their machines have."""
    found = sorted(player.get("/nodes"), key=lambda node: (node["Description"].get("Hostname", ""), node["CreatedAt"]))
    for node in found:
        for key in ("Resources", "TLSInfo", "Engine"):
            node["Description"].pop(key, None)
    return player.refs.json(found)


def networks(player: "Player") -> Json:
    """The networks that the manager knows."""
    return player.refs.json(sorted(player.get("/networks"), key=lambda network: network["Name"]))


def secrets(player: "Player") -> Json:
    """All secrets."""
    return player.refs.json(sorted(player.get("/secrets"), key=lambda secret: secret["Spec"]["Name"]))


def configs(player: "Player") -> Json:
    """All configs."""
    return player.refs.json(sorted(player.get("/configs"), key=lambda config: config["Spec"]["Name"]))


def containers(player: "Player") -> Json:
    """The containers of tasks on all hosts, ended ones too, by name."""
    rows = []
    for host, found in player.by_host():
        for container in found:
            row = {
                "name": container["Names"][0],
                "id": container["Id"],
                "image": container["Image"],
                "state": container["State"],
                "status": container["Status"],
                "ports": sorted(map(json.dumps, container["Ports"])),
                "networks": sorted(container["NetworkSettings"]["Networks"]),
                "labels": container["Labels"],
            }
            row["labels"] = {k: v for k, v in row["labels"].items() if k.startswith("com.docker")}
            if player.probe.pinned:
                row["host"] = host
            else:
                row["labels"].pop("com.docker.swarm.node.id", None)
            rows.append(row)
    return sorted(player.refs.json(rows), key=lambda row: row["name"])


def timeline(player: "Player") -> Json:
    """Each slot's history: which attempt reached which lasting state, in order."""
    seen: dict[str, list[str]] = {}
    last: dict[str, str] = {}
    for moment in player.history():
        if moment.state in _PASSING or last.get(moment.id) == moment.state:
            continue
        last[moment.id] = moment.state
        if not moment.state:
            continue  # when a row goes is the reaper's business, and too soon for polling to see an order
        attempt = player.refs.of(moment.id).rpartition("/")[2].rstrip(">")
        seen.setdefault(f"{moment.service}.{moment.slot}", []).append(f"{attempt} {moment.state}")
    return dict(sorted(seen.items()))


def states_seen(player: "Player") -> Json:
    """Whether every task's states only grew, in the order that SwarmKit gives them."""
    order = (*_PASSING, "running", "complete", "shutdown", "failed", "rejected", "remove", "orphaned", "")
    seen: dict[str, list[int]] = {}
    for moment in player.history():
        seen.setdefault(moment.id, []).append(order.index(moment.state))
    wrong = [player.refs.of(task) for task, found in seen.items() if found != sorted(found)]
    return {"tasks": len(seen), "went backwards": sorted(wrong)}


def events(player: "Player") -> Json:
    """The swarm's events in order; those of each task's container in order, whichever host it is on."""
    swarm: list[Json] = []
    local: dict[str, list[str]] = {}
    about: dict[str, Json] = {}
    images: set[str] = set()
    for host in HOSTS:
        for event in player.events(host):
            kind, actor = event["Type"], event["Actor"]
            if event.get("scope") == "swarm":
                if host == MANAGER:
                    swarm.append({"event": f"{kind} {event['Action']}", "id": actor["ID"], **actor["Attributes"]})
            elif kind == "container":
                name = player.refs.of(actor["ID"])
                action = event["Action"] + _exit(actor["Attributes"])
                if not (action.startswith("exec_") and action in local.get(name, ())):  # health checks, again and again
                    local.setdefault(name, []).append(action)
                if name.startswith("<container") and event["Action"] == "create":
                    about[name] = _without_chance(player, actor["Attributes"])
            elif kind == "network" and "container" in actor["Attributes"]:
                name = player.refs.of(actor["Attributes"]["container"])
                if name.startswith("<container"):
                    local.setdefault(name, []).append(f"network {event['Action']} {actor['Attributes']['name']}")
            elif kind == "image":
                images.add(f"{event['Action']} {player.refs.text(actor['ID'])}")
    by_object: dict[str, list[Json]] = {}
    for event in player.refs.json(swarm):
        by_object.setdefault(event.pop("id"), []).append(event)
    return {
        "swarm": dict(sorted(by_object.items())),
        "containers": {name: joined(local[name]) for name in sorted(local)},
        "created with": player.refs.json(dict(sorted(about.items()))),
        "images": sorted(images),
    }


def _exit(attributes: Json) -> str:
    words = [f"{key}={attributes[key]}" for key in ("exitCode", "signal") if key in attributes]
    return " " + " ".join(words) if words else ""


def _without_chance(player: "Player", attributes: Json) -> Json:
    kept = {key: value for key, value in attributes.items() if not key.startswith("org.opencontainers")}
    if not player.probe.pinned:
        kept.pop("com.docker.swarm.node.id", None)
    return kept


def joined(actions: list[str]) -> list[str]:
    """Sort runs of events that come in no fixed order: networks joined, networks left, and the end of a container.

    Engine 28 tells of "die", "stop" and "network disconnect" from several threads.  An attempt to join that fails, as
    the network is still being made on the host, is told too: connect, disconnect, connect.
    """
    found: list[str] = []
    run: set[str] = set()
    for action in [*actions, ""]:
        if action.startswith(("network", "die", "stop")):
            run.add(action)
            continue
        joins = any(one.startswith("network connect") for one in run)
        found += sorted(one for one in run if not (joins and one.startswith("network disconnect")))
        run = set()
        found.append(action)
    return found[:-1]


LOOKS: dict[str, Callable[["Player"], Json]] = {
    "services": services,
    "tasks": tasks,
    "tasks full": tasks_full,
    "placement": placement,
    "states": states,
    "occupied": occupied,
    "nodes": nodes,
    "networks": networks,
    "secrets": secrets,
    "configs": configs,
    "containers": containers,
    "timeline": timeline,
    "states seen": states_seen,
    "events": events,
}
