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

from swarmlab.timeline.trace import State, World


class Scene(NamedTuple):
    """What a claim may look at: one moment of a history."""

    at: int  # nanoseconds since 1970; not before the last row of `world`
    world: World  # as it is at this moment
    start: World  # as it was when the exercise began
    answers: Mapping[str, Any]  # what the learner handed in, by name


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


def is_wanted(task: State) -> bool:
    """Whether the orchestrator wants this task to run."""
    return bool(task["desired"] == "running")


def is_running(task: State) -> bool:
    """Whether this task runs, and is wanted to."""
    return is_wanted(task) and bool(task["state"] == "running")


def running_tasks(world: World, service: str) -> list[State]:
    """Return the tasks of `service` that run and are wanted to, by slot."""
    return [task for task in world.tasks_of(service) if is_running(task)]


def is_pinned(image: str) -> bool:
    """Whether `image` names a version: its tag has a number in it, or it has a digest.

    ``latest`` and names such as ``stable`` mean something else every few weeks.
    """
    tag = image.rpartition("/")[2].partition(":")[2]  # a colon before the last slash belongs to a registry's port
    return "@" in image or any(character.isdigit() for character in tag)


def count(number: int, thing: str) -> str:
    """Return "1 task", "2 tasks"."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def _missing(world: World, name: str) -> str:
    """Return what to say where the service `name` does not exist."""
    others = sorted(service["name"] for service in world.services.values())
    if not others:
        return f"there is no service `{name}`: there are no services at all"
    return f"there is no service `{name}`, only " + ", ".join(f"`{other}`" for other in others)


@dataclass(frozen=True)
class ServiceNamed:
    """Claims about the service called `name`; make one with `service`."""

    name: str

    def _claim(
        self,
        text: str,
        holds: Callable[[Scene, State], bool],
        found: Callable[[Scene, State], str],
        command: str = "docker service ps {}",
    ) -> Claim:
        """Make a claim that is false while the service does not exist."""

        def holds_if_there(scene: Scene) -> bool:
            state = scene.world.service(self.name)
            return state is not None and holds(scene, state)

        def found_if_there(scene: Scene) -> str:
            state = scene.world.service(self.name)
            return _missing(scene.world, self.name) if state is None else found(scene, state)

        return Claim(text, holds_if_there, found_if_there, command.format(self.name))

    def exists(self) -> Claim:
        """The service is there, whatever its tasks do."""
        return self._claim(
            f"there is a service `{self.name}`",
            lambda scene, state: True,
            lambda scene, state: f"there is a service `{self.name}`",
            "docker service ls",
        )

    def shows(self, replicas: int) -> Claim:
        """`replicas` are wanted and as many run: what ``docker service ls`` shows as N/N."""
        return self._claim(
            f"service `{self.name}` shows `{replicas}/{replicas}` ({replicas} running, {replicas} wanted)",
            lambda scene, state: (
                state["replicas"] == replicas and len(running_tasks(scene.world, self.name)) == replicas
            ),
            lambda scene, state: (
                f"service `{self.name}` shows `{len(running_tasks(scene.world, self.name))}/{state['replicas']}`"
            ),
            "docker service ls",
        )

    def has_running(self, tasks: int) -> Claim:
        """Exactly `tasks` run, however many are wanted."""
        return self._claim(
            f"service `{self.name}` has {count(tasks, 'running task')}",
            lambda scene, state: len(running_tasks(scene.world, self.name)) == tasks,
            lambda scene, state: f"it has {count(len(running_tasks(scene.world, self.name)), 'running task')}",
        )

    def has_at_least(self, tasks: int) -> Claim:
        """`tasks` or more run."""
        return self._claim(
            f"service `{self.name}` has at least {count(tasks, 'running task')}",
            lambda scene, state: len(running_tasks(scene.world, self.name)) >= tasks,
            lambda scene, state: f"it has {count(len(running_tasks(scene.world, self.name)), 'running task')}",
        )

    def wants(self, low: int, high: int | None = None) -> Claim:
        """From `low` to `high` replicas are wanted (`high` None: no upper limit)."""
        if high is None:
            text = f"service `{self.name}` wants {low} or more replicas"
        elif low == high:
            text = f"service `{self.name}` wants {count(low, 'replica')}"
        else:
            text = f"service `{self.name}` wants {low} to {high} replicas"
        return self._claim(
            text,
            lambda scene, state: low <= state["replicas"] and (high is None or state["replicas"] <= high),
            lambda scene, state: f"it wants {count(state['replicas'], 'replica')}",
            "docker service ls",
        )

    def has_pinned_image(self) -> Claim:
        """The spec's image names one version."""
        return self._claim(
            "its image is pinned (the tag is a version number, not `latest`)",
            lambda scene, state: is_pinned(state["image"]),
            lambda scene, state: f"its image is `{state['image']}`",
            "docker service ls",
        )

    def has_image(self, pattern: str, text: str) -> Claim:
        """The spec's image matches the regular expression `pattern` as a whole; `text` says that in words."""
        return self._claim(
            f"the image of `{self.name}` is {text}",
            lambda scene, state: re.fullmatch(pattern, state["image"]) is not None,
            lambda scene, state: f"its image is `{state['image']}`",
            "docker service ls",
        )

    def has_a_task(self, *states: str) -> Claim:
        """Some task, wanted or not, is in one of `states`."""
        return self._claim(
            f"a task of `{self.name}` is {' or '.join(states)}",
            lambda scene, state: any(task["state"] in states for task in scene.world.tasks_of(self.name)),
            lambda scene, state: self._states(scene.world),
        )

    def has_new_running_task(self, slot: int = 1) -> Claim:
        """Slot `slot` is filled by a running task that did not exist when the exercise began."""

        def fresh(scene: Scene) -> bool:
            tasks = running_tasks(scene.world, self.name)
            return any(task["slot"] == slot and task["id"] not in scene.start.tasks for task in tasks)

        return self._claim(
            f"a new task runs in slot {slot} of `{self.name}`",
            lambda scene, state: fresh(scene),
            lambda scene, state: self._states(scene.world, slot),
        )

    def first_task(self, slot: int = 1) -> "FirstTask":
        """The task that ran in slot `slot` when the exercise began."""
        return FirstTask(self.name, slot)

    def _states(self, world: World, slot: int | None = None) -> str:
        """Say in which states the tasks (of one slot) are, newest first."""
        tasks = [task for task in world.tasks_of(self.name) if slot in (None, task["slot"])]
        if not tasks:
            return f"`{self.name}` has no tasks" if slot is None else f"slot {slot} of `{self.name}` has no tasks"
        return "; ".join(f"task `{task['id'][:12]}` is {task['state']}" for task in tasks[:4])


def service(name: str) -> ServiceNamed:
    """Speak of the service called `name`."""
    return ServiceNamed(name)


@dataclass(frozen=True)
class FirstTask:
    """Claims about the task that ran in one slot when the exercise began."""

    service: str
    slot: int

    def state_in(self, scene: Scene) -> State | None:
        """Return that task as it was at the start; None if no task ran there."""
        tasks = running_tasks(scene.start, self.service)
        return next((task for task in tasks if task["slot"] == self.slot), None)

    def _now(self, scene: Scene) -> State | None:
        first = self.state_in(scene)
        return None if first is None else scene.world.tasks.get(first["id"])

    def _found(self, scene: Scene) -> str:
        first = self.state_in(scene)
        if first is None:
            return f"no task ran in slot {self.slot} of `{self.service}` at the start"
        now = self._now(scene)
        if now is None:
            return f"task `{first['id'][:12]}` has been deleted: Swarm no longer wanted its slot or its service"
        return f"task `{first['id'][:12]}` is {now['state']}"

    def _claim(self, text: str, holds: Callable[[Scene], bool]) -> Claim:
        return Claim(text, holds, self._found, f"docker service ps --no-trunc {self.service}")

    def ended_by_itself(self) -> Claim:
        """Its container ended while Swarm wanted it to run: the task is failed or complete, not shut down."""
        return self._claim(
            f"the first task of slot {self.slot} of `{self.service}` has failed or is complete, "
            "because its container ended",
            lambda scene: (now := self._now(scene)) is not None and now["state"] in ("failed", "complete"),
        )

    def is_replaced(self) -> Claim:
        """It ended by itself, and a new task runs in its slot."""
        both = self.ended_by_itself() & ServiceNamed(self.service).has_new_running_task(self.slot)
        text = f"after that, a new task runs in slot {self.slot} of `{self.service}`"
        return replace(both, text=text, show=f"docker service ps {self.service}")

    def is_(self, *states: str) -> Claim:
        """It is now in one of `states`."""
        return self._claim(
            f"the first task of slot {self.slot} of `{self.service}` is {' or '.join(states)}",
            lambda scene: (now := self._now(scene)) is not None and now["state"] in states,
        )

    def is_deleted(self) -> Claim:
        """The task object is gone, history and all."""
        return self._claim(
            f"the first task of slot {self.slot} of `{self.service}` is deleted",
            lambda scene: self.state_in(scene) is not None and self._now(scene) is None,
        )


def another_service() -> Claim:
    """A service exists that was not there when the exercise began, or was made anew under an old name."""

    def new(scene: Scene) -> list[str]:
        return sorted(state["name"] for key, state in scene.world.services.items() if key not in scene.start.services)

    return Claim(
        "a service exists that was not there at the start",
        lambda scene: bool(new(scene)),
        lambda scene: (
            "new: " + ", ".join(f"`{name}`" for name in new(scene)) if new(scene) else "there is no new service"
        ),
        "docker service ls",
    )


def service_called(pattern: str) -> Claim:
    """Some service's whole name matches the regular expression `pattern`."""
    return Claim(
        f"a service's name matches `{pattern}`",
        lambda scene: any(re.fullmatch(pattern, state["name"]) for state in scene.world.services.values()),
        lambda scene: "services: " + (", ".join(sorted(s["name"] for s in scene.world.services.values())) or "none"),
        "docker service ls",
    )


def node_is(hostname: str, availability: str) -> Claim:
    """The operator allows this much on the node: active, pause or drain."""

    def found(scene: Scene) -> str:
        state = scene.world.node(hostname)
        return f"there is no node `{hostname}`" if state is None else f"its availability is {state['availability']}"

    def holds(scene: Scene) -> bool:
        state = scene.world.node(hostname)
        return state is not None and bool(state["availability"] == availability)

    return Claim(f"the availability of node `{hostname}` is {availability}", holds, found, "docker node ls")


def some_node_is(availability: str) -> Claim:
    """Any node has this availability."""
    return Claim(
        f"the availability of some node is {availability}",
        lambda scene: any(node["availability"] == availability for node in scene.world.nodes.values()),
        lambda scene: f"no node's availability is {availability}",
        "docker node ls",
    )


def typed(pattern: str, text: str, hosts: Collection[str] = (), failed: bool | None = None) -> Claim:
    """A line in which `pattern` is found has been typed since the start; `text` says that in words.

    `hosts`: only on these.  `failed`: only lines that ended with an error (True) or without (False).
    """

    def since(scene: Scene) -> list[str]:
        rows = scene.world.commands[len(scene.start.commands) :]
        return [
            row.state["line"]
            for row in rows
            if row.state is not None
            and re.search(pattern, row.state["line"])
            and (not hosts or row.state["host"] in hosts)
            and failed in (None, row.state["exit_code"] != 0)
        ]

    return Claim(
        text,
        lambda scene: bool(since(scene)),
        lambda scene: f"typed: `{since(scene)[-1]}`" if since(scene) else "no such line was typed",
        "history",
    )
