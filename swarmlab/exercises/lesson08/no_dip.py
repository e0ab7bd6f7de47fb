"""Exercise 8.1: a new version, and at no moment fewer tasks than wanted."""

from swarmlab.checks import Exercise, Hint, always, eventually, now, service
from swarmlab.checks.claims import typed
from swarmlab.checks.services import no_service
from swarmlab.exercises.stage import CLEAR, typed_on_manager

WEB = service("web-server")
NEW = WEB.has_image(r"httpd:2\.4\.65", "`httpd:2.4.65`")

NO_DIP = Exercise(
    id="8.1",
    title="New, without a dip",
    task=(
        "`web-server` runs three tasks of `httpd:2.4.64`. Bring all of them to `httpd:2.4.65`, so that at every moment "
        "at least three tasks run."
    ),
    stage=(*CLEAR, *typed_on_manager("docker service create --name web-server --replicas 3 httpd:2.4.64")),
    goals=(
        now(NEW & WEB.shows(3)).named("new").worth(2),
        always(WEB.has_at_least(3)).named("no-dip").worth(2),
        always(WEB.is_the_same()).named("same"),
    ),
    tags=("an update starts the new task first", "an update means removing and creating"),
    hints=(
        Hint(
            "removed",
            goal="new",
            when=now(no_service("web-server")),
            nudge="The service is gone. A running service can get a new image.",
            concept="An update changes the wish and replaces the tasks, a few at a time.",
            command='lab.exercise("8.1")   and   docker service update --??? httpd:2.4.65 web-server',
            example="docker service update --image redis:8.2 cache",
            misconception="an update means removing and creating",
        ),
        Hint(
            "left-scaled",
            goal="new",
            when=now(NEW),
            nudge="The image is right. How many tasks are wanted, and how many run?",
            concept="At the end three shall be wanted, and three shall run.",
            command="docker service scale web-server=???",
            example="docker service scale cache=2",
        ),
        Hint(
            "image",
            goal="new",
            nudge="An option of the update sets the image.",
            concept="A new image makes each task differ from the wish. Swarm replaces them, a few at a time.",
            command="docker service update --??? httpd:2.4.65 --update-order ??? web-server",
            example="docker service update --image redis:8.2 --update-order start-first cache",
        ),
        Hint(
            "stop-first",
            goal="no-dip",
            when=eventually(typed(r"docker service update (?!.*start-first)", "an update without start-first")),
            nudge="For a moment only two ran. In which order was a task replaced?",
            concept=(
                "By default the old task is stopped first. The other order starts the new one, and stops the old one "
                "when the new one runs."
            ),
            command='lab.exercise("8.1")   and   docker service update --update-order ??? --image httpd:2.4.65 …',
            example="docker service update --image redis:8.2 --update-order start-first cache",
            misconception="an update starts the new task first",
        ),
        Hint(
            "dip",
            goal="no-dip",
            nudge="For a moment fewer than three ran.",
            concept="Whatever is removed or stopped before its successor runs is missing in between.",
            command='lab.exercise("8.1")   and   docker service update --update-order ??? --image httpd:2.4.65 …',
            example="docker service update --image redis:8.2 --update-order start-first cache",
        ),
        Hint(
            "made-anew",
            goal="same",
            nudge="You made the service anew. A running service can get a new image.",
            concept="An update changes the wish and replaces the tasks, a few at a time.",
            command='lab.exercise("8.1")   and   docker service update --??? httpd:2.4.65 web-server',
            example="docker service update --image redis:8.2 cache",
            misconception="an update means removing and creating",
        ),
    ),
)
