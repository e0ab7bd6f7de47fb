"""Nothing was done."""

HINT = "drain"
POINTS = 0


def attempt(lab):
    return {}
