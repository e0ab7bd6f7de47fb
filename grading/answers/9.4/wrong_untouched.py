"""Nothing was said."""

HINT = "no-answer"
POINTS = 0


def attempt(lab):
    return {"managers": {"one": 0, "two": 0, "three": 0}, "zones": []}
