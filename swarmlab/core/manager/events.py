"""What ``docker events`` shows of the swarm: services, nodes, networks, secrets and configs; never tasks.

moby: ``daemon/events.go``.  Managers only; each write of an object is one event, told with what changed.
"""

from swarmlab.core.events import EventLog
from swarmlab.core.manager.loop import Context, Loop
from swarmlab.core.objects import Node, Service
from swarmlab.core.store import Change


class Events(Loop):
    """Keeps the newest swarm events."""

    name = "events"
    watches = ("service", "node", "network", "secret", "config")

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.log = EventLog()

    def observe(self, change: Change) -> None:
        action = "create" if change.old is None else "remove" if change.new is None else "update"
        attributes = {"name": name} if (name := _name(change.new or change.old)) else {}
        if action == "update":
            if isinstance(change.new, Service):
                attributes |= _service_changes(change.old, change.new)
            elif isinstance(change.new, Node):
                attributes |= _node_changes(change.old, change.new)
        self.log.add(change.at, change.table, action, change.id, attributes, "swarm")


def _name(thing: object) -> str:
    if isinstance(thing, Node):
        return thing.spec.name or (thing.description.hostname if thing.description else "")
    return str(thing.spec.name)  # type: ignore[attr-defined]


def _pair(key: str, old: str, new: str) -> dict[str, str]:
    if old == new:
        return {}
    return {f"{key}.new": new, **({f"{key}.old": old} if old else {})}


def _service_changes(old: Service, new: Service) -> dict[str, str]:
    def image(service: Service) -> str:
        return service.spec.task.container.image if service.spec.task.container else ""

    def replicas(service: Service) -> str:
        return str(service.spec.mode.replicas) if service.spec.mode.kind == "replicated" else ""

    def update(service: Service) -> str:
        return service.update_status.state.word if service.update_status else ""

    return {
        **_pair("image", image(old), image(new)),
        **_pair("replicas", replicas(old), replicas(new)),
        **(_pair("updatestate", update(old), update(new)) if update(new) else {}),
    }


def _node_changes(old: Node, new: Node) -> dict[str, str]:
    return {
        **_pair("state", old.status.state.word, new.status.state.word),
        **_pair("availability", old.spec.availability.word, new.spec.availability.word),
        **_pair("role", old.role.word, new.role.word),
    }
