"""Nothing was done."""

HINT = "stop"
POINTS = 0


def attempt(lab):
    return {}
