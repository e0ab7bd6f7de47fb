"""Nothing was done."""

HINT = "waited"
POINTS = 0


def attempt(lab):
    return {}
