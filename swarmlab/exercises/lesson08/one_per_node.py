"""Exercise 8.6: no node may run two tasks of a service; what does the scheduler say of the rest?"""

from swarmlab.checks import Exercise, Hint, answer, eventually, now, service
from swarmlab.checks.claims import typed
from swarmlab.exercises.stage import CLEAR, HOSTS, typed_on_manager

WEB, REASON = service("web-server"), answer("reason")
_MANAGE, _NODE1, _NODE2 = (WEB.has_running_on(host, 1, 1) for host in HOSTS)

ONE_PER_NODE = Exercise(
    id="8.6",
    title="One on each, at most",
    task=(
        "`web-server` wants four tasks, and three nodes are there. Let no node run more than one of them, while four "
        "are still wanted. Then hand in what the scheduler says of the task that waits."
    ),
    stage=(*CLEAR, *typed_on_manager("docker service create --name web-server --replicas 4 httpd:2.4")),
    asks={"reason": "the text in the column ERROR"},
    goals=(
        now(WEB.wants(4, 4) & _MANAGE & _NODE1 & _NODE2).named("one-each").worth(2),
        eventually(
            REASON.matches(r"(?is).*max replicas per node limit exceed.*", "the reason why the fourth task waits")
        ).named("reason"),
    ),
    tags=("a new rule moves running tasks", "a cap lowers the number of wanted tasks"),
    hints=(
        Hint(
            "scaled",
            goal="one-each",
            when=now(WEB.wants(0, 3)),
            nudge="Now fewer than four are wanted. The wish shall stay; the rule is about nodes.",
            concept="A cap for each node does not change how many tasks are wanted. What does not fit waits.",
            command="docker service update --replicas 4 --replicas-max-per-node ??? web-server",
            example="docker service update --replicas-max-per-node 2 cache",
            misconception="a cap lowers the number of wanted tasks",
        ),
        Hint(
            "not-moved",
            goal="one-each",
            when=eventually(typed(r"--replicas-max-per-node", "a cap was set", failed=None)),
            nudge="The cap is set. Look where the tasks run, and give them time.",
            concept="Rules of placement are for tasks that are still to be placed. A running one stays where it is.",
            command="docker service update --??? web-server",
            example="docker service update --force cache",
            misconception="a new rule moves running tasks",
        ),
        Hint(
            "cap",
            goal="one-each",
            nudge="The service can have a cap for each node.",
            concept="The scheduler leaves out a node that has as many tasks of the service as allowed.",
            command="docker service update --replicas-max-per-??? 1 web-server",
            example="docker service update --replicas-max-per-node 2 cache",
        ),
        Hint(
            "reason",
            goal="reason",
            nudge="The waiting task says why it waits. Take the whole text.",
            concept="The scheduler writes its reason into the task, in the column ERROR.",
            command="docker service ps --no-trunc web-???",
            example="docker service ps --no-trunc cache",
        ),
    ),
)
