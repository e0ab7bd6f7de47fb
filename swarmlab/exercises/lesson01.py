"""Exercises of lesson 01: services, slots, tasks, containers."""

from swarmlab.checks import Exercise, Hint, Step, answer, eventually, never, now, service
from swarmlab.checks.claims import another_service, service_called, some_node_is, typed

MANAGER = "swarm-manage"
WORKERS = ("node1", "node2")
WEB = service("web-server")
FIRST = WEB.first_task()

CLEAR = Step(MANAGER, "docker service rm web-server", may_fail=True)
ONE_TASK = Step(MANAGER, "docker service create --name web-server httpd:2.4")

CREATE_PINNED = Exercise(
    id="1.1",
    title="One running task, from a pinned image",
    task=(
        "Create a service called `web-server` with one replica. "
        "Use the image `httpd` in a fixed version, for example 2.4."
    ),
    stage=(CLEAR,),
    goals=(
        eventually(WEB.shows(1), hold="5s").named("one-of-one"),
        eventually(WEB.shows(1) & WEB.has_pinned_image(), hold="5s").named("pinned"),
    ),
    tags=("a service is a container", "latest is a version", "any node can manage the swarm"),
    hints=(
        Hint(
            "too-many",
            goal="one-of-one",
            when=now(WEB.wants(2)),
            nudge="Count the replicas. How many does the exercise ask for?",
            concept=(
                "The number of replicas is part of the wish. The swarm keeps as many tasks running as you wished, "
                "so `3/3` is right for a wish of three and wrong for a wish of one."
            ),
            command="docker service scale web-server=???",
            example="docker service scale cache=2",
        ),
        Hint(
            "none-wanted",
            goal="one-of-one",
            when=now(WEB.wants(0, 0)),
            nudge="Your service is there, but it wants no task at all.",
            concept="A service with 0 replicas is a valid wish: keep the definition, run nothing.",
            command="docker service scale web-server=???",
            example="docker service scale cache=2",
        ),
        Hint(
            "cannot-be-pulled",
            goal="one-of-one",
            when=now(WEB.has_a_task("rejected")),
            nudge="Read the ERROR column of `docker service ps --no-trunc web-server`.",
            concept=(
                "The node that should run the task cannot get the image, so it rejects the task. Swarm tries again "
                "and again, because your wish has not changed. Check the name and the tag of the image."
            ),
            command="docker service update --image httpd:??? web-server",
            example="docker service update --image redis:7.4 cache",
        ),
        Hint(
            "does-not-stay",
            goal="one-of-one",
            when=now(WEB.has_a_task("failed", "complete")),
            nudge="Your task starts, but it does not stay. Look at its history.",
            concept=(
                "A task ends when the main process of its container ends. Swarm then makes a new task in the same "
                "slot. A web server goes on running; a command that finishes does not."
            ),
            command="docker service update --image httpd:??? web-server",
            example="docker service update --image redis:7.4 cache",
        ),
        Hint(
            "too-soon",
            goal="one-of-one",
            when=now(WEB.exists()),
            nudge="Your service is there. Give it a few seconds and look again.",
            concept=(
                "With `--detach` the command returns before the task runs. In this lab time stands still between "
                "commands, so nothing happens until something takes time."
            ),
            command='lab.advance("???")',
            example='lab.advance("10s")',
        ),
        Hint(
            "other-name",
            goal="one-of-one",
            when=now(service_called(r"(?i).*(web|serv|http).*")),
            nudge="Look at the name of your service, letter by letter.",
            concept=(
                "A service is found by its exact name. We write `web-server` with a hyphen: a service name becomes a "
                "host name later, and an underscore is not valid in a host name."
            ),
            command="docker service create --name ??? httpd:2.4",
            example="docker service create --name cache-store redis:7.4",
        ),
        Hint(
            "on-a-worker",
            goal="one-of-one",
            when=eventually(typed(r"\bdocker\s+service\b", "a service command failed on a worker", WORKERS, True)),
            nudge="On which host did you type the command? Read what it answered.",
            concept=(
                "Only a manager takes orders for the swarm. A worker runs the tasks it is given and knows nothing of "
                "services. In this lab the manager is swarm-manage."
            ),
            command="%%host ???\ndocker service create --name web-server httpd:2.4",
            example="%%host swarm-manage\ndocker service create --name cache redis:7.4",
            misconception="any node can manage the swarm",
        ),
        Hint(
            "a-container",
            goal="one-of-one",
            when=eventually(typed(r"\bdocker\s+(container\s+)?(run|create)\b", "a container was started by hand")),
            nudge="You started a container. Did you ask for a service?",
            concept=(
                "`docker run` starts one container on one host, and nobody replaces it when it ends. A service is a "
                "wish that the swarm keeps: it makes a task for each replica, and each task runs a container."
            ),
            command="docker service ??? --name web-server httpd:2.4",
            example="docker service create --name cache redis:7.4",
            misconception="a service is a container",
        ),
        Hint(
            "create",
            goal="one-of-one",
            nudge="One command of this lesson made a service. Which one was it?",
            concept="A service needs a name and an image. Without `--replicas` it wants one task.",
            command="docker service create --name ??? ???",
            example="docker service create --name cache redis:7.4",
        ),
        Hint(
            "latest",
            goal="pinned",
            when=now(WEB.has_image(r"[^:@]+(:latest)?", "`latest`, written or meant")),
            nudge="Look at the IMAGE column of `docker service ls`. Which version is that?",
            concept=(
                "`latest` is not a version. It is the tag that Docker takes when you write none, and it means "
                "whatever was pushed last. Two people who deploy `latest` on two days can get two programs."
            ),
            command="docker service update --image httpd:??? web-server",
            example="docker service update --image redis:7.4 cache",
            misconception="latest is a version",
        ),
        Hint(
            "moving-tag",
            goal="pinned",
            when=now(WEB.has_image(r"[^:@]+:[^\d@]+", "a tag without a number")),
            nudge="Is there a number in the tag of your image?",
            concept="A tag such as `stable` or `alpine` moves on with each release, as `latest` does.",
            command="docker service update --image httpd:??? web-server",
            example="docker service update --image redis:7.4 cache",
            misconception="latest is a version",
        ),
        Hint(
            "pin",
            goal="pinned",
            nudge="Does the task run with the pinned image, and has it done so for five seconds?",
            concept="A changed image takes effect in a new task: the old one is stopped, a new one starts.",
            command="docker service ps web-server",
            example="docker service ps cache",
        ),
    ),
)

CONTAINER_NAME = Exercise(
    id="1.2",
    title="From the task to its container",
    task=(
        "A service `web-server` with one task is running. Find the name of the container that runs this task. "
        "You need no command on the worker: the manager knows enough. Hand in the full name."
    ),
    stage=(CLEAR, ONE_TASK),
    asks={"answer": "the full name of the container"},
    goals=(eventually(answer().is_container_of("web-server")).named("name").worth(2),),
    tags=("a service is a container", "docker ps on the manager lists everything", "a task id is a container id"),
    hints=(
        Hint(
            "no-answer",
            goal="name",
            when=now(answer().is_missing()),
            nudge="You have not handed in a name yet. Put it between the quotes.",
            concept="A container of a service is called `service.slot.taskid`. All three parts are known to a manager.",
            command="docker service ps --no-trunc ???",
            example="docker service ps --no-trunc cache",
        ),
        Hint(
            "service-only",
            goal="name",
            when=now(answer().matches(r"web-server", "the service's name")),
            nudge="That is the name of the service. A service is not a container.",
            concept=(
                "A service is a wish. Its slot 1 is the first place to be filled, a task fills the place, and the task "
                "runs a container. The container's name has a part for each of the three."
            ),
            command="web-server.???.???",
            example="cache.1.u1zc4qmwvr9oa4y1bpx3r2n7k",
            misconception="a service is a container",
        ),
        Hint(
            "no-task-id",
            goal="name",
            when=now(answer().matches(r"/?web-server\.\d+\.?", "service and slot")),
            nudge="That says which slot. Many tasks can fill one slot, one after another.",
            concept="The container belongs to one task, so the task's id is the last part of its name.",
            command="web-server.1.???",
            example="cache.1.u1zc4qmwvr9oa4y1bpx3r2n7k",
        ),
        Hint(
            "short-id",
            goal="name",
            when=now(answer().matches(r"/?web-server\.1\.[a-z0-9]{5,24}", "a name with a shortened id")),
            nudge="Count the characters of the id in your answer.",
            concept="`docker service ps` shortens ids to 12 characters. The name of the container has all 25.",
            command="docker service ps ??? web-server",
            example="docker service ps --no-trunc cache",
        ),
        Hint(
            "task-id-only",
            goal="name",
            when=now(answer().is_a_task_id()),
            nudge="That is the id of the task. It is one part of the name.",
            concept="A container of a service is called `service.slot.taskid`.",
            command="???.???.(your id)",
            example="cache.1.u1zc4qmwvr9oa4y1bpx3r2n7k",
        ),
        Hint(
            "container-id",
            goal="name",
            when=now(answer().is_a_container_id()),
            nudge="That is the container's id. We want its name.",
            concept=(
                "A task and its container have different ids: the manager gave the task its id before any container "
                "existed. The container got its name from the task, and its id from the engine of its host."
            ),
            command="web-server.1.??? (the id of the task)",
            example="cache.1.u1zc4qmwvr9oa4y1bpx3r2n7k",
            misconception="a task id is a container id",
        ),
        Hint(
            "other-container",
            goal="name",
            when=now(answer().matches(r"/?[\w-]+\.\d+\.[a-z0-9]{25}", "the name of another container")),
            nudge="The form is right. Is this the task that runs now, in this service?",
            concept="A replaced task has another id, and so its container has another name.",
            command="docker service ps --no-trunc ???",
            example="docker service ps --no-trunc cache",
        ),
        Hint(
            "name-parts",
            goal="name",
            nudge="Compare the NAMES column of `docker ps` on a worker with `docker service ps` on the manager.",
            concept="A container of a service is called `service.slot.taskid`.",
            command="docker service ps --no-trunc ???",
            example="cache.1.u1zc4qmwvr9oa4y1bpx3r2n7k",
        ),
    ),
)

KILL_AND_SEE = Exercise(
    id="1.3",
    title="The container dies, the service lives",
    task=(
        "A service `web-server` with one task is running. Note the id of the task. Then go to the host that runs its "
        "container and kill the container. Give the swarm ten seconds. Hand in the id of the old task and the id of "
        "the new one. The first 12 characters are enough."
    ),
    stage=(CLEAR, ONE_TASK),
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
                "Swarm waits 5 seconds before it starts the next task in the slot. In this lab time stands still "
                "between commands."
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

EXERCISES = (CREATE_PINNED, CONTAINER_NAME, KILL_AND_SEE)
