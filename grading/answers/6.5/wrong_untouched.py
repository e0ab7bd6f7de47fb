"""Nothing was done."""

HINT = "lost"
POINTS = 0


def attempt(lab):
    return {}
