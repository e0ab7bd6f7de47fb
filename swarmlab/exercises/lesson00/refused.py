"""Exercise 0.2: ask a worker to manage the swarm, and read why it refuses."""

from swarmlab.checks import Exercise, Hint, answer, eventually, now
from swarmlab.checks.claims import typed
from swarmlab.exercises.stage import WORKERS

MANAGING = r"\bdocker\s+(node|service|stack|secret|config|swarm\s+(update|ca|join-token|unlock-key))\b"

REFUSED = Exercise(
    id="0.2",
    title="A worker takes no orders",
    task=(
        "Type a command that manages the swarm on a worker, for example the one that lists the nodes. "
        "It will fail. Read the message, and hand in the part of it that says what this node is not."
    ),
    asks={"answer": "what the node is not, in the words of the message"},
    goals=(
        eventually(typed(MANAGING, "a command that manages the swarm has failed on a worker", WORKERS, True)).named(
            "refused"
        ),
        eventually(
            answer().matches(r"(?is).*not a swarm manager.*", "what the message says that this node is not")
        ).named("reason"),
    ),
    tags=("any node can manage the swarm", "a worker needs more rights"),
    hints=(
        Hint(
            "container-command",
            goal="refused",
            when=eventually(typed(r"\bdocker\s+(ps|container|images?|run|info|version)\b", "it worked", WORKERS)),
            nudge="Your command was about this one host. Ask about the swarm.",
            concept=(
                "Commands such as `docker ps` are about the containers of one host, and every host answers them. "
                "Commands about nodes and services are about the whole swarm."
            ),
            command="%%host node1\ndocker node ???",
            example="%%host node2\ndocker service ls",
        ),
        Hint(
            "on-the-manager",
            goal="refused",
            when=eventually(typed(MANAGING, "typed on the manager", ("swarm-manage",), False)),
            nudge="That worked, because you typed it on the manager. Type it on another host.",
            concept="The first line of the cell, `%%host NAME`, says on which host the cell is typed.",
            command="%%host ???\ndocker node ls",
            example="%%host node2\ndocker service ls",
        ),
        Hint(
            "type-it",
            goal="refused",
            nudge="Which hosts are workers? Type the command on one of them.",
            concept="Only managers know the nodes, services and tasks of the swarm. A worker knows its own containers.",
            command="%%host node1\ndocker node ???",
            example="%%host node2\ndocker service ls",
            misconception="any node can manage the swarm",
        ),
        Hint(
            "no-reason",
            goal="reason",
            when=now(answer().is_missing()),
            nudge="It has failed, as it should. Now copy the reason from its message.",
            concept="Messages of docker say what is wrong, and often what to do. It pays to read them to the end.",
            command='reason = "not a ???"',
            example='reason = "not part of a swarm"   (another message of the same kind)',
        ),
        Hint(
            "rights",
            goal="reason",
            when=now(answer().matches(r"(?is).*(permission|denied|root|rights|sudo).*", "about rights")),
            nudge="The message does not speak of rights. Read its first sentence again.",
            concept="No user may do this on a worker, root neither. The worker does not have what you ask for.",
            command='reason = "not a ???"',
            example='reason = "not part of a swarm"   (another message of the same kind)',
            misconception="a worker needs more rights",
        ),
        Hint(
            "its-words",
            goal="reason",
            nudge="Use the words of the message itself.",
            concept="The first sentence of the message says what this node is not.",
            command='reason = "not a ???"',
            example='reason = "not part of a swarm"   (another message of the same kind)',
        ),
    ),
)
