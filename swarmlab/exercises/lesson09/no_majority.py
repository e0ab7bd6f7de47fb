"""Exercise 9.3: the majority of the managers is lost, and comes back."""

from swarmlab.checks import Exercise, Hint, always, eventually, never, now
from swarmlab.checks.claims import typed
from swarmlab.exercises.lesson09.stage import THREE, WEB

REFUSED = typed(
    r"docker service (scale|update)", "an order to `web-server` is refused on `node2`", ("node2",), failed=True
)
TOO_EARLY = WEB.wants(4) & REFUSED.negated("no order has been refused on `node2` before")

NO_MAJORITY = Exercise(
    id="9.3",
    title="One of three",
    task=(
        "Three managers, and `web-server` behind port 8080. Stop the engines of `swarm-manage` and `node1`. On "
        "`node2`, show what still works: ask for a page, and try to scale `web-server` to 4. Then repair the swarm, "
        "in any way, and scale it to 4."
    ),
    stage=THREE,
    goals=(
        eventually(REFUSED).named("refused"),
        eventually(
            REFUSED & typed(r"\b(curl|wget)\b.*:8080", "a request for a page works there", ("node2",), failed=False)
        ).named("served"),
        now(WEB.wants(4, 4) & WEB.has_at_least(4)).named("repaired").worth(2),
        always(WEB.is_the_same()).named("same"),
        never(TOO_EARLY).named("order"),
    ),
    backends="sim",
    tags=("without a majority the containers stop", "one manager is enough to go on"),
    hints=(
        Hint(
            "not-yet",
            goal="refused",
            when=eventually(typed(r"systemctl stop docker", "an engine was stopped")),
            nudge="Engines are stopped. Now give an order on `node2`, when two of the three are gone.",
            concept="Orders need a majority of the managers: two of three.",
            command="docker service scale web-server=???   (on node2)",
            example="docker service scale cache=7",
        ),
        Hint(
            "stop",
            goal="refused",
            nudge="Stop two of the three engines.",
            concept="Orders need a majority of the managers: two of three.",
            command="systemctl ??? docker   (on swarm-manage and on node1)",
            example="systemctl stop docker",
            misconception="one manager is enough to go on",
        ),
        Hint(
            "ask",
            goal="served",
            nudge="Ask for a page on `node2`, too.",
            concept="Tasks and the mesh work without managers. Only orders need them.",
            command="curl 192.168.1.???:8080   (on node2)",
            example="curl 192.168.1.99:9000",
            misconception="without a majority the containers stop",
        ),
        Hint(
            "repair",
            goal="repaired",
            nudge="Bring a majority back, or make `node2` a majority of one. Then scale.",
            concept=(
                "Engines that start again are a majority again. If they are lost for good, one manager can begin a "
                "new cluster with what it knows."
            ),
            command="systemctl ??? docker   or   docker swarm init --force-???-cluster   (on node2)",
            example="docker swarm init --force-new-cluster --advertise-addr 192.168.1.99",
        ),
        Hint(
            "same",
            goal="same",
            nudge="The service was made anew. It was never lost.",
            concept="Every manager knows all services. Nothing is forgotten while orders are refused.",
            command='lab.exercise("9.3")   to begin again',
            example="docker service ls",
        ),
        Hint(
            "order",
            goal="order",
            nudge="You scaled before the majority was lost. First see it refused.",
            concept="The point is to see which part of a swarm needs a majority.",
            command='lab.exercise("9.3")   to begin again',
            example="docker service ls",
        ),
    ),
)
