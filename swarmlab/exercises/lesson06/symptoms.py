"""Exercise 6.3: what is to be seen when one of the ports between nodes is closed?"""

from collections.abc import Sequence
from typing import Any

from swarmlab.checks import Exercise, Hint, answer, eventually, now

TABLE = answer("table")
#: The symptoms, in the order of the letters that nobody in particular gets, and the symptom of each port.
SYMPTOMS_OF = {
    "join": "a new node cannot join",
    "news": "a node does not learn of tasks on another host, and its own port of the mesh refuses",
    "data": "the nodes know of each other's tasks, but requests to them time out",
}
TRUTH = {"2377/tcp": "join", "7946/tcp": "news", "7946/udp": "news", "4789/udp": "data"}
PORTS = tuple(TRUTH)


def letters(value: Any) -> dict[str, str]:
    """Return the letter for each port; {} unless there is one for all four."""
    if not isinstance(value, dict) or set(value) != set(PORTS):
        return {}
    found = {port: str(letter).strip().upper() for port, letter in value.items()}
    return found if set(found.values()) <= {"A", "B", "C"} else {}


def lettered(order: Sequence[str]) -> Exercise:
    """Return the exercise in which these symptoms have the letters A, B and C."""
    letter = dict(zip(order, "ABC", strict=True))
    right = {port: letter[symptom] for port, symptom in TRUTH.items()}
    listed = " ".join(f"{letter[symptom]}: {SYMPTOMS_OF[symptom]}." for symptom in order)
    return Exercise(
        id="6.3",
        title="Which port is it?",
        task=(
            "Four ports, three symptoms, when a port was closed from the beginning. "
            f"{listed} Give a letter for each port."
        ),
        asks={"table": "a letter for each port"},
        goals=(
            eventually(TABLE.is_value("the symptom of each closed port", lambda s, v: letters(v) == right))
            .named("table")
            .worth(2),
        ),
        tags=("7946 is tcp only", "7946 carries the traffic", "2377 carries everything"),
        hints=(
            Hint(
                "no-answer",
                goal="table",
                when=now(TABLE.is_value("unclear", lambda scene, value: not letters(value))),
                nudge="Give one of the letters A, B and C for each port.",
                concept="Orders, gossip and data take three different ways.",
                command='table = {"2377/tcp": "???", …}',
                example='weather = {"wet": "rain", "white": "snow"}',
            ),
            Hint(
                "vxlan",
                goal="table",
                when=now(
                    TABLE.is_value(
                        "another letter for 4789", lambda s, value: letters(value).get("4789/udp") != letter["data"]
                    )
                ),
                nudge="Which port carries the data itself?",
                concept=(
                    "VXLAN packs the packets of containers into packets of port 4789/udp. If it is closed, they get "
                    "lost."
                ),
                command='table = {…, "4789/udp": "???"}',
                example='lab.faults.block("node1", 4789, "udp")   and   try',
                misconception="7946 carries the traffic",
            ),
            Hint(
                "join",
                goal="table",
                when=now(
                    TABLE.is_value(
                        "another letter for 2377", lambda s, value: letters(value).get("2377/tcp") != letter["join"]
                    )
                ),
                nudge="Which port is in the line that `docker swarm join` wants to be typed?",
                concept="2377/tcp is the port of the managers. Whoever joins, and whoever reports, speaks to it.",
                command='table = {"2377/tcp": "???", …}',
                example="docker swarm join-token worker",
                misconception="2377 carries everything",
            ),
            Hint(
                "both-protocols",
                goal="table",
                nudge="The two ports with the number 7946 serve the same purpose.",
                concept="Gossip uses tcp and udp. If one of them is closed, news of tasks on other hosts is missing.",
                command='table = {…, "7946/tcp": "???", "7946/udp": "???", …}',
                example='lab.faults.block("node1", 7946, "tcp")   and   try',
                misconception="7946 is tcp only",
            ),
        ),
        deal=lambda chance: lettered(chance.sample(tuple(SYMPTOMS_OF), 3)),
        facts=letter,
    )


SYMPTOMS = lettered(tuple(SYMPTOMS_OF))
