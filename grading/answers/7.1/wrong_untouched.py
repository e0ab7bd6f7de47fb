"""Nothing was done."""

HINT = "web"
POINTS = 0


def attempt(lab):
    return {}
