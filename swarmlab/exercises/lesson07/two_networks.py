"""Exercise 7.4: front reaches back, util reaches front, and util does not reach back."""

from swarmlab.checks import Exercise, Hint, always, eventually, never, now, service
from swarmlab.checks.networks import share_a_network
from swarmlab.checks.services import no_service
from swarmlab.exercises.lesson07.stage import CLEAR_NETWORKS, UTIL
from swarmlab.exercises.stage import typed_on_manager

FRONT, BACK, CLIENT = service("front"), service("back"), service("util")
TOGETHER = share_a_network("util", "back")

TWO_NETWORKS = Exercise(
    id="7.4",
    title="Front and back",
    task=(
        "`front`, `back` and `util` run, on no network. Make networks of your own, and connect the services while they "
        "exist: `front` has to reach `back`, and `util` has to reach `front`. `util` must not reach `back`. Draw the "
        'picture with `lab.reachability(["util.1", "front.1", "back.1"], ["front:80", "back:80"])`.'
    ),
    stage=(
        *CLEAR_NETWORKS,
        *typed_on_manager(
            "docker service create --name back httpd:2.4",
            "docker service create --name front httpd:2.4",
            f"docker service create --name util {UTIL}",
        ),
    ),
    goals=(
        now(share_a_network("front", "back") & FRONT.shows(1) & BACK.shows(1)).named("back"),
        now(share_a_network("util", "front") & CLIENT.shows(1)).named("front"),
        never(TOGETHER).named("apart"),
        always(FRONT.publishes_nothing() & BACK.publishes_nothing()).named("inside"),
    ),
    tags=(
        "a service has one network",
        "two overlay networks see each other",
        "services must be published to talk",
        "networks are fixed at creation",
    ),
    hints=(
        Hint(
            "each-its-own",
            goal="back",
            when=eventually(
                share_a_network("back", "back")
                & share_a_network("front", "front")
                & share_a_network("front", "back").negated("apart")
            ),
            nudge="Both have a network, but not the same.",
            concept="Two overlay networks are two worlds. No router leads from one to the other.",
            command="docker service update --network-add ??? front",
            example="docker service update --network-add data-net shop",
            misconception="two overlay networks see each other",
        ),
        Hint(
            "removed",
            goal="back",
            when=now(no_service("back")),
            nudge="A service is gone. The networks of a service can be changed while it exists.",
            concept="Networks are part of the wish. An update replaces the tasks by new ones with other interfaces.",
            command="docker service update --network-add ??? back",
            example="docker service update --network-add data-net shop",
            misconception="networks are fixed at creation",
        ),
        Hint(
            "back",
            goal="back",
            nudge="Who has to talk to whom? Each pair needs a network in common.",
            concept="Containers reach each other when they share a network. A service may be on several.",
            command="docker network create --driver ??? back-net   and   docker service update --network-add ??? …",
            example="docker service update --network-add data-net shop",
        ),
        Hint(
            "front",
            goal="front",
            nudge="`front` and `back` are connected. Now `util` needs a way to `front`.",
            concept="Containers reach each other when they share a network. A service may be on several.",
            command="docker network create --driver ??? front-net   and   docker service update --network-add ??? …",
            example="docker service update --network-add data-net shop",
            misconception="a service has one network",
        ),
        Hint(
            "one-for-all",
            goal="apart",
            nudge="`util` and `back` are on one network, or were for a moment.",
            concept=(
                "A network connects everybody on it. To keep two apart who both talk to a third, use two networks, "
                "with the third on both."
            ),
            command='lab.exercise("7.4")   and   two networks: back-net for ??? and ???, front-net for ??? and ???',
            example="docker service update --network-add data-net shop",
            misconception="a service has one network",
        ),
        Hint(
            "published",
            goal="inside",
            nudge="A port was published, or a service was away. Neither is needed.",
            concept="Services on one network reach each other at any port. A published port is open to everybody.",
            command='lab.exercise("7.4")   and   docker service update --network-add ??? …',
            example="docker service update --network-add data-net shop",
            misconception="services must be published to talk",
        ),
    ),
)
