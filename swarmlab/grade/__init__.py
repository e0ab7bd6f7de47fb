"""The grading kit: parts that a course plugs into nbgrader, and what ``swarmlab grade`` does.

=================  ==============================================================================================
`Transplant`       takes from a submission only what the learner was to write, and puts it into the released notebook
`JudgeExecute`     runs the learner's cells in a sandbox and has every graded cell judged outside it
`AddSession`       tells in a feedback page what the learner did, with a picture of the tasks over time
`SaveScores`       gives points only for a number that a graded cell returned; nothing judged, nothing earned
`feedback.clean`   takes out of feedback pages what could run there
=================  ==============================================================================================

Read in this order.  What counts: `evidence` (journals), `plan` (what a graded cell asks for), `kinds` (state, call,
text), `replay` (the judge's own swarm), `judging` (one submission).  Where learners' code runs: `confine`, `sandbox`,
`zygote`, `inside`, `kernelside`, `engine`.  A whole course: `course`, `worker`, `member`, `pool`, `cluster` and
`clusterside`, `book`, `commands`.  For people to read: `story` (feedback), `report`, `export`.

The judge's swarm is fed with inputs, not shared: a learner's process has a lab of its own, and what crosses the socket
is the list of what was done to it.  So a run of the cells and a recorded session are one kind of evidence with one
judge, a learner who changes their copy changes nothing else, and nobody's shell lines run where grades are decided.

The names are loaded when they are first asked for: a learner's process imports this package and must start fast.
"""

from typing import Any

__all__ = ["AddSession", "JudgeExecute", "SaveScores", "Transplant"]


def __getattr__(name: str) -> Any:
    """Load a preprocessor when nbgrader asks for it by name."""
    if name == "Transplant":
        from swarmlab.grade.transplant import Transplant

        return Transplant
    if name == "AddSession":
        from swarmlab.grade.story import AddSession

        return AddSession
    if name == "SaveScores":
        from swarmlab.grade.scores import SaveScores

        return SaveScores
    if name == "JudgeExecute":
        from swarmlab.grade.execute import JudgeExecute

        return JudgeExecute
    raise AttributeError(f"module 'swarmlab.grade' has no attribute {name!r}")
