"""The report on an assignment for its instructor: one HTML file that needs nothing else, and a notebook.

Both hold the same sections, readable without colours.  The notebook's cells come with what they show, and can be run
to bring it up to date: they read records and the gradebook, and run nothing that a learner wrote.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from swarmlab.grade.book import Book
from swarmlab.grade.course import Course
from swarmlab.grade.records import Record, records
from swarmlab.grade.statistics import alike, distribution, items, misconceptions

STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:70em;margin:2em auto;padding:0 1em;color:#222;background:#fff}
table{border-collapse:collapse;margin:.5em 0 1.5em}th,td{border:1px solid #bbb;padding:.3em .6em;text-align:left}
.fault{background:#fdd;border-left:6px solid #b00;padding:.4em .8em;margin:.3em 0}
.bar{background:#2b7bba;height:1em;display:inline-block;vertical-align:middle}.note{color:#555}
@media(prefers-color-scheme:dark){body{color:#ddd;background:#1b1b1b}th,td{border-color:#555}.note{color:#aaa}
.fault{background:#511}}
"""
#: Method of `Report` → heading, and what to know about it.
SECTIONS = {
    "distribution": ("Distribution", ""),
    "exercises": (
        "Exercises",
        "Difficulty is the mean share of the points: 1 is easy. Discrimination is how well an exercise goes with the "
        "rest of the total: near 1 is good, below 0 deserves a look. Times are the lab's own.",
    ),
    "misconceptions": ("Misconceptions", "How many learners' mistakes fit which belief, by exercise."),
    "learners": ("Learners", ""),
    "worth_a_look": ("Worth a look", "Alike is not copied: pairs may have worked together, as they were told to."),
}


class Cell(NamedTuple):
    """A cell of a table: text, and a bar beside it that is so long."""

    text: str
    bar: float = 0.0  # 0 to 1


Row = Sequence[str | Cell]


class Table:
    """A table that shows itself as HTML and as text; where it has no rows, a sentence."""

    def __init__(self, head: Sequence[str], rows: Sequence[Row], *, empty: str = "Nothing.") -> None:
        self.head = list(head)
        self.rows = [[each if isinstance(each, Cell) else Cell(each) for each in row] for row in rows]
        self._empty = empty

    def _repr_html_(self) -> str:
        if not self.rows:
            return f"<p>{escape(self._empty)}</p>"
        top = "".join(f'<th scope="col">{escape(name)}</th>' for name in self.head)
        body = "".join(f"<tr>{''.join(f'<td>{_cell(cell)}</td>' for cell in row)}</tr>" for row in self.rows)
        return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"

    def __repr__(self) -> str:
        if not self.rows:
            return self._empty
        lines = [self.head, *([cell.text.replace("\n", "; ") for cell in row] for row in self.rows)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        return "\n".join("  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in lines)


def _cell(cell: Cell) -> str:
    bar = f' <span class="bar" style="width:{12 * cell.bar:.2f}em" aria-hidden="true"></span>' if cell.bar else ""
    return escape(cell.text).replace("\n", "<br>") + bar


class Report:
    """What there is to say about an assignment.  It shows itself as its first lines; sections are tables."""

    def __init__(self, assignment: str, records: Sequence[Record], grades: Mapping[str, Mapping[str, Any]]) -> None:
        """`grades`: the gradebook's, by learner (`Book.grades`)."""
        self.assignment, self._records, self._grades = assignment, records, grades

    @classmethod
    def of(cls, root: str | Path, assignment: str) -> "Report":
        """Return the report on an assignment of the course in the folder `root`.  Raises NotFound."""
        course = Course(Path(root))
        course.notebooks(assignment)
        with Book(course) as book:
            book.must_know(assignment)
            return cls(assignment, records(course, assignment), book.grades(assignment))

    def _lines(self) -> Iterator[tuple[str, str]]:
        """Yield kind and text of what to know first."""
        yield "note", f"{len(self._grades)} learners. Cells ran in: {_engines(self._records)}."
        for record in self._records:
            if record["fault"]:
                yield "fault", f"Not judged: {record['learner']}, {record['notebook']}. {record['fault']}"
        waiting = [learner for learner, entry in self._grades.items() if entry["needs_person"]]
        if waiting:
            yield "", f"A person has to look at: {', '.join(waiting)}."

    def _repr_html_(self) -> str:
        return "".join(f'<p class="{kind}">{escape(text)}</p>' for kind, text in self._lines())

    def __repr__(self) -> str:
        return "\n".join(text for _, text in self._lines())

    # --- sections -------------------------------------------------------------------------------------

    def distribution(self) -> Table:
        """How many learners have how many points."""
        most = max((entry["max_score"] for entry in self._grades.values()), default=0.0)
        counts = distribution([entry["score"] for entry in self._grades.values()], most)
        widest = max(counts) or 1
        rows: list[Row] = [
            (f"{most * k / 10:g} to {most * (k + 1) / 10:g}", Cell(str(count), count / widest))
            for k, count in enumerate(counts)
        ]
        return Table(["points", "learners"], rows)

    def exercises(self) -> Table:
        """How hard each graded cell was, and what it told."""
        rows: list[Row] = [
            (
                item.title,
                f"{item.points:g}",
                f"{item.solved} of {item.learners}",
                Cell(f"{item.mean:.2f}", item.mean),
                _number(item.discrimination, ".2f"),
                _number(item.attempts, ".1f"),
                _number(item.seconds, ".0f", " s"),
            )
            for item in items(self._records)
        ]
        head = ["exercise", "points", "solved", "difficulty", "discrimination", "attempts", "time"]
        return Table(head, rows, empty="Nothing was judged yet.")

    def misconceptions(self) -> Table:
        """Which beliefs lie behind the mistakes, by exercise."""
        found = misconceptions(self._records)
        names = [item.name for item in items(self._records)]
        most = max((count for each in found for count in each.counts.values()), default=1)
        rows: list[Row] = [
            (each.belief, *(_heat(each.counts.get(name, 0), most) for name in names), str(sum(each.counts.values())))
            for each in found
        ]
        return Table(["belief", *names, "all"], rows, empty="None was recognised.")

    def learners(self) -> Table:
        """Everybody's points, what they were judged by, and what there is to know about it."""
        notes: dict[str, list[str]] = {}
        sources: dict[str, set[str]] = {}
        for record in self._records:
            said = notes.setdefault(record["learner"], [])
            said += [f"NOT JUDGED: {record['fault']}"] if record["fault"] else []
            said += [*record["limits"], *record["refused"], *record["ignored"]]
            sources.setdefault(record["learner"], set()).update(cell["source"] for cell in record["cells"].values())
        rows = [
            (
                learner,
                f"{entry['score'] - entry['penalty']:g} of {entry['max_score']:g}",
                ", ".join(sorted(sources.get(learner, set()) - {""})) or "nothing",
                "\n".join(notes.get(learner, [])[:12]),
            )
            for learner, entry in self._grades.items()
        ]
        return Table(["learner", "points", "judged by", "notes"], rows, empty="Nobody has handed in anything.")

    def worth_a_look(self) -> Table:
        """Pairs of learners whose work only few have in common."""
        rows = [(pair.one, pair.other, f"{pair.share:.0%}", pair.why) for pair in alike(self._records)[:50]]
        none = "No two learners handed in work that only they have in common."
        return Table(["learner", "learner", "alike", "why"], rows, empty=none)


def _engines(records: Sequence[Record]) -> str:
    names = sorted({record["engine"] for record in records} - {"none"})
    recorded = sum(record["engine"] == "none" for record in records)
    alone = [f"none for {recorded} (recorded sessions and texts alone)"] if recorded else []
    return "; ".join([*names, *alone]) or "none"


def _number(value: float | None, form: str, unit: str = "") -> str:
    return "–" if value is None else f"{value:{form}}{unit}"


def _heat(count: int, most: int) -> Cell:
    """Return a number with a mark that grows with it."""
    return Cell(str(count), count / most / 4)


def page(report: Report) -> str:
    """Return the report as a page."""
    parts = [f"<h1>{escape(report.assignment)}</h1>", f'<p class="note">{_now()}</p>', report._repr_html_()]
    for name, (heading, note) in SECTIONS.items():
        about = f'<p class="note">{escape(note)}</p>' if note else ""
        parts.append(f"<h2>{heading}</h2>{about}{getattr(report, name)()._repr_html_()}")
    head = f'<meta charset="utf-8"><title>{escape(report.assignment)}</title><style>{STYLE}</style>'
    policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    return f'<!doctype html><html lang="en"><head>{policy}{head}</head><body>{"".join(parts)}</body></html>\n'


def notebook(report: Report) -> str:
    """Return the report as a notebook, for the folder ``reports`` of the course."""
    begin = (
        f'from swarmlab.grade.report import Report\n\nreport = Report.of("..", {json.dumps(report.assignment)})\nreport'
    )
    cells = [
        _text(
            "title",
            f"# {report.assignment}\n\n{_now()}. Run all cells to bring it up to date: they read the records in "
            "`judged/` and the gradebook, and run nothing that a learner wrote.",
        ),
        _shown("report", begin, report, 1),
    ]
    for number, (name, (heading, note)) in enumerate(SECTIONS.items(), start=2):
        cells.append(_text(f"about_{name}", f"## {heading}\n\n{note}".strip()))
        cells.append(_shown(name, f"report.{name}()", getattr(report, name)(), number))
    spec = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    made = {"cells": cells, "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def _text(name: str, source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": source}


def _shown(name: str, source: str, value: Report | Table, number: int) -> dict[str, Any]:
    """Return a code cell with what it shows."""
    data = {"text/plain": repr(value), "text/html": value._repr_html_()}
    output = {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": number}
    return {
        "cell_type": "code", "id": name, "metadata": {}, "source": source, "execution_count": number,
        "outputs": [output],
    }  # fmt: skip


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
