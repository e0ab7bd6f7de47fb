"""Nothing was done."""

HINT = "port"
POINTS = 0


def attempt(lab):
    return {}
