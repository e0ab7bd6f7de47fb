"""Exercise 2.3: four tasks that ended in four ways, all to be seen at once."""

from swarmlab.checks import Exercise, Hint, eventually, now
from swarmlab.checks.claims import typed
from swarmlab.checks.services import some_task_is
from swarmlab.exercises.stage import CLEAR

KILLED = typed(r"\bdocker\s+(container\s+)?(kill|stop|rm)\b", "a container was ended by hand", failed=False)

FOUR_ENDINGS = Exercise(
    id="2.3",
    title="Four ways to end",
    task="Leave four ended tasks behind, of one service or of several. All four must be there at the end.",
    stage=CLEAR,
    goals=(
        now(some_task_is("complete")).named("complete"),
        now(some_task_is("failed")).named("failed"),
        now(some_task_is("rejected")).named("rejected"),
        now(some_task_is("shutdown")).named("shutdown"),
    ),
    tags=("complete ends the service", "a task that cannot run fails", "scaled-in tasks remain in history"),
    hints=(
        Hint(
            "complete-gone",
            goal="complete",
            when=eventually(some_task_is("complete")),
            nudge="There was a completed task. Where is it now?",
            concept="Tasks of a removed service are gone, and so are those of slots that are no longer wanted.",
            command="docker service create --detach --name ??? --restart-condition none busybox:1.36 true",
            example="docker service create --detach --name hi --restart-condition none alpine:3.22 echo hi",
        ),
        Hint(
            "complete",
            goal="complete",
            nudge="Which program ends by itself, with exit code 0?",
            concept=(
                "A task is COMPLETE when its program ends with exit code 0. By default Swarm starts another one after "
                "that. With `--restart-condition none` it does not."
            ),
            command="docker service create --detach --name ??? --restart-condition none busybox:1.36 ???",
            example="docker service create --detach --name hi --restart-condition none alpine:3.22 echo hi",
            misconception="complete ends the service",
        ),
        Hint(
            "failed",
            goal="failed",
            nudge="Which program ends with another exit code than 0?",
            concept=(
                "A task is FAILED when its program ends with an error: any exit code but 0. A killed container has 137."
            ),
            command="docker service create --detach --name ??? --restart-condition none busybox:1.36 ???",
            example='docker service create --detach --name oops alpine:3.22 sh -c "exit 3"',
        ),
        Hint(
            "pending-instead",
            goal="rejected",
            when=now(some_task_is("pending")),
            nudge="A pending task has not ended: it waits for a node. Let a node say no.",
            concept=(
                "REJECTED means: the task had a node, and the node could not prepare it, for example for want of an "
                "image."
            ),
            command="docker service create --detach --name ??? httpd:???",
            example="docker service create --detach --name cache redis:0.0",
            misconception="a task that cannot run fails",
        ),
        Hint(
            "rejected",
            goal="rejected",
            nudge="What could a node be unable to get?",
            concept=(
                "A node rejects a task that it cannot prepare. The most common reason is a wrong image name or tag."
            ),
            command="docker service create --detach --name ??? httpd:???",
            example="docker service create --detach --name cache redis:0.0",
            misconception="a task that cannot run fails",
        ),
        Hint(
            "scaled-in",
            goal="shutdown",
            when=eventually(typed(r"\bscale\b|--replicas[ =]", "the number of replicas was changed")),
            nudge="Scaling in leaves nothing behind. Look at `docker service ps`.",
            concept=(
                "A slot that is no longer wanted is deleted with all its tasks. History is kept where the slot stays "
                "and its task is replaced: after an update, a drain or a failure."
            ),
            command="docker service update ??? NAME",
            example="docker service update --image redis:7.4 cache",
            misconception="scaled-in tasks remain in history",
        ),
        Hint(
            "killed",
            goal="shutdown",
            when=eventually(KILLED),
            nudge="You ended a container yourself. Let Swarm end one.",
            concept=(
                "SHUTDOWN means that Swarm itself stopped the task in good order. A container that you stop or kill "
                "ends behind its back, and its task is COMPLETE or FAILED."
            ),
            command="docker service update ??? NAME",
            example="docker service update --image redis:7.4 cache",
        ),
        Hint(
            "shutdown",
            goal="shutdown",
            nudge="When does Swarm itself replace a task that is well?",
            concept=(
                "SHUTDOWN means that Swarm stopped the task: to replace it after an update, or to take it off a node."
            ),
            command="docker service update ??? NAME",
            example="docker service update --image redis:7.4 cache",
        ),
    ),
)
