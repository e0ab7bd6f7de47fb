"""Exercise 8.3: an image that fails late; watch each new task long enough."""

from swarmlab.checks import Exercise, Hint, eventually, never, now, service
from swarmlab.checks.claims import typed
from swarmlab.checks.updates import update_is
from swarmlab.exercises.stage import CLEAR, typed_on_manager

WEB = service("web-server")
OLD = WEB.has_image(r"httpd:2\.4", "`httpd:2.4`")
BAD = WEB.has_image(r"crash:slow", "`crash:slow`")

LOOK_LONGER = Exercise(
    id="8.3",
    title="Look longer",
    task=(
        "`web-server` rolls back when an update fails. But the image `crash:slow` fails only eight seconds after its "
        "start. Change how long a new task is watched, then update to `crash:slow`: Swarm has to notice, and go back."
    ),
    stage=(
        *CLEAR,
        *typed_on_manager(
            "docker service create --name web-server --replicas 2 --update-failure-action rollback httpd:2.4"
        ),
    ),
    goals=(
        eventually(BAD).named("tried"),
        now(update_is("web-server", "rollback_completed") & OLD & WEB.shows(2)).named("undone").worth(2),
        never(BAD & update_is("web-server", "completed")).named("noticed"),
    ),
    tags=("a task that runs is a task that works", "a delay is a time of watching"),
    hints=(
        Hint(
            "delay",
            goal="undone",
            when=eventually(typed(r"--update-delay", "a delay was set")),
            nudge="You made the swarm wait between two tasks. Did it watch the first one meanwhile?",
            concept="The delay is a pause between two replacements. How long a new task is watched is set apart.",
            command='lab.exercise("8.3")   and   docker service update --update-??? 20s --image crash:slow web-server',
            example="docker service update --update-monitor 30s --image redis:8.2 cache",
            misconception="a delay is a time of watching",
        ),
        Hint(
            "completed",
            goal="undone",
            when=eventually(BAD & update_is("web-server", "completed")),
            nudge="The update counted as completed. When did the tasks fail?",
            concept="A new task is watched for five seconds by default. What fails later is not the update's business.",
            command='lab.exercise("8.3")   and   docker service update --update-??? 20s --image crash:slow web-server',
            example="docker service update --update-monitor 30s --image redis:8.2 cache",
            misconception="a task that runs is a task that works",
        ),
        Hint(
            "tried",
            goal="tried",
            nudge="Set it up, then dare it: bring in the bad image.",
            concept="A safety net that was never tried is a hope.",
            command="docker service update --update-??? 20s --image ??? web-server",
            example="docker service update --update-monitor 30s --image redis:8.2 cache",
        ),
        Hint(
            "undone",
            goal="undone",
            nudge="Give it time, and look at the state of the update.",
            concept="The failure has to happen while the task is watched.",
            command="docker service inspect --format '{{json .UpdateStatus}}' web-server",
            example="docker service inspect --format '{{json .UpdateStatus}}' cache",
        ),
        Hint(
            "noticed",
            goal="noticed",
            nudge="One of your updates to the bad image counted as completed.",
            concept="A new task is watched for five seconds by default. What fails later is not the update's business.",
            command='lab.exercise("8.3")   to begin again',
            example="docker service update --update-monitor 30s --image redis:8.2 cache",
            misconception="a task that runs is a task that works",
        ),
    ),
)
