"""Nothing was done."""

HINT = "alfa"
POINTS = 0


def attempt(lab):
    return {}
