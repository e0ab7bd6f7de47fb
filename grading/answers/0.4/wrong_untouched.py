"""Nothing was done."""

HINT = "no-answer"
POINTS = 0


def attempt(lab):
    return {"answer": ""}
