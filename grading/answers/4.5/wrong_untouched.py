"""Nothing was done."""

HINT = "not-back"
POINTS = 0


def attempt(lab):
    return {}
