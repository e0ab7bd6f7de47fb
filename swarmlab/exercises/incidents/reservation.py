"""Incident 5: each task reserves most of a machine's memory."""

from swarmlab.checks import Exercise, Hint, always, eventually, now, service
from swarmlab.checks.claims import typed
from swarmlab.exercises.incidents.stage import WELL, created
from swarmlab.exercises.stage import typed_on_manager

SEARCH = service("search")

RESERVATION = Exercise(
    id="incident-5",
    title="Three of five",
    task=(
        "From the search team: we need five tasks of `search` for the sale, and get three. The other two never "
        "start, and yet the machines have hardly anything to do: a task takes about 300 MB, and each machine has "
        "4 GB. Please make it five, without stopping the three that work."
    ),
    stage=(
        *WELL,
        *created("--detach --name search --replicas 5 --reserve-memory 3G httpd:2.4"),
        *typed_on_manager("sleep 15"),
    ),
    goals=(
        now(SEARCH.shows(5)).named("five"),
        always(SEARCH.is_the_same()).named("same"),
        always(SEARCH.has_at_least(2)).named("two"),
    ),
    backends="sim",
    tags=("limits reserve capacity", "an idle machine has room"),
    hints=(
        Hint(
            "limit",
            goal="five",
            when=eventually(typed(r"--limit-memory", "a limit was set")),
            nudge="You set a limit. Does the scheduler look at it?",
            concept="A limit stops a task that takes too much. What keeps it waiting is what it *reserves*.",
            command="docker service update --reserve-??? 512M search",
            example="docker service update --reserve-cpu 0.5 archive",
            misconception="limits reserve capacity",
        ),
        Hint(
            "fewer",
            goal="five",
            when=now(SEARCH.wants(1, 4)),
            nudge="Now fewer are wanted. Five are needed.",
            concept="The machines have room for five such tasks. They only think that they have not.",
            command="docker service ps --no-trunc search   and   docker service inspect --pretty search",
            example="docker service update --reserve-cpu 0.5 archive",
        ),
        Hint(
            "five",
            goal="five",
            nudge="Read for what the two tasks wait. Who decides how much room there is?",
            concept="The scheduler adds up what was reserved, not what is used. Two times 3 GB do not fit into 4.",
            command="docker service ps --no-trunc search   and   docker service update --???-memory ??? search",
            example="docker service update --reserve-cpu 0.5 archive",
            misconception="an idle machine has room",
        ),
        Hint(
            "same",
            goal="same",
            nudge="The service was made anew, and the three tasks that worked were stopped.",
            concept="What a service reserves can be changed while it runs.",
            command="lab.incident(5)   to begin again",
            example="docker service update --reserve-cpu 0.5 archive",
        ),
        Hint(
            "two",
            goal="two",
            nudge="For a while hardly a task was left.",
            concept="An update replaces one task at a time. Scaling down to begin again stops them all.",
            command="lab.incident(5)   to begin again, then   docker service update --???-memory ??? search",
            example="docker service update --reserve-cpu 0.5 archive",
        ),
    ),
)
