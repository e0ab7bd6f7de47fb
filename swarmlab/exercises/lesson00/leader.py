"""Exercise 0.1: find the node that leads the swarm, and give its id."""

from swarmlab.checks import Exercise, Hint, answer, eventually, now
from swarmlab.checks.nodes import is_id_of_leader

LEADER = Exercise(
    id="0.1",
    title="Who leads?",
    task="One node leads the swarm. Find it, and hand in its id. The first 12 characters are enough.",
    asks={"answer": "the id of the leader"},
    goals=(eventually(is_id_of_leader(answer())).named("leader"),),
    tags=("a host name is an id", "an engine's id is a node's id"),
    hints=(
        Hint(
            "no-answer",
            goal="leader",
            when=now(answer().is_missing()),
            nudge="You have not handed in an id yet. Put it between the quotes.",
            concept="The manager keeps a list of all nodes. Each line begins with the id of the node.",
            command="docker node ???",
            example="docker service ls   (the same idea, for services)",
        ),
        Hint(
            "host-name",
            goal="leader",
            when=now(answer().matches(r"(swarm-manage|node\d)\s*\*?", "a host name")),
            nudge="That is the name of a host. An id has 25 letters and digits.",
            concept="Two hosts could have the same name. The swarm gives each node an id, and no two ids are equal.",
            command="docker node ???   (the first column)",
            example="u1zc4qmwvr9oa4y1bpx3r2n7k",
            misconception="a host name is an id",
        ),
        Hint(
            "address",
            goal="leader",
            when=now(answer().matches(r"\d+\.\d+\.\d+\.\d+(:\d+)?", "an address")),
            nudge="That is an address. An id has no dots.",
            concept="A node can get another address and is still the same node, because its id stays.",
            command="docker node ???   (the first column)",
            example="u1zc4qmwvr9oa4y1bpx3r2n7k",
        ),
        Hint(
            "too-short",
            goal="leader",
            when=now(answer().matches(r"[a-z0-9]{1,11}", "a piece of an id")),
            nudge="Your id is too short. Give at least 12 characters.",
            concept="A short beginning could fit several ids. From 12 characters on that will hardly happen.",
            command="docker node ls   (copy the whole first column)",
            example="u1zc4qmwvr9o",
        ),
        Hint(
            "another-kind-of-id",
            goal="leader",
            when=now(answer().matches(r"[0-9a-f-]{36}|(?:[A-Z2-7]{4}:){11}[A-Z2-7]{4}", "the id of an engine")),
            nudge="That is the id of an engine. We want the id of a node.",
            concept="An engine has an id of its own. When it joins a swarm, it becomes a node and gets a node id.",
            command="docker node ???",
            example="u1zc4qmwvr9oa4y1bpx3r2n7k",
            misconception="an engine's id is a node's id",
        ),
        Hint(
            "another-node",
            goal="leader",
            nudge="Look at the column MANAGER STATUS. Which line says Leader?",
            concept="Only managers have an entry in MANAGER STATUS. One of them is the leader: it makes the decisions.",
            command="docker node ls   (the line with Leader)",
            example="u1zc4qmwvr9o *   host7   Ready   Active   Leader",
        ),
    ),
)
