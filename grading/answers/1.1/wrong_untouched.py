"""Nothing was done."""

HINT = "create"
POINTS = 0


def attempt(lab):
    return {}
