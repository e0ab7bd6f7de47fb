"""Exercise 5.2: publish a port of a running service, without being away."""

from swarmlab.checks import Exercise, Hint, always, eventually, now
from swarmlab.checks.services import no_service
from swarmlab.exercises.lesson05.stage import WEB, all_answer
from swarmlab.exercises.stage import CLEAR, typed_on_manager

PUBLISH_IT = Exercise(
    id="5.2",
    title="Open to the world",
    task=(
        "`web-server` runs two tasks and publishes nothing. Publish its port 80 as port 8080 of the swarm, while it "
        "runs. Then ask all three nodes for a page."
    ),
    stage=(*CLEAR, *typed_on_manager("docker service create --name web-server --replicas 2 httpd:2.4")),
    goals=(
        now(WEB.publishes(8080, 80) & WEB.shows(2)).named("published").worth(2),
        eventually(all_answer(8080)).named("tried"),
        always(WEB.has_at_least(1)).named("no-break"),
    ),
    tags=("host port and container port are the same", "only nodes with a task answer", "publishing changes no task"),
    hints=(
        Hint(
            "removed",
            goal="published",
            when=now(no_service("web-server")),
            nudge="The service is gone. A running service can be changed.",
            concept="An update changes the wish, and replaces the tasks one after the other where that is needed.",
            command='lab.exercise("5.2")   and   docker service update --publish-add ??? web-server',
            example="docker service update --publish-add 9000:6379 cache",
        ),
        Hint(
            "swapped",
            goal="published",
            when=now(WEB.publishes(80, 8080)),
            nudge="Which of the two numbers is the port of the container?",
            concept="First the port of the swarm, then the port of the container: `PUBLISHED:TARGET`.",
            command="docker service update --publish-rm 8080 --publish-add ???:??? web-server",
            example="docker service update --publish-add 9000:6379 cache",
            misconception="host port and container port are the same",
        ),
        Hint(
            "same-number",
            goal="published",
            when=now(WEB.publishes(8080, 8080)),
            nudge="Inside the container nothing listens at port 8080.",
            concept="The server listens at port 80 of its container. Published is another number: `PUBLISHED:TARGET`.",
            command="docker service update --publish-rm 8080 --publish-add ???:??? web-server",
            example="docker service update --publish-add 9000:6379 cache",
            misconception="host port and container port are the same",
        ),
        Hint(
            "host-mode",
            goal="published",
            when=now(WEB.publishes(8080, 80, "host")),
            nudge="In host mode only the nodes with a task answer. All three should.",
            concept=(
                "Without a mode, a port is published through the routing mesh: on every node, with or without a task."
            ),
            command="docker service update --publish-rm 80 --publish-add ???:??? web-server",
            example="docker service update --publish-add 9000:6379 cache",
        ),
        Hint(
            "no-number",
            goal="published",
            when=now(WEB.publishes_nothing().negated("something is published")),
            nudge="Look at the column PORTS of `docker service ls`. Which number was chosen?",
            concept="If you name only the port of the container, Swarm chooses a free port from 30000 on.",
            command="docker service update --publish-rm 80 --publish-add ???:??? web-server",
            example="docker service update --publish-add 9000:6379 cache",
        ),
        Hint(
            "publish",
            goal="published",
            nudge="An update of the service can add a port.",
            concept="Published ports are part of the wish. Changing them replaces the tasks, one after the other.",
            command="docker service update --publish-add ???:??? web-server",
            example="docker service update --publish-add 9000:6379 cache",
            misconception="publishing changes no task",
        ),
        Hint(
            "try",
            goal="tried",
            nudge="Ask all three: also the node that runs no task.",
            concept="In the routing mesh every node accepts, and passes the connection on to a task.",
            command="curl 192.168.1.???:8080",
            example="curl 192.168.1.99:9000",
            misconception="only nodes with a task answer",
        ),
        Hint(
            "break",
            goal="no-break",
            nudge="For a moment no task ran at all. How many were replaced at once?",
            concept="An update replaces one task after the other, unless you ask for more. A removed service is away.",
            command='lab.exercise("5.2")   and   docker service update --publish-add ???:??? web-server',
            example="docker service update --publish-add 9000:6379 cache",
        ),
    ),
)
