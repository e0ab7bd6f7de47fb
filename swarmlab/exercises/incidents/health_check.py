"""Incident 7: a health check that asks for a page that does not exist."""

from swarmlab.checks import Exercise, Hint, always, eventually, service
from swarmlab.checks.claims import typed
from swarmlab.exercises.incidents.stage import WELL, created
from swarmlab.exercises.stage import typed_on_manager

API = service("api")

HEALTH_CHECK = Exercise(
    id="incident-7",
    title="It cannot stay alive",
    task=(
        "From the developers: `api` has no rest. Every few seconds its two tasks end and new ones come; "
        "`docker service ls` says 0/2. But the program is well: while a container lives, it answers "
        "`curl http://127.0.0.1/` inside. It began when somebody added a health check. Please make it stay."
    ),
    stage=(
        *WELL,
        *created(
            "--detach --name api --replicas 2 --health-interval 2s --health-retries 2 "
            "--health-cmd 'curl -f http://127.0.0.1/healthz || exit 1' nginx:1.29"
        ),
        *typed_on_manager("sleep 40"),
    ),
    goals=(eventually(API.shows(2), hold="40s").named("stays").worth(2), always(API.is_the_same()).named("same")),
    backends="sim",
    tags=("a task that ends has a broken program", "more attempts are a repair"),
    hints=(
        Hint(
            "patience",
            goal="stays",
            when=eventually(
                typed(r"--health-(retries|interval|timeout|start-period)|--restart-", "the check got more patience")
            ),
            nudge="It takes longer now, and ends all the same. What does the check ask for?",
            concept="A question with the wrong answer stays wrong, however often it is asked.",
            command="docker service inspect --format '{{json .Spec.TaskTemplate.ContainerSpec.Healthcheck}}' api",
            example="docker service update --health-cmd 'curl -f http://127.0.0.1/ok' archive",
            misconception="more attempts are a repair",
        ),
        Hint(
            "program",
            goal="stays",
            when=eventually(typed(r"--image|--force|docker kill", "the tasks were made anew")),
            nudge="New tasks have the same fate. Who ends them?",
            concept="The program is well. Swarm ends a task whose health check says that it is not.",
            command="docker ps   (on each host, a few times; read STATUS)",
            example="docker service update --health-cmd 'curl -f http://127.0.0.1/ok' archive",
            misconception="a task that ends has a broken program",
        ),
        Hint(
            "stays",
            goal="stays",
            nudge="No program ends here by itself: each is stopped. What do the containers say of their health?",
            concept=(
                "A health check is a command: what ends with 0 is healthy. This one asks for a page that is not there."
            ),
            command=(
                "docker service inspect --format '{{json .Spec.TaskTemplate.ContainerSpec.Healthcheck}}' api   and   "
                "docker service update --health-cmd '???' api"
            ),
            example="docker service update --health-cmd 'curl -f http://127.0.0.1/ok' archive",
        ),
        Hint(
            "same",
            goal="same",
            nudge="The service was made anew. Its check could have been changed.",
            concept="A health check is part of the wish, and a wish can be changed.",
            command="lab.incident(7)   to begin again",
            example="docker service update --health-cmd 'curl -f http://127.0.0.1/ok' archive",
        ),
    ),
)
