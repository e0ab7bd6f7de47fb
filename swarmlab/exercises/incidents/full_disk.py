"""Incident 11: a machine whose disk has no room for another image."""

from swarmlab.checks import Exercise, Fault, Hint, Step, always, eventually, now, service
from swarmlab.checks.claims import typed
from swarmlab.exercises.incidents.stage import WELL, created
from swarmlab.exercises.stage import MANAGER

REPORT = service("report")

FULL_DISK = Exercise(
    id="incident-11",
    title="No such image",
    task=(
        "From the data team: `report` was moved to `node2`, since that machine has nothing to do at night. Now it "
        "shows 0/2, and its tasks are rejected: `No such image: nginx:1.29`. But there is such an image! We pulled it "
        "on `swarm-manage` to be sure, and it came. Please get two tasks running, of this image, wherever you like."
    ),
    stage=(
        *WELL,
        *created("--name shop --replicas 3 httpd:2.4"),
        Fault("fill_disk", ("node2",)),
        *created("--detach --name report --replicas 2 --constraint node.hostname==node2 nginx:1.29"),
        Step(MANAGER, "docker pull --quiet nginx:1.29; sleep 40"),
    ),
    goals=(
        now(REPORT.shows(2)).named("runs").worth(2),
        always(REPORT.has_image(r"nginx:1\.29(\.\d+)?", "`nginx:1.29`")).named("image"),
    ),
    backends="sim",
    tags=("an image that was pulled is on all nodes", "the message names the cause"),
    hints=(
        Hint(
            "pulled",
            goal="runs",
            when=eventually(
                typed(r"docker (image )?pull", "the image was pulled elsewhere", ("swarm-manage", "node1"))
            ),
            nudge="It came there. The tasks are placed on `node2`.",
            concept="Each machine has images of its own, and pulls what it lacks. Ask the machine that fails.",
            command="docker pull nginx:1.29   (on node2)",
            example="docker pull busybox:1.37",
            misconception="an image that was pulled is on all nodes",
        ),
        Hint(
            "again",
            goal="runs",
            when=eventually(
                typed(r"service update.*--force|docker service scale", "more was asked for, or the same again")
            ),
            nudge="New tasks are rejected in the same place. What is different about that machine?",
            concept="`No such image` says that the machine has not got it. Why it did not get it, the pull says.",
            command="docker pull nginx:1.29   (on node2)",
            example="docker pull busybox:1.37",
            misconception="the message names the cause",
        ),
        Hint(
            "runs",
            goal="runs",
            nudge="On `node2`, try by hand what its engine tries, and read what it says.",
            concept="Either the machine gets room for the image, or the tasks get another machine.",
            command='lab.faults.free_disk("node2")   or   docker service update --constraint-??? … report',
            example="docker service update --constraint-rm node.hostname==node9 archive",
        ),
        Hint(
            "image",
            goal="image",
            nudge="It runs, but with another image. The data team needs this one.",
            concept="The image was never wrong: one machine could not take it.",
            command="docker service update --image ??? report",
            example="docker service update --image busybox:1.37 archive",
        ),
    ),
)
