"""What a test may need from the machine, and what happens where it is missing.

A test says ``@pytest.mark.docker``; on a machine without the docker command it is skipped, with the reason.  In CI
(environment variable CI) a missing tool is a broken machine: there the test fails, unless the table says otherwise.
"""

import functools
import os
import shutil
import subprocess
from collections.abc import Callable
from typing import NamedTuple

import pytest


def chromium() -> str | None:
    """Return the browser's command, or None.  SWARMLAB_CHROMIUM names another one."""
    return os.environ.get("SWARMLAB_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@functools.cache
def engine_answers() -> bool:
    """Whether a Docker engine answers the docker command."""
    if not shutil.which("docker"):
        return False
    command = ["docker", "version", "--format", "{{.Server.Version}}"]
    try:
        return subprocess.run(command, capture_output=True, timeout=10, check=False).returncode == 0
    except subprocess.TimeoutExpired:
        return False


class Need(NamedTuple):
    """One thing that a marker asks for."""

    is_met: Callable[[], bool]
    reason: str  # why the test cannot run, and what to install
    must_be_met_in_ci: bool


#: Marker → need.  The markers themselves are registered in pyproject.toml.
NEEDS = {
    "browser": Need(
        lambda: chromium() is not None, "no Chromium here: install it, or name it in SWARMLAB_CHROMIUM", True
    ),
    "docker": Need(
        lambda: shutil.which("docker") is not None, "no docker command here: install the Docker client", True
    ),
    "engine": Need(engine_answers, "no Docker engine answers here: start one, or set DOCKER_HOST", False),
}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip or fail a test whose needs are not met, before any of its fixtures is made."""
    for name, need in NEEDS.items():
        if item.get_closest_marker(name) and not need.is_met():
            if os.environ.get("CI") and need.must_be_met_in_ci:
                pytest.fail(need.reason, pytrace=False)
            pytest.skip(need.reason)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of one file on one worker of pytest-xdist, so that what they share is made once."""
    for item in items:
        if not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(item.path.name))
