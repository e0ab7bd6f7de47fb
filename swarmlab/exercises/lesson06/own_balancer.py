"""Exercise 6.4: switch a service from one virtual address to the addresses of its tasks."""

from swarmlab.checks import Exercise, Hint, always, eventually, now, service
from swarmlab.checks.claims import typed
from swarmlab.checks.services import no_service
from swarmlab.exercises.stage import CLEAR, typed_on_manager

WEB = service("web-server")

OWN_BALANCER = Exercise(
    id="6.4",
    title="A balancer of your own",
    task=(
        "`web-server` runs two tasks and is published through the mesh. You want to put a balancer of your own in "
        "front, which chooses among the tasks itself. Switch the service to the mode dnsrr while it runs."
    ),
    stage=(
        *CLEAR,
        *typed_on_manager("docker service create --name web-server --replicas 2 --publish 8080:80 httpd:2.4"),
    ),
    goals=(
        now(WEB.has_endpoint_mode("dnsrr") & WEB.publishes_nothing() & WEB.shows(2)).named("dnsrr").worth(2),
        always(WEB.is_the_same()).named("same"),
        always(WEB.has_at_least(1)).named("no-break"),
    ),
    tags=("dnsrr and the mesh go together", "the mode can only be set at creation"),
    hints=(
        Hint(
            "removed",
            goal="dnsrr",
            when=now(no_service("web-server")),
            nudge="The service is gone. The mode can be changed while it runs.",
            concept="Mode and ports are parts of the wish, and an update can change both at once.",
            command='lab.exercise("6.4")   and   docker service update --publish-rm ??? --endpoint-mode ??? web-server',
            example="docker service update --endpoint-mode dnsrr cache",
            misconception="the mode can only be set at creation",
        ),
        Hint(
            "refused",
            goal="dnsrr",
            when=eventually(typed(r"--endpoint-mode[= ]dnsrr", "dnsrr was refused", failed=True)),
            nudge="It was refused. Read what cannot be used together.",
            concept=(
                "The mesh leads to the virtual address of a service. With dnsrr there is no such address, so a port "
                "cannot be published through the mesh."
            ),
            command="docker service update --publish-rm ??? --endpoint-mode dnsrr web-server",
            example="docker service update --publish-rm 6379 --endpoint-mode dnsrr cache",
            misconception="dnsrr and the mesh go together",
        ),
        Hint(
            "only-closed",
            goal="dnsrr",
            when=now(WEB.publishes_nothing()),
            nudge="The port is closed. The mode is still vip.",
            concept="The mode of the endpoint is vip by default: one virtual address for the whole service.",
            command="docker service update --endpoint-mode ??? web-server",
            example="docker service update --endpoint-mode dnsrr cache",
        ),
        Hint(
            "mode",
            goal="dnsrr",
            nudge="An option of the update sets the mode of the endpoint. What stands in its way?",
            concept="With dnsrr the name of a service leads to the addresses of all its tasks, and the client chooses.",
            command="docker service update --publish-rm ??? --endpoint-mode ??? web-server",
            example="docker service update --publish-rm 6379 --endpoint-mode dnsrr cache",
        ),
        Hint(
            "made-anew",
            goal="same",
            nudge="You made the service anew. That was not needed.",
            concept="Mode and ports are parts of the wish, and an update can change both at once.",
            command='lab.exercise("6.4")   and   docker service update --publish-rm ??? --endpoint-mode ??? web-server',
            example="docker service update --publish-rm 6379 --endpoint-mode dnsrr cache",
            misconception="the mode can only be set at creation",
        ),
        Hint(
            "break",
            goal="no-break",
            nudge="For a moment no task ran at all.",
            concept="An update replaces one task after the other, unless you ask for more.",
            command='lab.exercise("6.4")   to begin again',
            example="docker service update --publish-rm 6379 --endpoint-mode dnsrr cache",
        ),
    ),
)
