"""Exercise 8.5: three services wait, for three different reasons."""

from swarmlab.checks import Exercise, Hint, Step, always, eventually, now, service
from swarmlab.checks.claims import typed
from swarmlab.exercises.stage import CLEAR, HOSTS, MANAGER, typed_on_manager

ALFA, BRAVO, CHARLIE = service("alfa"), service("bravo"), service("charlie")

THREE_REASONS = Exercise(
    id="8.5",
    title="Three reasons to wait",
    task=(
        "`alfa` (one task), `bravo` (one task) and `charlie` (four tasks) do not run as wanted. Read why, and repair "
        "each: `alfa` needs 512 MB, not more; `bravo` needs a fast disk, and `node2` has one; `charlie` shall answer "
        "at port 8080."
    ),
    stage=(
        *CLEAR,
        *(Step(MANAGER, f"docker node update --label-rm disk {host}", may_fail=True) for host in HOSTS),
        *typed_on_manager(
            "docker service create --detach --name alfa --reserve-memory 64G httpd:2.4",
            "docker service create --detach --name bravo --constraint node.labels.disk==ssd httpd:2.4",
            "docker service create --detach --name charlie --replicas 4 "
            "--publish mode=host,published=8080,target=80 httpd:2.4",
        ),
    ),
    goals=(
        now(ALFA.shows(1)).named("alfa"),
        now(BRAVO.shows(1) & BRAVO.has_running_on("node2", 1, 1)).named("bravo"),
        now(CHARLIE.shows(4) & CHARLIE.publishes(8080, 80)).named("charlie"),
        always(ALFA.is_the_same() & BRAVO.is_the_same() & CHARLIE.is_the_same()).named("same"),
    ),
    tags=(
        "limits reserve capacity",
        "a second task on a node gets a port of its own",
        "a waiting task is a broken one",
    ),
    hints=(
        Hint(
            "limit",
            goal="alfa",
            when=eventually(typed(r"--limit-memory", "a limit was set")),
            nudge="You set a limit. Is that what keeps the task waiting?",
            concept="A limit stops a task that takes too much. The scheduler looks at the *reservation* only.",
            command="docker service update --reserve-??? 512M alfa",
            example="docker service update --reserve-cpu 0.5 cache",
            misconception="limits reserve capacity",
        ),
        Hint(
            "alfa",
            goal="alfa",
            nudge="Read the reason of `alfa`. What do all three nodes lack?",
            concept="A task is placed where as much is left as it reserves. What nobody has, nobody can give.",
            command="docker service ps --no-trunc alfa   and   docker service update --reserve-??? 512M alfa",
            example="docker service update --reserve-cpu 0.5 cache",
        ),
        Hint(
            "constraint-gone",
            goal="bravo",
            when=eventually(typed(r"--constraint-rm", "a constraint was removed")),
            nudge="Without its constraint, `bravo` may run anywhere. It needs the fast disk.",
            concept="The wish was right, but no node says that it has such a disk. Tell the swarm.",
            command="docker node update --label-add ???=??? node2   and   --constraint-add node.labels.disk==ssd",
            example="docker node update --label-add rack=7 node9",
        ),
        Hint(
            "bravo",
            goal="bravo",
            nudge="Read the reason of `bravo`, and its constraint. Which node fulfils it?",
            concept="A constraint can speak of labels. Somebody has to put them on the nodes.",
            command="docker service inspect --pretty bravo   and   docker node update --label-add ???=??? node2",
            example="docker node update --label-add rack=7 node9",
        ),
        Hint(
            "other-mode",
            goal="charlie",
            when=eventually(typed(r"--publish-add", "it was refused", failed=True)),
            nudge="It was refused: the old port is still there. In which mode is it published?",
            concept="`--publish-rm` matches port, protocol *and mode*. Without a mode it means the mesh.",
            command="docker service update --publish-rm mode=???,target=80 --publish-add ???:??? charlie",
            example="docker service update --publish-rm mode=host,target=6379 --publish-add 9000:6379 cache",
        ),
        Hint(
            "fewer",
            goal="charlie",
            when=now(CHARLIE.shows(3)),
            nudge="Now three are wanted. Four should run.",
            concept="In host mode a port can be used once on each node. The mesh needs it once for all tasks.",
            command="docker service update --publish-rm mode=???,target=80 --publish-add ???:??? --replicas 4 charlie",
            example="docker service update --publish-rm mode=host,target=6379 --publish-add 9000:6379 cache",
            misconception="a second task on a node gets a port of its own",
        ),
        Hint(
            "charlie",
            goal="charlie",
            nudge="Read the reason of `charlie`. How often can a port of a host be given away?",
            concept="In host mode a port can be used once on each node. The mesh needs it once for all tasks.",
            command="docker service update --publish-rm mode=???,target=80 --publish-add ???:??? charlie",
            example="docker service update --publish-rm mode=host,target=6379 --publish-add 9000:6379 cache",
            misconception="a second task on a node gets a port of its own",
        ),
        Hint(
            "same",
            goal="same",
            nudge="You made a service anew. Each can be repaired as it is.",
            concept="A waiting task is not broken. It is placed as soon as a node fits.",
            command='lab.exercise("8.5")   and   docker service update …',
            example="docker service update --reserve-cpu 0.5 cache",
            misconception="a waiting task is a broken one",
        ),
    ),
)
