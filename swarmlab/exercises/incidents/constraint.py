"""Incident 4: a constraint that no node meets, for a slip of the finger."""

from swarmlab.checks import Exercise, Hint, Step, always, eventually, now, service
from swarmlab.checks.claims import typed
from swarmlab.exercises.incidents.stage import WELL, created
from swarmlab.exercises.stage import HOSTS, MANAGER, typed_on_manager

CACHE = service("cache")

CONSTRAINT = Exercise(
    id="incident-4",
    title="It never starts",
    task=(
        "From the database team: `cache` was to move to the machine with the fast disk, that is `node2`. Since then it "
        "shows 0/1, and no log says why, because there is no container to have one. The machine itself is fine: "
        "`stats` runs on it. Please get `cache` running on `node2`."
    ),
    stage=(
        *WELL,
        *(Step(MANAGER, f"docker node update --label-rm disk {host}", may_fail=True) for host in HOSTS),
        *typed_on_manager("docker node update --label-add disk=ssd node2"),
        *created(
            "--name stats --replicas 2 --constraint node.hostname==node2 httpd:2.4",
            "--detach --name cache --constraint node.labels.disk==sdd redis:7.4",
        ),
        Step(MANAGER, "sleep 10"),
    ),
    goals=(
        now(CACHE.shows(1) & CACHE.has_running_on("node2", 1, 1)).named("runs"),
        always(CACHE.is_the_same()).named("same"),
    ),
    backends="sim",
    tags=("a waiting task is a broken one", "without a constraint it will find its place"),
    hints=(
        Hint(
            "anywhere",
            goal="runs",
            when=eventually(CACHE.has_running(1) & CACHE.has_running_on("node2", 0, 0)),
            nudge="It runs, but on another machine. It was to be on the fast disk.",
            concept="Without its constraint a task goes where the fewest are. The wish was right, only badly spelled.",
            command="docker service update --constraint-add node.labels.???==??? cache",
            example="docker service update --constraint-add node.labels.rack==7 archive",
            misconception="without a constraint it will find its place",
        ),
        Hint(
            "again",
            goal="runs",
            when=eventually(
                typed(r"service update.*--force|docker service scale", "more was asked for, or the same again")
            ),
            nudge="The next task waits as well. For what?",
            concept="A task waits until some node meets all its conditions. New tasks have the same conditions.",
            command="docker service ps --no-trunc cache   and   docker node inspect node2",
            example="docker node inspect --format '{{.Spec.Labels}}' node9",
            misconception="a waiting task is a broken one",
        ),
        Hint(
            "runs",
            goal="runs",
            nudge="Read for what the task waits. Then compare what it asks for with what `node2` says of itself.",
            concept="A constraint compares letters. The node and the service have to spell the label alike.",
            command=(
                "docker service inspect --pretty cache   and   docker node inspect node2   and then   "
                "docker service update --constraint-rm ??? --constraint-add ??? cache"
            ),
            example=(
                "docker service update --constraint-rm node.labels.rack==8 --constraint-add node.labels.rack==7 archive"
            ),
        ),
        Hint(
            "same",
            goal="same",
            nudge="The service was made anew. It could have been changed as it was.",
            concept="A waiting task is not broken: it is placed as soon as a node fits.",
            command="lab.incident(4)   to begin again",
            example="docker service update --constraint-add node.labels.rack==7 archive",
            misconception="a waiting task is a broken one",
        ),
    ),
)
