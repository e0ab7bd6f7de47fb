"""The attack suite: nobody gains a point, sees a hidden thing, or touches another's grade.

After every attack an honest learner is graded by the same process, and somebody who wrote nothing: they get all and
nothing.  The folder of the course stays as it was.
"""

import base64
import hashlib
import json
import os
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_output

from swarmlab import Lab
from swarmlab.checks.report import EVIDENCE
from swarmlab.errors import InvalidArgument, Unavailable
from swarmlab.grade import confine, sandbox
from swarmlab.grade.course import read
from swarmlab.grade.judging import files_beside

from .cells import BY_RESULT, IN_A_CELL
from .journals import CLAIMS
from .notebooks import CHANGES
from .target import FULL, NOTHING, RIGHT, SECRET, Grader, Grading, handed_in, released

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.timeout(300),
]

TOKEN = "token-of-the-grader"


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Path:
    """A course's folder with things that nobody may see."""
    root = tmp_path_factory.mktemp("course")
    (root / "checks").mkdir()
    (root / "checks" / "ps1.py").write_text(f"# {SECRET}")
    (root / "gradebook.db").write_text(SECRET)
    return root


@pytest.fixture(scope="module")
def grader(course):
    """Somebody who grades; a password lies in the environment."""
    os.environ["SWARMLAB_TEST_TOKEN"] = TOKEN
    made = Grader(course)
    yield made
    made.engine.close()
    del os.environ["SWARMLAB_TEST_TOKEN"]


def digest(folder: Path) -> str:
    parts = [(str(path), path.read_bytes()) for path in sorted(folder.rglob("*")) if path.is_file()]
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def processes_of_learners() -> list[str]:
    """Return the processes that run as the user of learners' cells."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and entry.stat().st_uid == confine.FIRST_UID + os.getpid():
                found.append((entry / "cmdline").read_text())
        except OSError:
            continue
    return found


def all_gone() -> bool:
    """Whether no process of a learner is left, soon at least: the kernel takes its time to end a sandbox."""
    deadline = time.monotonic() + 10
    while processes_of_learners():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def withstood(grader: Grader, grading: Grading) -> None:
    """Assert that an attack got nowhere."""
    assert not grading.result.fault, grading.result.fault
    assert grading.points == NOTHING, grading.result.cells
    for secret in (SECRET, TOKEN):
        assert secret not in grading.everything
    for word in ("WROTE", "CONNECTED", "READ b", "TRACED", "DID IT", "UNSHARED", "ROOT\\n", "SOLUTION"):
        shown = json.dumps([cell.get("outputs", []) for cell in grading.notebook.cells])
        assert word not in shown
    assert all_gone()
    unaffected(grader)


def unaffected(grader: Grader) -> None:
    """Assert that those who come next get what they deserve."""
    look = (
        "import os\nmine = [name for name in os.listdir('.') if not name.startswith(('kernel', '.'))]\n"
        "print(mine, os.path.exists('../for-the-next'))"
    )
    spy = {"solve_1_1": look}
    empty = grader.grade(spy, "next")
    assert empty.points == NOTHING
    assert empty.notebook.cells[2].outputs[0]["text"] == "[] False\n"
    honest = grader.grade(RIGHT, "alice")
    assert honest.points == FULL, honest.result


def test_an_honest_submission_gets_all_points(grader):
    assert grader.grade(RIGHT, "alice").points == FULL


def test_there_are_enough_kinds_of_attack():
    assert len(IN_A_CELL) + len(BY_RESULT) + len(CLAIMS) + len(CHANGES) >= 100
    assert len(IN_A_CELL) >= 30


@pytest.mark.parametrize("name", IN_A_CELL)
def test_a_cell_gains_nothing(grader, course, name):
    before = digest(course)
    source = IN_A_CELL[name].replace("{course}", str(course))
    withstood(grader, grader.grade({"solve_1_1": source}))
    assert digest(course) == before


@pytest.mark.parametrize("name", BY_RESULT)
def test_a_function_gains_nothing(grader, name):
    withstood(grader, grader.grade({"solve_spread": BY_RESULT[name]}))


@pytest.mark.parametrize("name", CHANGES)
def test_a_notebook_gains_nothing(grader, tmp_path, name):
    notebook = released()
    CHANGES[name](notebook)
    path = tmp_path / "lesson.ipynb"
    path.write_text(json.dumps(notebook))
    withstood(grader, grader.grade(read(path)))


def session(learner: str, *lines: str) -> dict:
    """Return the journal of a lab in which exercise 1.1 was begun and these lines were typed."""
    lab = Lab(seed=1, learner=learner)
    lab.exercise("1.1")
    for line in lines:
        lab.host("swarm-manage").sh(line)
    return json.loads(json.dumps(lab.check("1.1").evidence))


def claiming(*journals: object) -> nbformat.NotebookNode:
    """Return a submission in whose outputs these journals are."""
    notebook = handed_in({})
    data = [{"text/plain": "x", EVIDENCE: journal} for journal in journals]
    notebook.cells[3].outputs = [new_output("display_data", data=each) for each in data]
    return notebook


@pytest.mark.parametrize("name", CLAIMS)
def test_a_claimed_journal_gains_nothing(grader, name):
    mine = session("mallory", "docker node ls")
    theirs = session("alice", "docker service create --name web-server httpd:2.4")
    withstood(grader, grader.grade(claiming(CLAIMS[name](mine, theirs))))


def test_an_own_journal_counts(grader):
    mine = session("mallory", "docker service create --name web-server httpd:2.4")
    assert grader.grade(claiming(mine)).points == {**NOTHING, "check_1_1": 2.0}
    assert grader.grade(claiming([], mine, {})).points == {**NOTHING, "check_1_1": 2.0}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"cells": 1}',
        '{"cells": [[]], "nbformat": 4}',
        '{"nbformat": 4}',
        "[" * 100_000,
        "\0\xff",
    ],
)
def test_a_file_that_is_no_notebook_is_refused_in_a_sentence(tmp_path, text):
    path = tmp_path / "lesson.ipynb"
    path.write_text(text)
    said = "it is one, without cells"
    try:
        assert read(path).cells == []
    except InvalidArgument as error:
        said = str(error)
    assert said.startswith(("it is one", "lesson.ipynb is not a notebook"))


def test_a_submission_s_files_are_its_own(course, tmp_path):
    (tmp_path / "data.txt").write_text("mine")
    (tmp_path / "link.txt").symlink_to(course / "gradebook.db")
    (tmp_path / "folder").symlink_to(course)
    (tmp_path / "big").write_bytes(b"x" * 6_000_000)
    assert set(files_beside(tmp_path / "x.ipynb", tmp_path)) == {"data.txt"}


LOOK_ALIKES = ("swarmlab.py", "swarmlab/__init__.py", "json.py", "IPython.py", "sitecustomize.py", "usercustomize.py",
               "nbgrader.py", "docker.py", ".pythonrc", "__init__.py")  # fmt: skip


@pytest.mark.parametrize("engine", ["fork", "kernel"])
def test_look_alike_module_files_gain_nothing(course, engine):
    evil = "import os as _os\ndef __getattr__(name): return lambda *a, **k: 2.0\n"
    grader = Grader(course, engine=engine)
    try:
        files = {name: base64.b64encode(evil.encode()).decode() for name in LOOK_ALIKES}
        grading = grader.grade({"solve_1_1": "import json, docker\nprint(json.dumps(2.0))"}, files=files)
        assert grading.points == NOTHING
        unaffected(grader)
    finally:
        grader.engine.close()


@pytest.mark.parametrize(
    "name",
    ["exit of the process", "loop that ignores interrupts", "reading files", "writing files", "left-over process"],
)
def test_a_real_kernel_gains_nothing_either(course, name):
    grader = Grader(course, engine="kernel")
    try:
        source = IN_A_CELL[name].replace("{course}", str(course))
        withstood(grader, grader.grade({"solve_1_1": source}))
    finally:
        grader.engine.close()


CONFINED_ALONE = [
    "reading files",
    "writing files",
    "reading by a link",
    "sockets",
    "signals to others",
    "memory of the parent",
    "left-over process",
    "becoming root",
    "leaving a file for the next",
]


@pytest.fixture
def without_bubblewrap(monkeypatch):
    """A machine with Landlock and seccomp alone."""
    if os.geteuid() == 0 and _private(sys.base_prefix):
        pytest.skip("this Python lies in a folder of root's own, and a learner's process is not root")
    monkeypatch.setattr(sandbox, "walls", lambda: sandbox.Walls("", True))


def _private(folder: str) -> bool:
    """Whether some folder on the way is closed to others."""
    return any(not each.stat().st_mode & 0o001 for each in (Path(folder), *Path(folder).parents))


@pytest.mark.parametrize("name", CONFINED_ALONE)
def test_without_bubblewrap_the_process_keeps_itself_in(course, without_bubblewrap, name):
    grader = Grader(course)
    try:
        withstood(grader, grader.grade({"solve_1_1": IN_A_CELL[name].replace("{course}", str(course))}))
    finally:
        grader.engine.close()


def test_without_any_sandbox_nothing_is_run(course, monkeypatch):
    monkeypatch.setattr(sandbox, "walls", lambda: sandbox.Walls("", False))
    with pytest.raises(Unavailable, match=r"cannot be kept in on this machine: install it on Linux .* or say --unsafe"):
        Grader(course)
