"""Exercise 4.2: drain a node, and at no moment run fewer tasks than wanted."""

from swarmlab.checks import Exercise, Hint, always, eventually, node, now, service
from swarmlab.checks.claims import typed
from swarmlab.exercises.stage import CLEAR, typed_on_manager

WEB = service("web-server")
NODE1 = node("node1")

NO_DIP = Exercise(
    id="4.2",
    title="Maintenance that nobody notices",
    task=(
        "`web-server` runs one task on each node. `node1` has to be repaired, so it must be drained. "
        "The users need three tasks at every moment. Plan it, then do it."
    ),
    stage=(*CLEAR, *typed_on_manager("docker service create --name web-server --replicas 3 httpd:2.4")),
    goals=(
        now(NODE1.is_("drain") & NODE1.runs(0) & WEB.shows(3)).named("drained").worth(2),
        always(WEB.has_at_least(3)).named("no-dip").worth(2),
        always(WEB.is_the_same()).named("same"),
    ),
    tags=("drain waits for the replacement", "start-first is the default"),
    hints=(
        Hint(
            "too-many",
            goal="drained",
            when=now(WEB.wants(4)),
            nudge="Good plan. The repair is over: how many tasks does the service need now?",
            concept="More tasks than needed hide the dip. When the drained node is empty, they can go.",
            command="docker service scale web-server=???",
            example="docker service scale cache=5",
        ),
        Hint(
            "not-drained",
            goal="drained",
            when=eventually(typed(r"pause|--constraint", "the node was kept free in another way")),
            nudge="The tasks are elsewhere. Now the node itself has to be drained.",
            concept="A pause or a constraint keeps tasks of some kind away. Only a drained node is sure to stay empty.",
            command="docker node update --availability ??? node1",
            example="docker node update --availability drain node9",
        ),
        Hint(
            "too-soon",
            goal="drained",
            when=now(NODE1.is_("drain")),
            nudge="The node is drained. Does `web-server` show 3/3 again?",
            concept="A replacement needs a moment to start.",
            command='lab.advance("???")',
            example='lab.advance("10s")',
        ),
        Hint(
            "drain",
            goal="drained",
            nudge="In the end `node1` must be drained. What should be prepared before?",
            concept="Drain stops the task first. So there must be enough other tasks at that moment.",
            command="(something that makes room)   and then   docker node update --availability ??? node1",
            example="docker node update --availability drain node9",
        ),
        Hint(
            "stop-first",
            goal="no-dip",
            when=eventually(typed(r"--force", "the tasks were replaced")),
            nudge="You replaced the tasks in time. But which was first: the old one's end, or the new one's start?",
            concept=(
                "By default an update stops the old task first. With `--update-order start-first` it is the other way."
            ),
            command="docker service update --force --update-order ??? web-server",
            example="docker service update --force --update-order start-first cache",
            misconception="start-first is the default",
        ),
        Hint(
            "plain-drain",
            goal="no-dip",
            nudge="For a moment only two tasks ran. Look at `lab.charts.replicas('web-server')`.",
            concept=(
                "Drain does not wait: it stops the task, and then another one is started. So have more tasks before "
                "you drain, or replace the task in good time, while the node takes no new ones."
            ),
            command="docker service scale web-server=???   then drain   then   docker service scale web-server=3",
            example="docker service scale cache=8",
            misconception="drain waits for the replacement",
        ),
        Hint(
            "made-anew",
            goal="same",
            nudge="This is another service of the same name.",
            concept="Whoever removes a service stops all its tasks.",
            command="docker service scale web-server=???",
            example="docker service scale cache=8",
        ),
    ),
)
