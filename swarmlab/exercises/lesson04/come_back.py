"""Exercise 4.5: a lost node comes back, gets nothing, and gets its share at last."""

from swarmlab.checks import Exercise, Hint, Step, always, eventually, node, now, service
from swarmlab.checks.claims import typed
from swarmlab.exercises.lesson04.engine_down import ENGINES
from swarmlab.exercises.stage import CLEAR, MANAGER, typed_on_manager

WEB = service("web-server")
NODE2 = node("node2")

COME_BACK = Exercise(
    id="4.5",
    title="Back, and idle",
    task=(
        "The engine of `node2` is stopped, and `web-server` runs three tasks on each of the other nodes. "
        "Start the engine again. Prove to your colleague that a node that comes back gets nothing by itself. "
        "Then give it its share, with at least five tasks running all the time."
    ),
    stage=(
        *ENGINES,
        *CLEAR,
        *typed_on_manager("docker node update --availability drain node2"),
        *typed_on_manager("docker service create --name web-server --replicas 6 httpd:2.4"),
        *typed_on_manager("docker node update --availability active node2"),
        Step("node2", "systemctl stop docker"),
        Step(MANAGER, "sleep 30"),
    ),
    goals=(
        eventually(NODE2.has_status("ready") & WEB.has_running_on("node2", 0, 0), hold="60s").named("idle"),
        now(NODE2.has_status("ready") & WEB.is_spread() & WEB.shows(6)).named("spread").worth(2),
        always(WEB.has_at_least(5)).named("no-dip"),
    ),
    backends="sim",
    tags=("coming back means getting tasks back", "to move tasks one must stop the service"),
    hints=(
        Hint(
            "not-back",
            goal="idle",
            when=now(NODE2.has_status("down")),
            nudge="`node2` is Down. What has to run there?",
            concept=(
                "A node is an engine that is a member of a swarm. When the engine starts, the node comes back by "
                "itself."
            ),
            command="%%host node2\nsystemctl ??? docker",
            example="%%host node9\nsystemctl start docker",
        ),
        Hint(
            "hurry",
            goal="idle",
            nudge="The node must be back and empty for a whole minute. You did something before that.",
            concept="Whoever wants to show that nothing happens has to wait.",
            command='lab.exercise("4.5")   then start the engine   then   lab.advance("???")',
            example='lab.advance("2m")',
        ),
        Hint(
            "waited",
            goal="spread",
            nudge="The proof is there: nothing moves by itself. Now move something yourself.",
            concept=(
                "Tasks get to an empty node when new tasks are made: by replacing old ones, or by scaling out and in."
            ),
            command="docker service update ??? web-server",
            example="docker service update --force cache",
            misconception="coming back means getting tasks back",
        ),
        Hint(
            "scaled-down",
            goal="no-dip",
            when=eventually(typed(r"\bservice\s+(scale|update.*--replicas)", "the number of replicas was changed")),
            nudge="How many tasks were left when you scaled down?",
            concept="Scale out first, and in later. Then there are never fewer than before.",
            command="docker service scale web-server=???   and then   docker service scale web-server=6",
            example="docker service scale cache=8   and then   docker service scale cache=5",
            misconception="to move tasks one must stop the service",
        ),
        Hint(
            "dip",
            goal="no-dip",
            nudge="Fewer than five tasks ran for a moment. How many were replaced at once?",
            concept="A rolling update replaces one task after the other, unless you ask for more.",
            command="docker service update ??? web-server",
            example="docker service update --force cache",
        ),
    ),
)
