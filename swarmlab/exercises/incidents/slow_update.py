"""Incident 6: an update that waits half a day between two tasks."""

from swarmlab.checks import Exercise, Hint, always, eventually, now, service
from swarmlab.checks.claims import typed
from swarmlab.exercises.incidents.stage import WELL, created
from swarmlab.exercises.stage import typed_on_manager

SHOP = service("shop")

SLOW_UPDATE = Exercise(
    id="incident-6",
    title="Half old, half new",
    task=(
        "From the shop team: an hour ago we updated `shop` to `httpd:2.4.65`. There is no error anywhere, and yet "
        "three of the four tasks still are 2.4.64, so customers see two shops. This has to be one version today, "
        "the new one. Three tasks at least have to be there all the time."
    ),
    stage=(
        *WELL,
        *created("--name shop --replicas 4 --update-delay 12h httpd:2.4.64"),
        *typed_on_manager("docker service update --detach --image httpd:2.4.65 shop", "sleep 1h"),
    ),
    goals=(
        now(SHOP.shows(4) & SHOP.runs_only("httpd:2.4.65")).named("new"),
        always(SHOP.is_the_same()).named("same"),
        always(SHOP.has_at_least(3)).named("three"),
    ),
    backends="sim",
    tags=("an update that does not go on has failed",),
    hints=(
        Hint(
            "back",
            goal="new",
            when=eventually(typed(r"rollback|2\.4\.64", "the old version was asked for")),
            nudge="You went back. Nothing was wrong with the new version.",
            concept="The update did not fail: it says `updating`. It waits, as it was told.",
            command="docker service inspect --pretty shop   (read UpdateConfig)",
            example="docker service update --update-delay 10s archive",
            misconception="an update that does not go on has failed",
        ),
        Hint(
            "again",
            goal="new",
            when=eventually(typed(r"service update.*--force", "the update was begun anew")),
            nudge="It was begun anew, with the same settings, and waits again.",
            concept="After each task that was replaced, an update waits for its delay.",
            command="docker service inspect --pretty shop   and   docker service update --update-??? ??? shop",
            example="docker service update --update-delay 10s archive",
        ),
        Hint(
            "new",
            goal="new",
            nudge="Look at the settings of the update. How long does it wait between two tasks?",
            concept="An update has a parallelism and a delay. A change of them holds for the tasks that are left.",
            command="docker service inspect --pretty shop   and   docker service update --update-??? ??? shop",
            example="docker service update --update-delay 10s archive",
        ),
        Hint(
            "same",
            goal="same",
            nudge="The service was made anew, and the shop was closed.",
            concept="An update that waits can be told to wait less.",
            command="lab.incident(6)   to begin again",
            example="docker service update --update-delay 10s archive",
        ),
        Hint(
            "three",
            goal="three",
            nudge="For a while fewer than three tasks ran.",
            concept="One at a time is fine, if the next waits until the one before runs.",
            command="lab.incident(6)   to begin again",
            example="docker service update --update-parallelism 1 archive",
        ),
    ),
)
