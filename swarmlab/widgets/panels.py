"""What stands below the board: one thing in full, a chart, a comparison; each of the moment that the board shows.

A panel is sent when it is opened, and again when what it shows has changed.  Charts take a tenth of a second to draw,
so while time runs they follow at their own pace.
"""

import time
from base64 import b64encode
from collections.abc import Iterator, Sequence
from typing import Any

from swarmlab import history, views
from swarmlab.errors import SwarmlabError
from swarmlab.widgets.feed import Message
from swarmlab.widgets.inspector import Selection, clock, details, selection
from swarmlab.widgets.stage import Stage

__all__ = ["Panels", "clock", "compared", "tasks_table"]

#: Seconds between two pictures of one chart while time runs.
CHART_EVERY = 0.6
#: Rows of a table that are sent to the page.
MOST_ROWS = 200


class Panels:
    """The open panels of one board, and what the page knows of them."""

    def __init__(self) -> None:
        self.selected: Selection | None = None
        self.chart: tuple[str, str] | None = None  # name, service
        self.other = ""  # the branch that this one is compared with
        self._seen: dict[str, object] = {}
        self._drawn_at = 0.0

    def open(self, message: dict[str, Any]) -> None:
        """Open, change or close the panel that a message of the page means."""
        if message["t"] == "select":
            self.selected = selection(message)
        elif message["t"] == "chart":
            name = str(message.get("name") or "")
            self.chart = (name, str(message.get("service") or "")) if name else None
        else:
            self.other = str(message.get("name") or "")
        self._seen.pop({"select": "details", "chart": "chart", "compare": "comparison"}[message["t"]], None)

    def news(self, stage: Stage, stages: Sequence[Stage], *, at_once: bool) -> Iterator[Message]:
        """Yield a message for each open panel that shows something else than the page does."""
        rows = len(stage.place.source.trace)
        when = stage.moment if stage.moment is not None else ("now", rows)
        if self.selected is not None and self._is_new("details", (self.selected, stage.name, when)):
            yield details(self.selected, stage.place, stage.past, stage.moment)
        if self.other:
            other = next((s for s in stages if s.name == self.other and s is not stage), None)
            if other is None:
                self.other = ""
            elif self._is_new("comparison", (stage.name, other.name, when, len(other.place.source.trace))):
                yield {"t": "v", "with": other.name, "table": [list(row) for row in _comparison(stage, other)]}
        if self.chart is not None and (at_once or time.monotonic() - self._drawn_at > CHART_EVERY):
            moment = when if stage.moment is not None else (rows, stage.now // views.SECOND // 5)
            if self._is_new("chart", (self.chart, stage.name, moment)):
                yield _chart(self.chart, stage)
                self._drawn_at = time.monotonic()

    def _is_new(self, panel: str, shows: object) -> bool:
        before = self._seen.get(panel)
        self._seen[panel] = shows
        return before != shows


def _chart(chosen: tuple[str, str], stage: Stage) -> Message:
    name, service = chosen
    message: Message = {"t": "p", "name": name, "service": service}
    if stage.place.insight is None:
        return message | {"alt": "There are no charts here."}
    try:
        with stage.place.source.lock:
            trace = stage.past.until(stage.at)
        drawn = stage.place.insight.chart(name, service, trace, stage.at)
    except SwarmlabError as error:
        return message | {"alt": str(error)}
    table = [[str(cell) for cell in row] for row in drawn.table()]
    picture = b64encode(drawn.image("svg")).decode()
    return message | {"alt": drawn.summary, "svg": picture, "table": table[: MOST_ROWS + 1]}


def compared(stage: Stage, other: Stage) -> list[tuple[str, str, str]]:
    """Return what differs between two branches at the moment that `stage` shows; the other may end before that."""
    at = stage.at
    with stage.place.source.lock:
        here = views.model(stage.past.world(at))
    with other.place.source.lock:
        there = views.model(other.past.world(min(at, other.now)))
    return [(d.what, d.here, d.there) for d in history.compare(here, there)]


def _comparison(stage: Stage, other: Stage) -> list[tuple[str, str, str]]:
    return [("WHAT", stage.name, other.name), *compared(stage, other)][: MOST_ROWS + 1]


def tasks_table(drawn: views.Model, at: int) -> list[tuple[str, ...]]:
    """Return every task of `drawn` as a row, in the order of the board, as of `at`."""
    rows: list[tuple[str, ...]] = [("NODE", "TASK", "STATE", "DESIRED", "FOR", "HEALTH", "MESSAGE")]
    columns = views.by_node(drawn)
    for i, name in [*((i, node["name"]) for i, node in views.node_order(drawn)), ("", "no node")]:
        for c in views.in_order(columns[i]):
            age = ago(at // views.SECOND - c["since"])
            rows.append((name, c["label"], c["state"], c["desired"], age, c["health"], c["note"]))
    return rows


def ago(seconds: int) -> str:
    """Return a span of time as the board writes it."""
    if seconds < 120:
        return f"{max(0, seconds)} s"
    if seconds < 7200:
        return f"{seconds // 60} min"
    return f"{seconds // 3600} h"
