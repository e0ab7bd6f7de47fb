"""No words at all."""

HINT = "not-all"
POINTS = 0


def attempt(lab):
    return {"order": 10}
