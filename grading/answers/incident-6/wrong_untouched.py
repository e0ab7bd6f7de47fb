"""Nothing was done."""

HINT = "new"
POINTS = 0


def attempt(lab):
    return {}
