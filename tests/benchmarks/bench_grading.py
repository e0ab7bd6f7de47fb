"""How fast submissions are graded: ``python -m tests.benchmarks.bench_grading`` prints the figures.

Three measurements in one run, on one machine, so that they can be compared: nbgrader's own ``autograde`` on executed
notebooks, this kit on the same ones in its sandbox, and this kit on recorded sessions.  The gradebooks of the first
two have to say the same.
"""

import argparse
import contextlib
import io
import json
import logging
import os
import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output

from swarmlab import Lab
from swarmlab.checks.report import EVIDENCE
from swarmlab.grade.book import Book
from swarmlab.grade.course import Course
from swarmlab.grade.running import run
from tests.grading.course import LESSON, STOCK
from tests.grading.course import Course as Nbgrader

#: What a notebook of a course on Docker does beside its exercise: some fifteen cells.
CELLS = [
    "import docker\nimport matplotlib.pyplot as plt\nimport numpy as np",
    "values = np.linspace(0, 10, 200)",
    "plt.plot(values, np.sin(values));",
    "plt.hist(values, bins=20);",
    "client = lab.docker()\n[node.attrs['Description']['Hostname'] for node in client.nodes.list()]",
    "client.version()['Version']",
    *(
        f"table_{k} = {{number: number ** {k} for number in range(50)}}\nprint(sum(table_{k}.values()))"
        for k in range(2, 8)
    ),
    "sorted(lab.hosts)",
    "guess = 'B'",
]
SOLUTION = "%%host swarm-manage\ndocker service create --detach --name web-server httpd:2.4"


def lesson() -> NotebookNode:
    """Return the source of the lesson that is measured: lesson 01's first exercise, among other cells."""
    source = nbformat.read(Path(__file__).parents[2] / "grading" / "source" / LESSON / f"{LESSON}.ipynb", as_version=4)
    wanted = {cell.id: cell for cell in source.cells}
    source.cells = [
        wanted["make_lab"],
        *(new_code_cell(text, id=f"cell-{number}") for number, text in enumerate(CELLS)),
        wanted["begin_1_1"],
        wanted["solve_1_1"],
        new_code_cell('lab.advance("15s")', id="wait"),
        wanted["check_1_1"],
    ]
    return source


def make_course(root: Path, count: int, *, recorded: bool) -> None:
    """Make a course with `count` submissions that are all right: executed notebooks, or recorded sessions."""
    course = Nbgrader(root)
    for name in ("release", "submitted"):
        shutil.rmtree(root / name, ignore_errors=True)
    nbformat.write(lesson(), root / "source" / LESSON / f"{LESSON}.ipynb")
    released = course.release()
    for number in range(count):
        learner = f"learner{number:03}"
        notebook = nbformat.from_dict(released)
        cells = {cell.id: cell for cell in notebook.cells}
        if recorded:
            lab = Lab(seed=1, learner=learner)
            lab.exercise("1.1")
            lab.host("swarm-manage").sh(SOLUTION.partition("\n")[2])
            lab.advance("15s")
            report = lab.check("1.1")
            data = {"text/plain": repr(report), EVIDENCE: json.loads(json.dumps(report.evidence))}
            cells["check_1_1"].outputs = [new_output("display_data", data=data)]
        else:
            cells["solve_1_1"].source = SOLUTION
        course.submit(learner, notebook)


def stock(root: Path) -> float:
    """Grade with nbgrader's own steps; return seconds."""
    from nbgrader.converters import Autograde
    from nbgrader.coursedir import CourseDirectory

    config = Course(root).config
    for part, settings in STOCK.items():
        config[part].update(settings)
    began = time.perf_counter()
    grader = Autograde(coursedir=CourseDirectory(config=config), config=config)
    grader.coursedir.assignment_id = LESSON
    grader.start()
    return time.perf_counter() - began


def ours(root: Path, workers: int) -> float:
    """Grade with the kit; return seconds, with all that the command needs to start."""
    began = time.perf_counter()
    summary = run(root, LESSON, workers=workers)
    assert not summary.faults, summary.faults
    return time.perf_counter() - began


def digest(root: Path) -> str:
    """Return the digest of the gradebook, and assert that everybody has full points."""
    with Book(Course(root)) as book:
        grades = book.grades(LESSON)
        assert grades
        assert {entry["score"] for entry in grades.values()} == {2.0}, grades
        return book.digest()


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep nbgrader's remarks out of the figures."""
    warnings.simplefilter("ignore")
    logging.disable(logging.ERROR)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield
    logging.disable(logging.NOTSET)


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; return 1 if the gradebooks differ."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--notebooks", type=int, default=20, help="executed notebooks")
    parser.add_argument("--journals", type=int, default=500, help="recorded sessions")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        with quiet():
            for name, count, recorded in (
                ("stock", options.notebooks, False), ("kit", options.notebooks, False),
                ("many", options.journals, True),
            ):  # fmt: skip
                make_course(folder / name, count, recorded=recorded)
        load = os.getloadavg()[0]
        with quiet():
            seconds = {"stock": stock(folder / "stock")}
            seconds |= {name: ours(folder / name, options.workers) for name in ("kit", "many")}
            same = digest(folder / "stock") == digest(folder / "kit")
            digest(folder / "many")
    each = {name: seconds[name] / (options.journals if name == "many" else options.notebooks) for name in seconds}
    print(
        f"{os.cpu_count()} processors, load {load:.1f} before, {options.workers} workers, start of the command included"
    )
    lines = (
        ("nbgrader autograde", "stock", options.notebooks, "executed notebooks"),
        ("the kit, in its sandbox", "kit", options.notebooks, "executed notebooks"),
        ("the kit, by journal", "many", options.journals, "recorded sessions"),
    )
    for name, key, count, of in lines:
        faster = f"{each['stock'] / each[key]:5.1f} times as fast"
        print(f"{name:24} {count:4} {of:19} {seconds[key]:7.1f} s  {each[key]:.3f} s each  {faster}")
    print(f"gradebooks of the first two: {'equal' if same else 'DIFFERENT'}")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
