"""Nothing was done."""

HINT = "host"
POINTS = 0


def attempt(lab):
    return {}
