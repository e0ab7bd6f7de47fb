"""Learn and teach Docker Swarm: real docker commands on a three-host swarm that runs anywhere.

``from swarmlab import Lab`` is all a notebook needs.  In a notebook the import also brings ``%%host`` and ``%docker``.
"""

import importlib
import sys
from typing import TYPE_CHECKING, Any

from swarmlab.errors import SwarmlabError

if TYPE_CHECKING:
    from swarmlab.lab import Lab

__all__ = ["Lab", "SwarmlabError"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Load the lab when it is first asked for: importing the package alone is quick and needs nothing."""
    if name == "Lab":
        return importlib.import_module("swarmlab.lab").Lab
    raise AttributeError(f"module 'swarmlab' has no attribute {name!r}")


def load_ipython_extension(shell: Any) -> None:
    """Bring ``%%host`` and ``%docker`` to a notebook (``%load_ext swarmlab``)."""
    importlib.import_module("swarmlab.magics").load_ipython_extension(shell)


def _in_notebook() -> None:
    """In a notebook, load the extension at once."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None and "swarmlab" not in shell.extension_manager.loaded:
        shell.extension_manager.load_extension("swarmlab")


_in_notebook()
