"""What a test may need from the machine, and what happens where it is missing.

A test says ``@pytest.mark.docker``; on a machine without the docker command it is skipped, with the reason.  In CI
(environment variable CI) a missing tool is a broken machine: there the test fails, unless the table says otherwise.
"""

import functools
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest


def chromium() -> str | None:
    """Return the browser's command, or None.  SWARMLAB_CHROMIUM names another one."""
    return os.environ.get("SWARMLAB_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@functools.cache
def engines_can_start() -> bool:
    """Whether real engines can be started here, each in network namespaces of its own."""
    from swarmlab.real.namespaces import missing

    return shutil.which("dockerd") is not None and not missing()


def has_ansible() -> bool:
    """Whether ansible-playbook is here, with the modules for Docker."""
    command = ["ansible-doc", "-l", "community.docker"]
    if shutil.which("ansible-playbook") is None:
        return False
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return "docker_swarm_service" in said


def has_ipvs() -> bool:
    """Whether virtual addresses and the routing mesh of a real swarm carry traffic here."""
    from swarmlab.real import kernel

    return kernel.has_ipvs()


def cells_are_kept_in() -> bool:
    """Whether learners' cells can be run in a sandbox, by each engine that has one."""
    from swarmlab.grade.sandbox import walls

    if shutil.which("bwrap") is None:
        return False
    found = walls()
    return bool(found.bubblewrap) and found.confines


def postgresql() -> str | None:
    """Return the folder of PostgreSQL's own programs, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return str(found[-1].parent) if found and shutil.which("psql") else None


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
    "engine": Need(
        engines_can_start,
        "no Docker engines can be started here: that takes Linux, root, docker.io, iptables and busybox-static",
        True,
    ),
    "sshd": Need(
        lambda: shutil.which("sshd") is not None,
        "no ssh server here: install openssh-server; it need not run",
        True,
    ),
    "ansible": Need(
        has_ansible,
        "no ansible-playbook with the collection community.docker here: pip install ansible",
        False,  # half a gigabyte for one test
    ),
    "postgresql": Need(
        lambda: postgresql() is not None, "no PostgreSQL here: install postgresql; it need not run", True
    ),
    "sandbox": Need(
        cells_are_kept_in,
        "no sandbox for learners' cells here: that takes Linux 5.13 with Landlock, and bubblewrap",
        True,
    ),
    "ipvs": Need(
        has_ipvs,
        "this kernel has no IPVS: virtual addresses and the routing mesh of a real swarm carry no traffic here",
        False,  # the machines of CI have none, and cannot be given it
    ),
}


@pytest.fixture(scope="session", autouse=True)
def _a_home_of_their_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep the sessions and the progress of whoever runs the tests out of it, also in kernels and commands."""
    os.environ["SWARMLAB_HOME"] = str(tmp_path_factory.mktemp("swarmlab-home"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip or fail a test whose needs are not met, before any of its fixtures is made."""
    for name, need in NEEDS.items():
        if item.get_closest_marker(name) and not need.is_met():
            if os.environ.get("CI") and need.must_be_met_in_ci:
                pytest.fail(need.reason, pytrace=False)
            pytest.skip(need.reason)
