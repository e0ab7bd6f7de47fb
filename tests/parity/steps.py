"""The words of a probe: a scripted session as data, played alike on a real and on a simulated swarm.

Texts may hold references, looked up at the moment they are used: ``<id:node2>``, ``<id:web>`` (any object),
``<version:web>``, ``<token:worker>``, ``<address:node1>``, ``<container:web@node1>``, ``<ip:web.1@my_net>``,
``<key:swarm>``.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, Protocol

Json = Any
MANAGER, NODE1, NODE2 = HOSTS = ("swarm-manage", "node1", "node2")


class View(Protocol):
    """What a condition may look at."""

    def tasks(self, service: str = "") -> list[Json]:
        """All tasks, or a service's."""

    def service(self, name: str) -> Json:
        """One service; None if there is none."""

    def nodes(self) -> list[Json]:
        """All nodes."""

    def containers(self) -> list[Json]:
        """The containers of tasks on all hosts, ended ones too."""

    def attempts(self, service: str) -> int:
        """How many tasks a service ever had."""


class Cli(NamedTuple):
    """A docker command line on a host, by this project's own docker; Ctrl-C is typed after `patience` seconds."""

    line: str
    on: str = MANAGER
    stdin: str = ""
    patience: float = 0


class Api(NamedTuple):
    """A request to a host's engine.  `raw` is sent as it is; `only` are the keys of the answer worth keeping."""

    method: str
    path: str
    body: Json = None
    on: str = MANAGER
    raw: str | None = None
    version: str = ""


class Until(NamedTuple):
    """Wait until `holds`; the recording says whether that took `at_least` to `at_most` seconds."""

    name: str
    holds: Callable[[View], bool]
    at_most: float = 30.0
    at_least: float = 0.0


class Rest(NamedTuple):
    """Let time pass."""

    seconds: float


class Power(NamedTuple):
    """Something done to a machine: stop or start its engine, take its power (off), pull its cable (cut, heal)."""

    verb: str
    host: str


class See(NamedTuple):
    """Look at things: names of functions in `observe.py`."""

    what: tuple[str, ...]


class Ask(NamedTuple):
    """Ask this manager, in conditions and looks, from now on."""

    host: str


Step = Cli | Api | Until | Rest | Power | See | Ask


class Probe(NamedTuple):
    """One session.

    `covers`: steps of the reference traces and fidelity probes (P01 to P28) that it repeats.  `pinned`: where tasks
    run is no matter of chance, so host names are compared.  `swarm`: begin with a swarm of three.
    """

    name: str
    title: str
    covers: tuple[str, ...]
    steps: tuple[Step, ...]
    pinned: bool = False
    swarm: bool = True


def see(*what: str) -> See:
    """Look at these things."""
    return See(what)


#: What most probes end with.
ALL = see("services", "tasks", "placement", "containers", "timeline", "events")


def create(name: str, options: str, at_most: float = 30.0, replicas: int = 1) -> tuple[Step, ...]:
    """Make a service and wait until its tasks run.  `options` ends with the image and its command."""
    copies = f" --replicas {replicas}" if replicas != 1 else ""
    return (Cli(f"service create -d --name {name}{copies} {options}"), run(name, replicas, at_most))


def run(service: str, count: int, at_most: float = 30.0, at_least: float = 0.0) -> Until:
    """Wait until exactly `count` tasks of a service are wanted and run, and all others have ended."""
    return Until(f"{count} of {service} run", lambda view: calm(view.tasks(service), count), at_most, at_least)


def calm(tasks: Iterable[Json], count: int) -> bool:
    """Whether `count` tasks are wanted and run and nothing else is alive or about to be removed."""
    tasks = list(tasks)
    wanted = [task for task in tasks if task["DesiredState"] == "running"]
    others = [task for task in tasks if task["DesiredState"] != "running"]
    return (
        len(wanted) == count
        and all(task["Status"]["State"] == "running" for task in wanted)
        and not any(task["DesiredState"] == "remove" or _is_alive(task) for task in others)
    )


def _is_alive(task: Json) -> bool:
    return task["Status"]["State"] not in ("complete", "failed", "rejected", "shutdown", "orphaned", "remove")


def ended(service: str, count: int, state: str = "failed", at_most: float = 60.0, at_least: float = 0.0) -> Until:
    """Wait until `count` tasks of a service are in an end state."""
    return Until(
        f"{count} of {service} {state}",
        lambda view: [task["Status"]["State"] for task in view.tasks(service)].count(state) >= count,
        at_most,
        at_least,
    )


def waiting(service: str, count: int = 1, at_most: float = 20.0) -> Until:
    """Wait until `count` tasks of a service are pending with a reason."""
    return Until(
        f"{count} of {service} pending",
        lambda view: (
            sum(
                task["Status"]["State"] == "pending" and bool(task["Status"].get("Err")) for task in view.tasks(service)
            )
            == count
        ),
        at_most,
    )


def update_is(service: str, state: str, at_most: float = 60.0, at_least: float = 0.0) -> Until:
    """Wait until the update of a service is in a state."""
    return Until(
        f"update of {service} {state}",
        lambda view: (view.service(service).get("UpdateStatus") or {}).get("State") == state,
        at_most,
        at_least,
    )


def node_is(host: str, state: str, at_most: float = 60.0, at_least: float = 0.0) -> Until:
    """Wait until a node is in a state."""
    return Until(
        f"{host} {state}",
        lambda view: any(
            node["Description"].get("Hostname") == host and node["Status"]["State"] == state for node in view.nodes()
        ),
        at_most,
        at_least,
    )


def gone(service: str, at_most: float = 30.0, at_least: float = 0.0) -> Until:
    """Wait until no task of a service is listed."""
    return Until(f"no task of {service}", lambda view: not view.tasks(service), at_most, at_least)


def containers(count: int) -> Until:
    """Wait until so many containers of tasks are left on all hosts, ended ones too."""
    return Until(f"{count} containers of tasks left", lambda view: len(view.containers()) == count, 30.0)


def on(service: str, host: str, count: int, at_most: float = 60.0, at_least: float = 0.0) -> Until:
    """Wait until `count` wanted tasks of a service run on one host, whatever others say of themselves."""
    return Until(
        f"{count} of {service} run on {host}",
        lambda view: (
            sum(
                task["DesiredState"] == task["Status"]["State"] == "running" and task.get("NodeID") in _ids(view, host)
                for task in view.tasks(service)
            )
            == count
        ),
        at_most,
        at_least,
    )


def _ids(view: View, host: str) -> set[str]:
    return {node["ID"] for node in view.nodes() if node["Description"].get("Hostname") == host}


def states(service: str, at_most: float = 60.0, at_least: float = 0.0, **counts: int) -> Until:
    """Wait until so many tasks of a service are in each of these states (others may be in others)."""
    return Until(
        f"{service}: " + ", ".join(f"{count} {state}" for state, count in counts.items()),
        lambda view: all(
            sum(task["Status"]["State"] == state for task in view.tasks(service)) == count
            for state, count in counts.items()
        ),
        at_most,
        at_least,
    )


def availability(host: str, word: str) -> Cli:
    """Set a node's availability."""
    return Cli(f"node update --availability {word} {host}")


def only(host: str) -> tuple[Step, ...]:
    """Drain all hosts but one, so that chance has no say in what comes next."""
    return tuple(availability(other, "drain") for other in HOSTS if other != host)
