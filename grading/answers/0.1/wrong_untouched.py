"""Nothing was handed in."""

HINT = "no-answer"
POINTS = 0


def attempt(lab):
    return {"answer": ""}
