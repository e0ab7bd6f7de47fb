"""Incident 3: an update to a version that does not exist."""

from swarmlab.checks import Exercise, Hint, always, eventually, now, service
from swarmlab.checks.claims import typed
from swarmlab.exercises.incidents.stage import WELL, created
from swarmlab.exercises.stage import typed_on_manager

SHOP = service("shop")

WRONG_TAG = Exercise(
    id="incident-3",
    title="The new version never came",
    task=(
        "From the developers: an hour ago we ordered version 2.4.65 of `shop`. It never came: the pages still say "
        "2.4.64, and one of our three tasks is gone. We cannot work like this. Let all three run again, with the new "
        "version or with the old one, but please do not leave us without any."
    ),
    stage=(
        *WELL,
        *created("--name shop --replicas 3 httpd:2.4.64"),
        *typed_on_manager("docker service update --detach --image httpd:2.4.56 shop", "sleep 60"),
    ),
    goals=(
        now(SHOP.has_image(r"httpd:2\.4\.6[45]", "`httpd:2.4.64` or `httpd:2.4.65`") & SHOP.shows(3)).named("image"),
        always(SHOP.is_the_same()).named("same"),
        always(SHOP.has_at_least(1)).named("open"),
    ),
    backends="sim",
    tags=("a failed update undoes itself", "trying again helps"),
    hints=(
        Hint(
            "again",
            goal="image",
            when=eventually(typed(r"docker service update.*--force|docker kill", "it was tried again")),
            nudge="It was tried again, and failed again. What does Swarm try?",
            concept="The wish itself is wrong. As long as it stands, each new task fails in the same way.",
            command="docker service ps --no-trunc shop   (read IMAGE and ERROR)",
            example="docker service update --image busybox:1.36 archive",
            misconception="trying again helps",
        ),
        Hint(
            "more",
            goal="image",
            when=eventually(SHOP.wants(4)),
            nudge="More are wanted, and more fail. Why did the first one fail?",
            concept="New tasks are made after the newest wish. There is something wrong with it.",
            command="docker service ps --no-trunc shop   (read IMAGE and ERROR)",
            example="docker service update --image busybox:1.36 archive",
        ),
        Hint(
            "image",
            goal="image",
            nudge="Read why the task of the new version was rejected. Read the name of the image, letter by letter.",
            concept=(
                "An update that fails is paused, and stays so until somebody decides. Go back, or go on with a "
                "better wish."
            ),
            command="docker service ps --no-trunc shop   and   docker service ??? shop",
            example="docker service update --image busybox:1.36 archive   or   docker service rollback archive",
            misconception="a failed update undoes itself",
        ),
        Hint(
            "same",
            goal="same",
            nudge="The service was made anew: for a moment nobody was there.",
            concept="A paused update can go on or back. Nothing has to be removed.",
            command="lab.incident(3)   to begin again",
            example="docker service rollback archive",
        ),
        Hint(
            "open",
            goal="open",
            nudge="For a while no task ran.",
            concept="An update replaces one task at a time, if you let it.",
            command="lab.incident(3)   to begin again, then   docker service ??? shop",
            example="docker service rollback archive",
        ),
    ),
)
