"""Nothing was done."""

HINT = "promote"
POINTS = 0


def attempt(lab):
    return {}
