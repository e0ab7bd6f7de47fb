"""Exercise 3.3: bring tasks to a node that came late, and hardly anybody notices."""

from swarmlab.checks import Exercise, Hint, always, eventually, now, service
from swarmlab.checks.claims import typed
from swarmlab.checks.nodes import some_node_is
from swarmlab.checks.services import no_service
from swarmlab.exercises.stage import CLEAR, typed_on_manager

WEB = service("web-server")

LATE_NODE = Exercise(
    id="3.3",
    title="The node that came late",
    task=(
        "`web-server` has six tasks, three on each of two nodes. `node2` has only now become available, and it is "
        "empty. Give it its share. Somebody uses the service, so at least five tasks must run all the time."
    ),
    stage=(
        *CLEAR,
        *typed_on_manager(
            "docker node update --availability drain node2",
            "docker service create --name web-server --replicas 6 httpd:2.4",
            "docker node update --availability active node2",
        ),
    ),
    goals=(
        now(WEB.is_spread() & WEB.shows(6)).named("spread").worth(2),
        always(WEB.has_at_least(5)).named("no-dip"),
        always(WEB.is_the_same()).named("same"),
    ),
    tags=("Swarm rebalances by itself", "to move tasks one must stop the service"),
    hints=(
        Hint(
            "number",
            goal="spread",
            when=now(WEB.wants(7)),
            nudge="How many tasks did the service want at the start? How many does it want now?",
            concept="Scaling out to fill a node is a good idea. Do not forget to scale in again.",
            command="docker service scale web-server=???",
            example="docker service scale cache=5",
        ),
        Hint(
            "start-first",
            goal="spread",
            when=eventually(typed(r"start-first", "new tasks were started before the old ones stopped")),
            nudge="You started new tasks while the old ones still ran. The scheduler counted both.",
            concept=(
                "The scheduler takes the node with the fewest tasks of the service. With start-first the old task "
                "still counts when the new one is placed, so the picture is blurred."
            ),
            command="docker service update --force --update-order ??? web-server",
            example="docker service update --force --update-order stop-first cache",
        ),
        Hint(
            "waited",
            goal="spread",
            when=eventually(WEB.shows(6)),
            nudge="The tasks are where they were. Swarm does not move tasks that are well.",
            concept=(
                "There is no rebalancing, on purpose: moving a task means stopping it. A node gets tasks when new "
                "ones are made. So make Swarm replace the tasks, or make some more and then fewer."
            ),
            command="docker service update --??? web-server",
            example="docker service update --env-add ROUND=2 cache",
            misconception="Swarm rebalances by itself",
        ),
        Hint(
            "spread",
            goal="spread",
            nudge="Compare the three nodes, and wait until everything runs again.",
            concept="Three nodes, six tasks: each node should run two of them.",
            command="docker service ps web-server",
            example="docker service ps cache",
        ),
        Hint(
            "made-anew-dip",
            goal="no-dip",
            when=eventually(no_service("web-server")),
            nudge="You removed the service and made another one. In between nobody was served.",
            concept="A removed service is gone with all its tasks. Change the wish; do not throw it away.",
            command="docker service update ??? web-server",
            example="docker service update --force cache",
            misconception="to move tasks one must stop the service",
        ),
        Hint(
            "scaled-far-down",
            goal="no-dip",
            when=eventually(typed(r"\bservice\s+(scale|update.*--replicas)", "the number of replicas was changed")),
            nudge="How many tasks were left when you scaled down?",
            concept="Scaling in stops tasks at once. Scaling out first, and in later, never goes below the old number.",
            command="docker service scale web-server=??? and then docker service scale web-server=6",
            example="docker service scale cache=8 and then docker service scale cache=5",
            misconception="to move tasks one must stop the service",
        ),
        Hint(
            "several-at-once",
            goal="no-dip",
            when=eventually(typed(r"parallelism", "several tasks at once")),
            nudge="You replaced several tasks at once. What is the default?",
            concept="An update stops as many tasks at a time as its parallelism says. Without the option it is one.",
            command="docker service update --force ??? web-server",
            example="docker service update --force --update-parallelism 1 cache",
        ),
        Hint(
            "drained",
            goal="no-dip",
            when=eventually(some_node_is("drain")),
            nudge="You drained a node. All its tasks stopped together.",
            concept="A drain takes all tasks off a node at once, and does not wait for their replacements.",
            command="docker service update ??? web-server",
            example="docker service update --force cache",
        ),
        Hint(
            "dip",
            goal="no-dip",
            nudge="Fewer than five tasks ran for a moment. What stopped them?",
            concept="A rolling update replaces one task after the other.",
            command="docker service update ??? web-server",
            example="docker service update --force cache",
        ),
        Hint(
            "made-anew",
            goal="same",
            nudge="You removed the service and made another one.",
            concept="A removed service is gone with all its tasks. Change the wish; do not throw it away.",
            command="docker service update ??? web-server",
            example="docker service update --force cache",
            misconception="to move tasks one must stop the service",
        ),
    ),
)
