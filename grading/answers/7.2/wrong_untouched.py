"""Nothing was done."""

HINT = "replace"
POINTS = 0


def attempt(lab):
    return {}
