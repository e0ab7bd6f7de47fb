"""Exercise 9.1: from one manager to three."""

from swarmlab.checks import Exercise, Hint, always, answer, eventually, node, now
from swarmlab.checks.managers import has_managers
from swarmlab.exercises.lesson09.stage import ONE_MANAGER

MAY_FAIL = answer("may_fail")

THREE_MANAGERS = Exercise(
    id="9.1",
    title="Three managers",
    task=(
        "The swarm has one manager. Make it three, while `swarm-manage` goes on leading. Then hand in how many of the "
        "three may fail without stopping the management of the swarm."
    ),
    stage=ONE_MANAGER,
    asks={"may_fail": "a number"},
    goals=(
        now(has_managers(3)).named("three").worth(2),
        eventually(MAY_FAIL.is_number("how many of three managers may fail", lambda scene: 1)).named("may-fail"),
        always(node("swarm-manage").is_leader()).named("leads"),
    ),
    tags=("two managers are safer than one", "one manager is enough to go on"),
    hints=(
        Hint(
            "two",
            goal="three",
            when=now(has_managers(2)),
            nudge="Two managers. What is a majority of two?",
            concept="Two need both for a majority. So two managers are easier to stop than one.",
            command="docker node ???  node1 node2",
            example="docker node promote node7",
            misconception="two managers are safer than one",
        ),
        Hint(
            "promote",
            goal="three",
            nudge="A worker can be made a manager.",
            concept="A node keeps its tasks when its role changes.",
            command="docker node ??? node1 node2",
            example="docker node promote node7",
        ),
        Hint(
            "two-may-fail",
            goal="may-fail",
            when=now(MAY_FAIL.is_number("two", lambda scene: 2)),
            nudge="Would the one that is left be a majority of three?",
            concept="The managers decide by majority, of all that belong to them and not of those that still live.",
            command="may_fail = ???",
            example="of nine managers, four may fail",
            misconception="one manager is enough to go on",
        ),
        Hint(
            "number",
            goal="may-fail",
            nudge="How many have to be left for a majority of three?",
            concept="More than half of the managers have to reach each other.",
            command="may_fail = ???",
            example="of nine managers, four may fail",
        ),
        Hint(
            "leads",
            goal="leads",
            nudge="`swarm-manage` stopped leading on the way.",
            concept="New managers join the old one. Nobody has to leave for that.",
            command='lab.exercise("9.1")   and   docker node ??? node1 node2',
            example="docker node promote node7",
        ),
    ),
)
