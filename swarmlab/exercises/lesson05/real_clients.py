"""Exercise 5.4: let the program see who asks."""

from swarmlab.checks import Exercise, Hint, always, eventually, now
from swarmlab.checks.services import no_service
from swarmlab.exercises.lesson05.stage import WEB, one_is_silent
from swarmlab.exercises.stage import CLEAR, typed_on_manager

OTHER_PORT = WEB.publishes_nothing().negated("a port is published") & WEB.publishes(8080, 80).negated("another one")

REAL_CLIENTS = Exercise(
    id="5.4",
    title="Who is asking?",
    task=(
        "`web-server` runs two tasks behind port 8080. Its log shows addresses of the mesh instead of the clients. "
        "Change that: same port, but without the mesh. Then ask all three nodes, and see what it costs."
    ),
    stage=(
        *CLEAR,
        *typed_on_manager("docker service create --name web-server --replicas 2 --publish 8080:80 httpd:2.4"),
    ),
    goals=(
        now(WEB.publishes(8080, 80, "host") & WEB.shows(2)).named("host").worth(2),
        eventually(one_is_silent(8080)).named("tried"),
        always(WEB.is_the_same()).named("same"),
    ),
    tags=("only nodes with a task answer", "host mode is the better mesh"),
    hints=(
        Hint(
            "removed",
            goal="host",
            when=now(no_service("web-server")),
            nudge="The service is gone. It can be changed while it runs.",
            concept="One update can take a port away and add another one.",
            command='lab.exercise("5.4")   and   docker service update --publish-rm ??? --publish-add ??? web-server',
            example="docker service update --publish-rm 6379 --publish-add mode=host,published=9000,target=6379 cache",
        ),
        Hint(
            "other-port",
            goal="host",
            when=now(OTHER_PORT),
            nudge="Look at the ports. The clients know port 8080, and the server listens at 80.",
            concept=(
                "In the long form each number has its name: `published` is the port of the node, `target` that of "
                "the container."
            ),
            command="docker service update --publish-rm 80 --publish-add mode=host,published=???,target=??? web-server",
            example="docker service update --publish-rm 6379 --publish-add mode=host,published=9000,target=6379 cache",
        ),
        Hint(
            "closed",
            goal="host",
            when=now(WEB.publishes_nothing()),
            nudge="Now nothing is published. Half of the work is done.",
            concept=(
                "A port can be published in two modes: `ingress`, through the mesh, and `host`, on the nodes with a "
                "task."
            ),
            command="docker service update --publish-add mode=???,published=8080,target=80 web-server",
            example="docker service update --publish-add mode=host,published=9000,target=6379 cache",
        ),
        Hint(
            "host",
            goal="host",
            nudge="The long form of a published port has a mode.",
            concept=(
                "In the mesh a connection comes from the node that accepted it, so the program sees an address of the "
                "mesh. In host mode the node gives the connection straight to its own task."
            ),
            command="docker service update --publish-rm 80 --publish-add mode=???,published=8080,target=80 web-server",
            example="docker service update --publish-rm 6379 --publish-add mode=host,published=9000,target=6379 cache",
        ),
        Hint(
            "try",
            goal="tried",
            nudge="Ask all three nodes for a page. What does the node without a task say?",
            concept="In host mode a node answers only for its own task. A node without one refuses.",
            command="curl 192.168.1.???:8080",
            example="curl 192.168.1.99:9000",
            misconception="host mode is the better mesh",
        ),
        Hint(
            "made-anew",
            goal="same",
            nudge="You made the service anew. It was away for some seconds.",
            concept="One update can take a port away and add another one, and replaces the tasks one by one.",
            command='lab.exercise("5.4")   and   docker service update --publish-rm ??? --publish-add ??? web-server',
            example="docker service update --publish-rm 6379 --publish-add mode=host,published=9000,target=6379 cache",
        ),
    ),
)
