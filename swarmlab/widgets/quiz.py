"""Questions with choices, one at a time: answered with mouse or keyboard, or by a line of Python.

What is asked, what is right and what an experiment shows, the questions know themselves (`ports.Questions`).  All that
the page draws stands in one dictionary, `shown`; the words are made of the same.
"""

from html import escape
from typing import Any

import traitlets

from swarmlab.errors import SwarmlabError
from swarmlab.widgets.ports import Questions
from swarmlab.widgets.shown import ASSETS, STYLE, Shown, module

#: The page's half.  It shares its tools with the board.
SCRIPTS = ("dom.js", "keys.js", "quiz.js")
STYLES = ("board.css", "quiz.css")
TITLE = "Concept check"


class Quiz(Shown):
    """Asks `questions`.

    In Jupyter it shows itself; `text` says the same in words, `answer` and `go` do what a click does.
    """

    _esm = module(SCRIPTS)
    _css = "\n".join((ASSETS / name).read_text(encoding="utf-8") for name in STYLES)
    shown = traitlets.Dict().tag(sync=True)  # all that is drawn; replaced, never changed

    def __init__(self, questions: Questions) -> None:
        super().__init__()
        self.questions = questions
        ids = [item.id for item in questions.items]
        self._place = next((place for place, id in enumerate(ids) if id not in questions.answers), 0)
        self._show()
        self.on_msg(self._hear)

    # What a reader gets.

    def text(self) -> str:
        """Return the question that is shown, and how far the round is, in words."""
        questions = self.questions
        lines = [self.shown["title"], "", *questions.words(self._place), "", *questions.result()]
        return "\n".join([*lines, *([questions.trouble] if questions.trouble else [])])

    def _stored(self) -> dict[str, str]:
        words = self.text()
        return {
            "text/html": f'{STYLE}<section class="swb-static"><pre>{escape(words)}</pre></section>',
            "text/plain": words,
        }

    def refresh(self, _result: object = None) -> None:
        """After each cell: nothing but an answer changes what is shown."""

    # What can be done.

    def answer(self, choice: str) -> None:
        """Answer the question that is shown, with its letter.

        Raises InvalidArgument for what is no choice, FailedPrecondition where the first answer stands.
        """
        id = self._id
        self.questions.answer(id, choice)
        told = self.questions.told(id) if self.questions.verdict(id) else []
        self._show(" ".join([*told, f"{self.questions.status}."]))

    def see(self) -> None:
        """Do the experiment that answers the question.  Raises FailedPrecondition where that is not told yet."""
        self.questions.see(self._id)
        self._show("The experiment is shown below the question.")

    def go(self, number: int) -> None:
        """Show another question, by its number from 1 on; beyond the ends is the end."""
        self._place = min(max(number - 1, 0), len(self.questions.items) - 1)
        self._show()

    def restart(self) -> None:
        """Forget the answers of this round, and begin with the first question."""
        self.questions.restart()
        self._place = 0
        self._show("All answers of this round are forgotten.")

    @property
    def _id(self) -> str:
        return self.questions.items[self._place].id

    def _show(self, say: str = "") -> None:
        """Bring the page, and what the notebook keeps, up to date; `say` is for those who listen."""
        questions = self.questions
        self.shown = {
            **questions.page(self._place),
            "title": f"{TITLE}, {questions.moment} the course",
            "count": len(questions.items),
            "answered": [item.id in questions.answers for item in questions.items],
            "status": questions.status,
            "tells": questions.tells,
            "result": questions.result() if questions.is_complete else [],
            "trouble": questions.trouble,
            "say": say,
        }
        self._store()

    # What the page says.

    def _hear(self, _widget: object, content: object, _buffers: object) -> None:
        """Do what one message of the page asks for; a page can send anything."""
        message: dict[str, Any] = content if isinstance(content, dict) else {}
        kind, number = message.get("t"), message.get("number")
        try:
            if kind == "answer" and message.get("id") == self._id:
                self.answer(str(message.get("choice")))
            elif kind == "go" and isinstance(number, int):
                self.go(number)
            elif kind == "see":
                self.see()
            elif kind == "restart":
                self.restart()
        except SwarmlabError as error:
            self._show(str(error))
