"""Exercise 8.2: a bad image is undone by the swarm itself, and harms one slot only."""

from swarmlab.checks import Exercise, Hint, always, eventually, never, now, service
from swarmlab.checks.claims import typed
from swarmlab.checks.updates import update_is
from swarmlab.exercises.stage import CLEAR, typed_on_manager

WEB = service("web-server")
OLD = WEB.has_image(r"httpd:2\.4", "`httpd:2.4`")
BAD = WEB.has_image(r"crash:.*", "`crash:latest`")
BY_HAND = typed(r"docker service (rollback\b|update .*--rollback(\s|$))", "you roll back by hand")
EXAMPLE = "docker service update --update-failure-action rollback --update-delay 20s cache"

UNDONE = Exercise(
    id="8.2",
    title="Undone by itself",
    task=(
        "The image `crash:latest` ends one second after its start. Set up `web-server` so that Swarm undoes a bad "
        "update by itself, before a second task is replaced. Then prove it: update to `crash:latest`."
    ),
    stage=(*CLEAR, *typed_on_manager("docker service create --name web-server --replicas 3 httpd:2.4")),
    goals=(
        eventually(BAD).named("tried"),
        now(update_is("web-server", "rollback_completed") & OLD & WEB.shows(3)).named("undone").worth(2),
        never(BY_HAND).named("by-itself"),
        always(WEB.has_at_least(2)).named("one-slot"),
    ),
    tags=("a failed update undoes itself", "one at a time means one after another"),
    hints=(
        Hint(
            "try",
            goal="tried",
            nudge="Set it up, then dare it: bring in the bad image.",
            concept="A safety net that was never tried is a hope.",
            command="docker service update --image ??? web-server",
            example="docker service update --image redis:8.2 cache",
        ),
        Hint(
            "paused",
            goal="undone",
            when=eventually(update_is("web-server", "paused")),
            nudge="The update stopped half-way, and nobody undid it. What is the action on failure?",
            concept=(
                "By default a failed update is *paused*: what was replaced stays bad. Another action rolls back to "
                "the wish before."
            ),
            command='lab.exercise("8.2")   and   docker service update --update-failure-action ??? …',
            example=EXAMPLE,
            misconception="a failed update undoes itself",
        ),
        Hint(
            "undone",
            goal="undone",
            nudge="Give it time, and look at the state of the update.",
            concept="A failure is noticed while a new task is watched. Then Swarm goes back, one task after another.",
            command="docker service inspect --format '{{json .UpdateStatus}}' web-server",
            example="docker service inspect --format '{{json .UpdateStatus}}' cache",
        ),
        Hint(
            "by-hand",
            goal="by-itself",
            nudge="You went back yourself. At night nobody is there to do it.",
            concept="The action on failure decides what Swarm does without you.",
            command='lab.exercise("8.2")   and   docker service update --update-failure-action ??? …',
            example=EXAMPLE,
        ),
        Hint(
            "too-fast",
            goal="one-slot",
            nudge="The next task was replaced before the first had failed. How can the swarm be made to wait?",
            concept=(
                "After a new task runs, the next one is replaced at once. A delay between them gives the first one "
                "time to fail."
            ),
            command='lab.exercise("8.2")   and   docker service update --update-delay ??? …',
            example=EXAMPLE,
            misconception="one at a time means one after another",
        ),
    ),
)
