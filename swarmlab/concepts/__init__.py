"""The concept check: short questions, answered before and after the course, each with an experiment.

In a notebook ``concept_check("before")`` shows them; ``swarmlab concepts before`` asks them on a terminal.
"""

from typing import TYPE_CHECKING

from swarmlab.concepts.check import ConceptCheck

if TYPE_CHECKING:
    from swarmlab.lab import Lab
    from swarmlab.widgets.quiz import Quiz

__all__ = ["ConceptCheck", "concept_check", "new_lab"]


def new_lab() -> "Lab":
    """Return a lab for an experiment: a simulated one, whatever SWARMLAB_BACKEND says."""
    from swarmlab.lab import Lab

    lab = Lab.__new__(Lab, _session=None)
    lab.__init__()  # type: ignore[misc]
    return lab


def concept_check(moment: str) -> "Quiz":
    """Return a round of the concept check, "before" or "after" the course, to show in a notebook.

    Raises InvalidArgument for another round.
    """
    from swarmlab.widgets.quiz import Quiz

    return Quiz(ConceptCheck(moment, new_lab))
