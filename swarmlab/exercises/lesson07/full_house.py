"""Exercise 7.5: how many tasks fit into a small network?"""

from dataclasses import replace
from typing import Any

from swarmlab.checks import Exercise, Hint, Scene, always, answer, eventually, now, service
from swarmlab.exercises.lesson07.stage import CLEAR_NETWORKS
from swarmlab.exercises.stage import typed_on_manager

TINY, FIT = service("tiny"), answer("fit")


def _is(*numbers: int) -> Any:
    def holds(scene: Scene, value: Any) -> bool:
        return str(value).strip() in {str(number) for number in numbers}

    return holds


FULL_HOUSE = Exercise(
    id="7.5",
    title="Full house",
    task=(
        "The network `small` has the subnet 10.20.0.0/28: sixteen addresses. `tiny` has three tasks on it, one on each "
        "node. How many can it have? Work it out first. Then prove it: scale `tiny` until one task too many has to "
        "wait, and back to what fits. Hand in the number."
    ),
    stage=(
        *CLEAR_NETWORKS,
        *typed_on_manager(
            "docker network create --driver overlay --subnet 10.20.0.0/28 small",
            "docker service create --name tiny --replicas 3 --network small httpd:2.4",
        ),
    ),
    asks={"fit": "a number of tasks"},
    goals=(
        eventually(TINY.has_a_task("new"), hold="5s").named("waits"),
        now(replace(TINY.shows(9), text="as many tasks of `tiny` run as fit, and no more are wanted")).named("full"),
        eventually(FIT.is_number("the number of tasks that fit", lambda scene: 9)).named("fit").worth(2),
        always(TINY.is_the_same() & TINY.has_at_least(3)).named("same"),
    ),
    backends="sim",
    tags=("only tasks need addresses", "sixteen addresses are sixteen tasks", "a lack of addresses is an error"),
    hints=(
        Hint(
            "not-yet",
            goal="waits",
            when=eventually(TINY.wants(4)),
            nudge="They all found room so far, or you did not wait. Ask for one more, and look.",
            concept="A task that gets no address stays in the state New. No command fails, and nothing is reported.",
            command="docker service scale --detach tiny=???   and   docker service ps tiny",
            example="docker service scale --detach cache=5",
            misconception="a lack of addresses is an error",
        ),
        Hint(
            "scale",
            goal="waits",
            nudge="Scale out, step by step, until a task does not run.",
            concept="The allocator gives each task an address before a node is chosen. Without one, the task waits.",
            command="docker service scale --detach tiny=???   and   docker service ps tiny",
            example="docker service scale --detach cache=5",
        ),
        Hint(
            "back",
            goal="full",
            nudge="Some wish cannot be fulfilled, or there is still room. Ask for exactly what fits.",
            concept="Both numbers of `docker service ls` shall be the same, and as large as they can be.",
            command="docker service scale tiny=???",
            example="docker service scale cache=5",
        ),
        Hint(
            "no-number",
            goal="fit",
            when=now(FIT.is_not_given()),
            nudge="Hand in the number of tasks that fit.",
            concept="Count the running ones when a further one has to wait.",
            command="fit = ???",
            example="fit = 253",
        ),
        Hint(
            "all-for-tasks",
            goal="fit",
            when=now(FIT.is_value("without the others", _is(11, 12, 13, 14, 15, 16))),
            nudge="Tasks are not the only ones who need an address.",
            concept=(
                "Of sixteen, the first and the last belong to nobody. The gateway takes one, the service takes one, "
                "and so does each node with a task on the network."
            ),
            command="16 - 2 - ??? - ??? - ???",
            example="a /27 with five nodes and two services:  32 - 2 - 1 - 2 - 5 = 22",
            misconception="only tasks need addresses",
        ),
        Hint(
            "count",
            goal="fit",
            nudge="Count again: who has an address in this network?",
            concept="The gateway, the service itself, each node with a task on the network, and each task.",
            command="16 - 2 - ??? - ??? - ???",
            example="a /27 with five nodes and two services:  32 - 2 - 1 - 2 - 5 = 22",
            misconception="sixteen addresses are sixteen tasks",
        ),
        Hint(
            "same",
            goal="same",
            nudge="The three tasks of the start shall stay. You removed them.",
            concept="Scaling out adds tasks, and leaves the others alone.",
            command='lab.exercise("7.5")   and   docker service scale tiny=???',
            example="docker service scale cache=5",
        ),
    ),
)
