"""Exercise 10.5: the only host that may run the database is gone."""

from swarmlab.checks import Exercise, Hint, Scene, Step, always, answer, eventually, now, within
from swarmlab.exercises.lesson10.stage import MYSQL, NOT_TRIED, SHOP, TRIED
from swarmlab.exercises.stage import HOSTS, MANAGER, typed_on_manager

LOST = answer("lost")


def were_there(scene: Scene) -> set[str]:
    """Return the services that had a task on `node2` at the start."""
    names = {service["name"] for service in scene.start.services.values()}
    return {name for name in names if any(t["node"] == "node2" for t in scene.start.tasks_of(name))}


LOST_HOST = Exercise(
    id="10.5",
    title="The lost host",
    task=(
        "`node2` has gone silent, and visitors see an error 500. `mysql` needs a fast disk, and `node2` has the label "
        "`disk=ssd`. `node1` has such a disk, too, but nobody has told the swarm. Get the shop going again, in any "
        "way. Hand in the services that had a task on `node2`."
    ),
    stage=(
        *(Step(MANAGER, f"docker node update --label-rm disk {host}", may_fail=True) for host in HOSTS),
        *SHOP,
        *typed_on_manager(
            "docker node update --label-add disk=ssd node2",
            "docker service update --detach --constraint-add node.labels.disk==ssd mysql",
            "sleep 20",
        ),
        Step("node2", "systemctl stop docker"),
        Step(MANAGER, "sleep 60"),
    ),
    asks={"lost": "a list of services"},
    goals=(
        within("10m", MYSQL.has_running(1) & MYSQL.wants(1, 1), hold="5s").named("repaired").worth(2),
        TRIED,
        eventually(
            LOST.is_list(
                "the list of services that had a task on `node2`", lambda s, given: set(given) == were_there(s)
            )
        ).named("lost"),
        always(MYSQL.is_the_same()).named("same"),
    ),
    backends="sim",
    tags=("a lost host takes its services along", "REPLICAS shows what runs"),
    hints=(
        Hint(
            "repaired",
            goal="repaired",
            nudge="Which task waits, and what for? Either the host comes back, or another one may take the task.",
            concept=(
                "Tasks of a lost host are replaced elsewhere, where the rules allow it. A label is a rule that you can "
                "fulfil."
            ),
            command="systemctl ??? docker   (on node2)   or   docker node update --label-add ??? node1",
            example="docker node update --label-add rack=7 node9",
            misconception="a lost host takes its services along",
        ),
        NOT_TRIED,
        Hint(
            "only-mysql",
            goal="lost",
            when=now(LOST.is_list("only mysql", lambda s, given: given == ["mysql"])),
            nudge="`mysql` is what hurts. Other tasks ran there, too, and were replaced.",
            concept="`docker node ps` shows the tasks of a node, also of a lost one.",
            command="docker node ps ???",
            example="docker node ps --format '{{.Name}}' node9",
            misconception="a lost host takes its services along",
        ),
        Hint(
            "lost",
            goal="lost",
            nudge="Ask the swarm for the tasks of `node2`.",
            concept="`docker node ps` shows the tasks of a node, also of a lost one.",
            command='docker node ps ???   and   lost = ["???", …]',
            example="docker node ps --format '{{.Name}}' node9",
        ),
        Hint(
            "same",
            goal="same",
            nudge="You made `mysql` anew. It was waiting for a node that fits.",
            concept="A waiting task is not broken. It is placed as soon as a node fits.",
            command='lab.exercise("10.5")   to begin again',
            example="docker node update --label-add rack=7 node9",
        ),
    ),
)
