"""Statistics, the page and the tables, from records written by hand."""

import csv
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from swarmlab.errors import InvalidArgument
from swarmlab.grade import export, report
from swarmlab.grade.statistics import alike, correlation, distribution, items, misconceptions


def record(learner: str, *scores: float | None, hint: str = "", fault: str = "", **more: Any) -> dict[str, Any]:
    """Return a record of three cells worth 2, 2 and 5; `hint` is that of exercise 1.1."""
    cells = {}
    for number, (score, points) in enumerate(zip(scores, (2.0, 2.0, 5.0), strict=True), start=1):
        told = {"exercise": f"1.{number}", "hint": hint if number == 1 else "", "verdicts": []}
        cells[f"check_1_{number}"] = {
            "points": points, "score": score, "source": "journal", "report": told, "attempts": number, "seconds": 10.0,
        }  # fmt: skip
    empty = {"ignored": [], "refused": [], "limits": [], "journals": [], "sources": {}, "engine": "none"}
    return {**empty, "learner": learner, "notebook": "lesson", "fault": fault, "cells": cells, **more}


FEW = [record("ada", 2.0, 2.0, 5.0), record("ben", 2.0, 0.0, 1.0), record("cleo", 0.0, 0.0, 0.0, hint="a-container")]


def entry(score: float, *, person: bool = False, name: str = "", penalty: float = 0.0) -> dict[str, Any]:
    return {"score": score, "max_score": 9.0, "penalty": penalty, "needs_person": person, "name": name, "email": "",
            "lms_id": "", "grades": {"check_1_1": score}}  # fmt: skip


GRADES = {"ada": entry(9.0, name="Ada L."), "ben": entry(3.0, penalty=1.0), "cleo": entry(0.0, person=True)}


def table(path: Path | str, reader: Any) -> list[Any]:
    """Return the rows of a CSV file."""
    with open(path, newline="") as lines:
        return list(reader(lines))


def test_difficulty_and_discrimination():
    first, second, third = items(FEW)
    assert (first.title, first.solved, first.learners) == ("1.1 One running task, from a pinned image", 2, 3)
    assert first.mean == pytest.approx(2 / 3)
    assert second.discrimination == pytest.approx(correlation([2, 0, 0], [7, 3, 0]))
    assert (third.attempts, third.seconds) == (3.0, 10.0)


def test_a_correlation_needs_something_that_varies():
    assert correlation([1, 2, 3], [2, 4, 6]) == pytest.approx(1)
    assert correlation([1, 2, 3], [3, 2, 1]) == pytest.approx(-1)
    assert correlation([1, 1, 1], [1, 2, 3]) is None
    assert correlation([1], [1]) is None


def test_every_total_is_in_one_part():
    assert distribution([0, 0.9, 4.5, 9, 9], 9) == [1, 1, 0, 0, 0, 1, 0, 0, 0, 2]
    assert distribution([], 0) == [0] * 10


def test_beliefs_are_counted_by_exercise():
    (found,) = misconceptions(FEW)
    assert (found.belief, found.counts) == ("a service is a container", {"check_1_1": 1})


def test_a_cell_without_a_score_counts_for_nobody():
    found = items([*FEW, record("dan", None, None, None, fault="ours")])
    assert found[0].mean == pytest.approx(2 / 3)


LONG = "x = '" + "a long answer of one's own " * 15 + "'"


def test_long_answers_that_few_share_are_worth_a_look():
    others = [record(f"o{k}", 2.0, 2.0, 5.0, sources={"solve": f"{LONG} # {k}"}) for k in range(5)]
    pair = [record(name, 2.0, 2.0, 5.0, sources={"solve": f"  {LONG}\n"}) for name in ("yan", "zoe")]
    (found,) = alike([*others, *pair])
    assert (found.one, found.other) == ("yan", "zoe")
    assert alike(others) == []
    assert alike([record(n, 0.0, 0.0, 0.0, sources={"solve": "docker ps"}) for n in "ab"]) == []  # short by nature


EVIL = record("<script>x</script>", 0.0, 0.0, 0.0, fault="<b>ours</b>", ignored=["<img src=x>"])
REPORT = report.Report("a & b", [*FEW, EVIL], {**GRADES, "<script>x</script>": entry(0.0)})


def test_the_page_tells_all_and_runs_nothing():
    page = report.page(REPORT)
    assert "<script" not in page
    assert "<img" not in page
    assert "a &amp; b" in page
    assert '<p class="fault">Not judged: &lt;script&gt;x&lt;/script&gt;, lesson. &lt;b&gt;ours' in page
    assert "A person has to look at: cleo." in page
    assert "a service is a container" in page
    assert "2 of 9" in page  # ben, the penalty taken off
    assert re.search(r"default-src 'none'", page)


def test_the_notebook_shows_what_its_cells_would_show():
    notebook = nbformat.reads(report.notebook(REPORT), as_version=4)
    nbformat.validate(notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert len(cells) == 6
    for cell in cells[1:]:
        shown = eval(cell.source, {"report": REPORT})
        data = cell.outputs[0].data
        assert (data["text/plain"], data["text/html"]) == (repr(shown), shown._repr_html_())
        assert "<script" not in data["text/html"]
    by_id = {cell.id: cell.outputs[0].data["text/plain"] for cell in cells}
    assert "Not judged: <script>x</script>, lesson. <b>ours</b>" in by_id["report"]
    assert re.search(r"a service is a container +1 ", by_id["misconceptions"])
    assert re.search(r"^ben +2 of 9 +journal", by_id["learners"], re.MULTILINE)
    assert by_id["worth_a_look"].startswith("No two learners")


def test_tables_keep_to_their_form(tmp_path):
    grades = {"one": GRADES, "two": {"ada": entry(9.0, name="Ada L.")}}
    rows = table(export.export(grades, "canvas", tmp_path / "c.csv"), csv.reader)
    assert rows == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "one", "two"],
        ["    Points Possible", "", "", "", "", "9.0", "9.0"],
        ["Ada L.", "", "ada", "ada", "", "9.0", "9.0"],
        ["ben", "", "ben", "ben", "", "2.0", ""],
        ["cleo", "", "cleo", "cleo", "", "", ""],
    ]
    rows = table(export.export(grades, "moodle", tmp_path / "m.csv"), csv.reader)
    assert rows[0] == ["username", "email", "one", "two"]
    assert rows[2] == ["ben", "", "2.0", ""]
    rows = table(export.export(grades, "csv", tmp_path / "g.csv"), csv.DictReader)
    assert [row["needs_person"] for row in rows] == ["", "", "yes", ""]
    with pytest.raises(InvalidArgument, match='"pdf" is no form of export'):
        export.export(grades, "pdf", tmp_path / "x")


def test_a_name_is_no_formula(tmp_path):
    grades = {"one": {"ada": entry(1.0, name="=HYPERLINK(1)")}}
    assert "'=HYPERLINK(1)" in export.export(grades, "csv", tmp_path / "g.csv").read_text()
    sheet = tmp_path / "g.xlsx"
    export.export(grades, "xlsx", sheet)
    import openpyxl

    assert openpyxl.load_workbook(sheet).active["B2"].value == "'=HYPERLINK(1)"
