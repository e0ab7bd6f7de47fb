"""What all kinds of practice draw from, and how they are put together."""

from collections.abc import Callable
from random import Random

from swarmlab.checks import Exercise, Goal, Hint, Step, always, service
from swarmlab.exercises.practice.task import Task
from swarmlab.exercises.stage import CLEAR, HOSTS, MANAGER, typed_on_manager

#: Makes a task of one kind; the number is the one of the practice.
Kind = Callable[[int, Random], Task]

NAMES = (
    "shop",
    "blog",
    "cart",
    "mail",
    "search",
    "wiki",
    "forum",
    "stats",
    "queue",
    "login",
    "photo-store",
    "map-tiles",
)
IMAGES = ("httpd:2.4.65", "nginx:1.29.3", "traefik/whoami:v1.11")
#: Images with a newer version.
OLD_AND_NEW = (("httpd:2.4.64", "httpd:2.4.65"), ("nginx:1.28.0", "nginx:1.29.3"))
ADDRESSES = dict(zip(HOSTS, ("192.168.1.11", "192.168.1.12", "192.168.1.13"), strict=True))


def task_of(
    number: int, title: str, said: str, stage: tuple[str, ...], goals: list[Goal], hints: list[Hint], *solution: str
) -> Task:
    """Put a task together; each stage begins on a clear table, and solutions are typed on the manager."""
    exercise = Exercise(
        f"practice-{number}", title, said, tuple(goals), tuple(hints), (*CLEAR, *typed_on_manager(*stage))
    )
    return Task(exercise, tuple(Step(MANAGER, line) for line in solution))


def create(name: str, replicas: int, image: str, *options: str) -> str:
    return " ".join(["docker service create --quiet --name", name, "--replicas", str(replicas), *options, image])


def same_service(name: str) -> tuple[Goal, Hint]:
    """The service is not to be made anew."""
    hint = Hint(
        "same",
        goal="same",
        nudge="The service was removed and made anew. It can be changed as it is.",
        concept="A service is a wish, and a wish can be changed. Whoever removes it stops all its tasks at once.",
        command="docker service update --??? …   or   docker service scale …",
        example="docker service update --replicas 7 archive",
    )
    return always(service(name).is_the_same()).named("same"), hint
