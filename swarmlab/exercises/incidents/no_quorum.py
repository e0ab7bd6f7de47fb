"""Incident 10: two of three managers are gone."""

from swarmlab.checks import Exercise, Hint, Step, always, eventually, now, service
from swarmlab.checks.claims import typed
from swarmlab.exercises.incidents.stage import WELL, created
from swarmlab.exercises.stage import typed_on_manager

SHOP = service("shop")

NO_QUORUM = Exercise(
    id="incident-10",
    title="Nobody takes orders",
    task=(
        "From the shop team: customers are served, but we cannot scale. On `node2`, every docker command about the "
        "swarm says that there is no leader. We have three managers, so there must be one! We need `shop` with five "
        "tasks before noon, and the three that run may not be lost from the swarm's memory."
    ),
    stage=(
        *WELL,
        *typed_on_manager("docker node promote node1 node2", "sleep 5"),
        *created("--name shop --replicas 3 --publish 8080:80 httpd:2.4"),
        Step("swarm-manage", "systemctl stop docker"),
        Step("node1", "systemctl stop docker"),
        Step("node2", "sleep 45"),
    ),
    goals=(
        now(SHOP.wants(5, 5) & SHOP.has_at_least(5)).named("five").worth(2),
        always(SHOP.is_the_same()).named("same"),
    ),
    backends="sim",
    tags=("one manager is enough to go on", "a new swarm knows the old services"),
    hints=(
        Hint(
            "restarted",
            goal="five",
            when=eventually(typed(r"systemctl (re)?start docker", "an engine was started again", ("node2",))),
            nudge="The engine of `node2` was well before. It is not the one that is missing.",
            concept="Of three managers two have to reach each other. `node2` alone is one.",
            command="docker info   (on node2, read Manager Addresses)   and   systemctl status docker   (on each host)",
            example="systemctl start docker",
            misconception="one manager is enough to go on",
        ),
        Hint(
            "forgotten",
            goal="five",
            when=eventually(typed(r"docker swarm leave", "a manager left the swarm")),
            nudge="There is a swarm again, but it knows nothing of `shop`.",
            concept="A swarm that is begun with nothing has no services. One manager can begin with what it knows.",
            command="lab.incident(10)   to begin again, then   docker swarm init --force-???-cluster   (on node2)",
            example="docker swarm init --force-new-cluster --advertise-addr 192.168.1.99",
            misconception="a new swarm knows the old services",
        ),
        Hint(
            "scale",
            goal="five",
            when=now(SHOP.wants(3, 3) & typed(r"systemctl start docker", "an engine runs again", failed=False)),
            nudge="There are enough managers again. Has anybody given the order?",
            concept="An order that was refused is not kept: it has to be given again.",
            command="docker service scale shop=???",
            example="docker service scale archive=7",
        ),
        Hint(
            "five",
            goal="five",
            nudge="How many managers are there, and which of their engines run?",
            concept=("Orders need a majority of the managers. Bring one back, or let `node2` be a majority of one."),
            command="systemctl ??? docker   (on a manager that is silent)   and   docker service scale shop=???",
            example="systemctl start docker   or   docker swarm init --force-new-cluster --advertise-addr 192.168.1.99",
        ),
        Hint(
            "same",
            goal="same",
            nudge="The swarm has forgotten the service, or somebody has made it anew.",
            concept="Every manager knows all services. Nothing is lost while orders are refused.",
            command="lab.incident(10)   to begin again",
            example="docker service ls",
        ),
    ),
)
