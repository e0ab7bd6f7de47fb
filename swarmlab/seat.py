"""Whether somebody sits at the notebook in which this runs, and sees what comes."""

import sys


def is_taken() -> bool:
    """Return whether a cell runs that somebody could be asked about: JupyterLab says so, and no converter or grader."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return bool(getattr(getattr(shell, "kernel", None), "_allow_stdin", False))  # there is no public name for it
