"""Exercise 3.4: switch a service off, and keep what it is."""

from swarmlab.checks import Exercise, Hint, always, now, service
from swarmlab.checks.nodes import some_node_is
from swarmlab.checks.services import no_service
from swarmlab.exercises.stage import CLEAR, typed_on_manager

WEB = service("web-server")

SWITCH_OFF = Exercise(
    id="3.4",
    title="Off, but not gone",
    task=(
        "`web-server` must stop for the night: no task of it may run. "
        "Tomorrow one short command should bring it back as it was, so keep its definition."
    ),
    stage=(
        *CLEAR,
        *typed_on_manager("docker service create --name web-server --replicas 3 --publish 8080:80 httpd:2.4"),
    ),
    goals=(
        now(WEB.shows(0)).named("off").worth(2),
        always(WEB.is_the_same()).named("same"),
        always(WEB.publishes(8080, 80)).named("port"),
    ),
    tags=("a service without tasks is an error", "removing is the way to stop"),
    hints=(
        Hint(
            "removed",
            goal="off",
            when=now(no_service("web-server")),
            nudge="It is off, and it is gone. Could one short command bring it back?",
            concept=(
                "A removed service takes its whole definition with it: image, ports, limits. You would have to know "
                "it all."
            ),
            command="docker service ??? web-server=0",
            example="docker service scale cache=2",
            misconception="removing is the way to stop",
        ),
        Hint(
            "drained",
            goal="off",
            when=now(some_node_is("drain")),
            nudge="You emptied nodes. Other services lose their tasks too, and `web-server` still wants its own.",
            concept=(
                "Availability belongs to a node and concerns all services. The number of replicas belongs to one "
                "service."
            ),
            command="docker service scale web-server=???",
            example="docker service scale cache=2",
        ),
        Hint(
            "some-left",
            goal="off",
            when=now(WEB.wants(1, 2)),
            nudge="There are fewer tasks now, but some still run.",
            concept="Zero is a number like any other. A service that wants no task is a valid wish.",
            command="docker service scale web-server=???",
            example="docker service scale cache=2",
            misconception="a service without tasks is an error",
        ),
        Hint(
            "zero",
            goal="off",
            nudge="How many tasks should the service want tonight?",
            concept="Zero is a number like any other. A service that wants no task is a valid wish.",
            command="docker service scale web-server=???",
            example="docker service scale cache=2",
            misconception="a service without tasks is an error",
        ),
        Hint(
            "made-anew",
            goal="same",
            nudge="This is another service with the same name.",
            concept="Removing and making anew is not the same as changing: the id is new, and what you forgot is lost.",
            command="docker service scale web-server=???",
            example="docker service scale cache=2",
            misconception="removing is the way to stop",
        ),
        Hint(
            "port-lost",
            goal="port",
            nudge="The service is off, but its definition has lost a port.",
            concept="Without tasks nobody answers. The published port may stay as it is.",
            command='lab.exercise("3.4")   and   docker service scale web-server=???',
            example="docker service scale cache=2",
        ),
    ),
)
