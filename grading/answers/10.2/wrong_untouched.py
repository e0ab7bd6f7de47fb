"""Nothing was done."""

HINT = "still-bad"
POINTS = 0


def attempt(lab):
    return {"task": ""}
