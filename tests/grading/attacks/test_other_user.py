"""The sandbox of a grader who is not root: namespaces of one's own, and nobody else to become."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from ..course import ROOT
from .test_attacks import private

pytestmark = pytest.mark.sandbox

SCRIPT = """
import sys
from pathlib import Path
from swarmlab.grade import quick, sandbox
quick.start()
from tests.grading.attacks import test_attacks as attacks, target

course = Path(sys.argv[1])
(course / "gradebook.db").write_text(target.SECRET)
found = sandbox.walls()
for walls in (found, sandbox.Walls("", found.confines)):
    sandbox.walls = lambda: walls
    for grader in attacks.graders(course):
        print(grader.engine.description)
        together = [name for name in attacks.CONFINED_ALONE if name != "signals to others"]
        for names in (together, ["signals to others"]):
            source = "".join(attacks.IN_A_CELL[name] for name in names).replace("{course}", str(course))
            attacks.withstood(grader.grade({"solve_1_1": source}))
            attacks.unaffected(grader)
assert (course / "gradebook.db").read_text() == target.SECRET
"""


@pytest.fixture
def python() -> list[str]:
    """A Python with everything installed that a user may start who has no rights here."""
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for command in (sys.executable, f"/usr/bin/{version}"):
        places = (Path(command).resolve(), Path(packages), ROOT / "swarmlab")
        if Path(command).exists() and not any(map(private, places)):
            return ["/usr/bin/env", f"PYTHONPATH={ROOT}:{packages}", command, "-B", "-c"]
    pytest.skip("Python, or this folder, lies in a folder of root's own: nobody else could start it")


@pytest.mark.skipif(os.geteuid() != 0, reason="whoever runs this is not root: the attack suite itself is the proof")
def test_a_grader_who_is_not_root_keeps_learners_in(python):
    with tempfile.TemporaryDirectory(prefix="swarmlab-nobody-") as folder:  # those of pytest are root's alone
        os.chown(folder, 65534, 65534)
        done = subprocess.run(
            [*python, SCRIPT, folder], cwd=folder, capture_output=True, text=True, user=65534, group=65534,
            extra_groups=[], env={"PATH": "/usr/bin:/bin", "HOME": folder},
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["fork (bubblewrap + Landlock and seccomp)", "fork (Landlock and seccomp)"]
