"""Parts that a course plugs into nbgrader by name in ``nbgrader_config.py``.

=================  ==============================================================================================
`Transplant`       takes from a submission only what the learner was to write, and puts it into the released notebook
`SaveScores`       gives points only for a number that a graded cell returned; nothing judged, nothing earned
`feedback.clean`   takes out of feedback pages what could run there
=================  ==============================================================================================

Between the two a course may run any executor: nbgrader's own `Execute` runs the cells in a kernel, where each graded
cell asks ``lab.check("…").grade()`` for its number.  An executor that judges elsewhere has to do no more than leave
the same output: a report and a number.
"""

from swarmlab.grade.scores import SaveScores
from swarmlab.grade.transplant import Transplant

__all__ = ["SaveScores", "Transplant"]
