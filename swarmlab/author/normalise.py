"""One way to write a notebook down, so that a change of the file is a change of the lesson.

JupyterLab leaves outputs, counters, random cell ids and its own settings in a notebook.  None of them belongs to the
lesson.  `normalise` takes them out; `text` writes what is left, keys sorted, always the same.
"""

import json
import re
from typing import Any

from nbformat import NotebookNode

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE = {"name": "python", "pygments_lexer": "ipython3"}
#: Metadata of a cell that belong to the lesson.
KEPT = ("nbgrader", "tags")
#: What JupyterLab (a UUID) and nbformat (8 hex digits) make up.
MADE_UP = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}-.*)?")


def normalise(notebook: NotebookNode) -> NotebookNode:
    """Return a copy of `notebook` with nothing in it but the lesson.  Doing it twice changes nothing."""
    cells = [_cell(cell) for cell in notebook.cells]
    _name(cells)
    metadata = {"kernelspec": KERNEL, "language_info": LANGUAGE}
    return node({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def text(notebook: NotebookNode) -> str:
    """Return the file's text: sorted keys, one space of indent, a newline at the end, as nbformat writes it."""
    lines = json.loads(json.dumps(notebook))
    for cell in lines["cells"]:
        cell["source"] = cell["source"].splitlines(keepends=True)
    return json.dumps(lines, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def node(data: dict[str, Any]) -> NotebookNode:
    """Return plain dicts as nbformat's nodes, not shared with `data`."""
    from nbformat import from_dict

    made: NotebookNode = from_dict(json.loads(json.dumps(data)))  # type: ignore[no-untyped-call]
    return made


def _cell(cell: NotebookNode) -> dict[str, Any]:
    kept = {key: cell.metadata[key] for key in KEPT if cell.metadata.get(key)}
    lines = "\n".join(line.rstrip() for line in cell.source.strip("\n").split("\n"))
    made = {"cell_type": cell.cell_type, "id": cell.get("id", ""), "metadata": kept, "source": lines}
    if cell.cell_type == "code":
        made |= {"execution_count": None, "outputs": []}
    return made


def _name(cells: list[dict[str, Any]]) -> None:
    """Give every cell an id made of words: its grade id, the author's own, or its first words; all different."""
    used: dict[str, int] = {}
    for cell in cells:
        own = cell["metadata"].get("nbgrader", {}).get("grade_id") or cell["id"]
        if not own or MADE_UP.fullmatch(own):
            own = "_".join(re.findall(r"[a-z]+", cell["source"].lower())[:4]) or "cell"
        own = own[:60]
        used[own] = used.get(own, 0) + 1
        cell["id"] = own if used[own] == 1 else f"{own}_{used[own]}"
