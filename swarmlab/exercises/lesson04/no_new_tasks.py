"""Exercise 4.3: a node keeps what it has, and gets nothing new."""

from swarmlab.checks import Exercise, Hint, always, eventually, node, now, service
from swarmlab.checks.claims import typed
from swarmlab.exercises.stage import CLEAR, typed_on_manager

WEB = service("web-server")
NODE2 = node("node2")

NO_NEW_TASKS = Exercise(
    id="4.3",
    title="No more for node2",
    task=(
        "`web-server` runs one task on each node. You want to look at `node2` in peace: it shall keep the task it has "
        "and get no new ones. Then scale `web-server` to six."
    ),
    stage=(*CLEAR, *typed_on_manager("docker service create --name web-server --replicas 3 httpd:2.4")),
    goals=(
        now(NODE2.is_("pause") & WEB.shows(6)).named("paused").worth(2),
        always(WEB.has_running_on("node2", 0, 1)).named("nothing-new"),
        always(WEB.keeps_its_tasks("node2")).named("kept"),
    ),
    tags=("pausing stops the tasks", "drain is the only way to keep tasks away"),
    hints=(
        Hint(
            "drained",
            goal="paused",
            when=now(NODE2.is_("drain")),
            nudge="The node has lost the task that it should keep.",
            concept="Drain ends the tasks of a node. Between active and drain there is a third setting.",
            command='lab.exercise("4.3")   and then   docker node update --availability ??? node2',
            example="docker node update --availability pause node9",
            misconception="drain is the only way to keep tasks away",
        ),
        Hint(
            "constraint",
            goal="paused",
            when=eventually(typed(r"--constraint", "a constraint was set")),
            nudge="A constraint is part of the service. Changing it replaces all tasks, also the one to keep.",
            concept="What you want concerns the node and all services. It is a setting of the node.",
            command='lab.exercise("4.3")   and then   docker node update --availability ??? node2',
            example="docker node update --availability pause node9",
        ),
        Hint(
            "not-scaled",
            goal="paused",
            when=now(NODE2.is_("pause")),
            nudge="The node is paused. Now scale, and see whether it works.",
            concept="A setting that was never tried is a hope.",
            command="docker service scale web-server=???",
            example="docker service scale cache=8",
        ),
        Hint(
            "pause",
            goal="paused",
            nudge="AVAILABILITY has three values. Which one have you not used yet?",
            concept="Active: gets new tasks. Pause: keeps its tasks, gets no new ones. Drain: neither.",
            command="docker node update --availability ??? node2",
            example="docker node update --availability pause node9",
        ),
        Hint(
            "too-late",
            goal="nothing-new",
            nudge="`node2` got a second task. What did you do first?",
            concept="The setting counts from the moment you make it. Tasks that are there already stay.",
            command='lab.exercise("4.3")   and then first   docker node update --availability ??? node2',
            example="docker node update --availability pause node9",
        ),
        Hint(
            "lost",
            goal="kept",
            nudge="The task that ran on `node2` at the start has ended. Which command did that?",
            concept=(
                "Updating a service replaces its tasks, and draining a node ends them. Pausing and scaling out do "
                "neither."
            ),
            command='lab.exercise("4.3")   and then   docker node update --availability ??? node2',
            example="docker node update --availability pause node9",
            misconception="pausing stops the tasks",
        ),
    ),
)
