"""Exercise 5.1: who reaches a container at its own address?"""

from typing import Any

from swarmlab.checks import Exercise, Hint, Scene, answer, eventually, never, now
from swarmlab.checks.claims import running_tasks
from swarmlab.exercises.lesson05.stage import WEB
from swarmlab.exercises.stage import CLEAR, HOSTS, MANAGER, typed_on_manager

REACHES = answer("reaches")
YES, NO = (True, "yes", "y", 1), (False, "no", "n", 0)


def said(value: Any) -> dict[str, bool]:
    """Return what was said of each host; {} unless something clear was said of all three."""
    if not isinstance(value, dict) or set(value) != set(HOSTS):
        return {}
    words = {host: word.strip().lower() if isinstance(word, str) else word for host, word in value.items()}
    if not all(type(word) in (bool, int, str) and word in (*YES, *NO) for word in words.values()):
        return {}
    return {host: word in YES for host, word in words.items()}


def truth(scene: Scene) -> dict[str, bool]:
    """Return which hosts reach the container: the one that runs it."""
    nodes = {task["node"] for task in running_tasks(scene.world, WEB.name)}
    return {host: host in nodes for host in HOSTS}


WHO_REACHES = Exercise(
    id="5.1",
    title="An address for one",
    task=(
        "`web-server` has one task and publishes nothing. Find the address of its container, and find out which of the "
        "three hosts get an answer there. Try it with `curl --max-time 3`."
    ),
    stage=(*CLEAR, *typed_on_manager("docker service create --name web-server httpd:2.4")),
    asks={"reaches": "True or False for each host"},
    goals=(
        eventually(REACHES.is_value("right for all three hosts", lambda s, v: said(v) == truth(s)))
        .named("reaches")
        .worth(2),
        never(WEB.publishes_nothing().negated("service `web-server` publishes a port")).named("unpublished"),
    ),
    tags=("all nodes of a swarm reach all containers", "the manager reaches all containers"),
    hints=(
        Hint(
            "no-answer",
            goal="reaches",
            when=now(REACHES.is_value("unclear", lambda s, v: not said(v))),
            nudge="Say True or False for each of the three hosts.",
            concept=(
                "The container has an address in 172.17.0.0/16. Each host has such a network, and it is the host's own."
            ),
            command='reaches = {"swarm-manage": ???, "node1": ???, "node2": ???}',
            example='reaches = {"host-a": True, "host-b": True, "host-c": False}',
        ),
        Hint(
            "all",
            goal="reaches",
            when=now(REACHES.is_value("all", lambda s, v: all(said(v).values()))),
            nudge="Did you try it from each host?",
            concept=(
                "Without a published port and without a network of its own, a container is on the bridge of its host. "
                "That bridge ends at the host."
            ),
            command="curl --max-time 3 172.17.0.???   (on each host)",
            example="curl --max-time 3 172.17.0.9",
            misconception="all nodes of a swarm reach all containers",
        ),
        Hint(
            "the-manager",
            goal="reaches",
            when=now(
                REACHES.is_value("the manager", lambda s, v: said(v).get(MANAGER, False) and not truth(s)[MANAGER])
            ),
            nudge="Does the manager run the task? Try it from there.",
            concept="A manager knows all tasks. That does not connect it with the bridges of other hosts.",
            command="curl --max-time 3 172.17.0.???   (on swarm-manage)",
            example="curl --max-time 3 172.17.0.9",
            misconception="the manager reaches all containers",
        ),
        Hint(
            "its-host",
            goal="reaches",
            nudge="On which host does the container run? Begin there.",
            concept="The address belongs to a network that exists on this one host only.",
            command="docker service ps ???   and on that host   docker inspect ???",
            example="docker inspect --format '{{.NetworkSettings.IPAddress}}' 9f189a4f6969",
        ),
        Hint(
            "published",
            goal="unpublished",
            nudge="You published a port. That is the next exercise.",
            concept="A published port is reached at the address of a host, not at the address of a container.",
            command='lab.exercise("5.1")   to begin again',
            example="curl --max-time 3 172.17.0.9",
        ),
    ),
)
