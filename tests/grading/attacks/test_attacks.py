"""The attack suite: nobody gains a point, sees a hidden thing, or touches another's grade.

After every attack that runs, an honest learner is graded by the same process and gets everything; the next attack is by
somebody who has solved nothing and gets nothing.  The folder of the course stays as it was.
"""

import base64
import hashlib
import json
import os
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_output

from swarmlab import Lab
from swarmlab.checks.report import EVIDENCE
from swarmlab.errors import InvalidArgument, Unavailable
from swarmlab.grade import confine, sandbox
from swarmlab.grade.course import read
from swarmlab.grade.engine import Limits
from swarmlab.grade.judging import files_beside

from . import cells, target
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
def grader(course) -> Iterator[Grader]:
    """Somebody who grades; a password lies in the environment."""
    os.environ["SWARMLAB_TEST_TOKEN"] = TOKEN
    yield from graders(course)
    del os.environ["SWARMLAB_TEST_TOKEN"]


def graders(course: Path, engine: str = "fork") -> Iterator[Grader]:
    """Yield one who grades with an engine; after all attacks an honest learner still gets everything."""
    made = Grader(course, engine=engine)
    try:
        yield made
        unaffected(made)
    finally:
        made.engine.close()


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


def withstood(grading: Grading) -> None:
    """Assert that an attack got nowhere."""
    assert not grading.result.fault, grading.result.fault
    assert grading.points == NOTHING, grading.result.cells
    for secret in (SECRET, TOKEN):
        assert secret not in grading.everything
    for word in ("WROTE", "CONNECTED", "READ b", "TRACED", "DID IT", "UNSHARED", "ROOT\\n", "SOLUTION"):
        shown = json.dumps([cell.get("outputs", []) for cell in grading.notebook.cells])
        assert word not in shown
    assert all_gone()


LOOK = (
    "import os\nmine = [name for name in os.listdir('.') if not name.startswith(('kernel', '.'))]\n"
    "print(mine, os.path.exists('../for-the-next'))"
)


def unaffected(grader: Grader) -> None:
    """Assert that who comes next gets what they deserve, and finds nothing.

    That nobody is given anything is seen by the next attack, which comes from somebody who has solved nothing.
    """
    notebook = handed_in(RIGHT)
    notebook.cells.append(new_code_cell(LOOK))
    honest = grader.grade(notebook, "alice")
    assert honest.points == FULL, honest.result
    assert honest.notebook.cells[-1].outputs[0]["text"] == "[] False\n"


def test_an_honest_submission_gets_all_points(grader):
    assert grader.grade(RIGHT, "alice").points == FULL


def test_there_are_enough_kinds_of_attack():
    assert len(IN_A_CELL) + len(BY_RESULT) + len(CLAIMS) + len(CHANGES) >= 100
    assert len(IN_A_CELL) >= 30


def limits(name: str) -> Limits:
    """Return how long an attack may take."""
    return target.ENDLESS if name in cells.ENDLESS else target.STRICT


@pytest.mark.parametrize("name", IN_A_CELL)
def test_a_cell_gains_nothing(grader, course, name):
    before = digest(course)
    source = IN_A_CELL[name].replace("{course}", str(course))
    withstood(grader.grade({"solve_1_1": source}, limits=limits(name)))
    unaffected(grader)
    assert digest(course) == before


@pytest.mark.parametrize("name", BY_RESULT)
def test_a_function_gains_nothing(grader, name):
    withstood(grader.grade({"solve_spread": BY_RESULT[name]}, limits=limits(name)))


@pytest.mark.parametrize("name", CHANGES)
def test_a_notebook_gains_nothing(grader, tmp_path, name):
    notebook = released()
    CHANGES[name](notebook)
    path = tmp_path / "lesson.ipynb"
    path.write_text(json.dumps(notebook))
    withstood(grader.grade(read(path)))


@cache
def session(learner: str, *lines: str) -> str:
    """Return the journal of a lab in which exercise 1.1 was begun and these lines were typed, as JSON."""
    lab = Lab(seed=1, learner=learner)
    lab.exercise("1.1")
    for line in lines:
        lab.host("swarm-manage").sh(line)
    return json.dumps(lab.check("1.1").evidence)


def claiming(*journals: object) -> nbformat.NotebookNode:
    """Return a submission in whose outputs these journals are."""
    notebook = handed_in({})
    data = [{"text/plain": "x", EVIDENCE: journal} for journal in journals]
    notebook.cells[3].outputs = [new_output("display_data", data=each) for each in data]
    return notebook


CREATED = "docker service create --name web-server httpd:2.4"


@pytest.mark.parametrize("name", CLAIMS)
def test_a_claimed_journal_gains_nothing(grader, name):
    mine, theirs = json.loads(session("mallory", "docker node ls")), json.loads(session("alice", CREATED))
    withstood(grader.grade(claiming(CLAIMS[name](mine, theirs)), evidence="journal"))


def test_an_own_journal_counts(grader):
    mine = json.loads(session("mallory", CREATED))
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


EVIL = "import os as _os\ndef __getattr__(name): return lambda *a, **k: 2.0\n"
LOOK_ALIKE_FILES = {name: base64.b64encode(EVIL.encode()).decode() for name in LOOK_ALIKES}
LOOKS_FOR_THEM = "import json, docker\nprint(json.dumps(2.0))"


def test_look_alike_module_files_gain_nothing(grader):
    withstood(grader.grade({"solve_1_1": LOOKS_FOR_THEM}, files=LOOK_ALIKE_FILES))
    unaffected(grader)


@pytest.fixture(scope="module")
def with_kernels(course) -> Iterator[Grader]:
    yield from graders(course, "kernel")


@pytest.mark.parametrize(
    "names",
    [
        ("reading files", "writing files", "left-over process"),  # they do not disturb each other
        ("exit of the process",),
        ("loop that ignores interrupts",),
    ],
)
def test_a_real_kernel_gains_nothing_either(with_kernels, course, names):
    source = "".join(IN_A_CELL[name] for name in names).replace("{course}", str(course))
    allowed = target.STRICT if "loop" in names[0] else target.PATIENT  # it loads everything anew
    withstood(with_kernels.grade({"solve_1_1": f"{LOOKS_FOR_THEM}\n{source}"}, files=LOOK_ALIKE_FILES, limits=allowed))


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


@pytest.fixture(scope="module")
def confined_alone(course) -> Iterator[Grader]:
    """One who grades on a machine with Landlock and seccomp alone."""
    if os.geteuid() == 0 and private(sys.base_prefix):
        pytest.skip("this Python lies in a folder of root's own, and a learner's process is not root")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sandbox, "walls", lambda: sandbox.Walls("", True))
        yield from graders(course)


def private(folder: str | Path) -> bool:
    """Whether some folder on the way is closed to others."""
    return any(not each.stat().st_mode & 0o001 for each in (Path(folder), *Path(folder).parents))


@pytest.mark.parametrize("name", CONFINED_ALONE)
def test_without_bubblewrap_the_process_keeps_itself_in(course, confined_alone, name):
    source = IN_A_CELL[name].replace("{course}", str(course))
    withstood(confined_alone.grade({"solve_1_1": source}, limits=limits(name)))
    unaffected(confined_alone)


def test_without_any_sandbox_nothing_is_run(course, monkeypatch):
    monkeypatch.setattr(sandbox, "walls", lambda: sandbox.Walls("", False))
    with pytest.raises(Unavailable, match=r"cannot be kept in on this machine: install it on Linux .* or say --unsafe"):
        Grader(course)
