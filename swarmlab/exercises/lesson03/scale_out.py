"""Exercise 3.1: predict how five tasks are spread when one node is busy with others."""

from typing import Any

from swarmlab.checks import Exercise, Hint, Scene, answer, eventually, now, service
from swarmlab.checks.placement import likely_counts
from swarmlab.exercises.stage import CLEAR, HOSTS, typed_on_manager

WEB = service("web-server")
COUNTS = answer("counts")


def numbers(value: Any) -> dict[str, int]:
    """Return the numbers handed in by node; {} if they are not such numbers."""
    if not isinstance(value, dict) or not set(value) <= set(HOSTS):
        return {}
    if not all(type(number) is int for number in value.values()):
        return {}
    return {name: value.get(name, 0) for name in HOSTS}


def is_likely(scene: Scene, value: Any) -> bool:
    """Whether Swarm may spread five tasks so, from how things stood at the start."""
    return numbers(value) in [
        {name: way.get(name, 0) for name in HOSTS} for way in likely_counts(scene.start, WEB.name, 5)
    ]


SCALE_OUT = Exercise(
    id="3.1",
    title="Five, but where?",
    task=(
        "`web-server` has one task. A service `cache` has two tasks, both on `node1`. "
        "First predict how many tasks of `web-server` each node will have when it is scaled to five. "
        "Write the three numbers down, and only then scale."
    ),
    stage=(
        *CLEAR,
        *typed_on_manager(
            "docker service create --name cache --replicas 2 --constraint node.hostname==node1 redis:8",
            "docker service create --name web-server httpd:2.4",
        ),
    ),
    asks={"counts": "a number for each node"},
    goals=(
        eventually(COUNTS.is_value("a way in which Swarm can spread the five tasks", is_likely))
        .named("counts")
        .worth(2),
        eventually(WEB.shows(5)).named("scaled"),
    ),
    tags=("a busy node gets fewer tasks of every service", "managers run no tasks", "all tasks move when scaling"),
    hints=(
        Hint(
            "no-answer",
            goal="counts",
            when=now(COUNTS.is_value("zeros", lambda s, v: isinstance(v, dict) and not any(v.values()))),
            nudge="Your three numbers are still 0.",
            concept="Each new task goes to the node that has the fewest tasks of the same service at that moment.",
            command='counts = {"swarm-manage": ???, "node1": ???, "node2": ???}',
            example='counts = {"host-a": 3, "host-b": 3, "host-c": 2}',
        ),
        Hint(
            "not-numbers",
            goal="counts",
            when=now(COUNTS.is_value("no numbers", lambda s, v: not numbers(v))),
            nudge="Give a whole number for each of the three nodes, by its name.",
            concept="The answer is a table: name of the node, and number of tasks.",
            command='counts = {"swarm-manage": ???, "node1": ???, "node2": ???}',
            example='counts = {"host-a": 3, "host-b": 3, "host-c": 2}',
        ),
        Hint(
            "sum",
            goal="counts",
            when=now(COUNTS.is_value("another sum", lambda s, v: sum(numbers(v).values()) != 5)),
            nudge="Add your numbers up. How many tasks of `web-server` are there in the end?",
            concept="Only tasks of `web-server` are counted here. The tasks of `cache` are not.",
            command='counts = {"swarm-manage": ???, "node1": ???, "node2": ???}   (sum: 5)',
            example='counts = {"host-a": 3, "host-b": 3, "host-c": 2}   (sum: 8)',
        ),
        Hint(
            "no-manager",
            goal="counts",
            when=now(COUNTS.is_value("none on the manager", lambda s, v: numbers(v).get("swarm-manage") == 0)),
            nudge="You leave the manager out. Does the scheduler do so?",
            concept="A manager runs tasks like every other node, until you tell it not to.",
            command="docker node ls   (the column AVAILABILITY)",
            example="docker service ps cache",
            misconception="managers run no tasks",
        ),
        Hint(
            "busy-node",
            goal="counts",
            when=now(COUNTS.is_value("none on node1", lambda s, v: numbers(v).get("node1") == 0)),
            nudge="`node1` is busy with another service. Is that what the scheduler looks at first?",
            concept=(
                "First counts the number of tasks of *this* service. Only between nodes that are equal in that, the "
                "number of all tasks decides. So a busy node gets its share, but no more."
            ),
            command='counts = {"swarm-manage": ???, "node1": 1, "node2": ???}',
            example='lab.why("cache.1")',
            misconception="a busy node gets fewer tasks of every service",
        ),
        Hint(
            "tie",
            goal="counts",
            nudge=(
                "Place the tasks one after the other. When two nodes are equal in tasks of this service, count all "
                "their tasks."
            ),
            concept=(
                "Fewest tasks of this service first, then fewest tasks of all services. Load and memory use play no "
                "part."
            ),
            command='counts = {"swarm-manage": ???, "node1": ???, "node2": ???}',
            example='lab.why("cache.1")',
        ),
        Hint(
            "scale",
            goal="scaled",
            nudge="Your prediction can be right. Now scale, and compare.",
            concept="Scaling changes one number in the wish. Swarm does the rest.",
            command="docker service scale web-server=???",
            example="docker service scale cache=3",
        ),
    ),
)
