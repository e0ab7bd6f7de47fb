"""Nothing was done."""

HINT = "first"
POINTS = 0


def attempt(lab):
    return {}
