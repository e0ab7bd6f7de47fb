"""HTML for cards and reports: works in JupyterLab, in nbgrader's feedback pages, and with style sheets stripped.

Accessible: headings, lists and words carry the meaning; a glyph and a word say what a colour says.  Text keeps the
page's own colour and background, so it is legible in light and dark; only borders are coloured, in tones that have
at least 3:1 contrast on both white and JupyterLab's dark grey and that colour-blind readers can tell apart.
Everything a learner wrote is escaped.
"""

import re
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

BOX = (
    "border:1px solid #888;border-left:6px solid {colour};border-radius:4px;"
    "padding:.6em 1em;margin:.4em 0;max-width:60em"
)
#: Rungs of a ladder that are lines to type.
TYPED = ("command", "example")
COLOURS = {"card": "#2b7bba", "met": "#1a9477", "not met": "#d9591c", "not yet": "#888888"}


class Row(NamedTuple):
    """One goal as shown: its outcome, its sentence, its points, and what to say if it is not met."""

    glyph: str
    outcome: str
    text: str
    points: str
    lines: Sequence[tuple[str, str]]


def inline(text: str) -> str:
    """Return `text` escaped, with `code` in backticks marked up and line breaks kept."""
    marked = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
    return marked.replace("\n", "<br>")


def card(title: str, points: str, task: str, goals: Sequence[tuple[str, str]], command: str) -> str:
    """Return an exercise card."""
    items = "".join(f"<li>{inline(text)} <small>({points})</small></li>" for text, points in goals)
    return (
        f'<section aria-label="{escape(title, quote=True)}" style="{BOX.format(colour=COLOURS["card"])}">'
        f"<h4>{escape(title)} <small>({escape(points)})</small></h4>"
        f"<p>{inline(task)}</p><p><strong>Goals</strong></p><ul>{items}</ul>"
        f"<p>Check with: <code>{escape(command)}</code></p></section>"
    )


def report(headline: str, title: str, passed: bool, rows: Sequence[Row], rungs: Sequence[tuple[str, str]]) -> str:
    """Return a report: a line per goal, and the hint ladder folded up."""
    items = "".join(_item(row) for row in rows)
    colour = COLOURS["met" if passed else "not met"]
    return (
        f'<section aria-label="{escape(headline, quote=True)}" style="{BOX.format(colour=colour)}">'
        f"<h4>{escape(headline)}</h4><p>{escape(title)}</p>"
        f'<ul style="list-style-type:none;padding-left:0">{items}</ul>{_ladder(rungs)}</section>'
    )


def _item(row: Row) -> str:
    said = "".join(f"<br>{escape(label)}: {inline(text)}" for label, text in row.lines)
    style = f"border-left:4px solid {COLOURS[row.outcome]};padding-left:.6em;margin:.4em 0"
    return (
        f'<li style="{style}"><span aria-hidden="true">{row.glyph}</span> <strong>{row.outcome}</strong>: '
        f'{inline(row.text)} <small style="white-space:nowrap">({escape(row.points)})</small>{said}</li>'
    )


def _ladder(rungs: Sequence[tuple[str, str]]) -> str:
    """Return the hints: the first open, each further one folded inside the one before."""
    folded = ""
    for name, text in reversed(rungs[1:]):
        body = f"<pre>{escape(text)}</pre>" if name in TYPED else f"<p>{inline(text)}</p>"
        folded = f"<details><summary>More help: {escape(name)}</summary>{body}{folded}</details>"
    return f"<p><strong>Hint</strong>: {inline(rungs[0][1])}</p>{folded}" if rungs else ""
