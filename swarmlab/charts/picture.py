"""A finished chart: one object that is a picture, a table and a sentence, all from the same rows.

Notebooks keep the picture as an image with alternative text; feedback pages and screen readers get the sentence and
the table.  The figure stands on a white card, so that it is legible on dark pages as well, and it is closed as soon as
it is drawn: nothing is shown twice, nothing piles up in memory.
"""

import threading
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, SOFT, FAINT = "#111111", "#555555", "#d0d0d0"
ALARM, GOOD = "#D55E00", "#009E73"  # Okabe and Ito's vermillion and bluish green

STYLE: Any = {  # of Any type: matplotlib lists the names of its settings one by one
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": SOFT,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "svg.fonttype": "none",
    "hatch.linewidth": 0.6,
}

Table = list[tuple[Any, ...]]

_ONE_AT_A_TIME = threading.RLock()


@contextmanager
def styled(**more: Any) -> Iterator[None]:
    """Let matplotlib draw in our style meanwhile.  Its settings are one for all threads: others wait."""
    from matplotlib import rc_context

    with _ONE_AT_A_TIME, rc_context(STYLE | more):
        yield


def new_axes(width: float, height: float) -> "Axes":
    """Return empty Axes of a figure of its own, in inches; no window is opened and pyplot is not touched."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with styled():
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(figure)
        return figure.add_subplot()


class Chart:
    """A chart: `axes` and `figure` are matplotlib's, `table()` holds the rows drawn, `text()` says it all."""

    def __init__(self, axes: "Axes", summary: str, header: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        self.axes = axes
        self.summary = summary
        self.header = tuple(header)
        self._rows = list(rows)

    @property
    def figure(self) -> "Figure":
        """The figure of the axes, to be saved or changed."""
        return self.axes.get_figure(root=True)  # type: ignore[return-value]

    def table(self) -> Table:
        """Return the rows that were drawn, below one row of column names."""
        return [self.header, *self._rows]

    def text(self) -> str:
        """Return the chart in words: the summary, then the table in columns."""
        cells = [[str(cell) for cell in row] for row in self.table()]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in cells]
        return "\n".join([self.summary, *lines])

    def image(self, kind: str = "png") -> bytes:
        """Return the picture as "png" or "svg", without a date, so that the same rows give the same bytes."""
        out = BytesIO()
        metadata = {"Date": None} if kind == "svg" else {"Software": None}
        with styled(**{"svg.hashsalt": "swarmlab"}):
            self.figure.savefig(out, format=kind, dpi=110, metadata=metadata)
        return out.getvalue()

    def save(self, path: str) -> None:
        """Write the picture to `path`, whose ending is .png or .svg."""
        with open(path, "wb") as out:
            out.write(self.image("svg" if path.lower().endswith(".svg") else "png"))

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        words = self.text()
        data = b64encode(self.image()).decode()
        return {
            "text/html": f'<img alt="{escape(words)}" style="max-width:100%" src="data:image/png;base64,{data}">',
            "text/plain": words,
        }
