"""Nothing was done."""

HINT = "stays"
POINTS = 0


def attempt(lab):
    return {}
