"""Incident 9: two services want the same port of every machine."""

from swarmlab.checks import Exercise, Hint, always, eventually, now, service
from swarmlab.checks.claims import typed
from swarmlab.exercises.incidents.stage import WELL, created
from swarmlab.exercises.stage import typed_on_manager

AGENT, PROBE = service("agent"), service("probe")

PORT_TAKEN = Exercise(
    id="incident-9",
    title="The second one waits",
    task=(
        "From the monitoring team: we measure with `probe`, one on each machine, at port 9100 of the machine itself. "
        "Today we added `agent` in the same way, and it shows 0/3. Both images are well: on a laptop each of them "
        "starts at once. We need both, three tasks each, and both have to be reachable at some port."
    ),
    stage=(
        *WELL,
        *created(
            "--name probe --replicas 3 --publish mode=host,published=9100,target=80 httpd:2.4",
            "--detach --name agent --replicas 3 --publish mode=host,published=9100,target=80 httpd:2.4",
        ),
        *typed_on_manager("sleep 15"),
    ),
    goals=(
        now(AGENT.shows(3)).named("agent"),
        now(AGENT.shows(3) & PROBE.shows(3)).named("both"),
        now(
            AGENT.shows(3)
            & AGENT.publishes_nothing().negated("service `agent` publishes a port")
            & PROBE.publishes_nothing().negated("service `probe` publishes a port")
        ).named("reachable"),
        always(AGENT.is_the_same() & PROBE.is_the_same()).named("same"),
    ),
    backends="sim",
    tags=("every container has its own ports", "one of the two has to go"),
    hints=(
        Hint(
            "first-gone",
            goal="both",
            when=eventually(PROBE.wants(0, 0)),
            nudge="`agent` runs now, and `probe` does not. Both are needed.",
            concept="A port of a machine can be given away once. But a machine has many ports.",
            command=(
                "docker service scale probe=3   and   docker service update --publish-rm ??? --publish-add ??? agent"
            ),
            example="docker service update --publish-rm mode=host,target=6379 --publish-add 9000:6379 archive",
            misconception="one of the two has to go",
        ),
        Hint(
            "second-port",
            goal="agent",
            when=eventually(typed(r"--publish-add", "a port was added")),
            nudge="A port was added, but does the old wish still stand?",
            concept="A task has to get all ports it asks for. `--publish-rm` matches port, protocol *and mode*.",
            command=(
                "docker service update --publish-rm mode=???,target=80 --publish-add "
                "mode=host,published=???,target=80 agent"
            ),
            example="docker service update --publish-rm mode=host,target=6379 --publish-add 9000:6379 archive",
        ),
        Hint(
            "agent",
            goal="agent",
            nudge="Read for what the tasks of `agent` wait, and which ports the two services ask for.",
            concept="In host mode a port of the machine itself is taken. Each machine has it once.",
            command=(
                "docker service ps --no-trunc agent   and   docker service update --publish-rm ??? --publish-add ??? "
                "agent"
            ),
            example="docker service update --publish-rm mode=host,target=6379 --publish-add 9000:6379 archive",
            misconception="every container has its own ports",
        ),
        Hint(
            "both",
            goal="both",
            nudge="`probe` has to run on, three tasks.",
            concept="Both services find room, if they ask for different ports.",
            command="docker service ps --no-trunc probe",
            example="docker service scale archive=7",
        ),
        Hint(
            "reachable",
            goal="reachable",
            nudge="All run, but one of the two can be reached by nobody.",
            concept="Without a port the quarrel is over, and so is the use. Take another port instead.",
            command="docker service update --publish-add mode=host,published=???,target=80 agent",
            example="docker service update --publish-add 9000:6379 archive",
        ),
        Hint(
            "same",
            goal="same",
            nudge="A service was made anew. Its ports could have been changed.",
            concept="Published ports are part of the wish, and a wish can be changed.",
            command="lab.incident(9)   to begin again",
            example="docker service update --publish-add 9000:6379 archive",
        ),
    ),
)
