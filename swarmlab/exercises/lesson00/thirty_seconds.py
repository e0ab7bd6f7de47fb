"""Exercise 0.3: let exactly thirty seconds pass, and type nothing."""

from swarmlab.checks import Exercise, Hint, eventually, never, now
from swarmlab.checks.claims import elapsed, longer_than, typed

THIRTY_SECONDS = Exercise(
    id="0.3",
    title="Thirty seconds, and not one more",
    task="Let time pass in the lab. Type no command on any host: typing takes time too.",
    goals=(
        now(elapsed(30)).named("thirty"),
        never(typed(r"", "a command is typed on a host")).named("nothing-typed"),
    ),
    backends="sim",
    tags=("time runs while I think", "looking takes no time"),
    hints=(
        Hint(
            "typed-and-late",
            goal="thirty",
            when=eventually(typed(r"", "a command was typed")),
            nudge="You typed something after the exercise began. Begin it again, and type nothing.",
            concept="Typing a command takes two seconds here, even if the command only looks at something.",
            command='lab.advance("???")',
            example='lab.advance("5s")',
            misconception="looking takes no time",
        ),
        Hint(
            "nothing-moved",
            goal="thirty",
            when=now(elapsed(0)),
            nudge="No time has passed. In this lab time does not run by itself.",
            concept="Time is virtual here. It moves when you type a command, and when you ask for it.",
            command='lab.advance("???")',
            example='lab.advance("5s")',
            misconception="time runs while I think",
        ),
        Hint(
            "too-late",
            goal="thirty",
            when=now(longer_than(30)),
            nudge="More than thirty seconds have passed. Did you ask twice, or in another unit?",
            concept="Every call adds to the time that has passed. To try again, begin the exercise again.",
            command='lab.exercise("0.3")   and then once   lab.advance("???")',
            example='lab.advance("5s")',
        ),
        Hint(
            "other-amount",
            goal="thirty",
            nudge="Some time has passed, but less than thirty seconds. Mind the unit.",
            concept="A number needs a unit: `s` for seconds, `m` for minutes, `h` for hours. Without one: nanoseconds.",
            command='lab.exercise("0.3")   and then   lab.advance("???s")',
            example='lab.advance("5s")',
        ),
        Hint(
            "typed",
            goal="nothing-typed",
            nudge="Thirty seconds have passed, but you typed a command. Begin again without one.",
            concept="`sleep` on a host passes time as well. But it is a command, and typing it takes two seconds.",
            command='lab.advance("???")',
            example='lab.advance("5s")',
        ),
    ),
)
