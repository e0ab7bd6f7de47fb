"""Judge what happened on a swarm: goals over its whole history, verdicts that explain, hints that fit.

Read in this order: `claims`, then `services`, `nodes`, `answers` (what can be said of one moment), `goals` (when it has
to hold), `exercise` (the data an author writes), `judge` (begin, judge, evaluate), `report` (what the learner is told),
`lablike` (what a lab offers).

Everything here is a pure function of the history's rows, so a simulated swarm and a real one are judged alike.
"""

from swarmlab.checks.answers import answer
from swarmlab.checks.claims import Claim, Scene
from swarmlab.checks.exercise import Exercise, Fault, Hint, Step, called
from swarmlab.checks.goals import Goal, always, eventually, exactly, never, now, within
from swarmlab.checks.judge import EXERCISE, begin, begun_last, evaluate, judge, play
from swarmlab.checks.lablike import LabLike, Note
from swarmlab.checks.nodes import node
from swarmlab.checks.report import Card, Outcome, Report, Verdict
from swarmlab.checks.services import service

__all__ = [
    "EXERCISE",
    "Card",
    "Claim",
    "Exercise",
    "Fault",
    "Goal",
    "Hint",
    "LabLike",
    "Note",
    "Outcome",
    "Report",
    "Scene",
    "Step",
    "Verdict",
    "always",
    "answer",
    "begin",
    "begun_last",
    "called",
    "evaluate",
    "eventually",
    "exactly",
    "judge",
    "never",
    "node",
    "now",
    "play",
    "service",
    "within",
]
