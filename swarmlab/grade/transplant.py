"""Take from a submission what the learner was to write, and put it into the released notebook.

A submission is a file from outside: cells may be copied, deleted, moved, retyped, re-tagged, their metadata edited.
So grading starts from the notebook that was released and takes three things from the submitted one: the source of
each solution cell, the source of each plain code cell, and the code cells the learner added, in their places.
Everything else in the submission is ignored, and named in the log.

nbgrader's `DeduplicateIds` and `OverwriteCells` repair some of this in place; a copied cell stops their whole batch.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import NbGraderPreprocessor

from swarmlab.author.normalise import node
from swarmlab.errors import NotFound


class Sorted(NamedTuple):
    """The cells of a submission, sorted by what becomes of them."""

    sources: dict[str, str]  # id of a released cell → the learner's source for it
    added: dict[str, list[str]]  # id of a released cell, "" for the top → sources of the code cells added after it
    ignored: list[str]  # sentences


class Transplant(NbGraderPreprocessor):  # type: ignore[misc]
    """Replace the submitted notebook by the released one with the learner's work in it."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Return the transplanted notebook.  Raises NotFound if the assignment was never released."""
        where = resources["nbgrader"]
        coursedir = self.parent.parent.coursedir
        folder = Path(coursedir.format_path(coursedir.release_directory, ".", where["assignment"]))
        path = folder / f"{where['notebook']}.ipynb"
        if not path.exists():
            raise NotFound(f"{path} is missing: release the assignment first (nbgrader generate_assignment).")
        released: NotebookNode = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
        made, ignored = transplant(released, nb)
        for sentence in ignored:
            self.log.warning("%s, %s: %s", where["student"], where["notebook"], sentence)
        return made, resources


def transplant(released: NotebookNode, submitted: NotebookNode) -> tuple[NotebookNode, list[str]]:
    """Return `released` with the learner's work of `submitted` in it, and what was ignored.  Changes neither."""
    work = sort_cells(released, submitted)
    cells = [_added(source) for source in work.added.get("", [])]
    for cell in released.cells:
        name = cell_name(cell)
        cells.append({**cell, "source": work.sources.get(name, cell.source)})
        cells += [_added(source) for source in work.added.get(name, [])]
    for number, cell in enumerate(cells):
        cell["id"] = cell.get("id") or f"added_{number}"
    return node({**released, "cells": cells}), work.ignored


def sort_cells(released: NotebookNode, submitted: NotebookNode) -> Sorted:
    """Decide for each submitted cell whether it is the learner's work, and where it belongs."""
    known = {cell_name(cell): cell for cell in released.cells}
    known_sources = {cell.source for cell in released.cells}
    work = Sorted({}, {}, [])
    anchor = ""
    for cell in submitted.cells:
        name = cell_name(cell, known)
        if name:
            anchor = name
            _take(work, name, cell, known[name])
        elif cell.cell_type == "code" and cell.source.strip() and cell.source not in known_sources:
            work.added.setdefault(anchor, []).append(cell.source)
        elif cell.source in known_sources:
            work.ignored.append("a copy of a released cell")
    missing = [name for name in known if name not in work.sources and is_learners(known[name])]
    work.ignored.extend(f"cell {name} is missing and was put back as released" for name in missing)
    return work


def cell_name(cell: NotebookNode, known: Mapping[str, NotebookNode] | None = None) -> str:
    """Return by which name a cell is found: its grade id, or its cell id; "" if it is not one of `known`.

    JupyterLab gives a copied cell a new cell id but leaves its grade id.
    """
    marks = cell.metadata.get("nbgrader")
    grade_id = marks.get("grade_id") if isinstance(marks, dict) else None
    for name in (grade_id, cell.get("id")):
        if isinstance(name, str) and name and (known is None or name in known):
            return name
    return ""


def is_learners(cell: NotebookNode) -> bool:
    """Whether a released cell is there for the learner to fill in or change."""
    if utils.is_solution(cell):
        return True
    return cell.cell_type == "code" and not utils.is_grade(cell) and not utils.is_locked(cell)


def _take(work: Sorted, name: str, cell: NotebookNode, released: NotebookNode) -> None:
    """Take the source of a submitted cell that is one of the released ones, if it is the learner's to write."""
    if not is_learners(released):
        if cell.source != released.source:
            work.ignored.append(f"cell {name} is locked, but was changed")
    elif cell.cell_type != released.cell_type:
        work.ignored.append(f"cell {name} was turned into a {cell.cell_type} cell")
    elif name not in work.sources:
        work.sources[name] = cell.source
    elif cell.get("id") == released.get("id"):  # the original comes after its copy
        work.ignored.append(f"a copy of cell {name}")
        work.sources[name] = cell.source
    else:
        work.ignored.append(f"a copy of cell {name}")


def _added(source: str) -> dict[str, Any]:
    """Return a cell the learner added: its source and nothing else of it."""
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}
