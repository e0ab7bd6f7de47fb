"""What a tracer shows, in plain data: as tables, in words, and as a still picture.

The page draws the same dictionary, so a table here has the rows of a table there.
"""

from collections.abc import Sequence
from html import escape
from typing import Any

from swarmlab.views import REACHED
from swarmlab.widgets.ports import Cell, Path, Sent

Shown = dict[str, Any]
Table = list[tuple[str, ...]]

PATH_HEAD = ("#", "MS", "WHERE", "STATION", "WHAT HAPPENS")
HITS_HEAD = ("CONTAINER", "HOST", "REQUESTS")
NAMES_HEAD = ("NAME", "ASKED FROM", "SCOPE", "SERVER", "ANSWER", "WHAT IT IS")
#: So many of the containers whose turn comes later are named.
_NEXT = 4

# --- plain data -----------------------------------------------------------------------------------------------------


def path(found: Path) -> Shown:
    """Return a path as the page gets it."""
    return {**found._asdict(), "hops": [hop._asdict() | {"text": _told(hop.text, hop.next)} for hop in found.hops]}


def _told(text: str, later: Sequence[str]) -> str:
    return f"{text}; then {', '.join(later[:_NEXT])}{', …' if later[_NEXT:] else ''}" if later else text


def sent(found: Sent) -> Shown:
    """Return who answered as the page gets it."""
    return found._asdict() | {"shares": [list(share) for share in found.shares]}


def matrix(cells: Sequence[Cell]) -> Shown:
    """Return who reaches whom as the page gets it: outcomes and cells, client by client."""
    targets = list(dict.fromkeys(f"{cell.target}:{cell.port}" for cell in cells))
    found = {(cell.client, f"{cell.target}:{cell.port}"): [cell.outcome, cell.cell] for cell in cells}
    clients = dict.fromkeys(cell.client for cell in cells)
    return {"targets": targets, "rows": [[client, [found[client, target] for target in targets]] for client in clients]}


# --- tables ---------------------------------------------------------------------------------------------------------


def tables(shown: Shown) -> dict[str, Table]:
    """Return what is shown as tables, below rows of column names."""
    made: dict[str, Table] = {}
    if shown["path"]:
        made["path"] = [PATH_HEAD, *(_hop(number, hop) for number, hop in enumerate(shown["path"]["hops"], 1))]
    if shown["sent"]:
        made["hits"] = [HITS_HEAD, *((name, host, str(n)) for name, host, n in shown["sent"]["shares"])]
        if shown["sent"]["failed"]:
            made["hits"].append((f"failed: {shown['sent']['reason']}", "", str(shown["sent"]["failed"])))
    if shown["matrix"]:
        rows = [(client, *(cell for _, cell in cells)) for client, cells in shown["matrix"]["rows"]]
        made["matrix"] = [("from \\ to", *shown["matrix"]["targets"]), *rows]
    if shown["names"] is not None:
        made["names"] = [NAMES_HEAD, *(tuple(row) for row in shown["names"])]
    return made


def _hop(number: int, hop: Shown) -> tuple[str, ...]:
    where = f"{hop['host']}/{hop['container']}" if hop["container"] else hop["host"]
    return str(number), f"{hop['ms']:.1f}", where, ("" if hop["passed"] else "✕ ") + hop["station"], hop["text"]


def legend(shown: Shown) -> str:
    """Return what the glyphs of the matrix mean, those that occur."""
    outcomes = {outcome for _, cells in shown["matrix"]["rows"] for outcome, _ in cells}
    return "   ".join(f"{look.glyph} {words}" for outcome, (look, words) in REACHED.items() if outcome in outcomes)


# --- words ----------------------------------------------------------------------------------------------------------


def words(shown: Shown) -> list[str]:
    """Return what is shown, a line per fact."""
    lines = []
    if shown["typed"] and shown["typed"]["line"]:
        lines.append(f"[root@{shown['typed']['host']} ~]# {shown['typed']['line']}")
    elif shown["typed"]:
        lines.append(shown["typed"]["said"])
    if shown["path"]:
        lines.append(shown["path"]["headline"])
    for name, rows in tables(shown).items():
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines += ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in rows]
        if name == "path":
            lines += [line for line in (shown["path"]["symptom"], shown["path"]["help"]) if line]
        elif name == "matrix":
            lines.append(legend(shown))
    return lines or ["Nothing has been sent yet."]


def say_sent(shown: Shown) -> str:
    """Return what came of the requests, in a sentence or two."""
    found = shown["sent"]
    many = f"{found['requests']} request{'' if found['requests'] == 1 else 's'}"
    parts = [f"{name} answered {n}" for name, _, n in found["shares"]]
    if found["failed"]:
        parts.append(f"no answer to {found['failed']}: {found['reason']}")
    helps = " ".join(filter(None, (shown["path"]["symptom"], shown["path"]["help"]))) if found["failed"] else ""
    return f"{many}: {', '.join(parts)}. {helps}".strip()


def say_matrix(shown: Shown) -> str:
    """Return the matrix in a sentence."""
    cells = [outcome for _, row in (shown["matrix"] or {"rows": []})["rows"] for outcome, _ in row]
    counts = (f"{cells.count(outcome)} × {REACHED[outcome][1]}" for outcome in REACHED if outcome in cells)
    return f"{len(cells)} ways from a client to a target: {', '.join(counts)}." if cells else ""


def say_names(shown: Shown) -> str:
    """Return how many names are known, in a sentence."""
    rows = shown["names"] or []
    known = sum(bool(row[4][:1].isdigit()) for row in rows)
    return f"{known} of {len(rows)} names are known at {shown['client']}." if rows else ""


# --- the still picture ----------------------------------------------------------------------------------------------

WIDE, EDGE, ROW = 880, 14, 21
INK, SOFT, LINE, PAPER, GOOD, ALARM, BAR = "#1a1a1a", "#5a5a5a", "#b8b8b8", "#ffffff", "#009e73", "#d55e00", "#0072b2"


def _line(x: float, y: float, said: str, size: int = 12, ink: str = INK, more: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{ink}"{more}>{escape(said)}</text>'


def _cut(said: str, length: int) -> str:
    return said if len(said) <= length else said[: length - 1] + "…"


def svg(shown: Shown, title: str, badge: str) -> str:
    """Return the last request as one SVG document: the hops along a rail, and a bar for each who answered."""
    y: float = EDGE + 14
    parts = [
        _line(EDGE, y, title, 15, INK, ' font-weight="bold"'),
        _line(WIDE - EDGE, y, badge, 11, SOFT, ' text-anchor="end" font-style="italic"'),
    ]
    y += 26
    if not shown["path"]:
        parts.append(_line(EDGE, y, "Nothing has been sent yet."))
        y += ROW
    else:
        parts.append(_line(EDGE, y, _cut(shown["path"]["headline"], 120), 13, INK, ' font-weight="bold"'))
        y += 12
        hops = shown["path"]["hops"]
        rail = y + ROW / 2
        parts.append(f'<path d="M{EDGE + 9} {rail:g}v{ROW * (len(hops) - 1)}" stroke="{LINE}" stroke-width="2"/>')
        for row, hop in zip(tables(shown)["path"][1:], hops, strict=True):
            colour = GOOD if hop["passed"] else ALARM
            parts.append(f'<circle cx="{EDGE + 9}" cy="{y + ROW / 2:g}" r="8" fill="{PAPER}" stroke="{colour}"/>')
            glyph = row[0] if hop["passed"] else "✕"
            parts.append(_line(EDGE + 9, y + 14.5, glyph, 10, INK, ' text-anchor="middle"'))
            weight = ' font-weight="bold"' if not hop["passed"] else ""
            parts.append(_line(EDGE + 26, y + 14.5, _cut(row[2], 22), 12, SOFT))
            parts.append(_line(EDGE + 176, y + 14.5, hop["station"], 12, INK, weight))
            parts.append(_line(EDGE + 290, y + 14.5, _cut(hop["text"], 90), 12))
            y += ROW
        for said in filter(None, (shown["path"]["symptom"], shown["path"]["help"])):
            parts.append(_line(EDGE + 26, y + 14.5, _cut(said, 130), 12))
            y += ROW
    for name, host, count in tables(shown).get("hits", [])[1:]:
        wide = 360 * int(count) / max(1, shown["sent"]["requests"])
        parts.append(_line(EDGE, y + 14.5, _cut(name, 34), 12))
        parts.append(_line(EDGE + 210, y + 14.5, host, 12, SOFT))
        colour = BAR if host else ALARM
        parts.append(f'<rect x="{EDGE + 320}" y="{y + 4:g}" width="{wide:g}" height="13" rx="2" fill="{colour}"/>')
        parts.append(_line(EDGE + 328 + wide, y + 14.5, count, 12))
        y += ROW
    height = y + EDGE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDE}" height="{height:g}" viewBox="0 0 {WIDE} {height:g}" '
        'font-family="DejaVu Sans, Segoe UI, Helvetica, Arial, sans-serif">'
        f'<rect width="{WIDE}" height="{height:g}" rx="8" fill="{PAPER}"/>{"".join(parts)}</svg>'
    )
