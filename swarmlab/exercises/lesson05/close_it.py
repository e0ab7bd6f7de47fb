"""Exercise 5.6: a command that says nothing and does nothing, and the right one."""

from swarmlab.checks import Exercise, Hint, always, answer, eventually, now
from swarmlab.checks.claims import typed
from swarmlab.exercises.lesson05.stage import WEB
from swarmlab.exercises.stage import CLEAR, MANAGER, typed_on_manager

PORT = answer("port")

CLOSE_IT = Exercise(
    id="5.6",
    title="The port that would not close",
    task=(
        "`web-server` publishes port 8080 for its port 80. A colleague typed "
        "`docker service update --publish-rm 8080 web-server`, saw no error, and went home. Type it, and see what it "
        "did. Then close the port. Hand in the number that the option wants to be told."
    ),
    stage=(
        *CLEAR,
        *typed_on_manager("docker service create --name web-server --replicas 2 --publish 8080:80 httpd:2.4"),
    ),
    asks={"port": "a number"},
    goals=(
        eventually(typed(r"--publish-rm[ =]8080\s", "the colleague's command was typed", (MANAGER,))).named("typed"),
        now(WEB.publishes_nothing() & WEB.shows(2)).named("closed"),
        eventually(PORT.is_number("the number that the option wants", lambda scene: 80)).named("port"),
        always(WEB.has_at_least(1)).named("no-break"),
    ),
    tags=("publish-rm takes the published port", "no error means that it worked"),
    hints=(
        Hint(
            "type-it",
            goal="typed",
            nudge="Type the command of the colleague first, and look at the ports after it.",
            concept="It is a good habit to repeat what somebody did, and to look at the result instead of the message.",
            command="docker service update --publish-rm 8080 web-server   and   docker service ls",
            example="docker service ls   (the column PORTS)",
        ),
        Hint(
            "still-open",
            goal="closed",
            when=now(WEB.publishes(8080, 80)),
            nudge="The port is still published. What else could the number after --publish-rm mean?",
            concept=(
                "The option looks for the port of the *container*. No port of the container is 8080, so nothing "
                "fits, and nothing is removed. Docker does not call that an error."
            ),
            command="docker service update --publish-rm ??? web-server",
            example="docker service update --publish-rm 6379 cache",
            misconception="no error means that it worked",
        ),
        Hint(
            "gone",
            goal="closed",
            nudge="The service should go on with two tasks, only without a port.",
            concept="Closing a port is a small change of the wish.",
            command='lab.exercise("5.6")   and   docker service update --publish-rm ??? web-server',
            example="docker service update --publish-rm 6379 cache",
        ),
        Hint(
            "published-port",
            goal="port",
            when=now(PORT.is_number("the published one", lambda scene: 8080)),
            nudge="That is the number that did not work.",
            concept="A mapping has two numbers: `PUBLISHED:TARGET`. The option wants the second one, the target.",
            command="port = ???",
            example="For `--publish 9000:6379` it is 6379.",
            misconception="publish-rm takes the published port",
        ),
        Hint(
            "port",
            goal="port",
            nudge="With which number did it work?",
            concept="A mapping has two numbers: `PUBLISHED:TARGET`. The option looks at one of them only.",
            command="port = ???",
            example="For `--publish 9000:6379` it is 6379.",
        ),
        Hint(
            "break",
            goal="no-break",
            nudge="For a moment no task ran at all.",
            concept="An update replaces one task after the other, unless you ask for more.",
            command='lab.exercise("5.6")   to begin again',
            example="docker service update --publish-rm 6379 cache",
        ),
    ),
)
