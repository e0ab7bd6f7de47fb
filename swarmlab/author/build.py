"""Make the learner copies in ``notebooks/`` from the sources in ``grading/source``, and say what is stale.

There is one source per lesson, with solutions.  The learner copy is what nbgrader releases: the same preprocessors
run here, without a gradebook, so that what learners open on Binder and what an instructor releases are the same.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from swarmlab import exercises
from swarmlab.author.normalise import normalise, text
from swarmlab.errors import InvalidArgument, NotFound

SOURCES = "grading/source"
COPIES = "notebooks"
COMMAND = "swarmlab author build"
#: What fits on a screen beside the board.
LONGEST_CELL = 15


def build(root: Path) -> list[Path]:
    """Normalise every source below `root` and write its learner copy.  Returns the files that changed.

    Raises InvalidArgument if a source cannot be read or released.
    """
    changed = []
    for source in sources(root):
        notebook = read(source)
        wanted = {source: text(notebook), copy_of(root, source): text(learner_copy(notebook, root))}
        for path, content in wanted.items():
            if not path.exists() or path.read_text(encoding="utf-8") != content:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(content, encoding="utf-8")
                changed.append(path)
    return changed


def check(root: Path) -> list[str]:
    """Return what is wrong with the notebooks below `root`, one sentence each; empty if nothing is."""
    found = list(sources(root))
    problems = [] if found else [f"There are no notebooks in {root / SOURCES}."]
    for source in found:
        notebook, name = read(source), source.relative_to(root)
        if source.read_text(encoding="utf-8") != text(notebook):
            problems.append(f"{name} is not normalised; run `{COMMAND}`.")
        copy = copy_of(root, source)
        if not copy.exists() or copy.read_text(encoding="utf-8") != text(learner_copy(notebook, root)):
            problems.append(f"{copy.relative_to(root)} is stale; run `{COMMAND}`.")
        problems += [f"{name}: {problem}" for problem in cell_problems(notebook)]
    copies = {copy_of(root, source) for source in found}
    for stray in sorted(set((root / COPIES).glob("*.ipynb")) - copies):
        problems.append(f"{stray.relative_to(root)} has no source in {SOURCES}.")
    return problems


def sources(root: Path) -> list[Path]:
    """Return the source notebooks of a course, in order."""
    return sorted(path for path in (root / SOURCES).glob("*/*.ipynb") if not path.name.startswith("."))


def copy_of(root: Path, source: Path) -> Path:
    """Return where the learner copy of `source` lies."""
    return root / COPIES / source.name


def read(path: Path) -> NotebookNode:
    """Return the normalised notebook in `path`.  Raises InvalidArgument if it is not a notebook."""
    try:
        return normalise(nbformat.read(path, as_version=4))  # type: ignore[no-untyped-call]
    except (ValueError, nbformat.ValidationError) as error:
        raise InvalidArgument(f"{path} is not a notebook: {error}") from error


def learner_copy(notebook: NotebookNode, root: Path) -> NotebookNode:
    """Return what a learner gets of a source: no solutions, no hidden checks, locked cells locked."""
    from nbgrader import preprocessors as nbg
    from nbgrader.nbgraderformat import ValidationError

    steps = (nbg.LockCells, nbg.ClearSolutions, nbg.ClearOutput, nbg.CheckCellMetadata, nbg.ClearHiddenTests,
             nbg.ClearMarkScheme, nbg.ComputeChecksums, nbg.CheckCellMetadata)  # fmt: skip
    copy, resources = normalise(notebook), {"unique_key": "notebook"}
    settings = configuration(root)
    try:
        for step in steps:
            copy, resources = step(config=settings).preprocess(copy, resources)
    except (RuntimeError, ValidationError) as error:
        raise InvalidArgument(f"nbgrader cannot release this notebook: {error}") from error
    return copy


def configuration(root: Path) -> Any:
    """Return the settings in ``grading/nbgrader_config.py``, as nbgrader reads them."""
    from traitlets.config.loader import PyFileConfigLoader

    return PyFileConfigLoader("nbgrader_config.py", path=str(root / "grading")).load_config()


def cell_problems(notebook: NotebookNode) -> Iterator[str]:
    """Yield what is wrong with single cells: too long, or worth other points than the exercise they check."""
    for cell in notebook.cells:
        lines = cell.source.count("\n") + 1
        if cell.cell_type == "code" and lines > LONGEST_CELL:
            yield f"cell {cell.id} has {lines} lines; {LONGEST_CELL} are enough."
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("grade") and cell.cell_type == "code":
            yield from graded_cell_problems(cell.id, cell.source, marks["points"])


def graded_cell_problems(name: str, source: str, points: float) -> Iterator[str]:
    """Yield what is wrong with a graded cell: its last line checks one known exercise, worth as much as the cell."""
    last = re.fullmatch(r'lab\.check\("([\d.]+)"[^#]*\)\.grade\(\)', source.strip().splitlines()[-1])
    if last is None:
        yield f'cell {name}: its last line must be lab.check("…", …).grade(); nbgrader gives anything else full points.'
        return
    try:
        exercise = exercises.find(last.group(1))
    except NotFound as error:
        yield f"cell {name}: {error}"
        return
    if exercise.points != points:
        yield f"cell {name} is worth {points:g} points, exercise {exercise.id} is worth {exercise.points:g}."
