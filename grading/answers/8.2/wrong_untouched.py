"""Nothing was done."""

HINT = "try"
POINTS = 0


def attempt(lab):
    return {}
