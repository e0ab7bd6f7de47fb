"""Nothing was done."""

HINT = "image"
POINTS = 0


def attempt(lab):
    return {}
