"""Somebody else will do it."""

HINT = "ready"
POINTS = 0


def attempt(lab):
    lab.advance("10m")
    return {}
