"""nbgrader asks the program `alembic` for the gradebook's version: it has to be found, whoever started Python how."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session", autouse=True)
def programs_of_this_environment() -> Iterator[None]:
    """Put the folder of the running Python's programs first on PATH."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
        yield
