"""Exercise 7.3: four services; which of them can do their work?"""

from collections.abc import Callable, Sequence
from typing import Any

from swarmlab.checks import Exercise, Hint, Scene, Step, answer, eventually, now
from swarmlab.checks.claims import typed
from swarmlab.exercises.lesson07.stage import CLEAR_NETWORKS, UTIL
from swarmlab.exercises.stage import typed_on_manager

WELL = answer("well")
NAMES = ("alfa", "bravo", "charlie", "delta")
#: What is with the services, in the order in which nobody in particular gets them; and what they are then.
STATES = {"limps": "half", "hangs": "no", "works": "yes", "empty": "no"}
_CREATE = "docker service create --replicas {} --name {} --network app-net --constraint node.hostname=={} httpd:2.4"
_PAUSE = "docker pause $(docker ps --quiet --filter status=running --filter name={})"


def said(value: Any) -> dict[str, str]:
    """Return what was said of each service; {} unless something valid was said of all four."""
    if not isinstance(value, dict) or set(value) != set(NAMES):
        return {}
    found = {name: str(word).strip().lower() for name, word in value.items()}
    return found if set(found.values()) <= {"yes", "half", "no"} else {}


def says(name: str, *words: str) -> Callable[[Scene, Any], bool]:
    """Return a test: whether one of `words` was said of the service `name`."""
    return lambda scene, value: said(value).get(name) in words


def dealt(names: Sequence[str]) -> Exercise:
    """Return the exercise in which the services of these names limp, hang, work, and have no task."""
    name = dict(zip(STATES, names, strict=True))
    truth = {name[state]: word for state, word in STATES.items()}
    return Exercise(
        id="7.3",
        title="Who is well?",
        task=(
            "Four services are on `app-net`, and `util` as well, on `node2`. Find out by asking from inside `util`: "
            "does the service answer requests for a page? Hand in `yes`, `half` (some requests) or `no` for each."
        ),
        stage=(
            *CLEAR_NETWORKS,
            *typed_on_manager(
                "docker network create --driver overlay app-net",
                *(_CREATE.format(0 if each == name["empty"] else 2, each, "node1") for each in NAMES),
                f"docker service create --name util --network app-net --constraint node.hostname==node2 {UTIL}",
            ),
            Step("node1", _PAUSE.format(name["hangs"])),
            Step("node1", _PAUSE.format(name["limps"] + ".2")),
        ),
        asks={"well": "yes, half or no for each service"},
        goals=(
            eventually(
                typed(
                    r"docker exec.*\b(wget|curl|nc)\b",
                    "a page is asked for, from inside `util`",
                    ("node2",),
                )
            ).named("asked"),
            eventually(WELL.is_value("right for all four services", lambda scene, value: said(value) == truth))
            .named("well")
            .worth(3),
        ),
        tags=(
            "an answer to a ping shows that a service works",
            "one good answer shows that all tasks are well",
            "2/2 shows that a service works",
        ),
        hints=(
            Hint(
                "ping",
                goal="asked",
                when=eventually(typed(r"docker exec.*\bping\b", "the services were pinged")),
                nudge="You pinged. Who answers a ping of a service?",
                concept="The balancer on the host of the client answers it, whether the tasks are well or not.",
                command="docker exec $(docker ps --quiet --filter name=util) wget -T 3 -q -O - ???   (on node2)",
                example="docker exec $(docker ps --quiet --filter name=tool) wget -T 3 -q -O - db:8080",
                misconception="an answer to a ping shows that a service works",
            ),
            Hint(
                "ask",
                goal="asked",
                nudge="The table of the services does not tell. Ask for a page, as a client would.",
                concept="Whether a service works is seen by using it. Inside `util`, the names of `app-net` are known.",
                command="docker exec $(docker ps --quiet --filter name=util) wget -T 3 -q -O - ???   (on node2)",
                example="docker exec $(docker ps --quiet --filter name=tool) wget -T 3 -q -O - db:8080",
                misconception="2/2 shows that a service works",
            ),
            Hint(
                "no-answer",
                goal="well",
                when=now(WELL.is_value("unclear", lambda scene, value: not said(value))),
                nudge="Say `yes`, `half` or `no` for each of the four.",
                concept="A service may have a good task and a bad one. Then some requests are answered, not all.",
                command='well = {"alfa": "???", "bravo": "???", "charlie": "???", "delta": "???"}',
                example='well = {"db": "half"}',
            ),
            Hint(
                "hung",
                goal="well",
                when=now(WELL.is_value("who hangs is said to be well", says(name["hangs"], "yes"))),
                nudge=f"Ask `{name['hangs']}` for a page. What comes back?",
                concept=(
                    "A process that hangs keeps its container, and the task stays Running. The ping is answered by the "
                    "balancer, not by a task."
                ),
                command="docker exec $(docker ps --quiet --filter name=util) wget -T 3 -q -O - ???   (on node2)",
                example="docker exec $(docker ps --quiet --filter name=tool) wget -T 3 -q -O - db:8080",
                misconception="an answer to a ping shows that a service works",
            ),
            Hint(
                "lucky",
                goal="well",
                when=now(
                    WELL.is_value("who limps is said to be all well or all bad", says(name["limps"], "yes", "no"))
                ),
                nudge=f"Ask `{name['limps']}` several times.",
                concept="Each new connection goes to the next task in turn. One request tells of one task.",
                command="docker exec $(docker ps --quiet --filter name=util) wget -T 3 -q -O - ???   (again and again)",
                example="for i in 1 2 3; do docker exec $(docker ps -q --filter name=tool) wget -T 3 -q -O - db; done",
                misconception="one good answer shows that all tasks are well",
            ),
            Hint(
                "each",
                goal="well",
                nudge="Ask each of the four more than once, and write down what you see.",
                concept="Without a running task the name is not known. A name that is not known answers nobody.",
                command="docker exec $(docker ps --quiet --filter name=util) wget -T 3 -q -O - ???   (again and again)",
                example="docker exec $(docker ps --quiet --filter name=tool) wget -T 3 -q -O - db:8080",
            ),
        ),
        deal=lambda chance: dealt(chance.sample(NAMES, 4)),
        facts=name,
    )


WHO_IS_WELL = dealt(NAMES)
