"""Nothing was done."""

HINT = "back"
POINTS = 0


def attempt(lab):
    return {}
