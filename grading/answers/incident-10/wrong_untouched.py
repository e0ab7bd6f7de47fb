"""Nothing was done."""

HINT = "five"
POINTS = 0


def attempt(lab):
    return {}
