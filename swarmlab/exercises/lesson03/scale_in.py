"""Exercise 3.2: predict which slots stay when six tasks become three."""

from swarmlab.checks import Exercise, Hint, Scene, answer, eventually, now, service
from swarmlab.checks.placement import survivors
from swarmlab.exercises.stage import CLEAR, typed_on_manager

WEB = service("web-server")
SLOTS = answer("slots")


def may_stay(scene: Scene, given: list[str]) -> bool:
    """Whether these slots may be those that stay, from how things stood at the start."""
    slots = frozenset(int(word) for word in given if word.isdecimal())
    return len(given) == 3 and survivors(scene.start, WEB.name, 3).allow(slots)


SCALE_IN = Exercise(
    id="3.2",
    title="Three of six may stay",
    task=(
        "`web-server` has six tasks: four on `node1`, two on `node2`, none on `swarm-manage`. "
        "Look at which slot is where. Then predict which three slots will be left when you scale to three. "
        "Write them down, and only then scale."
    ),
    stage=(
        *CLEAR,
        *typed_on_manager(
            "docker node update --availability pause swarm-manage",
            "docker node update --availability pause node2",
            "docker service create --name web-server --replicas 4 httpd:2.4",
            "docker node update --availability active node2",
            "docker service scale web-server=6",
            "docker node update --availability active swarm-manage",
        ),
    ),
    asks={"slots": "three numbers"},
    goals=(
        eventually(SLOTS.is_list("a set of three slots that may be left", may_stay)).named("slots").worth(2),
        eventually(WEB.shows(3)).named("scaled"),
    ),
    tags=("the highest slots always go", "the oldest tasks go"),
    hints=(
        Hint(
            "no-answer",
            goal="slots",
            when=now(SLOTS.is_not_given()),
            nudge="You have not handed in any slots yet.",
            concept="The slot is the number in the task's name: `web-server.4` fills slot 4.",
            command="slots = [???, ???, ???]",
            example="slots = [1, 7, 8]",
        ),
        Hint(
            "not-three",
            goal="slots",
            when=now(SLOTS.is_list("not three", lambda s, given: len(set(given)) != 3)),
            nudge="Name three different slots.",
            concept="The number of tasks is the number of filled slots. A wish of three keeps three of them.",
            command="slots = [???, ???, ???]",
            example="slots = [1, 7, 8]",
        ),
        Hint(
            "highest-go",
            goal="slots",
            when=now(SLOTS.is_list("the lowest", lambda s, given: sorted(given) == ["1", "2", "3"])),
            nudge="Look where slots 1, 2 and 3 are. Would that leave a good spread?",
            concept=(
                "Swarm does not simply remove the highest slots. It looks at each node: the node with the most tasks "
                "of the service gives first. Only among the tasks of one node the high slots go first."
            ),
            command="docker service ps --format '{{.Name}} {{.Node}}' ???",
            example="node-a has slots 1 2 3, node-b has slot 4: one has to go, and it is slot 3",
            misconception="the highest slots always go",
        ),
        Hint(
            "oldest-go",
            goal="slots",
            when=now(SLOTS.is_list("the highest", lambda s, given: sorted(given) == ["4", "5", "6"])),
            nudge="You keep the newest tasks. Age plays no part here.",
            concept="On each node the tasks are counted from the lowest slot on. Those with the highest counts go.",
            command="docker service ps --format '{{.Name}} {{.Node}}' ???",
            example="node-a has slots 1 2 3, node-b has slot 4: one has to go, and it is slot 3",
            misconception="the oldest tasks go",
        ),
        Hint(
            "count-per-node",
            goal="slots",
            nudge="Count on each node: first task, second task, third task. Who is the highest count?",
            concept=(
                "Number the tasks of each node: lowest slot first. All firsts stay before any second, all seconds "
                "before any third. Between equals on different nodes anything may happen."
            ),
            command="docker service ps --format '{{.Name}} {{.Node}}' ???",
            example="node-a has slots 1 2 3, node-b has slot 4: one has to go, and it is slot 3",
        ),
        Hint(
            "scale",
            goal="scaled",
            nudge="Your prediction can be right. Now scale, and compare.",
            concept="Scaling in changes the same number as scaling out.",
            command="docker service scale web-server=???",
            example="docker service scale cache=2",
        ),
    ),
)
