"""Items of lessons 00 to 02: the bench, services and tasks, the life of a task."""

from swarmlab.checks import Fault, Step
from swarmlab.concepts.item import Choice, Item
from swarmlab.exercises.stage import MANAGER, typed_on_manager

BASICS = (
    Item(
        "worker-orders",
        "00",
        "`node1` is a worker. A task of `web` runs on it, and one of `api` on another node. You type "
        "`docker service ls` on `node1`. What do you see?",
        (
            Choice("both services", r"(?s)api.*web|web.*api"),
            Choice("only `web`, the service with a task there", r"(?s)\A(?!.*api).*web +replicated"),
            Choice("an error: this node is no manager", r"not a swarm manager"),
        ),
        "C",
        "Only managers know the services. A worker knows its own tasks, and takes no orders.",
        typed_on_manager(
            "docker service create --quiet --name web --constraint node.hostname==node1 httpd:2.4",
            "docker service create --quiet --name api --constraint node.hostname==node2 httpd:2.4",
        ),
        Step("node1", "docker service ls"),
    ),
    Item(
        "local-containers",
        "01",
        "`web` has three tasks, one on each node. How many containers does `docker ps` list on the manager?",
        (
            Choice("three", r"\A3\Z"),
            Choice("one: its own", r"\A1\Z"),
            Choice("none: a manager only manages", r"\A0\Z"),
        ),
        "B",
        "`docker ps` asks one engine for its own containers. And a manager takes tasks like any other node.",
        typed_on_manager("docker service create --quiet --name web --replicas 3 httpd:2.4"),
        Step(MANAGER, "docker ps --quiet | wc -l"),
    ),
    Item(
        "killed-container",
        "01",
        "`web` has one task. You kill its container with `docker kill`. What does `docker service ps web` show half a "
        "minute later?",
        (
            Choice("the same task, started again", r"\A\S+ Running[^\n]*\Z"),
            Choice("one failed task, and nothing that runs", r"\A\S+ Failed[^\n]*\Z"),
            Choice("a failed task, and a new one that runs in its slot", r"\A\S+ Running[^\n]*\n\S+ Failed"),
        ),
        "C",
        "A task is never started again. It ends, and Swarm makes another one for the same slot.",
        (
            *typed_on_manager(
                "docker service create --quiet --name web --constraint node.role==manager httpd:2.4",
                "docker kill $(docker ps --quiet)",
                "sleep 30",
            ),
        ),
        Step(MANAGER, "docker service ps web --format '{{.ID}} {{.CurrentState}}'"),
    ),
    Item(
        "exit-zero",
        "02",
        "The program in a task ends after some seconds, without an error (exit code 0). Nothing special was set. What "
        "does Swarm do?",
        (
            Choice("it makes a new task: a service is to run", r"(?s)(Running|Starting|Ready|Preparing).*Complete"),
            Choice("nothing: the task is complete, and so is the service", r"\AComplete[^\n]*\Z"),
            Choice("it takes that for a failure: the task is Failed", r"Failed"),
        ),
        "A",
        "The task is Complete, and is replaced all the same: by default every end is a reason for a new task.",
        typed_on_manager("docker service create --quiet --detach --name once busybox:1.37 sleep 10", "sleep 20"),
        Step(MANAGER, "docker service ps once --format '{{.CurrentState}}'"),
    ),
    Item(
        "nobody-fits",
        "02",
        "A service asks for a node with the label `disk=ssd`. No node has it. In which state is its task?",
        (
            Choice("Pending", r"\APending"),
            Choice("Rejected", r"\ARejected"),
            Choice("Preparing", r"\APreparing"),
        ),
        "A",
        "Pending means: it waits for a node. It will run as soon as one fits. Rejected comes from a node that had it.",
        typed_on_manager(
            "docker service create --quiet --detach --name fast --constraint node.labels.disk==ssd httpd:2.4",
            "sleep 20",
        ),
        Step(MANAGER, "docker service ps fast --format '{{.CurrentState}}'"),
    ),
    Item(
        "no-such-image",
        "02",
        "You create a service with an image that does not exist. What happens?",
        (
            Choice("the order is refused: there is no service", r"no such service"),
            Choice("its task waits, Pending, until the image is there", r"\APending"),
            Choice("its tasks are Rejected, one after the other", r"Rejected"),
        ),
        "C",
        "The manager takes the order. The node that has to pull the image finds that it cannot, and rejects the task.",
        typed_on_manager("docker service create --quiet --detach --name typo httpd:2.44", "sleep 20"),
        Step(MANAGER, "docker service ps typo --format '{{.CurrentState}}'"),
    ),
    Item(
        "lost-task",
        "02",
        "`node2` loses its power. A minute later its task of `web` has been replaced elsewhere. What is said of the "
        "old task?",
        (
            Choice("current state Orphaned", r"Orphaned"),
            Choice("current state Shutdown", r"Shutdown Shutdown"),
            Choice("current state Running, although nobody wants it any more", r"Shutdown Running"),
        ),
        "C",
        "Nobody has heard of it, so its last known state stands. Orphaned comes after 24 hours, and replaces nothing.",
        (
            *typed_on_manager("docker service create --quiet --name web --replicas 3 httpd:2.4"),
            Fault("stop", ("node2",)),
            Step(MANAGER, "sleep 60"),
        ),
        Step(MANAGER, "docker service ps web --filter node=node2 --format '{{.DesiredState}} {{.CurrentState}}'"),
    ),
)
