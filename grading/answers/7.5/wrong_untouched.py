"""Nothing was done."""

HINT = "scale"
POINTS = 0


def attempt(lab):
    return {}
