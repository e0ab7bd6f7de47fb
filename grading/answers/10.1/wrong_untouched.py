"""Nothing was done."""

HINT = "runs"
POINTS = 0


def attempt(lab):
    return {}
