"""The course at a glance, as a table in Markdown: made from the lessons' data and notebooks, never by hand."""

import re
from collections.abc import Sequence
from pathlib import Path

from swarmlab.author.build import read, sources
from swarmlab.errors import InvalidArgument, NotFound
from swarmlab.exercises.lesson import SECTIONS, Lesson

FILE = "docs/course.md"
COMMAND = "swarmlab author table"


def table(root: Path, lessons: Sequence[Lesson]) -> str:
    """Return the text of the page.  Raises NotFound for a lesson without a notebook, InvalidArgument for a bad one."""
    lines = [
        "# The course",
        "",
        f"This page is made by `{COMMAND}` from the lessons; do not edit it.",
        "",
        "| lesson | covers of the tutorial | concepts | exercises | minutes |",
        "| --- | --- | --- | --- | --- |",
    ]
    minutes, points = 0, 0.0
    for lesson in lessons:
        title, time = _facts(root, lesson)
        names = [f"{e.id} {e.title}{'' if e.backends == 'both' else ' (sim)'}" for e in lesson.exercises]
        exercises = "<br>".join([*names, *([f"again: {', '.join(lesson.again)}"] if lesson.again else [])])
        lines.append(
            f"| {title} | {', '.join(lesson.covers) or '–'} | {'; '.join(lesson.concepts)} | {exercises} | {time} |"
        )
        minutes += time
        points += sum(exercise.points for exercise in lesson.exercises)
    exercises_all = [exercise for lesson in lessons for exercise in lesson.exercises]
    only = sum(exercise.backends == "sim" for exercise in exercises_all)
    lines += [
        "",
        f"{len(lessons)} lessons, {len(exercises_all)} exercises worth {points:g} points, about {minutes} minutes.",
        f"{len(exercises_all) - only} exercises can also be done on real engines; {only} (sim) need a simulation.",
    ]
    missing = [part for part in SECTIONS if not any(part in lesson.covers for lesson in lessons)]
    if missing:
        lines += ["", f"Not yet covered of the tutorial: {', '.join(missing)}."]
    return "\n".join(lines) + "\n"


def _facts(root: Path, lesson: Lesson) -> tuple[str, int]:
    """Return the title of a lesson's notebook, as a link, and the minutes it takes."""
    unknown = sorted(set(lesson.covers) - set(SECTIONS))
    if unknown:
        raise InvalidArgument(f"Lesson {lesson.id} covers {unknown[0]}, which is not in SECTIONS.")
    path = next((path for path in sources(root) if path.stem.startswith(f"{lesson.id}_")), None)
    if path is None:
        raise NotFound(f"Lesson {lesson.id} has no notebook in grading/source.")
    first = read(path).cells[0].source
    title, time = re.match(r"# (.+)", first), re.search(r"\*\*Time:\*\* about (\d+) minutes", first)
    if title is None or time is None:
        raise InvalidArgument(f"{path.name} does not begin with a title and a line **Time:** about … minutes.")
    return f"[{title[1]}](../notebooks/{path.name})", int(time[1])
