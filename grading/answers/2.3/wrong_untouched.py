"""Nothing was done."""

HINT = "complete"
POINTS = 0


def attempt(lab):
    return {}
