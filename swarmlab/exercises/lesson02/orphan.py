"""Exercise 2.4: a node is lost for a day; its task is replaced at once, and orphaned much later."""

from swarmlab.checks import Exercise, Hint, Scene, answer, eventually, never, now, service
from swarmlab.checks.claims import is_running, longer_than
from swarmlab.checks.nodes import some_node_has_status, some_node_is
from swarmlab.exercises.stage import CLEAR, typed_on_manager

WEB = service("web-server")
SECONDS = answer("seconds")


def took(scene: Scene) -> float | None:
    """Return how many seconds after its making, when the node was found to be down, the replacement ran.

    None while there is no replacement, or no node is down.
    """
    if not any(node["state"] == "down" for node in scene.world.nodes.values()):
        return None
    tasks = [t for t in scene.world.tasks_of(WEB.name) if is_running(t) and t["id"] not in scene.start.tasks]
    return max((task["at"] - task["created"]) / 1_000_000_000 for task in tasks) if tasks else None


ORPHAN = Exercise(
    id="2.4",
    title="The orphan",
    task=(
        "A service `web-server` runs one task on each node. Cut the power of `node2`, and never give it back. "
        "Find out how many seconds after `node2` was shown as Down its task had a running replacement. "
        "Then wait until the lost task is orphaned."
    ),
    stage=(*CLEAR, *typed_on_manager("docker service create --name web-server --replicas 3 httpd:2.4")),
    asks={"seconds": "seconds from Down to a running replacement"},
    goals=(
        eventually(WEB.has_a_task("orphaned")).named("orphaned").worth(2),
        never(some_node_is("drain")).named("no-drain"),
        eventually(
            SECONDS.is_number(
                "the number of seconds from Down to a running replacement (3 more or less will do)", took, 3
            )
        ).named("seconds"),
    ),
    backends="sim",
    tags=("orphaned causes the replacement", "a drained node is a lost node"),
    hints=(
        Hint(
            "drained",
            goal="orphaned",
            when=eventually(some_node_is("drain")),
            nudge="A drained node answers still. Its tasks end in good order, and nobody is orphaned.",
            concept=(
                "A task is orphaned when its node has been silent for a whole day, and nobody knows what became of it."
            ),
            command='lab.faults.???("node2")',
            example='lab.faults.stop("node7")',
            misconception="a drained node is a lost node",
        ),
        Hint(
            "came-back",
            goal="orphaned",
            when=eventually(some_node_has_status("down")),
            nudge="The node was Down, but not long enough without a break.",
            concept=(
                "The manager gives up the tasks of a lost node after 24 hours. If the node comes back, the count ends."
            ),
            command='lab.advance("???")',
            example='lab.advance("7h")',
        ),
        Hint(
            "stop-it",
            goal="orphaned",
            nudge="The node must be gone, without a word. Which fault does that?",
            concept="A node sends a heartbeat every five seconds. When they stay out, the manager calls it Down.",
            command='lab.faults.???("node2")   and then   lab.advance("???")',
            example='lab.faults.stop("node7")',
        ),
        Hint(
            "drain",
            goal="no-drain",
            nudge="You drained a node on the way. It is not needed.",
            concept="The swarm finds out by itself that a node is lost, and replaces its tasks by itself.",
            command='lab.exercise("2.4")   and begin again',
            example='lab.faults.stop("node7")',
        ),
        Hint(
            "a-day",
            goal="seconds",
            when=now(SECONDS.is_number("a day", lambda scene: 86400, 4000)),
            nudge="After a day the old task was orphaned. But when did the new one start?",
            concept=(
                "Two different clocks: after Down the slot is filled again at once, with the usual restart delay. "
                "Only a day later the old task is written off. Nobody waited for that."
            ),
            command='docker service ps web-server   or   lab.charts.timeline("web-server")',
            example='lab.charts.timeline("cache")',
            misconception="orphaned causes the replacement",
        ),
        Hint(
            "no-seconds",
            goal="seconds",
            when=now(SECONDS.is_not_given()),
            nudge="Hand in a number of seconds.",
            concept="Begin again and look more often: when the node is Down, and when the new task is Running.",
            command='lab.advance("1s")   and   docker node ls   and   docker service ps web-server',
            example='lab.charts.timeline("cache")',
        ),
        Hint(
            "count-from-down",
            goal="seconds",
            when=now(longer_than(0)),
            nudge="Count from the moment at which the node is Down, not from the power cut.",
            concept=(
                "Until Down, nobody knows that the task is lost. After Down comes the restart delay of five seconds."
            ),
            command='lab.charts.timeline("web-server")',
            example='lab.charts.timeline("cache")',
        ),
        Hint(
            "seconds",
            goal="seconds",
            nudge="Let the node be lost first.",
            concept="The replacement is made when the node is found to be Down.",
            command='lab.faults.???("node2")',
            example='lab.faults.stop("node7")',
        ),
    ),
)
