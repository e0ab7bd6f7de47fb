"""Exercise 10.6: a port between two hosts has been closed while the shop runs."""

from swarmlab.checks import Exercise, Hint, Step, answer, eventually, never
from swarmlab.checks.claims import typed
from swarmlab.exercises.lesson06.closed_port import OTHER
from swarmlab.exercises.lesson10.stage import NOT_TRIED, SHOP, TRIED
from swarmlab.exercises.stage import HOSTS

DOOR = answer("door")
UPDATED = typed(r"docker service (update|scale|rm)", "a service was changed")


def closed_on(host: str) -> Exercise:
    """Return the exercise in which the door was closed on `host`."""
    return Exercise(
        id="10.6",
        title="The closed door",
        task=(
            "Some pages come, some do not, some are an error. All tasks run, and nobody has changed a service. But "
            "somebody was at the firewall of one of the hosts. Find the door that was closed, open it, and only it. "
            'Hand in the host and the port, as in "node9 80/tcp".'
        ),
        stage=(*SHOP, Step(host, "firewall-cmd --remove-port=4789/udp")),
        asks={"door": "a host, a port and its protocol"},
        goals=(
            eventually(
                typed(r"firewall-cmd.*--add-port[= ]4789/udp", "the port is opened where it was closed", (host,), False)
            ).named("opened"),
            TRIED.worth(2),
            eventually(DOOR.matches(rf"(?i){host}\W+4789\s*/\s*udp", "the host and the port")).named("door"),
            never(OTHER).named("only-it"),
        ),
        backends="sim",
        tags=("new tasks heal a network", "the published port must be opened"),
        hints=(
            Hint(
                "services-changed",
                goal="opened",
                when=eventually(UPDATED),
                nudge="You changed services. Were they ill? The trouble lies between the hosts.",
                concept="New tasks talk over the same wires. What gets lost between two hosts is lost for them, too.",
                command="firewall-cmd --list-ports   (on each host, and compare)",
                example="firewall-cmd --list-ports",
                misconception="new tasks heal a network",
            ),
            Hint(
                "published-port",
                goal="opened",
                when=eventually(typed(r"--add-port[= ](8080|80|9000|3306|6379)/", "the port of a service was opened")),
                nudge="Between the hosts nobody sees the ports of services. What do the packets travel in?",
                concept="An overlay packs the packets of containers into packets of its own, of one port.",
                command="firewall-cmd --list-ports   (on each host, and compare)",
                example="firewall-cmd --list-ports",
                misconception="the published port must be opened",
            ),
            Hint(
                "opened",
                goal="opened",
                nudge="Compare the open ports of the three hosts.",
                concept="Time-outs mean that packets get lost. The tasks are well, so look between the hosts.",
                command="firewall-cmd --list-ports   and   firewall-cmd --add-port=???   (on one host)",
                example="firewall-cmd --add-port=7946/tcp",
            ),
            NOT_TRIED,
            Hint(
                "door",
                goal="door",
                nudge="Hand in the host, and the port with its protocol.",
                concept="A port of tcp and a port of udp with the same number are two ports.",
                command='door = "??? ???/udp"',
                example='door = "node9 7946/tcp"',
            ),
            Hint(
                "only-it",
                goal="only-it",
                nudge="You opened more than was needed.",
                concept="Compare first, then open. One port was missing.",
                command='lab.exercise("10.6")   to begin again',
                example="firewall-cmd --list-ports",
            ),
        ),
        deal=lambda chance: closed_on(chance.choice(HOSTS)),
        facts={"host": host},
    )


CLOSED_DOOR = closed_on("node1")
