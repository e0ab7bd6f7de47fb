"""Nothing was done."""

HINT = "answered"
POINTS = 0


def attempt(lab):
    return {}
