"""Exercise 4.4: an engine stops; how long until the swarm knows, and what does it show then?"""

from swarmlab.checks import Exercise, Hint, Scene, Step, answer, eventually, node, now, service
from swarmlab.checks.claims import running_tasks
from swarmlab.checks.nodes import some_node_is
from swarmlab.exercises.stage import CLEAR, MANAGER, typed_on_manager

WEB = service("web-server")
SECONDS, REPLICAS = answer("seconds"), answer("replicas")
STOPS = ("stop", "stop_engine", "cut")

#: The engine of node2 runs, also if it was stopped in an earlier try.
ENGINES = (Step("node2", "systemctl start docker", may_fail=True), Step(MANAGER, "sleep 15"))


def noticed_after(scene: Scene) -> float | None:
    """Return the seconds from the loss of `node2` to the making of the first replacement; None before that."""
    lost = [row for row in scene.world.faults if row.at >= scene.began and row.state and row.state["name"] in STOPS]
    made = [task["created"] for task in scene.world.tasks_of(WEB.name) if task["id"] not in scene.start.tasks]
    return (min(made) - lost[0].at) / 1_000_000_000 if lost and made else None


def shown(scene: Scene) -> str:
    """Return what REPLICAS shows: the tasks last reported to run, and those wanted."""
    state = scene.world.service(WEB.name)
    running = sum(task["state"] == "running" for task in scene.world.tasks_of(WEB.name))
    return "" if state is None else f"{running}/{state['replicas']}"


def is_overcount(scene: Scene, given: str) -> bool:
    """Whether this is shown while `node2` is down and its task has a running replacement."""
    lost = scene.world.node("node2")
    replaced = any(task["id"] not in scene.start.tasks for task in running_tasks(scene.world, WEB.name))
    return lost is not None and lost["state"] == "down" and replaced and given == shown(scene)


ENGINE_DOWN = Exercise(
    id="4.4",
    title="When an engine stops",
    task=(
        "`web-server` runs one task on each node. Stop the engine of `node2` by typing `systemctl stop docker` there. "
        "Watch from the manager, second by second. Hand in after how many seconds the node is Down, "
        "and what REPLICAS shows one minute later."
    ),
    stage=(*ENGINES, *CLEAR, *typed_on_manager("docker service create --name web-server --replicas 3 httpd:2.4")),
    asks={"seconds": "seconds from stopping the engine to Down", "replicas": "what REPLICAS shows a minute later"},
    goals=(
        eventually(node("node2").has_status("down"), hold="30s").named("down"),
        eventually(
            SECONDS.is_number("the number of seconds until `node2` was Down (3 more or less will do)", noticed_after, 3)
        ).named("seconds"),
        eventually(REPLICAS.says("what REPLICAS shows once the lost task is replaced", is_overcount)).named("replicas"),
    ),
    backends="sim",
    tags=("REPLICAS counts only tasks that are wanted", "a lost node is noticed at once", "drain is a crash"),
    hints=(
        Hint(
            "drained",
            goal="down",
            when=eventually(some_node_is("drain")),
            nudge="A drained node is Ready. Here the node must be lost.",
            concept=(
                "AVAILABILITY is what you allow, STATUS is what the manager sees. They are independent of each other."
            ),
            command="%%host node2\nsystemctl ??? docker",
            example="%%host node9\nsystemctl stop docker",
            misconception="drain is a crash",
        ),
        Hint(
            "not-long",
            goal="down",
            when=eventually(node("node2").has_status("down")),
            nudge="The node was Down, but not for long. Leave it so, and look again after a minute.",
            concept="The interesting part comes some seconds after Down: then the lost task is replaced.",
            command='lab.advance("???")',
            example='lab.advance("1m")',
        ),
        Hint(
            "stop",
            goal="down",
            nudge="Has the engine of `node2` stopped, and did you give the manager time to notice?",
            concept="A node sends a heartbeat about every five seconds. When some have stayed out, it is called Down.",
            command='%%host node2\nsystemctl ??? docker   and then   lab.advance("???")',
            example="%%host node9\nsystemctl stop docker",
            misconception="a lost node is noticed at once",
        ),
        Hint(
            "no-seconds",
            goal="seconds",
            when=now(SECONDS.is_number("nothing", lambda scene: 0)),
            nudge="Hand in how long it took.",
            concept="Between the stop and Down nothing is to be seen. Look again and again, and count the seconds.",
            command='lab.advance("1s")   and   docker node ls   (that takes two seconds itself)',
            example="for _ in range(10): …",
        ),
        Hint(
            "seconds",
            goal="seconds",
            nudge="Count from the stop of the engine to Down, not to the new task.",
            concept=(
                "The manager waits for three heartbeats that stay out. The last one came up to five seconds before "
                "the stop."
            ),
            command='lab.advance("1s")   and   docker node ls   (that takes two seconds itself)',
            example="10 to 15 seconds is usual",
        ),
        Hint(
            "no-replicas",
            goal="replicas",
            when=now(REPLICAS.is_missing()),
            nudge="What does `docker service ls` show one minute later?",
            concept="REPLICAS is running / wanted. Read it with care: running means, last *reported* to run.",
            command="docker service ???",
            example="docker service ls",
        ),
        Hint(
            "should-be",
            goal="replicas",
            when=now(REPLICAS.matches(r"[23]/3", "what one expects")),
            nudge="That is what it should be. Look at what it is.",
            concept=(
                "The lost task cannot report its end. Its last report says Running, and so it is still counted, "
                "together with its replacement."
            ),
            command="docker service ls   (a minute after Down)",
            example="docker service ps cache",
            misconception="REPLICAS counts only tasks that are wanted",
        ),
        Hint(
            "replicas",
            goal="replicas",
            nudge="Copy what stands in the column REPLICAS: two numbers with a slash.",
            concept="REPLICAS is running / wanted.",
            command='replicas = "???/3"',
            example='replicas = "7/8"',
        ),
    ),
)
