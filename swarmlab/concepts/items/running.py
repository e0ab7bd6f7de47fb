"""Items of lessons 08 and 09: updates, health, resources, managers."""

from swarmlab.checks import Step
from swarmlab.concepts.item import Choice, Item
from swarmlab.exercises.stage import MANAGER, typed_on_manager

RUNNING = (
    Item(
        "limit",
        "08",
        "Each node has 4 GB of memory. A service is created with `--limit-memory 64G`. In which state is its task?",
        (
            Choice("Pending: no node has so much", r"\APending"),
            Choice("Rejected by the node", r"\ARejected"),
            Choice("Running", r"\ARunning"),
        ),
        "C",
        "A limit is not a reservation. The scheduler counts what is reserved; a limit stops who takes too much.",
        typed_on_manager("docker service create --quiet --detach --name big --limit-memory 64G httpd:2.4", "sleep 20"),
        Step(MANAGER, "docker service ps big --format '{{.CurrentState}}'"),
    ),
    Item(
        "stop-first",
        "08",
        "`web` has one task. You update its image; nothing special is set. Does `web` answer all the time?",
        (
            Choice("yes: the new task starts before the old one stops", r"2/1|\A(1/1\s*)+\Z"),
            Choice("no: for a moment no task runs", r"0/1"),
            Choice("the update is refused: one task is too few", r"(?i)error"),
        ),
        "B",
        "By default the old task stops first. With `--update-order start-first` it is the other way round.",
        typed_on_manager("docker service create --quiet --name web httpd:2.4.64"),
        Step(
            MANAGER,
            "docker service update --quiet --detach --image httpd:2.4.65 web >/dev/null; "
            "for i in 1 2 3 4 5 6 7 8; do docker service ls --format '{{.Replicas}}'; sleep 0.5; done",
        ),
    ),
    Item(
        "bad-update",
        "08",
        "You update the three tasks of `web` to an image that does not exist. Nothing special is set. How is it two "
        "minutes later?",
        (
            Choice("all three are replaced, and none runs", r"0/3"),
            Choice("two old ones run, and the update is paused", r"(?s)paused.*2/3"),
            Choice("Swarm has gone back to the old image", r"(?s)rollback_completed.*3/3"),
        ),
        "B",
        "An update that fails is paused. It goes back by itself only if it was told to, with "
        "`--update-failure-action rollback`.",
        typed_on_manager(
            "docker service create --quiet --name web --replicas 3 httpd:2.4.64",
            "docker service update --quiet --detach --image httpd:2.44 web",
            "sleep 2m",
        ),
        Step(
            MANAGER,
            "docker service inspect --format '{{.UpdateStatus.State}}' web; docker service ls --format '{{.Replicas}}'",
        ),
    ),
    Item(
        "not-yet-healthy",
        "08",
        "A service has a health check, which has not succeeded yet. Its container runs. In which state is its task?",
        (
            Choice("Running", r"\ARunning"),
            Choice("Starting", r"\AStarting"),
            Choice("Pending", r"\APending"),
        ),
        "B",
        "With a health check a task is Running when it is healthy, and gets requests only then.",
        typed_on_manager(
            "docker service create --quiet --detach --name web --health-cmd 'exit 1' --health-interval 30s httpd:2.4",
            "sleep 20",
        ),
        Step(MANAGER, "docker service ps web --format '{{.CurrentState}}'"),
    ),
    Item(
        "two-managers",
        "09",
        "There are two managers, `swarm-manage` and `node1`. The engine of `node1` stops. Can you still create a "
        "service on `swarm-manage`?",
        (
            Choice("yes: it was the leader before", r"\A\w{25}\Z"),
            Choice("no: it has no majority", r"(?i)leader|quorum"),
            Choice("yes, but only on its own node", r"\A\w{25}\nswarm-manage"),
        ),
        "B",
        "The majority of two is two. So two managers stop for two reasons, where one stops for one.",
        (
            Step(MANAGER, "docker node promote node1; sleep 5"),
            Step("node1", "systemctl stop docker"),
            Step(MANAGER, "sleep 45"),
        ),
        Step(MANAGER, "docker service create --quiet --detach --name web httpd:2.4"),
    ),
    Item(
        "no-majority",
        "09",
        "Of three managers two are lost. On the third, `node2`, a task of `web` runs that publishes port 8080. "
        "Somebody asks `node2` for a page.",
        (
            Choice("a page comes", r"It works"),
            Choice("the connection is refused: the container was stopped", r"(?i)refused|couldn't connect"),
            Choice("no answer comes", r"(?i)timed out"),
        ),
        "A",
        "Orders need a majority, work does not: what runs goes on, and so does the mesh.",
        (
            *typed_on_manager(
                "docker node promote node1 node2; sleep 5",
                "docker service create --quiet --name web --publish 8080:80 "
                "--constraint node.hostname==node2 httpd:2.4",
            ),
            Step("node1", "systemctl stop docker"),
            Step(MANAGER, "systemctl stop docker"),
            Step("node2", "sleep 60"),
        ),
        Step("node2", "curl -sS --max-time 3 192.168.1.13:8080"),
    ),
)
