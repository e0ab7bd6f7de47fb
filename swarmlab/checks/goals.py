"""When a claim has to hold: eventually, always, never, within a time, exactly so often, now.

A goal is judged on the whole history since the exercise began, not on its last moment: a rollout that dipped to
zero and recovered is a rollout that dipped.  Each goal is watched moment by moment by a `Watch`; all goals of an
exercise share one walk through the history.

Goals of progress (eventually, within, exactly, now) have to be reached.  Goals of safety (always, never) are kept
from the start by doing nothing; they count only once some goal of progress has been reached, so that an untouched
exercise earns nothing.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from swarmlab.checks.claims import Claim, Scene
from swarmlab.errors import InvalidArgument

SECOND = 1_000_000_000
_UNITS = {"ms": SECOND // 1000, "s": SECOND, "m": 60 * SECOND, "h": 3600 * SECOND}


class Kind(StrEnum):
    """The words a goal begins with."""

    EVENTUALLY = "eventually"
    ALWAYS = "always"
    NEVER = "never"
    WITHIN = "within"
    EXACTLY = "exactly"
    NOW = "now"


@dataclass(frozen=True)
class Goal:
    """A claim, when it has to hold, and what that is worth."""

    kind: Kind
    claim: Claim
    id: str = ""  # how hints refer to it; unique in an exercise
    points: float = 1.0
    hold: int = 0  # eventually, within: the claim must stay true this long, ns
    limit: int = 0  # within: not later than this after the start, ns
    times: int = 0  # exactly: how often the claim becomes true

    @property
    def is_safety(self) -> bool:
        """Whether doing nothing keeps this goal."""
        return self.kind in (Kind.ALWAYS, Kind.NEVER) or (self.kind is Kind.EXACTLY and self.times == 0)

    @property
    def text(self) -> str:
        """The goal as one English sentence; code is in backticks."""
        claim = self.claim.text
        staying = f", and it stays so for {duration(self.hold)}" if self.hold else ""
        match self.kind:
            case Kind.EVENTUALLY | Kind.NOW if self.claim.is_answer:
                sentence = claim
            case Kind.EVENTUALLY:
                sentence = f"reach this: {claim}{staying}"
            case Kind.WITHIN:
                sentence = f"reach this within {duration(self.limit)}: {claim}{staying}"
            case Kind.ALWAYS:
                sentence = f"at every moment: {claim}"
            case Kind.NEVER:
                sentence = f"never let this happen: {claim}"
            case Kind.EXACTLY:
                often = {0: "never", 1: "exactly once"}.get(self.times, f"exactly {self.times} times")
                sentence = f"this happens {often}: {claim}"
            case Kind.NOW:
                sentence = f"at the end: {claim}"
        return sentence[0].upper() + sentence[1:] + "."

    def worth(self, points: float) -> "Goal":
        """Return this goal with other points."""
        return replace(self, points=points)

    def named(self, id: str) -> "Goal":
        """Return this goal with an id, by which hints find it."""
        return replace(self, id=id)


def eventually(claim: Claim, *, hold: str = "0s") -> Goal:
    """At some moment since the start `claim` holds, and goes on holding for `hold` ("5s")."""
    return Goal(Kind.EVENTUALLY, claim, hold=parse_duration(hold))


def within(limit: str, claim: Claim, *, hold: str = "0s") -> Goal:
    """At some moment not later than `limit` ("30s") after the start `claim` holds, and goes on for `hold`."""
    return Goal(Kind.WITHIN, claim, limit=parse_duration(limit), hold=parse_duration(hold))


def always(claim: Claim) -> Goal:
    """`claim` holds at every moment from the start on."""
    return Goal(Kind.ALWAYS, claim)


def never(claim: Claim) -> Goal:
    """`claim` holds at no moment from the start on."""
    return Goal(Kind.NEVER, claim)


def exactly(times: int, claim: Claim) -> Goal:
    """`claim` becomes true `times` times since the start.  That it was true at the start does not count."""
    return Goal(Kind.EXACTLY, claim, times=times)


def now(claim: Claim) -> Goal:
    """`claim` holds at the end of the history."""
    return Goal(Kind.NOW, claim)


class Watch:
    """Follows one goal through a history.  Show it every moment in order, then ask."""

    def __init__(self, goal: Goal) -> None:
        self.goal = goal
        self.begin: int | None = None  # time of the first scene
        self.holds = False  # whether the claim holds in the scene seen last
        self.since = 0  # from when on it has held
        self.reached: int | None = None  # when a goal of progress was reached
        self.broken: int | None = None  # when a goal of safety was first broken
        self.evidence = ""  # what was found when it was broken
        self.times = 0  # how often the claim became true
        self.late: int | None = None  # within: when it was reached too late

    def see(self, scene: Scene) -> None:
        """Take in the next moment."""
        first = self.begin is None
        if self.begin is None:
            self.begin = scene.at
        if self.holds:  # it held from `since` until just now, whether it still does or not
            self._stretch(scene.at)
        holds = self.goal.claim.holds(scene)
        if holds and not self.holds:
            self.since = scene.at
            self.times += not first
            self._stretch(scene.at)
        self.holds = holds
        broken = {Kind.ALWAYS: not holds, Kind.NEVER: holds}.get(self.goal.kind, False)
        if broken and self.broken is None:
            self.broken = scene.at
            self.evidence = self.goal.claim.found(scene)

    def _stretch(self, at: int) -> None:
        """The claim has held from `since` to `at`: see whether that is long enough, and early enough."""
        if self.reached is not None or at - self.since < self.goal.hold:
            return
        if self.goal.kind is not Kind.WITHIN or self.since - (self.begin or 0) <= self.goal.limit:
            self.reached = self.since
        elif self.late is None:
            self.late = self.since

    @property
    def is_met(self) -> bool:
        """Whether the goal is met by what was seen so far."""
        match self.goal.kind:
            case Kind.EVENTUALLY | Kind.WITHIN:
                return self.reached is not None
            case Kind.ALWAYS | Kind.NEVER:
                return self.broken is None
            case Kind.EXACTLY:
                return self.times == self.goal.times
            case Kind.NOW:
                return self.holds

    def found(self, scene: Scene) -> str:
        """Say what was found instead, as seen from the last scene."""
        goal, begin = self.goal, self.begin or 0
        if goal.kind in (Kind.ALWAYS, Kind.NEVER) and self.broken is not None:
            return f"{self.evidence}, {duration(self.broken - begin)} after the start"
        if goal.kind is Kind.EXACTLY:
            return f"it happened {self.times} times" if self.times != 1 else "it happened once"
        if self.late is not None:
            return f"it was reached only {duration(self.late - begin)} after the start"
        if goal.hold and self.holds:
            return f"it has been so for only {duration(scene.at - self.since)}"
        return goal.claim.found(scene)


def parse_duration(text: str) -> int:
    """Return "30s", "1m30s" or "500ms" in nanoseconds.  Raises InvalidArgument."""
    if not re.fullmatch(r"(\d+(\.\d+)?(ms|s|m|h))+", text):
        raise InvalidArgument(f'"{text}" is not a duration: write it like 30s, 1m30s or 500ms.')
    return sum(round(float(number) * _UNITS[unit]) for number, unit in re.findall(r"([\d.]+)(ms|s|m|h)", text))


def duration(ns: int) -> str:
    """Return a time span as people read it: "0 s", "5.2 s", "1 min 30 s"."""
    minutes, rest = divmod(ns, 60 * SECOND)
    seconds = f"{rest / SECOND:.1f}".removesuffix(".0")
    if not minutes:
        return f"{seconds} s"
    return f"{minutes} min" if seconds == "0" else f"{minutes} min {seconds} s"
