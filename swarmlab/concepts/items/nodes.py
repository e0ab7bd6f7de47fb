"""Items of lessons 03 and 04: scaling, drained and lost nodes."""

from swarmlab.checks import Fault, Step
from swarmlab.concepts.item import Choice, Item
from swarmlab.exercises.stage import MANAGER, typed_on_manager

WEB = "docker service create --quiet --name web --replicas 3 httpd:2.4"
PUBLISHED = "docker service create --quiet --name web --replicas 3 --publish 8080:80 httpd:2.4"

NODES = (
    Item(
        "who-may-stay",
        "03",
        "Slots 1, 2 and 3 of `web` run on the manager, slot 4 on `node1`. You scale to 2. Which slots stay?",
        (
            Choice("1 and 2: the highest numbers go", r"\Aweb\.1\nweb\.2\Z"),
            Choice("1 and 4: each node keeps one", r"\Aweb\.1\nweb\.4\Z"),
            Choice("3 and 4: the oldest go", r"\Aweb\.3\nweb\.4\Z"),
        ),
        "B",
        "Swarm takes from where there are most. The number of a slot decides only within a node.",
        typed_on_manager(
            "docker node update --availability drain node1",
            "docker node update --availability drain node2",
            WEB,
            "docker node update --availability active node1",
            "docker service scale web=4",
            "docker service scale web=2",
            "sleep 20",
        ),
        Step(MANAGER, "docker service ps web --format '{{.Name}}' | sort"),
    ),
    Item(
        "scaled-in",
        "03",
        "You scale `web` from 5 to 3. A minute later, what does `docker service ps web` say of the two tasks that are "
        "not wanted any more?",
        (
            Choice("nothing: it lists three tasks", r"\A(web\.\d Running\n?){3}\Z"),
            Choice("they are listed as Shutdown", r"Shutdown"),
            Choice("they are listed as Remove", r"Remove"),
        ),
        "A",
        "A slot that is not wanted any more has no history: its tasks are deleted. What is replaced leaves a history.",
        typed_on_manager(WEB.replace("3", "5", 1), "docker service scale web=3", "sleep 60"),
        Step(MANAGER, "docker service ps web --format '{{.Name}} {{.DesiredState}}'"),
    ),
    Item(
        "global-scale",
        "03",
        "`mon` is a global service: it has one task on each of three nodes. You type `docker service scale mon=6`.",
        (
            Choice("now two tasks run on each node", r"global 6/6"),
            Choice("`mon` becomes a replicated service", r"replicated 6/6"),
            Choice("the order is refused", r"only be used with replicated"),
        ),
        "C",
        "How many tasks a global service has is not a wish: it follows from the nodes.",
        typed_on_manager("docker service create --quiet --name mon --mode global httpd:2.4"),
        Step(MANAGER, "docker service scale mon=6; docker service ls --format '{{.Mode}} {{.Replicas}}'"),
    ),
    Item(
        "come-back",
        "04",
        "`web` has six tasks. You drain `node1` and make it active again. Five minutes later, how many tasks of `web` "
        "run there?",
        (
            Choice("two, as before", r"\A2\Z"),
            Choice("none", r"\A0\Z"),
            Choice("six: it has the most room", r"\A6\Z"),
        ),
        "B",
        "Nothing moves by itself. A node that comes back gets new tasks only.",
        typed_on_manager(
            WEB.replace("3", "6", 1),
            "docker node update --availability drain node1",
            "sleep 30",
            "docker node update --availability active node1",
            "sleep 5m",
        ),
        Step(MANAGER, "docker node ps node1 --filter desired-state=running --quiet | wc -l"),
    ),
    Item(
        "drained-manager",
        "04",
        "You drain the only manager. Then you type `docker service scale web=4` on it. What happens?",
        (
            Choice("four tasks run, all on the workers", r"4/4"),
            Choice("the order is refused: it is drained", r"(?i)error|drained"),
            Choice("the fourth task waits until the manager is active", r"3/4"),
        ),
        "A",
        "Drain ends tasks on that node, and nothing else: it goes on leading and takes orders.",
        typed_on_manager(WEB, "docker node update --availability drain swarm-manage", "sleep 20"),
        Step(MANAGER, "docker service scale --detach web=4; sleep 20; docker service ls --format '{{.Replicas}}'"),
    ),
    Item(
        "plain-container",
        "04",
        "On `node1` somebody has started a container `tool` with `docker run`. You drain `node1`. What becomes of it?",
        (
            Choice("it is stopped", r"tool exited"),
            Choice("it is moved to another node", r"\A\Z"),
            Choice("it runs on", r"tool running"),
        ),
        "C",
        "Swarm knows tasks. A container that is no task is none of its business.",
        (
            Step("node1", "docker run --detach --name tool busybox:1.37 sleep 1d"),
            Step(MANAGER, "docker node update --availability drain node1; sleep 20"),
        ),
        Step("node1", "docker ps --all --format '{{.Names}} {{.State}}'"),
    ),
    Item(
        "drained-door",
        "04",
        "`web` is published at port 8080. `node1` is drained and has no task. Somebody asks `node1` at port 8080.",
        (
            Choice("a page comes", r"It works"),
            Choice("the connection is refused", r"(?i)refused|couldn't connect|could not connect"),
            Choice("no answer comes", r"(?i)timed out"),
        ),
        "A",
        "Every node passes on requests for published ports, with or without tasks, drained or not.",
        typed_on_manager(PUBLISHED, "docker node update --availability drain node1", "sleep 20"),
        Step("node2", "curl -sS --max-time 3 192.168.1.12:8080"),
    ),
    Item(
        "five-seconds",
        "04",
        "`node2` loses its power. What does `docker node ls` say of it five seconds later?",
        (
            Choice("Down", r"node2 Down"),
            Choice("Unknown", r"node2 Unknown"),
            Choice("Ready", r"node2 Ready"),
        ),
        "C",
        "A manager waits for three heartbeats that do not come, some 15 seconds. Until then it knows of nothing.",
        (Fault("stop", ("node2",)), Step(MANAGER, "sleep 5")),
        Step(MANAGER, "docker node ls --format '{{.Hostname}} {{.Status}}'"),
    ),
    Item(
        "over-count",
        "04",
        "`web` has three tasks, one on each node. `node2` loses its power. What does REPLICAS show a minute later?",
        (
            Choice("2/3", r"\A2/3\Z"),
            Choice("3/3", r"\A3/3\Z"),
            Choice("4/3", r"\A4/3\Z"),
        ),
        "C",
        "The lost task has been replaced, and is still counted: it was running when it was last heard of.",
        (*typed_on_manager(WEB), Fault("stop", ("node2",)), Step(MANAGER, "sleep 60")),
        Step(MANAGER, "docker service ls --format '{{.Replicas}}'"),
    ),
    Item(
        "paused-node",
        "04",
        "A task of `web` runs on `node2`. You set the availability of `node2` to pause. What becomes of the container?",
        (
            Choice("it runs on", r"\AUp [^()]*\Z"),
            Choice("it is paused: its processes are frozen", r"Paused"),
            Choice("it is stopped, and replaced elsewhere", r"\A\Z"),
        ),
        "A",
        "Pause is about new tasks: none come. What runs there stays. (`docker pause` is something else.)",
        typed_on_manager(WEB, "docker node update --availability pause node2", "sleep 20"),
        Step("node2", "docker ps --format '{{.Status}}'"),
    ),
)
