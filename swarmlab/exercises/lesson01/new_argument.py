"""Exercise 1.4: another command line for a running service; which tasks are replaced?"""

from swarmlab.checks import Claim, Exercise, Hint, Scene, Step, always, answer, now
from swarmlab.checks.claims import running_tasks
from swarmlab.exercises.lesson01.stage import NO_SERVICE, WEB
from swarmlab.exercises.stage import MANAGER

REPLACED = answer("replaced")


def arguments(scene: Scene) -> list[str]:
    """Return the arguments in the wish; none if there is no service."""
    state = scene.world.service(WEB.name)
    return list(state["args"]) if state else []


def ended(scene: Scene) -> list[str]:
    """Return the ids of the tasks that ran at the start and run no more."""
    running = {task["id"] for task in running_tasks(scene.world, WEB.name)}
    return [task["id"] for task in running_tasks(scene.start, WEB.name) if task["id"] not in running]


def are_ids(given: list[str], wanted: list[str]) -> bool:
    """Whether each of `wanted` is named once, whole or by its first 12 or more characters."""
    return len(given) == len(wanted) > 0 and all(
        any(len(word) >= 12 and full.startswith(word) for word in given) for full in wanted
    )


HAS_ARGUMENTS = Claim(
    "the command line of `web-server` has an argument of your choice",
    lambda scene: len(arguments(scene)) > 1,
    lambda scene: f"its command line is `{' '.join(arguments(scene))}`" if arguments(scene) else "it has none",
    "docker service inspect --pretty web-server",
)

NEW_ARGUMENT = Exercise(
    id="1.4",
    title="Another command line",
    task=(
        "`web-server` runs two tasks of `httpd:2.4`. Change its command line while it runs, and nothing else: "
        "`httpd-foreground` shall get an argument, for example `-e debug`. Then hand in the ids of the tasks that were "
        "replaced by that."
    ),
    stage=(*NO_SERVICE, Step(MANAGER, "docker service create --name web-server --replicas 2 httpd:2.4")),
    asks={"replaced": "a list of ids of tasks"},
    goals=(
        now(HAS_ARGUMENTS & WEB.has_image(r"httpd:2\.4", "`httpd:2.4`") & WEB.shows(2)).named("changed").worth(2),
        now(
            REPLACED.is_list(
                "the list of ids of the tasks that were replaced", lambda s, given: are_ids(given, ended(s))
            )
        ).named("replaced"),
        always(WEB.is_the_same()).named("same"),
    ),
    tags=("a running task gets the new wish", "a change means removing and creating"),
    hints=(
        Hint(
            "does-not-start",
            goal="changed",
            when=now(HAS_ARGUMENTS.negated("it has no argument") & WEB.has_a_task("failed")),
            nudge="The new task cannot start. What is the first word of a command line?",
            concept="`--args` replaces the whole command line, with the name of the program in front.",
            command='docker service update --args "httpd-foreground ???" web-server',
            example='docker service update --args "redis-server --port 7000" cache',
        ),
        Hint(
            "changed",
            goal="changed",
            nudge="The command line belongs to the wish. An option of the update sets it.",
            concept="The command line is a part of the wish. A wish can be changed while the service runs.",
            command='docker service update --??? "httpd-foreground ???" web-server',
            example='docker service update --args "redis-server --port 7000" cache',
        ),
        Hint(
            "new-ids",
            goal="replaced",
            when=now(
                REPLACED.is_list(
                    "the ids of the new tasks",
                    lambda s, given: are_ids(given, [task["id"] for task in running_tasks(s.world, WEB.name)]),
                )
            ),
            nudge="These run now. Which ones ran before?",
            concept="A task never changes: it ends, and a new one with the new command line takes its slot.",
            command="docker service ps --filter desired-state=??? web-server",
            example="docker service ps --filter desired-state=shutdown cache",
        ),
        Hint(
            "one-of-two",
            goal="replaced",
            when=now(REPLACED.is_list("one id", lambda s, given: len(given) == 1)),
            nudge="You named one. How many tasks does the change concern?",
            concept="The wish is that of the whole service. Every task made from the old wish is replaced.",
            command="docker service ps --filter desired-state=??? web-server",
            example="docker service ps --filter desired-state=shutdown cache",
            misconception="a running task gets the new wish",
        ),
        Hint(
            "replaced",
            goal="replaced",
            nudge="Look for the tasks that have ended, and take their ids.",
            concept="A task never changes: it ends, and a new one with the new command line takes its slot.",
            command='docker service ps web-server   and   replaced = ["???", "???"]',
            example='replaced = ["kqzi2d6qdxz0", "x3v1m7t9bb0c"]',
            misconception="a running task gets the new wish",
        ),
        Hint(
            "same",
            goal="same",
            nudge="You made the service anew. A wish can be changed.",
            concept="`docker service update` changes a part of the wish, and leaves the rest as it is.",
            command='lab.exercise("1.4")   and   docker service update --??? … web-server',
            example='docker service update --args "redis-server --port 7000" cache',
            misconception="a change means removing and creating",
        ),
    ),
)
