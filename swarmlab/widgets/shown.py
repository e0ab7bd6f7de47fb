"""A widget in a notebook: live where a page is, and a stored picture with its words where none is.

The picture is an output of its own, before the live one that hides it: nbviewer, GitHub, an untrusted file, a
feedback page and a notebook opened tomorrow show it.
"""

import os
from functools import cached_property
from importlib.resources import files
from typing import Any

import anywidget
from IPython import get_ipython
from IPython.display import DisplayHandle, display

from swarmlab.widgets import picture

ASSETS = files("swarmlab.widgets") / "static"
VIEW = "application/vnd.jupyter.widget-view+json"

#: While the live widget is there, its stored picture is hidden; where the model is lost, so is the widget's apology.
STYLE = (
    "<style>.jp-OutputArea:has(.swb) .swb-static{display:none}"
    ".jp-OutputArea-child:has(.swb-static)+.jp-OutputArea-child:not(:has(.swb)){display:none}</style>"
)


class Shown(anywidget.AnyWidget):
    """What shows itself both ways.  Whoever inherits says what is stored and in words."""

    _handle: DisplayHandle | None = None

    def text(self) -> str:
        """Return what is shown, in words."""
        raise NotImplementedError

    def _stored(self) -> dict[str, str]:
        """Return what is kept in the notebook (see `stored`)."""
        raise NotImplementedError

    def refresh(self, _result: object = None) -> None:
        """Bring what is shown up to date, after each cell."""
        raise NotImplementedError

    def _store(self) -> None:
        """Bring the stored picture up to date, if there is one."""
        if self._handle is not None:
            self._handle.update(self._stored(), raw=True)  # type: ignore[no-untyped-call]

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the live view and, for readers without a kernel, the picture and the words."""
        live, metadata = self._live_bundle
        return {**self._stored(), **live}, metadata

    @cached_property
    def _live_bundle(self) -> tuple[dict[str, Any], dict[str, Any]]:
        bundle: Any = super()._repr_mimebundle_() or {}
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        return {VIEW: data[VIEW]} if VIEW in data else {}, metadata

    def _ipython_display_(self) -> None:
        """Show the stored picture and, as an output of its own, the live widget that hides it."""
        shell = get_ipython()
        if shell is None:
            print(self.text())
            return
        first = self._handle is None
        self._handle = display(self._stored(), raw=True, display_id=True)  # type: ignore[no-untyped-call]
        live, metadata = self._live_bundle
        if live and "NBGRADER_EXECUTION" not in os.environ:
            display({**live, "text/html": "", "text/plain": ""}, raw=True, metadata=metadata)  # type: ignore[no-untyped-call]
        if first:
            shell.events.register("post_run_cell", self.refresh)

    def close(self) -> None:
        """Stop looking.  ipywidgets calls this also when a widget is garbage, perhaps while Python shuts down."""
        if self._handle is not None:
            self._handle = None
            get_ipython().events.unregister("post_run_cell", self.refresh)
        super().close()


def module(scripts: tuple[str, ...]) -> str:
    """Return the page's half of a widget, which is put together from `scripts`, as one ES module."""
    return "\n".join((ASSETS / name).read_text(encoding="utf-8") for name in scripts)


def stored(svg: str, words: str) -> dict[str, str]:
    """Return a still picture with its words, as a notebook keeps it."""
    return {
        "text/html": f'{STYLE}<div class="swb-static">{picture.as_image(svg, words)}</div>',
        "text/plain": words,
    }


def last_line(printed: str) -> str:
    """Return the last line that says something, as a terminal would show it after all its progress."""
    lines = [line.strip() for line in printed.replace("\r", "\n").split("\n")]
    return next((line for line in reversed(lines) if line), "")
