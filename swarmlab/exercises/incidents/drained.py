"""Incident 1: two nodes were left drained, and one carries all."""

from swarmlab.checks import Exercise, Hint, always, eventually, node, now, service
from swarmlab.exercises.incidents.stage import WELL, created
from swarmlab.exercises.stage import typed_on_manager

SHOP = service("shop")
ALL_ACTIVE = node("node1").is_("active") & node("node2").is_("active")

DRAINED = Exercise(
    id="incident-1",
    title="One machine does it all",
    task=(
        "From the shop team: since last night's maintenance our pages are slow. There should be six tasks on three "
        "machines. `docker service ps shop` shows that all six sit on `swarm-manage`, and the two others have nothing "
        "to do. Please let all three machines share the work again, while the shop stays open."
    ),
    stage=(
        *WELL,
        *typed_on_manager(
            "docker node update --availability drain node1", "docker node update --availability drain node2"
        ),
        *created("--name shop --replicas 6 httpd:2.4"),
    ),
    goals=(
        now(
            SHOP.has_running_on("swarm-manage", 2, 2)
            & SHOP.has_running_on("node1", 2, 2)
            & SHOP.has_running_on("node2", 2, 2)
        )
        .named("spread")
        .worth(2),
        always(SHOP.is_the_same()).named("same"),
        always(SHOP.has_at_least(3)).named("open"),
    ),
    backends="sim",
    tags=("automatic rebalancing",),
    hints=(
        Hint(
            "waits",
            goal="spread",
            when=eventually(ALL_ACTIVE & SHOP.has_running_on("swarm-manage", 6), hold="5s"),
            nudge="All nodes are active now. What would make Swarm move a task that runs well?",
            concept="Nothing does. A node that comes back gets new tasks only. Somebody has to ask for new tasks.",
            command="docker service update --??? shop",
            example="docker service update --force archive",
            misconception="automatic rebalancing",
        ),
        Hint(
            "spread",
            goal="spread",
            nudge="Look at the list of nodes. What does it say of each but STATUS?",
            concept="Ready says that a node could work. Availability says whether it may.",
            command=(
                "docker node ls   and   docker node update --availability ??? …   and   docker service update --??? "
                "shop"
            ),
            example="docker node update --availability active node9",
        ),
        Hint(
            "same",
            goal="same",
            nudge="The service was made anew, and with it the shop was closed.",
            concept="An update replaces tasks one by one. Removing a service ends all of them.",
            command="lab.incident(1)   to begin again",
            example="docker service update --force archive",
        ),
        Hint(
            "open",
            goal="open",
            nudge="For a while fewer than three tasks ran: the shop was closed.",
            concept="A rolling update replaces one task at a time, so five of six go on.",
            command="lab.incident(1)   to begin again, then   docker service update --??? shop",
            example="docker service update --force archive",
        ),
    ),
)
