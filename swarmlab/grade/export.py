"""Grades in the forms that other programs read: CSV, XLSX, Canvas, Moodle.

Cells that a spreadsheet would take for a formula are written as text: names come from outside.
"""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from swarmlab.errors import InvalidArgument

Grades = Mapping[str, Mapping[str, Any]]  # of one assignment, by learner (`Book.grades`)
Rows = list[list[Any]]


def csv_rows(grades: Mapping[str, Grades]) -> Rows:
    """Return one row for each learner and assignment, with every cell's points."""
    names = [f"{a}/{name}" for a, entries in grades.items() for name in _cells(entries)]
    rows: Rows = [["learner", "name", "email", "assignment", "score", "penalty", "max_score", "needs_person", *names]]
    for assignment, entries in grades.items():
        for learner, entry in entries.items():
            known = {f"{assignment}/{name}": points for name, points in entry["grades"].items()}
            points = [known.get(name, "") for name in names]
            rows.append([learner, entry["name"], entry["email"], assignment, total(entry), entry["penalty"],
                         entry["max_score"], "yes" if entry["needs_person"] else "", *points])  # fmt: skip
    return rows


def canvas_rows(grades: Mapping[str, Grades]) -> Rows:
    """Return what Canvas imports: its five columns, one for each assignment, and the line of possible points."""
    most = {a: max((entry["max_score"] for entry in entries.values()), default=0.0) for a, entries in grades.items()}
    rows: Rows = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *grades]]
    rows.append(["    Points Possible", "", "", "", "", *most.values()])
    for learner, entry in _learners(grades).items():
        points = [total(grades[a][learner]) if _is_done(grades[a], learner) else "" for a in grades]
        rows.append([entry["name"] or learner, entry["lms_id"], learner, learner, "", *points])
    return rows


def moodle_rows(grades: Mapping[str, Grades]) -> Rows:
    """Return what Moodle's grade import maps by username or email: one column for each assignment."""
    rows: Rows = [["username", "email", *grades]]
    for learner, entry in _learners(grades).items():
        points = [total(grades[a][learner]) if _is_done(grades[a], learner) else "" for a in grades]
        rows.append([learner, entry["email"], *points])
    return rows


def _learners(grades: Mapping[str, Grades]) -> dict[str, Mapping[str, Any]]:
    return {learner: entry for entries in grades.values() for learner, entry in sorted(entries.items())}


def _cells(entries: Grades) -> list[str]:
    return list(dict.fromkeys(name for entry in entries.values() for name in entry["grades"]))


def _is_done(entries: Grades, learner: str) -> bool:
    """Whether there is a final number: one that still waits for a person is left open, not reported as what it is."""
    return learner in entries and not entries[learner]["needs_person"]


def total(entry: Mapping[str, Any]) -> float:
    """Return the points of a submission, late penalty off."""
    return float(max(0.0, entry["score"] - entry["penalty"]))


FORMS: dict[str, Callable[[Mapping[str, Grades]], Rows]] = {
    "csv": csv_rows,
    "xlsx": csv_rows,
    "canvas": canvas_rows,
    "moodle": moodle_rows,
}


def export(grades: Mapping[str, Grades], form: str, to: Path) -> Path:
    """Write the grades of several assignments to a file and return it.  Raises InvalidArgument for an unknown form."""
    if form not in FORMS:
        raise InvalidArgument(f'"{form}" is no form of export; there are: {", ".join(FORMS)}')
    rows = [[_safe(value) for value in row] for row in FORMS[form](grades)]
    to.parent.mkdir(parents=True, exist_ok=True)
    if form == "xlsx":
        write_xlsx(rows, to)
    else:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        to.write_text(text.getvalue(), encoding="utf-8")
    return to


def write_xlsx(rows: Sequence[Sequence[Any]], to: Path) -> None:
    """Write a spreadsheet with one sheet."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    sheet = book.active
    sheet.title = "grades"
    for row in rows:
        sheet.append(list(row))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "B2"
    book.save(to)


def _safe(value: Any) -> Any:
    """Return text that begins like a formula with an apostrophe before it."""
    text = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{value}" if text else value
