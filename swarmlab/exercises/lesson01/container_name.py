"""Exercise 1.2: derive the name of a container from the record of its task."""

from swarmlab.checks import Exercise, Hint, answer, eventually, now
from swarmlab.exercises.lesson01.stage import ONE_TASK

CONTAINER_NAME = Exercise(
    id="1.2",
    title="From the task to its container",
    task=(
        "A service `web-server` with one task is running. Find the name of the container that runs this task. "
        "You need no command on the worker: the manager knows enough. Hand in the full name."
    ),
    stage=ONE_TASK,
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
