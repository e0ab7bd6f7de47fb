"""Nothing was done."""

HINT = "active"
POINTS = 0


def attempt(lab):
    return {}
