"""Nothing was done."""

HINT = "agent"
POINTS = 0


def attempt(lab):
    return {}
