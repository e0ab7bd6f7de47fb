"""Exercise 7.2: every task gets another address, and the address of the service stays."""

from swarmlab.checks import Exercise, Hint, always, answer, eventually, now, service
from swarmlab.checks.claims import Scene, typed
from swarmlab.checks.networks import has_new_addresses, keeps_its_vip
from swarmlab.exercises.lesson07.stage import CLEAR_NETWORKS
from swarmlab.exercises.stage import typed_on_manager

WEB, VIP = service("my-web"), answer("vip")


def _is_vip(scene: Scene, given: str) -> bool:
    state = scene.world.service("my-web")
    return state is not None and given.partition("/")[0] == state["vips"].get("my-net")


def _is_of_a_task(scene: Scene, given: str) -> bool:
    tasks = [*scene.world.tasks_of("my-web"), *scene.start.tasks_of("my-web")]
    return given.partition("/")[0] in {task["addresses"].get("my-net") for task in tasks}


NEW_TASKS = Exercise(
    id="7.2",
    title="All new, same address",
    task=(
        "`my-web` runs three tasks on the network `my-net`. Let all of them be replaced, without a moment in which "
        "fewer than two run. Hand in the address that clients go on using."
    ),
    stage=(
        *CLEAR_NETWORKS,
        *typed_on_manager(
            "docker network create --driver overlay my-net",
            "docker service create --name my-web --replicas 3 --network my-net httpd:2.4",
        ),
    ),
    asks={"vip": "an address, as in 10.0.9.2"},
    goals=(
        eventually(has_new_addresses("my-web", "my-net") & WEB.shows(3)).named("new").worth(2),
        eventually(VIP.says("the address that stayed", _is_vip)).named("vip"),
        always(keeps_its_vip("my-web", "my-net")).named("stays"),
        always(WEB.has_at_least(2)).named("no-break"),
    ),
    tags=("a name leads to the address of a task", "a service is replaced by removing it"),
    hints=(
        Hint(
            "one-killed",
            goal="new",
            when=eventually(typed(r"docker (kill|stop|rm|container)", "a container was stopped")),
            nudge="You stopped a container. Three tasks shall be new.",
            concept="An update can replace all tasks of a service, also if nothing else changes.",
            command="docker service update --??? my-web",
            example="docker service update --force cache",
        ),
        Hint(
            "replace",
            goal="new",
            nudge="An update replaces tasks. Is there an option for one that changes nothing else?",
            concept="A task never moves and never changes. What is new is a new task, with a new address.",
            command="docker service update --??? my-web",
            example="docker service update --force cache",
        ),
        Hint(
            "of-a-task",
            goal="vip",
            when=now(VIP.says("of a task", _is_of_a_task)),
            nudge="That is the address of a task. How long will it be valid?",
            concept="The name of a service leads to its virtual address. It belongs to the service, not to a task.",
            command="docker service inspect --format '{{json .Endpoint.???}}' my-web",
            example="docker service inspect --format '{{json .Endpoint.VirtualIPs}}' cache",
            misconception="a name leads to the address of a task",
        ),
        Hint(
            "vip",
            goal="vip",
            nudge="Look at the end point of the service.",
            concept="A service has one virtual address in each of its networks.",
            command="docker service inspect --format '{{json .Endpoint.???}}' my-web",
            example="docker service inspect --format '{{json .Endpoint.VirtualIPs}}' cache",
        ),
        Hint(
            "made-anew",
            goal="stays",
            nudge="You removed the service. Its address was lost with it.",
            concept="A new service gets a new virtual address, also under the old name. Update it instead.",
            command='lab.exercise("7.2")   and   docker service update --??? my-web',
            example="docker service update --force cache",
            misconception="a service is replaced by removing it",
        ),
        Hint(
            "break",
            goal="no-break",
            nudge="Too few tasks ran for a moment. How many were replaced at once?",
            concept="By default an update takes one task after the other. Scaling to nothing takes them all.",
            command='lab.exercise("7.2")   and   docker service update --??? my-web',
            example="docker service update --force cache",
        ),
    ),
)
