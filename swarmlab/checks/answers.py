"""Claims about what a learner handed in: names and ids, compared with the history.

An answer is plain JSON (a string, a number, a list).  Whatever else arrives is simply wrong, never an error: a
learner's slip must not look like ours.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from swarmlab.checks.claims import Claim, Scene, is_running, running_tasks
from swarmlab.checks.services import FirstTask

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
        """No text was handed in."""
        return self._claim("missing", lambda scene, given: not given, "")

    def is_not_given(self) -> Claim:
        """Nothing was handed in, of whatever kind."""
        return replace(self._claim("missing", lambda scene, given: True, ""), holds=self._is_missing)

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

    def says(self, text: str, holds: Callable[[Scene, str], bool], show: str = "") -> Claim:
        """The answer is a text, and `holds` of it; `text` completes "your answer is …"."""
        return self._claim(text, lambda scene, given: bool(given) and holds(scene, given), show)

    def is_value(self, text: str, holds: Callable[[Scene, Any], bool], show: str = "") -> Claim:
        """The answer is any JSON value, and `holds` of it: for numbers, lists and tables."""
        return replace(
            self._claim(text, lambda scene, given: True, show),
            holds=lambda scene: not self._is_missing(scene) and holds(scene, scene.answers[self.name]),
            found=self._found_value,
        )

    def is_number(self, text: str, truth: Callable[[Scene], float | None], within: float = 0, show: str = "") -> Claim:
        """The answer is a number (or its digits) not further than `within` from the `truth`, if there is one."""

        def holds(scene: Scene, value: Any) -> bool:
            given, wanted = _number(value), truth(scene)
            return given is not None and wanted is not None and abs(given - wanted) <= within

        return self.is_value(text, holds, show)

    def is_list(self, text: str, holds: Callable[[Scene, list[str]], bool], show: str = "") -> Claim:
        """The answer is a list of words, or a text with such a list, and `holds` of it in lower case."""
        return self.is_value(text, lambda scene, value: holds(scene, words(value)), show)

    def _is_missing(self, scene: Scene) -> bool:
        return scene.answers.get(self.name) in (None, "", [], {})

    def _found_value(self, scene: Scene) -> str:
        if self._is_missing(scene):
            return f"you gave no `{self.name}` yet"
        shown = json.dumps(scene.answers[self.name], ensure_ascii=False, default=str)
        return f"you gave `{shown if len(shown) <= 120 else shown[:120] + '…'}`"


def answer(name: str = "answer") -> AnswerNamed:
    """Speak of the answer handed in under `name`."""
    return AnswerNamed(name)


def words(value: Any) -> list[str]:
    """Return the words of a list, or of a text with commas, arrows or spaces between them, in lower case."""
    if isinstance(value, str):
        return re.findall(r"[\w.-]*\w", value.lower())
    return [str(item).strip().lower() for item in value] if isinstance(value, list | tuple) else []


def _number(value: Any) -> float | None:
    """Return a number, or a text that begins with one ("12", "12 s"), as a number; None for anything else."""
    if isinstance(value, str):
        found = re.match(r"\s*(-?\d{1,9}(\.\d{1,9})?)\b", value)
        return float(found[1]) if found else None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _tasks(scene: Scene) -> list[dict[str, str]]:
    """Return all tasks there are, and those of the start that are gone."""
    return list({**scene.start.tasks, **scene.world.tasks}.values())


def _means(given: str, full: str) -> bool:
    """Whether `given` is `full` or a beginning of it long enough to mean nothing else."""
    return len(given) >= SHORTEST_ID and full.startswith(given)
