"""Exercise 10.7: both workers are maintained, one after the other, and no visitor notices."""

from swarmlab.checks import Exercise, Hint, always, eventually, node, now
from swarmlab.checks.claims import typed
from swarmlab.exercises.lesson10.stage import PHP, SHOP, WEB
from swarmlab.exercises.stage import typed_on_manager

FIRST, SECOND = node("node1"), node("node2")
AGAIN = typed(r"--availability[= ]active\b", "a node has been made active again")
BACK = AGAIN & FIRST.is_("active") & SECOND.is_("active") & WEB.shows(2) & PHP.shows(2)

MAINTENANCE = Exercise(
    id="10.7",
    title="The quiet night",
    task=(
        "Tonight `node1` gets a new disk, and after it `node2`. Each has to be drained and empty for a moment, and "
        "active again in the end. At no moment may `web` or `php` have fewer than two running tasks. (The databases "
        "are on `swarm-manage`.) Write it as a loop over both nodes, so that it can be used next month as well."
    ),
    stage=(
        *SHOP,
        *typed_on_manager(
            "docker service update --detach --constraint-add node.hostname==swarm-manage redis",
            "docker service update --detach --constraint-add node.hostname==swarm-manage mysql",
            "sleep 30",
        ),
    ),
    goals=(
        eventually(FIRST.is_("drain") & FIRST.runs(0)).named("first"),
        eventually(SECOND.is_("drain") & SECOND.runs(0)).named("second"),
        now(BACK).named("back").worth(2),
        always(WEB.has_at_least(2) & PHP.has_at_least(2)).named("no-dip").worth(2),
    ),
    tags=("drain waits for the replacement", "maintenance ends when the disk is in"),
    hints=(
        Hint(
            "first",
            goal="first",
            nudge="`node1` was never drained and empty.",
            concept="A drained node runs no tasks of the swarm. Give them time to end.",
            command="docker node update --availability ??? node1",
            example="docker node update --availability drain node9",
        ),
        Hint(
            "second",
            goal="second",
            nudge="`node2` was never drained and empty.",
            concept="A drained node runs no tasks of the swarm. Give them time to end.",
            command="docker node update --availability ??? node2",
            example="docker node update --availability drain node9",
        ),
        Hint(
            "still-out",
            goal="back",
            when=now((FIRST.is_("active") & SECOND.is_("active")).negated("a node is not active")),
            nudge="A node still takes no tasks.",
            concept="A node stays drained until somebody makes it active again.",
            command="docker node update --availability ??? node???",
            example="docker node update --availability active node9",
            misconception="maintenance ends when the disk is in",
        ),
        Hint(
            "back",
            goal="back",
            nudge="Two tasks of `web` and two of `php` shall be wanted and run in the end.",
            concept="Whatever you changed for the night, put it back.",
            command="docker service scale web=??? php=???",
            example="docker service scale cache=3",
        ),
        Hint(
            "no-dip",
            goal="no-dip",
            nudge="For a moment only one ran. Does draining wait for the replacement?",
            concept=(
                "A drained task is told to stop, and its replacement starts after that. So have enough tasks elsewhere "
                "before you drain."
            ),
            command='lab.exercise("10.7")   and   docker service scale web=??? php=???   before each drain',
            example="docker service scale cache=6",
            misconception="drain waits for the replacement",
        ),
    ),
)
