"""Nothing was done."""

HINT = "mode"
POINTS = 0


def attempt(lab):
    return {}
