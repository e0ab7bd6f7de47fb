"""Practice with services: make, scale, update, remove."""

from random import Random

from swarmlab.checks import Hint, always, eventually, now, service
from swarmlab.checks.services import no_service
from swarmlab.exercises.practice.draws import IMAGES, NAMES, OLD_AND_NEW, create, task_of
from swarmlab.exercises.practice.task import Task


def launch(number: int, draw: Random) -> Task:
    """Create a service from nothing."""
    name, image, replicas = draw.choice(NAMES), draw.choice(IMAGES), draw.randint(2, 5)
    wanted = service(name)
    goals = [
        eventually(wanted.shows(replicas), hold="5s").named("shows"),
        now(wanted.has_image(image.replace(".", r"\."), f"`{image}`")).named("image"),
        now(wanted.publishes_nothing()).named("inside"),
    ]
    hints = [
        Hint(
            "shows",
            goal="shows",
            nudge="The table is empty. Make a service, and say how many tasks it shall have.",
            concept="A service is made by one line on a manager: a name, a number of replicas, an image.",
            command=f"docker service create --name {name} --replicas ??? ???",
            example="docker service create --name archive --replicas 7 busybox:1.37 sleep 1d",
        ),
        Hint(
            "image",
            goal="image",
            nudge="It has another image. Compare the names, and what stands behind the colon.",
            concept="What stands behind the colon is the version. Without it you get whatever is called latest.",
            command=f"docker service update --image ??? {name}",
            example="docker service update --image busybox:1.36 archive",
        ),
        Hint(
            "inside",
            goal="inside",
            nudge="It has a published port. Nobody asked for one.",
            concept="A port is published only for those who come from outside.",
            command=f"docker service update --publish-rm ??? {name}",
            example="docker service update --publish-rm 6379 archive",
        ),
    ]
    title = f"Launch {name}"
    return task_of(number, title, "There is no service. Make one.", (), goals, hints, create(name, replicas, image))


def scale(number: int, draw: Random) -> Task:
    """Scale one or two services, out or in."""
    names, image = draw.sample(NAMES, draw.choice((1, 1, 2))), draw.choice(IMAGES)
    numbers = {name: draw.sample(range(1, 8), 2) for name in names}
    goals, hints = [], []
    for name, (before, after) in numbers.items():
        goals += [
            eventually(service(name).shows(after), hold="5s").named(f"shows-{name}"),
            always(service(name).has_at_least(min(before, after))).named(f"always-{name}"),
        ]
        hints += [
            Hint(
                f"shows-{name}",
                goal=f"shows-{name}",
                nudge=f"Look at REPLICAS of `{name}`: the number behind the slash is what is wanted.",
                concept="Scaling changes one number of the wish. Swarm makes the tasks that are missing, or ends some.",
                command=f"docker service scale {name}=???",
                example="docker service scale archive=7",
            ),
            Hint(
                f"always-{name}",
                goal=f"always-{name}",
                nudge=f"For a while too few tasks of `{name}` ran.",
                concept="Scale from the old number to the new one in one step. Nothing has to stop in between.",
                command=f"lab.practice({number}) to begin again, then   docker service scale …=???",
                example="docker service scale archive=7",
            ),
        ]
    title = f"Scale {' and '.join(names)}"
    stage = tuple(create(name, before, image) for name, (before, _) in numbers.items())
    line = "docker service scale " + " ".join(f"{name}={after}" for name, (_, after) in numbers.items())
    said = " ".join(
        f"`{name}` has {'too few' if after > before else 'too many'} tasks."
        for name, (before, after) in numbers.items()
    )
    return task_of(number, title, said, stage, goals, hints, line)


def update(number: int, draw: Random) -> Task:
    """Update an image, perhaps without a dip."""
    name, replicas, (old, new) = draw.choice(NAMES), draw.randint(2, 5), draw.choice(OLD_AND_NEW)
    no_dip = draw.choice((True, False))
    fewest = replicas if no_dip else replicas - 1
    wanted = service(name)
    goals = [
        eventually(
            wanted.has_image(new.replace(".", r"\."), f"`{new}`") & wanted.shows(replicas), hold="5s"
        ).named("new"),
        always(wanted.has_at_least(fewest)).named("always"),
    ]  # fmt: skip
    hints = [
        Hint(
            "new",
            goal="new",
            nudge="Which image does the service have, and which shall it have?",
            concept="A new image is a new wish: each task is replaced, one after the other.",
            command=f"docker service update --image ??? {name}",
            example="docker service update --image busybox:1.36 archive",
        ),
        Hint(
            "always",
            goal="always",
            nudge="For a while too few tasks ran. What comes first, the end of the old task or the start of the new?",
            concept=(
                "By default the old task stops first, so one is missing. With start-first the new one starts first."
            ),
            command=(
                f"lab.practice({number})   and then   docker service update --update-order ??? --image ??? {name}"
            ),
            example="docker service update --update-order start-first --image busybox:1.36 archive",
        ),
    ]
    line = f"docker service update --quiet {'--update-order start-first ' if no_dip else ''}--image {new} {name}"
    said = f"There is a new version for `{name}`." + (" Nobody may notice." if no_dip else "")
    return task_of(number, f"{name} gets {new}", said, (create(name, replicas, old),), goals, hints, line)


def tidy_up(number: int, draw: Random) -> Task:
    """Remove some services, switch one off, and leave one alone."""
    gone, off, kept = draw.sample(NAMES, 3)
    replicas, image = draw.randint(2, 4), draw.choice(IMAGES)
    goals = [
        now(no_service(gone)).named("gone"),
        now(service(off).wants(0, 0) & service(off).has_running(0)).named("off"),
        always(service(kept).has_running(replicas)).named("kept"),
    ]
    hints = [
        Hint(
            "gone",
            goal="gone",
            nudge=f"`{gone}` is not needed any more, neither its tasks nor its name.",
            concept="A service that is removed takes its tasks along. Tasks that are killed come back.",
            command="docker service ??? " + gone,
            example="docker service rm archive",
        ),
        Hint(
            "off",
            goal="off",
            nudge=f"`{off}` is to rest: no tasks, but its settings are kept.",
            concept="A service may want no tasks at all. It is there all the same, and easily switched on again.",
            command=f"docker service scale {off}=???",
            example="docker service scale archive=0",
        ),
        Hint(
            "kept",
            goal="kept",
            nudge=f"`{kept}` was to be left alone.",
            concept="Name the service you mean; tasks of the others need not stop.",
            command=f"lab.practice({number}) to begin again",
            example="docker service rm archive",
        ),
    ]
    stage = tuple(create(name, replicas, image) for name in (gone, off, kept))
    said = f"`{gone}` is not needed any more, `{off}` is to rest, `{kept}` is in use."
    return task_of(
        number, "Tidy up", said, stage, goals, hints, f"docker service rm {gone}", f"docker service scale {off}=0"
    )
