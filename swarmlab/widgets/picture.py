"""The still picture of a board, as SVG: what a reader sees where no kernel runs.

nbviewer, GitHub, an untrusted file, feedback pages and a notebook opened tomorrow show this.  It cannot use the
page's colours, so it stands on a white card.
"""

from base64 import b64encode
from html import escape

from swarmlab import views, wording
from swarmlab.views import Chip, Model

WIDE, GAP, ROW, EDGE = 216, 10, 22, 12
IN_A_LINE = 4  # columns beside each other
MANY = 300  # from here on tasks are squares without words, as on the board
INK, SOFT, LINE, PAPER = "#1a1a1a", "#5a5a5a", "#b8b8b8", "#ffffff"

NO_HOST: views.Box = {"name": "", "address": "", "trouble": "", "firewall": "open for the swarm"}
CHARACTERS = 27  # of the widest text that fits a column at 12 px


def _text(x: float, y: float, words: str, size: int = 12, ink: str = INK, more: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{ink}"{more}>{escape(words)}</text>'


def _short(words: str, length: int) -> str:
    return words if len(words) <= length else words[: length - 1] + "…"


def _badge(x: float, y: float, look: views.Look) -> str:
    """A state's glyph on its colour, its middle at (x, y)."""
    dash = "" if look.colour else ' stroke-dasharray="2 2"'
    return (
        f'<circle cx="{x:g}" cy="{y:g}" r="8" fill="{look.colour or PAPER}" stroke="{INK}" stroke-width="0.8"{dash}/>'
        + _text(x, y + 4, look.glyph, 11, "#000", ' text-anchor="middle"')
    )


def _chip(x: float, y: float, chip: Chip, hue: str) -> str:
    ended = views.look(chip["state"]).ended
    words = chip["state"] if chip["desired"] in (chip["state"], "") or ended else f"{chip['state']} → {chip['desired']}"
    dash = ' stroke-dasharray="3 2"' if ended else ""
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{WIDE - 16}" height="{ROW - 3}" rx="4" fill="{PAPER}" stroke="{LINE}"'
        f"{dash}/>"
        f'<rect x="{x:g}" y="{y:g}" width="4" height="{ROW - 3}" rx="2" fill="{hue}"/>'
        + _badge(x + 15, y + 9.5, views.look(chip["state"]))
        + _text(x + 28, y + 13.5, _short(chip["label"], 15), 12, SOFT if ended else INK)
        + _text(x + WIDE - 21, y + 13.5, words, 10, SOFT, ' text-anchor="end"')
    )


def _chips(x: float, y: float, chips: list[Chip], hues: dict[str, str], tiny: bool) -> tuple[list[str], float]:
    """Draw the tasks of a column from (x, y) on; return the parts and where they end."""
    if tiny:
        a_line = (WIDE - 16) // 13
        parts = [
            f'<rect x="{x + 13 * (i % a_line):g}" y="{y + 13 * (i // a_line):g}" width="11" height="11" '
            f'fill="{views.look(c["state"]).colour or PAPER}" stroke="{INK}" stroke-width="0.6"/>'
            for i, c in enumerate(chips)
        ]
        return parts, y + 13 * -(-len(chips) // a_line)
    parts = [_chip(x, y + ROW * i, c, hues.get(c["service"], LINE)) for i, c in enumerate(chips)]
    return parts, y + ROW * len(chips)


def svg(drawn: Model, title: str = "", badge: str = "") -> str:
    """Return the picture of `drawn` as one SVG document."""
    chips = {
        node_id: [one for one in views.in_order(pairs) if one["old"] < 2]
        for node_id, pairs in views.by_node(drawn).items()
    }
    hues = {row["name"]: row["hue"] for row in drawn["services"].values()}
    nodes = views.node_order(drawn)
    tiny = len(drawn["tasks"]) > MANY
    across = max(2, min(IN_A_LINE, len(nodes)))
    width = EDGE + across * (WIDE + GAP) - GAP + EDGE
    y: float = EDGE
    parts: list[str] = []
    if title or badge:
        parts.append(_text(EDGE, y + 14, title, 15, INK, ' font-weight="bold"'))
        parts.append(_text(width - EDGE, y + 14, badge, 11, SOFT, ' text-anchor="end" font-style="italic"'))
        y += 26
    for row in views.service_order(drawn):
        parts.append(f'<rect x="{EDGE}" y="{y + 2:g}" width="12" height="12" rx="2" fill="{row["hue"]}"/>')
        parts.append(_text(EDGE + 20, y + 12.5, _short(wording.say_service(row), across * 34), 12))
        y += 20
    y += 6
    for start in range(0, len(nodes), across):
        bottom = y
        tops = []
        for place, (node_id, node) in enumerate(nodes[start : start + across]):
            x = EDGE + place * (WIDE + GAP)
            tops.append((x, node["availability"] != "active" or node["state"] != "ready"))
            star = "★ " if node["leader"] else ""
            role = wording.say_role(node)
            parts.append(_text(x + 8, y + 20, star + _short(node["name"], CHARACTERS), 13, INK, ' font-weight="bold"'))
            parts.append(_text(x + 8, y + 36, _short(f"{role} · {node['addr']}", 36), 11, SOFT))
            parts.append(_badge(x + 16, y + 50, views.NODE_LOOKS.get(node["state"], views.UNKNOWN)))
            parts.append(_text(x + 29, y + 54, f"{node['state']} · {node['availability']}", 11))
            facts = [wording.say_room(node), *wording.say_box(drawn["hosts"].get(node["name"], NO_HOST))]
            for line, fact in enumerate(filter(None, facts)):
                parts.append(_text(x + 8, y + 72 + 15 * line, _short(fact, 36), 11, SOFT))
            top = y + 66 + 15 * len(list(filter(None, facts)))
            drawn_chips, end = _chips(x + 8, top, chips.get(node_id, []), hues, tiny)
            parts += drawn_chips
            bottom = max(bottom, end + 8, top + 12)
        for x, closed in tops:
            fill = "#f1f1f1" if closed else "none"
            frame = f'<rect x="{x:g}" y="{y:g}" width="{WIDE}" height="{bottom - y:g}" rx="6" fill="{fill}" '
            parts.insert(0, frame + f'stroke="{LINE}"/>')
        y = bottom + GAP
    if chips.get(""):
        parts.append(_text(EDGE, y + 12, "On no node:", 12, INK, ' font-weight="bold"'))
        drawn_chips, y = _chips(EDGE, y + 20, chips[""], hues, tiny)
        parts += drawn_chips
    for host in views.loose(drawn):
        words = "; ".join((f"{host['name']} ({host['address']}) is not in a swarm", *wording.say_box(host)))
        parts.append(_text(EDGE, y + 14, words, 12))
        y += 20
    if not nodes:
        parts.append(_text(EDGE, y + 14, wording.summary(drawn), 13))
        y += 26
    height = y + EDGE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}" font-family="DejaVu Sans, Segoe UI, Helvetica, Arial, sans-serif">'
        f'<rect width="{width:g}" height="{height:g}" rx="8" fill="{PAPER}"/>{"".join(parts)}</svg>'
    )


def as_image(picture: str, alt: str) -> str:
    """Return an ``<img>`` that holds an SVG document, with `alt` for those who cannot see it."""
    data = b64encode(picture.encode()).decode()
    return f'<img alt="{escape(alt)}" style="max-width:100%" src="data:image/svg+xml;base64,{data}">'
