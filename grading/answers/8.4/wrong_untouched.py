"""Nothing was done."""

HINT = "halves"
POINTS = 0


def attempt(lab):
    return {}
