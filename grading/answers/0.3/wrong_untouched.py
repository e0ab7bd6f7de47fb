"""Nothing was done."""

HINT = "nothing-moved"
POINTS = 0


def attempt(lab):
    return {}
