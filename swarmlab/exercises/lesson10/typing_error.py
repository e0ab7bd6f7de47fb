"""Exercise 10.3: a rule that no node fulfils."""

from swarmlab.checks import Exercise, Hint, always, answer, eventually, within
from swarmlab.checks.claims import typed
from swarmlab.exercises.lesson10.stage import MYSQL, NOT_TRIED, SHOP, TRIED
from swarmlab.exercises.stage import typed_on_manager

REASON = answer("reason")

TYPING_ERROR = Exercise(
    id="10.3",
    title="Error 500",
    task=(
        "Since a minute every visitor sees an error 500. Somebody wanted to bind `mysql` to `node2`. Find out what "
        "went wrong, and repair it: `mysql` shall run on `node2`, and visitors shall be served. Hand in what the "
        "scheduler says of the task that waits."
    ),
    stage=(
        *SHOP,
        *typed_on_manager(
            "docker service update --detach --constraint-add node.hostname==node22 mysql",
            "sleep 30",
        ),
    ),
    asks={"reason": "the text in the column ERROR"},
    goals=(
        within("10m", MYSQL.shows(1) & MYSQL.has_running_on("node2", 1, 1), hold="5s").named("repaired").worth(2),
        TRIED,
        eventually(
            REASON.matches(r"(?is).*no suitable node \(.*constraints? not satisfied.*", "the reason why the task waits")
        ).named("reason"),
        always(MYSQL.is_the_same()).named("same"),
    ),
    backends="sim",
    tags=("the service that shows the error has it", "constraints replace each other"),
    hints=(
        Hint(
            "two-rules",
            goal="repaired",
            when=eventually(typed(r"--constraint-add", "a constraint was added")),
            nudge="You added a rule. What became of the old one?",
            concept="All constraints of a service have to hold. A new one does not replace the old one.",
            command="docker service update --constraint-rm ??? --constraint-add node.hostname==??? mysql",
            example="docker service update --constraint-rm node.labels.disk==sdd cache",
            misconception="constraints replace each other",
        ),
        Hint(
            "anywhere",
            goal="repaired",
            when=eventually(typed(r"--constraint-rm", "a constraint was removed")),
            nudge="`mysql` may run anywhere now. It shall run on `node2`.",
            concept="All constraints of a service have to hold. Without one, any node will do.",
            command="docker service update --constraint-add node.hostname==??? mysql",
            example="docker service update --constraint-add node.labels.disk==ssd cache",
        ),
        Hint(
            "not-php",
            goal="repaired",
            when=eventually(typed(r"docker service (update|scale).*\b(php|web)\b", "`php` or `web` was changed")),
            nudge="`web` and `php` only pass the error on. Who stands behind them?",
            concept="Look at all services first: `docker service ls` shows who has fewer tasks than wanted.",
            command="docker service ls   and   docker service ps ???",
            example="docker service logs cache",
            misconception="the service that shows the error has it",
        ),
        Hint(
            "repaired",
            goal="repaired",
            nudge="Which service has fewer tasks than wanted? And why?",
            concept="A task that waits says why. A rule that no node fulfils lets it wait for ever.",
            command="docker service ps --no-trunc mysql   and   docker service inspect --pretty mysql",
            example="docker service ps --no-trunc cache",
        ),
        NOT_TRIED,
        Hint(
            "reason",
            goal="reason",
            nudge="Take the whole text of the column ERROR.",
            concept="The scheduler writes its reason into the task. The history keeps it for a while.",
            command="docker service ps --no-trunc mysql",
            example="docker service ps --no-trunc cache",
        ),
        Hint(
            "same",
            goal="same",
            nudge="You made `mysql` anew. A rule can be changed in place.",
            concept="An update changes the wish, and a task that waits is placed as soon as a node fits.",
            command='lab.exercise("10.3")   and   docker service update --constraint-rm ??? …',
            example="docker service update --constraint-rm node.labels.disk==sdd cache",
        ),
    ),
)
