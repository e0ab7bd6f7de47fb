"""Exercise 7.1: two services on a network of their own; one calls the other by name."""

from swarmlab.checks import Exercise, Hint, eventually, never, now, service
from swarmlab.checks.claims import typed
from swarmlab.checks.networks import is_on
from swarmlab.exercises.lesson07.stage import CLEAR_NETWORKS

WEB, UTIL = service("my-web"), service("util")
ASKED = typed(
    r"docker exec.*\bnslookup (tasks\.)?my-web\b", "the name `my-web` is looked up in the container of `util`"
)
PUBLISHED = WEB.exists() & WEB.publishes_nothing().negated("it publishes a port")

CALL_BY_NAME = Exercise(
    id="7.1",
    title="Call me by my name",
    task=(
        "Make an overlay network `my-net`. On it, run `my-web` (three tasks of `httpd:2.4`) and `util` (one task of "
        "`busybox:1.36`, with the command `sleep 1000000`). Then look up the name `my-web` with `nslookup`, inside the "
        "container of `util`. Nobody outside needs `my-web`."
    ),
    stage=CLEAR_NETWORKS,
    goals=(
        now(is_on("my-web", "my-net") & WEB.shows(3)).named("web"),
        now(is_on("util", "my-net") & UTIL.shows(1)).named("util"),
        eventually(
            typed(
                r"docker exec.*\bnslookup (tasks\.)?my-web\b",
                "the name `my-web` is looked up in the container of `util`, and found",
                failed=False,
            )
        ).named("found"),
        never(PUBLISHED).named("inside"),
    ),
    tags=(
        "the network is made on one host only",
        "hosts know the names of services",
        "services must be published to talk",
        "all services know each other",
    ),
    hints=(
        Hint(
            "driver",
            goal="web",
            when=eventually(
                typed(
                    r"docker network create (?!.*(overlay|ingress)).*my-net",
                    "the network was made without the driver overlay",
                )
            ),
            nudge="What kind of network did you make? Tasks run on several hosts.",
            concept="Without a driver you get a bridge: a network inside one host. An overlay reaches all hosts.",
            command="docker network rm my-net   and   docker network create --driver ??? my-net",
            example="docker network create --driver overlay shop-net",
            misconception="the network is made on one host only",
        ),
        Hint(
            "no-network",
            goal="web",
            when=now(WEB.exists()),
            nudge="`my-web` is there. On which network, and how many tasks?",
            concept=("A task that is on no network of the swarm has only the bridge of its host. No name leads to it."),
            command="docker service update --network-add ??? my-web",
            example="docker service update --network-add shop-net cache",
            misconception="all services know each other",
        ),
        Hint(
            "web",
            goal="web",
            nudge="First the network, then the services on it.",
            concept="An overlay network belongs to the swarm: made on a manager, it is there for tasks on every node.",
            command="docker network create --driver ??? my-net   and   docker service create --network ??? …",
            example="docker service create --name cache --network shop-net redis:8.2",
        ),
        Hint(
            "util-apart",
            goal="util",
            when=now(UTIL.exists()),
            nudge="`util` is there. Is it on the same network, and does it keep running?",
            concept="Names are known within a network. And a busybox without a command ends at once.",
            command="docker service update --network-add ??? util",
            example="docker service update --network-add shop-net cache",
            misconception="all services know each other",
        ),
        Hint(
            "util",
            goal="util",
            nudge="Somebody has to ask. Make the second service.",
            concept="Names are known within a network. Whoever asks has to be on it.",
            command="docker service create --name util --network ??? busybox:1.36 sleep ???",
            example="docker service create --name tool --network shop-net busybox:1.36 sleep 3600",
        ),
        Hint(
            "asked-host",
            goal="found",
            when=eventually(
                typed(r"^(?!.*docker exec).*\b(nslookup|dig|curl|ping|wget)\b.*my-web", "a host was asked")
            ),
            nudge="You asked on a host. Who knows the names of a network?",
            concept=(
                "The name server of Docker answers inside containers, and knows the networks of that container. The "
                "hosts are not on the overlay."
            ),
            command="docker exec $(docker ps --quiet --filter name=???) nslookup my-web   (on the node of `util`)",
            example="docker exec $(docker ps --quiet --filter name=cache) nslookup db",
            misconception="hosts know the names of services",
        ),
        Hint(
            "not-found",
            goal="found",
            when=eventually(ASKED),
            nudge="You asked inside the container, but it did not work. Read what it said.",
            concept="The container has to be on this host, and on the same network as `my-web`.",
            command="docker service ps util   tells the node   docker exec $(docker ps --quiet --filter name=???) …",
            example="docker exec $(docker ps --quiet --filter name=cache) nslookup db",
        ),
        Hint(
            "ask",
            goal="found",
            nudge="Both are on the network. Now ask for the name, inside `util`.",
            concept="A command runs inside a container with `docker exec`, on the host of that container.",
            command="docker exec $(docker ps --quiet --filter name=???) nslookup my-web   (on the node of `util`)",
            example="docker exec $(docker ps --quiet --filter name=cache) nslookup db",
        ),
        Hint(
            "published",
            goal="inside",
            nudge="You opened a port to the world. Who needs it?",
            concept="Services on one network reach each other at any port. Publishing is for clients outside.",
            command='lab.exercise("7.1")   and   docker service create … without a published port',
            example="docker service create --name cache --network shop-net redis:8.2",
            misconception="services must be published to talk",
        ),
    ),
)
