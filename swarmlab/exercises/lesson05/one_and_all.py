"""Exercise 5.3: twenty requests to one task, and twenty to all, of the same service."""

from swarmlab.checks import Exercise, Hint, always, eventually
from swarmlab.checks.requests import in_a_row
from swarmlab.exercises.lesson05.stage import WEB
from swarmlab.exercises.stage import CLEAR, typed_on_manager

ONE_AND_ALL = Exercise(
    id="5.3",
    title="One for all, all for one",
    task=(
        "`web-server` runs three tasks behind port 8080. Make twenty requests that are all answered by the same task. "
        "Then make twenty that reach all three tasks. Leave the service as it is."
    ),
    stage=(
        *CLEAR,
        *typed_on_manager("docker service create --name web-server --replicas 3 --publish 8080:80 httpd:2.4"),
    ),
    goals=(
        eventually(in_a_row(20, 1)).named("one").worth(2),
        eventually(in_a_row(20, 3)).named("all"),
        always(WEB.shows(3)).named("three"),
    ),
    backends="sim",
    tags=("balancing is per request", "sessions stick to a task"),
    hints=(
        Hint(
            "few",
            goal="one",
            when=eventually(in_a_row(3, 1)),
            nudge="Some requests in a row went to one task. Twenty should.",
            concept="All requests of one connection go to the same task. So make them all in one connection.",
            command="curl -s URL URL URL …   (twenty times, in one command)",
            example="curl -s 192.168.1.99:9000 192.168.1.99:9000",
        ),
        Hint(
            "new-connections",
            goal="one",
            when=eventually(in_a_row(4, 3)),
            nudge="Each of your requests went to another task. What did they not share?",
            concept=(
                "The mesh chooses a task for each new *connection*, in turn. Every `curl` command makes a connection "
                "of its own. But one command can ask for several pages, in one connection."
            ),
            command="curl -s URL URL URL …   (twenty times, in one command)",
            example="curl -s 192.168.1.99:9000 192.168.1.99:9000",
            misconception="balancing is per request",
        ),
        Hint(
            "one",
            goal="one",
            nudge="Make many requests in one connection.",
            concept=(
                "The mesh balances connections, not requests. Browsers keep a connection open for many requests, too."
            ),
            command="curl -s $(for i in $(seq ???); do echo 192.168.1.12:8080; done)",
            example="curl -s 192.168.1.99:9000 192.168.1.99:9000",
        ),
        Hint(
            "all",
            goal="all",
            nudge="Now make twenty connections.",
            concept="Each new connection gets the next task in turn.",
            command="for i in $(seq ???); do curl -s 192.168.1.12:8080; done",
            example="for i in 1 2 3; do curl -s 192.168.1.99:9000; done",
            misconception="sessions stick to a task",
        ),
        Hint(
            "three",
            goal="three",
            nudge="You changed the service. All three tasks should run all the time.",
            concept="With a single task there is no choice. The point is to see how the mesh chooses.",
            command='lab.exercise("5.3")   to begin again',
            example="docker service ls",
        ),
    ),
)
