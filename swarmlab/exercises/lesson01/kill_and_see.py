"""Exercise 1.3: kill a container and see Swarm fill the slot with a new task."""

from swarmlab.checks import Exercise, Hint, answer, eventually, never, now
from swarmlab.checks.claims import typed
from swarmlab.checks.nodes import some_node_is
from swarmlab.checks.services import another_service
from swarmlab.exercises.lesson01.stage import ONE_TASK, WEB

FIRST = WEB.first_task()

KILL_AND_SEE = Exercise(
    id="1.3",
    title="The container dies, the service lives",
    task=(
        "A service `web-server` with one task is running. Note the id of the task. Then go to the host that runs its "
        "container and kill the container. Give the swarm ten seconds. Hand in the id of the old task and the id of "
        "the new one. The first 12 characters are enough."
    ),
    stage=ONE_TASK,
    asks={"old": "the id of the task that ran first", "new": "the id of the task that runs now"},
    goals=(
        eventually(FIRST.ended_by_itself()).named("ended"),
        eventually(FIRST.is_replaced()).named("replaced"),
        never(another_service()).named("no-other-service"),
        eventually(answer("old").is_id_of_first(FIRST)).named("old"),
        eventually(answer("new").is_id_of_new("web-server")).named("new"),
    ),
    tags=("the container is restarted", "docker ps on the manager lists everything", "a task id is a container id"),
    hints=(
        Hint(
            "made-anew",
            goal="ended",
            when=now(FIRST.is_deleted() & another_service()),
            nudge="You removed the service and made another one. What became of the old task?",
            concept=(
                "A removed service takes its slots, its tasks and their history with it. A new service of the same "
                "name is another service. Only the container should end here, not the wish for it."
            ),
            command="docker kill ??? (on the host that runs it)",
            example="docker kill cache.1.u1zc4qmwvr9oa4y1bpx3r2n7k",
            misconception="the container is restarted",
        ),
        Hint(
            "scaled-away",
            goal="ended",
            when=now(FIRST.is_deleted()),
            nudge="The old task is not in the list any more. Did you change the wish?",
            concept=(
                "When you scale down, Swarm no longer wants the slot. It deletes the slot's task and keeps no history "
                "of it. Here the wish must stay at 1: only the container ends."
            ),
            command="docker kill ??? (on the host that runs it)",
            example="docker kill cache.1.u1zc4qmwvr9oa4y1bpx3r2n7k",
        ),
        Hint(
            "drained",
            goal="ended",
            when=eventually(some_node_is("drain")),
            nudge="You emptied a node. Swarm itself stopped the task there.",
            concept=(
                "Draining a node tells Swarm to shut its tasks down and fill their slots elsewhere: the task ends as "
                "Shutdown. Here the container ends by surprise, so the task ends as Failed."
            ),
            command="docker node update --availability ??? (your node), then docker kill ???",
            example="docker node update --availability active node2",
        ),
        Hint(
            "shut-down-by-swarm",
            goal="ended",
            when=now(FIRST.is_("shutdown")),
            nudge="The old task is Shutdown, not Failed. Who ended it?",
            concept=(
                "After `docker service update` Swarm replaces the tasks itself: it shuts the old one down in good "
                "order. Here the container ends behind the back of Swarm, and Swarm has to find out."
            ),
            command="docker kill ??? (on the host that runs it)",
            example="docker kill cache.1.u1zc4qmwvr9oa4y1bpx3r2n7k",
        ),
        Hint(
            "other-host",
            goal="ended",
            when=eventually(
                typed(r"\bdocker\s+(container\s+)?(kill|stop|rm)\b", "killing a container failed", failed=True)
            ),
            nudge="Which host runs the container? Read what your command answered.",
            concept=(
                "An engine knows only the containers of its own host. The manager knows where each task runs: look at "
                "the NODE column."
            ),
            command="docker service ps web-server, then %%host ??? and docker kill ???",
            example="%%host node1\ndocker kill cache.1.u1zc4qmwvr9oa4y1bpx3r2n7k",
            misconception="docker ps on the manager lists everything",
        ),
        Hint(
            "kill",
            goal="ended",
            nudge="The container that runs the task has to end, on its own host. No service command is needed.",
            concept="Swarm watches over its tasks. It does not matter who ended the container: it has to end.",
            command="docker kill ??? (on the host that runs it)",
            example="%%host node1\ndocker kill cache.1.u1zc4qmwvr9oa4y1bpx3r2n7k",
        ),
        Hint(
            "wait",
            goal="replaced",
            nudge="The old task has ended. Is there a new one yet? Give the swarm some time.",
            concept=(
                "Swarm waits 5 seconds before it starts the next task in the slot. In this lab typing a "
                "command takes two seconds, and between commands time stands still."
            ),
            command='lab.advance("???")',
            example='lab.advance("10s")',
        ),
        Hint(
            "second-service",
            goal="no-other-service",
            nudge="You made a second service. Did the first one need help?",
            concept="Swarm fills the slot of the first service again by itself. You need not do anything.",
            command="docker service ps web-server",
            example="docker service ps cache",
            misconception="the container is restarted",
        ),
        Hint(
            "swapped",
            goal="old",
            when=now(answer("old").is_id_of_new("web-server")),
            nudge="Look again: which of your two tasks is still running?",
            concept=(
                "In `docker service ps` the newest task of a slot is on top. The earlier ones of the same slot "
                "follow, marked with `\\_`."
            ),
            command="docker service ps web-server",
            example="docker service ps cache",
        ),
        Hint(
            "old-is-container-id",
            goal="old",
            when=now(answer("old").is_a_container_id()),
            nudge="That id is in `docker ps`. We want the one in `docker service ps`.",
            concept="A task and its container have different ids. The container is what the task runs.",
            command="docker service ps ???",
            example="docker service ps cache",
            misconception="a task id is a container id",
        ),
        Hint(
            "old-is-a-name",
            goal="old",
            when=now(answer("old").matches(r".*web-server.*", "a name")),
            nudge="That is a name. An id has neither dots nor hyphens.",
            concept="The slot's name stays the same for all its tasks. The id tells them apart.",
            command="docker service ps ???",
            example="docker service ps cache",
        ),
        Hint(
            "old-id",
            goal="old",
            nudge="The ended task is still listed, under the new one. Its id is in the first column.",
            concept="Swarm keeps some ended tasks of a slot as history: five by default.",
            command="docker service ps ???",
            example="docker service ps cache",
        ),
        Hint(
            "new-has-ended",
            goal="new",
            when=now(answer("new").is_an_ended_task_id()),
            nudge="The task you gave as new does not run any more.",
            concept=(
                "An ended task never runs again: its state only moves forward. Swarm made a new task, with a new id, "
                "in the same slot."
            ),
            command="docker service ps --filter desired-state=??? web-server",
            example="docker service ps --filter desired-state=running cache",
            misconception="the container is restarted",
        ),
        Hint(
            "new-is-container-id",
            goal="new",
            when=now(answer("new").is_a_container_id()),
            nudge="That id is in `docker ps`. We want the one in `docker service ps`.",
            concept="A task and its container have different ids. The container is what the task runs.",
            command="docker service ps ???",
            example="docker service ps cache",
            misconception="a task id is a container id",
        ),
        Hint(
            "new-id",
            goal="new",
            nudge="The running task is the first line of `docker service ps web-server`.",
            concept="Each task has an id of its own. The name `web-server.1` belongs to the slot.",
            command="docker service ps ???",
            example="docker service ps cache",
        ),
    ),
)
