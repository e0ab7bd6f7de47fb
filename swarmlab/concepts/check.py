"""One round of the concept check: what was answered, what is told of it, and how it compares with the other round.

In the round before the course nothing is told but a number, so that the same questions can be asked again.  In the
round after it each answer is followed by the experiment.  Answers are kept with the learner's progress; nobody else
sees them, and no grade depends on them.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from swarmlab.checks.lablike import LabLike
from swarmlab.concepts.item import Item, Observation, observe
from swarmlab.concepts.items import ITEMS
from swarmlab.errors import FailedPrecondition, InvalidArgument, NotFound
from swarmlab.progress import Progress

BEFORE, AFTER = "before", "after"
ROUNDS = (BEFORE, AFTER)
KIND = "concept"
#: A choice for those who do not want to guess; it is never right.
UNSURE = "?"
UNSURE_TEXT = "I do not know"


class ConceptCheck:
    """A round, "before" or "after" the course.

    `new_lab` makes the labs of the experiments.  Raises InvalidArgument for another round.
    """

    def __init__(
        self,
        moment: str,
        new_lab: Callable[[], LabLike],
        *,
        progress: Progress | None = None,
        items: Sequence[Item] = ITEMS,
    ) -> None:
        if moment not in ROUNDS:
            raise InvalidArgument(f'"{moment}" is no round of the concept check: it is "before" or "after".')
        self.moment = moment
        self.items = items
        self.trouble = ""  # why answers are not kept, in a sentence
        self._new_lab = new_lab
        self._progress = progress or Progress()
        self._answers = {known: self._kept(known) for known in ROUNDS}
        self._seen: dict[str, Observation] = {}

    def _kept(self, moment: str) -> dict[str, str]:
        known = {item.id for item in self.items}
        kept: dict[str, str] = {}
        for entry in self._progress.entries(KIND):
            if entry.key in known and entry.data.get("round") == moment:
                kept[entry.key] = str(entry.data.get("choice") or "")
        return {id: choice for id, choice in kept.items() if choice}

    # --- answering --------------------------------------------------------------------------------------

    @property
    def answers(self) -> dict[str, str]:
        """What was answered in this round: id of the item → letter."""
        return self._answers[self.moment]

    @property
    def tells(self) -> bool:
        """Whether this round tells what is right: then the first answer stands."""
        return self.moment == AFTER

    @property
    def is_complete(self) -> bool:
        """Whether every item was answered."""
        return len(self.answers) == len(self.items)

    def item(self, id: str) -> Item:
        """Return an item.  Raises NotFound."""
        for item in self.items:
            if item.id == id:
                return item
        raise NotFound(f"There is no question {id}.")

    def answer(self, id: str, choice: str) -> None:
        """Answer an item with a letter, or "?".

        Raises NotFound for an unknown item, InvalidArgument for what is no choice, FailedPrecondition where the first
        answer stands.
        """
        item, letter = self.item(id), choice.strip().upper()
        if letter not in (*item.letters, UNSURE):
            raise InvalidArgument(f"Answer with {', '.join(item.letters)}, or {UNSURE} if you do not know.")
        if self.tells and id in self.answers:
            raise FailedPrecondition("You have answered this one, and seen what is right: the first answer counts.")
        self._keep(id, letter)

    def restart(self) -> None:
        """Forget all answers of this round."""
        for id in list(self.answers):
            self._keep(id, "")

    def _keep(self, id: str, choice: str) -> None:
        if choice:
            self.answers[id] = choice
        else:
            self.answers.pop(id, None)
        try:
            self._progress.add(KIND, id, round=self.moment, choice=choice)
        except OSError as error:
            self.trouble = f"Your answers cannot be kept: {error.strerror or error}."

    # --- telling ----------------------------------------------------------------------------------------

    def is_right(self, id: str, moment: str = "") -> bool:
        """Whether the answer to an item was right, in this round or another."""
        return self._answers[moment or self.moment].get(id) == self.item(id).right

    def verdict(self, id: str) -> str:
        """Return "right", "wrong", or "" where that is not told yet."""
        if not self.tells or id not in self.answers:
            return ""
        return "right" if self.is_right(id) else "wrong"

    def see(self, id: str) -> Observation:
        """Do the experiment of an item on a new lab.

        Raises FailedPrecondition before that item is answered, and in the round before the course.
        """
        item = self.item(id)
        if not self.tells:
            raise FailedPrecondition("Before the course nothing is told: you would only learn the answers by heart.")
        if id not in self.answers:
            raise FailedPrecondition("Answer first: who predicts, sees more.")
        if id not in self._seen:
            self._seen[id] = observe(item, self._new_lab())
        return self._seen[id]

    def seen(self, id: str) -> str:
        """Return the transcript of an experiment that was done; "" if it was not."""
        return self._seen[id].transcript if id in self._seen else ""

    def right(self, moment: str = "") -> int:
        """How many answers of a round are right."""
        return sum(self.is_right(item.id, moment) for item in self.items)

    @property
    def status(self) -> str:
        """How far this round is."""
        return f"{len(self.answers)} of {len(self.items)} answered"

    def result(self) -> list[str]:
        """Return what this round has shown, in sentences; only the status until every item was answered."""
        if not self.is_complete:
            return [f"{self.status}."]
        of = len(self.items)
        lines = [f"{self.moment.capitalize()} the course: {self.right()} of {of} right."]
        missed = Counter(item.lesson for item in self.items if not self.is_right(item.id))
        counts = Counter(item.lesson for item in self.items)
        told = [f"lesson {lesson}: {number} of {counts[lesson]}" for lesson, number in missed.most_common()]
        if self.moment == AFTER and len(self._answers[BEFORE]) == of:
            lines.append(f"Before the course: {self.right(BEFORE)} of {of} right.")
        if told:
            lines.append(f"Not right, by lesson: {'; '.join(told)}.")
        if not self.tells:
            lines.append("What is right you will see in the lessons. Come back for the round after the course.")
        return lines

    def page(self, place: int) -> dict[str, Any]:
        """Return everything that is shown of the item at `place` (0 is the first), as plain data."""
        item = self.items[place]
        verdict = self.verdict(item.id)
        choices = [[letter, item.choice(letter).text] for letter in item.letters]
        return {
            "place": place,
            "id": item.id,
            "lesson": item.lesson,
            "question": item.question,
            "choices": [*choices, [UNSURE, UNSURE_TEXT]],
            "chosen": self.answers.get(item.id, ""),
            "locked": bool(verdict),
            "verdict": verdict,
            "right": item.right if verdict else "",
            "why": item.why if verdict else "",
            "seen": self.seen(item.id),
        }

    def words(self, place: int) -> list[str]:
        """Return the page at `place` as lines of text."""
        page = self.page(place)
        lines = [f"{place + 1}. {page['question']}", ""]
        lines += [f"  {letter}  {text}" for letter, text in page["choices"]]
        if page["chosen"]:
            lines += ["", f"Your answer: {page['chosen']}"]
        if page["verdict"]:
            lines += ["", *self.told(self.items[place].id)]
        if page["seen"]:
            lines += ["", page["seen"]]
        return lines

    def told(self, id: str) -> list[str]:
        """Return what is said of an answer in the round that tells."""
        item = self.item(id)
        said = "Right." if self.is_right(id) else f"Not so: {item.right} is right, {item.choice(item.right).text}."
        return [said, f"{item.why} (Lesson {item.lesson})"]
