"""Nothing was done."""

HINT = "zero"
POINTS = 0


def attempt(lab):
    return {}
