"""Most of them in one zone."""

HINT = "zones"
POINTS = 2


def attempt(lab):
    return {"managers": {"one": 3, "two": 5, "three": 7}, "zones": [3, 1, 1]}
