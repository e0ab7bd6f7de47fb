"""Exercise 2.5: read the lines of `docker service ps` as a story."""

from swarmlab.checks import Exercise, Hint, answer, eventually, now

STORY = answer("story")


def letters(given: list[str]) -> str:
    """Return the letters of a list or a text, in upper case."""
    return "".join(given).upper()


READ_THE_HISTORY = Exercise(
    id="2.5",
    title="Three lines, one story",
    task=(
        "Read the listing above. What happened, and in what order? "
        "A: the program ended with an error. B: a node could not get an image. C: a task started that still runs. "
        "D: somebody drained `node2`. E: somebody changed the image of the service. "
        "Hand in the letters of the things that must have happened, the earliest first."
    ),
    asks={"story": "letters, for example ABC"},
    goals=(
        eventually(
            STORY.is_list(
                "what must have happened, the earliest first",
                lambda scene, given: letters(given) == "BEAC",
            )
        )
        .named("story")
        .worth(2),
    ),
    tags=("the top line is the oldest", "an indented task is closed by drain"),
    hints=(
        Hint(
            "no-answer",
            goal="story",
            when=now(STORY.is_not_given()),
            nudge="Hand in some letters, such as ABC.",
            concept="Each line is one task of the slot. The newest is on top, and the older ones follow.",
            command='story = "???"',
            example='story = "FHG"',
        ),
        Hint(
            "drained",
            goal="story",
            when=now(STORY.is_list("with D", lambda scene, given: "D" in letters(given))),
            nudge="Is there a task that Swarm shut down? Read CURRENT STATE.",
            concept=(
                "After a drain the old task is Shutdown in CURRENT STATE. Here it is Failed and Rejected. "
                "DESIRED STATE is Shutdown for every ended task, whatever ended it."
            ),
            command='story = "???"   (without D)',
            example='story = "FHG"',
            misconception="an indented task is closed by drain",
        ),
        Hint(
            "upside-down",
            goal="story",
            when=now(
                STORY.is_list("from the top", lambda scene, given: letters(given) in ("CAEB", "CAB", "CEAB", "CABE"))
            ),
            nudge="You read from top to bottom. Compare the times in CURRENT STATE.",
            concept="The newest task of a slot is on top, the older ones follow, marked with `\\_`.",
            command='story = "???"   (from the bottom up)',
            example='story = "FHG"',
            misconception="the top line is the oldest",
        ),
        Hint(
            "image-changed",
            goal="story",
            when=now(STORY.is_list("without E", lambda scene, given: "E" not in letters(given))),
            nudge="Compare the column IMAGE of all three lines.",
            concept=(
                "Each task keeps the wish it was made from. If two tasks have different images, the wish has changed."
            ),
            command='story = "???"   (with E)',
            example='story = "FHG"',
        ),
        Hint(
            "order",
            goal="story",
            nudge="Read the lines from the bottom up, and ask what lies between two of them.",
            concept="A task that was rejected never ran. A task that failed did run, with the image in its line.",
            command='story = "B???"',
            example='story = "FHG"',
        ),
    ),
)
