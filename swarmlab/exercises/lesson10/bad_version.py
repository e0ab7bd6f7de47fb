"""Exercise 10.2: a new version that nobody can get."""

from collections.abc import Callable

from swarmlab.checks import Exercise, Hint, Scene, always, answer, eventually, now
from swarmlab.exercises.lesson10.stage import NOT_TRIED, PHP, SHOP, TRIED
from swarmlab.exercises.stage import typed_on_manager

TASK = answer("task")
GOOD = PHP.has_image(r"lnmp/php:8\.5", "`lnmp/php:8.5`")


def is_of_a_task(*states: str) -> Callable[[Scene, str], bool]:
    """Return a test: whether the answer is the id of a task of `php` that is, or was at the start, in `states`."""

    def holds(scene: Scene, given: str) -> bool:
        tasks = [task for world in (scene.start, scene.world) for task in world.tasks_of(PHP.name)]
        return len(given) >= 12 and any(t["id"].startswith(given) and t["state"] in states for t in tasks)

    return holds


BAD_VERSION = Exercise(
    id="10.2",
    title="The new version",
    task=(
        "Somebody has updated `php` to a new version and gone home. The shop is slow: one of the two tasks of `php` is "
        "missing. Find out why. Bring `php` back to two tasks of the version that worked, without closing the shop. "
        "Hand in the id of a task that was rejected."
    ),
    stage=(*SHOP, *typed_on_manager("docker service update --detach --image lnmp/php:8.6 php", "sleep 40")),
    asks={"task": "the id of a rejected task"},
    goals=(
        now(GOOD & PHP.shows(2)).named("repaired").worth(2),
        TRIED,
        eventually(TASK.says("the id of a task of `php` that was rejected", is_of_a_task("rejected"))).named("task"),
        always(PHP.is_the_same() & PHP.has_at_least(1)).named("open"),
    ),
    backends="sim",
    tags=("a failed update undoes itself", "force repairs everything"),
    hints=(
        Hint(
            "still-bad",
            goal="repaired",
            when=now(PHP.exists() & GOOD.negated("it has another image")),
            nudge="What does `php` wish for? Read the column ERROR of its tasks.",
            concept=(
                "No node can get this image, so every new task is rejected. The update has stopped; it does not go "
                "back by itself."
            ),
            command="docker service ps php   and   docker service ???  php",
            example="docker service rollback cache",
            misconception="a failed update undoes itself",
        ),
        Hint(
            "repaired",
            goal="repaired",
            nudge="The wish is right again. Do two tasks run?",
            concept="An update replaces one task after the other. Two are wanted, and two shall run.",
            command="docker service ps php   and   docker service scale php=???",
            example="docker service scale cache=3",
        ),
        NOT_TRIED,
        Hint(
            "running-task",
            goal="task",
            when=now(TASK.says("the id of another task", is_of_a_task("running", "shutdown", "complete"))),
            nudge="This task was not rejected. Look at CURRENT STATE.",
            concept="Rejected: the node could not make the container. Shutdown: Swarm ended the task.",
            command="docker service ps --filter ??? php",
            example="docker service ps --format '{{.ID}} {{.CurrentState}}' cache",
        ),
        Hint(
            "task",
            goal="task",
            nudge="The history of the slot names them. Hand in one id.",
            concept="Up to five tasks of a slot are kept. Each line begins with the id.",
            command='task = "???"',
            example="docker service ps --format '{{.ID}} {{.CurrentState}}' cache",
        ),
        Hint(
            "open",
            goal="open",
            nudge="For a moment no task of `php` was there, or it was made anew. The shop was closed.",
            concept="A service that works in part is repaired while it works: an update changes the wish.",
            command='lab.exercise("10.2")   and   docker service ??? php',
            example="docker service rollback cache",
            misconception="force repairs everything",
        ),
    ),
)
