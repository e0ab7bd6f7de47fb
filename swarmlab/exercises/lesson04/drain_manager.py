"""Exercise 4.1: take all work off the manager, and let it go on managing."""

from swarmlab.checks import Exercise, Hint, always, eventually, node, now, service
from swarmlab.checks.claims import typed
from swarmlab.checks.services import no_service
from swarmlab.exercises.stage import CLEAR, MANAGER, typed_on_manager

WEB = service("web-server")
BOSS = node(MANAGER)

DRAIN_MANAGER = Exercise(
    id="4.1",
    title="A manager without work",
    task=(
        "`web-server` runs one task on each node. Take the work off `swarm-manage`, so that it only manages. "
        "The service itself stays as it is."
    ),
    stage=(*CLEAR, *typed_on_manager("docker service create --name web-server --replicas 3 httpd:2.4")),
    goals=(
        now(BOSS.is_("drain") & BOSS.runs(0) & WEB.shows(3)).named("empty").worth(2),
        eventually(WEB.has_a_task("shutdown")).named("history"),
        always(BOSS.is_leader()).named("leader"),
        always(WEB.is_the_same()).named("same"),
    ),
    tags=("a drained manager stops managing", "pausing empties a node", "drain moves containers"),
    hints=(
        Hint(
            "removed",
            goal="empty",
            when=now(no_service("web-server")),
            nudge="The service is gone. It should go on, on the other nodes.",
            concept="Availability is a setting of a node. The service needs no change, and no end.",
            command='lab.exercise("4.1")   and then   docker node update --availability ??? swarm-manage',
            example="docker node update --availability drain node9",
        ),
        Hint(
            "other-number",
            goal="empty",
            when=now(WEB.wants(0, 2)),
            nudge="You changed how many tasks the service wants. It should still want three.",
            concept="With fewer tasks the manager may be free by luck. The next change could bring a task back to it.",
            command="docker service scale web-server=3   and   docker node update --availability ??? swarm-manage",
            example="docker node update --availability drain node9",
        ),
        Hint(
            "paused",
            goal="empty",
            when=now(BOSS.is_("pause")),
            nudge="A paused node gets no new tasks. What about those it has?",
            concept="Pause: no new tasks, the old ones stay. Drain: no new tasks, and the old ones end.",
            command="docker node update --availability ??? swarm-manage",
            example="docker node update --availability drain node9",
            misconception="pausing empties a node",
        ),
        Hint(
            "other-node",
            goal="empty",
            when=now(node("node1").is_("drain")),
            nudge="You drained another node.",
            concept="The last word of the command says which node is meant.",
            command="docker node update --availability drain ???",
            example="docker node update --availability drain node9",
        ),
        Hint(
            "too-soon",
            goal="empty",
            when=now(BOSS.is_("drain")),
            nudge="The node is drained. Are all three tasks running elsewhere yet?",
            concept="Swarm stops the old task first, and starts a new one then. That takes a moment.",
            command='lab.advance("???")',
            example='lab.advance("10s")',
            misconception="drain moves containers",
        ),
        Hint(
            "by-constraint",
            goal="empty",
            when=eventually(typed(r"--constraint", "a constraint was set")),
            nudge="That keeps one service away. Other services could still use the manager.",
            concept="A constraint belongs to a service. Availability belongs to the node, and counts for all services.",
            command="docker node update --availability ??? swarm-manage",
            example="docker node update --availability drain node9",
        ),
        Hint(
            "drain",
            goal="empty",
            nudge="One setting of the node says whether it may have tasks. You see it in `docker node ls`.",
            concept="A drained manager has no tasks. It keeps its vote, and it goes on leading.",
            command="docker node update --availability ??? swarm-manage",
            example="docker node update --availability drain node9",
            misconception="a drained manager stops managing",
        ),
        Hint(
            "history",
            goal="history",
            nudge="The task on the manager should have been shut down by Swarm.",
            concept="After a drain the old task stays in the list as Shutdown, under the new one of its slot.",
            command="docker service ps ???",
            example="docker service ps cache",
        ),
        Hint(
            "leader",
            goal="leader",
            nudge="The manager has stopped leading. Draining does not do that.",
            concept="To drain is not to demote. A drained manager manages.",
            command="docker node update --availability ??? swarm-manage",
            example="docker node update --availability drain node9",
            misconception="a drained manager stops managing",
        ),
        Hint(
            "made-anew",
            goal="same",
            nudge="You made the service anew. That was not needed.",
            concept="Draining concerns the node. The service does not have to be touched.",
            command="docker node update --availability ??? swarm-manage",
            example="docker node update --availability drain node9",
        ),
    ),
)
