"""Incident 12: a process hangs; its task runs, and answers nobody."""

from swarmlab.checks import Exercise, Fault, Hint, Step, always, eventually, now, service
from swarmlab.checks.claims import typed
from swarmlab.checks.requests import last_are_pages
from swarmlab.exercises.incidents.stage import WELL, created
from swarmlab.exercises.stage import MANAGER

SHOP = service("shop")

HUNG = Exercise(
    id="incident-12",
    title="Some pages take for ever",
    task=(
        "From support: some pages take for ever, about one in three. On `swarm-manage`, "
        "`curl --max-time 2 192.168.1.11:8080` shows it within a few tries. All three tasks of `shop` run, and the "
        "firewalls are as they were. Two tasks at least have to be there all the time. Tell us when six pages in a "
        "row have come."
    ),
    stage=(
        *WELL,
        *created("--name shop --replicas 3 --publish 8080:80 traefik/whoami:v1.11"),
        Fault("hang", ("shop.2.",)),
        Step(MANAGER, "sleep 5"),
    ),
    goals=(
        now(last_are_pages("8080", 6) & SHOP.shows(3)).named("answered").worth(2),
        always(SHOP.is_the_same()).named("same"),
        always(SHOP.has_at_least(2)).named("two"),
    ),
    backends="sim",
    tags=("a task that runs is well", "the network is to blame", "more tasks are a repair"),
    hints=(
        Hint(
            "firewall",
            goal="answered",
            when=eventually(typed(r"firewall", "somebody looked at the firewalls")),
            nudge="The ports are open. Does a task fail from everywhere, or only from another machine?",
            concept="What fails also on its own machine is not the network.",
            command="docker service ps shop   and   curl --max-time 2 192.168.1.???:8080   (on each host)",
            example="curl --max-time 2 192.168.1.99:9000",
            misconception="the network is to blame",
        ),
        Hint(
            "more",
            goal="answered",
            when=eventually(SHOP.wants(4)),
            nudge="Now it is a smaller part of the pages. The task that does not answer is still there.",
            concept="Connections go to all tasks in turn, also to one that never answers.",
            command="docker service update --??? shop   or   docker kill ???   (on the host of that container)",
            example="docker service update --force archive",
            misconception="more tasks are a repair",
        ),
        Hint(
            "answered",
            goal="answered",
            nudge="Which of the three never says its name? Nobody will replace it but you.",
            concept=(
                "A process that hangs runs, as far as Swarm can see: there is no health check. Tasks that are made "
                "anew have new processes."
            ),
            command=(
                "for i in 1 2 3 4 5 6; do curl --max-time 2 192.168.1.11:8080; done   and   docker service update "
                "--??? shop"
            ),
            example="docker service update --force archive",
            misconception="a task that runs is well",
        ),
        Hint(
            "same",
            goal="same",
            nudge="The service was made anew, and the shop was closed.",
            concept="One task was ill. An update replaces tasks one by one.",
            command="lab.incident(12)   to begin again",
            example="docker service update --force archive",
        ),
        Hint(
            "two",
            goal="two",
            nudge="For a while fewer than two tasks ran.",
            concept="Replace the one that is ill, or all of them, one by one.",
            command="lab.incident(12)   to begin again",
            example="docker service update --force archive",
        ),
    ),
)
