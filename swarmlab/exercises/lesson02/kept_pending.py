"""Exercise 2.2: keep a task pending for a minute, and say why it is."""

from swarmlab.checks import Exercise, Hint, Scene, answer, eventually, never, now
from swarmlab.checks.nodes import some_node_has_status
from swarmlab.checks.services import some_task_is
from swarmlab.exercises.stage import CLEAR

REASON = answer("reason")


def is_reason(scene: Scene, given: str) -> bool:
    """Whether `given` is the whole message of a task that is pending."""
    said = given.strip("\"' ")
    return any(task["state"] == "pending" and task["err"] == said for task in scene.world.tasks.values())


KEPT_PENDING = Exercise(
    id="2.2",
    title="Nowhere to go",
    task=(
        "Make a service with a task that no node can take. Keep it waiting. "
        "Then hand in the whole text that Swarm gives as the reason."
    ),
    stage=CLEAR,
    asks={"reason": "the whole text of the column ERROR"},
    goals=(
        eventually(some_task_is("pending"), hold="60s").named("pending").worth(2),
        never(some_node_has_status("down")).named("no-node-down"),
        eventually(REASON.says("the whole reason why a task is pending", is_reason)).named("reason"),
    ),
    tags=("pending means pulling the image", "a task that cannot run fails"),
    hints=(
        Hint(
            "rejected",
            goal="pending",
            when=eventually(some_task_is("rejected")),
            nudge="Your task is rejected, not pending. Did it have a node?",
            concept=(
                "The scheduler does not look at images. It finds a node, and then the node finds that there is no such "
                "image: REJECTED. A pending task has found no node at all."
            ),
            command="docker service create --detach --name ??? --constraint ??? httpd:2.4",
            example="docker service create --detach --name cache --constraint node.labels.disk==fast redis:7.4",
            misconception="pending means pulling the image",
        ),
        Hint(
            "too-short",
            goal="pending",
            when=now(some_task_is("pending")),
            nudge="It is pending. Has it been so for a whole minute?",
            concept="Nothing will change by itself. A pending task waits as long as it takes.",
            command='lab.advance("???")',
            example='lab.advance("2m")',
        ),
        Hint(
            "runs",
            goal="pending",
            when=now(some_task_is("running")),
            nudge="Your task runs: a node could take it. Ask for something that no node has.",
            concept=(
                "The scheduler drops every node that does not fit: too little free memory or CPU, a constraint that "
                "does not hold, a host port in use, drained. If none is left, the task stays PENDING."
            ),
            command="docker service create --detach --name ??? --reserve-memory ??? httpd:2.4",
            example="docker service create --detach --name cache --reserve-cpu 100 redis:7.4",
        ),
        Hint(
            "impossible-wish",
            goal="pending",
            nudge="What could a service ask for that none of the three nodes has?",
            concept=(
                "A reservation says how much memory or CPU must be free. A constraint says which nodes may be taken."
            ),
            command="docker service create --detach --name ??? --reserve-memory ??? httpd:2.4",
            example="docker service create --detach --name cache --reserve-cpu 100 redis:7.4",
        ),
        Hint(
            "node-down",
            goal="no-node-down",
            nudge="It works, but you broke a node for it. Ask for something impossible instead.",
            concept="A task is pending when its wish and the nodes do not fit. You can change the wish as well.",
            command="docker service create --detach --name ??? --constraint ??? httpd:2.4",
            example="docker service create --detach --name cache --constraint node.labels.disk==fast redis:7.4",
        ),
        Hint(
            "no-reason",
            goal="reason",
            when=now(REASON.is_missing()),
            nudge="Now hand in what the column ERROR says.",
            concept="For a pending task the column ERROR is no error. It says why no node was found.",
            command="docker service ps --no-trunc ???",
            example="docker service ps --no-trunc cache",
        ),
        Hint(
            "cut-off",
            goal="reason",
            when=now(REASON.matches(r".*(…|\.\.\.).*", "a text that is cut off")),
            nudge="Your text ends with dots. The rest is missing.",
            concept="Tables shorten long texts. One option shows them whole.",
            command="docker service ps ??? NAME",
            example="docker service ps --no-trunc cache",
        ),
        Hint(
            "the-text",
            goal="reason",
            nudge="Copy the whole text between the quotation marks in the column ERROR.",
            concept="It begins with `no suitable node` and goes on with the reason and the number of nodes.",
            command="docker service ps --no-trunc ???",
            example="docker service ps --no-trunc cache",
        ),
    ),
)
