"""Claims about what a learner handed in: names and ids, compared with the history.

An answer is plain JSON (a string, a number, a list).  Whatever else arrives is simply wrong, never an error: a
learner's slip must not look like ours.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from swarmlab.checks.claims import Claim, FirstTask, Scene, is_running, running_tasks

#: ``docker service ps`` shows this many characters of an id; fewer could mean another task.
SHORTEST_ID = 12


@dataclass(frozen=True)
class AnswerNamed:
    """Claims about the answer given under `name`; make one with `answer`."""

    name: str

    def given(self, scene: Scene) -> str:
        """Return the answer as text without surrounding space; "" if there is none."""
        value = scene.answers.get(self.name)
        return value.strip() if isinstance(value, str) else ""

    def _claim(self, text: str, holds: Callable[[Scene, str], bool], show: str) -> Claim:
        return Claim(
            f"your `{self.name}` is {text}",
            lambda scene: holds(scene, self.given(scene)),
            self._found,
            show,
            is_answer=True,
        )

    def _found(self, scene: Scene) -> str:
        value = scene.answers.get(self.name)
        if value is None or value == "":
            return f"you gave no `{self.name}` yet"
        if not isinstance(value, str):
            return f"your `{self.name}` has the type {type(value).__name__}, but a text in quotes is needed"
        return f"you gave `{value if len(value) <= 80 else value[:80] + '…'}`"

    def is_missing(self) -> Claim:
        """Nothing was handed in."""
        return self._claim("missing", lambda scene, given: not given, "")

    def is_container_of(self, service: str, slot: int = 1) -> Claim:
        """The full name of the container of the running task: ``service.slot.taskid``.

        A leading slash, which ``docker inspect`` shows, is allowed.
        """
        return self._claim(
            f"the full name of the container that runs slot {slot} of `{service}`",
            lambda scene, given: any(
                given.removeprefix("/") == task["name"]
                for task in running_tasks(scene.world, service)
                if task["slot"] == slot
            ),
            f"docker service ps --no-trunc {service}",
        )

    def is_id_of_first(self, first: FirstTask) -> Claim:
        """The id, whole or its first 12 or more characters, of the task that ran at the start."""

        def holds(scene: Scene, given: str) -> bool:
            task = first.state_in(scene)
            return task is not None and _means(given, task["id"])

        return self._claim(
            f"the id of the first task of slot {first.slot} of `{first.service}`",
            holds,
            f"docker service ps --no-trunc {first.service}",
        )

    def is_id_of_new(self, service: str, slot: int = 1) -> Claim:
        """The id, whole or its first 12 or more characters, of a task that runs in the slot and is new."""
        return self._claim(
            f"the id of the new task that runs in slot {slot} of `{service}`",
            lambda scene, given: any(
                _means(given, task["id"])
                for task in running_tasks(scene.world, service)
                if task["slot"] == slot and task["id"] not in scene.start.tasks
            ),
            f"docker service ps --no-trunc {service}",
        )

    def is_a_container_id(self) -> Claim:
        """The id of some task's container, whole or shortened as ``docker ps`` does."""
        return self._claim(
            "the id of a container",
            lambda scene, given: any(_means(given, task["container"]) for task in _tasks(scene)),
            "docker ps",
        )

    def is_a_task_id(self) -> Claim:
        """The id of some task, whole or shortened to at least 12 characters."""
        return self._claim(
            "the id of a task",
            lambda scene, given: any(_means(given, task["id"]) for task in _tasks(scene)),
            "docker service ps",
        )

    def is_an_ended_task_id(self) -> Claim:
        """The id of a task that does not run any more."""
        return self._claim(
            "the id of a task that has ended",
            lambda scene, given: any(_means(given, task["id"]) and not is_running(task) for task in _tasks(scene)),
            "docker service ps",
        )

    def matches(self, pattern: str, text: str) -> Claim:
        """The whole answer matches the regular expression `pattern`; `text` says that in words."""
        return self._claim(text, lambda scene, given: re.fullmatch(pattern, given) is not None, "")


def answer(name: str = "answer") -> AnswerNamed:
    """Speak of the answer handed in under `name`."""
    return AnswerNamed(name)


def _tasks(scene: Scene) -> list[dict[str, str]]:
    """Return all tasks there are, and those of the start that are gone."""
    return list({**scene.start.tasks, **scene.world.tasks}.values())


def _means(given: str, full: str) -> bool:
    """Whether `given` is `full` or a beginning of it long enough to mean nothing else."""
    return len(given) >= SHORTEST_ID and full.startswith(given)
