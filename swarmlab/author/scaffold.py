"""Begin a new exercise: a module that says what has to be written, and the first attempts.

What is made is complete enough to load, and incomplete enough that ``swarmlab author check`` says what is missing.
"""

import re
from pathlib import Path

from swarmlab.author.proof import ANSWERS
from swarmlab.errors import Conflict, InvalidArgument

EXERCISES = "swarmlab/exercises"

MODULE = '''"""Exercise {id}: {summary}."""

from swarmlab.checks import Exercise, Hint, eventually, service
from swarmlab.exercises.stage import CLEAR

WEB = service("web")

{constant} = Exercise(
    id="{id}",
    title="{title}",
    task="Say in short sentences what to do. The goals below are shown with it, so do not repeat them.",
    stage=CLEAR,
    goals=(eventually(WEB.shows(1), hold="5s").named("running"),),
    tags=(),
    hints=(
        Hint(
            "create",
            goal="running",
            nudge="Where to look; no command.",
            concept="The idea that is missing.",
            command="The command, with ??? for what the learner has to find.",
            example="The same for another service.",
        ),
    ),
)
'''

RIGHT = '''"""The straight way."""


def attempt(lab):
    lab.host("swarm-manage").sh("docker service create --name web httpd:2.4")
    return {}
'''

WRONG = '''"""Nothing was done."""

HINT = "create"
POINTS = 0


def attempt(lab):
    return {}
'''


def new(root: Path, exercise_id: str, title: str) -> list[Path]:
    """Write the files of a new exercise below `root` and return them.

    Raises InvalidArgument for an id or a title that cannot be, Conflict if a file is there already.
    """
    number = re.fullmatch(r"(\d+)\.\d+", exercise_id)
    if number is None:
        raise InvalidArgument(f'"{exercise_id}" is no id of an exercise: write lesson.number, such as 3.6.')
    words = re.findall(r"[a-z0-9]+", title.lower())
    if not words or '"' in title or not words[0][0].isalpha():
        raise InvalidArgument("A title has words, begins with a letter, and has no quotes in it.")
    slug = "_".join(words[:4])
    lesson = root / EXERCISES / f"lesson{int(number[1]):02}"
    answers = root / ANSWERS / exercise_id
    module = MODULE.format(
        id=exercise_id, title=title, summary=title[0].lower() + title[1:].rstrip("."), constant=slug.upper()
    )
    wanted = {
        lesson / f"{slug}.py": module,
        answers / "right_straight.py": RIGHT,
        answers / "wrong_untouched.py": WRONG,
    }
    for path in wanted:
        if path.exists():
            raise Conflict(f"{path.relative_to(root)} is there already; nothing was written.")
    for path, content in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return list(wanted)
