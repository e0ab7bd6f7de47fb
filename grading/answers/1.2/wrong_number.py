"""A value that is no text."""

HINT = "no-answer"
POINTS = 0


def attempt(lab):
    return {"answer": 1}
