"""Nothing was done."""

HINT = "spread"
POINTS = 0


def attempt(lab):
    return {}
