"""Incident 2: the port of the data between nodes is closed on one of them."""

from swarmlab.checks import Exercise, Hint, Step, always, eventually, node, now, service
from swarmlab.checks.claims import typed
from swarmlab.checks.hosts import firewalls_run
from swarmlab.checks.requests import last_are_pages
from swarmlab.exercises.incidents.stage import WELL, created

SHOP = service("shop")
ON_EACH = (
    SHOP.has_running_on("swarm-manage", 1, 1) & SHOP.has_running_on("node1", 1, 1) & SHOP.has_running_on("node2", 1, 1)
)
PUBLISHED = typed(r"--add-port[= ]8080", "the published port was opened")
OTHER = typed(r"--add-port[= ](?!4789)", "some port was opened")

CLOSED_PORT = Exercise(
    id="incident-2",
    title="Every third page",
    task=(
        "From support: customers say that every third page never comes. I can see it on `swarm-manage`: type "
        "`curl --max-time 2 192.168.1.11:8080` a few times. `docker service ls` shows `shop` as 3/3, and nobody has "
        "touched the service: one task on each machine, and so it should stay. Somebody worked on the firewalls this "
        "morning, I heard. They have to stay on."
    ),
    stage=(
        *WELL,
        *created("--name shop --replicas 3 --publish 8080:80 traefik/whoami:v1.11"),
        Step("node2", "firewall-cmd --remove-port=4789/udp"),
    ),
    goals=(
        now(ON_EACH & last_are_pages("8080", 6)).named("answered").worth(2),
        always(firewalls_run()).named("firewalls"),
    ),
    backends="sim",
    tags=("the published port must be opened", "switching the firewall off is a repair", "the symptom is the fault"),
    hints=(
        Hint(
            "tried",
            goal="answered",
            when=now(typed(r"firewall-cmd.*(--add-port[= ]4789|--reload)|restart firewalld", "the port was opened")),
            nudge="Ask for a page six times in a row: with three tasks, each answers twice.",
            concept="One good answer proves nothing where every third fails.",
            command="for i in 1 2 3 4 5 6; do curl --max-time 2 192.168.1.11:???; done",
            example="for i in 1 2 3; do curl 192.168.1.99:9000; done",
        ),
        Hint(
            "drained",
            goal="answered",
            when=now(node("node2").is_("active").negated("`node2` takes no tasks")),
            nudge="The pages come, because `node2` has no task any more. Why did its task not answer?",
            concept="Who takes the machine out of use hides the fault. Its next task will have it again.",
            command="docker node update --availability active node2   and   firewall-cmd --list-ports   (on each host)",
            example="firewall-cmd --add-port=7946/tcp",
            misconception="the symptom is the fault",
        ),
        Hint(
            "published-port",
            goal="answered",
            when=eventually(PUBLISHED),
            nudge=(
                "8080 was never closed: two of three pages come. How does a request get from one machine to the next?"
            ),
            concept=(
                "Between nodes, connections travel inside packets of VXLAN. On the wire nobody sees port 8080 there."
            ),
            command="firewall-cmd --list-ports   (on each host, and compare)",
            example="firewall-cmd --add-port=7946/tcp",
            misconception="the published port must be opened",
        ),
        Hint(
            "other-port",
            goal="answered",
            when=eventually(OTHER),
            nudge="That port is not the one that is missing. Compare the lists of the three hosts.",
            concept="2377 carries orders, 7946 what nodes tell each other, 4789 the data.",
            command="firewall-cmd --list-ports   (on each host, and compare)",
            example="firewall-cmd --add-port=7946/tcp",
        ),
        Hint(
            "answered",
            goal="answered",
            nudge="Which of the three tasks never answers, and on which host is it? Then look at that host.",
            concept="A task that runs, on a host that hears orders: only the data between the hosts is missing.",
            command="docker service ps shop   and   firewall-cmd --list-ports   (on each host, and compare)",
            example="firewall-cmd --add-port=7946/tcp",
        ),
        Hint(
            "firewalls",
            goal="firewalls",
            nudge="Now pages come, and so does everybody else. Which single port would have done?",
            concept="A firewall that is off protects nobody. Leave it on, and open what is needed.",
            command="lab.incident(2)   to begin again, then   firewall-cmd --add-port=???",
            example="firewall-cmd --add-port=7946/tcp",
            misconception="switching the firewall off is a repair",
        ),
    ),
)
