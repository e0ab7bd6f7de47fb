"""Exercise 6.2: which network does each interface of a container belong to, and what is it for?"""

from collections.abc import Callable
from typing import Any

from swarmlab.checks import Exercise, Hint, Scene, answer, eventually, now
from swarmlab.exercises.stage import CLEAR, typed_on_manager

NETWORKS = answer("networks")
KEYS = ("10.0.0", "172.18.0")


def said(value: Any) -> dict[str, str]:
    """Return the network said of each address; {} unless something was said of both."""
    if not isinstance(value, dict) or set(value) != set(KEYS):
        return {}
    found = {key: str(name).strip().lower() for key, name in value.items()}
    return found if all(found.values()) else {}


def are(first: str, second: str) -> Callable[[Scene, Any], bool]:
    """Return a test: whether these two networks were given."""
    return lambda scene, value: said(value) == {"10.0.0": first, "172.18.0": second}


TWO_INTERFACES = Exercise(
    id="6.2",
    title="Two interfaces",
    task=(
        "`web-server` is published through the mesh. Look into its container: it has two interfaces, with addresses "
        "that begin with 10.0.0 and with 172.18.0. Name the network of each, as `docker network ls` calls it."
    ),
    stage=(*CLEAR, *typed_on_manager("docker service create --name web-server --publish 8080:80 httpd:2.4")),
    asks={"networks": "the name of a network for each address"},
    goals=(
        eventually(NETWORKS.is_value("the network of each interface", are("ingress", "docker_gwbridge")))
        .named("networks")
        .worth(2),
    ),
    tags=("eth0 connects containers with each other", "docker_gwbridge is the default bridge"),
    hints=(
        Hint(
            "no-answer",
            goal="networks",
            when=now(NETWORKS.is_value("unclear", lambda scene, value: not said(value))),
            nudge="Name a network for both addresses.",
            concept="An interface belongs to a network. The address tells you to which: compare it with the subnets.",
            command="docker network ls   and   docker network inspect ???",
            example="docker network inspect bridge",
        ),
        Hint(
            "swapped",
            goal="networks",
            when=now(NETWORKS.is_value("swapped", are("docker_gwbridge", "ingress"))),
            nudge="The other way round. Which of the two networks reaches over all hosts?",
            concept=(
                "Overlay networks of a swarm have addresses in 10.0.0.0/8. Bridges of one host have 172.17, 172.18 "
                "and so on."
            ),
            command="docker network inspect ingress",
            example="docker network inspect bridge",
        ),
        Hint(
            "bridge",
            goal="networks",
            when=now(NETWORKS.is_value("the default bridge", are("ingress", "bridge"))),
            nudge="The default `bridge` has 172.17. Which bridge has 172.18?",
            concept="A task with a swarm network leaves its host through a bridge of its own kind, made for swarms.",
            command="docker network inspect docker_???",
            example="docker network inspect bridge",
            misconception="docker_gwbridge is the default bridge",
        ),
        Hint(
            "names",
            goal="networks",
            nudge="Use the names in `docker network ls`.",
            concept=(
                "One is the overlay of the routing mesh. The other is the bridge through which tasks reach the world "
                "outside."
            ),
            command="docker network ls   and   docker network inspect ???",
            example="docker network inspect bridge",
            misconception="eth0 connects containers with each other",
        ),
    ),
)
