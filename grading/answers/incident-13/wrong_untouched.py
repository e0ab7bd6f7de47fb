"""Nothing was done."""

HINT = "ready"
POINTS = 0


def attempt(lab):
    return {}
