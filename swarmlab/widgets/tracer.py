"""The request tracer: send one request or a hundred, see the way, who answers, who reaches whom, what names mean.

What a click sends is typed at a shell of the lab, and shown.  The way is that of the next request, told before it is
typed; who answered is what the lab saw.  All that the page draws stands in one dictionary, `shown`; the words, the
tables and the stored picture are made of the same.
"""

import threading
from collections.abc import Callable
from typing import Any

import traitlets

from swarmlab.errors import SwarmlabError
from swarmlab.views import REACHED
from swarmlab.widgets import way
from swarmlab.widgets.ports import Probe, Prompt
from swarmlab.widgets.shown import ASSETS, Shown, last_line, module, stored

#: The page's half.  It shares its tools with the board.
SCRIPTS = ("dom.js", "motion.js", "keys.js", "hops.js", "tracer.js")
STYLES = ("board.css", "tracer.css")
#: How many requests can be sent at once.
TIMES = (1, 100)
NOTHING: dict[str, Any] = {
    "number": 0, "client": "", "target": "", "typed": None, "path": None, "sent": None, "matrix": None, "names": None,
    "asked": "", "say": "",
}  # fmt: skip


class Tracer(Shown):
    """Sends requests with `probe` and shows what comes of them.

    In Jupyter it shows itself; `text` says the same in words, `tables` in rows.
    """

    _esm = module(SCRIPTS)
    _css = "\n".join((ASSETS / name).read_text(encoding="utf-8") for name in STYLES)
    lists = traitlets.Dict().tag(sync=True)  # from where and what can be asked
    shown = traitlets.Dict().tag(sync=True)  # all that is drawn; replaced, never changed

    def __init__(self, probe: Probe, *, title: str = "Request tracer", badge: str = "simulated swarm") -> None:
        self._probe = probe
        self._title = title
        self._badge = badge
        self._mutex = threading.RLock()
        super().__init__()
        self._look_around()
        self.shown = {**NOTHING, "client": next(iter(self.lists["places"]), ""), "target": self._first_target()}
        self.on_msg(self._hear)

    def _first_target(self) -> str:
        return next(iter(self.lists["targets"]), "")

    # What a reader gets.

    def text(self) -> str:
        """Return what is shown, in words."""
        return "\n".join([f"{self._title} ({self._badge})", *way.words(self.shown)])

    def tables(self) -> dict[str, list[tuple[str, ...]]]:
        """Return what is shown as tables below rows of column names: "path", "hits", "matrix" and "names"."""
        return way.tables(self.shown)

    def svg(self) -> str:
        """Return the still picture of the last request, an SVG document."""
        return way.svg(self.shown, self._title, self._badge)

    def _stored(self) -> dict[str, str]:
        return stored(self.svg(), self.text())

    def refresh(self, _result: object = None) -> None:
        """After each cell: there may be other places, names and ways."""
        with self._mutex:
            self._look_around()
            self._say({})
        self._store()

    # What can be done.

    def send(self, client: str, target: str, times: int = 1) -> None:
        """Send `times` requests for `target` ("web:80", "192.168.1.13:8080/path", "8080") from a host or container.

        Raises NotFound and InvalidArgument for what cannot be asked.
        """
        with self._mutex:
            self._say({"client": client, "target": target})
            prompt = self._probe.request(client, target, times)
            path = way.path(self._probe.path(client, target))
            number = self.shown["number"] + 1
            self._say({"typed": _typed(prompt), "path": path, "sent": None, "number": number})
            code, printed, sent = self._probe.send(prompt, times)
            self._look_around()
            self._say({"typed": _typed(prompt, code, printed), "sent": way.sent(sent)}, way.say_sent)
        self._store()

    def reach(self, show: bool = True) -> None:
        """Show who reaches whom, or no longer."""
        with self._mutex:
            self._say({"matrix": {} if show else None}, way.say_matrix)
        self._store()

    def names(self, show: bool = True) -> None:
        """Show what names mean at the place that is chosen, or no longer."""
        with self._mutex:
            self._say({"names": [] if show else None}, way.say_names)
        self._store()

    def ask(self, client: str, name: str) -> None:
        """Ask the name server of a host or container for `name`, and show what it knows.

        Raises NotFound and InvalidArgument for what cannot be asked.
        """
        with self._mutex:
            self._type(self._probe.question(client, name), client=client, asked=name, names=[])

    def repair(self) -> None:
        """Type the command that repairs, or shows, what made the last request fail; nothing if none is known."""
        with self._mutex:
            repair = (self.shown["path"] or {}).get("repair")
            if repair is not None:
                self._type(Prompt(*repair))

    def _type(self, prompt: Prompt, **shown: Any) -> None:
        self._say({"typed": _typed(prompt), **shown})
        code, printed = self._probe.run(prompt)
        self._look_around()
        typed = _typed(prompt, code, printed)
        self._say({"typed": typed}, lambda _: f"{typed['line']}: {typed['said'] or 'done'}")
        self._store()

    # Telling the page.

    def _look_around(self) -> None:
        self.lists = {
            "title": self._title,
            "badge": self._badge,
            "places": self._probe.places(),
            "targets": self._probe.targets(),
            "looks": {outcome: [*look._asdict().values()][:2] + [words] for outcome, (look, words) in REACHED.items()},
        }

    def _say(self, news: dict[str, Any], say: Callable[[dict[str, Any]], str] | None = None) -> None:
        """Show `news`, with the open panels as they are now; `say` makes the sentence for those who listen."""
        shown = {**self.shown, **news}
        try:
            if shown["matrix"] is not None:
                shown["matrix"] = way.matrix(self._probe.reachability(shown["client"]))
            if shown["names"] is not None:
                shown["names"] = [list(name) for name in self._probe.names(shown["client"], shown["asked"])]
        except SwarmlabError:  # the place that was chosen is gone
            shown["client"] = next(iter(self.lists["places"]), "")
            shown |= {"matrix": None, "names": None}
        if say is not None:
            shown["say"] = say(shown)
        self.shown = shown

    # What the page says.

    def _hear(self, _widget: object, content: object, _buffers: object) -> None:
        """Do what one message of the page asks for; a page can send anything."""
        message = content if isinstance(content, dict) else {}
        kind, client, target = (str(message.get(key) or "") for key in ("t", "client", "target"))
        try:
            with self._mutex:
                if client and kind in ("choose", "send", "ask"):
                    self._say({"client": client, "target": target or self.shown["target"]})
                if kind == "send" and message.get("times") in TIMES:
                    self.send(client, target, message["times"])
                elif kind == "ask":
                    self.ask(client, str(message.get("name") or ""))
                elif kind == "reach":
                    self.reach(bool(message.get("on")))
                elif kind == "names":
                    self.names(bool(message.get("on")))
                elif kind == "repair":
                    self.repair()
        except SwarmlabError as error:
            said = str(error)
            self._say({"typed": {"host": "", "line": "", "code": 1, "said": said}}, lambda _: said)


def _typed(prompt: Prompt, code: int | None = None, printed: str = "") -> dict[str, Any]:
    """Return a line as the strip shows it; without `code` it has not ended."""
    typed: dict[str, Any] = {"host": prompt.host, "line": prompt.line}
    return typed if code is None else {**typed, "code": code, "said": last_line(printed)}
