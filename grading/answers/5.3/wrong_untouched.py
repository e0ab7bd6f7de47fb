"""Nothing was done."""

HINT = "one"
POINTS = 0


def attempt(lab):
    return {}
