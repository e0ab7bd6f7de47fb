"""Exercise 5.5: three ways in which a request fails, and what each of them says."""

from collections.abc import Callable, Sequence
from typing import Any

from swarmlab.checks import Exercise, Hint, Scene, answer, eventually, now

CAUSES = answer("causes")
#: The cause of each failure, in the order of the letters that nobody in particular gets.
REASONS = {
    "timeout": "the packets get lost, for example because a firewall drops them silently",
    "refused": "the host is there, and nothing listens at this port",
    "no route": "a firewall on the way rejects, and says so",
}
KINDS = tuple(REASONS)


def letters(value: Any) -> dict[str, str]:
    """Return the letter for each kind of failure; {} unless there is one for all three."""
    if not isinstance(value, dict) or set(value) != set(KINDS):
        return {}
    found = {kind: str(letter).strip().upper() for kind, letter in value.items()}
    return found if set(found.values()) <= {"A", "B", "C"} else {}


def gives(kind: str, letter: str) -> Callable[[Scene, Any], bool]:
    """Return a test: whether this letter was given for one kind of failure."""
    return lambda scene, value: letters(value).get(kind) == letter


def lettered(order: Sequence[str]) -> Exercise:
    """Return the exercise in which the causes of these failures have the letters A, B and C."""
    letter = dict(zip(order, "ABC", strict=True))
    causes = " ".join(f"{letter[kind]}: {REASONS[kind]}." for kind in order)
    return Exercise(
        id="5.5",
        title="Refused, no route, no answer",
        task=(
            "A request can fail in three ways: `Connection refused` at once, `No route to host` at once, or a "
            f"time-out. Three causes. {causes} Give the usual cause of each."
        ),
        asks={"causes": "a letter for each failure"},
        goals=(
            eventually(CAUSES.is_value("the usual cause of each failure", lambda s, v: letters(v) == letter))
            .named("causes")
            .worth(2),
        ),
        tags=("refused means a firewall", "a time-out means that the program is slow"),
        hints=(
            Hint(
                "no-answer",
                goal="causes",
                when=now(CAUSES.is_value("unclear", lambda scene, value: not letters(value))),
                nudge="Give one of the letters A, B and C for each failure.",
                concept="Ask of each failure: did anybody answer at all? And who?",
                command='causes = {"refused": "???", "no route": "???", "timeout": "???"}',
                example='weather = {"wet": "rain", "white": "snow"}',
            ),
            Hint(
                "twice",
                goal="causes",
                when=now(CAUSES.is_value("one twice", lambda scene, value: len(set(letters(value).values())) < 3)),
                nudge="Each letter belongs to one failure.",
                concept=(
                    "Refused: the host itself says no. No route: somebody on the way says no. Time-out: nobody says "
                    "anything."
                ),
                command='causes = {"refused": "???", "no route": "???", "timeout": "???"}',
                example='weather = {"wet": "rain", "white": "snow"}',
            ),
            Hint(
                "refused-firewall",
                goal="causes",
                when=now(CAUSES.is_value("refused by a firewall", gives("refused", letter["no route"]))),
                nudge="`Connection refused` is an answer. Who gives it, when nothing listens at a port?",
                concept=(
                    "When nothing listens, the system of the host answers at once: refused. You saw it when the "
                    "service was not published. The usual reject of a firewall reads `No route to host`."
                ),
                command=f'causes = {{"refused": "{letter["refused"]}", "no route": "???", "timeout": "???"}}',
                example="curl 192.168.1.12:9999",
                misconception="refused means a firewall",
            ),
            Hint(
                "silence",
                goal="causes",
                when=now(CAUSES.is_value("a time-out with an answer", gives("timeout", letter["refused"]))),
                nudge="If the host were there and its port closed, would you have to wait?",
                concept="A closed port is refused at once. You wait only when no packet comes back at all.",
                command=f'causes = {{"refused": "{letter["refused"]}", "no route": "???", "timeout": "???"}}',
                example="curl --max-time 3 192.168.1.99:8080",
                misconception="a time-out means that the program is slow",
            ),
            Hint(
                "who-answers",
                goal="causes",
                nudge="Two failures come at once, one after a long silence. What does that say?",
                concept=(
                    "Refused: the host itself says no. No route: somebody on the way says no. Time-out: nobody says "
                    "anything."
                ),
                command=f'causes = {{"refused": "{letter["refused"]}", "no route": "???", "timeout": "???"}}',
                example="curl --max-time 3 192.168.1.99:8080",
            ),
        ),
        deal=lambda chance: lettered(chance.sample(KINDS, 3)),
        facts=letter,
    )


THREE_FAILURES = lettered(KINDS)
