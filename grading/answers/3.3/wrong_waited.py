"""Waits for a rebalancing that never comes."""

HINT = "waited"
POINTS = 0


def attempt(lab):
    lab.advance("2m")
    return {}
