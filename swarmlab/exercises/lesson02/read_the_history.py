"""Exercise 2.5: read the lines of `docker service ps` as a story."""

from collections.abc import Sequence

from swarmlab.checks import Exercise, Hint, answer, eventually, now

STORY = answer("story")
#: What may have happened, in the order of the letters that nobody in particular gets.
EVENTS = {
    "error": "the program ended with an error",
    "no image": "a node could not get an image",
    "runs": "a task started that still runs",
    "drained": "somebody drained `node2`",
    "changed": "somebody changed the image of the service",
}
#: What did happen.
TRUTH = ("no image", "changed", "error", "runs")


def letters(given: list[str]) -> str:
    """Return the letters of a list or a text, in upper case."""
    return "".join(given).upper()


def lettered(order: Sequence[str]) -> Exercise:
    """Return the exercise in which these events have the letters A to E."""
    letter = dict(zip(order, "ABCDE", strict=True))
    events = " ".join(f"{letter[event]}: {EVENTS[event]}." for event in order)

    def spelled(*happened: str) -> str:
        return "".join(letter[event] for event in happened)

    upside_down = {spelled(*reversed(TRUTH)), spelled("runs", "error", "no image")}
    upside_down |= {spelled("runs", "changed", "error", "no image"), spelled("runs", "error", "no image", "changed")}
    return Exercise(
        id="2.5",
        title="Three lines, one story",
        task=(
            "Read the listing above. What happened, and in what order? "
            f"{events} "
            "Hand in the letters of the things that must have happened, the earliest first."
        ),
        asks={"story": "letters, for example ABC"},
        goals=(
            eventually(
                STORY.is_list(
                    "what must have happened, the earliest first",
                    lambda scene, given: letters(given) == spelled(*TRUTH),
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
                when=now(STORY.is_list("with a drain", lambda scene, given: letter["drained"] in letters(given))),
                nudge="Is there a task that Swarm shut down? Read CURRENT STATE.",
                concept=(
                    "After a drain the old task is Shutdown in CURRENT STATE. Here it is Failed and Rejected. "
                    "DESIRED STATE is Shutdown for every ended task, whatever ended it."
                ),
                command='story = "???"   (without the drain)',
                example='story = "FHG"',
                misconception="an indented task is closed by drain",
            ),
            Hint(
                "upside-down",
                goal="story",
                when=now(STORY.is_list("from the top", lambda scene, given: letters(given) in upside_down)),
                nudge="You read from top to bottom. Compare the times in CURRENT STATE.",
                concept="The newest task of a slot is on top, the older ones follow, marked with `\\_`.",
                command='story = "???"   (from the bottom up)',
                example='story = "FHG"',
                misconception="the top line is the oldest",
            ),
            Hint(
                "image-changed",
                goal="story",
                when=now(
                    STORY.is_list("without the change", lambda scene, given: letter["changed"] not in letters(given))
                ),
                nudge="Compare the column IMAGE of all three lines.",
                concept=(
                    "Each task keeps the wish it was made from. If two tasks have different images, the "
                    "wish has changed."
                ),
                command='story = "???"   (with the change)',
                example='story = "FHG"',
            ),
            Hint(
                "order",
                goal="story",
                nudge="Read the lines from the bottom up, and ask what lies between two of them.",
                concept="A task that was rejected never ran. A task that failed did run, with the image in its line.",
                command=f'story = "{letter["no image"]}???"',
                example='story = "FHG"',
            ),
        ),
        deal=lambda chance: lettered(chance.sample(tuple(EVENTS), 5)),
        facts=letter,
    )


READ_THE_HISTORY = lettered(tuple(EVENTS))
