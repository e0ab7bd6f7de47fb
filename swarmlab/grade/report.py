"""The report on an assignment for its instructor: one HTML file that needs nothing else, readable without colours."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from swarmlab.grade.records import Record
from swarmlab.grade.statistics import Item, alike, distribution, items, misconceptions

STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:70em;margin:2em auto;padding:0 1em;color:#222;background:#fff}
table{border-collapse:collapse;margin:.5em 0 1.5em}th,td{border:1px solid #bbb;padding:.3em .6em;text-align:left}
td.n,th.n{text-align:right}.fault{background:#fdd;border-left:6px solid #b00;padding:.4em .8em;margin:.3em 0}
.bar{background:#2b7bba;height:1em;display:inline-block;vertical-align:middle}.note{color:#555}
@media(prefers-color-scheme:dark){body{color:#ddd;background:#1b1b1b}th,td{border-color:#555}.note{color:#aaa}
.fault{background:#511}}
"""


def page(assignment: str, records: Sequence[Record], grades: Mapping[str, Mapping[str, Any]], when: str) -> str:
    """Return the page.  `grades`: the gradebook's, by learner (`Book.grades`); `when`: the time of the report."""
    most = max((entry["max_score"] for entry in grades.values()), default=0.0)
    totals = [entry["score"] for entry in grades.values()]
    faults = [record for record in records if record["fault"]]
    parts = [
        f"<h1>{escape(assignment)}</h1>",
        f'<p class="note">{len(grades)} learners, {when}. Cells ran in: {escape(_engines(records))}.</p>',
        *(_fault(record) for record in faults),
        *_waiting(grades),
        "<h2>Distribution</h2>",
        _distribution(totals, most),
        "<h2>Exercises</h2>",
        '<p class="note">Difficulty is the mean share of the points: 1 is easy. Discrimination is how well an exercise '
        "goes with the rest of the total: near 1 is good, below 0 deserves a look. Times are the lab's own.</p>",
        _exercises(items(records)),
        "<h2>Misconceptions</h2>",
        _misconceptions(records),
        "<h2>Learners</h2>",
        _learners(records, grades),
        "<h2>Worth a look</h2>",
        _alike(records),
    ]
    head = f'<meta charset="utf-8"><title>{escape(assignment)}</title><style>{STYLE}</style>'
    policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    return f'<!doctype html><html lang="en"><head>{policy}{head}</head><body>{"".join(parts)}</body></html>\n'


def _engines(records: Sequence[Record]) -> str:
    names = sorted({record["engine"] for record in records} - {"none"})
    recorded = sum(record["engine"] == "none" for record in records)
    return (
        "; ".join([*names, *([f"none for {recorded} (recorded sessions and texts alone)"] if recorded else [])])
        or "none"
    )


def _fault(record: Record) -> str:
    where = f"{record['learner']}, {record['notebook']}"
    return f'<p class="fault"><strong>Not judged: {escape(where)}.</strong> {escape(record["fault"])}</p>'


def _waiting(grades: Mapping[str, Mapping[str, Any]]) -> Iterable[str]:
    waiting = [learner for learner, entry in grades.items() if entry["needs_person"]]
    if waiting:
        yield f"<p>A person has to look at: {escape(', '.join(waiting))}.</p>"


def _distribution(totals: Sequence[float], most: float) -> str:
    counts = distribution(totals, most)
    widest = max(counts, default=0) or 1
    rows = [
        [f"{most * k / 10:g} to {most * (k + 1) / 10:g}", str(count), _bar(count / widest)]
        for k, count in enumerate(counts)
    ]
    return table(["points", "learners", ""], rows)


def _bar(share: float) -> str:
    return f'<span class="bar" style="width:{12 * share:.2f}em" aria-hidden="true"></span>'


def _exercises(found: Sequence[Item]) -> str:
    rows = [
        [
            escape(item.title),
            f"{item.points:g}",
            f"{item.solved} of {item.learners}",
            f"{item.mean:.2f} {_bar(item.mean)}",
            _number(item.discrimination, ".2f"),
            _number(item.attempts, ".1f"),
            _number(item.seconds, ".0f", " s"),
        ]
        for item in found
    ]
    return table(["exercise", "points", "solved", "difficulty", "discrimination", "attempts", "time"], rows)


def _number(value: float | None, form: str, unit: str = "") -> str:
    return "–" if value is None else f"{value:{form}}{unit}"


def _misconceptions(records: Sequence[Record]) -> str:
    found = misconceptions(records)
    names = [item.name for item in items(records)]
    if not found:
        return "<p>None was recognised.</p>"
    most = max(max(each.counts.values()) for each in found)
    rows = []
    for each in found:
        cells = [_heat(each.counts.get(name, 0), most) for name in names]
        rows.append([escape(each.belief), *cells, str(sum(each.counts.values()))])
    return table(["belief", *map(escape, names), "all"], rows)


def _heat(count: int, most: int) -> str:
    """Return a number with a mark that grows with it."""
    return f"{count} {_bar(count / most / 4)}" if count else "0"


def _learners(records: Sequence[Record], grades: Mapping[str, Mapping[str, Any]]) -> str:
    notes: dict[str, list[str]] = {}
    sources: dict[str, set[str]] = {}
    for record in records:
        kept = notes.setdefault(record["learner"], [])
        kept += [
            *(["NOT JUDGED: " + record["fault"]] if record["fault"] else []),
            *record["limits"],
            *record["refused"],
        ]
        kept += record["ignored"]
        sources.setdefault(record["learner"], set()).update(cell["source"] for cell in record["cells"].values())
    rows = []
    for learner, entry in grades.items():
        said = notes.get(learner, [])
        judged = ", ".join(sorted(sources.get(learner, set()) - {""})) or "nothing"
        rows.append(
            [
                escape(learner),
                f"{entry['score'] - entry['penalty']:g} of {entry['max_score']:g}",
                escape(judged),
                "<br>".join(escape(note) for note in said[:12]),
            ]
        )
    return table(["learner", "points", "judged by", "notes"], rows)


def _alike(records: Sequence[Record]) -> str:
    pairs = alike(records)
    if not pairs:
        return "<p>No two learners handed in work that only they have in common.</p>"
    rows = [[escape(p.one), escape(p.other), f"{p.share:.0%}", escape(p.why)] for p in pairs[:50]]
    said = '<p class="note">Alike is not copied: pairs may have worked together, as they were told to.</p>'
    return said + table(["learner", "learner", "alike", "why"], rows)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table of cells that are HTML already."""
    top = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
