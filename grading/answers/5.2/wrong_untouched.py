"""Nothing was done."""

HINT = "publish"
POINTS = 0


def attempt(lab):
    return {}
