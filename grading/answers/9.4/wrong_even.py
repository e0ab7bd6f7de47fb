"""Even numbers."""

HINT = "even"
POINTS = 1


def attempt(lab):
    return {"managers": {"one": 4, "two": 6, "three": 8}, "zones": [2, 2, 1]}
