"""The vocabulary: claims about a swarm at one moment.

A claim knows four things about itself: how it reads, whether it holds, what is to be seen instead, and which docker
command shows it.  Goals (`goals.py`) say *when* a claim has to hold.  Because the sentence a learner reads is made
from the very claim that is tested, text and check cannot drift apart.

Claims are pure functions of a `Scene`; they see the world through the rows of a history, so they judge a simulated
swarm and a real one alike.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from swarmlab.plural import count
from swarmlab.timeline.trace import State, World


class Scene(NamedTuple):
    """What a claim may look at: one moment of a history."""

    at: int  # nanoseconds since 1970; not before the last row of `world`
    world: World  # as it is at this moment
    start: World  # as it was when the exercise began
    answers: Mapping[str, Any]  # what the learner handed in, by name
    began: int = 0  # when the exercise began; not before the last row of `start`


@dataclass(frozen=True)
class Claim:
    """One sentence about a `Scene`, with its test.

    `text` completes "it is true that …" and starts in lower case; `found` completes "but …", for a scene where the
    claim does not hold (or, for `never`, where it does).
    """

    text: str
    holds: Callable[[Scene], bool]
    found: Callable[[Scene], str]
    show: str  # a command for a manager that shows what `found` says
    is_answer: bool = False  # about what the learner handed in: needs no "at some moment"

    def __and__(self, other: "Claim") -> "Claim":
        """Both at the same moment.  What is found is told of the first that does not hold."""

        def found(scene: Scene) -> str:
            if not self.holds(scene):
                return self.found(scene)
            if not other.holds(scene):
                return other.found(scene)
            return f"{self.found(scene)}, and {other.found(scene)}"

        return Claim(
            f"{self.text}, and {other.text}",
            lambda scene: self.holds(scene) and other.holds(scene),
            found,
            self.show if self.show == other.show else f"{self.show}; {other.show}",
            self.is_answer and other.is_answer,
        )

    def negated(self, text: str) -> "Claim":
        """This does not hold; `text` says that in words."""
        return replace(self, text=text, holds=lambda scene: not self.holds(scene))


def is_wanted(task: State) -> bool:
    """Whether the orchestrator wants this task to run."""
    return bool(task["desired"] == "running")


def is_running(task: State) -> bool:
    """Whether this task runs, and is wanted to."""
    return is_wanted(task) and bool(task["state"] == "running")


def running_tasks(world: World, service: str) -> list[State]:
    """Return the tasks of `service` that run and are wanted to, by slot."""
    return [task for task in world.tasks_of(service) if is_running(task)]


def label(task: State) -> str:
    """Return what people call a task: service and slot, or service and node where there are no slots."""
    return f"{task['service']}.{task['slot'] or task['node']}"


def takes_tasks(node: State) -> bool:
    """Whether the scheduler may place tasks on this node."""
    return bool(node["availability"] == "active" and node.get("state", "ready") == "ready")


def typed(pattern: str, text: str, hosts: Collection[str] = (), failed: bool | None = None) -> Claim:
    """A line in which `pattern` is found has been typed since the start; `text` says that in words.

    `hosts`: only on these.  `failed`: only lines that ended with an error (True) or without (False).
    """

    def since(scene: Scene, *outcomes: bool) -> list[str]:
        rows = scene.world.commands[len(scene.start.commands) :]
        return [
            row.state["line"]
            for row in rows
            if row.state is not None
            and re.search(pattern, row.state["line"])
            and (not hosts or row.state["host"] in hosts)
            and (row.state["exit_code"] != 0) in outcomes
        ]

    wanted = (True, False) if failed is None else (failed,)

    def found(scene: Scene) -> str:
        if lines := since(scene, *wanted):
            return f"typed: `{lines[-1]}`"
        if lines := since(scene, not failed):
            return f"`{lines[-1]}` was typed, and {'worked' if failed else 'failed'}"
        return "no such line was typed"

    return Claim(text, lambda scene: bool(since(scene, *wanted)), found, "history")


def elapsed(seconds: int) -> Claim:
    """Exactly `seconds` have passed since the exercise began."""

    def found(scene: Scene) -> str:
        return f"{(scene.at - scene.began) / 1_000_000_000:g} s have passed"

    return Claim(
        f"exactly {count(seconds, 'second')} have passed since the exercise began",
        lambda scene: scene.at - scene.began == seconds * 1_000_000_000,
        found,
        "date",
    )


def longer_than(seconds: int) -> Claim:
    """More than `seconds` have passed since the exercise began."""
    exact = elapsed(seconds)
    text = f"more than {count(seconds, 'second')} have passed since the exercise began"
    return replace(exact, text=text, holds=lambda scene: scene.at - scene.began > seconds * 1_000_000_000)
