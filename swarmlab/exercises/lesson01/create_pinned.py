"""Exercise 1.1: create a service with one task, from an image whose version is fixed."""

from swarmlab.checks import Exercise, Hint, eventually, now
from swarmlab.checks.claims import typed
from swarmlab.checks.services import service_called
from swarmlab.exercises.lesson01.stage import NO_SERVICE, WEB
from swarmlab.exercises.stage import WORKERS

CREATE_PINNED = Exercise(
    id="1.1",
    title="One running task, from a pinned image",
    task=(
        "Create a service called `web-server` with one replica. "
        "Use the image `httpd` in a fixed version, for example 2.4."
    ),
    stage=NO_SERVICE,
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
                "With `--detach` the command returns before the task runs. In this lab typing a command takes two "
                "seconds, and between commands time stands still."
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
