"""Exercise 9.2: the leader is lost, and the swarm is managed on."""

from swarmlab.checks import Exercise, Hint, always, eventually
from swarmlab.checks.claims import typed
from swarmlab.checks.managers import another_leads
from swarmlab.exercises.lesson09.stage import THREE, WEB

OTHERS = ("node1", "node2")

LEADER_LOST = Exercise(
    id="9.2",
    title="The leader is gone",
    task=(
        "Three managers, and `web-server` behind port 8080. Stop the engine of the leader: `systemctl stop docker` on "
        "`swarm-manage`. Show that visitors are still served, on `node1` or `node2`. Then scale `web-server` to 5 from "
        "there."
    ),
    stage=THREE,
    goals=(
        eventually(another_leads("swarm-manage")).named("new-leader"),
        eventually(typed(r"\b(curl|wget)\b.*:8080", "a request on `node1` or `node2` works", OTHERS, False)).named(
            "served"
        ),
        eventually(WEB.wants(5, 5) & WEB.has_at_least(5) & another_leads("swarm-manage")).named("scaled").worth(2),
        always(WEB.has_at_least(2)).named("no-break"),
    ),
    backends="sim",
    tags=("without its leader the swarm stands still", "the lost leader can be asked"),
    hints=(
        Hint(
            "stop",
            goal="new-leader",
            nudge="Stop the engine of the leader, and wait a little.",
            concept="The other managers notice that the leader is silent. Then they elect another one.",
            command="systemctl ??? docker   (on swarm-manage)",
            example="systemctl stop docker",
        ),
        Hint(
            "ask",
            goal="served",
            nudge="Ask for a page on one of the hosts that are left.",
            concept="Tasks and the mesh work without managers. Only orders need them.",
            command="curl 192.168.1.???:8080   (on node1)",
            example="curl 192.168.1.99:9000",
            misconception="without its leader the swarm stands still",
        ),
        Hint(
            "too-early",
            goal="scaled",
            when=eventually(typed(r"docker service (scale|update)", "scaling was refused", failed=True)),
            nudge="It was refused: a lost leader takes no orders. Ask another manager, some seconds later.",
            concept="An election takes some seconds. After that, any manager passes orders on to the new leader.",
            command="docker service scale web-server=???   (on node1, after a while)",
            example="docker service scale cache=7",
            misconception="the lost leader can be asked",
        ),
        Hint(
            "scale",
            goal="scaled",
            nudge="The swarm has a new leader. Give an order, on a manager that is left, and let time pass.",
            concept="Every manager takes orders, and passes them on to the leader.",
            command="docker service scale web-server=???   (on node1)",
            example="docker service scale cache=7",
        ),
        Hint(
            "break",
            goal="no-break",
            nudge="Too few tasks ran for a moment.",
            concept="The loss of one host costs one task. More were lost here.",
            command='lab.exercise("9.2")   to begin again',
            example="docker service ls",
        ),
    ),
)
