"""Nothing was done."""

HINT = "pause"
POINTS = 0


def attempt(lab):
    return {}
