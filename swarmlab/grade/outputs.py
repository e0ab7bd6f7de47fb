"""The outputs of cells: what is kept of a learner's, and what the judge writes for a graded cell.

A learner's process sends outputs as claims.  They are counted while they come in, rebuilt field by field, and HTML is
cleaned, because graders open the notebook too, not only the feedback page.
"""

import re
from typing import Any

from swarmlab.checks import Report
from swarmlab.grade.feedback import clean

#: Kept of one cell, in characters and in outputs.
MOST, MANY = 200_000, 100
#: A picture may be longer than text.
MOST_OF_PICTURE = 1_500_000
PICTURES = ("image/png", "image/jpeg", "image/gif")


class Outputs:
    """The outputs of one cell, as they come."""

    def __init__(self) -> None:
        self._kept: list[dict[str, Any]] = []
        self._size = 0
        self.cut = False  # something was left out

    def take(self, claimed: Any) -> None:
        """Take one output, if there is room for it."""
        output = rebuilt(claimed)
        if output is None:
            return
        size = sum(len(text) for text in _texts(output))
        is_picture = any(mime in PICTURES for mime in output.get("data", ()))
        if len(self._kept) >= MANY or self._size + (0 if is_picture else size) > MOST or size > MOST_OF_PICTURE:
            room = MOST - self._size
            if output["output_type"] == "stream" and room > 0 and len(self._kept) < MANY:
                output["text"] = output["text"][:room]
                self._add(output, room)
            self.cut = True
            return
        self._add(output, 0 if is_picture else size)

    def _add(self, output: dict[str, Any], size: int) -> None:
        self._size += size
        last = self._kept[-1] if self._kept else {}
        if output["output_type"] == "stream" and last.get("name") == output["name"]:
            last["text"] += output["text"]
        else:
            self._kept.append(output)

    def finished(self) -> list[dict[str, Any]]:
        """Return what was kept."""
        if self.cut:
            self._kept.append(_made("stream", name="stdout", text="\n[more was written; it is left out here]\n"))
        return self._kept


def _made(kind: str, **fields: Any) -> dict[str, Any]:
    """Return an output with all fields that nbformat wants of its kind."""
    if kind in ("display_data", "execute_result"):
        fields["metadata"] = {}
    if kind == "execute_result":
        fields["execution_count"] = None
    return {"output_type": kind, **fields}


def rebuilt(claimed: Any) -> dict[str, Any] | None:
    """Return an output made anew of what a learner's process sent; None if it is none."""
    if not isinstance(claimed, dict):
        return None
    match claimed.get("output_type"):
        case "stream":
            name = "stderr" if claimed.get("name") == "stderr" else "stdout"
            made = _made("stream", name=name, text=_text(claimed.get("text")))
        case "display_data" | "execute_result" as kind:
            data = claimed.get("data")
            kept = _data(data) if isinstance(data, dict) else {}
            if not kept:
                return None
            made = _made(kind, data=kept)
        case "error":
            lines = claimed.get("traceback")
            made = _made(
                "error",
                ename=_text(claimed.get("ename")),
                evalue=_text(claimed.get("evalue")),
                traceback=[_text(line) for line in lines[:100]] if isinstance(lines, list) else [],
            )
        case _:
            return None
    return made


def _data(data: dict[str, Any]) -> dict[str, str]:
    """Return the text, the pictures and the cleaned HTML of a display; nothing else is shown."""
    kept = {}
    for mime, value in data.items():
        if mime == "text/plain":
            kept[mime] = _text(value)
        elif mime == "text/html" and len(_text(value)) <= MOST:
            kept[mime] = clean(_text(value))
        elif mime in PICTURES and re.fullmatch(r"[A-Za-z0-9+/=\s]*", _text(value)):
            kept[mime] = _text(value)
    return kept


def _text(value: Any) -> str:
    if isinstance(value, list):
        value = "".join(part for part in value if isinstance(part, str))
    # Lone surrogates can be sent as JSON but not be written as UTF-8.
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _texts(output: dict[str, Any]) -> list[str]:
    data = output.get("data", {})
    return [output.get("text", ""), output.get("evalue", ""), *output.get("traceback", ()), *data.values()]


def of_report(report: Report, score: float, note: str = "") -> list[dict[str, Any]]:
    """Return the outputs of a judged cell: the report for people, the number for nbgrader."""
    said = _made("stream", name="stdout", text=note + "\n")
    shown = _made("display_data", data={"text/plain": repr(report), "text/html": report._repr_html_()})
    number = _made("execute_result", data={"text/plain": repr(float(score))})
    return [*([said] if note else []), shown, number]


def of_sentence(sentence: str, score: float | None) -> list[dict[str, Any]]:
    """Return the outputs of a cell that there is only a sentence about; without a score it has none."""
    said = _made("stream", name="stdout", text=sentence + "\n")
    number = _made("execute_result", data={"text/plain": repr(float(score or 0))})
    return [said] if score is None else [said, number]
