"""Exercise 6.1: one port is closed on one host; find it by its symptom and open it, and no other."""

from swarmlab.checks import Exercise, Hint, Step, answer, eventually, never
from swarmlab.checks.claims import typed
from swarmlab.exercises.stage import CLEAR, HOSTS, typed_on_manager

PORTS = ("2377/tcp", "7946/tcp", "7946/udp", "4789/udp")
PORT = answer("port")
WORKS = typed(r"\bcurl\b.*192[.]168[.]1[.]13:8080", "a request through `node2` works", ("node2",), False)
OTHER = typed(
    r"firewall-cmd.*--add-port[= ](?!4789/udp)|systemctl\s+(stop|disable|mask)\s+firewalld",
    "another port is opened, or a firewall is switched off",
)

CLOSED_PORT = Exercise(
    id="6.1",
    title="The closed port",
    task=(
        "`web-server` runs on `node1` and is published as port 8080. On `node2` somebody types "
        "`curl --max-time 3 192.168.1.13:8080`, and it times out. One port is closed on `node1`. Find out which, open "
        "it, and only it, and try the request on `node2` again. Hand in the port, as in 80/tcp."
    ),
    stage=(
        *(Step("node1", f"firewall-cmd --add-port={port}") for port in PORTS),
        *CLEAR,
        *typed_on_manager(
            "docker service create --name web-server --constraint node.hostname==node1 --publish 8080:80 httpd:2.4"
        ),
        Step("node1", "firewall-cmd --remove-port=4789/udp"),
    ),
    asks={"port": "a port and its protocol"},
    goals=(
        eventually(
            typed(
                r"firewall-cmd.*--add-port[= ]4789/udp",
                "the port that was closed is opened on `node1`",
                ("node1",),
                False,
            )
        ).named("opened"),
        eventually(WORKS).named("works"),
        never(OTHER).named("only-it"),
        eventually(PORT.matches(r"(?i)4789\s*/\s*udp", "the port that was closed")).named("port"),
    ),
    backends="sim",
    tags=("the published port must be opened", "7946 carries the traffic", "switching the firewall off is a repair"),
    hints=(
        Hint(
            "published-port",
            goal="opened",
            when=eventually(typed(r"--add-port[= ](8080|80)/", "the published port was opened")),
            nudge="You opened the port of the service. Was that the closed one?",
            concept=(
                "Between the nodes, the connection travels inside other packets. On the wire nobody sees port 8080 "
                "there."
            ),
            command="firewall-cmd --list-ports   (on each host, and compare)",
            example="firewall-cmd --add-port=7946/tcp",
            misconception="the published port must be opened",
        ),
        Hint(
            "gossip",
            goal="opened",
            when=eventually(typed(r"--add-port[= ](7946|2377)/", "a port of another kind was opened")),
            nudge="That one was open already. What carries the data itself?",
            concept=(
                "7946 carries what nodes tell each other, 2377 the orders of the manager. The data goes through VXLAN."
            ),
            command="firewall-cmd --list-ports   (on each host, and compare)",
            example="firewall-cmd --add-port=7946/tcp",
            misconception="7946 carries the traffic",
        ),
        Hint(
            "switched-off",
            goal="opened",
            when=eventually(typed(r"systemctl\s+(stop|disable|mask)\s+firewalld", "the firewall was switched off")),
            nudge="A firewall that is off protects nobody. Open the one port that is needed.",
            concept="Whoever opens everything learns nothing about the fault, and the next one has an easy life.",
            command='lab.exercise("6.1")   and   firewall-cmd --add-port=???',
            example="firewall-cmd --add-port=7946/tcp",
            misconception="switching the firewall off is a repair",
        ),
        Hint(
            "other-host",
            goal="opened",
            when=eventually(
                typed(r"--add-port[= ]4789/udp", "opened somewhere", tuple(h for h in HOSTS if h != "node1"))
            ),
            nudge="The right port, on another host. Where is it closed?",
            concept="Each host has a firewall of its own.",
            command="firewall-cmd --list-ports   (on each host, and compare)",
            example="firewall-cmd --add-port=7946/tcp",
        ),
        Hint(
            "compare",
            goal="opened",
            nudge="Compare the open ports of the three hosts.",
            concept=(
                "A time-out means that packets get lost. The nodes know each other, so the trouble is in the data path."
            ),
            command="firewall-cmd --list-ports   and   firewall-cmd --add-port=???   (on node1)",
            example="firewall-cmd --add-port=7946/tcp",
        ),
        Hint(
            "try-again",
            goal="works",
            nudge="The port is open. Does the request work now, on `node2`?",
            concept="A repair that was not tried is a guess.",
            command="curl --max-time 3 192.168.1.???:8080   (on node2)",
            example="curl --max-time 3 192.168.1.99:9000",
        ),
        Hint(
            "too-much",
            goal="only-it",
            nudge="It works, but you opened more than was needed.",
            concept="Compare first, then open. One port was missing.",
            command='lab.exercise("6.1")   and   firewall-cmd --add-port=???',
            example="firewall-cmd --add-port=7946/tcp",
        ),
        Hint(
            "port",
            goal="port",
            nudge="Hand in the number and the protocol.",
            concept="A port of tcp and a port of udp with the same number are two ports.",
            command='port = "???/udp"',
            example='port = "7946/tcp"',
        ),
    ),
)
