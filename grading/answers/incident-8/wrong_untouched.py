"""Nothing was done."""

HINT = "network"
POINTS = 0


def attempt(lab):
    return {}
