"""Nothing was done."""

HINT = "calls"
POINTS = 0


def attempt(lab):
    return {}
