"""Exercise 0.4: try something, see what comes of it, and go back as if nothing had happened."""

from swarmlab.checks import Exercise, Hint, Scene, always, answer, eventually, never, now, service
from swarmlab.checks.claims import running_tasks
from swarmlab.checks.nodes import some_node_is
from swarmlab.exercises.stage import CLEAR, HOSTS, WORKERS, typed_on_manager

WEB = service("web-server")


def other_worker(scene: Scene, given: str) -> bool:
    """Whether `given` is the worker on which the task did not run at the start."""
    (task,) = running_tasks(scene.start, WEB.name)
    return given in WORKERS and given != task["node"]


WHAT_IF = Exercise(
    id="0.4",
    title="What if?",
    task=(
        "A service `web-server` with one task is running. Draining a node takes its tasks off it: "
        "`docker node update --availability drain NODE`. Find out where the task would go if you drained the node on "
        "which it runs. Try it, but leave no trace: in the end it must never have happened."
    ),
    stage=(
        *CLEAR,
        *typed_on_manager("docker service create --name web-server --constraint node.role==worker httpd:2.4"),
    ),
    asks={"answer": "the node to which the task would go"},
    goals=(
        eventually(answer().says("the node to which the task would go", other_worker)).named("where").worth(2),
        never(some_node_is("drain")).named("no-drain"),
        always(WEB.first_task().is_("running")).named("same-task"),
    ),
    backends="sim",
    tags=("what is done is done", "a rewind leaves a trace"),
    hints=(
        Hint(
            "no-answer",
            goal="where",
            when=now(answer().is_missing()),
            nudge="You have not handed in the name of a node yet.",
            concept="In a simulation you can remember a moment, try something, and return to that moment.",
            command='lab.checkpoint("???")   then try   then   lab.rewind("???")',
            example='lab.checkpoint("start")   …   lab.rewind("start")',
        ),
        Hint(
            "same-node",
            goal="where",
            when=now(
                answer().says(
                    "the node of now", lambda scene, given: given in WORKERS and not other_worker(scene, given)
                )
            ),
            nudge="That is the node on which the task runs now. Where would it go?",
            concept="A drained node keeps no task. The swarm looks for another node.",
            command="docker service ps ???   (after draining)",
            example="docker service ps cache",
        ),
        Hint(
            "manager",
            goal="where",
            when=now(answer().matches("swarm-manage", "the manager")),
            nudge="A good guess, but did you try it? This service may not run everywhere.",
            concept="Trying is better than guessing here. The service has a constraint that the manager does not meet.",
            command='lab.checkpoint("???")   then drain   then   docker service ps web-server',
            example="docker node update --availability drain node9",
        ),
        Hint(
            "a-node",
            goal="where",
            nudge=f"Hand in the name of a node: one of {', '.join(HOSTS)}.",
            concept="The column NODE of `docker service ps` says where a task runs.",
            command="docker service ps ???",
            example="docker service ps cache",
        ),
        Hint(
            "still-drained",
            goal="no-drain",
            when=now(some_node_is("drain")),
            nudge="You know the answer. But a node is still drained.",
            concept="A rewind returns to a moment that you gave a name before. What came after it never happened.",
            command='lab.exercise("0.4")   lab.checkpoint("???")   …   lab.rewind("???")',
            example='lab.checkpoint("start")   …   lab.rewind("start")',
            misconception="what is done is done",
        ),
        Hint(
            "undone-by-hand",
            goal="no-drain",
            nudge="You put the node back by hand. That is a second change, not a way back.",
            concept="After a change and its opposite, the task has been replaced. A rewind takes both changes away.",
            command='lab.exercise("0.4")   lab.checkpoint("???")   …   lab.rewind("???")',
            example='lab.checkpoint("start")   …   lab.rewind("start")',
            misconception="what is done is done",
        ),
        Hint(
            "replaced",
            goal="same-task",
            nudge="The task of the start does not run any more. What did you change?",
            concept="Everything you try belongs between a checkpoint and a rewind.",
            command='lab.exercise("0.4")   lab.checkpoint("???")   …   lab.rewind("???")',
            example='lab.checkpoint("start")   …   lab.rewind("start")',
        ),
    ),
)
