"""The course: what nbgrader does differently from its defaults, and why.

Run nbgrader in this folder, or with ``--course-dir``.  ``swarmlab.grade`` holds the parts that replace nbgrader's own.
"""

import os
import sys
from pathlib import Path

c = get_config()  # noqa: F821 (nbgrader defines it)

course = Path(__file__).resolve().parent
# nbgrader calls `alembic` by its bare name, also where its own folder (a virtual environment's) is not on PATH.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
c.CourseDirectory.course_id = "swarm101"
c.CourseDirectory.root = str(course)
# A gradebook in a file: wait for another writer instead of failing after five seconds.
c.CourseDirectory.db_url = f"sqlite:///{course / 'gradebook.db'}?timeout=60"

# Solution cells hold shell lines as often as Python, and an unsolved exercise should not raise: its check explains.
c.ClearSolutions.code_stub = {"python": "# YOUR ANSWER HERE"}
c.ClearSolutions.text_stub = "YOUR ANSWER HERE"

# Where nbgrader itself runs a notebook (solutions, validation).
c.Execute.timeout = 60
c.Execute.startup_timeout = 120
c.Execute.shutdown_kernel = "immediate"
c.Execute.store_widget_state = False  # a board's whole history would be written into every notebook
c.LimitOutput.max_lines = 300
c.LimitOutput.max_traceback = 30

# Learners' cells run in a sandbox, and what they earn is decided outside it.  Which evidence counts: "journal" (what
# a learner did, as recorded with the notebook), "execute" (a run of the cells), or "best".
c.GradingSettings.evidence = {"*": "best"}
c.GradingSettings.engine = "fork"
# Virtual time makes lessons fast: a cell that takes long hangs.
c.GradingSettings.cell_seconds = 60
c.GradingSettings.notebook_seconds = 300

# A submission's order, tags and copied cells change no grade, and a cell that was not judged earns nothing.
c.Autograde.sanitize_preprocessors = [
    "nbgrader.preprocessors.ClearOutput",
    "swarmlab.grade.Transplant",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "swarmlab.grade.JudgeExecute",
    "nbgrader.preprocessors.LimitOutput",
    "swarmlab.grade.SaveScores",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# What the learner did stands at the end of a feedback page: tasks over time, what was typed, what was checked.
c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.GetGrades",
    "swarmlab.grade.AddSession",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]
# A feedback page is opened by people who trust it: nothing a learner wrote may run there.
c.HTMLExporter.sanitize_html = True
c.HTMLExporter.filters = {"clean_html": "swarmlab.grade.feedback.clean"}
