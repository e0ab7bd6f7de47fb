"""Exercise 10.4: a container that hangs."""

from collections.abc import Callable

from swarmlab.checks import Exercise, Hint, Scene, Step, always, answer, eventually, now
from swarmlab.checks.claims import running_tasks, typed
from swarmlab.checks.requests import last_are_pages
from swarmlab.exercises.lesson10.stage import PHP, SHOP, WEB
from swarmlab.exercises.stage import HOSTS

CONTAINER = answer("container")
HANGS = f"docker ps --quiet --filter name={PHP.name}.2. | xargs -r docker pause"


def names(slot: int) -> Callable[[Scene, str], bool]:
    """Return a test: whether the answer is the name of the container that ran slot `slot` of `php` at the start."""

    def holds(scene: Scene, given: str) -> bool:
        tasks = [task for task in running_tasks(scene.start, PHP.name) if task["slot"] == slot]
        return any(given.removeprefix("/") == task["name"] for task in tasks)

    return holds


HALF_OF_ALL = Exercise(
    id="10.4",
    title="Half of the visitors",
    task=(
        "Some visitors get their page, the others wait and see an error. `docker service ls` says that all is well. "
        "Find the container that hangs, hand in its full name, and see to it that all visitors are served."
    ),
    stage=(*SHOP, *(Step(host, HANGS) for host in HOSTS)),
    asks={"container": "the full name of the container that hangs"},
    goals=(
        now(last_are_pages("8080", 8) & WEB.shows(2) & PHP.shows(2)).named("tried").worth(2),
        eventually(CONTAINER.says("the full name of the container that hangs", names(2))).named("container"),
        always(WEB.is_the_same() & PHP.is_the_same() & PHP.has_at_least(1)).named("open"),
    ),
    backends="sim",
    tags=("2/2 shows that a service works", "more tasks heal a bad one"),
    hints=(
        Hint(
            "more-tasks",
            goal="tried",
            when=eventually(PHP.wants(3)),
            nudge="With more tasks the bad one is met more rarely. Is it gone?",
            concept="Without a health check a task that hangs is Running, and still gets its share of the connections.",
            command="docker service update --??? php",
            example="docker service update --force cache",
            misconception="more tasks heal a bad one",
        ),
        Hint(
            "web-restarted",
            goal="tried",
            when=eventually(typed(r"docker service update.*\bweb\b", "`web` was updated")),
            nudge="New tasks of `web` ask the same tasks of `php`. Which of those does not answer?",
            concept="An error 504 comes from nginx: it waited for someone behind it. So look behind it.",
            command="docker service ps php   and   docker ps   (on each host)",
            example="docker ps --filter name=cache",
            misconception="2/2 shows that a service works",
        ),
        Hint(
            "tried",
            goal="tried",
            nudge="Who stands behind `web`, and on which hosts? Look at the containers there.",
            concept=(
                "A task whose process hangs is still Running. `docker ps` on its host says more; a new task in its "
                "place helps."
            ),
            command="docker ps   (on each host)   and   docker service update --??? php",
            example="docker service update --force cache",
            misconception="2/2 shows that a service works",
        ),
        Hint(
            "other-container",
            goal="container",
            when=now(CONTAINER.says("the other container", names(1))),
            nudge="This one is well. Its sister is not.",
            concept="`docker ps` shows in STATUS what a container does, on the host that runs it.",
            command="docker ps --filter name=php   (on each host)",
            example="docker ps --filter name=cache",
        ),
        Hint(
            "container",
            goal="container",
            nudge="Hand in its full name: service, slot, id of the task.",
            concept="`docker ps` shows the name in its last column, on the host that runs it.",
            command="docker ps --filter name=php   (on each host)",
            example='container = "cache.1.kqzi2d6qdxz0hhlx4zgjvdg9p"',
        ),
        Hint(
            "open",
            goal="open",
            nudge="The shop was closed for a moment.",
            concept="One task of `php` was well all the time. It can serve while the other one is replaced.",
            command='lab.exercise("10.4")   to begin again',
            example="docker service update --force cache",
        ),
    ),
)
