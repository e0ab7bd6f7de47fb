"""Exercise 9.4: how many managers, and where?"""

from collections.abc import Callable
from typing import Any

from swarmlab.checks import Exercise, Hint, Scene, answer, eventually, now

MANAGERS, ZONES = answer("managers"), answer("zones")


def numbers(value: Any) -> dict[str, int]:
    """Return the number of managers for each number of failures; {} unless there is one for all three."""
    if not isinstance(value, dict) or set(value) != {"one", "two", "three"}:
        return {}
    return {key: number for key, number in value.items() if isinstance(number, int) and number > 0}


def numbers_are(*wanted: int) -> Callable[[Scene, Any], bool]:
    """Return a test: whether exactly these numbers were given."""
    return lambda scene, value: numbers(value) == dict(zip(("one", "two", "three"), wanted, strict=True))


def survives(scene: Scene, value: Any) -> bool:
    """Whether five managers are divided so that a majority is left without any one zone."""
    if not isinstance(value, list) or len(value) != 3 or not all(isinstance(n, int) and n >= 0 for n in value):
        return False
    return sum(value) == 5 and all(sum(value) - n > sum(value) / 2 for n in value)


HOW_MANY = Exercise(
    id="9.4",
    title="How many, and where?",
    task=(
        "What is the smallest number of managers for a swarm that has to be managed on when one, two or three of them "
        "fail? And how do you divide five managers among three zones, so that any one zone may fail? Hand in both."
    ),
    asks={"managers": "a number of managers for each number of failures", "zones": "three numbers, together five"},
    goals=(
        eventually(MANAGERS.is_value("the smallest number for each", numbers_are(3, 5, 7))).named("numbers").worth(2),
        eventually(ZONES.is_value("a way in which any one zone may fail", survives)).named("zones"),
    ),
    tags=("an even number is safer", "one manager more than may fail", "most managers in one zone"),
    hints=(
        Hint(
            "no-answer",
            goal="numbers",
            when=now(MANAGERS.is_value("unclear", lambda scene, value: len(numbers(value)) < 3)),
            nudge="Give a number for one, two and three failures.",
            concept="A majority is more than half of all managers, of the lost ones as well.",
            command='managers = {"one": ???, "two": ???, "three": ???}',
            example="for four failures: 9",
        ),
        Hint(
            "one-more",
            goal="numbers",
            when=now(MANAGERS.is_value("one more than may fail", numbers_are(2, 3, 4))),
            nudge="One would be left. Is one more than half?",
            concept="A majority is more than half of all managers, of the lost ones as well.",
            command='managers = {"one": ???, "two": ???, "three": ???}',
            example="for four failures: 9",
            misconception="one manager more than may fail",
        ),
        Hint(
            "even",
            goal="numbers",
            when=now(MANAGERS.is_value("even", lambda scene, value: any(n % 2 == 0 for n in numbers(value).values()))),
            nudge="There is an even number among them. Does the last manager help?",
            concept="Four managers need three for a majority, so one may fail, as with three. Even numbers add work.",
            command='managers = {"one": ???, "two": ???, "three": ???}',
            example="for four failures: 9",
            misconception="an even number is safer",
        ),
        Hint(
            "numbers",
            goal="numbers",
            nudge="Count again: how many have to be left?",
            concept="If n may fail, n + 1 have to be left, for they must be more than half.",
            command='managers = {"one": ???, "two": ???, "three": ???}',
            example="for four failures: 9",
        ),
        Hint(
            "zones",
            goal="zones",
            nudge="Take away the largest zone. Are three of five left?",
            concept="No zone may hold so many managers that the rest is no majority.",
            command="zones = [???, ???, ???]",
            example="seven managers in three zones: [3, 2, 2]",
            misconception="most managers in one zone",
        ),
    ),
)
