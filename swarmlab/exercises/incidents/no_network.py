"""Incident 8: two services that do not share a network."""

from swarmlab.checks import Exercise, Hint, Step, always, eventually, now, service
from swarmlab.checks.claims import typed
from swarmlab.checks.networks import share_a_network
from swarmlab.exercises.incidents.stage import WELL, created
from swarmlab.exercises.stage import MANAGER, typed_on_manager

BACK = service("back")
CALLS = typed(
    r"docker exec.*\b(wget|curl)\b.*\bback\b", "`back` is called by its name from inside a container", failed=False
)

NO_NETWORK = Exercise(
    id="incident-8",
    title="Bad address",
    task=(
        "From the web team: `front` runs on `node1` and has to call `back` by its name. It gets `bad address`. Try it "
        "on `node1`: `docker exec $(docker ps -q -f name=front) wget -q -O - http://back`. Both services run. `back` "
        "must not be reachable from outside. Please make the call work, and show that it does."
    ),
    stage=(
        *WELL,
        *(Step(MANAGER, f"docker network rm {name}", may_fail=True) for name in ("front-net", "back-net")),
        *typed_on_manager(
            "docker network create --driver overlay front-net", "docker network create --driver overlay back-net"
        ),
        *created(
            "--name front --network front-net --constraint node.hostname==node1 alpine:3.22 sleep 1d",
            "--name back --replicas 2 --network back-net httpd:2.4",
        ),
    ),
    goals=(
        eventually(CALLS).named("calls").worth(2),
        always(BACK.publishes_nothing()).named("inside"),
    ),
    backends="sim",
    tags=("internal services must be published", "two overlays see each other"),
    hints=(
        Hint(
            "not-tried",
            goal="calls",
            when=now(share_a_network("front", "back")),
            nudge="Show that it works: call `back` from inside the container of `front`.",
            concept="A repair is done when the call that failed works.",
            command="docker exec $(docker ps -q -f name=???) wget -q -O - http://???   (on node1)",
            example="docker exec $(docker ps -q -f name=desk) wget -q -O - http://archive",
        ),
        Hint(
            "published",
            goal="calls",
            when=eventually(BACK.publishes_nothing().negated("`back` publishes a port")),
            nudge="You published a port. Does that teach anybody a name?",
            concept="A port is published for those outside. Names are known on a network that both are on.",
            command="docker service update --publish-rm 80 --network-??? ??? back",
            example="docker service update --network-add lake archive",
            misconception="internal services must be published",
        ),
        Hint(
            "again",
            goal="calls",
            when=eventually(
                typed(r"service update.*--force|docker kill|docker service scale", "the tasks were made anew")
            ),
            nudge="New tasks are on the same networks as the old ones. Which are these?",
            concept="A name is known to those on the same network. Two overlay networks do not see each other.",
            command="docker service inspect --pretty front back   (read Networks)",
            example="docker service update --network-add lake archive",
            misconception="two overlays see each other",
        ),
        Hint(
            "calls",
            goal="calls",
            nudge="On which networks are the two services?",
            concept="A name is known to those on the same network. Two overlay networks do not see each other.",
            command="docker service inspect --pretty front back   and   docker service update --network-??? ??? front",
            example="docker service update --network-add lake archive",
            misconception="two overlays see each other",
        ),
        Hint(
            "inside",
            goal="inside",
            nudge="`back` could be reached from outside. Nobody was to do that, not even for a moment.",
            concept="Who shares a network needs no published port.",
            command="lab.incident(8)   to begin again, then   docker service update --network-??? ??? front",
            example="docker service update --network-add lake archive",
            misconception="internal services must be published",
        ),
    ),
)
