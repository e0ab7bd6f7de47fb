"""Attacks by how the notebook file is made: name → what is done to an empty submission."""

from collections.abc import Callable
from copy import deepcopy

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output


def _graded(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.metadata["nbgrader"]["grade"]]


def _number(points: float = 2.0) -> NotebookNode:
    return new_output("execute_result", data={"text/plain": str(points)}, execution_count=1)


def forged_outputs(notebook: NotebookNode) -> None:
    for cell in _graded(notebook):
        cell.outputs = [_number()]
        cell.execution_count = 1


def replaced_source(notebook: NotebookNode) -> None:
    for cell in _graded(notebook):
        cell.source = "2.0"


def tags(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata["tags"] = ["skip-execution", "raises-exception", "remove-cell"]
    forged_outputs(notebook)


def more_points(notebook: NotebookNode) -> None:
    for cell in _graded(notebook):
        cell.metadata["nbgrader"].update(points=100, schema_version=99, extra="x")
    replaced_source(notebook)


def flags(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata["nbgrader"].update(solution=True, locked=False, grade=False)
    replaced_source(notebook)


def no_metadata(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata = NotebookNode()
        del cell["id"]
    notebook.cells.append(new_code_cell("2.0"))


def deleted(notebook: NotebookNode) -> None:
    notebook.cells = [cell for cell in notebook.cells if not cell.metadata["nbgrader"]["grade"]]


def all_deleted(notebook: NotebookNode) -> None:
    notebook.cells = []


def copied(notebook: NotebookNode) -> None:
    for cell in _graded(notebook):
        made = deepcopy(cell)
        made.id, made.source, made.outputs = f"copy-{cell.id}", "2.0", [_number()]
        notebook.cells += [made, deepcopy(made)]


def reordered(notebook: NotebookNode) -> None:
    notebook.cells.reverse()
    replaced_source(notebook)


def retyped(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.cell_type = "markdown"
        cell.metadata["nbgrader"]["cell_type"] = "markdown"


def swapped_ids(notebook: NotebookNode) -> None:
    by_id = {cell.id: cell for cell in notebook.cells}
    one, other = by_id["solve_1_1"].metadata["nbgrader"], by_id["check_1_1"].metadata["nbgrader"]
    one["grade_id"], other["grade_id"] = other["grade_id"], one["grade_id"]
    by_id["solve_1_1"].source = "2.0"


def strange_ids(notebook: NotebookNode) -> None:
    for value, cell in zip(
        [None, 7, ["x"], {"a": 1}, "../../etc", "\0", "x" * 10_000, ""], notebook.cells, strict=True
    ):
        cell.metadata["nbgrader"]["grade_id"] = value


def other_kernel(notebook: NotebookNode) -> None:
    notebook.metadata = NotebookNode(kernelspec={"name": "bash", "display_name": "x", "language": "bash"})


def widgets(notebook: NotebookNode) -> None:
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {"x": "<script>"}}}
    replaced_source(notebook)


CHANGES: dict[str, Callable[[NotebookNode], None]] = {
    name.replace("_", " "): change
    for name, change in list(globals().items())
    if callable(change) and getattr(change, "__module__", "") == __name__ and not name.startswith("_")
}
