"""Exercise 3.5: try to scale a global service, and say why it cannot be."""

from swarmlab.checks import Exercise, Hint, always, answer, eventually, now, service
from swarmlab.checks.claims import typed
from swarmlab.exercises.stage import CLEAR, MANAGER, WORKERS, typed_on_manager

WATCH = service("watcher")
REASON = answer("reason")
SCALING = r"\bdocker\s+service\s+(scale\s+.*watcher|update\b.*--replicas.*watcher)"

THE_GLOBAL = Exercise(
    id="3.5",
    title="One on each node",
    task=(
        "`watcher` is a global service: one task on each node. Try to scale it to two. It will not work. "
        "Hand in the message, or the part of it that says for which services scaling is meant."
    ),
    stage=(*CLEAR, *typed_on_manager("docker service create --name watcher --mode global nginx:1.28")),
    asks={"reason": "for which services scaling is meant"},
    goals=(
        eventually(typed(SCALING, "scaling `watcher` has failed on a manager", (MANAGER,), True)).named("tried"),
        always(WATCH.is_the_same()).named("same"),
        eventually(REASON.matches(r"(?is).*\breplicated\b.*", "what the message says")).named("reason"),
    ),
    tags=("every service can be scaled", "a global service has as many replicas as nodes"),
    hints=(
        Hint(
            "on-a-worker",
            goal="tried",
            when=eventually(typed(SCALING, "typed on a worker", WORKERS)),
            nudge="You typed it on a worker. It failed for another reason.",
            concept="Only a manager takes orders. On a worker every command about services fails.",
            command="%%host ???\ndocker service scale watcher=2",
            example="%%host swarm-manage\ndocker service scale cache=2",
        ),
        Hint(
            "try",
            goal="tried",
            nudge="Which command of this lesson changes the number of tasks? Type it for `watcher`.",
            concept="An error costs nothing here. Docker refuses before anything is changed.",
            command="docker service ??? watcher=2",
            example="docker service scale cache=2",
            misconception="every service can be scaled",
        ),
        Hint(
            "made-anew",
            goal="same",
            nudge="You made another service of the same name. The task was to try, and to read.",
            concept="The mode of a service cannot be changed. A new service with another mode is another service.",
            command='lab.exercise("3.5")   and then   docker service scale watcher=2',
            example="docker service scale cache=2",
        ),
        Hint(
            "no-reason",
            goal="reason",
            when=now(REASON.is_missing()),
            nudge="It failed, as it should. Now hand in what the message says.",
            concept=(
                "A global service has no number of replicas: the number of nodes decides. So there is nothing to scale."
            ),
            command='reason = "scale can only be used with ???"',
            example='reason = "name conflicts with an existing object"   (another message)',
        ),
        Hint(
            "too-few-nodes",
            goal="reason",
            when=now(REASON.matches(r"(?is).*\b(nodes?|three|3)\b.*", "about the number of nodes")),
            nudge="The message does not speak of nodes. With four nodes it would be the same.",
            concept="A global service has no number of replicas at all: each node that fits gets one task.",
            command='reason = "scale can only be used with ???"',
            example='reason = "name conflicts with an existing object"   (another message)',
            misconception="a global service has as many replicas as nodes",
        ),
        Hint(
            "reason",
            goal="reason",
            nudge="Use the words of the message.",
            concept="There are two kinds of long-running services: those with a number of replicas, and global ones.",
            command='reason = "scale can only be used with ???"',
            example='reason = "name conflicts with an existing object"   (another message)',
        ),
    ),
)
